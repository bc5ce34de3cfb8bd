"""Holds a run while its events arrive, and makes the run of them at the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from reporter.events import EpochBegin, Failure, ParameterCount, ParameterKind, Progress, Score
from reporter.model import (
    Epoch,
    Evaluation,
    LogWarning,
    Message,
    Parameters,
    Partial,
    Run,
    Samples,
    Status,
    look_up,
    names,
)


@dataclass
class Section:
    """Holds what a heading opens: a name, a note, and the facts that still wait for their run."""

    name: str = ""
    prose: list[str] = field(default_factory=list)
    parameters: dict[ParameterKind, ParameterCount] = field(default_factory=dict)
    scores: list[Score] = field(default_factory=list)


@dataclass
class Draft:
    """Holds a run while its events arrive; `open` is the epoch that began last, finished or not."""

    section: Section
    line: int
    announced: bool = False
    declared: int | None = None
    samples: Samples = field(default_factory=Samples)
    parameters: Mapping[ParameterKind, ParameterCount] = field(default_factory=dict)
    scores: list[Score] = field(default_factory=list)
    epochs: list[Epoch] = field(default_factory=list)
    open: EpochBegin | None = None
    progress: Progress | None = None
    rates: dict[int, float] = field(default_factory=dict)
    evaluations: list[Evaluation] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    failure: Failure | None = None

    @property
    def last(self) -> int:
        """The number of the last epoch that finished, 0 if none has."""
        return self.epochs[-1].epoch if self.epochs else 0

    @property
    def running(self) -> int | None:
        """The number of the epoch that has begun and not finished."""
        return self.open.epoch if self.open and self.open.epoch != self.last else None

    @property
    def begun(self) -> bool:
        """Whether any epoch was heard of."""
        return bool(self.open or self.epochs)

    @property
    def status(self) -> Status:
        """How the run ended, as far as its log says so."""
        if self.running is None and (self.declared is None or self.last >= self.declared):
            return "completed"
        if any(message.kind == "early_stopping" for message in self.messages):
            return "stopped"
        return "failed" if self.failure and not self.failure.by_user else "interrupted"

    @property
    def partial(self) -> Partial | None:
        """The epoch that was begun and not finished."""
        if self.open is None or self.running is None:
            return None
        if self.progress is None:
            return Partial(self.running, self.open.line)
        return Partial(
            self.running, self.progress.line, self.progress.step, self.progress.steps, dict(self.progress.logs)
        )

    def run(self, name: str) -> Run:
        """Make the run.

        Args:
            name: What the run is called.
        """
        evaluations, warnings = _evaluations(self.scores, self.epochs)
        return Run(
            name=name,
            line=self.line,
            status=self.status,
            epochs=tuple(_with_rates(self.epochs, self.rates)),
            epochs_declared=self.declared,
            note=" ".join(" ".join(self.section.prose).split()),
            samples=self.samples,
            parameters=_parameters(self.parameters),
            partial=self.partial,
            evaluations=tuple(sorted(self.evaluations + evaluations, key=lambda evaluation: evaluation.line)),
            messages=tuple(self.messages),
            warnings=tuple(warnings),
        )


def _with_rates(epochs: Iterable[Epoch], rates: Mapping[int, float]) -> Iterable[Epoch]:
    """Give each epoch the learning rate that a callback announced in full, else the rounded one on its line."""
    for epoch in epochs:
        yield replace(epoch, learning_rate=rates.get(epoch.epoch, look_up(epoch.logs, "learning_rate")))


def _parameters(counts: Mapping[ParameterKind, ParameterCount]) -> Parameters | None:
    """Add up a summary: Keras 3 counts the optimizer's variables in its total, so that the parts are trusted first."""
    by_kind = {kind: count.count for kind, count in counts.items()}
    trainable, non_trainable = by_kind.get("trainable"), by_kind.get("non_trainable")
    total = by_kind.get("total")
    if trainable is not None and non_trainable is not None:
        total = trainable + non_trainable
    if total is None:
        return None
    line = min(count.line for count in counts.values())
    return Parameters(line, total, trainable, non_trainable, by_kind.get("optimizer"))


def _evaluations(scores: Iterable[Score], epochs: Iterable[Epoch]) -> tuple[list[Evaluation], list[LogWarning]]:
    """Name the values of printed scores, where the epochs prove the names."""
    evaluations, warnings = [], []
    for score in scores:
        known = _score_names(epochs)
        if len(known) == len(score.values):
            evaluations.append(Evaluation(score.line, dict(zip(known, score.values, strict=True))))
        else:
            text = f"a list of {len(score.values)} numbers, of which the log does not say which metric each one is"
            warnings.append(LogWarning("score-without-names", score.line, text))
    return evaluations, warnings


def _score_names(epochs: Iterable[Epoch]) -> tuple[str, ...]:
    """Give the metrics that `evaluate` returns: `loss`, then the others in the order `compile` was given them.

    Keras 1 and 2 print metrics in that order, loss first. Keras 3 sorts them, so that more than one is ambiguous.
    """
    trained = [name for name in names(epoch.logs for epoch in epochs) if not name.startswith("val_")]
    others = [name for name in trained if name not in ("loss", "lr", "learning_rate")]
    ordered = trained[:1] == ["loss"] or len(others) == 1
    return ("loss", *others) if ordered and "loss" in trained else ()
