"""Knows the kinds of log; each module here is one, and adding one is one file and one word in `FORMATS`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Protocol

from reporter.errors import UsageError
from reporter.reading.events import Event, Line
from reporter.reading.formats import history, keras, table

GROUP = "reporter.formats"
"""The group of entry points under which other packages offer kinds of log."""


class Format(Protocol):
    """Says what a module must offer to be a kind of log.

    Attributes:
        NAME: What it is called in results.
        WHOLE: Whether its lines only make sense all together.
    """

    NAME: str
    WHOLE: bool

    @property
    def SAMPLES(self) -> Mapping[str, str]:
        """Where a line comes from, to that line; each one must be recognised."""

    def sniff(self, head: Sequence[Line]) -> float:
        """Say from 0 to 1 how surely the first lines of a source are of this kind."""

    def events(self, lines: Iterable[Line]) -> Iterator[Event]:
        """Read lines into events."""


FORMATS: tuple[Format, ...] = (keras, table, history)


def detect(head: Sequence[Line]) -> Format:
    """Choose the format of a source; other packages are asked only where none of ours is sure.

    Args:
        head: Its first lines.

    Returns:
        The format that is surest to know it, the first of several.

    Raises:
        UsageError: Two formats have one name.
    """
    found = max(FORMATS, key=lambda each: each.sniff(head))
    if found.sniff(head) == 1.0:
        return found
    return max((found, *_installed()), key=lambda each: each.sniff(head))


@cache
def _installed() -> list[Format]:
    """Load the formats of other packages."""
    from importlib.metadata import entry_points

    formats: list[Format] = [entry.load() for entry in entry_points(group=GROUP)]
    names = [each.NAME for each in (*FORMATS, *formats)]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"two formats are called {name!r}; uninstall the package of one of them")
    return formats
