"""Reads single lines of console text: finds out what a line holds, and turns it into events."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import count

from reporter.reading.events import Event, Heading, Notice, Prose, Result
from reporter.reading.formats.keras import markup
from reporter.reading.formats.keras.bars import NUMBER, Bar, find_bar
from reporter.reading.formats.keras.headers import Header, find_header
from reporter.reading.formats.keras.messages import find_failure, find_message, find_notice
from reporter.reading.formats.keras.scores import find_dict, find_list, find_test_score
from reporter.reading.formats.keras.summaries import (
    find_fit,
    find_parameters,
    find_summary,
)

# Every repetition is bounded: reading any line, also a malicious one, takes linear time.
_BAR = r"\d{1,18}/(?:\d{1,18}|Unknown) ?(?:\[[=>.]|━|={20} |- \d{1,9}s[ :-])"
_GLUE = re.compile(
    r"(?<=\S)\s{0,40}(?=Epoch \d{1,9}(?:/\d|: )|Restoring model weights )"
    rf"|(?:(?<=[:|>\])*`\"'])|(?<=\.\d{{4}})|(?<=e-\d\d)|(?<=\S)\s{{1,40}})(?={_BAR})"
    r"|(?<=[\ds])(?=\[\d{1,9}\.\d{1,40}(?:e-\d\d)?, \d{1,9}\.\d)"
)
"""Where a line is split that lost the newline before a header, a message, a bar or a list of scores.

