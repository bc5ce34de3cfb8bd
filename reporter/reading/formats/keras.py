"""Reads the console text of Keras: what `fit`, `evaluate`, `summary` and the callbacks print, in every generation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from reporter.model import MessageKind
from reporter.reading.events import (
    CallbackMessage,
    EpochBegin,
    Event,
    Failure,
    FitBegin,
    Heading,
    Line,
    ModelSummary,
    Notice,
    ParameterCount,
    ParameterKind,
    Progress,
    Prose,
    Result,
    Score,
)
from reporter.reading.formats.bars import NUMBER, Bar, Header, find_bar, find_header

NAME = "keras"
WHOLE = False

SAMPLES = {
    "Keras 1.2, bar": "60000/60000 [==============================] - 23s - loss: 0.1601 - acc: 0.9497",
    "Keras 2.2, bar": "60000/60000 [==============================] - 23s 380us/step - loss: 0.1601 - acc: 0.9497",
    "Keras 2.2, one line": " - 23s - loss: 0.1601 - acc: 0.9497 - val_loss: 9.8765e-04 - val_acc: 0.9805",
    "tf.keras 2.15, one line": "938/938 - 23s - loss: 0.1601 - acc: 0.9497 - 23s/epoch - 25ms/step",
    "Keras 3, bar": "938/938 ━━━━━━━━━━━━━━━━━━━━ 23s 25ms/step - acc: 0.9497 - loss: 0.1601",
    "Keras 3, one line": "938/938 - 23s - 25ms/step - acc: 0.9497 - loss: 0.1601",
}
"""A finished epoch, as each generation prints it; all say the same."""

# Every repetition has a bound: a log is hostile input, and must not take more than linear time.
_BAR = r"\d{1,18}/(?:\d{1,18}|Unknown) (?:\[[=>.]|━|- \d{1,9}s )"
_GLUE = re.compile(
    r"(?<=\S)\s{0,40}(?=Epoch \d{1,9}(?:/\d|: ))"
    rf"|(?:(?<=[:|>\])*`\"'])|(?<=\S)\s{{1,40}})(?={_BAR})"
)
_GLUED = re.compile(rf"[\s:|>\])*`\"']{_BAR}")
"""Whether there is a bar in the middle of a line; cheaper than to split at one that is not there."""

_ONE_LINER = re.compile(r"(?<!ETA: )(?<![\w./])(?:- )?\d{1,9}s (?:\d{1,9}[mu]?s/\w{1,9} )?- [^\s:-][^:]{0,200}: ")
_LONGEST = 10_000
_MARKUP = frozenset("<&\\")
_LONG_BAR = re.compile("={31,}")

_FIT = re.compile(r"Train (?:on (\d{1,18}) samples|(?:on|for) \d{1,18} steps)(?:, validate on (\d{1,18}) samples)?")
_PARAMETERS = re.compile(
    r"\b(Total|Trainable|Non-trainable|Optimizer) params:?[\s:*]{0,20}(\d[\d,]{0,30})", re.IGNORECASE
)
_SUMMARY = re.compile(r'Model: "|\W{0,40}Layer \(type\)')
_KINDS: dict[str, ParameterKind] = {
    "total": "total",
    "trainable": "trainable",
    "non-trainable": "non_trainable",
    "optimizer": "optimizer",
}
_LIST = re.compile(rf"(?P<before>.*?)\[\s*(?P<values>{NUMBER}(?:,\s*{NUMBER})+)\s*\][\s*`]*$")
_TESTED = re.compile(
    rf".*?\bTest[ _](?P<name>[a-z][\w ]{{0,40}}?)\s*[:=]\s*(?P<value>{NUMBER})(?P<percent>\s*%)?\s*$", re.IGNORECASE
)
_LABEL = re.compile(r"(?=.*(?:score|evaluat|test)).{0,60}[:=][\s*_`]*$", re.IGNORECASE)
_HEADING = re.compile(r"(#{1,6})\s(.*)")
_NOTICE = re.compile(
    r"(?:Can save best model only with \S+ available, skipping"
    r"|(?:Early stopping|Learning rate reduction|ReduceLROnPlateau) (?:is )?conditioned on metric \S+ which is not "
    r"available"
    r"|Early stopping requires \S+ available)"
)
_FAILURE = re.compile(
    r"(?P<user>KeyboardInterrupt\b)|Traceback \(most recent call last\)|[A-Za-z_.]*(?:Error|Exception)\b: |"
    r"Segmentation fault|Killed\b|Aborted\b|Memory access fault|Out of memory"
)

_MESSAGE = re.compile(r"Epoch (?P<epoch>\d{1,9}): (?P<said>.+)")
_SAID: tuple[tuple[re.Pattern[str], MessageKind], ...] = (
    (
        re.compile(
            r"(?:LearningRateScheduler |ReduceLROnPlateau )?"
            rf"(?:reducing|setting)\b.{{0,80}}\brate to (?P<value>{NUMBER})"
        ),
        "learning_rate",
    ),
    (
        re.compile(
            r"(?P<monitor>.{1,200}?) (?:improved from \S{1,40} to|did not improve\b(?: from)?)"
            rf"(?: (?P<value>{NUMBER})(?=[\s,]|$))?"
            r"|(?:finished )?saving model to "
        ),
        "checkpoint",
    ),
    (re.compile(r"early stopping"), "early_stopping"),
)
_RESTORED = re.compile(r"Restoring model weights from the end of the best epoch")
_INVALID = re.compile(r"Batch \d+: Invalid loss, terminating training")


def sniff(head: Sequence[Line]) -> float:
    """Say how surely the first lines of a source are console text of Keras.

    Args:
        head: The first lines, as many as are at hand.

    Returns:
        A confidence from 0 to 1. Text of any kind may come to hold a log further down, so it is never 0.
    """
    return 1.0 if any(isinstance(event, Result | Progress | EpochBegin) for event in events(head)) else 0.1


def events(lines: Iterable[Line]) -> Iterator[Event]:
    """Read lines.

    Args:
        lines: Lines as a terminal shows them.

    Yields:
        What each line says; several events where lost newlines glued lines together.
    """
    for number, text in lines:
        for piece in _GLUE.split(text) if "Epoch " in text or _GLUED.search(text, 1) else (text,):
            yield from _read(number, piece if len(piece) <= _LONGEST else _shortened(piece))


def shape(text: str) -> Bar | Header | None:
    """Find where the numbers of a line stand that is a bar, a one-liner or a header, and nothing besides.

    Args:
        text: The line, with its markup if it has any.

    Returns:
        What reads this line, and every line that differs from it in digits only; None where it takes a closer look.
    """
    indent = len(text) - len(text.lstrip())
    if len(text) > _LONGEST or not _MARKUP.isdisjoint(text) or _GLUED.search(text, indent + 1):
        return None
    if "Epoch " in text:
        header = find_header(text)
        return header if header and not header.begin else None
    bar = find_bar(text)
    return bar if bar and not bar.rest and (bar.counted or (bar.values and not bar.unfinished)) else None


def _read(number: int, text: str) -> Iterator[Event]:
    """Read a piece of text that has at most one thing to say, and perhaps another glued behind it."""
    text = text.strip()
    if not text:
        yield Prose(number, text)
        return
    if bar := find_bar(text):
        yield from _bar(number, text, bar)
        return
    for reader in _READERS:
        if event := reader(number, text):
            yield event
            return
    behind = _ONE_LINER.search(text)
    if behind and behind.start():
        yield from _read(number, text[behind.start() :])
    else:
        yield _heading(number, text) or Prose(number, text)


def _shortened(text: str) -> str:
    """Shorten a bar of TF 2.0, which is up to 300,000 `=` long; no other line of Keras is as long as that."""
    return _LONG_BAR.sub("=" * 30, text)[:_LONGEST]


def _bar(number: int, text: str, bar: Bar) -> Iterator[Event]:
    """Read a bar or a one-liner, and what is behind it."""
    if bar.counted or bar.unfinished or bar.values or bar.rest:
        yield bar.read(number, text)
    if bar.rest.startswith("- ") and not bar.running(text):
        yield Notice(number, "unreadable", f"a finished epoch whose metrics cannot be read: {bar.rest[2:80]}")
    if bar.rest:
        yield from _read(number, bar.rest)


def _epoch(number: int, text: str) -> Event | None:
    header = find_header(text)
    return header.result(number, text) if header else None


def _message(number: int, text: str) -> Event | None:
    if _RESTORED.search(text):
        return CallbackMessage(number, text, "restored_weights")
    if _INVALID.search(text):
        return CallbackMessage(number, text, "invalid_loss")
    match = _MESSAGE.search(text)
    if not match:
        return None
    for pattern, kind in _SAID:
        if said := pattern.match(match["said"]):
            parts = said.groupdict()
            value = float(parts["value"]) if parts.get("value") else None
            return CallbackMessage(number, match.group(), kind, int(match["epoch"]), value, parts.get("monitor"))
    return None


def _fit(number: int, text: str) -> Event | None:
    match = _FIT.search(text)
    return FitBegin(number, *(int(count) if count else None for count in match.groups())) if match else None


def _parameters(number: int, text: str) -> Event | None:
    match = _PARAMETERS.search(text)
    return ParameterCount(number, _KINDS[match[1].lower()], int(match[2].replace(",", ""))) if match else None


def _summary(number: int, text: str) -> Event | None:
    return ModelSummary(number) if _SUMMARY.match(text) else None


def _score(number: int, text: str) -> Event | None:
    match = _LIST.match(text)
    if not match or not (match["before"].strip() == "" or _LABEL.match(match["before"])):
        return None
    return Score(number, tuple(float(value) for value in match["values"].split(",")))


def _tested(number: int, text: str) -> Event | None:
    """Read what most examples print after `evaluate`: `Test loss: 0.03`, `Test accuracy: 99.5%`."""
    match = _TESTED.match(text)
    if not match:
        return None
    name = match["name"].lower().replace(" ", "_")
    value = float(match["value"])
    return Score(number, logs={"loss" if name == "score" else name: value / 100 if match["percent"] else value})


def _notice(number: int, text: str) -> Event | None:
    match = _NOTICE.search(text)
    return Notice(number, "monitor-not-available", match.group()) if match else None


def _failure(number: int, text: str) -> Event | None:
    match = _FAILURE.match(text)
    return Failure(number, text, by_user=match["user"] is not None) if match else None


def _heading(number: int, text: str) -> Event | None:
    match = _HEADING.match(text)
    title = match[2].strip(" \t#") if match else ""
    return Heading(number, title, len(match[1])) if match and title else None


_READERS: tuple[Callable[[int, str], Event | None], ...] = (
    _message,
    _epoch,
    _fit,
    _summary,
    _parameters,
    _score,
    _tested,
    _notice,
    _failure,
)
