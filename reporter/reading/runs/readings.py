"""Names what a result can be."""

from __future__ import annotations

import math

from reporter.model import Epoch
from reporter.reading.events import Progress, Result

EPOCH = "result of the epoch"
LOST = "result of an epoch whose header is lost"
PROVISIONAL = "provisional result of the epoch"
FINAL = "final result of the last epoch"
UNFINISHED = "result of an epoch before its validation"
EVALUATE = "result of evaluate()"
FIT = "result of another fit"
COPY = "copy of a result"
IGNORED = "rest of another line"

NEAR = 4
"""Results above and below that a result is compared with."""


def numbers(result: Result | Epoch) -> tuple[object, ...]:
    """Returns the numbers of a result by which a copy is recognised."""
    return (result.steps, result.seconds, *result.logs.items())


def has_nan(result: Result | Epoch) -> bool:
    """Tells whether a metric is NaN."""
    return any(map(math.isnan, result.logs.values()))


def has_same_steps(one: Result | Epoch | Progress, other: Result | Epoch | Progress) -> bool:
    """Tells whether two bars count the same steps; where a counter passed its end, they may differ by 1."""
    if one.steps == other.steps or one.steps is None or other.steps is None:
        return one.steps == other.steps
    is_rounded = any(isinstance(each, Result) and each.past_end for each in (one, other))
    return is_rounded and abs(one.steps - other.steps) == 1


def completes(after: Result, before: Result) -> bool:
    """Tells whether a result has all values of a provisional one, and perhaps validation metrics."""
    is_more = before.provisional or len(before.logs) < len(after.logs)
    return is_more and has_same_steps(before, after) and before.logs.items() <= after.logs.items()


def may_complete(after: Result, before: Result) -> bool:
    """Tells whether a result may be the final one of a provisional one; Keras 3 may have changed its values."""
    is_changed = before.provisional and not before.validation and before.logs.keys() <= after.logs.keys()
    return (is_changed and has_same_steps(before, after)) or completes(after, before)


def is_part(result: Result, whole: Result | Epoch) -> bool:
    """Tells whether a result breaks off: another one has all its values, and more."""
    is_shorter = len(result.logs) < len(whole.logs)
    return is_shorter and has_same_steps(result, whole) and result.logs.items() <= whole.logs.items()
