"""Reads the logs named by the arguments of a command."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from reporter.cli.console import show_error

if TYPE_CHECKING:
    from reporter.model import Log


def read_logs(
    sources: Iterable[str], *, jobs: int = 1, strict: bool = False, keep_lines: bool = False
) -> tuple[list[Log], bool]:
    """Reads all logs that can be read, and prints an error for each of the others.

    Args:
        sources: Files, folders, patterns, addresses, or `-` for standard input.
        jobs: Number of processes that read.
        strict: Whether one unreadable file ends the program.
        keep_lines: Whether `Log.lines` holds the text of the lines that the log was read from.

    Returns:
        At least one log, in the order of the sources, and whether no error was printed.

    Raises:
        SystemExit: With code 3: nothing could be read, or `strict` is set and a file could not be read.
    """
    from reporter.reading.many import read_sources

    logs: list[Log] = []
    complete, all_read = True, True
    for outcome in read_sources(sources, jobs=jobs, keep_lines=keep_lines):
        logs += outcome.logs
        complete = complete and not outcome.errors
        for error in outcome.errors if strict else outcome.unexpected():
            show_error(error)
            all_read = False
    if not logs or (strict and not complete):
        raise SystemExit(3)
    return logs, all_read
