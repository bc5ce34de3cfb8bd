"""Reads single lines of console text: finds out what a line holds, and turns it into events."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import count

from reporter.reading.events import Event, Heading, Notice, Prose
from reporter.reading.formats.keras import markup
from reporter.reading.formats.keras.bars import Bar, find_bar
from reporter.reading.formats.keras.headers import Header, find_header
from reporter.reading.formats.keras.messages import find_failure, find_message, find_notice
from reporter.reading.formats.keras.summaries import (
    find_fit,
    find_parameters,
    find_score,
    find_summary,
    find_test_score,
)

# Every repetition is bounded: reading any line, also a malicious one, takes linear time.
_BAR = r"\d{1,18}/(?:\d{1,18}|Unknown) (?:\[[=>.]|━|- \d{1,9}s )"
_GLUE = re.compile(
    r"(?<=\S)\s{0,40}(?=Epoch \d{1,9}(?:/\d|: ))"
    rf"|(?:(?<=[:|>\])*`\"'])|(?<=\S)\s{{1,40}})(?={_BAR})"
)
"""Where a line is split that lost the newline before a header, a message or a bar."""

_GLUED = re.compile(rf"[\s:|>\])*`\"']{_BAR}")
"""Finds a bar in the middle of a line; it takes less time than a split of a line that has none."""

_ONE_LINER = re.compile(r"(?<!ETA: )(?<![\w./])(?:- )?\d{1,9}s (?:\d{1,9}[mu]?s/\w{1,9} )?- [^\s:-][^:]{0,200}: ")
_GLUED_RESULTS = 8
_LONGEST = 10_000
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
    text = text.strip()
    if not text:
        yield Prose(number, text)
    for place in count():
        if not text:
            return
        if bar := find_bar(text):
            yield from _read_bar(number, text, bar)
            text = bar.rest
            continue
        behind = _result_behind(text) if place >= _GLUED_RESULTS else 0
        piece = text[:behind] if behind else text
        if event := _find_event(number, piece):
            yield event
            return
        behind = behind or _result_behind(text)
        if not behind:
            yield _find_heading(number, text) or Prose(number, text)
        text = text[behind:] if behind else ""


def _find_event(number: int, text: str) -> Event | None:
    for find in _FINDERS:
        if event := find(number, text):
            return event
    return None


def _result_behind(text: str) -> int:
    """Finds where the next one-line result begins behind other text; 0 if there is none."""
    behind = _ONE_LINER.search(text)
    return behind.start() if behind else 0


def _shortened(text: str) -> str:
    """Shortens a bar of TF 2.0, which is up to 300,000 `=` long; no other line of Keras is as long as that."""
    return _LONG_BAR.sub("=" * 30, text)[:_LONGEST]


def _read_bar(number: int, text: str, bar: Bar) -> Iterator[Event]:
    """Reads a bar or a one-line result; the text after it is read later."""
    if bar.has_counter or bar.always_unfinished or bar.values or bar.rest:
        yield bar.progress_or_result(number, text)
    if bar.rest.startswith("- ") and not bar.is_unfinished(text):
        yield Notice(number, "unreadable", f"a finished epoch whose metrics cannot be read: {bar.rest[2:80]}")


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
    find_score,
    find_test_score,
    find_notice,
    find_failure,
)
"""Tried in this order; the first one that finds something decides what a piece of text is."""
