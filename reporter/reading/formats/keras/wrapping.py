"""Joins results that a tool wrapped into several lines, and finds one that the end of the log cut."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_LONGEST = 10_000
_NAME = r"[^\s:-](?:(?! - )[^:]){0,80}?"
_VALUE = r"[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|nan|inf)"
_RESULT = re.compile(
    r"(?:\d+/\d+|^[\s>]*-?\s?\d+s) .*- "
    r"|\[-?\d+\.\d+[^\[\]]*$"  # a list that `evaluate` returned
    r"|^\{['\"].*,\s*$"  # a dictionary that `evaluate` returned, one metric a line
    r"|^[\s#]*\$\w+\s*$"  # a list in R: `$loss`, and its value in the next line
)
_DICT, _LIST = re.compile(r"^\{.*,$"), re.compile(r"^[\s#]*\$\w+$")

_LAST = re.compile(r"\s-(?:\s+(?P<name>[^\s\d:-](?:(?! - )[^:]){0,80})(?P<colon>:\s*(?P<value>[-+]?\d[\d.e+-]*)?)?)?$")
"""The last metric of a line, which may break off anywhere: `-`, `- val_lo`, `- val_loss:`, `- val_loss: 0.12`."""

_PAIR = re.compile(rf"\s-\s+{_NAME}:\s*{_VALUE}(?=\s+-\s|[\s*`_|\\]*$)")
_PAIR_OF_KERAS = re.compile(rf"\s-\s+{_NAME}:\s+[-+]?\d+\.\d{{4}}(?:e[-+]\d\d)?(?=\s+-\s|[\s*`_|\\]*$)")
"""A metric with four decimals, as Keras prints it: a number with fewer of them is the beginning of one."""

_NEXT = re.compile(rf"\s*(?:-|\d+(?:\.\d+)?[mu]?s/(?:step|sample) -)\s+{_NAME}: {_VALUE}(?=\s|$)")
_REST_OF_VALUE = re.compile(rf"(?=[\d.e+-])[\d.]*(?:e?[-+]?\d+)?(?=\s+-\s+{_NAME}: ?[-+\dni]|[\s*`_|\\]*$)")
_REST_OF_PAIR = re.compile(rf"(?:\s*{_NAME})?:\s+{_VALUE}(?=\s+-|[\s*`_|\\]*$)|\s*{_VALUE}(?=\s+-|\s*$)")
_REST_OF_DICT = re.compile(rf"\s+['\"][^'\"]+['\"]: {_VALUE}[,}}]")
_TIME, _REST_OF_TIME = (
    re.compile(r"(?<=\s)\d{1,9}(?:\.\d{1,9})?[mu]?s?(?:/\w{0,6})?$"),
    re.compile(rf"\d{{0,4}}[mu]?s?/?[a-z]{{0,6}}\s+-\s+{_NAME}: {_VALUE}(?=\s|$)"),
)
_PACE = re.compile(r"\d+(?:\.\d+)?[mu]?s/(?:step|sample)\s+-")
_OPEN, _REST_OF_NUMBERS = re.compile(r"\[-?\d[-+\d.e, ]*$"), re.compile(r"[-+\d.e, ]*\][\s*`|\\]*$")
_REST_OF_LIST = re.compile(rf"[\s#]*\[\d\] {_VALUE}\s*$")

_PIECE = re.compile(r"[\s>#|;%/]*(?:[-+.:\d\[\]'\"]|nan|inf|e[-+]|[^\s:-][^:]{0,80}: ?[-+\dni])")
"""The beginning of each line that may be the second; a search for it takes less time than one for each break."""

_PREFIX = re.compile(r"\s{0,40}(?:[>#|;%]{1,3}|//) ")

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
        self._names = ""

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
            separator = _separator(held.text, rest, self._names) if held else None
            if held and separator is not None:
                joined = held.text.rstrip() + separator + rest.lstrip()
                self._held = WholeLine(held.number, joined, (*held.continuations, number))
                continue
            if held:
                whole.append(held)
                self._names = held.text
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
        self._names = held.text if held else self._names
        return [held] if held else []


def may_begin(text: str) -> bool:
    """Tells whether a line may be the first piece of a wrapped one, whatever lines are around it."""
    return len(text) > _LONGEST or _is_result(text)


def may_continue(text: str, *, broken: bool) -> bool:
    """Tells whether a line may be a later piece of a wrapped one, whatever lines are around it.

    Args:
        text: The line.
        broken: Whether the line before it is obviously broken off.
    """
    if not _PIECE.match(text):
        return False
    starts = (
        (_REST_OF_PAIR, _REST_OF_DICT, _REST_OF_LIST)
        if broken
        else (_NEXT, _REST_OF_TIME, _REST_OF_VALUE, _REST_OF_NUMBERS)
    )
    rest = _PREFIX.sub("", text, count=1) if _PREFIX.match(text) else text
    return any(start.match(text) or start.match(rest) for start in starts)


def _is_result(text: str) -> bool:
    """Tells whether a line holds a result that may be wrapped; most other lines lack the characters of one."""
    return ("- " in text or "{" in text or "$" in text) and _RESULT.search(text) is not None


def _separator(text: str, after: str, names: str) -> str | None:
    """Returns what to put between two lines if the second continues the first; None if it does not.

    Args:
        text: The first line.
        after: The second line.
        names: An earlier result, with the names of its metrics.
    """
    if not after or len(text) + len(after) > _LONGEST:
        return None
    text = text.rstrip()
    is_next = _NEXT.match(after) or (_DICT.match(text) and _REST_OF_DICT.match(after))
    if is_next or (_LIST.match(text) and _REST_OF_LIST.match(after)):
        return " "
    if _OPEN.search(text) and _REST_OF_NUMBERS.match(after):
        return " " if text.endswith(",") else ""
    if (time := _TIME.search(text)) and _REST_OF_TIME.match(after) and _PACE.match(time[0] + after):
        return ""
    last = _LAST.search(text)
    if not last:
        return None
    separator = _within_pair(last, (text, after, names), after)
    whole = _PAIR_OF_KERAS if last["value"] else _PAIR
    joined = whole.match(last[0] + separator + after.lstrip())
    return separator if joined and joined.end() > len(last[0]) else None


def _within_pair(last: re.Match[str], texts: Sequence[str], after: str) -> str:
    """Returns what to put between the two parts of a metric: a space if it was broken at one.

    A name is broken at a space if another result, or another metric of this one, has the whole name.
    """
    if last["value"]:
        return ""
    if last["colon"] or not last["name"]:
        return " "
    if after.startswith(" ") and not texts[0].startswith(" "):
        return " "
    name = f"{last['name']} {after.lstrip().partition(':')[0]}:".removeprefix("val_")
    return " " if name[0] != " " and any(name in text for text in texts) else ""


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
