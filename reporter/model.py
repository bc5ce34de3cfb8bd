"""Holds what a log says: `Log`, `Run`, `Epoch`, `Evaluation`, `Message`; frozen, comparable, without pandas inside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

Status = Literal["completed", "stopped", "interrupted", "failed"]
Generation = Literal["1", "2", "tf.keras", "3"]
"""Keras 1.0 to 2.0.8; Keras 2.0.9 to 2.3.1; tf.keras up to 2.15; Keras 3: each prints results in a style of its own."""

MessageKind = Literal["learning_rate", "checkpoint", "early_stopping", "restored_weights", "invalid_loss"]


class Epoch(NamedTuple):
    """Holds one finished pass over the training data.

    Attributes:
        epoch: Its number, counted from 1.
        line: The line of the source that reports it, counted from 1.
        logs: Metric name to value, names verbatim, in the order printed.
        text: That line, as a terminal shows it.
        seconds: How long it took.
        step_seconds: How long one step (in older Keras: one sample) took.
        steps: How many steps (in older Keras: samples) it had.
        learning_rate: The rate that a callback announced for it, else the one on its line.
    """

    epoch: int
    line: int
    logs: Mapping[str, float]
    text: str = ""
    seconds: float | None = None
    step_seconds: float | None = None
    steps: int | None = None
    learning_rate: float | None = None


@dataclass(frozen=True, slots=True)
class Partial:
    """Holds the epoch that a run did not finish; its values are running averages.

    Attributes:
        epoch: Its number, counted from 1.
        line: The last line that speaks of it.
        step: The last step reported, if any was.
        steps: How many steps it should have had.
        logs: Metric name to its running average.
    """

    epoch: int
    line: int
    step: int | None = None
    steps: int | None = None
    logs: Mapping[str, float] = field(default_factory=dict)


class Evaluation(NamedTuple):
    """Holds what `evaluate()` returned: metric name to value, and the line that says so."""

    line: int
    logs: Mapping[str, float]


class Message(NamedTuple):
    """Holds what a callback printed.

    Attributes:
        line: Its line.
        kind: What it says.
        text: How it says it.
        epoch: The epoch, counted from 1, that it speaks of.
        value: The number it states: the learning rate it sets, or the best value so far, longer than in a bar.
        monitor: The metric that it watches.
    """

    line: int
    kind: MessageKind
    text: str
    epoch: int | None = None
    value: float | None = None
    monitor: str | None = None


class Parameters(NamedTuple):
    """Holds how many parameters a model has; `optimizer` counts variables that are not the model's."""

    line: int
    total: int
    trainable: int | None = None
    non_trainable: int | None = None
    optimizer: int | None = None


class Samples(NamedTuple):
    """Holds how many samples a run trains on and validates on."""

    train: int | None = None
    validation: int | None = None


class LogWarning(NamedTuple):
    """Says what a reader of the log should know before trusting it: a stable code, a line, a sentence."""

    code: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Run:
    """Holds one call of `fit`.

    Attributes:
        name: The heading it stands under, else the name of its source.
        line: Its first line.
        status: How it ended.
        epochs: Its finished epochs, in the order printed.
        epochs_declared: How many epochs it announced.
        generation: The generation of Keras that printed it, where the style of its results proves one.
        note: The prose between its heading and its first fact.
        samples: How many samples it trains on, and validates on.
        parameters: How many parameters its model has.
        partial: The epoch it did not finish.
        evaluations: What `evaluate()` returned, in the order of their lines.
        messages: What its callbacks printed.
        warnings: What to know before trusting it.
    """

    name: str
    line: int
    status: Status
    epochs: tuple[Epoch, ...]
    epochs_declared: int | None = None
    generation: Generation | None = None
    note: str = ""
    samples: Samples = field(default_factory=Samples)
    parameters: Parameters | None = None
    partial: Partial | None = None
    evaluations: tuple[Evaluation, ...] = ()
    messages: tuple[Message, ...] = ()
    warnings: tuple[LogWarning, ...] = ()

    @property
    def metrics(self) -> tuple[str, ...]:
        """The names of all metrics, in the order they first appear."""
        return names(epoch.logs for epoch in self.epochs)

    @property
    def history(self) -> pd.DataFrame:
        """A DataFrame, index `epoch`, with one float64 column a metric; a value that was not printed is NaN."""
        import pandas as pd

        columns = {name: [epoch.logs.get(name, float("nan")) for epoch in self.epochs] for name in self.metrics}
        index = pd.Index([epoch.epoch for epoch in self.epochs], name="epoch", dtype="int64")
        return pd.DataFrame(columns, index=index, dtype="float64")


@dataclass(frozen=True, slots=True)
class Log:
    """Holds all that one source says.

    Attributes:
        path: Where it came from.
        format: The format it was recognised as.
        runs: Its runs.
        cells: Of a notebook, the first line of each cell and its number: lines count through all outputs.
        lines: The lines that something was read from, by their numbers, if the reader was told to keep them; of the
            progress of an epoch, only the last.
    """

    path: str
    format: str
    runs: tuple[Run, ...]
    cells: tuple[tuple[int, int], ...] = ()
    lines: Mapping[int, str] = field(default_factory=dict)

    def place(self, line: int) -> str:
        """Say where a line is, for people: `line 7`, or in a notebook `cell 3, line 7`."""
        cell = next(((first, number) for first, number in reversed(self.cells) if first <= line), None)
        return f"cell {cell[1]}, line {line - cell[0] + 1}" if cell else f"line {line}"


def names(logs: Iterable[Mapping[str, float]]) -> tuple[str, ...]:
    """Gather the names of several metric mappings, in the order they first appear."""
    return tuple(dict.fromkeys(name for each in logs for name in each))


_ALIASES = {"accuracy": "acc", "val_accuracy": "val_acc", "learning_rate": "lr"}
_OTHERS = _ALIASES | {short: long for long, short in _ALIASES.items()}


def alias(name: str) -> str:
    """Give the one spelling under which a metric is looked up, whichever Keras printed it."""
    return _ALIASES.get(name, name)


def look_up(logs: Mapping[str, float], name: str) -> float | None:
    """Look a metric up by either of its spellings.

    Args:
        logs: Metric name to value.
        name: The metric, as any Keras spells it.

    Returns:
        Its value, or None if there is none of that name.
    """
    value = logs.get(name)
    return logs.get(_OTHERS.get(name, name)) if value is None else value
