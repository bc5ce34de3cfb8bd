"""Checks the numbers that prose states about runs: finds the claims, finds the evidence in logs, compares the two."""
