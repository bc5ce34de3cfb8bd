"""Chooses the range and the ticks of an axis, and leaves out points that are too close to each other to be seen."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reporter.documents.pictures import Plot, Point
from reporter.facts.display import number

_FIRST = 0.2
"""The share of the epochs, counted from the first, that an axis may cut off."""

_GAIN = 3
"""The first epochs are cut off if the others then get at least this many times more room."""

_BUCKETS = 240
"""Up to this many groups of epochs are drawn; of each group the first, lowest, highest and last point."""


@dataclass(frozen=True, slots=True)
class Axis:
    """Holds the vertical axis of a panel.

    Attributes:
        low: The lowest value on it.
        high: The highest value on it.
        ticks: Values with their texts.
        is_log: Whether it is logarithmic.
        cut: What is said of the first epochs that are beyond it: `from 0.6123`; empty if all are on it.
        cut_is_low: Whether they are below it, not above it.
    """

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    is_log: bool = False
    cut: str = ""
    cut_is_low: bool = True

    def place(self, value: float) -> float:
        """Returns where a value is: 0 at the lower end of the axis, 1 at the upper end."""
        if not self.is_log:
            return (value - self.low) / (self.high - self.low)
        return math.log(max(value, self.low) / self.low) / math.log(self.high / self.low)


def vertical_axis(plot: Plot) -> Axis:
    """Chooses the vertical axis of a panel.

    The first fifth of the epochs may be cut off on the side of the worse values, if the other epochs then get at least
    three times more room: an accuracy often rises from 0.6 to 0.99 in two epochs, and what matters is above 0.98.

    Args:
        plot: The panel.

    Returns:
        The axis.
    """
    points = [point for curve in plot.curves for part in (curve.points, curve.lows, curve.highs) for point in part]
    finite = [point for point in points if math.isfinite(point[1])]
    if plot.is_log:
        return _log_axis([value for _, value in finite if value > 0])
    kept = [value for _, value in finite] or [0.0, 1.0]
    cut = _without_first(finite, plot)
    shown = cut or kept
    low, high = min(shown), max(shown)
    pad = (high - low or abs(high) or 1) * 0.06
    bottom = min(0.0, low) if plot.is_from_zero else low - pad
    return Axis(bottom, high + pad, tuple(ticks(bottom, high + pad, 5)), False, *_described(cut, kept, plot))


def _without_first(points: Sequence[Point], plot: Plot) -> list[float]:
    """Returns the values that remain if the first epochs are cut off; none if it is not worth it."""
    epochs = sorted({epoch for epoch, _ in points})
    if plot.mode is None or len(epochs) < 5:
        return []
    first = set(epochs[: max(1, round(len(epochs) * _FIRST))])
    early = [value for epoch, value in points if epoch in first]
    late = [value for epoch, value in points if epoch not in first]
    span = max(late) - min(late)
    if plot.mode == "max":
        limit = min(late) - 0.25 * span
        kept = [value for value in early if value >= limit]
        gains = max(late) - min(early) >= _GAIN * 1.25 * span
    else:
        limit = max(late) + 0.25 * span
        kept = [value for value in early if value <= limit]
        gains = max(early) - min(late) >= _GAIN * 1.25 * span
    return [*kept, *late, limit] if gains and span else []


def _described(cut: Sequence[float], kept: Sequence[float], plot: Plot) -> tuple[str, bool]:
    if not cut:
        return "", True
    is_low = plot.mode == "max"
    return f"first epochs from {number(min(kept) if is_low else max(kept))}", is_low


def _log_axis(values: Sequence[float]) -> Axis:
    """Chooses a logarithmic axis; a value of 0 is drawn at its lower end."""
    low, high = min(values, default=0.1) / 1.15, max(values, default=1.0) * 1.15
    found = list(_log_ticks(low, high))
    return Axis(low, high, tuple(found if len(found) > 1 else ticks(low, high, 5)), True)


def _log_ticks(low: float, high: float) -> Iterator[tuple[float, str]]:
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    steps = (1,) if last - first > 4 else (1, 2, 5) if last - first > 1 else (1, 1.5, 2, 3, 4, 5, 6, 8)
    for power in range(first, last + 1):
        for step in steps:
            value = step * 10.0**power
            if low <= value <= high:
                yield value, f"{value:.3g}"


def ticks(low: float, high: float, count: int) -> Iterator[tuple[float, str]]:
    """Chooses round values between two values.

    Args:
        low: The lower value.
        high: The higher value.
        count: About how many values to choose.

    Yields:
        Each value, with its text.
    """
    rough = (high - low) / count or 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    step = power * next(each for each in (1, 2, 5, 10) if each * power >= rough * 0.999)
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    for index in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1):
        value = index * step
        yield value, f"{value:.1e}" if digits > 5 or abs(value) >= 1e6 else f"{value:.{digits}f}"


def epoch_ticks(first: int, last: int, count: int) -> list[int]:
    """Chooses about `count` epochs for the ticks of the horizontal axis; the first epoch is always among them."""
    if first == last:
        return [first]
    step = max(1.0, (last - first) / count)
    found = [round(value) for value, _ in ticks(first, last, max(1, round((last - first) / step)))]
    return [first, *(each for each in dict.fromkeys(found) if each - first >= step / 2 and each <= last)]


def thinned(points: Sequence[Point]) -> Sequence[Point]:
    """Leaves out points of a long curve, but none that is the lowest or the highest of its neighbours.

    Args:
        points: The points, in the order of the epochs.

    Returns:
        The points, if there are at most 960; else of each of 240 groups the first, the lowest, the highest, the last.
    """
    if len(points) <= 4 * _BUCKETS:
        return points
    size = math.ceil(len(points) / _BUCKETS)
    kept: dict[Point, None] = {}
    for start in range(0, len(points), size):
        group = points[start : start + size]
        known = [point for point in group if point[1] == point[1]] or group[:1]
        wanted = {group[0], min(known, key=_value), max(known, key=_value), group[-1]}
        gap = next((point for point in group if point[1] != point[1]), None)
        kept |= dict.fromkeys(point for point in group if point in wanted or point is gap)
    return list(kept)


def thinned_band(lows: Sequence[Point], highs: Sequence[Point]) -> Sequence[tuple[int, float, float]]:
    """Leaves out points of a long band, but none of its extremes.

    Args:
        lows: The lower edge, in the order of the epochs.
        highs: The upper edge, at the same epochs.

    Returns:
        An epoch, the lowest and the highest value: of each epoch, if there are at most 960, else of each of 240 groups.
    """
    size = 1 if len(lows) <= 4 * _BUCKETS else math.ceil(len(lows) / _BUCKETS)
    groups = (slice(start, start + size) for start in range(0, len(lows), size))
    return [(lows[each][0][0], min(map(_value, lows[each])), max(map(_value, highs[each]))) for each in groups]


def _value(point: Point) -> float:
    return point[1]
