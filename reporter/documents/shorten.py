"""Makes a report no longer than a place takes, by leaving whole parts out of it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass

from reporter.documents.render import Extent
from reporter.errors import UsageError

COMMENT = 65_536
"""Characters that a comment on GitHub may have."""

STEP_SUMMARY = 1 << 20
"""Bytes that the summary of a step on GitHub may have."""


@dataclass(frozen=True, slots=True)
class Room:
    """Says how long a text may be, in characters and, as UTF-8, in bytes."""

    characters: int = COMMENT
    bytes: int = STEP_SUMMARY

    def holds(self, text: str) -> bool:
        """Say whether a text is no longer."""
        return len(text) <= self.characters and len(text.encode("utf-8", "backslashreplace")) <= self.bytes


def shortened(write: Callable[..., str], runs: int, room: Room) -> str:
    """Write as much of a report as there is room for: full logs go first, then sections, then rows, the last one first.

    Args:
        write: Writes the report, to the `extent` it is given.
        runs: How many runs it has.
        room: How long it may be.

    Returns:
        The report.

    Raises:
        UsageError: Not even a report without any run is so short.
    """

    def written(parts: int) -> str:
        extent = Extent(min(parts, runs), min(max(parts - runs, 0), runs), max(parts - 2 * runs, 0))
        return write(extent=extent)

    too_many = bisect_left(range(3 * runs + 1), True, key=lambda parts: not room.holds(written(parts)))
    if too_many == 0:
        raise UsageError(f"no report fits into {room.characters:,} characters; raise --max-chars")
    return written(too_many - 1)
