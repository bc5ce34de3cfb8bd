"""Decides what the results below the header of an epoch are: at most one is that of the epoch."""

from __future__ import annotations

from collections.abc import Iterator

from reporter.model import Epoch
from reporter.reading.events import EpochBegin, Result
from reporter.reading.runs.below_header import BelowHeader, cases_below
from reporter.reading.runs.draft import Draft
from reporter.reading.runs.evidence import Table, Weighing
from reporter.reading.runs.readings import (
    COPY,
    EPOCH,
    EVALUATE,
    FIT,
    IGNORED,
    LOST,
    PROVISIONAL,
    UNFINISHED,
    completes,
    has_nan,
    has_same_steps,
    is_part,
    may_complete,
    numbers,
)
from reporter.reading.runs.span import Span

_COPIES = (PROVISIONAL, COPY)
"""Readings that make sense only if another result is that of the epoch."""

BELOW_HEADER: Table[BelowHeader] = Table(EPOCH, EVALUATE, IGNORED, LOST, PROVISIONAL, COPY, UNFINISHED, FIT)
"""Evidence about a result below a header."""


@BELOW_HEADER.row({EPOCH: 3, EVALUATE: 2})
def _header_above(_: BelowHeader) -> bool:
    """A header has begun an epoch."""
    return True


@BELOW_HEADER.row({EPOCH: 6})
def _only_result(case: BelowHeader) -> bool:
    """No other result below the header can be that of the epoch."""
    return len(case.span.results) == 1


@BELOW_HEADER.row({EPOCH: 2})
def _first_result(case: BelowHeader) -> bool:
    """A script evaluates after `fit` has printed its last epoch."""
    return not case.rank and (case.following is None or case.missing != 0)


@BELOW_HEADER.row({EPOCH: 1})
def _last_result_before_the_next_header(case: BelowHeader) -> bool:
    """A callback evaluates, with other steps, before the result of the epoch is printed."""
    is_due = case.following is not None and case.missing == 0
    return is_due and not case.later and not all(has_same_steps(each, case.result) for each in case.earlier)


@BELOW_HEADER.row({EPOCH: 3})
def _steps_of_the_epoch(case: BelowHeader) -> bool:
    """The bar of the epoch, or the epoch before, has as many steps."""
    counted = case.bar or case.last
    return counted is not None and counted.steps is not None and has_same_steps(case.result, counted)


@BELOW_HEADER.row({EPOCH: 4, EVALUATE: -12})
def _validation_metrics(case: BelowHeader) -> bool:
    """`fit` prints validation metrics, and `evaluate` does not."""
    return bool(case.result.validation)


@BELOW_HEADER.row({EVALUATE: 10})
def _other_steps_than_the_bar(case: BelowHeader) -> bool:
    """The bar of the epoch counts other steps."""
    return case.bar is not None and case.result.steps is not None and not has_same_steps(case.result, case.bar)


@BELOW_HEADER.row({EVALUATE: 10})
def _other_steps_and_fewer_metrics(case: BelowHeader) -> bool:
    """The epoch before has other steps, and more metrics."""
    last, result = case.last, case.result
    return last is not None and not has_same_steps(last, result) and result.logs.keys() < last.logs.keys()


@BELOW_HEADER.row({EVALUATE: 5})
def _other_steps_and_metrics_of_evaluate(case: BelowHeader) -> bool:
    """The epoch before has other steps, and `evaluate` would print these metrics of it."""
    last, result = case.last, case.result
    has_other_steps = last is not None and not has_same_steps(last, result) and not case.bar
    return has_other_steps and result.logs.keys() == case.draft.evaluated


@BELOW_HEADER.row({EVALUATE: 4})
def _other_steps_than_a_validated_result(case: BelowHeader) -> bool:
    """Another result below the header has other steps, and validation metrics, which show that it is the epoch's."""
    if case.result.validation or case.result.weak or case.result.steps is None:
        return False
    return any(each.validation and each.steps != case.result.steps for each in (*case.earlier, *case.later))


@BELOW_HEADER.row({PROVISIONAL: 6})
def _printed_again(case: BelowHeader) -> bool:
    """Keras 3 prints the last step of an epoch, and later the same with validation metrics."""
    return any(may_complete(each, case.result) for each in case.later)


