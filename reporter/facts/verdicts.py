"""Decides whether one set of values is better or worse than another, or whether noise explains the difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import mean
from typing import Literal

from reporter.facts.noise import TWO_RUNS
from reporter.facts.significance import Noise, Sample, noise_of_difference, permutation_p
from reporter.model import Mode

Outcome = Literal["better", "worse", "no meaningful difference", "cannot tell", "same", "differs", "gone", "new"]
"""The outcome of comparing one measure. `no meaningful difference`: noise explains the difference, or it is not beyond
`--min-delta`. `cannot tell`: the noise is unknown, or so large that it would hide a difference that matters. `same`:
equal at the precision that both sides have. `differs`: the values differ, and neither direction is better. `gone` and
`new`: only the base or only the new runs have a value."""

COLLAPSE = 6
"""If every new run is beyond every base run by more than this many noise floors, noise does not explain it."""

_HIDDEN = 2 * TWO_RUNS
"""A comparison cannot tell if noise may hide a difference of more than this many noise floors of the base: twice what
two single runs of known noise would hide."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Holds the numbers that a verdict rests on.

    Attributes:
        noise: What noise alone can make of the difference; None if it is unknown.
        floors: The noise floor of a base run and of a new run; None where the logs show none.
        scale: The noise floor of a base run, or the spread of the base if its logs show none; None without either.
        min_delta: The least difference that counts.
        permutation_p: Exact two-sided p-value of a permutation test; None if each side is a single run.
        is_beyond_noise: Whether the difference is larger than noise alone makes it.
        collapse: Whether the values are so far apart that noise does not explain it, however few runs there are.
    """

    noise: Noise | None
    floors: tuple[float | None, float | None]
    scale: float | None
    min_delta: float = 0
    permutation_p: float | None = None
    is_beyond_noise: bool = False
    collapse: bool = False


def judge(
    base: Sample, new: Sample, mode: Mode | None, alpha: float, min_delta: float
) -> tuple[Outcome, Fraction, Evidence]:
    """Compares the means of two sides.

    Args:
        base: The values of the base runs, all finite.
        new: The values of the new runs, all finite.
        mode: Whether a larger (`"max"`) or a smaller (`"min"`) value is better; None if that is unknown.
        alpha: Share of comparisons without a true difference that may be called better or worse.
        min_delta: The least difference that counts, not negative.

    Returns:
        The outcome, the difference of the means, and the numbers that the outcome rests on.
    """
    was, now = _decimals(base), _decimals(new)
    difference = mean(map(Fraction, now)) - mean(map(Fraction, was))  # exact, so that equal means are equal
    several = len(was) + len(now) > 2
    noise = noise_of_difference(base, new, alpha)
    scale = base.floor if base.floor is not None else base.spread
    evidence = Evidence(
        noise,
        (base.floor, new.floor),
        scale,
        min_delta,
        permutation_p(was, now) if several else None,
        is_beyond_noise=noise is not None and abs(difference) > noise.reach,
        collapse=mode is not None and scale is not None and _gap(base, new) > COLLAPSE * scale,
    )
    return _outcome(difference, mode, evidence), difference, evidence


def _outcome(difference: Fraction, mode: Mode | None, evidence: Evidence) -> Outcome:
    noise, least = evidence.noise, evidence.min_delta
    if not difference:
        return "same"
    if not evidence.is_beyond_noise and not evidence.collapse:
        hidden = noise is None or noise.reach > max(_HIDDEN * (evidence.scale or 0), least)
        return "cannot tell" if hidden else "no meaningful difference"
    if abs(difference) <= Fraction(repr(least)):
        return "no meaningful difference"
    if mode is None:
        return "differs"
    return "better" if (difference > 0) == (mode == "max") else "worse"


def _gap(base: Sample, new: Sample) -> float:
    """Gives the smallest distance between a base run and a new run; negative if the sides overlap."""
    return max(min(base.values) - max(new.values), min(new.values) - max(base.values))


def _decimals(sample: Sample) -> Sequence[Decimal]:
    return [Decimal(repr(value)) for value in sample.values]
