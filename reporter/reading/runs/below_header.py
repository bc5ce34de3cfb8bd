"""Holds what is known about a result below the header of an epoch."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reporter.model import Epoch
from reporter.reading.events import EpochBegin, Progress, Result
from reporter.reading.runs.draft import Draft
from reporter.reading.runs.readings import NEAR, has_same_steps, may_complete
from reporter.reading.runs.span import Span


class BelowHeader(NamedTuple):
    """Holds what is known about a result below a header.

    Attributes:
        result: The result.
        place: Its position among the results below the header.
        rank: Number of results above it that are not printed again.
        span: What stands below the header.
        draft: The run, up to the header.
        following: The next header of the same run; None if there is none.
        alike: Number of results with the steps of the first one that are not printed again.
        is_over: Whether early stopping, or another cell, has ended the run before.
    """

    result: Result
    place: int
    rank: int
    span: Span
    draft: Draft
    following: EpochBegin | None
    alike: int
    is_over: bool

    @property
    def last(self) -> Epoch | None:
        """The epoch before, if there is one."""
        return self.draft.epochs[-1] if self.draft.epochs else None

    @property
    def bar(self) -> Progress | Result | None:
        """The last state of the bar of the epoch; a provisional result is one."""
        bar = self.span.progress or next((each for each in self.span.results if each.provisional), None)
        return bar if bar and bar.steps else None

    @property
    def earlier(self) -> Sequence[Result]:
        """The nearest results above it."""
        return self.span.results[max(0, self.place - NEAR) : self.place]

    @property
    def later(self) -> Sequence[Result]:
        """The nearest results below it, up to the next bar of an epoch."""
        return _later(self.span, self.place)

    @property
    def missing(self) -> int:
        """Number of headers that are missing before the next one; without a next one, of epochs that are left."""
        declared = self.draft.epochs_declared
        if declared is None:
            return 0
        return (self.following.epoch if self.following else declared + 1) - self.span.header.epoch - 1

    @property
    def has_steps_of_first(self) -> bool:
        """Whether it has the steps of the first result below the header."""
        return self.result.steps is not None and has_same_steps(self.result, self.span.results[0])

    @property
    def may_be_of_another_epoch(self) -> bool:
        """Whether it has the steps and metrics of the first result below the header."""
        first = self.span.results[0]
        trained = {name for name in first.logs if name not in first.validation.values()}
        return self.rank > 0 and has_same_steps(self.result, first) and trained <= self.result.logs.keys()


def _later(span: Span, place: int) -> Sequence[Result]:
    later = span.results[place + 1 : place + 1 + NEAR]
    return list(itertools.takewhile(lambda each: each.line not in span.barred, later)) if span.barred else later


def cases_below(span: Span, draft: Draft, following: EpochBegin | None) -> Iterator[BelowHeader]:
    """Makes the case of each result below a header.

    Args:
        span: What stands below the header.
        draft: The run, up to the header.
        following: The next header, if it is of the same run.
    """
    siblings = span.results
    is_last = [
        not any(may_complete(after, each) for after in _later(span, place)) for place, each in enumerate(siblings)
    ]
    alike = sum(last and has_same_steps(each, siblings[0]) for each, last in zip(siblings, is_last, strict=True))
    is_over = draft.closed or draft.has_stopped_early
    for place, (each, rank) in enumerate(zip(siblings, itertools.accumulate(is_last, initial=0), strict=False)):
        yield BelowHeader(each, place, rank, span, draft, following, alike, is_over)
