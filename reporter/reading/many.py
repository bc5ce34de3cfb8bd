"""Reads all logs that a list of sources names, each file once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from reporter.errors import NoRunError, ReporterError
from reporter.model import Log
from reporter.reading.pool import read_each
from reporter.sources.names import ending, expand, resolve


class Outcome(NamedTuple):
    """Holds what became of one source.

    Attributes:
        source: The source, as it was named.
        logs: The logs that were read from it.
        errors: One error for each file that could not be read or holds no run.
    """

    source: str
    logs: list[Log]
    errors: list[ReporterError]

    def unexpected(self) -> list[ReporterError]:
        """Leave out the files of a folder that hold no run and do not end in `.log`: they may be anything."""
        told = [
            error
            for error in self.errors
            if not isinstance(error, NoRunError) or error.path == self.source or ending(str(error.path)) == ".log"
        ]
        if self.errors and not self.logs and not told:
            message = f"no training run in its {len(self.errors)} files; --strict names them"
            return [NoRunError(message, self.source)]
        return told


def read_sources(
    sources: Iterable[str], *, jobs: int = 1, keep: bool = False, skip: Path | None = None
) -> Iterator[Outcome]:
    """Read every file that the sources stand for; a file that several sources name is read once.

    Args:
        sources: Files, folders, patterns, addresses, or `-` for standard input.
        jobs: Number of processes that read.
        keep: Whether the logs keep the lines that something was read from.
        skip: A file that is not read, even if a source names it.

    Yields:
        One outcome for each source, in the order given.
    """
    known = {os.path.realpath(skip)} if skip else set()
    found = [(source, [each for each in files(source) if _is_new(each, known)]) for source in sources]
    outcomes = iter(list(read_each([file for _, each in found for file in each], jobs, keep=keep)))
    for source, each in found:
        read = list(islice(outcomes, len(each)))
        errors = [outcome for outcome in read if isinstance(outcome, ReporterError)]
        yield Outcome(source, [outcome for outcome in read if not isinstance(outcome, ReporterError)], errors)


def files(source: str) -> Sequence[str | ReporterError]:
    """Give the files that a source stands for, or the error that says why there are none."""
    try:
        return expand(source)
    except ReporterError as error:
        return [error]


def read_beside(path: Path, sources: Iterable[str]) -> list[Log]:
    """Read every log that a Markdown file names.

    Args:
        path: The Markdown file; it is never read as one of its own logs.
        sources: Files, folders, patterns or addresses, relative to the folder of the file.

    Returns:
        At least one log, in the order of the sources.

    Raises:
        SourceError: A log cannot be read, or a file that was named itself or ends in `.log` holds no run.
    """
    logs: list[Log] = []
    for outcome in read_sources([resolve(path.parent, each) for each in sources], skip=path):
        for error in outcome.unexpected():
            raise error
        logs += outcome.logs
    if not logs:
        raise NoRunError("no log but the file itself; name another")
    return logs


def _is_new(file: str | ReporterError, known: set[str]) -> bool:
    """Say whether a file is named for the first time, under any of its names, and remember it."""
    if isinstance(file, ReporterError):
        return True
    place = os.path.realpath(file) if os.path.exists(file) else file
    new = place not in known
    known.add(place)
    return new
