r"""Computes the lines that a terminal would show: applies `\r`, `\b` and ANSI escapes within each line.

The terminal is so wide that no line wraps. Escapes for colours, bells and window titles are dropped; escapes that
erase or move within the line are obeyed (ECMA-48, sections 5.4 and 8.3), so that no control character remains.
Time is linear in the length of the text, and memory is bounded by the width, whatever the text holds.
"""

from __future__ import annotations

import re

from reporter.lookalikes import marked
from reporter.reading.lines import Redraw
from reporter.reading.redraws import BAR, COLOUR, LONGEST, condensed

WIDTH = 1_000_000
"""Columns of a line that are kept; text beyond them is dropped."""

_ARGUMENTS = rf"[0-?]{{0,{LONGEST}}}[ -/]{{0,{LONGEST}}}"
_STRING = rf"[]PX^_][^\x00-\x1f\x7f-\x9f]{{0,{LONGEST}}}"
_SHORT = rf"[ -/]{{0,{LONGEST}}}"
_TOKEN = re.compile(
    rf"""
    (?P<text>[^\x00-\x08\x0a-\x1f\x7f-\x9f]+)
    | (?P<back>\x08+)
    | (?P<home>\r)
    | (?:\x1b\[|\x9b)(?P<count>[0-9]{{0,{LONGEST}}})(?P<order>[CDGK])
    | (?:\x1b\[|\x9b){_ARGUMENTS}[@-~]
    | \x1b{_STRING}(?:\x07|\x1b\\)
    | \x1b{_SHORT}[0-Z\\-~]
    | [\x00-\x1f\x7f-\x9f]
    """,
    re.VERBOSE,
)
_UNFINISHED = re.compile(rf"(?:\x1b(?:\[{_ARGUMENTS}|{_STRING}\x1b?|{_SHORT})|\x9b{_ARGUMENTS})\Z")
_LONGEST_UNFINISHED = 2 * LONGEST + 3
_FARTHEST = 9999
"""Columns that one escape moves at most, as on a VT220."""

_OPENING = re.compile(r"[\r\b]*([^\r\b]+)\x08*\r[\r\b]*(?=[^\r\b])")
"""What is drawn first on a line that is drawn several times."""

_PLAIN = bytes({*range(0x20, 0x100), *b"\t\n"} - {0x7F, 0xC2})
"""The bytes of UTF-8 text without control characters; the byte 0xC2 begins U+0080 to U+00BF, which hold controls."""


class Screen:
    """Shows text, which arrives in pieces of any size, line by line.

    Args:
        width: Columns of a line that are kept.

    Attributes:
        cut: Numbers, counted from 1, of the finished lines that were longer than the width.
        redrawn: Numbers of the finished lines that were drawn several times, and how.
    """

    def __init__(self, width: int = WIDTH) -> None:
        self.cut: list[int] = []
        self.redrawn: dict[int, Redraw] = {}
        self._width = width
        self._count = 0
        self._line = _Line(width)
        self._held = ""

    @property
    def current(self) -> str:
        """The unfinished line, as it looks now, without spaces at its end."""
        return self._line.shown

    @property
    def at_line_start(self) -> bool:
        """Whether the next character begins a line."""
        return not self._held and not self._line.begun and self._line.column == 0

    def skip_lines(self, count: int) -> None:
        """Counts lines that are not shown."""
        self._count += count

    def feed_text(self, text: str) -> list[str]:
        """Shows the next piece of text.

        Args:
            text: The piece; it may end anywhere, even within an escape.

        Returns:
            The lines that this piece finished, without spaces at their ends.
        """
        text = self._held + text
        *finished, rest = text.split("\n")
        lines = [self._finish(line) for line in finished[:1]]
        if len(text) <= self._width and _is_plain(text):
            lines += map(str.rstrip, finished[1:])
            self._count += len(finished[1:])
        else:
            lines += map(self._finish, finished[1:])
        self._held = _unfinished(rest)
        self._line.write(rest.removesuffix(self._held))
        return lines

    def close(self) -> list[str]:
        """Ends the text.

        Returns:
            The last line if no newline ended it, else an empty list.
        """
        self._held = ""
        return [self._finish("")] if self._line.begun else []

    def _finish(self, rest: str) -> str:
        self._count += 1
        line = self._line
        if not line.begun and line.column == 0 and len(rest) <= self._width:
            plain = rest.rstrip("\r")
            if "\r" not in plain and (plain := COLOUR.sub("", plain)).isprintable():
                return plain.rstrip()
        line.write(rest)
        self._line = _Line(self._width)
        if line.cut:
            self.cut.append(self._count)
        if redraw := line.redraw():
            self.redrawn[self._count] = redraw
        return line.shown


