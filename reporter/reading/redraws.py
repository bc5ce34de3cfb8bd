r"""Shortens text that redraws a line many times, as progress bars do with `\r`, without changing its effect."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import accumulate, count
from operator import itemgetter

LONGEST = 2048
"""Characters of one part of an escape; a longer one is text, for else a lost terminator would swallow the log."""

COLOUR = re.compile(rf"\x1b\[[0-9;]{{0,{LONGEST}}}m")
BAR = ("━", "=")
"""The character of Keras 3 bars, and an ASCII character as wide: ASCII text is encoded ten times as fast."""

_COLOUR_SHAPE = re.compile(rb"\x1b\[0{0,%d}m" % LONGEST)
_TEXT_SHAPE = b"x0[m"
_SHAPE = bytes(
    char if char in b"[m" else ord("0") if char in b"0123456789;" else ord("x") if chr(char).isprintable() else char
    for char in range(256)
)
r"""Maps the characters of an update to those of its shape: digits to `0`, other text to `x`.

Control characters, and the `[` and `m` of colour escapes, stay as they are.
"""


def condensed(text: str) -> str:
    r"""Shortens text: of all updates between its first and its last `\r`, only what they leave on the line remains.

    Args:
        text: Text without newlines.

    Returns:
        Text that leaves the same line, from any position of the cursor.
    """
    begin, end = text.find("\r"), text.rfind("\r")
    left = _left(text[begin + 1 : end]) if begin < end else None
    if left is None:
        return text
    shorter = f"{text[:begin]}\r{left}\r{text[end + 1 :]}"
    plain = COLOUR.sub("", shorter)
    return shorter if "\x1b" in plain or "\x9b" in plain else plain  # what remains could form another escape


def _left(text: str) -> str | None:
    r"""Returns what updates leave on a line, each printed from its beginning; None if one moves or erases.

    A long bar consists of a few shapes, each repeated many times: `12/469 [=>..]` has the shape of `13/469 [=>..]`
    and takes up the same columns, so that the second covers the first. Only the last update of each shape matters.
    """
    shapes = text.replace(*BAR).encode("latin-1", "replace").translate(_SHAPE).split(b"\r")
    last = dict(zip(shapes, count()))
    ends = list(accumulate(map(len, shapes)))
    left = ""
    for shape, place in sorted(last.items(), key=itemgetter(1), reverse=True):
        columns = _columns(shape)
        if columns is None:
            return None
        if columns > len(left):
            end = ends[place] + place  # a \r precedes each update but the first
            left += COLOUR.sub("", text[end - len(shape) : end])[len(left) : columns]
    return left


@lru_cache(maxsize=256)  # all epochs have the same shapes
def _columns(shape: bytes) -> int | None:
    """Counts the columns that an update takes up; None if it moves or erases."""
    text = _COLOUR_SHAPE.sub(b"", shape).rstrip(b"\b")  # the \r after them goes to the beginning anyway
    return None if text.strip(_TEXT_SHAPE) else len(text)
