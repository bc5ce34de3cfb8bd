"""Reads the logs that arguments name, and writes results where options say."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reporter.errors import NoRunError, OutputError, OverwriteError, ReporterError

if TYPE_CHECKING:
    from reporter.model import Log


def read_logs(
    sources: Iterable[str], *, jobs: int = 1, strict: bool = False, keep: bool = False
) -> tuple[list[Log], bool]:
    """Read every log that can be read, say on standard error which cannot, and tell whether these are all.

    Args:
        sources: Files, folders, patterns, addresses, or `-` for standard input.
        jobs: How many processes read.
        strict: Whether all must be read, or none is.
        keep: Whether the logs keep the lines that something was read from.

    Returns:
        At least one log, in the order of the sources, and whether nothing had to be said.

    Raises:
        SystemExit: Nothing could be read, or not all that had to be; each reason has been said.
    """
    logs: list[Log] = []
    complete, whole = True, True
    for source, read, errors in _outcomes(sources, jobs, keep=keep):
        logs += read
        complete = complete and not errors
        for error in errors if strict else _unexpected(errors, source, alone=not read):
            say(error)
            whole = False
    if not logs or (strict and not complete):
        raise SystemExit(3)
    return logs, whole


def read_beside(path: Path, sources: Iterable[str]) -> list[Log]:
    """Read every log that a Markdown file names.

    Args:
        path: The file; it is none of its own logs.
        sources: Files, folders, patterns or addresses, as seen from the file.

    Returns:
        At least one log, in the order of the sources.

    Raises:
        SourceError: One of them cannot be read, or holds no run and was named itself or ends in `.log`.
    """
    from reporter.sources.names import seen_from

    logs: list[Log] = []
    for source, read, errors in _outcomes([seen_from(path.parent, each) for each in sources], but=path):
        for error in _unexpected(errors, source, alone=not read):
            raise error
        logs += read
    if not logs:
        raise NoRunError("no log but the file itself; name another")
    return logs


def _outcomes(
    sources: Iterable[str], jobs: int = 1, *, keep: bool = False, but: Path | None = None
) -> Iterator[tuple[str, list[Log], list[ReporterError]]]:
    """Read all files, each once; give, source by source, the logs, and why there are not more."""
    from reporter.cli.pool import read_each

    known = {os.path.realpath(but)} if but else set()
    found = [(source, [each for each in files(source) if _is_new(each, known)]) for source in sources]
    outcomes = iter(list(read_each([file for _, each in found for file in each], jobs, keep=keep)))
    for source, each in found:
        read = list(islice(outcomes, len(each)))
        errors = [outcome for outcome in read if isinstance(outcome, ReporterError)]
        yield source, [outcome for outcome in read if not isinstance(outcome, ReporterError)], errors


def _is_new(file: str | ReporterError, known: set[str]) -> bool:
    """Say whether a file is named for the first time, by whatever name, and know it from then on."""
    if isinstance(file, ReporterError):
        return True
    place = os.path.realpath(file) if os.path.exists(file) else file
    new = place not in known
    known.add(place)
    return new


def files(source: str) -> Sequence[str | ReporterError]:
    """Give the files that a source stands for, or why there are none."""
    from reporter.sources.names import expand

    try:
        return expand(source)
    except ReporterError as error:
        return [error]


def _unexpected(errors: list[ReporterError], source: str, *, alone: bool) -> list[ReporterError]:
    """Leave out what lies beside the logs of a folder: files without a run, that nothing said there was one in."""
    from reporter.sources.names import ending

    told = [
        error
        for error in errors
        if not isinstance(error, NoRunError) or error.path == source or ending(str(error.path)) == ".log"
    ]
    if alone and errors and not told:
        return [NoRunError(f"no training run in its {len(errors)} files; --strict names them", source)]
    return told


def say(error: ReporterError) -> None:
    """Say on standard error what is wrong, in one line that is safe for a terminal."""
    from reporter.console import visible

    click.echo(f"reporter: {visible(str(error))}", err=True)


def refuse_to_replace(path: Path, *, force: bool, by: str | None = None) -> None:
    """Stop before a file is replaced that nobody asked to replace; a device never is.

    Args:
        path: The file.
        force: Whether it may be replaced.
        by: What would be in its place; the same is no loss.

    Raises:
        OverwriteError: There is such a file, and `force` is false.
    """
    if path.is_file() and not force and (by is None or path.read_bytes() != by.encode("utf-8")):
        raise OverwriteError("exists; --force replaces it", path)


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
    from reporter.readme import write as replace

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
