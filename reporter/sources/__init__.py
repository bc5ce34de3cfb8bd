"""Turns the name of a log into its text: a file, a folder, a pattern, an address, a git revision or standard input."""
