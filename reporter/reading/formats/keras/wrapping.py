"""Joins results that a tool wrapped into several lines, and finds one that the end of the log cut."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

_LONGEST = 10_000
_NAME = r"[^\s:-](?:(?! - )[^:]){0,80}?"
_VALUE = r"[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|nan|inf)"
_RESULT = re.compile(
    r"(?:\d+/\d+|^[\s>]*-?\s?\d+s) .*- "
    r"|^\{['\"].*,\s*$"  # a dictionary that `evaluate` returned, one metric a line
    r"|^[\s#]*\$\w+\s*$"  # a list in R: `$loss`, and its value in the next line
)
_DASH, _COLON = re.compile(r"\s-$"), re.compile(rf"\s-\s+{_NAME}:$")
_WORD = re.compile(r"\s-\s+(?!\d{1,9}[mu]?s(?:/\w{1,9})?$)[^\s:]+$")  # a time, such as `25ms/step`, is no name
_DICT, _LIST = re.compile(r"^\{.*,$"), re.compile(r"^[\s#]*\$\w+$")
_BROKEN = (_DASH, _COLON, _WORD, _DICT, _LIST)
"""Ends of a line that is obviously broken off; other ends, such as a digit, are also those of a whole result."""

_BREAKS: tuple[tuple[re.Pattern[str], re.Pattern[str], str], ...] = (
    (re.compile(r"\S$"), re.compile(rf"\s*-\s+{_NAME}: {_VALUE}(?=\s|$)"), " "),
    (_DASH, re.compile(rf"\s*{_NAME}: {_VALUE}(?=\s+-|\s*$)"), " "),
    (_COLON, re.compile(rf"\s*{_VALUE}(?=\s+-|\s*$)"), " "),
    (_WORD, re.compile(rf"[^\s:-][^\s:]*: {_VALUE}(?=\s+-|\s*$)"), ""),
    (_WORD, re.compile(rf":\s+{_VALUE}(?=\s+-|\s*$)"), ""),
    (re.compile(r":\s+[-+]?\d+$"), re.compile(r"\.\d{4}(?:e[-+]\d+)?\s*$"), ""),
    *(
        (re.compile(rf":\s+[-+]?\d+\.\d{{{count}}}$"), re.compile(rf"\d{{{4 - count}}}(?:e[-+]\d+)?\s*$"), "")
        for count in range(4)  # Keras prints four decimals, so fewer of them are the beginning of a number
    ),
    (re.compile(r"\.\d{4}$"), re.compile(r"e[-+]\d+\s*$"), ""),
    (re.compile(r"\.\d{4}e[-+]?\d?$"), re.compile(r"[-+]?\d+\s*$"), ""),
    (_DICT, re.compile(rf"\s+['\"][^'\"]+['\"]: {_VALUE}[,}}]"), " "),
    (_LIST, re.compile(rf"[\s#]*\[\d\] {_VALUE}\s*$"), " "),
    (re.compile(r":\s+[-+]?\d+\.?\d*$"), re.compile(rf"(?:\d+|\.\d+|e[-+]\d+)\s+-\s+{_NAME}: {_VALUE}(?=\s|$)"), ""),
)
"""Where a result may be broken: the end of the first line, the beginning of the second, and what to put between."""

_PIECE = re.compile(r"[\s>#|;%/]*(?:[-+.:\d\['\"]|nan|inf|e[-+]|[^\s:-][^:]{0,80}: ?[-+\dni])")
"""The beginning of each line that may be the second; a search for it takes less time than one for each break."""

_PREFIX = re.compile(r"\s{0,40}(?:[>#|;%]{1,3}|//) ")
_LAST_WORD, _FIRST_WORD = re.compile(r"\s-\s+([^\s:]+)$"), re.compile(r"([^\s:]+):")

_CUT = re.compile(r"(?<=\.\d{4}) - [^\s:-][^:]{0,200}?: [-+]?(?:\d{1,40}(?:\.\d{0,3})?|\d\.\d{4}e(?:[-+]\d?)?)$")
_LONGEST_CUT = 300


class WholeLine(NamedTuple):
    """Holds a line that is complete.

    Attributes:
        number: Number of its first piece.
        text: Its text.
        continuations: Numbers of its other pieces, if it was wrapped.
    """

    number: int
    text: str
    continuations: tuple[int, ...] = ()


class Joiner:
    """Joins the lines of wrapped results; it holds back a line that may continue until it has seen the next one."""

    def __init__(self) -> None:
        self._held: WholeLine | None = None

    def join(self, lines: Iterable[tuple[int, str]]) -> list[WholeLine]:
        """Joins lines.

        Args:
            lines: Number and text of the next lines of the log.

        Returns:
            The lines that are complete.
        """
        whole: list[WholeLine] = []
        for number, text in lines:
            held = self._held
            rest = _without_prefix(held.text, text) if held else text
            separator = _separator(held.text, rest) if held else None
            if held and separator is not None:
                joined = held.text.rstrip() + separator + rest.lstrip()
                self._held = WholeLine(held.number, joined, (*held.continuations, number))
                continue
            if held:
                whole.append(held)
            line = WholeLine(number, text)
            self._held = line if len(text) <= _LONGEST and _is_result(text) else None
            if self._held is None:
                whole.append(line)
        return whole

    @property
    def holds(self) -> bool:
        """Whether a line is held back."""
        return self._held is not None

    def flush(self) -> list[WholeLine]:
        """Returns the line that is held back, if there is one."""
        held, self._held = self._held, None
        return [held] if held else []


def may_begin(text: str) -> bool:
    """Tells whether a line may be the first piece of a wrapped one, whatever lines are around it."""
    return len(text) > _LONGEST or _is_result(text)


def is_broken(text: str) -> bool:
    """Tells whether a line is obviously broken off: it ends with a dash, or with the name of a metric."""
    return any(end.search(text) for end in _BROKEN)


def may_continue(text: str, *, broken: bool) -> bool:
    """Tells whether a line may be a later piece of a wrapped one, whatever lines are around it.

    Args:
        text: The line.
        broken: Whether the line before it is obviously broken off.
    """
    if not _PIECE.match(text):
        return False
    starts = [start for end, start, _ in _BREAKS if (end in _BROKEN) == broken]
    rest = _PREFIX.sub("", text, count=1) if _PREFIX.match(text) else text
    return any(start.match(text) or start.match(rest) for start in starts)


def _is_result(text: str) -> bool:
    """Tells whether a line holds a result that may be wrapped; most other lines lack the characters of one."""
    return ("- " in text or "{" in text or "$" in text) and _RESULT.search(text) is not None


def _separator(text: str, after: str) -> str | None:
    """Returns what to put between two lines if the second continues the first; None if it does not."""
    if not after or len(text) + len(after) > _LONGEST:
        return None
    text = text.rstrip()
    found = next((separator for end, start, separator in _BREAKS if start.match(after) and end.search(text)), None)
    return " " if found == "" and _is_broken_at_blank(text, after) else found


def _is_broken_at_blank(text: str, after: str) -> bool:
    """Tells whether a name was broken at a blank: another metric has the whole name, as in `val_binary accuracy`."""
    end, start = _LAST_WORD.search(text), _FIRST_WORD.match(after)
    first = end[1].removeprefix("val_") if end else ""
    name = f"{first} {start[1]}:" if first and start else None
    return name is not None and (name in text or name in after)


def _without_prefix(text: str, after: str) -> str:
    """Removes from a line the prefix of the line before, such as the `> ` of a quotation in Markdown."""
    prefix = _PREFIX.match(text)
    return after.removeprefix(prefix[0]) if prefix else after


def without_cut_value(text: str) -> str:
    """Removes a last value that was cut: `0.98` where Keras, which prints four decimals, was about to print `0.9876`.

    Args:
        text: The last line of a log, if no newline ends it.

    Returns:
        The text before the last metric if its value was cut; otherwise all of it.
    """
    match = _CUT.search(text, max(0, len(text) - _LONGEST_CUT))
    return text[: match.start()] if match else text
