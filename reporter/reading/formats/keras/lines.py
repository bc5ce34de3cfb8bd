"""Reads single lines of console text: finds out what a line holds, and turns it into events."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import count

from reporter.reading.events import Event, Heading, Notice, Prose, Result, Score
from reporter.reading.formats.keras import markup
from reporter.reading.formats.keras.bar_finder import find_bar
from reporter.reading.formats.keras.bars import NUMBER, Bar
from reporter.reading.formats.keras.headers import find_header
from reporter.reading.formats.keras.messages import find_failure, find_logged, find_message, find_notice
from reporter.reading.formats.keras.scores import find_score, may_be_score
from reporter.reading.formats.keras.shapes import Shape, place
from reporter.reading.formats.keras.summaries import find_fit, find_parameters, find_summary
from reporter.reading.formats.keras.wrapping import may_begin, may_continue

# Every repetition is bounded: reading any line, also a malicious one, takes linear time.
_BAR = r"\d{1,18}/(?:\d{1,18}|Unknown)\s{0,4}(?:\[[=>.]|━|={20} |-\s{1,4}\d{1,9}s[\s:-]|\d{1,9}s \d{1,9}[mu]?s/step - )"
_BAR_BEHIND_WORD = r"(?:(?<=[A-Za-z])|(?<=\.h5)|(?<=hdf5))(?=\d{1,18}/\d{1,18} \[[=>.])"
_GLUE = re.compile(
    r"(?<=\S)\s{0,40}(?=Epoch \d{1,9}(?:/\d|: )|Restoring model weights )"
    r"|(?<=\S)\s{41,}(?=\S)"
    rf"|{_BAR_BEHIND_WORD}"
    rf"|(?:(?<=[:|>\])*`\"'])|(?<=\.\d{{4}})|(?<=e-\d\d)|(?<=\S)(?<!Epoch)\s{{1,40}})(?={_BAR})"
    r"|(?:(?<=\.\d{4})\s{1,4}|(?<=[\ds]))(?=\[\d{1,9}\.\d{1,40}(?:e-\d\d)?, \d{1,9}\.\d)"
)
"""Where a line is split that lost the newline before a header, a message, a bar or a list of scores.

