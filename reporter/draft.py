"""Holds a run while its events arrive, and makes the run of them at the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from reporter.events import CallbackMessage, EpochBegin, Failure, ParameterCount, ParameterKind, Progress, Result, Score
from reporter.model import (
    Epoch,
    Evaluation,
    Generation,
    LogWarning,
    Message,
    Parameters,
    Partial,
    Run,
    Samples,
    Status,
    alias,
    look_up,
    names,
)


@dataclass
class Section:
    """Holds what a heading opens: a name, a note, and the facts that still wait for their run.

    `summarised` says that its parameters were printed by `model.summary()`, and are not the prose of a section.
    """

    name: str = ""
    level: int = 0
    summarised: bool = False
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
    guessed: bool = False
    closed: bool = False
    open: EpochBegin | None = None
    progress: Progress | None = None
    echo: Result | None = None
    texts: set[str] = field(default_factory=set)
    completed: set[str] = field(default_factory=set)
    generation: Generation | None = None
    evaluations: list[Evaluation] = field(default_factory=list)
    messages: list[CallbackMessage] = field(default_factory=list)
    warnings: list[LogWarning] = field(default_factory=list)
    failure: Failure | None = None

    @property
    def last(self) -> int:
        """The number of the last epoch that finished, 0 if none has."""
        return self.epochs[-1].epoch if self.epochs else 0

    @property
    def unfinished(self) -> int | None:
        """The number of the epoch that has begun and not finished."""
        return self.open.epoch if self.open and self.open.epoch != self.last else None

    @property
    def running(self) -> int | None:
        """The number of the epoch that may still finish."""
        return None if self.closed else self.unfinished

    @property
    def headless(self) -> bool:
        """Whether its epochs, so far, have no headers."""
        return self.open is None and bool(self.epochs)

    @property
    def begun(self) -> bool:
        """Whether any epoch was heard of; a header alone may be an echo, or of a program that is not Keras."""
        return bool(self.epochs) or (self.open is not None and (self.announced or self.progress is not None))

    @property
    def status(self) -> Status:
        """How the run ended, as far as its log says so."""
        if self.unfinished is None and (self.declared is None or self.last >= self.declared):
            return "completed"
        if any(message.kind == "early_stopping" for message in self.messages):
            return "stopped"
        return "failed" if self.failure and not self.failure.by_user else "interrupted"

    @property
    def partial(self) -> Partial | None:
        """The epoch that was begun and not finished."""
        epoch, progress = self.unfinished, self.progress
        if self.open is None or epoch is None:
            return None
        if progress is None:
            return Partial(epoch, self.open.line)
        return Partial(epoch, progress.line, progress.step, progress.steps, dict(progress.logs))

    def begin_epoch(self, event: EpochBegin) -> None:
        """Begin an epoch that has a header."""
        self.declared, self.open, self.progress = event.epochs, event, None

    def finish(self, epoch: int, event: Result) -> None:
        """Finish an epoch; a line that was read before may be an echo, and then another one follows."""
        if event.text and event.text in self.texts and self.echo is not event:
            self.echo = event
            return
        self.progress = self.echo = self.failure = None
        self.texts.add(event.text)
        self.generation = self.generation or event.generation
        self.epochs.append(
            Epoch(epoch, event.line, event.logs, event.text, event.seconds, event.step_seconds, event.steps)
        )

    def finish_first(self, event: Result) -> None:
        """Finish the first epoch of a run without header: its number is the one a callback named, else a guess of 1."""
        named = next((message.epoch for message in reversed(self.messages) if message.epoch), None)
        self.guessed = named is None
        self.finish(named or 1, event)

    def settle(self) -> None:
        """Decide that a repeated result was no echo: its epoch ended and had no other."""
        if self.echo and self.running:
            self.finish(self.running, self.echo)
        self.echo = None

    def renumber(self, last: int) -> None:
        """Number the epochs anew, so that the last one has the given number: the header after it has told."""
        shift = last - self.last
        self.epochs = [replace(epoch, epoch=epoch.epoch + shift) for epoch in self.epochs]
        self.guessed = False

    def continues(self, event: EpochBegin) -> bool:
        """Say whether an epoch can belong to this run: its number goes up, and the declared number is the same."""
        return not self.closed and event.epoch > (self.running or self.last) and event.epochs == self.declared

    def echoes(self, event: EpochBegin) -> bool:
        """Say whether a header repeats one of this run, whose epoch still runs.

        Workers forked by `use_multiprocessing` print the old text in their buffers once more. A new `fit` begins at 1.
        """
        if self.running is None or self.failure or event.epochs != self.declared:
            return False
        return event.epoch == self.running or 1 < event.epoch < self.running

    def foresees(self, event: CallbackMessage) -> bool:
        """Say whether a message speaks of the run after this one: Keras 3 sets the rate before it prints the header."""
        return event.epoch is not None and event.epoch <= (self.unfinished or self.last + 1) - 1 and _schedules(event)

    def completes(self, event: Result) -> bool:
        """Say whether a result is the last epoch once more: Keras 3 prints it first without `val_`."""
        epoch = self.epochs[-1]
        if epoch.steps != event.steps or epoch.text in self.completed:
            return False
        again = "━" in epoch.text and epoch.seconds == 0 and epoch.logs.keys() == event.logs.keys()
        return again or epoch.logs.keys() < event.logs.keys()

    def complete(self, event: Result) -> None:
        """Put the whole result in the place of the one that was printed first."""
        self.completed.add(event.text)
        self.finish(self.epochs.pop().epoch, event)

    def interjects(self, event: Result) -> bool:
        """Say whether a result within an epoch is of `evaluate`, which a callback called before the epoch's own result.

        It has other steps than the epoch's bar, or lacks the `val_` metrics of the epochs before.
        """
        if self.progress and self.progress.steps and event.steps:
            return self.progress.steps != event.steps
        last = self.epochs[-1] if self.epochs else None
        return last is not None and last.steps != event.steps and event.logs.keys() < last.logs.keys()

    def is_like(self, event: Result) -> bool:
        """Say whether a result has the metrics and the steps of this run's epochs."""
        epoch = self.epochs[0]
        return epoch.logs.keys() == event.logs.keys() and epoch.steps == event.steps

    def evaluates(self, event: Result) -> bool:
        """Say whether a result is of `evaluate` after this run: metrics of training without those of validation."""
        if not self.epochs or not event.logs.keys() <= self.epochs[-1].logs.keys():
            return False
        return len(event.logs) < len(self.epochs[-1].logs) or event.steps != self.epochs[-1].steps

    def run(self, name: str) -> Run:
        """Make the run.

        Args:
            name: What the run is called.
        """
        evaluations, warnings = _evaluations(self.scores, self.epochs)
        warnings = sorted([*self.warnings, *warnings, *self._doubts()], key=lambda warning: warning.line)
        shift = self.generation == "1" or any(message.epoch == 0 for message in self.messages)
        return Run(
            name=name,
            line=self.line,
            status=self.status,
            epochs=tuple(_with_rates(self.epochs, self.messages, shift)),
            epochs_declared=self.declared,
            generation=self.generation,
            note=" ".join(" ".join(self.section.prose).split()),
            samples=self.samples,
            parameters=_parameters(self.parameters),
            partial=self.partial,
            evaluations=tuple(sorted(self.evaluations + evaluations, key=lambda evaluation: evaluation.line)),
            messages=tuple(Message(each.line, each.kind, each.text, _number(each, shift)) for each in self.messages),
            warnings=tuple(warnings),
        )

    def _doubts(self) -> Iterable[LogWarning]:
        """Say what the style of the log gives reason to doubt."""
        bar = next((epoch for epoch in self.epochs if "━" in epoch.text), None)
        if bar:
            yield LogWarning("keras-3-bar", bar.line, _KERAS_3_BAR)
        if self.guessed:
            yield LogWarning("epoch-guessed", self.epochs[0].line, _GUESSED)
        numbers = [epoch.epoch for epoch in self.epochs]
        gap = next(
            (epoch for epoch, before in zip(self.epochs[1:], numbers, strict=False) if epoch.epoch > before + 1), None
        )
        if gap:
            yield LogWarning("epochs-missing", gap.line, f"epochs before epoch {gap.epoch} are missing")


