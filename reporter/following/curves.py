"""Draws curves with characters, by means of plotext."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from typing import NamedTuple

from rich.text import Text

from reporter.errors import UsageError
from reporter.facts.display import number

_LEAST = (20, 5)
"""Columns and lines below which nothing is drawn."""


class Curve(NamedTuple):
    """Holds one curve.

    Attributes:
        points: Number of the epoch and value, in order; NaN and infinite values are left out.
        colour: Number of its colour among the 256 of a terminal.
        mark: The character that it is drawn with where there are no colours.
    """

    points: tuple[tuple[int, float], ...]
    colour: int
    mark: str


def require_plotext() -> None:
    """Checks that plotext can be imported.

    Raises:
        UsageError: It is not installed.
    """
    if find_spec("plotext") is None:
        raise UsageError("reporter watch needs the package plotext; reinstall reporter with its extra 'watch'")


@lru_cache(1)  # most frames differ only in a bar
def draw(curves: tuple[Curve, ...], width: int, height: int, scale: str, *, colours: bool) -> Text:
    """Draws curves in one pair of axes.

    Args:
        curves: The curves; the later ones are drawn over the earlier ones.
        width: Columns of the drawing.
        height: Lines of the drawing.
        scale: `linear` or `log`, for the vertical axis; the latter leaves out values that are not positive.
        colours: Whether curves are told apart by colours; otherwise by letters.

    Returns:
        The drawing; a sentence if there is nothing to draw, or no room for it.
    """
    shown = [
        curve._replace(
            points=tuple(each for each in curve.points if math.isfinite(each[1]) and (scale != "log" or each[1] > 0))
        )
        for curve in curves
    ]
    values = [value for curve in shown for _, value in curve.points]
    if not values or width < _LEAST[0] or height < _LEAST[1]:
        return Text("no value yet" if not values else "no room for curves", style="dim")
    import plotext

    plotext.clear_figure()
    plotext.limit_size(False, False)
    plotext.theme("clear")
    plotext.plot_size(width, height)
    for curve in shown:
        if curve.points:
            epochs, heights = zip(*_thinned(curve.points, 4 * width), strict=True)
            marker = "braille" if colours else curve.mark
            plotext.plot(
                epochs,
                [_height(each, scale) for each in heights],
                marker=marker,
                color=curve.colour if colours else "default",
            )
    low, high = _with_room(min(values), max(values), scale)
    plotext.ylim(_height(low, scale), _height(high, scale))
    ticks = _ticks(low, high, max(2, min(6, height // 3)), scale)
    plotext.yticks([_height(each, scale) for each in ticks], [number(each) for each in ticks])
    last = max(epoch for curve in shown for epoch, _ in curve.points)
    first = min(epoch for curve in shown for epoch, _ in curve.points)
    plotext.xlim(first, max(last, first + 1))
    steps = sorted({round(first + (max(last, first + 1) - first) * part / 6) for part in range(7)})
    plotext.xticks(steps, [str(each) for each in steps])
    return Text.from_ansi(plotext.build().rstrip("\n"))


def _height(value: float, scale: str) -> float:
    """Gives the place of a value on the vertical axis; the scale of plotext would not apply to its limits."""
    return math.log10(value) if scale == "log" else value


def _thinned(points: Sequence[tuple[int, float]], most: int) -> Sequence[tuple[int, float]]:
    """Leaves out points of a long curve, but not the last one."""
    step = math.ceil(len(points) / most)
    return points if step == 1 else [*points[:-1:step], points[-1]]


def _with_room(low: float, high: float, scale: str) -> tuple[float, float]:
    """Widens the range of a curve that is flat."""
    if low < high:
        return low, high
    return (low / 2, high * 2) if scale == "log" else (low - (abs(low) or 1) / 10, high + (abs(high) or 1) / 10)


def _ticks(low: float, high: float, count: int, scale: str) -> list[float]:
    parts = [part / (count - 1) for part in range(count)]
    if scale == "log":
        return [low * (high / low) ** part for part in parts]
    return [low + (high - low) * part for part in parts]
