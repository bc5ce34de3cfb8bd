"""Draws the history of a run; the same numbers give the same bytes."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from reporter.model import Run, alias, look_up
from reporter.summary import Best, direction

_STYLE: dict[Any, Any] = {
    "svg.hashsalt": "reporter",  # else the ids in the file are random
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


def figure(run: Run, best: Best | None) -> str:
    """Draw the metric that a run is judged by, its loss and its learning rate, epoch by epoch.

    Args:
        run: The run; it has at least one finished epoch.
        best: The best to mark, where there is one.

    Returns:
        An SVG document.
    """
    with mpl.rc_context({**mpl.rcParamsDefault, **_STYLE, "backend": "svg"}):
        panels = list(_panels(run, best))
        drawing = Figure(figsize=(_WIDTH * len(panels), _HEIGHT), layout="constrained", facecolor="white")
        FigureCanvasSVG(drawing)
        for axes, panel in zip(drawing.subplots(1, len(panels), squeeze=False)[0], panels, strict=True):
            _draw(axes, run, panel, best)
        text = io.StringIO()
        drawing.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return text.getvalue()


def _panels(run: Run, best: Best | None) -> Iterable[str]:
    """Name what is drawn: the judged metric, the loss, the learning rate, each once and only where the log has it."""
    trained = dict.fromkeys(name.removeprefix("val_") for name in run.metrics)
    judged = best.monitor.removeprefix("val_") if best else "loss"
    yield from (name for name in dict.fromkeys((judged, "loss")) if name in trained)
    if any(epoch.learning_rate is not None for epoch in run.epochs):
        yield "learning rate"


def _draw(axes: Axes, run: Run, panel: str, best: Best | None) -> None:
    axes.set_title(panel, loc="left", fontweight="bold", fontsize=10)
    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    if panel == "learning rate":
        rates = [_or_gap(epoch.learning_rate) for epoch in run.epochs]
        _curve(axes, run, rates, _TRAIN, "learning rate")
        axes.set_ylim(bottom=0)
        return
    for name, colour in ((panel, _TRAIN), (f"val_{panel}", _VALIDATION)):
        if any(look_up(epoch.logs, name) is not None for epoch in run.epochs):
            _curve(axes, run, [_or_gap(look_up(epoch.logs, name)) for epoch in run.epochs], colour, name)
    if best and alias(best.monitor.removeprefix("val_")) == alias(panel):
        _mark(axes, best)
    axes.legend(loc="lower right" if direction(panel) == "max" else "upper right", frameon=False, fontsize=9)


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
