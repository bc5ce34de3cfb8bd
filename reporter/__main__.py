"""Runs the command line: `python -m reporter`."""

from reporter.cli import main

main(prog_name="reporter")
