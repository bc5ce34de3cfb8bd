"""Turns events into runs: the state machine that knows where a run begins and ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reporter.draft import Draft, Section
from reporter.events import (
    CallbackMessage,
    EpochBegin,
    Event,
    Failure,
    FitBegin,
    Heading,
    ModelSummary,
    ParameterCount,
    Progress,
    Prose,
    Result,
    Score,
)
from reporter.model import Epoch, Evaluation, Message, Run, Samples


class Assembler:
    """Takes the events of one source in order, and gives its runs.

    A run begins where `fit` says so, or where an epoch number does not go up. Facts printed before a run (its
    parameters, in a README its score) wait for it; facts printed after it are added to it.
    """

    def __init__(self) -> None:
        self._section = Section()
        self._noting = False
        self._drafts: list[Draft] = []
        self._takers: dict[type[Event], Callable[[Any], None]] = {
            Result: self._result,
            Progress: self._progress,
            EpochBegin: self._epoch,
            CallbackMessage: self._message,
            FitBegin: self._fit,
            ModelSummary: self._summary,
            ParameterCount: self._parameters,
            Score: self._score,
            Failure: self._failure,
            Heading: self._heading,
            Prose: self._prose,
        }

    def feed(self, event: Event) -> None:
        """Take the next event."""
        self._takers[type(event)](event)
        self._noting = isinstance(event, Heading) or (self._noting and isinstance(event, Prose))

    def runs(self, default_name: str) -> tuple[Run, ...]:
        """Give the runs of all events so far.

        Args:
            default_name: The name of a run that stands under no heading.

        Returns:
            The runs in the order of the source; several of one name are numbered from the second on.
        """
        self._settle_parameters()
        count: dict[str, int] = {}
        runs = []
        for draft in _without_excerpts([draft for draft in self._drafts if draft.begun]):
            name = draft.section.name or default_name
            count[name] = count.get(name, 0) + 1
            runs.append(draft.run(name if count[name] == 1 else f"{name} ({count[name]})"))
        return tuple(runs)

    def _begin(self, line: int, *, announced: bool = False) -> Draft:
        """Begin a run; what its section holds in store becomes its own."""
        section = self._section
        draft = Draft(section, line, announced, parameters=section.parameters, scores=section.scores)
        section.parameters, section.scores = {}, []
        self._drafts.append(draft)
        return draft

    def _current(self) -> Draft | None:
        """Give the run that an event of this section, or of an epoch still running, belongs to."""
        draft = self._drafts[-1] if self._drafts else None
        return draft if draft and (draft.section is self._section or draft.running) else None

    def _heading(self, event: Heading) -> None:
        self._section = Section(event.text)

    def _fit(self, event: FitBegin) -> None:
        self._begin(event.line, announced=True).samples = Samples(event.train, event.validation)

    def _epoch(self, event: EpochBegin) -> None:
        draft = self._drafts[-1] if self._drafts else None
        if not draft or (draft.begun and not _continues(draft, event)):
            draft = self._begin(event.line)
        draft.declared = event.epochs
        draft.open = event
        draft.progress = None

    def _progress(self, event: Progress) -> None:
        draft = self._current()
        if draft and draft.running:
            draft.progress = event

    def _result(self, event: Result) -> None:
        if not event.logs:  # a bar without metrics belongs to `predict`, or to an old `evaluate`
            return
        draft = self._current() or self._begin(event.line)
        if draft.running:
            _finish(draft, draft.running, event)
        elif not draft.epochs:
            _finish(draft, _announced(draft), event)
        elif _completes(event, draft.epochs[-1]):
            epoch = draft.epochs.pop().epoch
            _finish(draft, epoch, event)
        else:
            draft.evaluations.append(Evaluation(event.line, event.logs))

    def _message(self, event: CallbackMessage) -> None:
        draft = self._current() or self._begin(event.line)
        epoch = event.epoch
        if epoch is not None and draft.running == epoch + 1:  # Keras before 2.0.9 counts from 0 here
            epoch = draft.running
        draft.messages.append(Message(event.line, event.kind, event.text, epoch))
        if epoch is not None and event.learning_rate is not None:
            draft.rates[epoch] = event.learning_rate

    def _summary(self, event: ModelSummary) -> None:
        self._section.parameters = {}

    def _parameters(self, event: ParameterCount) -> None:
        if event.kind == "total":  # the first line of the counts, also where the table is missing
            self._section.parameters = {}
        self._section.parameters[event.kind] = event

    def _score(self, event: Score) -> None:
        draft = self._drafts[-1] if self._drafts else None
        owner = draft if draft and draft.begun and draft.section is self._section else self._section
        owner.scores.append(event)

    def _failure(self, event: Failure) -> None:
        if self._drafts and not self._drafts[-1].failure:
            self._drafts[-1].failure = event

    def _prose(self, event: Prose) -> None:
        """Keep the first paragraph under a heading as the note of its runs."""
        prose = self._section.prose
        if self._noting and event.text:
            prose.append(event.text)
        elif prose:
            self._noting = False

    def _settle_parameters(self) -> None:
        """Give a summary that no later run claimed to the last run, if it has none: it was printed at the end."""
        draft = self._drafts[-1] if self._drafts else None
        if draft and not draft.parameters and draft.section is self._section:
            draft.parameters = self._section.parameters


def _continues(draft: Draft, event: EpochBegin) -> bool:
    """Say whether an epoch can belong to a run: its number goes up, and the declared number is the same."""
    last = draft.running or draft.last
    return event.epoch > last and event.epochs == draft.declared


def _finish(draft: Draft, epoch: int, event: Result) -> None:
    draft.progress = None
    draft.epochs.append(
        Epoch(epoch, event.line, event.logs, event.text, event.seconds, event.step_seconds, event.steps)
    )


def _announced(draft: Draft) -> int:
    """Give the number of an epoch that has no header: the one a callback named, else 1."""
    return next((message.epoch for message in reversed(draft.messages) if message.epoch), 1)


def _completes(event: Result, epoch: Epoch) -> bool:
    """Say whether a result is the same epoch once more: Keras 3 prints the last step, and then again with `val_`."""
    return epoch.steps == event.steps and epoch.logs.keys() < event.logs.keys()


def _without_excerpts(drafts: list[Draft]) -> list[Draft]:
    """Drop runs that only quote epochs of another; what stands around the quotation goes to the run it quotes."""
    holders: dict[object, list[Draft]] = {}
    for draft in drafts:
        for epoch in draft.epochs:
            holders.setdefault(_identity(epoch), []).append(draft)
    kept = []
    for draft in drafts:
        first = holders.get(_identity(draft.epochs[0]), []) if draft.epochs else []
        quoted = next((other for other in first if _quotes(draft, other)), None)
        if quoted is None:
            kept.append(draft)
            continue
        quoted.parameters = quoted.parameters or draft.parameters
        quoted.scores = draft.scores + quoted.scores
    return kept


def _quotes(draft: Draft, other: Draft) -> bool:
    """Say whether every epoch of an unannounced run stands in a longer one."""
    if draft.announced or len(draft.epochs) >= len(other.epochs):
        return False
    return {_identity(epoch) for epoch in draft.epochs} <= {_identity(epoch) for epoch in other.epochs}


def _identity(epoch: Epoch) -> tuple[object, ...]:
    """Give what makes two epochs the same; as text, because NaN does not equal itself."""
    return (epoch.epoch, *((name, repr(value)) for name, value in epoch.logs.items()))
