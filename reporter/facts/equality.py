"""Finds the epochs whose validation metrics are equal to the values of an evaluation."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from reporter.facts.display import as_decimal, printed_unit
from reporter.model import Epoch, Evaluation, Run, alias

_MOST = 20
"""Most epochs that are compared besides the likely ones; if more are equal, the values tell nothing."""

_METRICS = 8
"""Most metrics of an evaluation that are compared."""

_FLOAT32 = 1e-6
"""Keras computes metrics in 32 bits, and in batches of another size: the last digits of a value may differ."""

_LEAST_SPREAD = 0.01
"""Least share of a value by which the values of other data are expected to differ from it."""

_CHECKPOINT_UNIT = 1e-5
"""`ModelCheckpoint` prints five decimals."""


class Equality(NamedTuple):
    """Holds the epochs that have the values of an evaluation.

    Attributes:
        metrics: The metrics of the evaluation that were compared, each with its validation metric; none if the epochs
            have no validation metrics of these names.
        epochs: Numbers of the epochs that are equal in all of them, to all digits that are printed.
        accident: Chance that the evaluation of other data has, by accident, the values of a particular epoch.
    """

    metrics: tuple[tuple[str, str], ...]
    epochs: tuple[int, ...]
    accident: float


class _Score(NamedTuple):
    """Holds a value of an evaluation, its validation metric `column`, and the unit of its last digit."""

    name: str
    column: str
    value: float
    unit: float

    def slack(self, unit: float) -> float:
        """Gives the largest difference from a value with another unit that rounding explains."""
        return max(self.unit, unit) / 2 + _FLOAT32 * abs(self.value)


class ValidationValues:
    """Finds epochs of a run by their validation metrics, in a time that hardly depends on the number of epochs.

    Args:
        run: The run.
    """

    def __init__(self, run: Run) -> None:
        self._epochs: dict[int, Epoch] = {epoch.epoch: epoch for epoch in run.epochs}
        self._names = {alias(name): name for name in run.metrics}
        self._precise = {
            (message.epoch, alias(message.monitor)): message.value
            for message in run.messages
            if message.saved and message.monitor and message.value is not None
        }
        self._sorted: dict[str, list[tuple[float, int]]] = {}
        self._spreads: dict[str, float] = {}

    def find(self, evaluation: Evaluation, likely: Iterable[int]) -> Equality:
        """Finds the epochs that have the values of an evaluation.

        Args:
            evaluation: The evaluation.
            likely: Numbers of epochs that are compared in any case.

        Returns:
            The epochs, the earliest first.
        """
        unit = _keras_unit if evaluation.text else _script_unit
        metrics = {name: self._names.get(alias(f"val_{name}")) for name in evaluation.logs}
        scores = [
            _Score(name, column, value, unit(value))
            for name, value in list(evaluation.logs.items())[:_METRICS]
            if math.isfinite(value) and (column := metrics[name])
        ]
        if not scores:
            return Equality((), (), 1.0)
        near = min(map(self._near, scores), key=len)
        numbers = sorted({*near, *likely} & self._epochs.keys())
        equal = [each for each in numbers if all(self._is_equal(each, score) for score in scores)]
        accident = math.prod(map(self._accident, scores))
        return Equality(tuple((score.name, score.column) for score in scores), tuple(equal), accident)

    def _near(self, score: _Score) -> list[int]:
        """Gives at most `_MOST` epochs whose value may be equal to another one."""
        column, value = score.column, score.value
        if column not in self._sorted:
            found = ((epoch.logs.get(column), number) for number, epoch in self._epochs.items())
            self._sorted[column] = sorted((each, number) for each, number in found if each is not None and each == each)
        values, slack = self._sorted[column], score.slack(_keras_unit(value))
        first = bisect_left(values, value - slack, key=lambda pair: pair[0])
        last = bisect_right(values, value + slack, key=lambda pair: pair[0])
        return [number for _, number in values[first : min(last, first + _MOST)]]

    def _is_equal(self, number: int, score: _Score) -> bool:
        known = self._epochs[number].logs.get(score.column)
        if known is None or not math.isfinite(known):
            return False
        unit, precise = float(printed_unit(known)), self._precise.get((number, alias(score.column)))
        if precise is not None and abs(precise - known) <= unit:
            known, unit = precise, _CHECKPOINT_UNIT
        return abs(known - score.value) <= score.slack(unit)

    def _accident(self, score: _Score) -> float:
        """Estimates the chance that other data give a particular value, to the digits that are printed."""
        column, value = score.column, score.value
        if column not in self._spreads:
            late = list(self._epochs.values())[len(self._epochs) // 2 :]
            values = [each for epoch in late if math.isfinite(each := epoch.logs.get(column, math.nan))]
            self._spreads[column] = max(values, default=0.0) - min(values, default=0.0)
        spread = max(self._spreads[column], _LEAST_SPREAD * abs(value))
        return min(1.0, 2 * score.slack(_keras_unit(value)) / spread) if spread else 1.0


def _keras_unit(value: float) -> float:
    """Gives about the unit of the last digit with which Keras prints a value: four decimals, or four of an exponent."""
    return 1e-4 if abs(value) > 1e-3 else 1e-4 * abs(value)


def _script_unit(value: float) -> float:
    """Gives the unit of the last digit of a score that a script prints: its 0.99 may be 0.9947, or 99.5 %."""
    exponent = as_decimal(value).as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) else 0
    return 10.0 ** -max(decimals, 2) if decimals < 4 else float(printed_unit(value))
