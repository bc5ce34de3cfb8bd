"""Holds the result of comparing two sets of runs, and writes it as text."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from statistics import fmean, stdev
from typing import Literal

from reporter.facts.display import count, duration, exact, number, signed
from reporter.facts.noise import least_p_value

Measure = Literal["best", "last", "score", "parameters", "status", "epochs", "seconds"]
"""The property of a run that is compared: its best, last or evaluated (`score`) value of a metric, its parameter count,
its status, its number of epochs, its duration in seconds."""

Outcome = Literal["better", "worse", "same", "differs", "gone", "new", "noise", "unclear"]
"""The outcome of comparing one measure. `differs`: the values differ, and neither direction is better. `gone` and
`new`: only the base or only the new runs have a value. `noise`: seeds alone often cause a difference this large.
`unclear`: the values cannot be compared, or there are too few seeds for any difference to be significant."""

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
        p: Two-sided p-value of the difference; None if each side has one value.
        judged: Whether a worse value is a regression.
    """

    measure: Measure
    metric: str | None
    base: tuple[Value, ...]
    new: tuple[Value, ...]
    outcome: Outcome
    difference: Decimal | None = None
    p: float | None = None
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
        return signed(self.difference if self.p is None else Decimal(f"{self.difference:.3g}"))

    @property
    def outcome_text(self) -> str:
        """The outcome, with p-value and numbers of runs if there are several."""
        sizes = f"n={len(self.base)} and {len(self.new)}"
        match self.outcome:
            case "noise":
                return f"within seed noise (p={self.p:.2g}, {sizes})"
            case "unclear" if self.p is None:
                return "cannot tell: not all are numbers"
            case "unclear":
                return f"cannot tell: {sizes} give p >= {least_p_value(len(self.base), len(self.new)):.2g}"
            case "differs" if self.difference is not None:
                return "unknown direction"
        return self.outcome if self.p is None or self.outcome == "same" else f"{self.outcome} (p={self.p:.2g}, {sizes})"

    @property
    def verdict(self) -> str:
        """The difference and the outcome: `−0.0015, worse`."""
        return self.outcome_text if self.difference is None else f"{self.difference_text}, {self.outcome_text}"


@dataclass(frozen=True, slots=True)
class Pair:
    """Holds the comparison of one experiment in the base with one in the new runs.

    Attributes:
        base: Name of the base runs.
        new: Name of the new runs; usually the same.
        changes: All measures, also the unchanged ones.
    """

    base: str
    new: str
    changes: tuple[Change, ...]

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
    """

    pairs: tuple[Pair, ...]
    only_base: tuple[str, ...]
    only_new: tuple[str, ...]

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
        worse = [
            f"{pair.name}: {change.name} was {change.base_text}, is {change.new_text}: {change.verdict}"
            for pair in self.pairs
            for change in pair.changes
            if change.judged and change.outcome in ("worse", "gone")
        ]
        return worse + [f"{name}: only in base" for name in self.only_base]


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
    if measure in ("parameters", "epochs"):
        return ", ".join(dict.fromkeys(count(int(value)) for value in numbers))
    if len(numbers) == 1 or not all(map(math.isfinite, numbers)):
        return ", ".join(map(exact, numbers))
    return f"{number(fmean(numbers))} (sd {stdev(numbers):.2g}, n={len(numbers)})"
