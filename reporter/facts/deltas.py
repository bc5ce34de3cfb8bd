"""Reads the least differences that count, such as `val_acc=0.001` or `2%`, and finds that of a metric."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reporter.errors import UsageError
from reporter.model import alias

_SHAPE = re.compile(
    r"\s*(?:(?P<metric>[^=]*[^=\s])\s*=)?\s*(?P<amount>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)\s*(?P<percent>%?)\s*"
)


@dataclass(frozen=True, slots=True)
class MinDelta:
    """Holds the least difference that counts.

    Attributes:
        amount: The difference, or the percentage of the base value.
        percent: Whether it is a percentage.
        metric: The metric it is for; None for all.
    """

    amount: float
    percent: bool = False
    metric: str | None = None

    @classmethod
    def parse(cls, text: str, what: str = "min delta") -> MinDelta:
        """Parses a least difference.

        Args:
            text: `[METRIC=]NUMBER[%]`.
            what: What it is called in an error message.

        Returns:
            The least difference.

        Raises:
            UsageError: The text has another form.
        """
        found = _SHAPE.fullmatch(text)
        if not found:
            raise UsageError(f"{what} {text!r}: no number; write it like '0.001', '2%' or 'val_acc=0.001'")
        return cls(float(found["amount"]), bool(found["percent"]), found["metric"] and found["metric"].strip())

    def of(self, base: float) -> float:
        """Gives the least difference as a number, for a base value."""
        return abs(base) * self.amount / 100 if self.percent else self.amount


def parse_min_deltas(given: float | str | Iterable[str]) -> list[MinDelta]:
    """Parses one or several least differences; a number is one for all metrics.

    Raises:
        UsageError: A text has another form than `[METRIC=]NUMBER[%]`.
    """
    texts = [str(given)] if isinstance(given, str | int | float) else given
    return [MinDelta.parse(text) for text in texts]


def parse_margins(given: float | str | Iterable[str]) -> list[MinDelta]:
    """Parses one or several margins of a reproduction, which have the form of least differences.

    Raises:
        UsageError: A text has another form than `[METRIC=]NUMBER[%]`, or its number is 0.
    """
    texts = [str(given)] if isinstance(given, str | int | float) else given
    margins = [MinDelta.parse(text, "margin") for text in texts]
    if not all(margin.amount for margin in margins):
        raise UsageError("a margin of 0 allows no difference, so no number of runs is enough; write it like '0.001'")
    return margins


def least_difference(deltas: Sequence[MinDelta], metrics: Sequence[str], base: float) -> float:
    """Finds the least difference of a metric that counts.

    Args:
        deltas: The least differences; of several for one metric the last one counts, and one that names the metric
            counts before one for all.
        metrics: The names of the metric, the most exact first.
        base: The base value, for a percentage.

    Returns:
        The difference; 0 if none is given.
    """
    for name in (*map(alias, metrics), None):
        for delta in reversed(deltas):
            if (alias(delta.metric) if delta.metric else None) == name:
                return delta.of(base)
    return 0.0
