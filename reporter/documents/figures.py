"""Draws the curves of a run with matplotlib."""

from __future__ import annotations

import io
from typing import Any

from reporter.documents.panels import Panel, panels
from reporter.documents.plotting import Axes, Figure, FigureCanvasSVG, MaxNLocator, mpl
from reporter.model import Best, Run, direction, look_up

_STYLE: dict[Any, Any] = {
    "svg.hashsalt": "reporter",  # without it, the ids in the SVG are random
    "text.parse_math": False,  # a $ in the name of a metric starts no formula
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
_DOTTED_EPOCHS = 60
"""Runs of up to this many epochs get a dot at each epoch."""


def draw(run: Run, best: Best | None) -> Figure:
    """Draws the metric of the best epoch, the loss and the learning rate of a run, by epoch.

    Args:
        run: The run.
        best: The best value, whose epochs are marked; None marks nothing.

    Returns:
        A figure with one to three panels side by side, each 4.2 x 3.1 inches.

    Raises:
        ValueError: The run has no finished epoch.
    """
    if not run.epochs:
        raise ValueError(f"run {run.name!r} has no finished epoch to draw")
    with mpl.rc_context(_settings()):
        shown = list(panels(run, best))
        drawing = Figure(figsize=(_WIDTH * len(shown), _HEIGHT), layout="constrained", facecolor="white")
        FigureCanvasSVG(drawing)
        for axes, panel in zip(drawing.subplots(1, len(shown), squeeze=False)[0], shown, strict=True):
            _draw_panel(axes, run, panel, best)
    return drawing


def draw_svg(run: Run, best: Best | None) -> str:
    """Draws a run as an SVG document; the same numbers always give the same bytes.

    Args:
        run: The run.
        best: The best value, whose epochs are marked; None marks nothing.

    Returns:
        The SVG document.

    Raises:
        ValueError: The run has no finished epoch.
    """
    text = io.StringIO()
    with mpl.rc_context(_settings()):
        draw(run, best).savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return text.getvalue()


def _settings() -> dict[Any, Any]:
    """Returns the matplotlib settings of all figures: the defaults and our style, never the user's own settings."""
    return {**mpl.rcParamsDefault, **_STYLE, "backend": "svg"}


def _draw_panel(axes: Axes, run: Run, panel: Panel, best: Best | None) -> None:
    axes.set_title(panel.title, loc="left", fontweight="bold", fontsize=10)
    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    for name, part in panel.curves:
        values = [epoch.learning_rate if part == "rate" else look_up(epoch.logs, name) for epoch in run.epochs]
        _draw_curve(
            axes, run, [_or_gap(value) for value in values], _VALIDATION if part == "validation" else _TRAIN, name
        )
    if ("learning rate", "rate") in panel.curves:
        axes.set_ylim(bottom=0)
        return
    if best and panel.marked:
        _mark_best(axes, best)
    axes.legend(loc="lower right" if direction(panel.title) == "max" else "upper right", frameon=False, fontsize=9)


def _draw_curve(axes: Axes, run: Run, values: list[float], colour: str, label: str) -> None:
    dots = "." if len(run.epochs) <= _DOTTED_EPOCHS else ""
    axes.plot([epoch.epoch for epoch in run.epochs], values, color=colour, marker=dots, linewidth=1.6, label=label)


def _mark_best(axes: Axes, best: Best) -> None:
    """Draws a ring around each best epoch; there are several if they tie."""
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
    """Returns the value, or NaN if it is None; matplotlib draws a gap for NaN."""
    return float("nan") if value is None else value
