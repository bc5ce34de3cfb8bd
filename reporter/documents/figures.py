"""Draws the history of a run; the same numbers give the same bytes."""

from __future__ import annotations

import io
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from reporter.documents.panels import Panel, panels
from reporter.model import Best, Run, direction, look_up

_STYLE: dict[Any, Any] = {
    "svg.hashsalt": "reporter",  # else the ids in the file are random
    "text.parse_math": False,  # a $ in the name of a metric is a $
    "font.size": 10,
    "axes.grid": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": "#e3e6ea",
    "axes.edgecolor": "#8b949e",
    "axes.axisbelow": True,
}
_TRAIN, _VALIDATION, _BEST = "#8b949e", "#0b62c4", "#c4490b"
_WIDTH, _HEIGHT = 4.2, 3.1
_MARKED_EPOCHS = 60
"""Up to this many epochs, each one has a dot."""


def draw(run: Run, best: Best | None) -> Figure:
    """Draw the metric a run is judged by, its loss and its learning rate, by epoch.

    Args:
        run: The run.
        best: The best to mark, if there is one.

    Returns:
        A figure with one panel per curve or pair of curves, 4.2 x 3.1 inches each.

    Raises:
        ValueError: The run has no finished epoch.
    """
    if not run.epochs:
        raise ValueError(f"run {run.name!r} has no finished epoch to draw")
    with mpl.rc_context(_rules()):
        shown = list(panels(run, best))
        drawing = Figure(figsize=(_WIDTH * len(shown), _HEIGHT), layout="constrained", facecolor="white")
        FigureCanvasSVG(drawing)
        for axes, panel in zip(drawing.subplots(1, len(shown), squeeze=False)[0], shown, strict=True):
            _draw(axes, run, panel, best)
    return drawing


def figure(run: Run, best: Best | None) -> str:
    """Draw a run as an SVG document; the same numbers give the same bytes.

    Args:
        run: The run; it has at least one finished epoch.
        best: The best to mark, if there is one.

    Returns:
        The SVG document.
    """
    text = io.StringIO()
    with mpl.rc_context(_rules()):
        draw(run, best).savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return text.getvalue()


def _rules() -> dict[Any, Any]:
    """Give the settings of matplotlib for our figures; the user's own settings do not reach them."""
    return {**mpl.rcParamsDefault, **_STYLE, "backend": "svg"}


def _draw(axes: Axes, run: Run, panel: Panel, best: Best | None) -> None:
    axes.set_title(panel.title, loc="left", fontweight="bold", fontsize=10)
    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    for name, part in panel.curves:
        values = [epoch.learning_rate if part == "rate" else look_up(epoch.logs, name) for epoch in run.epochs]
        _curve(axes, run, [_or_gap(value) for value in values], _VALIDATION if part == "validation" else _TRAIN, name)
    if ("learning rate", "rate") in panel.curves:
        axes.set_ylim(bottom=0)
        return
    if best and panel.marked:
        _mark(axes, best)
    axes.legend(loc="lower right" if direction(panel.title) == "max" else "upper right", frameon=False, fontsize=9)


def _curve(axes: Axes, run: Run, values: list[float], colour: str, label: str) -> None:
    dots = "." if len(run.epochs) <= _MARKED_EPOCHS else ""
    axes.plot([epoch.epoch for epoch in run.epochs], values, color=colour, marker=dots, linewidth=1.6, label=label)


def _mark(axes: Axes, best: Best) -> None:
    """Ring the best epochs, all that tie."""
    where = ", ".join(map(str, best.epochs[:3])) + (", …" if len(best.epochs) > 3 else "")
    axes.plot(
        best.epochs,
        [best.value] * len(best.epochs),
        linestyle="none",
        marker="o",
        markersize=9,
        markerfacecolor="none",
        markeredgecolor=_BEST,
        markeredgewidth=1.8,
        label=f"best {best.value:.6g}, epoch {where}",
    )


def _or_gap(value: float | None) -> float:
    """Give a value, or NaN, which is drawn as a gap."""
    return float("nan") if value is None else value
