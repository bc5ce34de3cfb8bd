"""Holds a run while its events arrive, and knows what a next event means for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reporter.model import Epoch, Evaluation, Generation, LogWarning, Partial, Samples, Status
from reporter.reading.events import (
    CallbackMessage,
    EpochBegin,
    Failure,
    ParameterCount,
    ParameterKind,
    Progress,
    Result,
    Score,
)


@dataclass(eq=False, repr=False)  # the rest would cost a cold start a millisecond
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


@dataclass(eq=False, repr=False)  # the rest would cost a cold start a millisecond
class Draft:
    """Holds a run while its events arrive; `open` is the epoch that began last, `last` the number of the finished."""

    section: Section
    line: int
    announced: bool = False
    declared: int | None = None
    samples: Samples = field(default_factory=Samples)
    parameters: Mapping[ParameterKind, ParameterCount] = field(default_factory=dict)
    scores: list[Score] = field(default_factory=list)
    epochs: list[Epoch] = field(default_factory=list)
    last: int = 0
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
    told: set[str] = field(default_factory=set)
    failure: Failure | None = None

    @property
    def unfinished(self) -> int | None:
        """The number of the epoch that has begun and not finished."""
        begun = self.open
        return begun.epoch if begun is not None and begun.epoch != self.last else None

    @property
    def running(self) -> int | None:
        """The number of the epoch that may still finish."""
        begun = self.open
        return begun.epoch if begun is not None and not self.closed and begun.epoch != self.last else None

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
        """Finish an epoch; under a header, a line that was read before may be an echo, and another one follows."""
        if self.open and event.text and event.text in self.texts and self.echo is not event:
            self.echo = event
            return
        line, text, logs, steps, seconds, step_seconds, generation = event
        self.progress = self.echo = self.failure = None
        self.texts.add(text)
        self.generation = self.generation or generation
        self.epochs.append(Epoch(epoch, line, logs, text, seconds, step_seconds, steps))
        self.last = epoch

    def _unfinish(self) -> Epoch:
        """Take back the last epoch."""
        epoch = self.epochs.pop()
        self.last = self.epochs[-1].epoch if self.epochs else 0
        return epoch

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

    def end(self) -> None:
        """End the run: nothing more will be read of it."""
        self.settle()
        if len(self.epochs) > 1 and self._validates_still():
            epoch = self._unfinish()
            self.progress = Progress(epoch.line, epoch.steps or 0, epoch.steps, epoch.logs)

    def _validates_still(self) -> bool:
        """Say whether the last epoch was validating: Keras 3 prints its last step, and only then validates."""
        before, last = self.epochs[-2:]
        if self.open is None or self.open.epoch != last.epoch:
            return False
        return "━" in last.text and last.seconds == 0 and _validated(before) and not _validated(last)

    def renumber(self, last: int) -> None:
        """Number the epochs anew, so that the last one has the given number: the header after it has told."""
        shift, self.last = last - self.last, last
        self.epochs = [epoch._replace(epoch=epoch.epoch + shift) for epoch in self.epochs]
        self.guessed = False

    def expects(self, event: EpochBegin) -> bool:
        """Say whether an epoch follows the one that finished last, as nearly all do."""
        begun = self.open
        if begun is None or self.closed or self.echo or event.epochs != self.declared:
            return False
        return event.epoch == begun.epoch + 1 and begun.epoch == self.last

    def leads_to(self, event: EpochBegin) -> bool:
        """Say whether the epochs so far, which have no headers, are those before the one that begins."""
        if self.closed or not self.headless:
            return False
        return event.epoch > len(self.epochs) if self.guessed else event.epoch == self.last + 1

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
        due = self.unfinished or self.last + 1
        return event.epoch is not None and event.epoch < due and "LearningRateScheduler" in event.text

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
        self.finish(self._unfinish().epoch, event)

    def interjects(self, event: Result) -> bool:
        """Say whether a result within an epoch is of `evaluate`, which a callback called before the epoch's own result.

        It has other steps than the epoch's bar, or lacks the `val_` metrics of the epochs before.
        """
        if self.progress and self.progress.steps and event.steps:
            return self.progress.steps != event.steps
        last = self.epochs[-1] if self.epochs else None
        return last is not None and last.steps != event.steps and event.logs.keys() < last.logs.keys()

    def is_stale(self, event: Result) -> bool:
        """Say whether a result without counter is the end of a bar that other text was painted over."""
        if event.steps is not None:
            return False
        counted = self.epochs[-1].steps if self.epochs else None
        return (counted or (self.progress and self.progress.steps)) is not None

    def is_like(self, event: Result) -> bool:
        """Say whether a result has the metrics and the steps of this run's epochs."""
        epoch = self.epochs[0]
        return epoch.logs.keys() == event.logs.keys() and epoch.steps == event.steps

    def evaluates(self, event: Result) -> bool:
        """Say whether a result is of `evaluate` after this run: metrics of training without those of validation."""
        if not self.epochs or not event.logs.keys() <= self.epochs[-1].logs.keys():
            return False
        return len(event.logs) < len(self.epochs[-1].logs) or event.steps != self.epochs[-1].steps


def _validated(epoch: Epoch) -> bool:
    return any(name.startswith("val_") for name in epoch.logs)
