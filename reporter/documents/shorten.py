"""Shortens a report to a maximum length by leaving out whole parts."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass

from reporter.documents.render import ShownParts
from reporter.errors import UsageError

COMMENT_CHARACTERS = 65_536
"""Maximum number of characters in a comment on GitHub."""

STEP_SUMMARY_BYTES = 1 << 20
"""Maximum number of bytes in the summary of a step on GitHub."""


@dataclass(frozen=True, slots=True)
class TextLimit:
    """Holds the maximum length of a text, in characters and in bytes of UTF-8."""

    characters: int = COMMENT_CHARACTERS
    bytes: int = STEP_SUMMARY_BYTES

    def allows(self, text: str) -> bool:
        """Returns whether a text is short enough."""
        return len(text) <= self.characters and len(text.encode("utf-8", "backslashreplace")) <= self.bytes


def shorten(render: Callable[..., str], runs: int, limit: TextLimit) -> str:
    """Renders as many parts of a report as the limit allows.

    Full logs are left out first, then sections, then table rows; of each, those of the last run first.

    Args:
        render: A function that renders the report; its argument `shown` is a `ShownParts`.
        runs: Number of runs in the report.
        limit: The maximum length.

    Returns:
        The report.

    Raises:
        UsageError: Even a report without any run is too long.
    """

    def with_parts(parts: int) -> str:
        return render(shown=ShownParts(min(parts, runs), min(max(parts - runs, 0), runs), max(parts - 2 * runs, 0)))

    too_many = bisect_left(range(3 * runs + 1), True, key=lambda parts: not limit.allows(with_parts(parts)))
    if too_many == 0:
        raise UsageError(f"even an empty report is longer than {limit.characters:,} characters; raise --max-chars")
    return with_parts(too_many - 1)
