"""Serves the report of a folder of logs to browsers, and updates it while trainings write."""
