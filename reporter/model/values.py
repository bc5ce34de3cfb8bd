"""Holds the parts of a run: epochs, evaluations, messages, parameter counts, samples and warnings.

Long logs have millions of epochs, and a cold start defines all of these classes, so most are named tuples: Python makes
and defines them in a third of the time of a dataclass. Two of them are equal if their values are, and NaN counts as
equal to NaN, so that a log with NaN equals itself when it is read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from reporter.model.metrics import comparable

MessageKind = Literal["learning_rate", "checkpoint", "early_stopping", "restored_weights", "invalid_loss", "resumed"]


class Epoch(NamedTuple):
    """Holds one finished epoch.

    Attributes:
        epoch: Its number, counted from 1.
        line: The line of the source that reports it, counted from 1.
        logs: Metric name to value; names verbatim, in the order printed.
        text: That line, as a terminal shows it.
        seconds: Duration of the epoch in seconds.
        step_seconds: Duration of one step in seconds (before tf.keras 2: of one sample).
        steps: Number of steps (before tf.keras 2: of samples).
        learning_rate: Learning rate announced by a callback, otherwise the one printed among the metrics.
    """

    epoch: int
    line: int
    logs: Mapping[str, float]
    text: str = ""
    seconds: float | None = None
    step_seconds: float | None = None
    steps: int | None = None
    learning_rate: float | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Epoch) and _comparable(self) == _comparable(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(_comparable(self))


@dataclass(frozen=True, slots=True, eq=False)
class Partial:
    """Holds an epoch that began and did not finish; its values are running averages.

    Attributes:
        epoch: Its number, counted from 1.
        line: The last line that reports on it, counted from 1.
        step: The last step reported, if any.
        steps: Number of steps it should have had.
        logs: Metric name to running average.
    """

    epoch: int
    line: int
    step: int | None = None
    steps: int | None = None
    logs: Mapping[str, float] = field(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Partial) and self._comparable() == other._comparable()

    def __hash__(self) -> int:
        return hash(self._comparable())

    def _comparable(self) -> tuple[object, ...]:
        return _comparable((self.epoch, self.line, self.step, self.steps, self.logs))


class Evaluation(NamedTuple):
    """Holds what `evaluate()` returned.

    Attributes:
        line: The line that prints it, counted from 1.
        logs: Metric name to value.
        text: That line, as a terminal shows it, if Keras prints it; empty if a script does.
    """

    line: int
    logs: Mapping[str, float]
    text: str = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Evaluation) and _comparable(self) == _comparable(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(_comparable(self))


class Message(NamedTuple):
    """Holds a message printed by a callback.

    Attributes:
        line: Its line, counted from 1.
        kind: What it is about, for example `"checkpoint"`.
        text: The message itself.
        epoch: The epoch it is about, counted from 1.
        value: The number in it: the learning rate that is set, the best value so far in all its digits, or the epoch
            whose weights are restored, counted from 1.
        monitor: The metric that the callback monitors.
        schedules: Whether `value` is the learning rate of this epoch (`LearningRateScheduler`); otherwise a learning
            rate is that of the epochs after this one (`ReduceLROnPlateau`).
        saved: The file to which the model is saved.
    """

    line: int
    kind: MessageKind
    text: str
    epoch: int | None = None
    value: float | None = None
    monitor: str | None = None
    schedules: bool = False
    saved: str | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and _comparable(self) == _comparable(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(_comparable(self))


class Parameters(NamedTuple):
    """Holds the parameter counts of a model.

    Attributes:
        line: The first line that prints one, counted from 1.
        total: All parameters of the model.
        trainable: Those that training changes.
        non_trainable: Those that it does not change.
        optimizer: Variables of the optimizer, which Keras 3 prints too and which are not part of `total`.
        layers: The sum of the counts of all layers in the table of `model.summary()`.
    """

    line: int
    total: int
    trainable: int | None = None
    non_trainable: int | None = None
    optimizer: int | None = None
    layers: int | None = None


class Samples(NamedTuple):
    """Holds how many samples a run trains on and validates on; None where the log does not say."""

    train: int | None = None
    validation: int | None = None


class LogWarning(NamedTuple):
    """Holds a reason to doubt a log.

    Attributes:
        code: Its stable name, for example `"epochs-missing"`.
        line: The line it is about, counted from 1.
        text: The reason, in one sentence.
    """

    code: str
    line: int
    text: str


def _comparable(fields: Iterable[object]) -> tuple[object, ...]:
    """Turns the fields of a value into something that can be compared and hashed, also where one is NaN."""
    return tuple(comparable(each) if isinstance(each, Mapping) else None if each != each else each for each in fields)
