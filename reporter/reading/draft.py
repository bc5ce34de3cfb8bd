"""Holds a run that is not complete yet, while its events arrive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reporter.model import Epoch, Evaluation, Generation, LogWarning, Partial, Samples, Status
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
from reporter.reading.section import Section

_MAY_BE_OVERWRITTEN = "a dash is missing before these metrics; they may be the rest of a bar that another one overwrote"

_HEADER_LOST = "a result under the header of another epoch: taken for the next epoch, whose header is lost"
_EVALUATED_FIRST = "two results under the header of the first epoch: the first one is taken for that of evaluate()"


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
        epochs: Its finished epochs.
        last_epoch: Number of the most recently finished epoch (0 if none).
        last_is_provisional: Whether the result of that epoch may be printed again, with validation metrics.
        numbers_guessed: Whether its epochs were numbered from 1 because no header or message numbers them.
        closed: Whether no other epoch can follow.
        header: The most recent header of an epoch.
        progress: The most recent bar of the epoch that has not finished.
        repeated: A doubtful result: either an echo or the bar of something else, or the result of the epoch that has
            begun.
        after: Results under the header of an epoch that has finished: of `evaluate`, or of epochs whose headers are
            lost.
        texts: The text of each result.
        replacing_texts: The text of each result that replaced a provisional one.
        generation: The generation of Keras that printed the run; None if unknown.
        validation: Metric name to the name of its validation metric.
        last_validation: The same of the last result alone.
        doubts: Reasons not to trust the results, to the position in `epochs` of the first one they concern.
        evaluations: Results of `evaluate`.
        messages: Messages of callbacks.
        warnings: Warnings.
        reported: The text of each warning of Keras; callbacks repeat theirs in every epoch.
        failure: The error, or the interruption by the user, that followed the last result.
    """

    section: Section
    line: int
    announced: bool = False
    epochs_declared: int | None = None
    samples: Samples = field(default_factory=Samples)
    parameters: Mapping[ParameterKind, ParameterCount] = field(default_factory=dict)
    scores: list[Score] = field(default_factory=list)
    epochs: list[Epoch] = field(default_factory=list)
    last_epoch: int = 0
    last_is_provisional: bool = False
    numbers_guessed: bool = False
    closed: bool = False
    header: EpochBegin | None = None
    progress: Progress | None = None
    repeated: Result | None = None
    after: list[Result] = field(default_factory=list)
    texts: set[str] = field(default_factory=set)
    replacing_texts: set[str] = field(default_factory=set)
    generation: Generation | None = None
    validation: dict[str, str] = field(default_factory=dict)
    last_validation: Mapping[str, str] | None = None
    doubts: dict[Doubt, int] = field(default_factory=dict)
    evaluations: list[Evaluation] = field(default_factory=list)
    messages: list[CallbackMessage] = field(default_factory=list)
    warnings: list[LogWarning] = field(default_factory=list)
    reported: set[str] = field(default_factory=set)
    failure: Failure | None = None

    @property
    def unfinished_epoch(self) -> int | None:
        """Number of the epoch that has begun and not finished; None if there is none."""
        header = self.header
        return header.epoch if header is not None and header.epoch != self.last_epoch else None

    @property
    def running_epoch(self) -> int | None:
        """Number of the unfinished epoch, if it can still finish; otherwise None."""
        header = self.header
        return header.epoch if header is not None and not self.closed and header.epoch != self.last_epoch else None

    @property
    def has_results_without_headers(self) -> bool:
        """Whether there are epochs, and none of them has a header so far."""
        return self.header is None and bool(self.epochs)

    @property
    def has_begun(self) -> bool:
        """Whether an epoch has begun; a header alone may be an echo, or belong to a program that is not Keras."""
        return bool(self.epochs) or (self.header is not None and (self.announced or self.progress is not None))

    @property
    def status(self) -> Status:
        """How the run ended, as far as the log says."""
        if self.unfinished_epoch is None and self.epochs_declared is None and not self.failure:
            return "completed"
        if (
            self.unfinished_epoch is None
            and self.epochs_declared is not None
            and self.last_epoch >= self.epochs_declared
        ):
            return "completed"
        if any(message.kind == "early_stopping" for message in self.messages):
            return "stopped"
        return "failed" if self.failure and not self.failure.by_user else "interrupted"

    @property
    def partial(self) -> Partial | None:
        """The epoch that has begun and not finished; None if there is none."""
        epoch, progress = self.unfinished_epoch, self.progress
        if self.header is None or epoch is None:
            return None
        if progress is None:
            return Partial(epoch, self.header.line)
        return Partial(epoch, progress.line, progress.step, progress.steps, dict(progress.logs))

    def begin_epoch(self, event: EpochBegin) -> None:
        """Begins an epoch that has a header."""
        self.epochs_declared, self.header, self.progress = event.epochs, event, None

    def finish_epoch(self, number: int, event: Result) -> None:
        """Finishes an epoch.

        Under a header, a result with the text of an earlier one may be an echo, and one without a dash may be the bar
        of something else. The true result may follow, so it is kept in `repeated` until more is known.

        Args:
            number: Number of the epoch.
            event: Its result.
        """
        is_doubtful = event.weak == "overwritten" or event.text in self.texts
        if self.header and event.text and is_doubtful and self.repeated is not event:
            self.repeated = event
            return
        if self.repeated and self.repeated is not event and not self.repeated.weak:
            self.add_evaluation(self.repeated)
        line, text, logs, steps, seconds, step_seconds, generation, validation, provisional, doubt, _ = event
        self.progress = self.repeated = self.failure = None
        self.texts.add(text)
        self.generation = self.generation or generation
        if validation is not self.last_validation:  # results of one shape share the mapping
            self.validation.update(validation)
            self.last_validation = validation
        if doubt:
            self.doubts.setdefault(doubt, len(self.epochs))
        epoch = Epoch._make((number, line, logs, text, seconds, step_seconds, steps, None))  # the quickest way
        self.epochs.append(epoch)
        self.last_epoch, self.last_is_provisional = number, provisional

    def finish_first_epoch(self, event: Result) -> None:
        """Finishes the first epoch of a run without headers; it gets the number in a message, or 1 as a guess."""
        numbered = next((message.epoch for message in reversed(self.messages) if message.epoch), None)
        self.numbers_guessed = numbered is None
        self.finish_epoch(numbered or 1, event)

    def replace_last_epoch(self, event: Result) -> None:
        """Replaces a provisional result by the final one."""
        self.replacing_texts.add(event.text)
        for result in self.after:
            self.add_evaluation(result)
        self.after = []
        self.finish_epoch(self._take_back_last_epoch().epoch, event)

    def add_evaluation(self, event: Result) -> None:
        """Adds a result of `evaluate`, unless it is the echo of an epoch."""
        if event.text not in self.texts:
            self.evaluations.append(Evaluation(event.line, event.logs))

    def turn_last_epoch_into_evaluation(self) -> int:
        """Moves the most recent result to the evaluations, because that of the epoch follows; returns its epoch."""
        epoch = self._take_back_last_epoch()
        self.texts.discard(epoch.text)
        self.evaluations.append(Evaluation(epoch.line, epoch.logs))
        return epoch.epoch

    def _take_back_last_epoch(self) -> Epoch:
        """Removes the most recently finished epoch, and returns it."""
        epoch = self.epochs.pop()
        self.last_epoch = self.epochs[-1].epoch if self.epochs else 0
        self.doubts = {doubt: index for doubt, index in self.doubts.items() if index < len(self.epochs)}
        return epoch

    def settle(self, event: EpochBegin | None = None) -> None:
        """Decides what the results after the last epoch are.

        Args:
            event: The next header; None if another run begins, or none.
        """
        after, self.after = self.after, []
        follows = event is not None and event.epochs == self.epochs_declared
        missing = event.epoch - self.last_epoch - 1 if event and follows else 0
        alike = [result for result in after if result.steps == self.epochs[-1].steps]
        for result in after:
            is_due = event is not None and follows and missing == 0 and result is after[-1]
            if result in alike and (len(alike) == missing or not follows) and self._has_epochs_left:
                self.warnings.append(LogWarning("ambiguous", result.line, _HEADER_LOST))
                self.header = EpochBegin(result.line, self.last_epoch + 1, self.epochs_declared)
                self.finish_epoch(self.last_epoch + 1, result)
            elif is_due and result not in alike and len(self.epochs) == 1:
                self.warnings.append(LogWarning("ambiguous", result.line, _EVALUATED_FIRST))
                self.finish_epoch(self.turn_last_epoch_into_evaluation(), result)
            else:
                self.add_evaluation(result)

    @property
    def _has_epochs_left(self) -> bool:
        return self.epochs_declared is not None and self.last_epoch < self.epochs_declared

    def flush_repeated(self) -> None:
        """Finishes the running epoch with a repeated result, because no other result followed."""
        if self.repeated and self.running_epoch:
            if self.repeated.weak:
                self.warnings.append(LogWarning("painted-over", self.repeated.line, _MAY_BE_OVERWRITTEN))
            self.finish_epoch(self.running_epoch, self.repeated)
        self.repeated = None

    def end(self) -> None:
        """Ends the run."""
        self.flush_repeated()
        self.settle()
        if len(self.epochs) > 1 and self._ends_before_validation():
            epoch = self._take_back_last_epoch()
            self.progress = Progress(epoch.line, epoch.steps or 0, epoch.steps, epoch.logs)

    def _ends_before_validation(self) -> bool:
        """Tells whether the last epoch was trained and not validated, while the one before was validated."""
        before, last = self.epochs[-2:]
        if self.header is None or self.header.epoch != last.epoch:
            return False
        return self.last_is_provisional and self._has_validation(before) and not self._has_validation(last)

    def _has_validation(self, epoch: Epoch) -> bool:
        return any(name in epoch.logs for name in self.validation.values())

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
