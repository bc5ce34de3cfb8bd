"""Remembers what was learned about lines; it holds for every line that differs from a known one only in its digits."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

from reporter.reading.events import Event

T = TypeVar("T")

_DIGITS = bytes(ord("0") if char in b"0123456789" else char for char in range(256))
_BAR = ("━", "\x01")
"""The character of Keras 3 bars, and an ASCII character to replace it: ASCII text is encoded ten times as fast."""

_LIMIT = 1_000_000
"""Bytes of shapes to remember before all are forgotten; the shapes of a Keras log take a few thousand."""

NOWHERE = slice(0, 0)
"""The place of something that a line lacks; it selects the empty string."""


class Shape(NamedTuple):
    """Holds how to read a line, and every line that differs from it only in its digits.

    Attributes:
        event: Makes the event of such a line from its number and its text.
        may_continue: Whether such a line may continue the line before it, if that one is obviously broken off.
        always_unfinished: Whether it is a progress bar that has not reached its end: always False.
    """

    event: Callable[[int, str], Event]
    may_continue: bool = False
    always_unfinished: bool = False


def place(match: re.Match[str], group: int | str) -> slice:
    """Gives the place of a group, at which every line of the same shape has it; an empty one if it did not match."""
    return slice(*match.span(group)) if match[group] is not None else NOWHERE


class Shapes(Generic[T]):
    """Remembers what was learned about each shape; the shape of a line is its text with every digit replaced by 0.

    Args:
        learn: Returns what there is to know about a line; it must not depend on which digits the line has.
    """

    def __init__(self, learn: Callable[[str], T | None]) -> None:
        self._learn = learn
        self._known: dict[bytes, T | None] = {}
        self._size = 0

    def look_up(self, texts: Sequence[str]) -> list[T | None]:
        """Looks lines up, and learns those whose shape is new.

        Args:
            texts: Lines as a terminal shows them, without control characters.

        Returns:
            For each line what `learn` returned for its shape.
        """
        if not texts:
            return []
        text = "\n".join(texts).replace(*_BAR)
        shapes = text.encode("utf-8", "surrogatepass").translate(_DIGITS).split(b"\n")
        try:
            return list(map(self._known.__getitem__, shapes))
        except KeyError:
            self._learn_all(dict(zip(shapes, texts, strict=True)))
            return list(map(self._known.__getitem__, shapes))

    def _learn_all(self, texts: dict[bytes, str]) -> None:
        if self._size > _LIMIT:
            self._known.clear()
            self._size = 0
        for shape in texts.keys() - self._known.keys():
            self._known[shape] = self._learn(texts[shape])
            self._size += len(shape)
