"""Decides what the header of an epoch is: that of the next epoch, the beginning of a run, or a copy of a header."""

from __future__ import annotations

from typing import NamedTuple

from reporter.reading.events import EpochBegin
from reporter.reading.runs.draft import Draft
from reporter.reading.runs.evidence import Table
from reporter.reading.runs.readings import NEAR, completes, has_same_steps, numbers
from reporter.reading.runs.span import Span

NEXT = "header of the next epoch"
BEGIN = "header with which a run begins"
COPY = "copy of a header"


class HeaderCase(NamedTuple):
    """Holds what is known about a header.

    Attributes:
        below: The header, and what stands below it.
        draft: The run before it.
        before: What stands below the header before, if its results are not decided yet.
        is_here: Whether the run began in the section of the header.
        following: The header after it; None if there is none.
    """

    below: Span
    draft: Draft
    before: Span | None
    is_here: bool
    following: EpochBegin | None

    @property
    def epoch(self) -> int:
        """Number in the header."""
        return self.below.header.epoch

    @property
    def is_open(self) -> bool:
        """Whether the epoch of the header before has no result, or only copies of earlier results."""
        if self.before is None:
            return self.draft.unfinished_epoch is not None
        return all(self.draft.has_printed(each) for each in self.before.results[:NEAR])

    @property
    def reached(self) -> int:
        """Number of the most recent epoch, finished or not."""
        return self.before.header.epoch if self.before else self.draft.unfinished_epoch or self.draft.last_epoch

    @property
    def follows_results(self) -> bool:
        """Whether the epochs of the run have no headers, and are those just before this one."""
        draft = self.draft
        if draft.header or not draft.epochs or not self.is_here:
            return False
        bar = self.below.progress or next(iter(self.below.results), draft.epochs[-1])
        known = len({epoch.text for epoch in draft.epochs}) if draft.numbers_guessed else draft.last_epoch
        may_skip = draft.numbers_guessed and not self.below.is_apart
        return has_same_steps(draft.epochs[-1], bar) and (self.epoch > known if may_skip else self.epoch == known + 1)


HEADERS: Table[HeaderCase] = Table(NEXT, BEGIN, COPY)
"""Evidence about the header of an epoch."""


@HEADERS.row({NEXT: 20})
def _the_run_waits(case: HeaderCase) -> bool:
    """`fit` has announced the run, and no epoch has begun."""
    return not case.draft.has_begun and not case.draft.header and not case.draft.closed


@HEADERS.row({NEXT: 20})
def _results_before_it(case: HeaderCase) -> bool:
    """Results without headers, which may be the epochs before this one, precede it."""
    return case.follows_results


@HEADERS.row({BEGIN: 12})
def _no_headers_before(case: HeaderCase) -> bool:
    """The run has no headers, and its epochs are not those before this one."""
    return case.draft.header is None and bool(case.draft.epochs) and not case.follows_results


@HEADERS.row({BEGIN: 12})
def _other_total(case: HeaderCase) -> bool:
    """The headers of the run have another number of epochs."""
    return case.draft.header is not None and case.below.header.epochs != case.draft.epochs_declared


@HEADERS.row({BEGIN: 12})
def _run_closed(case: HeaderCase) -> bool:
    """A call of `fit` does not go on in another cell, or after Ctrl-C."""
    return case.draft.closed or (case.before is not None and case.before.is_closed)


@HEADERS.row({NEXT: 6})
def _number_goes_up(case: HeaderCase) -> bool:
    """It is a later epoch."""
    return case.epoch > case.reached


@HEADERS.row({BEGIN: 3})
def _number_does_not_go_up(case: HeaderCase) -> bool:
    """Within one run, each epoch has a greater number than the one before."""
    return case.epoch <= case.reached


@HEADERS.row({COPY: 5})
def _epoch_without_result(case: HeaderCase) -> bool:
    """The epoch before has no result yet; its header, or an earlier one, is printed again."""
    return case.is_open and (case.epoch == case.reached or 1 < case.epoch < case.reached)


@HEADERS.row({BEGIN: 8})
def _begins_again_after_steps(case: HeaderCase) -> bool:
    """Epoch 1 comes again after some of its steps."""
    return case.is_open and case.epoch == 1 and bool(case.before and case.before.progress)


@HEADERS.row({BEGIN: 6})
def _failure_before_it(case: HeaderCase) -> bool:
    """An error, or early stopping, was printed after the header before."""
    has_stopped = case.before is not None and case.before.stopped_after is not None
    return case.epoch <= case.reached and (has_stopped or case.draft.failure is not None)


@HEADERS.row({BEGIN: 5})
def _score_before_it(case: HeaderCase) -> bool:
    """A score was printed, as scripts do after `fit`."""
    return case.before is not None and case.before.has_score


@HEADERS.row({BEGIN: 6})
def _all_epochs_done(case: HeaderCase) -> bool:
    """The run has all its epochs."""
    declared = case.draft.epochs_declared
    return not case.is_open and declared is not None and case.reached >= declared


@HEADERS.row({COPY: 6})
def _known_result_below_it(case: HeaderCase) -> bool:
    """Forked workers print what is in their buffers again; a run that begins again may be stuck as before."""
    if case.epoch == 1 or not case.below.results:
        return False
    first, above = case.below.results[0], case.before.results if case.before else ()
    return case.draft.has_printed(first) or numbers(first) in map(numbers, above[:NEAR])


@HEADERS.row({COPY: 10})
def _completes_a_result_above_it(case: HeaderCase) -> bool:
    """A forked worker printed it between the two results that Keras 3 prints for an epoch."""
    if not case.before or not case.before.results:
        return False
    return any(completes(each, case.before.results[-1]) for each in case.below.results[:NEAR])


@HEADERS.row({COPY: 6})
def _nothing_below_it(case: HeaderCase) -> bool:
    """No result is below it, and the header of the epoch that is due follows."""
    due = case.reached if case.is_open else case.reached + 1
    header, following = case.below.header, case.following
    is_due = following is not None and following.epoch == due and following.epochs == header.epochs
    return not case.below.results and is_due


@HEADERS.row({COPY: 6})
def _last_line(case: HeaderCase) -> bool:
    """It ends the log, and repeats the last header."""
    is_bare = not case.below.results and not case.below.progress
    return is_bare and case.following is None and case.epoch == case.reached
