"""Turns events into runs: the state machine that knows where a run begins and ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reporter.model import Evaluation, LogWarning, Run, Samples
from reporter.reading.conclude import conclude
from reporter.reading.draft import Draft, Section
from reporter.reading.events import (
    CallbackMessage,
    CellBegin,
    EpochBegin,
    Event,
    Failure,
    FitBegin,
    Heading,
    ModelSummary,
    Notice,
    ParameterCount,
    Progress,
    Prose,
    Result,
    Score,
)
from reporter.reading.excerpts import without_evaluations, without_excerpts

_NEAR = 3
"""Lines within which `Test loss:` and `Test accuracy:` are of one evaluation."""

_PAINTED_OVER = "a line painted over an unfinished bar looks like a result, and was passed over"


class Assembler:
    """Takes the events of one source in order, and gives its runs.

    A run begins where `fit` says so, or where an epoch number does not go up. Facts printed before a run (its
    parameters, in a README its score) wait for it; facts printed after it are added to it.
    """

    def __init__(self) -> None:
        self._section = Section()
        self._noting = False
        self._prose_since = False
        self._from_zero = False
        self._drafts: list[Draft] = []
        self._last: Draft | None = None
        self._waiting: list[CallbackMessage] = []
        self._doubted: EpochBegin | None = None

    def feed(self, event: Event) -> None:
        """Take the next event."""
        if self._doubted and not isinstance(event, Prose | CallbackMessage):
            self._decide(event)
        if self._noting and not isinstance(event, Prose):
            self._noting = False
        _TAKERS[type(event)](self, event)

    def runs(self, default_name: str) -> tuple[Run, ...]:
        """Give the runs of all events so far.

        Args:
            default_name: The name of a run that stands under no heading.

        Returns:
            The runs in the order of the source.
        """
        if self._doubted:
            self._decide(None)
        self._settle_facts()
        for draft in self._drafts:
            draft.end()
        begun = without_evaluations(draft for draft in self._drafts if draft.begun)
        return tuple(conclude(draft, draft.section.name or default_name) for draft in without_excerpts(begun))

    def _begin(self, line: int, *, announced: bool = False) -> Draft:
        """Begin a run; what its section holds in store becomes its own."""
        section = self._section
        draft = Draft(section, line, announced, parameters=section.parameters, scores=section.scores)
        draft.messages, self._waiting = self._waiting, []
        section.parameters, section.scores = {}, []
        self._drafts.append(draft)
        self._last = draft
        return draft

    def _heading(self, event: Heading) -> None:
        """Open a section; a printed summary waits on, and under a smaller heading a score does too."""
        self._noting = True
        self._settle_scores()
        old = self._section
        self._section = Section(event.text, event.level)
        if old.summarised:
            self._section.parameters, self._section.summarised = old.parameters, True
        if event.level > old.level:
            self._section.parameters, self._section.scores = old.parameters, old.scores

    def _fit(self, event: FitBegin) -> None:
        self._waiting = []
        self._begin(event.line, announced=True).samples = Samples(event.train, event.validation)

    def _epoch(self, event: EpochBegin) -> None:
        draft = self._last
        self._from_zero = event.epochs is None and (self._from_zero or event.epoch == 0)
        if self._from_zero:
            event = event._replace(epoch=event.epoch + 1)
        if draft and draft.expects(event):
            self._waiting = []
            draft.begin_epoch(event)
            return
        if draft and draft.echoes(event):
            return
        if draft:
            draft.settle()
        if draft and self._doubtful(event, draft):
            self._doubted = event
        elif draft and draft.section is self._section and draft.leads_to(event):
            draft.renumber(event.epoch - 1)
            draft.begin_epoch(event)
        elif draft and (not draft.begun or draft.continues(event)):
            self._waiting = []
            draft.begin_epoch(event)
        else:
            self._begin(event.line).begin_epoch(event)

    def _doubtful(self, event: EpochBegin, draft: Draft) -> bool:
        """Say whether a header of an epoch already read may be an echo: a run it is in goes on after it."""
        unfinished = draft.declared is None or draft.last < draft.declared
        same = draft.section is self._section and draft.open is not None and event.epochs == draft.declared
        return same and unfinished and not draft.closed and event.epoch <= draft.last

    def _decide(self, event: Event | None) -> None:
        """Decide by what follows whether a doubted header was an echo, or began a run."""
        doubted, self._doubted, draft = self._doubted, None, self._last
        assert doubted is not None
        assert draft is not None
        due = draft.running or draft.last + 1
        goes_on = isinstance(event, EpochBegin) and event.epoch == due and event.epochs == draft.declared
        if not goes_on and not (event is None and doubted.epoch == draft.last):
            self._begin(doubted.line).begin_epoch(doubted)

    def _progress(self, event: Progress) -> None:
        if self._last and self._last.running:
            self._last.progress = event

    def _result(self, event: Result) -> None:
        if not event.logs:  # a bar without metrics belongs to `predict`, or to an old `evaluate`
            return
        draft = self._last
        if draft and draft.section is self._section and draft.is_stale(event):
            draft.warnings.append(LogWarning("painted-over", event.line, _PAINTED_OVER))
            return
        if draft and draft.echo and draft.echo.steps != event.steps:
            draft.settle()
        running = draft.running if draft else None
        if draft and running and draft.interjects(event):
            draft.evaluations.append(Evaluation(event.line, event.logs))
        elif draft and running:
            draft.finish(running, event)
        elif draft and draft.section is self._section:
            self._result_again(event, draft)
        elif draft and draft.evaluates(event):
            draft.evaluations.append(Evaluation(event.line, event.logs))
        else:
            self._begin(event.line).finish_first(event)
        self._prose_since = False

    def _result_again(self, event: Result, draft: Draft) -> None:
        """Take a result without a header of its own, in the section of a run."""
        if not draft.epochs:
            draft.finish_first(event)
        elif draft.completes(event):
            draft.complete(event)
        elif draft.headless and draft.is_like(event):
            if self._prose_since or self._waiting:
                self._begin(event.line).finish_first(event)
            else:
                draft.finish(draft.last + 1, event)
        elif event.text in draft.texts:
            return
        elif any(name.startswith("val_") for name in event.logs):  # what `evaluate` never prints
            self._begin(event.line).finish_first(event)
        else:
            draft.evaluations.append(Evaluation(event.line, event.logs))

    def _message(self, event: CallbackMessage) -> None:
        draft = self._last
        if draft and (draft.running or draft.section is self._section) and not draft.foresees(event):
            draft.messages.append(event)
        else:
            self._waiting.append(event)

    def _summary(self, event: ModelSummary) -> None:
        self._section.parameters, self._section.summarised = {}, True

    def _parameters(self, event: ParameterCount) -> None:
        if event.kind == "total":  # the first line of the counts, also where the table is missing
            self._section.parameters = {}
        self._section.parameters[event.kind] = event

    def _score(self, event: Score) -> None:
        draft = self._last
        scores = draft.scores if draft and draft.begun and draft.section is self._section else self._section.scores
        last = scores[-1] if scores else None
        if last and last.logs and not event.logs.keys() & last.logs.keys() and event.line - last.line <= _NEAR:
            scores[-1] = last._replace(logs={**last.logs, **event.logs})
        else:
            scores.append(event)

    def _notice(self, event: Notice) -> None:
        """Keep a warning with the run its line belongs to; what callbacks repeat in every epoch is kept once."""
        draft = next((draft for draft in reversed(self._drafts) if draft.line <= event.line), None)
        if draft and event.text not in draft.told:
            draft.told.add(event.text)
            draft.warnings.append(LogWarning(event.code, event.line, event.text))

    def _cell(self, event: CellBegin) -> None:
        """End the run of the cell before; no call of `fit` goes on in another cell."""
        if self._last:
            self._last.closed = True
        self._prose_since = True

    def _failure(self, event: Failure) -> None:
        if self._last and not self._last.failure:
            self._last.failure = event
            self._last.closed = self._last.closed or event.by_user

    def _prose(self, event: Prose) -> None:
        """Keep the first paragraph under a heading as the note of its runs."""
        prose = self._section.prose
        self._prose_since = self._prose_since or bool(event.text)
        if self._noting and event.text:
            prose.append(event.text)
        elif prose:
            self._noting = False

    def _settle_facts(self) -> None:
        """Give what no later run claimed to the last run, if it has none: it was printed at the end."""
        self._settle_scores()
        draft, section = self._last, self._section
        if draft and not draft.parameters and (draft.section is section or section.summarised):
            draft.parameters = section.parameters

    def _settle_scores(self) -> None:
        """Give the scores of a section without a run to the run before it, if that one has none."""
        draft, section = self._last, self._section
        if draft and draft.begun and not draft.scores and not draft.evaluations and draft.section is not section:
            draft.scores, section.scores = section.scores, []


_TAKERS: dict[type[Event], Callable[[Assembler, Any], None]] = {
    Result: Assembler._result,
    Progress: Assembler._progress,
    EpochBegin: Assembler._epoch,
    CallbackMessage: Assembler._message,
    FitBegin: Assembler._fit,
    ModelSummary: Assembler._summary,
    ParameterCount: Assembler._parameters,
    Score: Assembler._score,
    Notice: Assembler._notice,
    CellBegin: Assembler._cell,
    Failure: Assembler._failure,
    Heading: Assembler._heading,
    Prose: Assembler._prose,
}
"""What takes each kind of event; an assembler that held it itself would be a cycle, and keep its epochs alive."""