A bar directly behind a metric is found by the four decimals that Keras prints: `acc: 0.976660000/60000 [====]`. More
than 40 blanks fill the rest of a line of a terminal that is 200 columns wide.
"""

_GLUED = re.compile(rf"(?:[\s:|>\])*`\"']|\.\d{{4}}|e-\d\d|nan){_BAR}|{_BAR_BEHIND_WORD}|[\ds]\s{{0,4}}\[\d")
"""Finds a bar in the middle of a line; it takes less time than a split of a line that has none."""

_ONE_LINER = re.compile(
    r"(?<!ETA: )(?<![\w./])(?:-\s{1,4})?\d{1,9}s"
    r"(?:\s{1,4}(?:\d{1,9}[mu]?s/\w{1,9}\s{1,4})?-\s{1,4}[^\s:-][^:]{0,200}:(?: |(?=[\d-]))"
    r"|\s{0,4}[:,;|] ?[A-Za-z_]\w{0,80}[:=] ?[\d-])"
)
_FRAGMENT = re.compile(r"\w.*[^\w\s:|\]]$")
"""Text of which the result behind it is a fragment; a prefix, such as that of a logger, ends in other characters."""

_HEADED = re.compile(r"(\W{0,40}Epoch \d{1,9}/\d{1,9})[\s:|,;*-]{1,8}(?=\d{1,18}/\d|\d{1,9}s\b)")
"""A header in front of the result on the same line."""

_LEADING = "`*>|#'\"+ "
"""Characters of Markdown, of a comment or of a diff before a bar."""

_CUT = re.compile(r"-(?: [A-Za-z][\w@./ -]{0,80}:?)?$")
"""What is left of the next metric where a result breaks off."""

_CUT_PACE = re.compile(r"- \d{1,9}(?:\.\d{1,9})?[mu]?s?(?:/\w{0,6})?$")
"""What is left of a time such as `- 25ms/step` at the end of a result that is wrapped or breaks off."""

_IGNORED_BEHIND = ("#", "//", "<-", "←", "(", "-")
"""Beginnings of what may stand behind a result on the same line: a comment, an arrow, or the rest of a time."""

_STALE = re.compile(rf"[A-Za-z]\w{{0,80}}: {NUMBER}(?: - |$)")
_SECONDS = re.compile(r"\ds[\s:,;|]")
"""What each one-line result has; a search for it takes less time than one for the result."""

_GLUED_RESULTS = 8
_LONGEST = 10_000
_LONG_BAR = re.compile("={31,}")
_HEADING = re.compile(r"(#{1,6})\s(.*)")
_TITLE = re.compile(r"(?![-*] )(?!.{0,80}[:=]\s{0,8}\[?-?\d{1,9}\.\d).*[^\W_]")
"""A title; a rule, an item of a list and a printed value are comments of a program."""


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
    for piece in _pieces(text):
        yield from _read_piece(number, piece if len(piece) <= _LONGEST else _shortened(piece))


def find_shape(text: str) -> Bar | Shape | None:
    """Finds out how to read a line, and every line that differs from it only in its digits.

    Args:
        text: The line, with its markup if it has any.

    Returns:
        The places of its numbers; None if `read_line` must read each such line, because it holds several things, is
        perhaps a piece of a wrapped line, or says something that depends on its digits.
    """
    if len(text) > _LONGEST or markup.may_hold(text) or _HEADED.match(text) or len(_pieces(text)) > 1:
        return None
    stripped = text.strip()
    bar = None if stripped.startswith(tuple(_LEADING)) else find_bar(text)
    if bar and not bar.rest and (bar.has_counter or (bar.values and not bar.always_unfinished)):
        return bar
    if may_begin(text) or may_continue(text, broken=False) or find_bar(stripped.lstrip(_LEADING)):
        return None
    shape = _find_shape(stripped)
    if _result_behind(stripped) or (not shape and may_be_score(stripped)):
        return None
    shape = shape or _find_heading(stripped) or _PROSE
    event = shape.event if stripped == text else _of_stripped(shape.event)
    return Shape(event, may_continue(text, broken=True))


def _of_stripped(event: Callable[[int, str], Event]) -> Callable[[int, str], Event]:
    return lambda number, text: event(number, text.strip())


def _pieces(text: str) -> Sequence[str]:
    """Splits a line that lost the newlines before its parts."""
    may_be_glued = "Epoch " in text or (("/" in text or "[" in text) and _GLUED.search(text, 1))
    return _GLUE.split(text) if may_be_glued else (text,)


def _read_piece(number: int, text: str) -> Iterator[Event]:
    """Reads a part of a line that holds one thing, and perhaps others glued to its end.

    After a few of them, only the text before the next one-line result is searched for anything else: a search of all
    that remains, for each thing, would take quadratic time.
    """
    text = text.strip()
    if not text:
        yield Prose(number, text)
    is_fragment = False
    for index in count():
        if not text:
            return
        bare = text.lstrip(_LEADING)
        if bar := find_bar(bare):
            events, text = _read_bar(number, bare, bar)
            yield from map(_as_fragment, events) if is_fragment else events
            continue
        behind = _result_behind(text) if index >= _GLUED_RESULTS or text.startswith("Epoch ") else 0
        if event := _find_event(number, text[:behind].rstrip() if behind else text):
            if isinstance(event, Score) and event.repeats:
                yield Prose(number, text)
            yield event
            if not behind:
                return
            text = text[behind:]
            continue
        behind = behind or _result_behind(text)
        if not behind:
            if not index:
                yield (_find_heading(text) or _PROSE).event(number, text)
            return
        is_fragment = is_fragment or bool(_FRAGMENT.search(text[:behind]))
        text = text[behind:]


def _as_fragment(event: Event) -> Event:
    return event._replace(weak="fragment") if isinstance(event, Result) else event


def _find_event(number: int, text: str) -> Event | None:
    shape = _find_shape(text)
    return shape.event(number, text) if shape else find_score(number, text)


def _find_shape(text: str) -> Shape | None:
    for find in _FINDERS:
        if shape := find(text):
            return shape
    return None


def _result_behind(text: str) -> int:
    """Finds where the next one-line result begins behind other text; 0 if there is none."""
    behind = _ONE_LINER.search(text) if _SECONDS.search(text) else None
    return behind.start() if behind else 0


def _shortened(text: str) -> str:
    """Shortens a bar of TF 2.0, which is up to 300,000 `=` long; no other line of Keras is as long as that."""
    return _LONG_BAR.sub("=" * 30, text)[:_LONGEST]


def _read_bar(number: int, text: str, bar: Bar) -> tuple[list[Event], str]:
    """Reads a bar or a one-line result.

    Returns:
        Its events, and the text after it that is still to be read.
    """
    if bar.rest and bar.rest[0] != "-" and bar.is_finished_without_metrics(text):
        if _STALE.match(bar.rest):
            return [_read_stale(number, text, bar)], ""
        return [bar.event(number, text)], bar.rest  # a bar of `predict` over other text
    is_finished = not bar.is_unfinished(text)
    is_metric = bar.rest.startswith("-") and (":" in bar.rest or _CUT.match(bar.rest))
    if bar.values and is_finished and (not is_metric or _CUT_PACE.match(bar.rest)):
        is_ignored = bar.rest.startswith(_IGNORED_BEHIND)
        return [bar.event(number, text[: len(text) - len(bar.rest)].rstrip())], "" if is_ignored else bar.rest
    events: list[Event] = []
    if bar.rest.startswith("-") and is_finished:
        message = f"a finished epoch whose metrics cannot be read: {bar.rest[1:80].strip()}"
        events.append(Notice(number, "unreadable", message))
    if bar.values and is_finished and _CUT.match(bar.rest):
        return [bar.event(number, text[: len(text) - len(bar.rest)].rstrip()), *events], ""
    if bar.has_counter or bar.always_unfinished or bar.values or bar.rest:
        events.insert(0, bar.progress_or_result(number, text))
    return events, bar.rest


def _read_stale(number: int, text: str, bar: Bar) -> Event:
    """Reads a finished bar that has metrics behind it, without a dash between.

    It is the bar of a `predict` that a callback calls, painted over the bar of the epoch, whose metrics remain; or
    only the dash was lost, and the metrics are those of the bar.
    """
    end = len(text) - len(bar.rest)
    whole = find_bar(f"{text[:end].rstrip()} - {bar.rest}")
    event = whole.progress_or_result(number, f"{text[:end].rstrip()} - {bar.rest}") if whole else Prose(number, text)
    return event._replace(text=text, weak="overwritten") if isinstance(event, Result) else event


def _find_heading(text: str) -> Shape | None:
    match = _HEADING.match(text)
    level = len(match[1]) if match else 0
    if not match or not _TITLE.match(match[2]):
        return None
    title = place(match, 2)
    return Shape(lambda number, text: Heading(number, text[title].strip(" \t#"), level))


_PROSE = Shape(Prose)
_FINDERS: tuple[Callable[[str], Shape | None], ...] = (
    find_message,
    find_header,
    find_fit,
    find_summary,
    find_parameters,
    find_notice,
    find_failure,
    find_logged,
)
"""Tried in this order; the first one that finds something decides what a piece of text is."""
