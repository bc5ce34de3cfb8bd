"""Decides what a result is that has no header: of a run without headers, of `evaluate`, or of another `fit`."""

from __future__ import annotations

from typing import NamedTuple

from reporter.model import Epoch
from reporter.reading.events import Result
from reporter.reading.runs.draft import Draft
from reporter.reading.runs.evidence import Table
from reporter.reading.runs.readings import COPY, EPOCH, EVALUATE, FINAL, FIT, IGNORED, has_same_steps, is_part


class WithoutHeader(NamedTuple):
    """Holds what is known about a result without a header.

    Attributes:
        result: The result.
        draft: The run before it.
        is_here: Whether that run began in the section of the result.
        is_apart: Whether text, or a message about an earlier epoch, stands between it and the result before.
        is_quoted: Whether that run has another section, and an epoch of the log has its numbers.
    """

    result: Result
    draft: Draft
    is_here: bool
    is_apart: bool
    is_quoted: bool

    @property
    def last(self) -> Epoch | None:
        """The last epoch of the run, if it has one."""
        return self.draft.epochs[-1] if self.draft.epochs else None

    @property
    def goes_on(self) -> bool:
        """Whether it has the metrics and steps of the epochs of the run, which have no headers, too."""
        if not self.draft.epochs or self.draft.header or not self.is_here:
            return False
        first = self.draft.epochs[0]
        return first.logs.keys() == self.result.logs.keys() and has_same_steps(self.result, first)


WITHOUT_HEADER: Table[WithoutHeader] = Table(EPOCH, EVALUATE, IGNORED, FINAL, COPY, FIT)
"""Evidence about a result without a header."""


@WITHOUT_HEADER.row({EVALUATE: 2})
def _no_header(case: WithoutHeader) -> bool:
    """`evaluate` prints no header."""
    return bool(case.draft.epochs) or case.draft.closed


@WITHOUT_HEADER.row({EPOCH: 9})
def _first_of_its_run(case: WithoutHeader) -> bool:
    """A run has begun, has no epoch yet, and has not ended in another cell or by Ctrl-C."""
    draft = case.draft
    return not draft.epochs and not draft.closed and case.is_here and not case.result.weak


@WITHOUT_HEADER.row({EPOCH: 9})
def _like_the_epochs_before(case: WithoutHeader) -> bool:
    """The epochs before have its metrics and steps, and no headers."""
    return case.goes_on


@WITHOUT_HEADER.row({EPOCH: -9, FIT: 9})
def _text_between(case: WithoutHeader) -> bool:
    """Text, or a message about an earlier epoch, divides two runs without headers."""
    return case.is_apart and case.goes_on


@WITHOUT_HEADER.row({FINAL: 10})
def _completes_the_last_epoch(case: WithoutHeader) -> bool:
    """It has the steps and metrics of the last epoch, which Keras 3 prints again with validation metrics."""
    last, result = case.last, case.result
    if last is None or not case.is_here or not has_same_steps(result, last):
        return False
    is_again = case.draft.last_is_provisional and last.logs.keys() == result.logs.keys()
    return is_again or last.logs.keys() < result.logs.keys()


@WITHOUT_HEADER.row({FIT: 3, EVALUATE: -12})
def _validation_metrics(case: WithoutHeader) -> bool:
    """`fit` prints validation metrics, and `evaluate` does not."""
    return bool(case.result.validation)


@WITHOUT_HEADER.row({FIT: 1})
def _steps_of_the_last_epoch(case: WithoutHeader) -> bool:
    """A `fit` of one epoch has these steps; Keras prints no header for it."""
    return case.last is not None and case.last.steps is not None and has_same_steps(case.result, case.last)


@WITHOUT_HEADER.row({COPY: 8})
def _printed_before(case: WithoutHeader) -> bool:
    """Forked workers print what is in their buffers again; a run without headers may be stuck instead."""
    return case.is_here and case.draft.header is not None and case.draft.has_printed(case.result)


@WITHOUT_HEADER.row({COPY: 12})
def _quoted_in_another_section(case: WithoutHeader) -> bool:
    """Another heading stands above it, and an epoch of the log has all its numbers."""
    return case.is_quoted


@WITHOUT_HEADER.row({COPY: 8})
def _part_of_the_last_epoch(case: WithoutHeader) -> bool:
    """The last epoch has all its values, and more."""
    return case.is_here and case.last is not None and is_part(case.result, case.last)


@WITHOUT_HEADER.row({FIT: 4})
def _another_section(case: WithoutHeader) -> bool:
    """Another heading stands above it."""
    return not case.is_here


@WITHOUT_HEADER.row({EVALUATE: 4})
def _evaluated_in_another_section(case: WithoutHeader) -> bool:
    """Another heading stands above it; the last epoch has its metrics, and more of them or other steps."""
    last, result = case.last, case.result
    if case.is_here or last is None or not result.logs.keys() <= last.logs.keys():
        return False
    return len(result.logs) < len(last.logs) or not has_same_steps(result, last)


@WITHOUT_HEADER.row({IGNORED: 12})
def _part_of_a_line(case: WithoutHeader) -> bool:
    """Other text stands before it, or a bar of `predict` was painted over another bar, whose metrics remain."""
    return bool(case.result.weak)


@WITHOUT_HEADER.row({IGNORED: 12})
def _no_steps(case: WithoutHeader) -> bool:
    """The run counts steps, so that this is the end of a bar that other text has overwritten."""
    progress = case.draft.progress
    counted = (case.last and case.last.steps) or (progress and progress.steps)
    return case.is_here and case.result.steps is None and bool(counted)
