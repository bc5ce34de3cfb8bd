"""Says whether two sets of seeds differ by more than seeds do: the permutation test of their means."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations
from math import comb

_SPLITS = 50_000
"""Up to this many ways to split the values, all are tried; of more, `_DRAWN` are drawn."""

_DRAWN = 9_999


def p_value(base: Sequence[Decimal], new: Sequence[Decimal]) -> float:
    """Give how likely a difference of means at least this large is if the sides do not matter, two-sided.

    It is exact: the share of all ways to split the values in two sides of these sizes whose means differ by no less
    (Pitman, "Significance tests which may be applied to samples from any populations", 1937). Where those are too many,
    it is that of a fixed random choice of them, the split at hand among them so that it is never zero (Phipson and
    Smyth, "Permutation p-values should never be zero", 2010).

    Args:
        base: The values of one side.
        new: Those of the other.

    Returns:
        The p-value.
    """
    values = _whole([*base, *new])
    few = min(len(base), len(new))
    total, count = sum(values), len(values)

    def distance(part: Sequence[int]) -> int:
        """Give the difference of the means, times what does not depend on the split."""
        return abs(sum(part) * count - total * few)

    here = distance(values[: len(base)] if len(base) == few else values[len(base) :])
    if comb(count, few) <= _SPLITS:
        return sum(distance(part) >= here for part in combinations(values, few)) / comb(count, few)
    return (1 + sum(distance(part) >= here for part in _drawn(values, few))) / (1 + _DRAWN)


def least_p_value(base: int, new: int) -> float:
    """Give the smallest p-value that sides of these sizes can have, with all values different."""
    return (2 if base == new else 1) / comb(base + new, base)


def _drawn(values: Sequence[int], size: int) -> Iterator[list[int]]:
    """Draw splits, the same each time."""
    generator = random.Random(0)  # noqa: S311 -- a choice of splits is no secret
    return (generator.sample(values, size) for _ in range(_DRAWN))


def _whole(values: Sequence[Decimal]) -> list[int]:
    """Scale values to integers, so that equal sums are equal."""
    exponent = min(int(value.as_tuple().exponent) for value in values)
    return [int(value.scaleb(-exponent)) for value in values]
