"""Finds what a careful reviewer asks about runs: each finding has a rule, a line of the log, and the numbers."""
