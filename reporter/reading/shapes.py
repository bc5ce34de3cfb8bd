"""Remembers lines by their shape: what is learned of one line holds for all that differ from it in digits only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")

_DIGITS = bytes(ord("0") if char in b"0123456789" else char for char in range(256))
_BAR = ("━", "\x01")
"""What the bars of Keras 3 are made of, and what stands for it: text of ASCII is encoded ten times as fast."""

_ROOM = 1_000_000
"""Bytes of shapes that are remembered before all are forgotten; those of a log of Keras take a few thousand."""


class Shapes(Generic[T]):
    """Knows what was learned of each shape.

    Args:
        learn: Says what there is to know of a line; it must not look at which digit a digit is.
    """

    def __init__(self, learn: Callable[[str], T | None]) -> None:
        self._learn = learn
        self._known: dict[bytes, T | None] = {}
        self._size = 0

    def know(self, texts: Sequence[str]) -> list[T | None]:
        """Say what is known of each line, learning what is new.

        Args:
            texts: Lines as a terminal shows them, so that no control is in them.

        Returns:
            What is known of each of them, None where that is nothing.
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
        if self._size > _ROOM:
            self._known.clear()
            self._size = 0
        for shape in texts.keys() - self._known.keys():
            self._known[shape] = self._learn(texts[shape])
            self._size += len(shape)
