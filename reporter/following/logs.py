"""Finds the logs to follow: those that are named, and those that appear in a folder."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator

from reporter.errors import SourceError, UsageError
from reporter.following.follow import Follower, Following
from reporter.following.ssh import RemoteTail, remote
from reporter.following.tail import Tail
from reporter.reading.candidates import reason_to_skip
from reporter.sources.names import STDIN, SUFFIXES, ending, find, is_address, refuse_impossible

_SEARCH = 5.0
"""Seconds between two searches for new logs in folders."""

_CONNECTING = 10.0
"""Seconds that a connection may take before anything is shown."""

_HEAD = 1 << 16
"""Bytes that decide whether a file of a folder is a log; a shorter one is looked at again when it has grown."""

_DOCUMENTS = (".md", ".ipynb")
"""Endings of files that a training does not print; they are followed only if they are named."""


class Logs:
    """Follows several logs.

    Args:
        sources: Files and folders, which need not exist yet; quoted patterns; and `HOST:PATH`.
        stalled: Seconds without growth after which a run that has not ended is stalled.

    Raises:
        UsageError: A source cannot be followed: an address, standard input, or a host that begins with `-`.
    """

    def __init__(self, sources: Iterable[str], stalled: float) -> None:
        self._sources = list(dict.fromkeys(sources))
        self._stalled = stalled
        self._followers: dict[str, Follower] = {}
        self._is_named: dict[str, bool] = {}
        self._skipped: dict[str, int] = {}
        self._next_search = 0.0
        for source in self._sources:
            refuse_impossible(source)
            if not remote(source) and (source == STDIN or is_address(source)):
                raise UsageError(f"{source!r} cannot be followed; name a file, a folder or HOST:PATH")

    def poll(self) -> bool:
        """Reads what is new in all logs, and searches folders for new ones every five seconds.

        Returns:
            Whether anything was read.
        """
        if time.monotonic() >= self._next_search:
            self._search()
            self._next_search = time.monotonic() + _SEARCH
        polled = [follower.poll() for follower in self._followers.values()]
        return any(polled)

    def catch_up(self) -> None:
        """Reads all that is there now; a log of another machine has ten seconds to arrive."""
        end = time.monotonic() + _CONNECTING
        while self.poll() or (any(each.is_connecting for each in self._followers.values()) and time.monotonic() < end):
            time.sleep(0.02)

    def runs(self, now: float) -> list[Following]:
        """Gives all runs as they are now.

        Args:
            now: The time, in seconds since 1970.

        Returns:
            The runs, in the order of their logs. A named log without a run is listed, too; one of a folder is not.
        """
        runs = (run for follower in self._followers.values() for run in follower.runs(now))
        return [each for each in runs if each.run or self._is_named[each.path]]

    def close(self) -> None:
        """Stops following all logs."""
        for follower in self._followers.values():
            follower.close()

    def _search(self) -> None:
        """Finds the logs again; those that are followed already are kept, if they are still there or named."""
        self._is_named = {path: named for source in self._sources for path, named in self._logs_of(source)}
        before = self._followers
        self._followers = {path: before.get(path) or self._follow(path) for path in self._is_named}
        for path in before.keys() - self._followers.keys():
            before[path].close()

    def _follow(self, path: str) -> Follower:
        there = remote(path)
        return Follower(path, RemoteTail(*there) if there else Tail(path), self._stalled)

    def _logs_of(self, source: str) -> Iterator[tuple[str, bool]]:
        """Lists the logs of a source, each with whether it is named."""
        if remote(source):
            yield source, True
            return
        try:
            found = find(source)
        except SourceError:  # an empty folder, or a pattern that matches nothing yet
            return
        for path in found.files:
            if found.kind == "file":
                yield path, True
            elif path in self._followers or found.kind == "pattern" or self._may_be_log(path):
                yield path, False

    def _may_be_log(self, path: str) -> bool:
        """Tells whether a file of a folder may be a log; a short one may become one."""
        kind = ending(path)
        if kind in SUFFIXES:
            return kind not in _DOCUMENTS
        try:
            size = os.stat(path).st_size
        except OSError:
            return False
        known = self._skipped.get(path)
        if known is not None and (known == size or known >= _HEAD):
            return False
        if reason_to_skip(path) is None:
            return True
        self._skipped[path] = size
        return False
