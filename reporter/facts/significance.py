"""Computes how large a difference between two sets of runs noise alone can make."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from statistics import fmean, variance

from reporter.facts.noise import Floor

_SPLITS = 50_000
"""Up to this many splits of the values, all are tried; if there are more, `_DRAWN` of them are sampled."""

_DRAWN = 9_999


@dataclass(frozen=True, slots=True)
class Sample:
    """Holds the values of one side of a comparison.

    Attributes:
        values: One value for each run, at least one.
        floors: The noise floor of each value; None where the log shows none.
        unit: One unit of the last digit that both sides have.
    """

    values: Sequence[float]
    floors: Sequence[Floor | None]
    unit: float

    @property
    def floor(self) -> float | None:
        """The noise floor of one of its runs: the root mean square of all floors, or None if none is known."""
        known = [floor.size**2 for floor in self.floors if floor]
        return math.sqrt(fmean(known)) if known else None

    @property
    def spread(self) -> float | None:
        """The standard deviation of its values, at least half a unit; None for a single value."""
        return max(math.sqrt(variance(self.values)), self.unit / 2) if len(self.values) > 1 else None


@dataclass(frozen=True, slots=True)
class Noise:
    """Holds what noise alone can make of the difference of two means.

    Attributes:
        reach: Half the width of the confidence interval of the difference: noise alone makes a larger difference with
            a probability of alpha.
        p: Two-sided p-value of the observed difference, by Student's t distribution.
        degrees: Degrees of freedom.
    """

    reach: float
    p: float
    degrees: float


def noise_of_difference(base: Sample, new: Sample, alpha: float) -> Noise | None:
    """Computes the confidence interval of the difference of two means.

    With several runs on both sides this is Welch's t interval (Welch, "The generalization of 'Student's' problem when
    several different population variances are involved", 1947). A single run has no spread, so its noise floor takes
    that place, or the spread of the other side if that is larger; degrees of freedom are combined as Welch does.

    Args:
        base: One side.
        new: The other side.
        alpha: Share of differences by noise alone that are to be larger than the interval.

    Returns:
        The noise, or None if it is unknown: both sides are single runs whose logs show no noise.
    """
    parts = _variances(base, new)
    if parts is None:
        return None
    total = sum(part for part, _ in parts)
    if not total:  # all values are exact and equal
        return Noise(0.0, 1.0 if fmean(base.values) == fmean(new.values) else 0.0, math.inf)
    shares = sum(part**2 / degrees for part, degrees in parts)
    degrees = total**2 / shares if shares else math.inf
    error = math.sqrt(total)
    return Noise(
        _quantile(1 - alpha / 2, degrees) * error,
        2 * _tail(abs(fmean(new.values) - fmean(base.values)) / error, degrees),
        degrees,
    )


def permutation_p(base: Sequence[Decimal], new: Sequence[Decimal]) -> float:
    """Computes the two-sided p-value of the difference of two means by a permutation test.

    The p-value is the share of all splits of the values into two sides of these sizes whose means differ at least as
    much (Pitman, "Significance tests which may be applied to samples from any populations", 1937). If there are too
    many splits, it is estimated from a fixed random sample that includes the observed split, so it is never zero
    (Phipson and Smyth, "Permutation p-values should never be zero", 2010).

    Args:
        base: The values of one side.
        new: The values of the other side.

    Returns:
        The p-value, above 0 and at most 1.
    """
    values = _whole([*base, *new])
    few = min(len(base), len(new))
    total, count = sum(values), len(values)

    def distance(part: Sequence[int]) -> int:
        """Gives the absolute difference of the means, up to a factor that is the same for every split."""
        return abs(sum(part) * count - total * few)

    here = distance(values[: len(base)] if len(base) == few else values[len(base) :])
    if math.comb(count, few) <= _SPLITS:
        return sum(distance(part) >= here for part in combinations(values, few)) / math.comb(count, few)
    return (1 + sum(distance(part) >= here for part in _drawn(values, few))) / (1 + _DRAWN)


def mean_exceeds_p(sample: Sample, limit: float, *, above: bool) -> float | None:
    """Computes the p-value of a one-sided t test of one mean (Student, "The probable error of a mean", 1908).

    Args:
        sample: The values.
        limit: The limit.
        above: Whether the mean is to be above the limit, and not below it.

    Returns:
        Probability of a mean at least as far beyond the limit if the true mean is the limit; None for a single value.
    """
    if sample.spread is None:
        return None
    error = sample.spread / math.sqrt(len(sample.values))
    distance = (fmean(sample.values) - limit) * (1 if above else -1)
    if not error:
        return 0.0 if distance > 0 else 1.0
    return _tail(distance / error, len(sample.values) - 1)


def _variances(base: Sample, new: Sample) -> list[tuple[float, float]] | None:
    """Gives the parts of the variance of the difference, with their degrees of freedom; None if they are unknown.

    If one side is a single run and the other side varies more than the floor of that run, the spread of the other side
    is all that is known: Crawford and Howell, "Comparing an individual's test score against norms derived from small
    samples", 1998.
    """
    parts = []
    for side, other in ((base, new), (new, base)):
        if side.spread is not None:
            parts.append((side.spread**2 / len(side.values), len(side.values) - 1.0))
            continue
        floor = next(iter(side.floors))
        if other.spread is not None and (floor is None or floor.size < other.spread):
            return [(other.spread**2 * (1 + 1 / len(other.values)), len(other.values) - 1.0)]
        if floor is None:
            return None
        parts.append((floor.size**2, floor.degrees))
    return parts


def _drawn(values: Sequence[int], size: int) -> Iterator[list[int]]:
    """Samples splits; the seed is fixed, so the sample is the same each time."""
    generator = random.Random(0)  # noqa: S311 -- a choice of splits is no secret
    return (generator.sample(values, size) for _ in range(_DRAWN))


def _whole(values: Sequence[Decimal]) -> list[int]:
    """Scales values to integers, so that sums are exact."""
    exponent = min(int(value.as_tuple().exponent) for value in values)
    return [int(value.scaleb(-exponent)) for value in values]


def _quantile(probability: float, degrees: float) -> float:
    from scipy import special  # scipy.stats takes ten times as long to import

    return float(special.stdtrit(degrees, probability))


def _tail(distance: float, degrees: float) -> float:
    """Gives the probability of a larger value of Student's t."""
    from scipy import special

    return float(special.stdtr(degrees, -distance))
