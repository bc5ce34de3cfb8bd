"""Defines the events: what a line of a log can say, before it is known which run the line belongs to.

In each event, `line` is the number of the line in the source, counted from 1.
Events are named tuples: a long log has millions, and they are made three times as fast as dataclasses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias

from reporter.model import Generation, MessageKind

_NO_LOGS: Mapping[str, float] = MappingProxyType({})
_NO_NAMES: Mapping[str, str] = MappingProxyType({})
ParameterKind = Literal["total", "trainable", "non_trainable", "optimizer", "layer", "cut_layer"]


class Heading(NamedTuple):
    """A Markdown heading, which begins a section.

    Attributes:
        text: The heading without its `#`.
        level: Number of its `#`; 1 is the highest level.
    """

    line: int
    text: str
    level: int


class Prose(NamedTuple):
    """A line about anything but training.

    Attributes:
        text: The line; empty where a paragraph ends.
    """

    line: int
    text: str


class FitBegin(NamedTuple):
    """The line with which a call of `fit` begins, such as `Train on 60000 samples, validate on 10000 samples`.

    Attributes:
        train: Number of training samples; None if the line counts no samples.
        validation: Number of validation samples; None if there is no validation.
    """

    line: int
    train: int | None
    validation: int | None


class EpochBegin(NamedTuple):
    """The header of an epoch, such as `Epoch 3/20`.

    Attributes:
        epoch: Number of the epoch, as printed.
        epochs: Number of epochs that `fit` was asked for; None if the header does not say.
    """

    line: int
    epoch: int
    epochs: int | None


class Doubt(NamedTuple):
    """A reason not to trust some values; it becomes a warning of their run."""

    code: str
    text: str


class Progress(NamedTuple):
    """An unfinished progress bar; its values are running averages.

    Attributes:
        step: Number of finished steps.
        steps: Number of steps in the epoch; None if unknown.
        logs: Metric name to running average.
        superseded: Numbers of the lines just before, whose unfinished bars it replaces; their events may be left out.
        doubt: A reason not to trust the values.
    """

    line: int
    step: int
    steps: int | None
    logs: Mapping[str, float]
    superseded: Sequence[int] = ()
    doubt: Doubt | None = None


class Result(NamedTuple):
    """The metrics of a finished epoch, or of `evaluate` or `predict`, which print the same kind of line.

    Attributes:
        text: The line itself, or the part of it that holds the result.
        logs: Metric name to value, in the order printed.
        steps: Number of steps, or of samples, in the epoch.
        seconds: Duration of the epoch in seconds.
        step_seconds: Duration of one step in seconds.
        generation: The generation of Keras that printed the line; None if several print such a line.
        validation: Metric name to the name of its validation metric, for those in `logs`: `{"acc": "val_acc"}`.
        provisional: Whether the epoch may be printed again: Keras 3 prints its last step before and after validation.
        doubt: A reason not to trust the values.
        weak: Why it may be no result: a `fragment` stands behind other text; `overwritten` metrics are of another bar.
        past_end: Whether the counter passed its end, as in `391/390`; other bars may count one step less.
    """

    line: int
    text: str
    logs: Mapping[str, float]
    steps: int | None = None
    seconds: float | None = None
    step_seconds: float | None = None
    generation: Generation | None = None
    validation: Mapping[str, str] = _NO_NAMES
    provisional: bool = False
    doubt: Doubt | None = None
    weak: Literal["", "fragment", "overwritten"] = ""
    past_end: bool = False


class CallbackMessage(NamedTuple):
    """A line printed by a callback.

    Attributes:
        text: The message.
        kind: What the message is about.
        epoch: Number of the epoch, as printed.
        value: The number that the message states: a learning rate, a best value, or the epoch that is restored.
        monitor: Name of the metric that the callback watches.
        schedules: Whether `value` is the learning rate of the epoch that begins, and not of the epochs after this one.
        saved: The file to which the model is saved.
    """

    line: int
    text: str
    kind: MessageKind
    epoch: int | None = None
    value: float | None = None
    monitor: str | None = None
    schedules: bool = False
    saved: str | None = None


class ModelSummary(NamedTuple):
    """The first line of `model.summary()`; the parameter counts that follow are those of this model."""

    line: int


class ParameterCount(NamedTuple):
    """A number of parameters, such as `Total params: 14,864`, or that of a layer in the table above it.

    Attributes:
        kind: Which parameters are counted.
        number: How many there are.
    """

    line: int
    kind: ParameterKind
    number: int


class Score(NamedTuple):
    """A printed score: either `[0.0165, 0.9947]`, a list without names, or `Test accuracy: 0.99`.

    Attributes:
        values: The numbers of a list without names.
        logs: Metric name to value, where the names are printed.
        repeats: Whether no word says that it is one; it only shows that the same result above is that of `evaluate`.
    """

    line: int
    values: tuple[float, ...] = ()
    logs: Mapping[str, float] = _NO_LOGS
    repeats: bool = False


class Notice(NamedTuple):
    """Something that becomes a warning of the run it stands in, such as a Keras warning about a missing metric.

    Attributes:
        code: Stable code of the warning.
        text: What is wrong, in one sentence.
    """

    line: int
    code: str
    text: str


class CellBegin(NamedTuple):
    """The beginning of the output of another notebook cell.

    Attributes:
        line: Number of the first line of the output.
        cell: Number of the cell in the notebook, counted from 1.
    """

    line: int
    cell: int


class Failure(NamedTuple):
    """A line that says that the program was stopped.

    Attributes:
        text: The line.
        by_user: Whether the user stopped it (Ctrl-C), and not an error.
    """

    line: int
    text: str
    by_user: bool


class Joined(NamedTuple):
    """A line that a tool had wrapped, and that was read as a whole; it precedes the events of that line.

    Attributes:
        text: The text of all its pieces; `line` is the number of the first.
        continuations: Numbers of the other pieces.
    """

    line: int
    text: str
    continuations: Sequence[int]


Event: TypeAlias = (
    Heading
    | Prose
    | FitBegin
    | EpochBegin
    | Progress
    | Result
    | CallbackMessage
    | ModelSummary
    | ParameterCount
    | Score
    | Notice
    | CellBegin
    | Failure
    | Joined
)
