"""Turns runs into facts: report rows, comparisons, gates, and the log lines of each run."""
