"""Reads the logs that arguments name, and writes results where options say."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reporter.errors import OutputError, ReporterError

if TYPE_CHECKING:
    from reporter.model import Log


def read_logs(
    sources: Iterable[str], *, jobs: int = 1, strict: bool = False, keep_lines: bool = False
) -> tuple[list[Log], bool]:
    """Read every log that can be read and report on standard error which cannot.

    Args:
        sources: Files, folders, patterns, addresses, or `-` for standard input.
        jobs: Number of processes that read.
        strict: Whether one unreadable file is enough to stop.
        keep_lines: Whether `Log.lines` holds the lines that the log was read from.

    Returns:
        At least one log, in the order of the sources, and whether there was nothing to report.

    Raises:
        SystemExit: Nothing could be read, or `strict` and not everything could; each reason has been reported.
    """
    from reporter.reading.many import read_sources

    logs: list[Log] = []
    complete, whole = True, True
    for outcome in read_sources(sources, jobs=jobs, keep_lines=keep_lines):
        logs += outcome.logs
        complete = complete and not outcome.errors
        for error in outcome.errors if strict else outcome.unexpected():
            say(error)
            whole = False
    if not logs or (strict and not complete):
        raise SystemExit(3)
    return logs, whole


def say(error: ReporterError) -> None:
    """Say on standard error what is wrong, in one line that is safe for a terminal."""
    from reporter.reading.screen import visible

    click.echo(f"reporter: {visible(str(error))}", err=True)


def write(result: str | bytes, path: Path | None, *, force: bool) -> None:
    """Write a result to a file, or to standard output.

    Args:
        result: The result; what is no Unicode in text, as in a path that a folder holds, becomes an escape.
        path: The file; standard output if None.
        force: Whether a file that is there already may be replaced.

    Raises:
        OverwriteError: The file is there already.
        OutputError: It cannot be written.
    """
    if isinstance(result, str):
        result = result.encode("utf-8", "backslashreplace").decode("utf-8")
    if path is None:
        _print(result)
        return
    from reporter.documents.files import refuse_to_replace
    from reporter.documents.files import write as replace

    refuse_to_replace(path, force=force)
    replace(path, result)


def _print(result: str | bytes) -> None:
    """Write to standard output; that a reader went away is no error, and click ends quietly."""
    try:
        click.echo(result, nl=False)
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 -- else Python complains once more when it ends
        message = f"{error.strerror}; make room, or write elsewhere with -o"
        raise OutputError(message, "standard output") from None