A bar directly behind a metric is found by the four decimals that Keras prints: `acc: 0.976660000/60000 [====]`.
"""

_GLUED = re.compile(rf"(?:[\s:|>\])*`\"']|\.\d{{4}}|e-\d\d){_BAR}|[\ds]\[\d")
"""Finds a bar in the middle of a line; it takes less time than a split of a line that has none."""

_ONE_LINER = re.compile(
    r"(?<!ETA: )(?<![\w./])(?:- )?\d{1,9}s"
    r"(?: (?:\d{1,9}[mu]?s/\w{1,9} )?- [^\s:-][^:]{0,200}: |[:,;|] ?[A-Za-z_]\w{0,80}[:=] ?[\d-])"
)
_FRAGMENT = re.compile(r"\w.*[^\w\s:|\]]$")
"""Text of which the result behind it is a fragment; a prefix, such as that of a logger, ends in other characters."""

_HEADED = re.compile(r"(\W{0,40}Epoch \d{1,9}/\d{1,9})[\s:|,;*-]{1,8}(?=\d{1,18}/\d|\d{1,9}s\b)")
"""A header in front of the result on the same line."""

_LEADING = "`*>|#'\" "
"""Characters of Markdown, or of a comment, before a bar."""

_CUT = re.compile(r"-(?: [A-Za-z][\w@./ -]{0,80}:?)?$")
"""What is left of the next metric where a result breaks off."""

_STALE = re.compile(rf"[A-Za-z]\w{{0,80}}: {NUMBER}(?: - |$)")
_LONGEST = 10_000
_FEW = 8

_LONG_BAR = re.compile("={31,}")
_HEADING = re.compile(r"(#{1,6})\s(.*)")


def read_line(number: int, text: str) -> Iterator[Event]:
    """Reads one line.

    Args:
        number: Number of the line.
        text: Its text, without markup.

    Yields:
        One event, or several if lines are glued together because the newline between them was lost.
    """
    if "Epoch " in text and (headed := _HEADED.match(text)):
        yield from _read_piece(number, headed[1])
        text = text[headed.end() :]
    for piece in _GLUE.split(text) if "Epoch " in text or _GLUED.search(text, 1) else (text,):
        yield from _read_piece(number, piece if len(piece) <= _LONGEST else _shortened(piece))


def find_shape(text: str) -> Bar | Header | None:
    """Finds where the numbers of a bar, of a one-line result or of a header are.

    Args:
        text: The line, with its markup if it has any.

    Returns:
        The places of the numbers, in this line and in every line that differs from it only in its digits; None if
        the line is, or holds, anything else, so that `read_line` must read it.
    """
    indent = len(text) - len(text.lstrip())
    if len(text) > _LONGEST or not markup.CHARACTERS.isdisjoint(text) or _GLUED.search(text, indent + 1):
        return None
    if "Epoch " in text:
        header = find_header(text)
        return header if header and not header.begin else None
    bar = find_bar(text)
    if not bar or bar.rest:
        return None
    return bar if bar.has_counter or (bar.values and not bar.always_unfinished) else None


def _read_piece(number: int, text: str) -> Iterator[Event]:
    """Reads a part of a line that holds one thing, and perhaps others glued to its end.

    After a few of them, only the text before the next one-line result is searched for anything else: a search of all
    that remains, for each thing, would take quadratic time.
    """
    is_fragment = False
    for place in count():
        events, text, is_behind_text = _read_beginning(number, text.strip(), is_long=place >= _FEW)
        for event in events:
            yield event._replace(weak="fragment") if is_fragment and isinstance(event, Result) else event
        if not text:
            return
        is_fragment = is_fragment or is_behind_text


def _read_beginning(number: int, text: str, *, is_long: bool) -> tuple[list[Event], str, bool]:
    """Reads what a text begins with.

    Args:
        number: Number of the line.
        text: The text, without blanks around it.
        is_long: Whether only the text before the next one-line result is searched for anything but a result.

    Returns:
        The events, the text that is left, and whether that is a fragment behind other text.
    """
    bare = text.lstrip(_LEADING)
    if bar := find_bar(bare):
        events, rest = _read_bar(number, bare, bar)
        return events, rest, False
    behind = _ONE_LINER.search(text) if is_long else None
    piece = text[: behind.start()] if behind else text
    for find in _FINDERS:
        if event := find(number, piece):
            return [event], "", False
    behind = behind or _ONE_LINER.search(text)
    if behind and behind.start():
        return [], text[behind.start() :], bool(_FRAGMENT.search(text[: behind.start()]))
    return [_find_heading(number, text) or Prose(number, text)], "", False


def _shortened(text: str) -> str:
    """Shortens a bar of TF 2.0, which is up to 300,000 `=` long; no other line of Keras is as long as that."""
    return _LONG_BAR.sub("=" * 30, text)[:_LONGEST]


def _read_bar(number: int, text: str, bar: Bar) -> tuple[list[Event], str]:
    """Reads a bar or a one-line result; gives its events and the text after it."""
    rest = bar.rest
    if rest and rest[0] != "-" and bar.is_finished_without_metrics(text):  # a bar of `predict` over other text
        return ([_read_stale(number, text, bar)], "") if _STALE.match(rest) else ([bar.event(number, text)], rest)
    is_finished = not bar.is_unfinished(text)
    events: list[Event] = []
    if is_finished and bar.values and _CUT.match(rest):
        events.append(bar.event(number, text[: len(text) - len(rest)].rstrip()))
    elif bar.has_counter or bar.always_unfinished or bar.values or rest:
        events.append(bar.progress_or_result(number, text))
    if is_finished and rest.startswith("-"):
        cut = f"a finished epoch whose metrics cannot be read: {rest[1:80].strip()}"
        events.append(Notice(number, "unreadable", cut))
    return events, "" if events and isinstance(events[0], Result) else rest


def _read_stale(number: int, text: str, bar: Bar) -> Event:
    """Reads a finished bar that has metrics behind it, without a dash between.

    It is the bar of a `predict` that a callback calls, painted over the bar of the epoch, whose metrics remain; or
    only the dash was lost, and the metrics are those of the bar.
    """
    end = len(text) - len(bar.rest)
    whole = find_bar(f"{text[:end].rstrip()} - {bar.rest}")
    event = whole.progress_or_result(number, f"{text[:end].rstrip()} - {bar.rest}") if whole else Prose(number, text)
    return event._replace(text=text, weak="overwritten") if isinstance(event, Result) else event


def _find_header(number: int, text: str) -> Event | None:
    header = find_header(text)
    return header.event(number, text) if header else None


def _find_heading(number: int, text: str) -> Event | None:
    match = _HEADING.match(text)
    title = match[2].strip(" \t#") if match else ""
    return Heading(number, title, len(match[1])) if match and title else None


_FINDERS: tuple[Callable[[int, str], Event | None], ...] = (
    find_message,
    _find_header,
    find_fit,
    find_summary,
    find_parameters,
    find_list,
    find_dict,
    find_test_score,
    find_notice,
    find_failure,
)
"""Tried in this order; the first one that finds something decides what a piece of text is."""
