"""Skips progress bars that later ones replace, many lines at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

_BLOCK = 1 << 12
"""Characters that are compared at a time; a block is skipped as a whole or not at all."""

_CHANGING = b"0123456789=>. "
"""What differs from one update of a progress bar to the next: digits, the bar itself, and padding."""


class Skimmed(NamedTuple):
    """Holds what was skipped.

    Attributes:
        lines: Number of lines that were skipped.
        begin: Where the text after them begins; if any were skipped, it begins with the last update of the bar.
        end: Where the first block ends that is not skipped; the same as `begin` if no whole line is left.
    """

    lines: int
    begin: int
    end: int


def skeleton(lines: str) -> bytes:
    """Returns what lines have in common with all updates of the same progress bars."""
    return lines.encode("utf-8", "surrogatepass").translate(None, _CHANGING)


def skim(text: str, begin: int, bar: bytes) -> Skimmed:
    """Skips updates of a progress bar, but for the last one.

    Args:
        text: The text.
        begin: Where in the text a line begins.
        bar: The skeleton of an update, with its newline.

    Returns:
        What was skipped.
    """
    skipped, last_end = 0, begin
    while True:
        end = text.rfind("\n", begin, begin + _BLOCK) + 1
        if end <= last_end:
            return Skimmed(skipped, begin, begin)
        count = text.count("\n", begin, end)
        if skeleton(text[begin:end]) != bar * count:
            return Skimmed(skipped, begin, end)
        skipped += count - 1
        begin, last_end = text.rfind("\n", begin, end - 1) + 1 or begin, end


class Skimmer:
    """Skips the updates of a progress bar in text that arrives in pieces."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, text: str, last_bar: Callable[[], bytes | None]) -> Iterator[tuple[int, str]]:
        """Takes the next piece, which may end anywhere.

        Args:
            text: The piece.
            last_bar: Returns the skeleton of the last line that was read, if it is the update of a progress bar and a
                line begins now; otherwise None.

        Yields:
            A number of lines that are skipped, and the text after them, which must be read before the next is asked
            for. The last update of a bar is held back, so that it can be skipped if the next piece goes on with it.
        """
        text, self._held = self._held + text, ""
        begin = 0
        if not last_bar():
            begin = text.find("\n") + 1
            yield 0, text[:begin]
        while bar := last_bar():
            lines, begin, end = skim(text, begin, bar)
            if begin == end:
                self._held = text[begin:] if lines else ""
                yield lines, "" if lines else text[begin:]
                return
            yield lines, text[begin:end]
            begin = end
        yield 0, text[begin:]

    def flush(self) -> str:
        """Returns the text that is held back."""
        held, self._held = self._held, ""
        return held
