"""Reads the logs of several sources, each file once."""

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
    """Holds the result of reading one source.

    Attributes:
        source: The source, as the user named it.
        logs: The logs in it.
        errors: One error for each file that cannot be read or holds no run.
    """

    source: str
    logs: list[Log]
    errors: list[ReporterError]

    def unexpected(self) -> list[ReporterError]:
        """Returns the errors a user wants to see.

        A folder may hold files that are no logs. So a file without a run is an error only if the user named it, if its
        name ends in `.log`, or if no file of the folder has a run.
        """
        reported = [
            error
            for error in self.errors
            if not isinstance(error, NoRunError) or error.path == self.source or ending(str(error.path)) == ".log"
        ]
        if self.errors and not self.logs and not reported:
            message = f"no training run in its {len(self.errors)} files; --strict names them"
            return [NoRunError(message, self.source)]
        return reported


def read_sources(
    sources: Iterable[str], *, jobs: int = 1, keep_lines: bool = False, skip: Path | None = None
) -> Iterator[Outcome]:
    """Reads all files of several sources; a file that several sources name is read once.

    Args:
        sources: Files, folders, patterns, addresses, or `-` for standard input.
        jobs: Number of processes that read.
        keep_lines: Whether `Log.lines` holds the lines that the log was read from.
        skip: A file that is not read, even if a source names it.

    Yields:
        One outcome for each source, in the order given.
    """
    known = {os.path.realpath(skip)} if skip else set()
    found = [(source, [each for each in files(source) if _is_new(each, known)]) for source in sources]
    outcomes = iter(list(read_each([file for _, each in found for file in each], jobs, keep_lines=keep_lines)))
    for source, each in found:
        read = list(islice(outcomes, len(each)))
        errors = [outcome for outcome in read if isinstance(outcome, ReporterError)]
        yield Outcome(source, [outcome for outcome in read if not isinstance(outcome, ReporterError)], errors)


def files(source: str) -> Sequence[str | ReporterError]:
    """Returns the files of a source, or the error that explains why there are none."""
    try:
        return expand(source)
    except ReporterError as error:
        return [error]


def read_logs(
    sources: str | os.PathLike[str] | Iterable[str | os.PathLike[str]], *, jobs: int = 1, keep_lines: bool = False
) -> list[Log]:
    """Reads the logs of one source or of several.

    Args:
        sources: A file, a folder (all logs below it), a pattern such as `logs/**/*.log`, an address (`https://…`,
            `git:REF:PATH`) or `-` for standard input; or several of these.
        jobs: Number of processes that read. With more than one, call this function under
            `if __name__ == "__main__":`, as `multiprocessing` requires.
        keep_lines: Whether `Log.lines` holds the lines that the log was read from, as in `read_log`.

    Returns:
        The logs, in the order of the sources, and of the paths in a folder; each file once.

    Raises:
        SourceError: A source cannot be read.
        NoRunError: A source holds no run. A file in a folder may hold none, unless its name ends in `.log`.
    """
    named = [sources] if isinstance(sources, str | os.PathLike) else sources
    return _logs(read_sources([os.fspath(each) for each in named], jobs=jobs, keep_lines=keep_lines))


def read_beside(path: Path, sources: Iterable[str]) -> list[Log]:
    """Reads the logs that a Markdown file names.

    Args:
        path: The Markdown file, which is never read as one of its own logs.
        sources: Files, folders, patterns or addresses, relative to the folder of the file.

    Returns:
        At least one log, in the order of the sources.

    Raises:
        SourceError: A source cannot be read.
        NoRunError: A source holds no run, as in `read_logs`, or there is no source but the file itself.
    """
    logs = _logs(read_sources([resolve(path.parent, each) for each in sources], skip=path))
    if not logs:
        raise NoRunError("no log but the file itself; name another")
    return logs


def _logs(outcomes: Iterable[Outcome]) -> list[Log]:
    """Returns all logs, or raises the first error a user wants to see."""
    logs: list[Log] = []
    for outcome in outcomes:
        for error in outcome.unexpected():
            raise error
        logs += outcome.logs
    return logs


def _is_new(file: str | ReporterError, known: set[str]) -> bool:
    """Tells whether a file is named for the first time, under any of its names, and remembers it."""
    if isinstance(file, ReporterError):
        return True
    place = os.path.realpath(file) if os.path.exists(file) else file
    is_new = place not in known
    known.add(place)
    return is_new
