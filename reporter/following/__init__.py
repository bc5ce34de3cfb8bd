"""Logs are followed while they grow."""
