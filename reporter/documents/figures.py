"""Draws a figure with matplotlib, for Python and for PNG and PDF files."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from reporter.documents.axes import epoch_ticks, thinned, vertical_axis
from reporter.documents.colours import LIGHT
from reporter.documents.overlay import overlay, series_of_runs
from reporter.documents.pictures import Curve, Picture, Plot, Scale, picture_of_run
from reporter.documents.plotting import Axes, Figure, FigureCanvasAgg, mpl
from reporter.model import Mode, Run

_STYLE: dict[Any, Any] = {
    "text.parse_math": False,  # a $ in the name of a metric starts no formula
    "font.size": 10,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "ytick.left": False,
    "grid.color": "#e3e6ea",
    "axes.edgecolor": "#8b949e",
    "axes.axisbelow": True,
    "pdf.fonttype": 42,  # text stays text
}
_WIDTH, _HEIGHT = 4.2, 3.1


def plot(
    runs: Run | Iterable[Run], monitor: str | None = None, mode: Mode | None = None, scale: Scale = "linear"
) -> Figure:
    """Draws several runs in one figure: the metric that decides which epoch is best, and the loss, by epoch.

    Args:
        runs: The runs; the first one is the base. A run alone is drawn as by `Run.plot`.
        monitor: The metric that decides which epoch is best; by default the first of `val_acc`, `val_loss`, `acc`,
            `loss` that a run has.
        mode: `"max"` if a larger value is better, `"min"` if a smaller one is; by default the name of the metric
            decides.
        scale: `"error"` for logarithmic axes, with 1 − value for a metric like an accuracy.

    Returns:
        A figure of matplotlib; `reporter.plot(runs).savefig("runs.png")` writes it to a file.

    Raises:
        ValueError: No run has a finished epoch.
        UsageError: `mode` is not given, and the name of the metric does not decide it.
    """
    found = [runs] if isinstance(runs, Run) else list(runs)
    if len(found) == 1:
        return draw(picture_of_run(found[0], found[0].best(monitor, mode), scale))
    return draw(overlay(series_of_runs(found), monitor, mode, scale))


def draw(picture: Picture) -> Figure:
    """Draws a figure.

    Args:
        picture: What it shows.

    Returns:
        A figure of matplotlib, with the panels side by side, each 4.2 x 3.1 inches.
    """
    with mpl.rc_context(_settings()):
        drawing = Figure(figsize=(_WIDTH * len(picture.plots), _HEIGHT), layout="constrained", facecolor="white")
        FigureCanvasAgg(drawing)
        for axes, panel in zip(drawing.subplots(1, len(picture.plots), squeeze=False)[0], picture.plots, strict=True):
            _draw_panel(axes, panel, has_legend=not picture.shares_legend)
        if picture.shares_legend:
            entries = _legend_entries(drawing.axes[0])
            columns = max(1, int(drawing.get_figwidth() * 100 / (7 * max(map(len, entries[1])) + 45)))
            drawing.legend(*entries, loc="outside upper left", frameon=False, fontsize=9, ncols=columns)
    return drawing


def to_bytes(picture: Picture, format: str) -> bytes:
    """Draws a figure as a PNG or PDF file, which carries the digest of its numbers.

    Args:
        picture: What it shows.
        format: `png` or `pdf`.

    Returns:
        The content of the file. In a PNG the digest is the text chunk `reporter`, in a PDF the keywords.
    """
    metadata = (
        {"reporter": f"numbers={picture.digest}", "Software": None}
        if format == "png"
        else {"Keywords": f"reporter numbers={picture.digest}", "CreationDate": None, "Creator": None, "Producer": None}
    )
    content = io.BytesIO()
    with mpl.rc_context(_settings()):
        draw(picture).savefig(content, format=format, dpi=200, metadata=metadata)
    return content.getvalue()


def _settings() -> dict[Any, Any]:
    """Returns the matplotlib settings of all figures: the defaults and our style, never the user's own settings."""
    return {**mpl.rcParamsDefault, **_STYLE, "backend": "agg"}


def _draw_panel(axes: Axes, plot: Plot, *, has_legend: bool) -> None:
    epochs, _ = plot.epochs
    axes.set_title(plot.title, loc="left", fontweight="bold", fontsize=10, pad=24 if has_legend else 6)
    axes.set_xlabel("epoch")
    axes.set_xticks(epoch_ticks(min(epochs), max(epochs), 7))
    for curve in plot.curves:
        _draw_curve(axes, curve)
    for index, ring in enumerate(plot.rings):
        label = plot.ring_label if index == 0 else None
        size = 5 if ring.is_small else 9
        axes.plot(*ring.point, "o", ms=size, mfc="none", mec=LIGHT[ring.role], mew=1.6, label=label, clip_on=False)
    axis = vertical_axis(plot)
    axes.set_yscale("log" if axis.is_log else "linear")
    axes.set_yticks([value for value, _ in axis.ticks], [text for _, text in axis.ticks])
    axes.minorticks_off()
    axes.set_ylim(axis.low, axis.high)
    if axis.cut:
        height, arrow = (0.02, "↓") if axis.cut_is_low else (0.92, "↑")
        axes.text(
            0.99, height, f"{arrow} {axis.cut}", transform=axes.transAxes, ha="right", fontsize=9, color="#57606a"
        )
    if has_legend and axes.get_legend_handles_labels()[0]:
        style: dict[str, Any] = {"frameon": False, "fontsize": 9, "handlelength": 1.4, "columnspacing": 1.2}
        axes.legend(*_legend_entries(axes), loc="lower left", bbox_to_anchor=(-0.02, 1.0), ncols=3, **style)


def _draw_curve(axes: Axes, curve: Curve) -> None:
    points, colour = thinned(curve.points), LIGHT[curve.role]
    dots = "." if len(points) == 1 else ""
    width = 0.8 if curve.role == "other" else 1.6
    epochs, values = zip(*points, strict=True)
    axes.plot(epochs, values, color=colour, marker=dots, linewidth=width, label=curve.label or None)
    if curve.is_bar:
        axes.plot([epochs[0]] * 2, [curve.lows[0][1], curve.highs[0][1]], "_-", color=colour, linewidth=width)
    elif curve.lows:
        lows, highs = ([value for _, value in edge] for edge in (curve.lows, curve.highs))
        axes.fill_between([epoch for epoch, _ in curve.lows], lows, highs, color=colour, alpha=0.2, linewidth=0)


def _legend_entries(axes: Axes) -> tuple[list[Any], list[str]]:
    """Returns the entries of a legend, the base first."""
    handles, labels = axes.get_legend_handles_labels()
    order = sorted(range(len(labels)), key=lambda index: not labels[index].startswith("base "))
    return [handles[index] for index in order], [labels[index] for index in order]
