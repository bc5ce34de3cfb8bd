"""Turns runs into facts: bests, report rows, comparisons, gates, and the agreement of a log with its record."""
