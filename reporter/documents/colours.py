"""Lists the colours of figures, on light and on dark pages, and writes the style rules of figures."""

from __future__ import annotations

from collections.abc import Mapping

LIGHT = {
    "text": "#6a737d",
    "title": "#57606a",
    "grid": "#8b949e40",
    "axis": "#8b949e",
    "train": "#8b949e",
    "rate": "#8b949e",
    "validation": "#0969da",
    "best": "#bc4c00",
    "base": "#57606a",
    "run-1": "#0969da",
    "run-2": "#bc4c00",
    "run-3": "#1a7f37",
    "run-4": "#8250df",
    "run-5": "#bf3989",
    "run-6": "#9a6700",
    "other": "#8b949e80",
}
"""The colours on a light page; texts and curves can also be seen on a dark page that is not known to be dark."""

DARK = {
    "text": "#9198a1",
    "title": "#d1d7e0",
    "grid": "#8b949e40",
    "axis": "#6e7681",
    "train": "#8b949e",
    "rate": "#8b949e",
    "validation": "#58a6ff",
    "best": "#f0883e",
    "base": "#d1d7e0",
    "run-1": "#58a6ff",
    "run-2": "#f0883e",
    "run-3": "#3fb950",
    "run-4": "#bc8cff",
    "run-5": "#f778ba",
    "run-6": "#d29922",
    "other": "#8b949e80",
}
"""The colours on a dark page."""

_RULES = {
    "text": "font:12px system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif;stroke:none",
    ".title": "font-weight:600",
    ".curve,.axis,.ring": "fill:none;stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round",
    ".axis,.other": "stroke-width:1",
    ".faint": "stroke-width:1;opacity:.55",
    ".band": "stroke:none;opacity:.2",
    ".point": "stroke:none",
}
"""The rules of all figures, without the colours."""


def style_rules(*schemes: tuple[str, Mapping[str, str]]) -> str:
    """Writes the CSS rules of figures; they apply to elements of the class `drawing` only.

    Args:
        schemes: For each colour scheme the media query under which it applies, empty for always, and its colours: by
            role, and for `text`, `title`, `grid` and `axis`.

    Returns:
        The rules.
    """
    rules = "".join(f"{_scoped(selector)}{{{rule}}}" for selector, rule in _RULES.items())
    for query, colours in schemes:
        coloured = "".join(f"{_scoped(_selector(name))}{{{_rule(name, colour)}}}" for name, colour in colours.items())
        rules += f"@media{query}{{{coloured}}}" if query else coloured
    return rules


def _scoped(selectors: str) -> str:
    return ",".join(f".drawing {each}" for each in selectors.split(","))


def _selector(name: str) -> str:
    return name if name == "text" else f".{name}"


def _rule(name: str, colour: str) -> str:
    if name in ("text", "title"):
        return f"fill:{colour}"
    return f"stroke:{colour};color:{colour}"