@BELOW_HEADER.row({PROVISIONAL: 4})
def _values_printed_again(case: BelowHeader) -> bool:
    """A later result has all its values."""
    return any(completes(each, case.result) for each in case.later)


@BELOW_HEADER.row({COPY: 8})
def _printed_before(case: BelowHeader) -> bool:
    """Forked workers print what is in their buffers again."""
    above = (numbers(each) for each in case.earlier if not each.provisional)
    return numbers(case.result) in above or case.draft.has_printed(case.result)


@BELOW_HEADER.row({COPY: -2})
def _still_nan(case: BelowHeader) -> bool:
    """A training whose loss is NaN prints the same in each epoch."""
    before: list[Result | Epoch] = [*case.earlier, *case.draft.epochs[-1:]]
    return has_nan(case.result) and any(map(has_nan, before))


@BELOW_HEADER.row({COPY: 8})
def _part_of_a_result_above(case: BelowHeader) -> bool:
    """A result above has all its values, and more."""
    return any(is_part(case.result, each) for each in case.earlier)


@BELOW_HEADER.row({IGNORED: 7})
def _no_dash_before_the_metrics(case: BelowHeader) -> bool:
    """A bar of `predict` was painted over the bar of the epoch, whose metrics remain."""
    return case.result.weak == "overwritten"


@BELOW_HEADER.row({IGNORED: 7})
def _behind_other_text(case: BelowHeader) -> bool:
    """The line begins with other text, so that this may be a part of a longer line."""
    return case.result.weak == "fragment"


@BELOW_HEADER.row({IGNORED: 20})
def _no_steps(case: BelowHeader) -> bool:
    """The run counts steps, so that this is the end of a bar that other text has overwritten."""
    counted = case.bar or case.last
    return case.result.steps is None and counted is not None and counted.steps is not None


@BELOW_HEADER.row({LOST: 6})
def _the_next_header_skips_epochs(case: BelowHeader) -> bool:
    """The next header skips as many epochs as there are results like this one."""
    return case.following is not None and 0 < case.missing == case.alike - 1 and case.may_be_of_another_epoch


@BELOW_HEADER.row({LOST: 5})
def _epochs_left(case: BelowHeader) -> bool:
    """No header of the run follows, it has epochs left, and nothing has ended it."""
    stopped = case.span.stopped_after
    if case.following or case.is_over or (stopped is not None and stopped <= case.place):
        return False
    return case.rank <= case.missing and case.may_be_of_another_epoch


@BELOW_HEADER.row({UNFINISHED: 20})
def _not_validated(case: BelowHeader) -> bool:
    """The epoch before was validated, and Keras 3 prints the last step before validation."""
    result, last = case.result, case.last
    if case.following or case.rank or case.later or not result.provisional or result.validation:
        return False
    return last is not None and any(name in last.logs for name in case.draft.validation.values())


@BELOW_HEADER.row({FIT: 3})
def _validated_after_the_run(case: BelowHeader) -> bool:
    """Only `fit` prints validation metrics, and no header of the run follows."""
    return case.following is None and bool(case.result.validation)


@BELOW_HEADER.row({FIT: 1})
def _same_steps_after_the_run(case: BelowHeader) -> bool:
    """A `fit` of one epoch has these steps; Keras prints no header for it."""
    return case.following is None and case.rank > 0 and case.has_steps_of_first


def weigh_below_header(span: Span, draft: Draft, following: EpochBegin | None) -> Iterator[tuple[str, Weighing]]:
    """Decides together what all results below a header are.

    The result of the epoch is the one for which this reading is furthest ahead of its other readings.

    Args:
        span: What stands below the header.
        draft: The run, up to the header.
        following: The next header, if it is of the same run.

    Yields:
        For each result its reading and the evidence; at most one is the result of the epoch.
    """
    weighed = [BELOW_HEADER.weigh(case) for case in cases_below(span, draft, following)]
    best = max(weighed, key=lambda each: each.lead(EPOCH), default=None)
    for each in weighed:
        reading = each.best(without=EPOCH)
        is_epoch = each is best and (each.lead(EPOCH) >= 0 or reading in _COPIES)
        yield EPOCH if is_epoch else reading, each
