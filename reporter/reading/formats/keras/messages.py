"""Reads the messages of Keras and of its callbacks, and the lines with which Python reports an error."""

from __future__ import annotations

import re

from reporter.model import MessageKind
from reporter.reading.events import CallbackMessage, Failure, Notice, Prose
from reporter.reading.formats.keras.bars import NUMBER
from reporter.reading.formats.keras.shapes import NOWHERE, Shape, place

# Every repetition is bounded: reading any line, also a malicious one, takes linear time.
_NUMBERED = re.compile(r"Epoch (?P<epoch>\d{1,9}): (?P<message>.+)")
_KINDS: tuple[tuple[re.Pattern[str], MessageKind], ...] = (
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
            rf"(?: (?P<value>{NUMBER})(?=[\s,]|$))?(?:, saving model to (?P<saved>.+))?"
            r"|saving model to (?P<path>.+)|finished saving model to "
        ),
        "checkpoint",
    ),
    (re.compile(r"early stopping"), "early_stopping"),
)
_RESTORED = re.compile(r"Restoring model weights from the end of the best epoch(?:: (?P<epoch>\d{1,9}))?")
_RESUMED = re.compile(r"Resumed after epoch (?P<epoch>\d{1,9}) of \d{1,9}$")
_INVALID = re.compile(r"Batch \d+: Invalid loss, terminating training")
_INVALID_SHAPE = Shape(lambda number, text: CallbackMessage(number, text, "invalid_loss"))
_SCHEDULER = "LearningRateScheduler"

_NOTICE = re.compile(
    r"(?:Can save best model only with \S+ available, skipping"
    r"|(?:Early stopping|Learning rate reduction|ReduceLROnPlateau) (?:is )?conditioned on metric \S+ which is not "
    r"available"
    r"|Early stopping requires \S+ available)"
)
_LOGGED = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{1,9}: [IWEF] |[IWEF]\d{4} \d\d:\d\d:\d\d|(?:WARNING|INFO|DEBUG|ERROR):"
    r"|\S{1,400}:\d{1,9}: \w{0,60}Warning: |\s{0,9}\d{1,3}%\|"
)
"""A line of a logger or of `warnings`, or a bar of tqdm."""

_FAILURE = re.compile(
    r"[`*>|#\s]{0,9}(?:(?P<user>KeyboardInterrupt\b)|Traceback \(most recent call last\)|"
    r"[A-Za-z_.]*(?:Error|Exception)\b: |Segmentation fault|Killed\b|Aborted\b|Memory access fault|Out of memory)"
)
_PREFIXED_FAILURE = re.compile(
    r"[\s:|\]](?:(?P<user>KeyboardInterrupt(?:$|\s{2,40}Trace))|Traceback \(most recent call last\):?$)"
)
"""A failure behind the prefix of a logger."""


def find_message(text: str) -> Shape | None:
    """Reads the message of a callback, such as `Epoch 9: early stopping`; None if the text has none.

    `Resumed after epoch 3 of 20` is a message of `reporter train --resume`.
    """
    if restored := _RESTORED.search(text):
        return _restored_weights(place(restored, "epoch"))
    if _INVALID.search(text):
        return _INVALID_SHAPE
    if match := _RESUMED.match(text):
        epoch = place(match, "epoch")
        return Shape(lambda number, text: CallbackMessage(number, text, "resumed", int(text[epoch])))
    match = _NUMBERED.search(text)
    if not match:
        return None
    for pattern, kind in _KINDS:
        if found := pattern.match(text, match.start("message")):
            return _numbered_message(match, found, kind)
    return None


def _restored_weights(epoch: slice) -> Shape:
    """Gives the shape of a message of restored weights; Keras from 2.7 on prints of which epoch they are."""

    def event(number: int, text: str) -> CallbackMessage:
        return CallbackMessage(number, text, "restored_weights", value=float(text[epoch]) if text[epoch] else None)

    return Shape(event)


def _numbered_message(match: re.Match[str], found: re.Match[str], kind: MessageKind) -> Shape:
    """Gives the shape of a message that names its epoch."""
    epoch, message, groups = place(match, "epoch"), slice(match.start(), None), found.groupdict()
    value, monitor, saved, path = (
        place(found, name) if groups.get(name) else NOWHERE for name in ("value", "monitor", "saved", "path")
    )
    schedules = _SCHEDULER in match.group()

    def event(number: int, text: str) -> CallbackMessage:
        digits = text[value]
        rate, name = float(digits) if digits else None, text[monitor] or None
        file = (text[saved] or text[path]).strip() or None
        return CallbackMessage(number, text[message], kind, int(text[epoch]), rate, name, schedules, file)

    return Shape(event)


def find_notice(text: str) -> Shape | None:
    """Reads a warning of Keras that a callback watches a metric that does not exist; None if the text has none."""
    match = _NOTICE.search(text)
    if not match:
        return None
    warning = place(match, 0)
    return Shape(lambda number, text: Notice(number, "monitor-not-available", text[warning]))


def find_failure(text: str) -> Shape | None:
    """Reads a line that reports an error, or that the user stopped the program; None for any other line."""
    match = _FAILURE.match(text)
    if not match and text.rstrip(":").endswith(("KeyboardInterrupt", "(most recent call last)")):
        match = _PREFIXED_FAILURE.search(text)
    if not match:
        return None
    by_user = match["user"] is not None
    return Shape(lambda number, text: Failure(number, text, by_user))


def find_logged(text: str) -> Shape | None:
    """Reads a line that a library logs; it says nothing about the training. None for any other line."""
    return Shape(lambda number, _: Prose(number, "")) if _LOGGED.match(text) else None
