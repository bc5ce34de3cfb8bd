"""Draws a figure as SVG: with real text, a transparent background, and colours for light and dark pages."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reporter.documents.axes import Axis, epoch_ticks, thinned, thinned_band, vertical_axis
from reporter.documents.colours import DARK, LIGHT, style_rules
from reporter.documents.legend import ROW, draw_legend, legend, text_width, xml_text
from reporter.documents.pictures import Curve, Picture, Plot, Point

WIDE, NARROW = 840, 360
"""Widths in pixels: that of a README on a large screen, and that on a phone."""

_HEIGHT = 190
"""Height of the area of the curves."""

_GAP = 20
"""Space between two panels."""


def svg_document(picture: Picture, width: int = WIDE) -> str:
    """Draws a figure as an SVG document that carries its own colours.

    Args:
        picture: The figure.
        width: `WIDE` for panels side by side, `NARROW` for panels below each other.

    Returns:
        The document; the same figure always gives the same bytes.
    """
    columns = len(picture.plots) if width == WIDE else 1
    width = width if columns > 1 or width == NARROW else WIDE * 2 // 3
    shared = legend(picture.plots[0], width) if picture.shares_legend else []
    height, drawn = len(shared) * ROW + 6.0 * bool(shared), ["".join(draw_legend(shared, 0, 0))]
    for start in range(0, len(picture.plots), columns):
        row = picture.plots[start : start + columns]
        panels, height = _row(row, height + 10 * bool(start), width, f"{picture.digest[:8]}-{start}", not shared)
        drawn += panels
    style = f"<style>{style_rules(('', LIGHT), ('(prefers-color-scheme:dark)', DARK))}</style>\n"
    return _element(f"{style}{''.join(drawn)}", (width, height), picture.alt, 'class="drawing"')


def panel_svgs(picture: Picture, width: int = 420) -> list[str]:
    """Draws each panel of a figure as an SVG element for an HTML page, which brings the legend and the colours.

    Args:
        picture: The figure.
        width: The width of a panel in pixels.

    Returns:
        An `<svg>` element for each panel.
    """
    drawn = []
    for index, plot in enumerate(picture.plots):
        (panel,), height = _row([plot], 0, width, f"{picture.digest[:8]}-{index}", False)
        drawn.append(_element(panel, (width, height), plot.title))
    return drawn


@dataclass(frozen=True, slots=True)
class _Area:
    """Holds the place of a panel in pixels, its first and last epoch, where the bars beyond these end, and its axis."""

    left: float
    top: float
    right: float
    bottom: float
    first: int
    last: int
    end: int
    axis: Axis

    def x(self, epoch: int) -> float:
        share = (epoch - self.first) / (self.end - self.first) if self.end > self.first else 0.5
        return self.left + share * (self.right - self.left)

    def y(self, value: float) -> float:
        return self.bottom - self.axis.place(value) * (self.bottom - self.top)


def _element(content: str, size: tuple[float, float], name: str, attributes: str = "") -> str:
    width, height = size
    box = f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}"'
    names = f'role="img" aria-label="{xml_text(name)}"{" " * bool(attributes)}{attributes}'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box} {names}>\n{content}</svg>\n'


def _row(plots: Sequence[Plot], top: float, width: float, id: str, has_legends: bool) -> tuple[list[str], float]:
    """Draws panels side by side; returns them and the place of their lower end."""
    panel = (width - _GAP * (len(plots) - 1)) / len(plots)
    legends = [legend(plot, panel) if has_legends else [] for plot in plots]
    area_top = top + ROW * (1 + max(map(len, legends))) + 8
    bottom = area_top + _HEIGHT
    drawn = []
    for index, (plot, lines) in enumerate(zip(plots, legends, strict=True)):
        left = index * (panel + _GAP)
        title = f'<text class="title" x="{left:g}" y="{top + 13:g}">{xml_text(plot.title)}</text>\n'
        key = "".join(draw_legend(lines, left, top + ROW))
        drawn.append(f"<g>\n{title}{key}{_panel(plot, left, panel, (area_top, bottom), f'{id}-{index}')}</g>\n")
    return drawn, bottom + 24


def _panel(plot: Plot, left: float, width: float, span: tuple[float, float], id: str) -> str:
    top, bottom = span
    axis = vertical_axis(plot)
    margin = max([48.0, *(text_width(text) + 10 for _, text in axis.ticks)])
    epochs, bars = plot.epochs
    area = _Area(left + margin, top, left + width - 10, bottom, min(epochs), max(epochs), max(epochs + bars), axis)
    curves = "".join(part for curve in plot.curves for part in _curve(area, curve))
    below = 4 if axis.cut and axis.cut_is_low else 8
    return (
        f'{"".join(_axes(area))}<clipPath id="{id}"><rect x="{area.left - 6:.1f}" y="{top - 4:.1f}"'
        f' width="{area.right - area.left + 12:.1f}" height="{bottom - top + below:.1f}"/></clipPath>\n'
        f'<g clip-path="url(#{id})">\n{curves}</g>\n{"".join(_rings(area, plot))}{"".join(_cut_mark(area))}'
    )


def _rings(area: _Area, plot: Plot) -> Iterator[str]:
    for ring in plot.rings:
        epoch, value = ring.point
        if math.isfinite(value):
            radius = 3 if ring.is_small else 5
            yield f'<circle class="ring {ring.role}" cx="{area.x(epoch):.1f}" cy="{area.y(value):.1f}" r="{radius}"/>\n'


def _axes(area: _Area) -> Iterator[str]:
    for value, text in area.axis.ticks:
        y = area.y(value)
        yield f'<path class="grid" d="M{area.left:.1f} {y:.1f}H{area.right:.1f}"/>'
        yield f'<text x="{area.left - 6:.1f}" y="{y + 4:.1f}" text-anchor="end">{text}</text>\n'
    yield f'<path class="axis" d="M{area.left:.1f} {area.bottom:.1f}H{area.right:.1f}"/>\n'
    count = max(1, int((area.right - area.left) / 45))
    for epoch in epoch_ticks(area.first, area.last, count):
        yield f'<text x="{area.x(epoch):.1f}" y="{area.bottom + 16:.1f}" text-anchor="middle">{epoch}</text>'
    yield f'\n<text x="{area.x(area.first) - 10:.1f}" y="{area.bottom + 16:.1f}" text-anchor="end">epoch</text>\n'


def _curve(area: _Area, curve: Curve) -> Iterator[str]:
    if curve.is_bar:
        yield _bar(area, curve)
    elif curve.lows:
        yield from _band(area, curve)
    path, alone = _path(area, thinned(curve.points))
    faint = " faint" if curve.is_faint else ""
    if path:
        yield f'<path class="curve {curve.role}{faint}" d="{path}"/>\n'
    for x, y in alone:
        yield f'<circle class="point {curve.role}" fill="currentColor" cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>\n'


def _bar(area: _Area, curve: Curve) -> str:
    x, low, high = area.x(curve.lows[0][0]), area.y(curve.lows[0][1]), area.y(curve.highs[0][1])
    ends = "".join(f"M{x - 4:.1f} {y:.1f}h8" for y in (low, high))
    return f'<path class="curve {curve.role}" d="M{x:.1f} {low:.1f}V{high:.1f}{ends}"/>\n'


def _band(area: _Area, curve: Curve) -> Iterator[str]:
    band = thinned_band(curve.lows, curve.highs)
    around = [(epoch, high) for epoch, _, high in band] + [(epoch, low) for epoch, low, _ in reversed(band)]
    if len(band) > 1:
        path = "L".join(f"{area.x(epoch):.1f} {area.y(value):.1f}" for epoch, value in around)
        yield f'<path class="band {curve.role}" fill="currentColor" d="M{path}Z"/>\n'


def _path(area: _Area, points: Iterable[Point]) -> tuple[str, list[tuple[float, float]]]:
    """Makes the path of the points that have a neighbour, and lists the places of the others."""
    lines: list[list[tuple[float, float]]] = [[]]
    for epoch, value in points:
        if math.isfinite(value):
            lines[-1].append((area.x(epoch), area.y(value)))
        elif lines[-1]:
            lines.append([])
    path = "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in line) for line in lines if len(line) > 1)
    return path, [line[0] for line in lines if len(line) == 1]


def _cut_mark(area: _Area) -> Iterator[str]:
    """Marks an axis that leaves out the first epochs: a broken line beside it, and the first value."""
    if not area.axis.cut:
        return
    y, sign = (area.bottom, -1) if area.axis.cut_is_low else (area.top, 1)
    x = area.left
    yield f'<path class="axis" d="M{x - 4:.1f} {y + 3 * sign:.1f}l4 {3 * sign}l-4 {3 * sign}l4 {3 * sign}"/>'
    text_y = area.bottom - 6 if area.axis.cut_is_low else area.top + 9
    arrow = "↓" if area.axis.cut_is_low else "↑"
    yield f'<text x="{area.right:.1f}" y="{text_y:.1f}" text-anchor="end">{arrow} {area.axis.cut}</text>\n'