class _Line:
    """Holds one line and its cursor.

    The cells outside of `_begin` to `_end` are blank. Erasing only blanks cells between these two, and moves them; it
    never shortens the list of cells. So no cell is erased or padded twice, and time stays linear.
    """

    def __init__(self, width: int) -> None:
        self._cells: list[str] = []
        self.column = 0
        self.cut = False
        self._width = width
        self._begin, self._end = width, 0
        self._shown: str | None = None
        self._opening = ""
        self._last = 0

    @property
    def begun(self) -> bool:
        return bool(self._cells) or self.cut

    @property
    def shown(self) -> str:
        if self._shown is None:
            self._shown = "".join(self._cells[: self._end]).rstrip()
        return self._shown

    def write(self, text: str) -> None:
        """Writes text, which may hold anything but newlines."""
        self._opening += text[: LONGEST - len(self._opening)]
        for token in _TOKEN.finditer(condensed(text)):
            match token.lastgroup:
                case "text":
                    self._print(token.group())
                case "back":
                    self._move(-len(token.group()))
                case "home":
                    self.column = 0
                case "order":
                    self._obey(token["order"], min(int(token["count"] or 0), _FARTHEST))

    def redraw(self) -> Redraw | None:
        """Tells how the line was drawn several times; None if it was drawn once."""
        first = _OPENING.match(self._opening) if "\r" in self._opening else None
        if not first:
            return None
        is_stale = self._last < len(self.shown)
        return Redraw(COLOUR.sub("", first[1]).rstrip(), self._last if is_stale else None)

    def _print(self, text: str) -> None:
        kept = text[: max(0, self._width - self.column)]
        if kept:
            self._cells.extend([" "] * (self.column - len(self._cells)))
            self._cells[self.column : self.column + len(kept)] = kept
            self._begin = min(self._begin, self.column)
            self._end = max(self._end, self.column + len(kept))
            self._shown = None
        self.cut = self.cut or len(kept) < len(text)
        self.column = self._last = self.column + len(text)

    def _move(self, columns: int) -> None:
        self.column = max(0, self.column + columns)

    def _obey(self, order: str, count: int) -> None:
        """Obeys an escape that erases or moves within the line."""
        if order == "C":
            self._move(count or 1)
        elif order == "D":
            self._move(-(count or 1))
        elif order == "G":
            self.column = max(0, count - 1)
        elif count <= 2:  # from the cursor on (0), up to and including the cursor (1), or the whole line (2)
            self._erase(self.column if count == 0 else 0, self.column + 1 if count == 1 else self._width)

    def _erase(self, start: int, stop: int) -> None:
        start, stop = max(start, self._begin), min(stop, self._end)
        if start < stop:
            self._cells[start:stop] = [" "] * (stop - start)
            if start == self._begin:
                self._begin = stop
            if stop == self._end:
                self._end = start
            self._shown = None


def _is_plain(text: str) -> bool:
    """Tells whether text has no control characters within its lines; it takes U+0080 to U+00BF for some."""
    if "\x1b" in text or "\b" in text:
        return False
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    return not text.replace(*BAR).encode("utf-8", "surrogatepass").translate(None, _PLAIN)


def _unfinished(text: str) -> str:
    """Returns the escape that a text ends within; it may hold an ESC itself, so the last two ESC may begin it."""
    last = max(text.rfind("\x1b"), text.rfind("\x9b"))
    start = max(text.rfind("\x1b", 0, max(last, 0)), 0)
    found = _UNFINISHED.search(text, max(start, len(text) - _LONGEST_UNFINISHED)) if last >= 0 else None
    return found.group() if found else ""


def visible(text: str) -> str:
    """Makes text safe for a terminal.

    Args:
        text: One line, without its newline.

    Returns:
        The line as a terminal shows it, without control characters, and with characters marked that could deceive.
    """
    screen = Screen()
    return marked(" ".join(screen.feed_text(text) + screen.close()))
