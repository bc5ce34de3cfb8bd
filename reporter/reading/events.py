"""Names what one line of a log can say, before anyone knows which run it belongs to.

Of some there are millions, and a cold start knows all kinds: tuples are made, and defined, in a third of the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias

from reporter.model import Generation, MessageKind

_NONE: Mapping[str, float] = MappingProxyType({})

ParameterKind = Literal["total", "trainable", "non_trainable", "optimizer"]


class Line(NamedTuple):
    """Holds one line as a terminal shows it, and its number in the source, counted from 1."""

    number: int
    text: str


class Heading(NamedTuple):
    """Says that a Markdown heading opens a section; `level` 1 is the highest."""

    line: int
    text: str
    level: int


class Prose(NamedTuple):
    """Holds a line that says nothing about training, or, if empty, the end of a paragraph."""

    line: int
    text: str


class FitBegin(NamedTuple):
    """Says that a call of `fit` begins, and on how many samples, where it counts samples."""

    line: int
    train: int | None
    validation: int | None


class EpochBegin(NamedTuple):
    """Says that an epoch begins, and how many there are to be, where that is said."""

    line: int
    epoch: int
    epochs: int | None


class Progress(NamedTuple):
    """Holds an unfinished bar: running averages."""

    line: int
    step: int
    steps: int | None
    logs: Mapping[str, float]


class Result(NamedTuple):
    """Holds a finished bar or one-liner: of an epoch, or of `evaluate` or `predict`; `generation` printed it."""

    line: int
    text: str
    logs: Mapping[str, float]
    steps: int | None = None
    seconds: float | None = None
    step_seconds: float | None = None
    generation: Generation | None = None


class CallbackMessage(NamedTuple):
    """Holds what a callback printed: the epoch as printed, the number it states, and the metric it watches."""

    line: int
    text: str
    kind: MessageKind
    epoch: int | None = None
    value: float | None = None
    monitor: str | None = None


class ModelSummary(NamedTuple):
    """Says that the table of a model begins; the parameter counts that follow are of that model."""

    line: int


class ParameterCount(NamedTuple):
    """Says how many parameters of one kind a model has."""

    line: int
    kind: ParameterKind
    number: int


class Score(NamedTuple):
    """Holds a printed score: a bare list of `values`, or values with their names."""

    line: int
    values: tuple[float, ...] = ()
    logs: Mapping[str, float] = _NONE


class Notice(NamedTuple):
    """Holds a warning of Keras that a reader of the results should know, under a stable code."""

    line: int
    code: str
    text: str


class CellBegin(NamedTuple):
    """Says that the output of another notebook cell begins."""

    line: int
    cell: int


class Failure(NamedTuple):
    """Says that the program was stopped: by the user, or by an error."""

    line: int
    text: str
    by_user: bool


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
)
