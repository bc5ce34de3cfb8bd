"""Joins the lines of wrapped paragraphs into passages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reporter.claims.prose import Line


@dataclass(frozen=True, slots=True)
class Passage:
    """Holds lines that belong together: a line, or the lines of a wrapped paragraph.

    Attributes:
        lines: The indices of the lines.
        text: Their text, with a newline between two lines.
        starts: Where each line starts in the text.
    """

    lines: tuple[int, ...]
    text: str
    starts: tuple[int, ...]

    def place(self, offset: int) -> tuple[int, int]:
        """Gives the index of the line, and the column counted from 0, of a character."""
        at = max(index for index, start in enumerate(self.starts) if start <= offset)
        return self.lines[at], offset - self.starts[at]


_WRAPPED = 50
"""Shortest line that may be wrapped; a shorter one ends by intention."""

_NEW = re.compile(r"\s*(?:[-*+•>#|]|\d+[.)]\s|[A-Za-z][.)]\s|<|\\(?:item|sub|section)|$)|[^.!?]{0,40}[:=]\s")


def passages(lines: Sequence[Line], wanted: Iterable[int]) -> Iterator[Passage]:
    """Joins the lines of wrapped paragraphs.

    Args:
        lines: All lines of the document.
        wanted: The indices of the lines that are prose, in order.

    Yields:
        The passages, in order.
    """
    group: list[int] = []
    for index in wanted:
        if group and not (index == group[-1] + 1 and _continues(lines[group[-1]], lines[index]) and len(group) < 40):
            yield _passage(lines, group)
            group = []
        group.append(index)
    if group:
        yield _passage(lines, group)


def _continues(line: Line, after: Line) -> bool:
    wrapped = len(line.raw.rstrip()) >= _WRAPPED and not line.raw.endswith("  ") and "|" not in line.raw
    return (
        wrapped
        and not line.level
        and not after.level
        and not _NEW.match(after.raw)
        and line.spot.cell == after.spot.cell
    )


def _passage(lines: Sequence[Line], group: list[int]) -> Passage:
    starts, at = [], 0
    for index in group:
        starts.append(at)
        at += len(lines[index].text) + 1
    return Passage(tuple(group), "\n".join(lines[index].text for index in group), tuple(starts))
