"""Lays out the legend of a figure in SVG, and estimates the width of its texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import accumulate

from reporter.documents.pictures import Plot

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

ROW = 18
"""Height of a line of text in pixels."""

Entry = tuple[str, str, float]
"""The role of an entry of a legend, its text, and where it begins in its line."""


def legend(plot: Plot, width: float) -> list[list[Entry]]:
    """Distributes the entries of a legend to lines, the base first.

    Args:
        plot: The panel whose curves and rings are named.
        width: The width of a line in pixels; a longer text loses its middle.

    Returns:
        The entries of each line.
    """
    entries = [(curve.role, curve.label) for curve in plot.curves if curve.label]
    entries.sort(key=lambda entry: entry[0] != "base")
    if plot.ring_label:
        entries.append(("ring best" if plot.rings[0].role == "best" else "ring axis", plot.ring_label))
    lines: list[list[Entry]] = []
    at = 0.0
    for role, label in entries:
        text = _shortened(label, width - 30)
        if not lines or at + 24 + text_width(text) > width:
            lines.append([])
            at = 0.0
        lines[-1].append((role, text, at))
        at += 24 + text_width(text) + 16
    return lines


def draw_legend(lines: Sequence[Sequence[Entry]], left: float, top: float) -> Iterator[str]:
    """Draws the lines of a legend as SVG elements.

    Args:
        lines: The lines, as `legend` returns them.
        left: Where they begin, in pixels.
        top: The upper end of the first line, in pixels.

    Yields:
        The elements.
    """
    for index, line in enumerate(lines):
        y = top + index * ROW + 13
        for role, text, at in line:
            x = left + at
            if role.startswith("ring"):
                yield f'<circle class="{role}" cx="{x + 9:.1f}" cy="{y - 4:.1f}" r="5"/>'
            else:
                yield f'<path class="curve {role}" d="M{x + 1:.1f} {y - 4:.1f}h16"/>'
            yield f'<text x="{x + 23:.1f}" y="{y:.1f}">{xml_text(text)}</text>\n'


def _shortened(text: str, width: float) -> str:
    """Leaves out the middle of a text that is wider than there is room."""
    if text_width(text) <= width:
        return text
    sizes = list(accumulate(map(text_width, text)))
    keep = next((index for index, size in enumerate(sizes) if size > width * 0.45), len(text))
    end = next(index for index, size in enumerate(sizes) if sizes[-1] - size < width * 0.45)
    return f"{text[:keep]}…{text[end + 1 :]}"


def text_width(text: str) -> float:
    """Estimates the width of a text of 12 pixels, a little wider than common fonts without serifs."""
    return sum(4.3 if each in " .,:;|!'ijlftrI()[]-/" else 11.0 if each in "mwMW%@" else 7.4 for each in text)


def xml_text(text: str) -> str:
    """Escapes a text for XML; characters that XML 1.0 does not allow (section 2.2) are replaced by `\ufffd`."""
    return escape(_FORBIDDEN.sub("\ufffd", text))
