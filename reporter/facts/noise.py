"""Computes the noise floor of a run: how much a value of it varies for no other reason than chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import fmean
from typing import Literal

from reporter.facts.display import printed_unit
from reporter.facts.summary import Which
from reporter.model import Run, look_up

_RANGE_OF_SIGMA = 2 / math.sqrt(math.pi)
"""Mean absolute difference of two independent values of a normal distribution, in standard deviations: 1.128."""

_DEGREES_OF_RANGE = 0.62
"""Degrees of freedom that each moving range adds to the estimate."""

_OUTLYING = 3.267
"""A moving range larger than this many mean ranges is left out: it is a jump, and not noise."""

_LEAST_EPOCHS = 5
"""Least number of epochs that count as the end of a run, if it has so many."""

_SEEDS_PER_EPOCHS = 1.6
"""Standard deviation between seeds, in standard deviations between epochs: seeds also differ in the level they move
around. It is that of `val_loss` in the runs of this repository (docs/verdicts.md)."""

TWO_RUNS = 1.96 * math.sqrt(2)
"""Two single runs differ by less than this many noise floors in 95 % of cases, if nothing but noise differs."""

Source = Literal["movement", "binomial", "precision"]


@dataclass(frozen=True, slots=True)
class Floor:
    """Holds the noise floor of one value of a run.

    Attributes:
        size: The standard deviation that the log shows.
        degrees: Degrees of freedom of this estimate; infinite if it does not come from a sample.
        source: The largest of the three: the movement from epoch to epoch, the binomial error of an accuracy, or half
            a unit of the last printed digit.
    """

    size: float
    degrees: float
    source: Source


def noise_floor(run: Run, which: Which, metric: str, value: float, least_degrees: float = 0) -> Floor | None:
    """Finds the noise floor of a value of a run.

    It is the largest of three standard deviations:

    - the movement of the metric from epoch to epoch in the last half of the run, times 1.6 if there is no binomial
      error to stand for the level that differs between seeds;
    - the binomial error, if the metric is an accuracy and the number of samples is known. It is that of Agresti and
      Coull ("Approximate is better than 'exact' for interval estimation of binomial proportions", 1998), which is not
      0 at 100 %;
    - half a unit of the last digit that is printed.

    Args:
        run: The run.
        which: Which value it is. The score has the movement of the validation metric, if there is one.
        metric: The metric.
        value: The value.
        least_degrees: Movement with fewer degrees of freedom does not count: in few epochs it is the rise of the curve.

    Returns:
        The floor, or None if the log has fewer than two epochs with the metric: then it shows no movement. None also if
        the movement does not count and there is no binomial error.
    """
    name = f"val_{metric}" if which == "score" and _values(run, f"val_{metric}") else metric
    moved = movement(_values(run, name))
    if moved is None:
        return None
    precision = Floor(float(printed_unit(value)) / 2, math.inf, "precision")
    binomial = Floor(_binomial_error(run, which, metric, value), math.inf, "binomial")
    if moved.degrees < least_degrees:
        return binomial if binomial.size else None
    if not binomial.size:
        moved = replace(moved, size=moved.size * _SEEDS_PER_EPOCHS)
    return max((moved, binomial, precision), key=lambda floor: floor.size)


def movement(values: Sequence[float]) -> Floor | None:
    """Estimates the standard deviation of a metric from its movement between epochs, near the end of a run.

    The estimate is the mean moving range divided by 1.128, as in control charts for single measurements; a slow trend
    hardly changes it. Ranges beyond 3.267 means are left out once (Nelson, "Control charts for individual
    measurements", 1982), so that one jump does not hide everything else. N ranges have about 0.62 N degrees of freedom.

    Args:
        values: The values of all epochs, in order. The last half of them counts, or the last 5 if that is more.

    Returns:
        The floor, or None for fewer than two values.
    """
    end = values[-max(_LEAST_EPOCHS, (len(values) + 1) // 2) :]
    ranges = [abs(after - before) for before, after in pairwise(end)]
    if not ranges:
        return None
    usual = [each for each in ranges if each <= _OUTLYING * fmean(ranges)]
    return Floor(fmean(usual) / _RANGE_OF_SIGMA, _DEGREES_OF_RANGE * len(usual), "movement")


def is_accuracy(metric: str) -> bool:
    """Tells from the name of a metric whether it is the share of samples that a model gets right."""
    return metric.lower().endswith(("acc", "accuracy"))


def _values(run: Run, metric: str) -> list[float]:
    found = (look_up(epoch.logs, metric) for epoch in run.epochs)
    return [value for value in found if value is not None and math.isfinite(value)]


def _binomial_error(run: Run, which: Which, metric: str, value: float) -> float:
    """Computes the standard error of an accuracy; 0 if the metric is none, or the number of samples is unknown."""
    validates = which == "score" or metric.startswith("val_")
    samples = run.samples.validation if validates else run.samples.train
    if not samples or not 0 <= value <= 1 or not is_accuracy(metric):
        return 0
    share = (value * samples + 2) / (samples + 4)
    return math.sqrt(share * (1 - share) / (samples + 4))
