"""Reads the values of a metric epoch by epoch, and describes the last ones: their mean, their spread, their trend."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, stdev

from reporter.facts.display import printed_unit
from reporter.model import Run, look_up

_LEAST = 5
"""Least number of epochs that count as the end of a run."""

_LARGEST = 1e100
"""Largest value that counts; the squares of much larger ones are no floats."""

_ONE_SIDED = 1.645
"""The 95th percentile of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Series:
    """Holds the finite values of a metric.

    Attributes:
        values: The values, in the order of the epochs.
        epochs: The number of the epoch of each value.
    """

    values: Sequence[float]
    epochs: Sequence[int]

    def __len__(self) -> int:
        return len(self.values)

    @property
    def end(self) -> Sequence[float]:
        """The values of the last quarter of the epochs, or of the last 5 if that is more."""
        return self.values[-max(_LEAST, math.ceil(len(self.values) / 4)) :]

    @property
    def mean(self) -> float:
        """The mean of the end."""
        return fmean(self.end)

    @property
    def spread(self) -> float:
        """The standard deviation of the end, at least half a unit of the last digit that is printed."""
        return max(stdev(self.end), float(printed_unit(self.values[-1])) / 2)


def series(run: Run, metric: str) -> Series:
    """Reads the values of a metric.

    Args:
        run: The run.
        metric: The metric, spelled as any version of Keras does.

    Returns:
        The values that are numbers, and neither infinite nor beyond 1e100.
    """
    found = [(value, epoch.epoch) for epoch in run.epochs if (value := look_up(epoch.logs, metric)) is not None]
    known = [each for each in found if abs(each[0]) <= _LARGEST]
    return Series([value for value, _ in known], [epoch for _, epoch in known])


def has_trend(values: Sequence[float]) -> bool:
    """Tells whether values rise or fall, and do not only vary.

    It compares the mean square of the differences of successive values with their variance (von Neumann, "Distribution
    of the ratio of the mean square successive difference to the variance", 1941). The ratio is 2 on average for values
    without a trend, with a variance of 4(n − 2)/(n² − 1); the limit is the 5th percentile in the normal approximation.

    Args:
        values: At least 3 values, in order.

    Returns:
        Whether the ratio is below the limit.
    """
    n, mean = len(values), fmean(values)
    square = sum((value - mean) ** 2 for value in values)
    if not square:
        return False
    ratio = sum((after - before) ** 2 for before, after in pairwise(values)) / (n - 1) / (square / n)
    return ratio < 2 - _ONE_SIDED * math.sqrt(4 * (n - 2) / (n**2 - 1))
