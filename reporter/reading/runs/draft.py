"""Holds a run that is not complete yet, while its events arrive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reporter.model import Epoch, Evaluation, Generation, LogWarning, Samples
from reporter.model.metrics import RATES
from reporter.reading.events import (
    CallbackMessage,
    Doubt,
    EpochBegin,
    Failure,
    ParameterCount,
    ParameterKind,
    Progress,
    Result,
    Score,
)
from reporter.reading.runs.readings import completes, numbers
from reporter.reading.runs.section import Section
from reporter.reading.runs.span import Span


@dataclass(eq=False, repr=False)  # generating the other methods would cost each start a millisecond
class Draft:
    """Holds a run while its events arrive.

    Attributes:
        section: The section in which the run began.
        line: Number of the line on which it began.
        announced: Whether `fit` printed a line before its first epoch.
        epochs_declared: Number of epochs that `fit` was asked for; None if unknown.
        samples: Numbers of samples.
        parameters: Parameter counts of its model.
        scores: Scores printed near it, whose metrics may have no names yet.
        repeated: Values printed near it that no word calls a score.
        epochs: Its finished epochs.
        last_epoch: Number of the most recently finished epoch (0 if none).
        last_is_provisional: Whether the result of that epoch may be printed again, with validation metrics.
        numbers_guessed: Whether its epochs were numbered from 1 because no header or message numbers them.
        closed: Whether no other epoch can follow.
        header: The most recent header of an epoch.
        header_count: Number of headers.
        has_bars: Whether a result without a header stands below its bar, and is no quotation of one line.
        progress: The most recent bar of the epoch that has not finished.
        generation: The generation of Keras that printed the run; None if unknown.
        validation: Metric name to the name of its validation metric.
        last_validation: The same of the last result alone.
        doubts: Reasons not to trust the results, to the position in `epochs` of the first one they concern.
        evaluations: Results of `evaluate`.
        messages: Messages of callbacks.
        warnings: Warnings.
        failure: The error, or the interruption by the user, that followed the last result.
    """

    section: Section
    line: int
    announced: bool = False
    epochs_declared: int | None = None
    samples: Samples = field(default_factory=Samples)
    parameters: Mapping[ParameterKind, ParameterCount] = field(default_factory=dict)
    scores: list[Score] = field(default_factory=list)
    repeated: list[Score] = field(default_factory=list)
    epochs: list[Epoch] = field(default_factory=list)
    last_epoch: int = 0
    last_is_provisional: bool = False
    numbers_guessed: bool = False
    closed: bool = False
    header: EpochBegin | None = None
    header_count: int = 0
    has_bars: bool = False
    progress: Progress | None = None
    generation: Generation | None = None
    validation: dict[str, str] = field(default_factory=dict)
    last_validation: Mapping[str, str] | None = None
    doubts: dict[Doubt, int] = field(default_factory=dict)
    evaluations: list[Evaluation] = field(default_factory=list)
    messages: list[CallbackMessage] = field(default_factory=list)
    warnings: list[LogWarning] = field(default_factory=list)
    failure: Failure | None = None
    _printed: set[tuple[object, ...]] = field(default_factory=set)
    _epochs_in_printed: int = 0

    @property
    def unfinished_epoch(self) -> int | None:
        """Number of the epoch that has begun and not finished; None if there is none."""
        header = self.header
        return header.epoch if header is not None and header.epoch != self.last_epoch else None

    @property
    def has_begun(self) -> bool:
        """Whether an epoch has begun; a header alone may be an echo, or belong to a program that is not Keras."""
        return bool(self.epochs) or (self.header is not None and (self.announced or self.progress is not None))

    @property
    def evaluated(self) -> set[str]:
        """Metrics of the last epoch that `evaluate` prints, too: neither validation metrics nor the learning rate."""
        return self.epochs[-1].logs.keys() - self.validation.values() - RATES if self.epochs else set()

    @property
    def has_stopped_early(self) -> bool:
        """Whether early stopping was announced."""
        return any(message.kind == "early_stopping" for message in self.messages)

    @property
    def due(self) -> int:
        """Number of the epoch that finishes next."""
        return self.unfinished_epoch or self.last_epoch + 1

    @property
    def may_have_lone_score(self) -> bool:
        """Whether a number alone may be that of `evaluate`: the model has a loss and no metrics, and no score yet."""
        is_running = self.unfinished_epoch is not None and not self.closed
        return not is_running and not self.scores and not self.evaluations and self.evaluated == {"loss"}

    def expects(self, span: Span) -> bool:
        """Tells whether nothing speaks against the last result below a header: it is like that of the epoch before.

        Args:
            span: What stands below the header.
        """
        results, progress = span.results, span.progress
        if not results or not all(completes(results[-1], each) for each in results[:-1]):
            return False
        result, last = results[-1], self.epochs[-1] if self.epochs else results[-1]
        if result.weak or (progress is not None and progress.steps != result.steps):
            return False
        return last.steps == result.steps and last.logs.keys() == result.logs.keys()

    def has_printed(self, event: Result) -> bool:
        """Tells whether a result has all the numbers of an earlier epoch."""
        self._printed.update(map(numbers, self.epochs[self._epochs_in_printed :]))
        self._epochs_in_printed = len(self.epochs)
        return numbers(event) in self._printed

    def begin_epoch(self, event: EpochBegin) -> None:
        """Begins an epoch that has a header."""
        self.epochs_declared, self.header, self.progress = event.epochs, event, None
        self.header_count += 1

    def finish_epoch(self, number: int, event: Result) -> None:
        """Finishes an epoch.

        Args:
            number: Number of the epoch.
            event: Its result.
        """
        line, text, logs, steps, seconds, step_seconds, generation, validation, provisional, doubt, _, _ = event
        self.progress = self.failure = None
        self.generation = self.generation or generation
        if validation is not self.last_validation:  # results of one shape share the mapping
            self.validation.update(validation)
            self.last_validation = validation
        if doubt:
            self.doubts.setdefault(doubt, len(self.epochs))
        epoch = Epoch._make((number, line, logs, text, seconds, step_seconds, steps, None))  # the quickest way
        self.epochs.append(epoch)
        self.last_epoch, self.last_is_provisional = number, provisional and not validation

    def add_bars(self, progress: Progress | None, evaluated: Progress | None) -> None:
        """Adds the unfinished bars below a header.

        Args:
            progress: The bar of the epoch.
            evaluated: The bar of `evaluate` on data of unknown length, which TF 2.0 to 2.3 leave unfinished.
        """
        self.progress = progress
        if evaluated:
            self.evaluations.append(Evaluation(evaluated.line, evaluated.logs))

    def finish_first_epoch(self, event: Result) -> None:
        """Finishes the first epoch of a run without headers; it gets the number in a message, or 1 as a guess."""
        numbered = next((message.epoch for message in reversed(self.messages) if message.epoch), None)
        self.numbers_guessed = numbered is None
        self.finish_epoch(numbered or 1, event)

    def replace_last_epoch(self, event: Result) -> None:
        """Replaces a provisional result by the final one, which no other replaces."""
        epoch = self.epochs.pop()
        self.doubts = {doubt: index for doubt, index in self.doubts.items() if index < len(self.epochs)}
        self.finish_epoch(epoch.epoch, event)
        self.last_is_provisional = False

    def renumber(self, last_epoch: int) -> None:
        """Numbers the epochs again.

        Args:
            last_epoch: Number of the last one, known from the header after it.
        """
        if last_epoch < len(self.epochs):  # some results were printed twice
            self.epochs = list({epoch.text: epoch for epoch in self.epochs}.values())
        first = last_epoch - len(self.epochs) + 1
        self.epochs = [epoch._replace(epoch=number) for number, epoch in enumerate(self.epochs, first)]
        self.last_epoch = last_epoch
        self.numbers_guessed = False

    def fail(self, event: Failure, *, is_elsewhere: bool) -> None:
        """Adds an error; one in another cell or section counts only if the run has epochs left.

        Ctrl-C counts even after another error, because a traceback ends with `KeyboardInterrupt`.
        """
        if (self.failure and not event.by_user) or (self.epochs_declared is None and is_elsewhere):
            return
        self.failure = event
        self.closed = self.closed or event.by_user