_KERAS_3_BAR = (
    "the bars of Keras 3.0 to 3.10 print wrong train metrics, and so does evaluate() there; "
    "val_ metrics are right, and so is all from 3.11 on"
)
_GUESSED = "results without header: their epochs are counted from 1, and one alone may be of evaluate()"


def _number(message: CallbackMessage, shift: bool) -> int | None:
    """Give the epoch of a message, counted from 1; callbacks of Keras before 2.0.9 count from 0."""
    return message.epoch + shift if message.epoch is not None else None


def _with_rates(epochs: Iterable[Epoch], messages: Iterable[CallbackMessage], shift: bool) -> Iterable[Epoch]:
    """Give each epoch the learning rate that a callback announced in full, else the rounded one on its line.

    A scheduler speaks of the epoch that begins, `ReduceLROnPlateau` of all that follow the one that ends.
    """
    said = [(_number(each, shift), each) for each in messages if each.learning_rate is not None]
    scheduled = {number: each.learning_rate for number, each in said if _schedules(each)}
    reduced = {number: each.learning_rate for number, each in said if not _schedules(each)}
    current: float | None = None
    for epoch in epochs:
        printed = look_up(epoch.logs, "learning_rate")
        fits = current is not None and (printed is None or abs(current - printed) <= _ROUNDED)
        yield replace(epoch, learning_rate=scheduled.get(epoch.epoch, current if fits else printed))
        current = reduced.get(epoch.epoch, current)


_ROUNDED = 0.5001e-4
"""How far a rate on a line, which has four decimals, may be from the one announced."""


def _schedules(message: CallbackMessage) -> bool:
    return "LearningRateScheduler" in message.text


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
        if score.logs:
            evaluations.append(Evaluation(score.line, _spelt(score.logs, epochs)))
            continue
        known = _score_names(epochs)
        if len(known) == len(score.values):
            evaluations.append(Evaluation(score.line, dict(zip(known, score.values, strict=True))))
        else:
            text = f"a list of {len(score.values)} numbers, of which the log does not say which metric each one is"
            warnings.append(LogWarning("score-without-names", score.line, text))
    return evaluations, warnings


def _spelt(logs: Mapping[str, float], epochs: Iterable[Epoch]) -> dict[str, float]:
    """Spell metrics as the epochs do: a script prints `Test accuracy` of a metric that Keras calls `acc`."""
    known = {alias(name): name for name in names(epoch.logs for epoch in epochs)}
    return {known.get(alias(name), name): value for name, value in logs.items()}


def _score_names(epochs: Iterable[Epoch]) -> tuple[str, ...]:
    """Give the metrics that `evaluate` returns: `loss`, then the others in the order `compile` was given them.

    Keras 1 and 2 print metrics in that order, loss first. Keras 3 sorts them, so that more than one is ambiguous.
    """
    trained = [name for name in names(epoch.logs for epoch in epochs) if not name.startswith("val_")]
    others = [name for name in trained if name not in ("loss", "lr", "learning_rate")]
    ordered = trained[:1] == ["loss"] or len(others) == 1
    return ("loss", *others) if ordered and "loss" in trained else ()
