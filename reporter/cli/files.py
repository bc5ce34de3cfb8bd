"""Reads the logs that arguments name, and writes results where options say."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reporter.errors import OverwriteError, ReporterError

if TYPE_CHECKING:
    from reporter.model import Log


def read_logs(sources: Iterable[str]) -> list[Log]:
    """Read every log that can be read, and say on standard error which cannot.

    Args:
        sources: Files, folders, or `-` for standard input.

    Returns:
        At least one log.

    Raises:
        SystemExit: Nothing could be read; each reason has been said.
    """
    from reporter.reading import read_log
    from reporter.sources import expand

    logs = []
    for source in sources:
        try:
            paths = expand(source)
        except ReporterError as error:
            _say(error)
            continue
        for path in paths:
            try:
                logs.append(read_log(path))
            except ReporterError as error:
                _say(error)
    if not logs:
        raise SystemExit(3)
    return logs


def _say(error: ReporterError) -> None:
    click.echo(f"reporter: {error}", err=True)


def refuse_to_replace(path: Path, *, force: bool) -> None:
    """Stop before a file is replaced that nobody asked to replace.

    Raises:
        OverwriteError: There is such a file, and `force` is false.
    """
    if path.exists() and not force:
        raise OverwriteError("exists; --force replaces it", path)


def write(text: str, path: Path | None, *, force: bool) -> None:
    """Write a result to a file, or to standard output.

    Args:
        text: The result.
        path: The file; standard output if None.
        force: Whether a file that is there already may be replaced.

    Raises:
        OverwriteError: The file is there already.
    """
    from reporter.readme import write as replace

    if path is None:
        click.echo(text, nl=False)
        return
    refuse_to_replace(path, force=force)
    replace(path, text)
