"""Fuzzing: `python -m tests.fuzz TARGET --seconds N` looks for inputs that end in anything but a result or an error."""
