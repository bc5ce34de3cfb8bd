"""Weighs evidence: each row of a table speaks for or against some readings, and the heaviest reading is taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

CLOSE = 2
"""A reading that is ahead of the next one by less than this is given with the warning `ambiguous`."""

Case = TypeVar("Case")


class Evidence(NamedTuple, Generic[Case]):
    """Holds one row of a table of evidence.

    Attributes:
        name: A few words, unique in the table.
        sentence: Why it speaks for a reading.
        weights: Reading to weight; a negative weight speaks against the reading.
        applies: Tells whether the evidence is there.
    """

    name: str
    sentence: str
    weights: Mapping[str, int]
    applies: Callable[[Case], bool]


class Weighing(NamedTuple):
    """Holds the evidence about one thing.

    Attributes:
        weights: Reading to the sum of its weights, in the order of the readings.
        found: The names of the evidence that applies, and its weights.
    """

    weights: Mapping[str, int]
    found: Sequence[tuple[str, Mapping[str, int]]]

    def best(self, without: str = "") -> str:
        """Returns the reading with most weight, of equal ones the first.

        Args:
            without: A reading that is not considered.
        """
        return max((reading for reading in self.weights if reading != without), key=self.weights.__getitem__)

    def lead(self, reading: str) -> int:
        """Returns by how much a reading is ahead of the best other one; negative if it is behind."""
        return self.weights[reading] - self.weights[self.best(without=reading)]

    def reasons(self, reading: str) -> str:
        """Names the evidence for a reading and against it, the heaviest first."""
        found = [(weights.get(reading, 0), name) for name, weights in self.found]
        return ", ".join(f"{name} {weight:+}" for weight, name in sorted(found, reverse=True) if weight)


class Table(Generic[Case]):
    """Holds the evidence about one kind of thing; the order of the rows does not matter.

    Args:
        readings: All that a thing can be; of two with equal weights the first is better.

    Attributes:
        readings: All that a thing can be.
        rows: The rows.
    """

    def __init__(self, *readings: str) -> None:
        self.rows: list[Evidence[Case]] = []
        self.readings = readings

    def row(self, weights: Mapping[str, int]) -> Callable[[Callable[[Case], bool]], Callable[[Case], bool]]:
        """Adds a row: its name is that of the decorated function, its sentence the docstring.

        Args:
            weights: Reading to weight.
        """

        def add(applies: Callable[[Case], bool]) -> Callable[[Case], bool]:
            name = applies.__name__.strip("_").replace("_", " ")
            self.rows.append(Evidence(name, applies.__doc__ or "", weights, applies))
            return applies

        return add

    def weigh(self, case: Case) -> Weighing:
        """Weighs all evidence about a case."""
        weights = dict.fromkeys(self.readings, 0)
        found = [(row.name, row.weights) for row in self.rows if row.applies(case)]
        for _, each in found:
            for reading, weight in each.items():
                weights[reading] += weight
        return Weighing(weights, found)


class Decision(NamedTuple):
    """Holds what was decided about a line, for `reporter parse --explain`.

    Attributes:
        line: Number of the line.
        reading: What the line was taken for.
        weighed: The evidence; None if a rule decided alone.
        reason: The rule, in words.
    """

    line: int
    reading: str
    weighed: Weighing | None = None
    reason: str = ""

    def __str__(self) -> str:
        """Puts into words why a line is read in one way and not in another."""
        if self.weighed is None:
            return f"{self.reading}: {self.reason}"
        other = self.weighed.best(without=self.reading)
        against = self.weighed.reasons(other)
        reasons = f"{self.reading}: {self.weighed.reasons(self.reading)}"
        return f"{reasons}; not {other}: {against}" if against else reasons
