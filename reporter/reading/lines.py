"""Holds the lines of a log, each with its number: one line, or a batch of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, overload


class Line(NamedTuple):
    """Holds one line of a log.

    Attributes:
        number: Its number in the source, counted from 1.
        text: Its text as a terminal shows it, without its newline.
        ended: Whether a newline ends it; False only for the last line of a log that stops within a line.
    """

    number: int
    text: str
    ended: bool = True


class Redraw(NamedTuple):
    """Holds what the text of a line does not say if the line was drawn several times, as progress bars are.

    Attributes:
        first: The line as it was drawn first.
        stale: The column from which on the text was there before the line was drawn last; None if all of it is new.
    """

    first: str
    stale: int | None


_NONE: Mapping[int, Redraw] = MappingProxyType({})


class Lines(Sequence[Line]):
    """Holds a batch of lines; it makes a `Line` only when one is asked for, which most lines of a long log never are.

    Args:
        numbers: The number of each line, ascending.
        texts: The text of each line.
        ended: Whether a newline ends the last line.
        redrawn: The number of each line that was drawn several times, and how.
    """

    __slots__ = ("ended", "numbers", "redrawn", "texts")

    def __init__(
        self,
        numbers: Sequence[int],
        texts: Sequence[str],
        ended: bool = True,
        redrawn: Mapping[int, Redraw] = _NONE,
    ) -> None:
        self.numbers = numbers
        self.texts = texts
        self.ended = ended
        self.redrawn = redrawn

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Lines:
        """Makes a batch of any sequence of lines, such as a list.

        Args:
            lines: The lines; a batch is returned as it is.

        Returns:
            The batch.
        """
        if isinstance(lines, cls):
            return lines
        return cls([line.number for line in lines], [line.text for line in lines], not lines or lines[-1].ended)

    def __len__(self) -> int:
        return len(self.texts)

    def __iter__(self) -> Iterator[Line]:
        if self.ended:
            yield from map(Line, self.numbers, self.texts)
            return
        yield from map(Line, self.numbers[:-1], self.texts[:-1])
        yield Line(self.numbers[-1], self.texts[-1], ended=False)

    @overload
    def __getitem__(self, index: int) -> Line: ...

    @overload
    def __getitem__(self, index: slice) -> Lines: ...

    def __getitem__(self, index: int | slice) -> Line | Lines:
        if isinstance(index, slice):
            reaches_end = index.stop is None or index.stop >= len(self.texts)
            return Lines(self.numbers[index], self.texts[index], self.ended or not reaches_end, self.redrawn)
        is_last = index in (-1, len(self.texts) - 1)
        return Line(self.numbers[index], self.texts[index], self.ended or not is_last)
