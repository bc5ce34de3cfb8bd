"""Holds the result of comparing two sets of runs, and writes it as text."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from statistics import fmean, stdev
from typing import Literal

from reporter.facts.display import brief, count, duration, exact, number, p_text, signed
from reporter.facts.verdicts import COLLAPSE, Evidence, Outcome
from reporter.model import Run

Measure = Literal["best", "last", "score", "parameters", "status", "epochs", "samples", "seconds"]
"""The property of a run that is compared: its best, last or evaluated (`score`) value of a metric, its parameter count,
its status, its number of epochs, its number of training samples, its duration in seconds."""

Value = float | str


@dataclass(frozen=True, slots=True)
class Change:
    """Holds the values of one measure in the base and in the new runs.

    Attributes:
        measure: The measure, for example `"best"`.
        metric: The metric, for example `"val_acc"`; None for a measure like `"status"`.
        base: One value for each base run that has one.
        new: One value for each new run that has one.
        outcome: The outcome of the comparison.
        difference: Mean of the new values minus mean of the base values; None if they are not all finite numbers.
        evidence: The numbers that the outcome rests on; None if the values were not judged.
        judged: Whether a worse value is a regression.
    """

    measure: Measure
    metric: str | None
    base: tuple[Value, ...]
    new: tuple[Value, ...]
    outcome: Outcome
    difference: Decimal | None = None
    evidence: Evidence | None = None
    judged: bool = False

    @property
    def name(self) -> str:
        """The measure and its metric: `best val_acc`, `status`."""
        return f"{self.measure} {self.metric}" if self.metric else self.measure

    @property
    def base_text(self) -> str:
        """The base values as text."""
        return _text(self.measure, self.base)

    @property
    def new_text(self) -> str:
        """The new values as text."""
        return _text(self.measure, self.new)

    @property
    def difference_text(self) -> str:
        """The signed difference: exact for single runs, three significant digits for means."""
        if self.difference is None:
            return "–"
        return signed(Decimal(f"{self.difference:.3g}") if self._is_pooled else self.difference)

    @property
    def interval(self) -> tuple[float, float] | None:
        """The confidence interval of the difference; None if its noise is unknown."""
        if self.difference is None or not self.evidence or not self.evidence.noise:
            return None
        reach = self.evidence.noise.reach
        return float(self.difference) - reach, float(self.difference) + reach

    @property
    def outcome_text(self) -> str:
        """The outcome, with the numbers that it rests on: `worse (noise ±0.0019)`."""
        if self.outcome == "cannot tell" and not self.evidence:
            return "cannot tell: not all are numbers"
        if self.outcome == "same" or not self.evidence:
            return self.outcome
        reasons = ", ".join(self._reasons(self.evidence))
        return f"{'unknown direction' if self.outcome == 'differs' else self.outcome} ({reasons})"

    @property
    def _is_pooled(self) -> bool:
        """Whether a side has several values."""
        return len(self.base) + len(self.new) > 2

    def _reasons(self, evidence: Evidence) -> Iterator[str]:
        """Yields the numbers that the outcome rests on."""
        if evidence.min_delta and self.outcome == "no meaningful difference":
            yield f"min delta {brief(evidence.min_delta)}"
        if evidence.collapse and not evidence.is_beyond_noise:
            yield f"all runs differ by more than {COLLAPSE} noise floors of {brief(evidence.scale or 0)}"
        elif not evidence.noise:
            yield "one run each, and a log of one epoch shows no noise"
        elif self._is_pooled:
            yield f"interval {_interval_text(self.interval or (0, 0))}"
            yield p_text(evidence.noise.p)
            yield f"exact {p_text(evidence.permutation_p or 1)}"
        else:
            yield f"noise ±{brief(evidence.noise.reach)}"
        if self._is_pooled:
            yield f"n={len(self.base)} and {len(self.new)}"

    @property
    def verdict(self) -> str:
        """The difference and the outcome: `−0.0015, worse`."""
        return self.outcome_text if self.difference is None else f"{self.difference_text}, {self.outcome_text}"


@dataclass(frozen=True, slots=True)
class Pair:
    """Holds the comparison of one experiment in the base with one in the new runs.

    Attributes:
        base: Name of the base runs, with their settings if runs of other settings have the same name.
        new: Name of the new runs; usually the same.
        changes: All measures, also the unchanged ones.
        base_runs: The base runs.
        new_runs: The new runs.
    """

    base: str
    new: str
    changes: tuple[Change, ...]
    base_runs: tuple[Run, ...] = field(default=(), repr=False)
    new_runs: tuple[Run, ...] = field(default=(), repr=False)

    @property
    def name(self) -> str:
        """The name, or both names if they differ: `old → new`."""
        return self.base if self.base == self.new else f"{self.base} → {self.new}"

    @property
    def is_judged(self) -> bool:
        """Whether a regression can be detected; also true if no base run finished an epoch: nothing can be worse."""
        trained = any(any(change.base) for change in self.changes if change.measure == "epochs")
        return not trained or any(change.judged for change in self.changes if change.metric)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Holds the comparison of two sets of runs.

    Attributes:
        pairs: The experiments that both sets have.
        only_base: Names of the experiments that disappeared.
        only_new: Names of the experiments that were added.
        apart: A sentence for each experiment with runs that are no seeds of each other: why they are not pooled.
    """

    pairs: tuple[Pair, ...]
    only_base: tuple[str, ...]
    only_new: tuple[str, ...]
    apart: tuple[str, ...] = ()

    def differing(self) -> Comparison:
        """Leaves out the unchanged measures."""
        pairs = (
            replace(pair, changes=tuple(change for change in pair.changes if change.outcome != "same"))
            for pair in self.pairs
        )
        return replace(self, pairs=tuple(pairs))

    @property
    def regressions(self) -> list[str]:
        """One sentence for each judged measure that got worse, and for each experiment that disappeared."""
        return [*self._judged("worse", "gone"), *(f"{name}: only in base" for name in self.only_base)]

    @property
    def unclear(self) -> list[str]:
        """One sentence for each judged measure of which the runs cannot tell whether it got worse."""
        return list(self._judged("cannot tell"))

    def _judged(self, *outcomes: Outcome) -> Iterator[str]:
        for pair in self.pairs:
            for change in pair.changes:
                if change.judged and change.outcome in outcomes:
                    yield f"{pair.name}: {change.name} was {change.base_text}, is {change.new_text}: {change.verdict}"


def _interval_text(interval: tuple[float, float]) -> str:
    """Writes both ends of an interval, with two significant digits of half its width: `−0.0061 to −0.0019`."""
    reach = Decimal((interval[1] - interval[0]) / 2)
    unit = Decimal(1).scaleb(reach.adjusted() - 1 if reach else -4)
    low, high = (signed(Decimal(each).quantize(unit)) for each in interval)
    return f"{low} to {high}"


def _text(measure: Measure, values: tuple[Value, ...]) -> str:
    """Writes the values of one side."""
    numbers = [value for value in values if not isinstance(value, str)]
    if not values:
        return "–"
    if len(numbers) < len(values):
        counted = Counter(map(str, values)).items()
        return ", ".join(f"{times} {value}" if len(values) > 1 else value for value, times in counted)
    if measure == "seconds":
        return duration(fmean(numbers))
    if measure in ("parameters", "epochs", "samples"):
        return ", ".join(dict.fromkeys(count(int(value)) for value in numbers))
    if len(numbers) == 1 or not all(map(math.isfinite, numbers)):
        return ", ".join(map(exact, numbers))
    return f"{number(fmean(numbers))} (sd {stdev(numbers):.2g}, n={len(numbers)})"
