"""Finds the best value of a metric in a run, and every epoch that reached it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from reporter.model.metrics import Mode, look_up
from reporter.model.values import Epoch


@dataclass(frozen=True, slots=True)
class Best:
    """Holds the best value of a metric, and every epoch that reached it.

    Attributes:
        monitor: The metric, as the log spells it.
        mode: Whether the smallest (`"min"`) or the largest (`"max"`) value is the best.
        value: The best value.
        epochs: All epochs that have it, the earliest first; printed values are rounded, so there may be several.
        line: The line of the first of these epochs, counted from 1.
    """

    monitor: str
    mode: Mode
    value: float
    epochs: tuple[int, ...]
    line: int


def best_of(epochs: Iterable[Epoch], monitor: str, mode: Mode) -> Best | None:
    """Finds the best value of a metric.

    Args:
        epochs: Finished epochs, in order.
        monitor: The metric, as the log spells it.
        mode: Whether the smallest or the largest value is the best.

    Returns:
        The best, or None if no epoch has a value that is a number.
    """
    valued = [
        (value, epoch)
        for epoch in epochs
        if (value := look_up(epoch.logs, monitor)) is not None and not math.isnan(value)
    ]
    if not valued:
        return None
    top = (max if mode == "max" else min)(value for value, _ in valued)
    reached = [epoch for value, epoch in valued if value == top]
    return Best(monitor, mode, top, tuple(epoch.epoch for epoch in reached), reached[0].line)
