"""Holds the runs of a log while they grow, and gives each fact to the run that it belongs to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import Any

from reporter.model import Evaluation, LogWarning
from reporter.reading.events import (
    CallbackMessage,
    CellBegin,
    EpochBegin,
    Failure,
    ModelSummary,
    Notice,
    ParameterCount,
    Progress,
    Result,
    Score,
)
from reporter.reading.runs import readings
from reporter.reading.runs.draft import Draft
from reporter.reading.runs.section import Section, add_score
from reporter.reading.runs.span import Fact

_FRAGMENT = "a result behind other text, under no header; it was ignored"
_PAINTED_OVER = "a line that overwrote part of an unfinished bar looks like a result; it was ignored"
_MAY_BE_OVERWRITTEN = "a dash is missing before these metrics; they may be the rest of a bar that another one overwrote"


class Drafts:
    """Holds the runs of a log.

    Facts printed before any run (parameter counts, in a README also scores) are kept for the next run; later facts
    are given to the run they follow.

    Attributes:
        all: The runs, in order.
        current: The last one; None if there is none.
        section: The section of the document.
        messages_for_next_run: Messages about an epoch of the run that comes.
    """

    def __init__(self) -> None:
        self.all: list[Draft] = []
        self.current: Draft | None = None
        self.section = Section()
        self.messages_for_next_run: list[CallbackMessage] = []
        self._warnings_for_next_run: list[LogWarning] = []
        self._printed: set[tuple[object, ...]] = set()
        self._remembered = 0

    @property
    def is_here(self) -> bool:
        """Whether the current run began in the current section."""
        return self.current is not None and self.current.section is self.section

    def is_quoted(self, event: Result) -> bool:
        """Tells whether a result in another section than the current run has all the numbers of an earlier epoch."""
        if self.current is None or self.is_here:
            return False
        for draft in self.all[self._remembered : -1]:  # the current run may grow
            self._printed.update(map(readings.numbers, draft.epochs))
        self._remembered = len(self.all) - 1
        return self.current.has_printed(event) or readings.numbers(event) in self._printed

    def begin(self, line: int, *, announced: bool = False) -> Draft:
        """Begins a run, to which the facts of its section that belong to no run yet are given."""
        section = self.section
        draft = Draft(section, line, announced, parameters=section.parameters, scores=section.scores)
        draft.messages, self.messages_for_next_run = self.messages_for_next_run, []
        draft.warnings, self._warnings_for_next_run = self._warnings_for_next_run[:1], []
        section.parameters, section.scores = {}, []
        self.all.append(draft)
        self.current = draft
        return draft

    def add_fact(self, fact: Fact) -> None:
        """Adds a fact that is no result."""
        _ADDERS[type(fact)](self, fact)

    def add_result(self, event: Result, reading: str, epoch: int | None = None) -> None:
        """Adds a result.

        Args:
            event: The result.
            reading: What it is; a copy or a provisional result is left out.
            epoch: Number in the header above it, if that is open.
        """
        draft = self.current
        if draft is None or reading == readings.FIT:
            self._begin_without_header(event)
            return
        number = epoch or draft.last_epoch + 1
        if reading == readings.EPOCH and epoch is None and not draft.epochs:
            draft.finish_first_epoch(event)
        elif reading == readings.EPOCH:
            if event.weak == "overwritten":
                draft.warnings.append(LogWarning("painted-over", event.line, _MAY_BE_OVERWRITTEN))
            draft.finish_epoch(number, event)
        elif reading == readings.LOST:
            draft.header = EpochBegin(event.line, draft.last_epoch + 1, draft.epochs_declared)
            draft.finish_epoch(draft.last_epoch + 1, event)
        elif reading == readings.FINAL:
            draft.replace_last_epoch(event)
        elif reading == readings.UNFINISHED:
            draft.progress = Progress(event.line, event.steps or 0, event.steps, event.logs)
        elif reading == readings.EVALUATE:
            draft.evaluations.append(Evaluation(event.line, event.logs, event.text))
        elif reading == readings.IGNORED and (epoch is None or not event.weak):
            draft.warnings.append(_ignored(event))

    def _begin_without_header(self, event: Result) -> None:
        if event.weak:
            self._warnings_for_next_run.append(_ignored(event))
        else:
            self.begin(event.line).finish_first_epoch(event)

    def _begin_section(self, section: Section) -> None:
        self._give_scores_to_run_before()
        section.follow(self.section)
        self.section = section

    def _begin_cell(self, _: CellBegin) -> None:
        """Closes the run of the cell before: no call of `fit` continues in another cell."""
        if self.current:
            self.current.closed = True

    def _add_failure(self, event: Failure) -> None:
        if draft := self.current:
            draft.fail(event, is_elsewhere=draft.closed or not self.is_here)

    def _add_message(self, event: CallbackMessage) -> None:
        """Adds a message to the run; Keras 3 announces the rate of the first epoch before it prints the header."""
        draft = self.current
        is_for_next_run = draft and event.schedules and event.epoch is not None and event.epoch < draft.due
        if draft and (draft.unfinished_epoch or self.is_here) and not is_for_next_run:
            draft.messages.append(event)
        else:
            self.messages_for_next_run.append(event)

    def _add_score(self, event: Score) -> None:
        draft = self.current
        if event.repeats:
            if draft:
                draft.repeated.append(event)
            return
        is_after_run = draft and draft.has_begun and self.is_here
        if not event.values and not event.logs:  # a bar of `predict` of Keras 2, whose counter passes its end
            return
        if len(event.values) == 1 and not (draft and is_after_run and draft.may_have_lone_score):
            return
        add_score(draft.scores if draft and is_after_run else self.section.scores, event)

    def give_remaining_facts(self) -> None:
        """Gives the facts that belong to no run to the last run, if it has none: they were printed at the end."""
        self._give_scores_to_run_before()
        draft, section = self.current, self.section
        if draft and not draft.parameters and (self.is_here or section.has_summary):
            draft.parameters = section.parameters

    def _give_scores_to_run_before(self) -> None:
        """Gives the scores of a section without a run to the run before it, if that one has none."""
        draft, section = self.current, self.section
        if draft and draft.has_begun and not draft.scores and not draft.evaluations and not self.is_here:
            draft.scores, section.scores = section.scores, []

    def give_notices(self, notices: list[Notice]) -> None:
        """Gives notices to the runs they stand in; callbacks repeat theirs in every epoch, so each text counts once.

        Args:
            notices: All notices of the log.
        """
        lines = [draft.line for draft in self.all]
        told = set()
        for notice in notices:
            place = bisect_right(lines, notice.line) - 1
            if place >= 0 and (place, notice.text) not in told:
                told.add((place, notice.text))
                self.all[place].warnings.append(LogWarning(notice.code, notice.line, notice.text))


def _ignored(event: Result) -> LogWarning:
    if event.weak == "fragment":
        return LogWarning("fragment", event.line, _FRAGMENT)
    return LogWarning("painted-over", event.line, _PAINTED_OVER)


_ADDERS: dict[type[Fact], Callable[[Drafts, Any], None]] = {
    Section: Drafts._begin_section,
    CellBegin: Drafts._begin_cell,
    Failure: Drafts._add_failure,
    CallbackMessage: Drafts._add_message,
    ModelSummary: lambda drafts, _: drafts.section.begin_summary(),
    ParameterCount: lambda drafts, event: drafts.section.add_parameters(event),
    Score: Drafts._add_score,
}
