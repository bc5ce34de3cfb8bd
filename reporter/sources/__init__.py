"""Turns the name of a source into text: a file, a folder, a pattern, an address, a git revision or standard input."""
