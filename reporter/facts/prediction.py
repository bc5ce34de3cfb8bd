"""Computes the interval that holds one more run, and checks what the interval assumes."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

COVERAGE = 0.95
"""The share of intervals that hold one more run, if the values of all runs are normal."""

_MOST = 1000
"""More runs than this are not counted: nobody trains so many."""


class Normality(NamedTuple):
    """Holds the result of the test of Shapiro and Wilk.

    Attributes:
        w: The statistic W: 1 for values that lie as those of a normal distribution are expected to.
        p: The probability of a W that is as small or smaller, if the values are normal.
    """

    w: float
    p: float


class Rank(NamedTuple):
    """Holds where a value is among the values of runs.

    Attributes:
        below: Number of runs with a smaller value.
        equal: Number of runs with the same value.
        above: Number of runs with a larger value.
    """

    below: int
    equal: int
    above: int

    @property
    def p(self) -> float:
        """The exact two-sided p-value, if the value and those of the runs are exchangeable.

        All n+1 ranks of the value are then equally likely. Outside the range of n runs this is 2/(n+1).
        """
        one_side = 1 + self.equal + min(self.below, self.above)
        return min(1.0, 2 * one_side / (1 + sum(self)))


@lru_cache
def half_width(runs: int) -> float:
    """Computes half the width of the interval that holds one more run, in standard deviations of the runs.

    It is t·√(1+1/n), with the quantile t of Student's t distribution with n−1 degrees of freedom (Spence and Stanley,
    "Prediction interval: what to expect when you're expecting a replication", 2016).

    Args:
        runs: The number of runs, n; at least 2.

    Returns:
        4.97 for 3 runs, 3.04 for 5, 2.37 for 10, 2.14 for 20.
    """
    from scipy import special  # scipy.stats takes ten times as long to import

    return float(special.stdtrit(runs - 1, (1 + COVERAGE) / 2)) * math.sqrt(1 + 1 / runs)


def runs_needed(spread: float, margin: float) -> int | None:
    """Computes how many runs make the interval so narrow that half its width is at most the margin.

    Args:
        spread: The standard deviation of the runs.
        margin: The margin.

    Returns:
        The number, at least 2; None if no number of runs is enough, or it is above 1,000.
    """
    if half_width(_MOST) * spread > margin:
        return None
    return bisect_left(range(_MOST), True, lo=2, key=lambda runs: half_width(runs) * spread <= margin)


def normality(values: Sequence[float]) -> Normality | None:
    """Tests whether values may come from a normal distribution.

    Shapiro and Wilk, "An analysis of variance test for normality (complete samples)", 1965.

    Args:
        values: The values.

    Returns:
        The result; None for fewer than three different values: it would only find that printed values are rounded.
    """
    if len(set(values)) < 3:
        return None
    from scipy.stats import shapiro

    found = shapiro(values)
    return Normality(float(found.statistic), float(found.pvalue))


def rank(value: float, values: Sequence[float]) -> Rank:
    """Counts the values that are smaller than, equal to and larger than a value."""
    below, above = sum(each < value for each in values), sum(each > value for each in values)
    return Rank(below, len(values) - below - above, above)
