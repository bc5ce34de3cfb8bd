"""Draws figures as parts of an HTML page, which brings the colours in its style sheet."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from reporter.documents.overlay import overlay, series_of_rows
from reporter.documents.pictures import Picture, Scale
from reporter.documents.svg import panel_svgs
from reporter.facts.rows import ReportRow

_CURVE = Markup('<li><svg viewBox="0 0 20 10" aria-hidden="true"><path class="curve {}" d="M1 5h18"/></svg>{}</li>')
_RING = Markup(
    '<li><svg viewBox="0 0 20 10" aria-hidden="true"><circle class="ring axis" cx="10" cy="5" r="4"/></svg>{}</li>'
)
_FIGURE = Markup(
    '<figure class="drawing" aria-label="{}">\n<ul class="legend">{}</ul>\n<div class="panels">{}</div>\n</figure>'
)


def html_overlay(group: Sequence[ReportRow], scale: Scale = "linear") -> Markup:
    """Draws all runs of an experiment in one figure.

    Args:
        group: The runs, the base first.
        scale: The scale of the vertical axes.

    Returns:
        A `<figure>`; empty if fewer than two runs have a finished epoch.
    """
    if sum(bool(row.run.epochs) for row in group) < 2:
        return Markup("")
    best = next((row.best for row in group if row.best), None)
    monitor, mode = (best.monitor, best.mode) if best else (None, None)
    return html_figure(overlay(series_of_rows(group), monitor, mode, scale, group[0].name, group[0].reproduction))


def html_figure(picture: Picture) -> Markup:
    """Draws a figure with one legend as HTML: the legend as a list, and each panel as an SVG that wraps on a phone."""
    curves = sorted((each for each in picture.plots[0].curves if each.label), key=lambda each: each.role != "base")
    entries = [_CURVE.format(each.role, each.label) for each in curves]
    if picture.plots[0].ring_label:
        entries.append(_RING.format(picture.plots[0].ring_label))
    panels = Markup("").join(map(Markup, panel_svgs(picture)))
    return _FIGURE.format(picture.alt, Markup("").join(entries), panels)
