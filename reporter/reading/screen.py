r"""Gives what a terminal would have left on the screen: `\r`, `\b` and ANSI escapes applied, line by line.

The terminal is so wide that nothing wraps. Escapes that only colour, ring or name a window are dropped, those
that erase or move within the line are obeyed (ECMA-48, sections 5.4 and 8.3), and so no control character is
left. Time is linear in the text and memory bounded by the width, whatever the bytes.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import accumulate, count
from operator import itemgetter

WIDTH = 1_000_000
"""Columns of a line that are kept; what is printed beyond them is cut."""

_LONGEST = 2048
"""Characters of one part of an escape; what is longer is text, or a lost terminator would swallow the log."""

_ARGUMENTS = rf"[0-?]{{0,{_LONGEST}}}[ -/]{{0,{_LONGEST}}}"
_STRING = rf"[]PX^_][^\x00-\x1f\x7f-\x9f]{{0,{_LONGEST}}}"
_SHORT = rf"[ -/]{{0,{_LONGEST}}}"
_TOKEN = re.compile(
    rf"""
    (?P<text>[^\x00-\x08\x0a-\x1f\x7f-\x9f]+)
    | (?P<back>\x08+)
    | (?P<home>\r)
    | (?:\x1b\[|\x9b)(?P<count>[0-9]{{0,{_LONGEST}}})(?P<order>[CDGK])
    | (?:\x1b\[|\x9b){_ARGUMENTS}[@-~]
    | \x1b{_STRING}(?:\x07|\x1b\\)
    | \x1b{_SHORT}[0-Z\\-~]
    | [\x00-\x1f\x7f-\x9f]
    """,
    re.VERBOSE,
)
_UNFINISHED = re.compile(rf"(?:\x1b(?:\[{_ARGUMENTS}|{_STRING}\x1b?|{_SHORT})|\x9b{_ARGUMENTS})\Z")
_LONGEST_UNFINISHED = 2 * _LONGEST + 3
_FARTHEST = 9999
"""Columns that one escape moves at most, as on a VT220."""

_COLOUR = re.compile(rf"\x1b\[[0-9;]{{0,{_LONGEST}}}m")
_COLOUR_SHAPE = re.compile(rb"\x1b\[0{0,%d}m" % _LONGEST)
_TEXT_SHAPE = b"x0[m"
_SHAPE = bytes(
    char if char in b"[m" else ord("0") if char in b"0123456789;" else ord("x") if chr(char).isprintable() else char
    for char in range(256)
)
"""Maps a character to its part in an update: controls and what colours are written with stay apart, text is `x`."""


_BAR = ("━", "=")
"""What the bars of Keras 3 are made of, and what else is printed so: text of ASCII is encoded ten times as fast."""

_PLAIN = bytes({*range(0x20, 0x100), *b"\t\n"} - {0x7F, 0xC2})
"""The bytes of UTF-8 that are of no control character; 0xC2 begins those from U+0080 to U+00BF."""


class Screen:
    """Follows one line of a terminal while text arrives in pieces of any size.

    Args:
        width: Columns of a line that are kept.

    Attributes:
        cut: The numbers, from 1, of the finished lines that were printed on beyond the width.
    """

    def __init__(self, width: int = WIDTH) -> None:
        self.cut: list[int] = []
        self._width = width
        self._count = 0
        self._line = _Line(width)
        self._held = ""

    @property
    def current(self) -> str:
        """The line being written, as it looks now, without padding."""
        return self._line.shown

    def feed(self, text: str) -> list[str]:
        """Take the next piece of text.

        Args:
            text: Any piece, cut anywhere, even within an escape.

        Returns:
            The lines that this piece finished, without their padding.
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
        """End the text.

        Returns:
            The last line if it was begun and never ended, else nothing.
        """
        self._held = ""
        return [self._finish("")] if self._line.begun else []

    def _finish(self, rest: str) -> str:
        self._count += 1
        line = self._line
        if not line.begun and line.column == 0 and len(rest) <= self._width:
            plain = rest.rstrip("\r")
            if "\r" not in plain and (plain := _COLOUR.sub("", plain)).isprintable():
                return plain.rstrip()
        line.write(rest)
        self._line = _Line(self._width)
        if line.cut:
            self.cut.append(self._count)
        return line.shown


class _Line:
    """One line and its cursor: all cells that were ever reached, blank outside of `begin` to `end`.

    To erase blanks the cells between these two and moves them, and never shortens the list: so what was erased
    is not erased again, and a cell is padded once.
    """

    def __init__(self, width: int) -> None:
        self._cells: list[str] = []
        self.column = 0
        self.cut = False
        self._width = width
        self._begin, self._end = width, 0
        self._shown: str | None = None

    @property
    def begun(self) -> bool:
        return bool(self._cells) or self.cut

    @property
    def shown(self) -> str:
        if self._shown is None:
            self._shown = "".join(self._cells[: self._end]).rstrip()
        return self._shown

    def write(self, text: str) -> None:
        """Write text with all that it may hold but newlines."""
        for token in _TOKEN.finditer(_condensed(text)):
            match token.lastgroup:
                case "text":
                    self._print(token.group())
                case "back":
                    self._move(-len(token.group()))
                case "home":
                    self.column = 0
                case "order":
                    self._obey(token["order"], min(int(token["count"] or 0), _FARTHEST))

    def _print(self, text: str) -> None:
        kept = text[: max(0, self._width - self.column)]
        if kept:
            self._cells.extend([" "] * (self.column - len(self._cells)))
            self._cells[self.column : self.column + len(kept)] = kept
            self._begin = min(self._begin, self.column)
            self._end = max(self._end, self.column + len(kept))
            self._shown = None
        self.cut = self.cut or len(kept) < len(text)
        self.column += len(text)

    def _move(self, columns: int) -> None:
        self.column = max(0, self.column + columns)

    def _obey(self, order: str, count: int) -> None:
        """Erase or move within the line; what else an escape may ask for leaves no trace in text."""
        if order == "C":
            self._move(count or 1)
        elif order == "D":
            self._move(-(count or 1))
        elif order == "G":
            self.column = max(0, count - 1)
        elif count <= 2:  # erase to the end of the line (0), up to and with the cursor (1), or all of it (2)
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
    """Say whether nothing in a text moves the cursor within a line; U+0080 to U+00BF are taken for controls too."""
    if "\x1b" in text or "\b" in text:
        return False
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    return not text.replace(*_BAR).encode("utf-8", "surrogatepass").translate(None, _PLAIN)


def _unfinished(text: str) -> str:
    """Give the escape that a text ends within; only the last two ESC can begin it, for it may end in one."""
    last = max(text.rfind("\x1b"), text.rfind("\x9b"))
    start = max(text.rfind("\x1b", 0, max(last, 0)), 0)
    found = _UNFINISHED.search(text, max(start, len(text) - _LONGEST_UNFINISHED)) if last >= 0 else None
    return found.group() if found else ""


def visible(text: str) -> str:
    """Give what a terminal shows of one line.

    Args:
        text: The line, without its newline.

    Returns:
        The line with every control character applied and gone.
    """
    screen = Screen()
    return " ".join(screen.feed(text) + screen.close())


def _condensed(text: str) -> str:
    r"""Give shorter text of the same effect: of all the updates between two `\r`, only what they leave."""
    begin, end = text.find("\r"), text.rfind("\r")
    left = _left(text[begin + 1 : end]) if begin < end else None
    if left is None:
        return text
    shorter = f"{text[:begin]}\r{left}\r{text[end + 1 :]}"
    plain = _COLOUR.sub("", shorter)
    return shorter if "\x1b" in plain or "\x9b" in plain else plain  # what is left may have become another escape


def _left(text: str) -> str | None:
    r"""Give what updates leave, each printed from the beginning of the line; None if one does more than print.

    A long bar is a few shapes, each many times: `12/469 [=>..]` is of the shape of `13/469 [=>..]`, takes up the
    same columns, and so is gone when that has been printed. Only the last of each shape is looked at.
    """
    shapes = text.replace(*_BAR).encode("latin-1", "replace").translate(_SHAPE).split(b"\r")
    last = dict(zip(shapes, count()))
    ends = list(accumulate(map(len, shapes)))
    left = ""
    for shape, place in sorted(last.items(), key=itemgetter(1), reverse=True):
        columns = _columns(shape)
        if columns is None:
            return None
        if columns > len(left):
            end = ends[place] + place  # there is a \r before each but the first
            left += _COLOUR.sub("", text[end - len(shape) : end])[len(left) : columns]
    return left


@lru_cache(maxsize=256)  # the shapes of one epoch are those of the next
def _columns(shape: bytes) -> int | None:
    """Count the columns that an update takes up; None if it does more than print."""
    text = _COLOUR_SHAPE.sub(b"", shape).rstrip(b"\b")  # the \r moves farther than they do
    return None if text.strip(_TEXT_SHAPE) else len(text)
