"""Describes a figure as data, without drawing it, and makes the description of the figure of one run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Literal

from reporter.documents.panels import Panel, panels
from reporter.facts.display import number
from reporter.model import Best, Mode, Run, direction, look_up

Scale = Literal["linear", "error"]
"""`linear`: values as printed. `error`: logarithmic axes, and 1 − value for a metric like an accuracy."""

Point = tuple[int, float]
"""An epoch, counted from 1, and a value; NaN is a gap."""

_RINGS = 100
"""Maximum number of rings; a metric that reaches its best in more epochs gets rings at the first ones."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Holds one curve, or the median of several runs with the band between their lowest and highest values.

    Attributes:
        label: Its name in the legend; empty if it has none there.
        role: What it shows, which decides its colour: `train`, `validation`, `rate`, `base`, `run-1` to `run-6`, or
            `other`.
        points: Its points, in the order of the epochs.
        lows: The lower edge of the band: one point for each point of the curve, or none.
        highs: The upper edge of the band.
        is_faint: Whether it is thinner and paler, because it belongs to another curve.
    """

    label: str
    role: str
    points: tuple[Point, ...]
    lows: tuple[Point, ...] = ()
    highs: tuple[Point, ...] = ()
    is_faint: bool = False

    @property
    def is_bar(self) -> bool:
        """Whether it is a point with a band, which is drawn as a bar."""
        return len(self.points) == len(self.lows) == 1


@dataclass(frozen=True, slots=True)
class Ring:
    """Holds the mark of a best epoch.

    Attributes:
        role: The role of its curve; `best` in the figure of one run.
        point: The epoch and the value.
        is_small: Whether it is one of many, because its curve is the median of several runs.
    """

    role: str
    point: Point
    is_small: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    """Holds the content of one panel of a figure.

    Attributes:
        title: Its title, such as `acc`.
        mode: Whether large or small values are good, as they are drawn; None if that is unknown.
        is_log: Whether the vertical axis is logarithmic.
        is_from_zero: Whether the vertical axis begins at 0.
        curves: The curves, from the bottom to the top.
        rings: The marks of best epochs.
        ring_label: What the legend says of the rings; empty if it says nothing.
    """

    title: str
    mode: Mode | None
    is_log: bool
    is_from_zero: bool
    curves: tuple[Curve, ...]
    rings: tuple[Ring, ...] = ()
    ring_label: str = ""

    @property
    def epochs(self) -> tuple[list[int], list[int]]:
        """The epochs of all points: those of curves, and the places of bars, which are no epochs."""
        found: tuple[list[int], list[int]] = ([], [])
        for curve in self.curves:
            found[curve.is_bar].extend(epoch for epoch, _ in curve.points)
        return found if found[0] else (found[1], [])


@dataclass(frozen=True, slots=True)
class Picture:
    """Holds everything that a figure shows.

    Attributes:
        plots: Its panels, from left to right.
        alt: A sentence that describes it, for people who cannot see it.
        shares_legend: Whether one legend, that of the first panel, is for all panels.
    """

    plots: tuple[Plot, ...]
    alt: str
    shares_legend: bool = False

    @property
    def digest(self) -> str:
        """The SHA-256 of all numbers, names and options that the figure shows, in hexadecimal digits."""
        return sha256(repr(asdict(self)).encode("utf-8", "backslashreplace")).hexdigest()


def picture_of_run(run: Run, best: Best | None, scale: Scale = "linear") -> Picture:
    """Describes the figure of one run: the metric of the best epoch, the loss and the learning rate, by epoch.

    Args:
        run: The run.
        best: The best value, whose epochs get rings; None for no rings.
        scale: The scale of the vertical axes.

    Returns:
        The figure, with one to three panels.

    Raises:
        ValueError: The run has no finished epoch.
    """
    if not run.epochs:
        raise ValueError(f"run {run.name!r} has no finished epoch to draw")
    found = f"; best {best.monitor} {number(best.value)} (epoch{'s' if len(best.epochs) > 1 else ''} " if best else ""
    alt = f"Metrics of {run.name} by epoch{found}{f'{_listed(best.epochs)})' if best else ''}"
    return Picture(tuple(_plot(run, best, panel, scale) for panel in panels(run, best)), alt)


def _plot(run: Run, best: Best | None, panel: Panel, scale: Scale) -> Plot:
    if panel.curves[0][1] == "rate":
        return Plot(panel.title, None, False, True, (Curve("", "rate", values(run, panel.title, "rate")),))
    curves = [Curve(name, part, values(run, name, part)) for name, part in panel.curves]
    rings = rings_of(best, "best") if best and panel.marked else ()
    label = f"best {number(best.value)}, epoch {_listed(best.epochs)}" if best and panel.marked else ""
    return scaled(Plot(panel.title, direction(panel.title), False, False, tuple(curves), rings, label), scale)


def values(run: Run, name: str, part: str = "train") -> tuple[Point, ...]:
    """Collects the values of a metric, or of the learning rate, by epoch; a missing value is NaN."""
    found = [(each.epoch, each.learning_rate if part == "rate" else look_up(each.logs, name)) for each in run.epochs]
    return tuple((epoch, float("nan") if value is None else value) for epoch, value in found)


def rings_of(best: Best, role: str) -> tuple[Ring, ...]:
    """Makes a ring for each epoch that reached the best value."""
    return tuple(Ring(role, (epoch, best.value)) for epoch in best.epochs[:_RINGS])


def scaled(plot: Plot, scale: Scale) -> Plot:
    """Puts a panel on a scale.

    Args:
        plot: A panel with the values as printed.
        scale: The scale.

    Returns:
        For `error`, a panel with a logarithmic axis, if all its values allow that: a metric from 0 to 1 of which more
        is better is drawn as 1 − value, any other as it is. Otherwise the panel itself.
    """
    drawn = [value for curve in plot.curves for _, value in (*curve.points, *curve.lows) if value == value]
    if scale == "linear" or not drawn:
        return plot
    if plot.mode == "max" and min(drawn) >= 0 and max(drawn) <= 1 and min(drawn) < 1:
        return _as_errors(plot)
    is_positive = min(drawn) >= 0 and max(drawn) > 0 and max(drawn) != float("inf")
    return _replace(plot, plot.title, plot.mode, plot.curves, plot.rings) if is_positive else plot


def _as_errors(plot: Plot) -> Plot:
    curves = [
        Curve(each.label, each.role, _errors(each.points), _errors(each.highs), _errors(each.lows), each.is_faint)
        for each in plot.curves
    ]
    rings = [Ring(ring.role, _errors((ring.point,))[0], ring.is_small) for ring in plot.rings]
    return _replace(plot, f"1 − {plot.title}", "min", curves, rings)


def _replace(plot: Plot, title: str, mode: Mode | None, curves: Sequence[Curve], rings: Sequence[Ring]) -> Plot:
    return Plot(f"{title}, logarithmic", mode, True, False, tuple(curves), tuple(rings), plot.ring_label)


def _errors(points: Sequence[Point]) -> tuple[Point, ...]:
    return tuple((epoch, round(1 - value, 12)) for epoch, value in points)


def _listed(epochs: Sequence[int]) -> str:
    return ", ".join(map(str, epochs[:3])) + (", …" if len(epochs) > 3 else "")
