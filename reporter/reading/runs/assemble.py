"""Assembles events into runs: decides where each run begins and ends."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from reporter.model import LogWarning, Run, Samples
from reporter.reading import events
from reporter.reading.runs import readings
from reporter.reading.runs.below_header_evidence import weigh_below_header
from reporter.reading.runs.conclude import conclude
from reporter.reading.runs.drafts import Drafts
from reporter.reading.runs.evidence import CLOSE, Decision, Weighing
from reporter.reading.runs.excerpts import runs_among
from reporter.reading.runs.header_evidence import BEGIN, COPY, HEADERS, NEXT, HeaderCase
from reporter.reading.runs.section import Section
from reporter.reading.runs.span import Fact, Span
from reporter.reading.runs.without_header_evidence import WITHOUT_HEADER, WithoutHeader

_WORD = re.compile(r"\w\w")
"""What prose has; a line without one is a rule, or what is left of a quotation mark or of a comment."""


class Assembler:
    """Takes the events of a log in order, and makes runs of them.

    What stands below the header of an epoch is gathered until the next header, and then decided together. A header
    that may be a copy is itself gathered, with what stands below it, until the header after it.

    Args:
        explain: Takes each decision.
    """

    def __init__(self, explain: Callable[[Decision], None] | None = None) -> None:
        self._explain = explain or (lambda _: None)
        self._drafts = Drafts()
        self._span: Span | None = None
        self._doubtful: Span | None = None
        self._held: tuple[events.Result, bool] | None = None
        self._newest_section = self._drafts.section
        self._is_apart = self._has_bar = self._after_bar = self._counts_from_zero = False
        self._notices: list[events.Notice] = []

    def add_event(self, event: events.Event) -> None:
        """Takes the next event."""
        if self._newest_section.in_first_paragraph and not isinstance(event, events.Prose | events.Joined):
            self._newest_section.in_first_paragraph = False
        _HANDLERS[type(event)](self, event)
        self._after_bar = type(event) is events.Progress

    def runs(self, default_name: str) -> tuple[Run, ...]:
        """Ends the log.

        Args:
            default_name: Name of a run that no heading names.

        Returns:
            The runs, in the order of the log.
        """
        self._close_all()
        self._drafts.give_remaining_facts()
        self._drafts.give_notices(self._notices)
        drafts = runs_among(self._drafts.all, self._explain)
        return tuple(conclude(draft, draft.section.name or default_name) for draft in drafts)

    def _add_fact(self, fact: Fact) -> None:
        """Keeps a fact until the results around it are decided; without an open header, they are.

        The message of a scheduler comes after the final result of the epoch before.
        """
        if isinstance(fact, events.CallbackMessage) and fact.schedules:
            self._release()
        if span := self._doubtful or self._span:
            span.add(fact)
        else:
            self._drafts.add_fact(fact)

    def _add_mark(self, fact: Fact) -> None:
        """Adds a fact that ends what stands below a header in doubt, such as a heading."""
        self._decide_doubtful(None)
        self._release()
        self._add_fact(fact)

    def _add_heading(self, event: events.Heading) -> None:
        self._newest_section = Section(event.text, event.level, in_first_paragraph=True)
        self._add_mark(self._newest_section)

    def _add_cell(self, event: events.CellBegin) -> None:
        self._is_apart = True
        self._add_mark(event)

    def _add_prose(self, event: events.Prose) -> None:
        self._is_apart = self._is_apart or (not self._has_bar and _WORD.search(event.text) is not None)
        self._newest_section.add_prose(event)

    def _add_progress(self, event: events.Progress) -> None:
        if span := self._doubtful or self._span:
            span.add_progress(event, replaces=self._after_bar)
        self._has_bar = True

    def _add_fit(self, event: events.FitBegin) -> None:
        self._close_all()
        self._drafts.messages_for_next_run = []
        self._drafts.begin(event.line, announced=True).samples = Samples(event.train, event.validation)

    def _add_result(self, event: events.Result) -> None:
        if not event.logs:  # a bar without metrics is that of `predict`, or of `evaluate` in old versions
            return
        is_apart, has_bar = self._is_apart, self._has_bar
        self._is_apart = self._has_bar = False
        span = self._doubtful or self._span
        if span and not span.has_ended:
            span.add_result(event, is_apart)
            return
        if not self._held:
            self._close_all()
        self._add_alone(event, is_apart, has_bar)

    def _add_header(self, event: events.EpochBegin) -> None:
        self._counts_from_zero = event.epochs is None and (self._counts_from_zero or event.epoch == 0)
        if self._counts_from_zero:
            event = event._replace(epoch=event.epoch + 1)
        if self._doubtful:
            self._decide_doubtful(event)
        self._release()
        draft, span = self._drafts.current, self._span
        if draft and span and span.leads_to(event):
            self._close_span(event)
            draft.begin_epoch(event)
            self._span = Span(event)
            return
        self._doubtful = Span(event, self._is_apart)
        if not draft or not draft.header or draft.closed or event.epochs != draft.epochs_declared:
            self._decide_doubtful(None)

    def _close_all(self) -> None:
        self._decide_doubtful(None)
        self._close_span(None)
        self._release()

    def _release(self) -> None:
        """Reads a provisional result without a header, because its final one did not follow."""
        if self._held:
            held, self._held = self._held, None
            self._add_without_header(*held)

    def _decide_doubtful(self, following: events.EpochBegin | None) -> None:
        """Decides what a header is, by what stands below it and by the header after it."""
        below, self._doubtful = self._doubtful, None
        if below is None:
            return
        draft, reading = self._drafts.current, BEGIN
        if draft:
            case = HeaderCase(below, draft, self._span, self._drafts.is_here, following)
            weighed = HEADERS.weigh(case)
            reading = weighed.best()
            self._explain(Decision(below.header.line, reading, weighed))
        if reading == COPY:
            if self._span:
                self._span.absorb(below)
            for event in () if self._span else below.events:  # without an open header, results are lost
                if not isinstance(event, events.Result):
                    self._drafts.add_fact(event)
            return
        self._close_span(below.header if reading == NEXT else None)
        if draft is not self._drafts.current:  # a result below the header before was of another fit
            self._doubtful = below
            self._decide_doubtful(following)
            return
        if draft is None or reading == BEGIN:
            draft = self._drafts.begin(below.header.line)
        elif draft.header is None and draft.epochs:
            draft.renumber(below.header.epoch - 1)
        self._drafts.messages_for_next_run = []
        draft.begin_epoch(below.header)
        self._span = Span(below.header)
        self._span.absorb(below)

    def _close_span(self, following: events.EpochBegin | None) -> None:
        """Decides what stands below the current header.

        Args:
            following: The header after it, if it is of the same run.
        """
        span, self._span, draft = self._span, None, self._drafts.current
        if span is None or draft is None:
            return
        draft.add_bars(span.progress, span.uncounted)
        expected = span.results[-1] if draft.expects(span) else None
        decided = weigh_below_header(span, draft, following)
        for event in span.events:
            if not isinstance(event, events.Result):
                self._drafts.add_fact(event)
            elif expected:
                if event is expected:
                    draft.finish_epoch(span.header.epoch, event)
            elif self._drafts.current is draft:
                self._add_decided(event, *next(decided), span.header.epoch)
            else:  # another fit has begun
                self._add_alone(event, event.line in span.apart, has_bar=False)

    def _add_alone(self, event: events.Result, is_apart: bool, has_bar: bool) -> None:
        """Adds a result that has no open header; a provisional one waits for the final one."""
        if self._held and readings.completes(event, self._held[0]):
            is_apart, has_bar, self._held = is_apart or self._held[1], True, None
        self._release()
        if event.provisional and not event.validation:
            self._held = (event, is_apart)
            return
        self._add_without_header(event, is_apart)
        if has_bar and self._drafts.current:
            self._drafts.current.has_bars = True

    def _add_without_header(self, event: events.Result, is_apart: bool) -> None:
        draft = self._drafts.current
        if draft is None:
            self._drafts.add_result(event, readings.FIT)
            return
        is_apart = is_apart or bool(self._drafts.messages_for_next_run)
        case = WithoutHeader(event, draft, self._drafts.is_here, is_apart, self._drafts.is_quoted(event))
        weighed = WITHOUT_HEADER.weigh(case)
        self._add_decided(event, weighed.best(), weighed)

    def _add_decided(self, event: events.Result, reading: str, weighed: Weighing, epoch: int | None = None) -> None:
        """Adds a result, with a warning if another reading of it is close."""
        self._explain(Decision(event.line, reading, weighed))
        self._drafts.add_result(event, reading, epoch)
        if self._drafts.current and (reading == readings.LOST or weighed.lead(reading) < CLOSE):
            text = f"taken for the {reading}; it may be the {weighed.best(without=reading)}"
            self._drafts.current.warnings.append(LogWarning("ambiguous", event.line, text))


_HANDLERS: dict[type[events.Event], Callable[[Assembler, Any], None]] = {
    events.Result: Assembler._add_result,
    events.Progress: Assembler._add_progress,
    events.EpochBegin: Assembler._add_header,
    events.FitBegin: Assembler._add_fit,
    events.Heading: Assembler._add_heading,
    events.CellBegin: Assembler._add_cell,
    events.Failure: Assembler._add_mark,
    **dict.fromkeys((events.ModelSummary, events.ParameterCount, events.Score), Assembler._add_fact),
    events.CallbackMessage: Assembler._add_fact,
    events.Notice: lambda assembler, event: assembler._notices.append(event),
    events.Prose: Assembler._add_prose,
    events.Joined: lambda *_: None,
}
"""The method for each kind of event; bound methods in an assembler would be a cycle that keeps its epochs alive."""
