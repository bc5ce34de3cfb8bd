"""Gathers what stands between two headers of epochs, until it can be decided what each result of it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from reporter.reading.events import (
    CallbackMessage,
    CellBegin,
    EpochBegin,
    Failure,
    ModelSummary,
    ParameterCount,
    Progress,
    Result,
    Score,
)
from reporter.reading.runs.section import Section

Fact: TypeAlias = CallbackMessage | CellBegin | Failure | ModelSummary | ParameterCount | Score | Section
"""What a span holds beside its results."""


@dataclass(eq=False, repr=False)  # generating the other methods would cost each start a millisecond
class Span:
    """Holds the events from a header to the next one.

    Attributes:
        header: The header.
        is_apart: Whether text stands between the header and the result before it.
        events: What follows it, in order, without bars.
        results: The results among the events.
        apart: Numbers of the lines of results that text precedes.
        barred: Numbers of the lines of results that a bar of the epoch precedes, but not of the first result.
        progress: The most recent unfinished bar, of those with the steps of the first one.
        uncounted: The last bar without a number of steps, if the bar of `evaluate` may have stayed so; it follows the
            results, and nothing finishes it.
        is_closed: Whether another cell, or the end by the user, has ended the run.
        has_ended: Whether no later result can be of this epoch.
        has_score: Whether a score was printed.
        stopped_after: Number of results before the first error or message of early stopping; None if there is none.
    """

    header: EpochBegin
    is_apart: bool = False
    events: list[Result | Fact] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    apart: set[int] = field(default_factory=set)
    barred: set[int] = field(default_factory=set)
    progress: Progress | None = None
    uncounted: Progress | None = None
    is_closed: bool = False
    has_ended: bool = False
    has_score: bool = False
    stopped_after: int | None = None
    _has_bar: bool = False

    def leads_to(self, header: EpochBegin) -> bool:
        """Tells whether a header is that of the epoch after this one; nearly all headers are."""
        is_next = header.epoch == self.header.epoch + 1 and header.epochs == self.header.epochs
        return is_next and bool(self.results) and not self.has_ended

    def add_result(self, result: Result, is_apart: bool) -> None:
        """Adds a result.

        Args:
            result: The result.
            is_apart: Whether text stands between it and the result before.
        """
        if self.results and self._has_bar:
            self.barred.add(result.line)
        self._has_bar = False
        self.events.append(result)
        self.results.append(result)
        self.uncounted = None
        if is_apart:
            self.apart.add(result.line)

    def add(self, event: Fact) -> None:
        """Adds anything else but a bar."""
        self.events.append(event)
        self.has_score = self.has_score or (isinstance(event, Score) and not event.repeats)
        is_stop = isinstance(event, Failure) or (isinstance(event, CallbackMessage) and event.kind == "early_stopping")
        if isinstance(event, Failure):
            self.uncounted = None
        if is_stop and self.stopped_after is None:
            self.stopped_after = len(self.results)
        if isinstance(event, CellBegin) or (isinstance(event, Failure) and event.by_user):
            self.is_closed = self.has_ended = True
        elif isinstance(event, Section) and self.results:
            self.has_ended = True

    def add_progress(self, event: Progress, *, replaces: bool) -> None:
        """Adds a bar, unless it is that of a callback, or of a script, that evaluates or predicts.

        Such a bar has other steps, or follows a result.

        Args:
            event: The bar.
            replaces: Whether another bar stands directly before it.
        """
        if self.results and event.steps is None and event.logs:
            self.uncounted = event
        is_same = self.progress is not None and (replaces or event.steps == self.progress.steps)
        if is_same or (self.progress is None and not self.results):
            self.progress = event
            self._has_bar = event.steps is not None and event.step < event.steps

    def absorb(self, other: Span) -> None:
        """Adds what stands below another header, which is a copy of an earlier one."""
        for event in other.events:
            if isinstance(event, Result):
                self.add_result(event, event.line in other.apart)
            else:
                self.add(event)
        self.uncounted = other.uncounted
        if other.progress:
            self.add_progress(other.progress, replaces=False)
