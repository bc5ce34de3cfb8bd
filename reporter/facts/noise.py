"""Tests whether the means of two sets of seeds differ by more than chance: a permutation test."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations
from math import comb

_SPLITS = 50_000
"""Up to this many splits of the values, all are tried; if there are more, `_DRAWN` of them are sampled."""

_DRAWN = 9_999


def p_value(base: Sequence[Decimal], new: Sequence[Decimal]) -> float:
    """Computes the two-sided p-value of the difference of two means.

    The p-value is the share of all splits of the values into two sides of these sizes whose means differ at least as
    much (Pitman, "Significance tests which may be applied to samples from any populations", 1937). If there are too
    many splits, it is estimated from a fixed random sample that includes the observed split, so it is never zero
    (Phipson and Smyth, "Permutation p-values should never be zero", 2010).

    Args:
        base: The values of one side, at least one.
        new: The values of the other side, at least one.

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
    if comb(count, few) <= _SPLITS:
        return sum(distance(part) >= here for part in combinations(values, few)) / comb(count, few)
    return (1 + sum(distance(part) >= here for part in _drawn(values, few))) / (1 + _DRAWN)


def least_p_value(base: int, new: int) -> float:
    """Gives the smallest p-value that sides of these sizes can have if all values differ."""
    return (2 if base == new else 1) / comb(base + new, base)


def _drawn(values: Sequence[int], size: int) -> Iterator[list[int]]:
    """Samples splits; the seed is fixed, so the sample is the same each time."""
    generator = random.Random(0)  # noqa: S311 -- a choice of splits is no secret
    return (generator.sample(values, size) for _ in range(_DRAWN))


def _whole(values: Sequence[Decimal]) -> list[int]:
    """Scales values to integers, so that sums are exact."""
    exponent = min(int(value.as_tuple().exponent) for value in values)
    return [int(value.scaleb(-exponent)) for value in values]
