"""Reads the logs of a folder again and again, and each time only those that changed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reporter.model import Log
from reporter.reading.candidates import Candidate
from reporter.reading.many import files
from reporter.reading.pool import read_each
from reporter.sources.names import records_beside


class _State(NamedTuple):
    """Says whether a file is as it was: where it is on the disk, its size, and its last change in nanoseconds."""

    inode: int
    size: int
    changed: int


class Folder:
    """Holds the logs of some sources as they were when they were looked at last.

    A link in a folder that leads out of the folder is left out.

    Args:
        sources: Files, folders or patterns.
    """

    def __init__(self, sources: Sequence[str]) -> None:
        self._sources = sources
        self._states: dict[str, tuple[_State | None, ...]] = {}
        self._read: dict[str, Log] = {}

    @property
    def logs(self) -> list[Log]:
        """The logs that could be read, in the order of the sources."""
        return list(self._read.values())

    def look(self) -> bool:
        """Reads each file that is new or changed, and forgets those that are gone.

        A file that cannot be read, or holds no run yet, is looked at again when it changes.

        Returns:
            Whether the logs are others than before.
        """
        before, found = self._read, {}
        states: dict[str, tuple[_State | None, ...]] = {}
        for candidate in self._candidates():
            path = candidate.path
            states[path] = tuple(map(_state, (path, *records_beside(path))))
            log = before.get(path) if states[path] == self._states.get(path) else _read(candidate)
            if log:
                found[path] = log
        self._states, self._read = states, found
        return list(before.items()) != list(found.items())

    def still_holds(self, path: str) -> bool:
        """Tells whether a file of a folder has not become a link that leads out of it."""
        return any(not os.path.isdir(each) or _is_below(path, os.path.realpath(each)) for each in self._sources)

    def _candidates(self) -> Iterator[Candidate]:
        known: set[str] = set()
        for source in self._sources:
            top = os.path.realpath(source)
            for each in files(source):
                candidate = Candidate(each, matched=True) if isinstance(each, str) else each
                if not isinstance(candidate, Candidate) or candidate.path in known:
                    continue
                known.add(candidate.path)
                if not os.path.islink(candidate.path) or not os.path.isdir(source) or _is_below(candidate.path, top):
                    yield candidate


def _read(candidate: Candidate) -> Log | None:
    (outcome,) = read_each([candidate], keep_lines=True)
    return outcome if isinstance(outcome, Log) else None


def _is_below(path: str, top: str) -> bool:
    return os.path.realpath(path).startswith(top + os.sep)


def _state(path: str) -> _State | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return _State(found.st_ino, found.st_size, found.st_mtime_ns)
