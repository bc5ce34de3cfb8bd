"""Holds one statistic that an original states: its interval for one more run, its margin and its verdict."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean
from typing import Literal

from reporter.facts.display import exact, number, p_text, two_digits
from reporter.facts.noise import is_accuracy
from reporter.facts.prediction import Normality, Rank, half_width, normality, rank, runs_needed
from reporter.facts.summary import Which

Verdict = Literal["not reproduced", "inconclusive", "reproduced"]
"""`not reproduced`: the original is outside of the interval for one more run. `reproduced`: it is inside, and the
interval is not wider than the margin. `inconclusive`: it is inside an interval that is too wide, or there is none."""

_HARDLY = 0.05
"""Values with a smaller p-value of Shapiro and Wilk are said to be hardly normal."""


@dataclass(frozen=True, slots=True)
class Statistic:
    """Holds one statistic that an original states, and what its reproductions have for it.

    Attributes:
        which: `"best"`, `"last"` or `"score"`.
        metric: The metric, as the original spells it.
        original: The value of the original.
        epochs: For the best value: all epochs of the original that reached it.
        values: The value of each reproduction that has one, at the precision that all have.
        run_epochs: For the best value: the first epoch of each reproduction that reached its best.
        spread: The standard deviation of the values, at least half a printed unit; None for fewer than two values, or
            if one is not finite.
        floor: The noise floor of a single run, as the log of the original shows it, or else those of the reproductions;
            None if no log shows it.
        margin: How far a result may be from the original to count as the same; None if it is unknown.
    """

    which: Which
    metric: str
    original: float
    epochs: tuple[int, ...]
    values: tuple[float, ...]
    run_epochs: tuple[int, ...]
    spread: float | None
    floor: float | None
    margin: float | None

    @property
    def name(self) -> str:
        """The statistic and its metric: `best val_acc`."""
        return f"{self.which} {self.metric}"

    @property
    def is_finite(self) -> bool:
        """Whether the original and all reproductions have a finite number."""
        return all(map(math.isfinite, (self.original, *self.values)))

    @property
    def mean(self) -> float | None:
        """The mean of the values; None if there is none, or one is not finite."""
        return fmean(self.values) if self.values and self.is_finite else None

    @property
    def reach(self) -> float | None:
        """Half the width of the interval for one more run; None for fewer than two values."""
        return None if self.spread is None else half_width(len(self.values)) * self.spread

    @property
    def interval(self) -> tuple[float, float] | None:
        """The interval that holds one more run in 95 % of cases; that of an accuracy is cut at 0 and 1."""
        if self.mean is None or self.reach is None:
            return None
        low, high = self.mean - self.reach, self.mean + self.reach
        return (max(low, 0.0), min(high, 1.0)) if self._is_bounded else (low, high)

    @property
    def is_cut(self) -> bool:
        """Whether the interval is cut at 0 or 1; there the values of an accuracy are not normal."""
        return self.interval is not None and self._is_bounded and bool({0.0, 1.0} & set(self.interval))

    @property
    def _is_bounded(self) -> bool:
        return is_accuracy(self.metric) and all(0 <= value <= 1 for value in self.values)

    @property
    def normality(self) -> Normality | None:
        """The test of Shapiro and Wilk; None for fewer than three different values."""
        return normality(self.values) if self.is_finite else None

    @property
    def rank(self) -> Rank | None:
        """Where the original is among the reproductions; None if there is none, or a value is not finite."""
        return rank(self.original, self.values) if self.mean is not None else None

    @property
    def verdict(self) -> Verdict:
        """The verdict on this statistic."""
        if self.mean is None or self.reach is None:
            return "inconclusive"
        if abs(self.original - self.mean) > self.reach:
            return "not reproduced"
        return "reproduced" if self.margin is not None and self.reach <= self.margin else "inconclusive"

    @property
    def runs_needed(self) -> int | None:
        """How many runs would decide, if they vary as these do, or as the noise floor says if there is only one."""
        spread = self.floor if self.spread is None else self.spread
        if self.verdict != "inconclusive" or spread is None or self.margin is None or not self.is_finite:
            return None
        return runs_needed(spread, self.margin)

    @property
    def reason(self) -> str:
        """Why the verdict is what it is, in a few words."""
        if self.verdict == "not reproduced":
            side = "above" if self.original > (self.mean or 0) else "below"
            return f"{exact(self.original)} is {side} the interval"
        if self.verdict == "reproduced":
            return "inside of the interval, which is within the margin"
        return f"{self._missing}; {self._remedy}" if self._remedy else self._missing

    @property
    def _missing(self) -> str:
        """Why there is no verdict."""
        if not self.values:
            return "no reproduction has it"
        if not self.is_finite:
            return "not all are finite numbers"
        if self.reach is None:
            return "one run has no spread"
        if self.margin is None:
            return "no log shows the noise of a run, so there is no margin; state one with --margin"
        return "inside of the interval, which is wider than the margin"

    @property
    def _remedy(self) -> str:
        """How many runs, or which margin, would decide."""
        if self.runs_needed:
            assumed = " if they vary by the noise floor of one run" if self.spread is None else ""
            return f"about {self.runs_needed} runs would decide{assumed}"
        if self.spread is None or self.margin is None:
            return ""
        return "no number of runs decides, only a wider margin"

    @property
    def original_text(self) -> str:
        """The value of the original, and for the best value its epochs: `0.9953 (epoch 18)`."""
        if not self.epochs:
            return exact(self.original)
        return f"{exact(self.original)} (epoch{'s' if len(self.epochs) > 1 else ''} {', '.join(map(str, self.epochs))})"

    @property
    def values_text(self) -> str:
        """The values of the reproductions: `0.9948 (sd 0.0002, n=5, epochs 11 to 19)`."""
        if not self.values:
            return "–"
        if self.mean is None or self.spread is None:
            shown = ", ".join(map(exact, self.values))
            return f"{shown} ({self._epochs_text})" if self.run_epochs else shown
        notes = [f"sd {two_digits(self.spread)}", f"n={len(self.values)}"]
        return f"{number(self.mean)} ({', '.join([*notes, self._epochs_text] if self.run_epochs else notes)})"

    @property
    def _epochs_text(self) -> str:
        first, last = min(self.run_epochs), max(self.run_epochs)
        return f"epoch {first}" if first == last else f"epochs {first} to {last}"

    @property
    def interval_text(self) -> str:
        """The interval, with two significant digits of half its width: `0.9935 to 0.9957 (±0.0011)`."""
        if self.interval is None or self.reach is None:
            return "–"
        unit = Decimal(1).scaleb(Decimal(self.reach).adjusted() - 1)
        low, high = (f"{Decimal(end).quantize(unit):f}".replace("-", "−") for end in self.interval)
        return f"{low} to {high} (±{two_digits(self.reach)})"

    @property
    def margin_text(self) -> str:
        """The margin, with two significant digits."""
        return "–" if self.margin is None else f"±{two_digits(self.margin)}"

    @property
    def normality_text(self) -> str:
        """The result of the test of Shapiro and Wilk: `W=0.836, p=0.15`."""
        return f"W={self.normality.w:.3f}, {p_text(self.normality.p)}" if self.normality else "–"

    @property
    def rank_text(self) -> str:
        """How many runs are below and above the original, and the exact p-value: `4 below, 1 above, p=0.67`."""
        if self.rank is None:
            return "–"
        counts = zip(self.rank, ("below", "equal", "above"), strict=True)
        return f"{', '.join(f'{count} {where}' for count, where in counts if count)}, {p_text(self.rank.p)}"

    @property
    def doubt(self) -> str:
        """Why the interval is to be doubted, so that the rank tells more; empty if there is no reason."""
        if self.normality and self.normality.p < _HARDLY:
            return "the values are hardly normal"
        return "the interval is cut where an accuracy ends, and near there values are not normal" if self.is_cut else ""
