"""Knows the kinds of log; each module here is one, and adding one is one file and one word in `FORMATS`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from reporter.events import Event, Line
from reporter.formats import history, keras, table


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
    """Choose the format of a source.

    Args:
        head: Its first lines.

    Returns:
        The format that is surest to know it, the first of several.
    """
    return max(FORMATS, key=lambda each: each.sniff(head))
