"""Turns text into runs: a screen makes lines of text, a format makes events, and an assembler makes runs."""
