"""Holds what changed from one side of runs to another, and says it in words."""

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
Word = Literal["better", "worse", "same", "differs", "gone", "new", "noise", "unclear"]
"""What a change is. Of several seeds, a difference that seeds alone make often is `noise`, and `unclear` where they are
so few that none could tell. What has no good direction only `differs`."""

Value = float | str


@dataclass(frozen=True, slots=True)
class Change:
    """Holds what one measure of the runs was, and is.

    Attributes:
        measure: What is measured.
        metric: The metric that it is measured of, if of one.
        base: What it was, of each run that has it.
        new: What it is.
        word: What the change is.
        difference: How far the mean is from what it was, where both are numbers.
        p: The p-value of the difference, where there are several runs on a side.
        judged: Whether it is a regression if it is worse.
    """

    measure: Measure
    metric: str | None
    base: tuple[Value, ...]
    new: tuple[Value, ...]
    word: Word
    difference: Decimal | None = None
    p: float | None = None
    judged: bool = False

    @property
    def name(self) -> str:
        """The measure, of which metric."""
        return f"{self.measure} {self.metric}" if self.metric else self.measure

    @property
    def base_text(self) -> str:
        """What it was."""
        return _text(self.measure, self.base)

    @property
    def new_text(self) -> str:
        """What it is."""
        return _text(self.measure, self.new)

    @property
    def difference_text(self) -> str:
        """The difference: exact of single runs, of means in three digits."""
        if self.difference is None:
            return "–"
        return signed(self.difference if self.p is None else Decimal(f"{self.difference:.3g}"))

    @property
    def word_text(self) -> str:
        """What the change is, and how far that can be trusted."""
        sizes = f"n={len(self.base)} and {len(self.new)}"
        match self.word:
            case "noise":
                return f"within seed noise (p={self.p:.2g}, {sizes})"
            case "unclear" if self.p is None:
                return "cannot tell: not all are numbers"
            case "unclear":
                return f"cannot tell: {sizes} give p >= {least_p_value(len(self.base), len(self.new)):.2g}"
            case "differs" if self.difference is not None:
                return "unknown direction"
        return self.word if self.p is None or self.word == "same" else f"{self.word} (p={self.p:.2g}, {sizes})"

    @property
    def verdict(self) -> str:
        """What the change is, and by how much."""
        return self.word_text if self.difference is None else f"{self.difference_text}, {self.word_text}"


@dataclass(frozen=True, slots=True)
class Pair:
    """Holds what changed from the runs of one experiment to those of the same, or of another.

    Attributes:
        base: The name of the one.
        new: The name of the other.
        changes: All measures, also those that are the same.
    """

    base: str
    new: str
    changes: tuple[Change, ...]

    @property
    def name(self) -> str:
        """The name, or where there are two, both."""
        return self.base if self.base == self.new else f"{self.base} → {self.new}"

    @property
    def is_judged(self) -> bool:
        """Whether a worse metric would be seen; no base without a finished epoch can have one."""
        trained = any(any(change.base) for change in self.changes if change.measure == "epochs")
        return not trained or any(change.judged for change in self.changes if change.metric)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Holds what changed from one side to the other.

    Attributes:
        pairs: The experiments that are on both sides.
        only_base: The names of those that are no more.
        only_new: The names of those that were not.
    """

    pairs: tuple[Pair, ...]
    only_base: tuple[str, ...]
    only_new: tuple[str, ...]

    def differing(self) -> Comparison:
        """Leave out what is the same."""
        pairs = (
            replace(pair, changes=tuple(change for change in pair.changes if change.word != "same"))
            for pair in self.pairs
        )
        return replace(self, pairs=tuple(pairs))

    @property
    def regressions(self) -> list[str]:
        """What became worse of what runs are judged by, a sentence each."""
        worse = [
            f"{pair.name}: {change.name} was {change.base_text}, is {change.new_text}: {change.verdict}"
            for pair in self.pairs
            for change in pair.changes
            if change.judged and change.word in ("worse", "gone")
        ]
        return worse + [f"{name}: only in base" for name in self.only_base]


def _text(measure: Measure, values: tuple[Value, ...]) -> str:
    """Say the values of one side."""
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
