"""Reads the logs of several sources, each file once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from reporter.errors import NoRunError, ReporterError
from reporter.model import Log
from reporter.progress import track
from reporter.reading.candidates import Candidate, Skipped
from reporter.reading.pool import read_each
from reporter.sources.names import find, resolve


class Outcome(NamedTuple):
    """Holds the result of reading one source.

    Attributes:
        source: The source, as the user named it.
        logs: The logs in it.
        errors: One error for each log that cannot be read. If there is nothing else, one error for the source.
        skipped: The files of a folder or a pattern that are no logs.
    """

    source: str
    logs: list[Log]
    errors: list[ReporterError]
    skipped: list[Skipped]


def read_sources(
    sources: Iterable[str],
    *,
    jobs: int = 1,
    keep_lines: bool = False,
    skip: Path | None = None,
    output: Path | None = None,
) -> Iterator[Outcome]:
    """Reads all files of several sources; a file that several sources name is read once.

    Args:
        sources: Files, folders, patterns, addresses, or `-` for standard input.
        jobs: Number of processes that read.
        keep_lines: Whether `Log.lines` holds the lines that the log was read from.
        skip: A file that is not read, even if a source names it.
        output: The file for the result; what it holds now is no log of a folder or a pattern that it is in.

    Yields:
        One outcome for each source, in the order given.
    """
    known = {os.path.realpath(skip)} if skip else set()
    result = os.path.realpath(output) if output else None
    found = [
        (source, [each for each in files(source) if not _is_result(each, result) and _is_new(each, known)])
        for source in sources
    ]
    all_files = [file for _, each in found for file in each]
    outcomes = iter(list(track("files", read_each(all_files, jobs, keep_lines=keep_lines), len(all_files))))
    for source, each in found:
        yield _outcome(source, list(islice(outcomes, len(each))))


def _outcome(source: str, read: Sequence[Log | ReporterError | Skipped]) -> Outcome:
    logs = [each for each in read if isinstance(each, Log)]
    errors = [each for each in read if isinstance(each, ReporterError)]
    skipped = [each for each in read if isinstance(each, Skipped)]
    if skipped and not logs and not errors:
        errors.append(NoRunError(f"no training run in its {len(skipped)} files; -v says why", source))
    return Outcome(source, logs, errors, skipped)


def files(source: str) -> Sequence[str | Candidate | ReporterError]:
    """Returns the files of a source, or the error that explains why there are none."""
    try:
        found = find(source)
    except ReporterError as error:
        return [error]
    return found.files if found.kind == "file" else [Candidate(each, found.kind == "pattern") for each in found.files]


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
        NoRunError: A source holds no run. A file in a folder may hold none, unless it looks like a training log.
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
        for error in outcome.errors:
            raise error
        logs += outcome.logs
    return logs


def _is_result(file: str | Candidate | ReporterError, result: str | None) -> bool:
    return isinstance(file, Candidate) and result is not None and os.path.realpath(file.path) == result


def _is_new(file: str | Candidate | ReporterError, known: set[str]) -> bool:
    """Tells whether a file is named for the first time, under any of its names, and remembers it."""
    if isinstance(file, ReporterError):
        return True
    path = file.path if isinstance(file, Candidate) else file
    place = os.path.realpath(path) if os.path.exists(path) else path
    is_new = place not in known
    known.add(place)
    return is_new
