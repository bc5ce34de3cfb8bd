"""Assembles events into runs: decides where each run begins and ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reporter.model import Evaluation, LogWarning, Run, Samples
from reporter.reading import events, rules
from reporter.reading.conclude import conclude
from reporter.reading.draft import Draft
from reporter.reading.excerpts import without_evaluations, without_excerpts
from reporter.reading.lone import begun_drafts, without_lone_results
from reporter.reading.section import Section, add_score

_PAINTED_OVER = "a line that overwrote part of an unfinished bar looks like a result; it was ignored"
_MAY_BE_FIT = "a result with the steps of an epoch: taken for one of evaluate(), it may be a fit of one epoch"
_FRAGMENT = "a result behind other text, under no header; it was ignored"


class Assembler:
    """Takes the events of a log in order, and makes runs of them.

    A run begins with the first line of `fit`, or where the number of an epoch does not go up. Facts printed before
    any run (parameter counts, in a README also scores) are kept for the next run; later facts are added to the run
    they follow.
    """

    def __init__(self) -> None:
        self._section = Section()
        self._prose_since_result = False
        self._counts_from_zero = False
        self._drafts: list[Draft] = []
        self._current: Draft | None = None
        self._messages_for_next_run: list[events.CallbackMessage] = []
        self._undecided_header: events.EpochBegin | None = None
        self._warnings_for_next_run: list[LogWarning] = []

    def add_event(self, event: events.Event) -> None:
        """Takes the next event."""
        if self._undecided_header and not isinstance(event, events.Prose | events.CallbackMessage | events.Joined):
            self._decide(event)
        if self._section.in_first_paragraph and not isinstance(event, events.Prose | events.Joined):
            self._section.in_first_paragraph = False
        _HANDLERS[type(event)](self, event)

    def runs(self, default_name: str) -> tuple[Run, ...]:
        """Ends the log.

        Args:
            default_name: Name of a run that no heading names.

        Returns:
            The runs, in the order of the log.
        """
        if self._undecided_header:
            self._decide(None)
        self._give_remaining_facts()
        for draft in self._drafts:
            draft.end()
        drafts = without_lone_results(without_excerpts(without_evaluations(begun_drafts(self._drafts))))
        return tuple(conclude(draft, draft.section.name or default_name) for draft in drafts)

    def _begin_run(self, line: int, *, announced: bool = False) -> Draft:
        """Begins a run, to which the facts of its section that belong to no run yet are given."""
        if self._current:
            self._current.settle()
        section = self._section
        draft = Draft(section, line, announced, parameters=section.parameters, scores=section.scores)
        draft.messages, self._messages_for_next_run = self._messages_for_next_run, []
        draft.warnings, self._warnings_for_next_run = self._warnings_for_next_run[:1], []
        section.parameters, section.scores = {}, []
        self._drafts.append(draft)
        self._current = draft
        return draft

    def _add_heading(self, event: events.Heading) -> None:
        self._give_scores_to_run_before()
        self._section = self._section.followed_by(event)

    def _add_fit(self, event: events.FitBegin) -> None:
        self._messages_for_next_run = []
        self._begin_run(event.line, announced=True).samples = Samples(event.train, event.validation)

    def _add_header(self, event: events.EpochBegin) -> None:
        draft = self._current
        self._counts_from_zero = event.epochs is None and (self._counts_from_zero or event.epoch == 0)
        if self._counts_from_zero:
            event = event._replace(epoch=event.epoch + 1)
        if draft and rules.is_next_epoch(draft, event):
            self._messages_for_next_run = []
            draft.begin_epoch(event)
            return
        if draft and rules.repeats_header(draft, event):
            return
        if draft and draft.after:
            draft.settle(event)
        if draft:
            draft.flush_repeated()
        if draft and draft.section is self._section and rules.may_repeat_header(draft, event):
            self._undecided_header = event
        elif draft and draft.section is self._section and rules.follows_results_without_headers(draft, event):
            draft.renumber(event.epoch - 1)
            draft.begin_epoch(event)
        elif draft and (rules.is_waiting(draft) or rules.can_continue(draft, event)):
            self._messages_for_next_run = []
            draft.begin_epoch(event)
        else:
            self._begin_run(event.line).begin_epoch(event)

    def _decide(self, event: events.Event | None) -> None:
        """Decides whether a header repeated an earlier one or began a run, by the event after it (None at the end)."""
        header, self._undecided_header, draft = self._undecided_header, None, self._current
        assert header is not None
        assert draft is not None
        due = draft.running_epoch or draft.last_epoch + 1
        is_due = isinstance(event, events.EpochBegin) and event.epoch == due and event.epochs == draft.epochs_declared
        is_echo = isinstance(event, events.Result) and rules.shows_echo(draft, header, event)
        if not is_due and not is_echo and not (event is None and header.epoch == draft.last_epoch):
            self._begin_run(header.line).begin_epoch(header)

    def _add_progress(self, event: events.Progress) -> None:
        if self._current and self._current.running_epoch:
            self._current.progress = event

    def _add_result(self, event: events.Result) -> None:
        if not event.logs:  # a bar without metrics is that of `predict`, or of `evaluate` in old versions
            return
        draft = self._current
        if event.weak and not (draft and draft.running_epoch):
            self._warnings_for_next_run.append(_ignored(event))
            return
        if draft and draft.section is self._section and rules.is_end_of_overwritten_bar(draft, event):
            draft.warnings.append(_ignored(event))
            return
        if draft and draft.repeated and draft.repeated.text in draft.texts and draft.repeated.steps != event.steps:
            draft.flush_repeated()
        running = draft.running_epoch if draft else None
        if draft and running and not event.weak and rules.is_evaluation_within_epoch(draft, event):
            draft.evaluations.append(Evaluation(event.line, event.logs))
        elif draft and running and not event.weak and rules.may_be_evaluation_within_epoch(draft, event):
            draft.repeated = event
        elif draft and running:
            draft.finish_epoch(running, event)
        elif draft and draft.section is self._section:
            self._add_result_without_header(event, draft)
        elif draft and rules.is_evaluation_after_run(draft, event):
            draft.evaluations.append(Evaluation(event.line, event.logs))
        else:
            self._begin_run(event.line).finish_first_epoch(event)
        self._prose_since_result = False

    def _add_result_without_header(self, event: events.Result, draft: Draft) -> None:
        """Adds a result that has no header, in the section of the current run."""
        if not draft.epochs:
            draft.finish_first_epoch(event)
        elif draft.header and rules.repeats_result(draft, event):
            return
        elif rules.replaces_last_epoch(draft, event):
            draft.replace_last_epoch(event)
        elif rules.follows_evaluation(draft, event):
            draft.finish_epoch(draft.turn_last_epoch_into_evaluation(), event)
        elif draft.has_results_without_headers and rules.has_same_metrics(draft, event):
            if self._prose_since_result or self._messages_for_next_run:
                self._begin_run(event.line).finish_first_epoch(event)
            else:
                draft.finish_epoch(draft.last_epoch + 1, event)
        elif rules.may_be_of_next_epoch(draft, event):
            draft.after.append(event)
        elif event.validation:  # `evaluate` never prints validation metrics
            self._begin_run(event.line).finish_first_epoch(event)
        else:
            draft.evaluations.append(Evaluation(event.line, event.logs))
            if event.steps is not None and event.steps == draft.epochs[-1].steps:
                draft.warnings.append(LogWarning("ambiguous", event.line, _MAY_BE_FIT))

    def _add_message(self, event: events.CallbackMessage) -> None:
        draft = self._current
        is_near = draft and (draft.running_epoch or draft.section is self._section)
        if draft and is_near and not rules.is_for_next_run(draft, event):
            draft.messages.append(event)
        else:
            self._messages_for_next_run.append(event)

    def _add_score(self, event: events.Score) -> None:
        draft = self._current
        is_after_run = draft and draft.has_begun and draft.section is self._section
        if len(event.values) == 1 and not (draft and is_after_run and rules.may_be_score(draft)):
            return
        add_score(draft.scores if draft and is_after_run else self._section.scores, event)

    def _add_notice(self, event: events.Notice) -> None:
        """Adds a warning to the run it stands in; callbacks repeat theirs in every epoch, so each text counts once."""
        draft = next((draft for draft in reversed(self._drafts) if draft.line <= event.line), None)
        if draft and event.text not in draft.reported:
            draft.reported.add(event.text)
            draft.warnings.append(LogWarning(event.code, event.line, event.text))

    def _begin_cell(self, _: events.CellBegin) -> None:
        """Closes the run of the cell before: no call of `fit` continues in another cell."""
        if self._current:
            self._current.closed = True
        self._prose_since_result = True

    def _add_failure(self, event: events.Failure) -> None:
        if draft := self._current:
            draft.fail(event, is_elsewhere=draft.closed or draft.section is not self._section)

    def _add_prose(self, event: events.Prose) -> None:
        self._prose_since_result = self._prose_since_result or bool(event.text)
        self._section.add_prose(event)

    def _give_remaining_facts(self) -> None:
        """Gives the facts that belong to no run to the last run, if it has none: they were printed at the end."""
        self._give_scores_to_run_before()
        draft, section = self._current, self._section
        if draft and not draft.parameters and (draft.section is section or section.has_summary):
            draft.parameters = section.parameters

    def _give_scores_to_run_before(self) -> None:
        """Gives the scores of a section without a run to the run before it, if that one has none."""
        draft, section = self._current, self._section
        if draft and rules.lacks_scores(draft) and draft.section is not section:
            draft.scores, section.scores = section.scores, []


def _ignored(event: events.Result) -> LogWarning:
    """Warns about a result that is ignored."""
    if event.weak == "fragment":
        return LogWarning("fragment", event.line, _FRAGMENT)
    return LogWarning("painted-over", event.line, _PAINTED_OVER)


_HANDLERS: dict[type[events.Event], Callable[[Assembler, Any], None]] = {
    events.Result: Assembler._add_result,
    events.Progress: Assembler._add_progress,
    events.EpochBegin: Assembler._add_header,
    events.CallbackMessage: Assembler._add_message,
    events.FitBegin: Assembler._add_fit,
    events.ModelSummary: lambda assembler, _: assembler._section.begin_summary(),
    events.ParameterCount: lambda assembler, event: assembler._section.add_parameters(event),
    events.Score: Assembler._add_score,
    events.Notice: Assembler._add_notice,
    events.CellBegin: Assembler._begin_cell,
    events.Failure: Assembler._add_failure,
    events.Heading: Assembler._add_heading,
    events.Prose: Assembler._add_prose,
    events.Joined: lambda *_: None,
}
"""The method for each kind of event; bound methods in an assembler would be a cycle that keeps its epochs alive."""
