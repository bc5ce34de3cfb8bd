"""Reads what is printed once a run: sample counts and the summary of the model."""

from __future__ import annotations

import re

from reporter.reading.events import FitBegin, ModelSummary, ParameterCount, ParameterKind
from reporter.reading.formats.keras.shapes import Shape, place

# Every repetition is bounded: reading any line, also a malicious one, takes linear time.
_FIT = re.compile(r"Train (?:on (\d{1,18}) samples|(?:on|for) \d{1,18} steps)(?:, validate on (\d{1,18}) samples)?")
_PARAMETERS = re.compile(
    r"\b(Total|Trainable|Non-trainable|Optimizer) params:?[\s:*]{0,20}(\d[\d,]{0,30})", re.IGNORECASE
)
_KINDS: dict[str, ParameterKind] = {
    "total": "total",
    "trainable": "trainable",
    "non-trainable": "non_trainable",
    "optimizer": "optimizer",
}
_LAYER = re.compile(
    r"[^\s()│]{1,80} {0,4}\([A-Z][^\s()]{0,80}\)? {0,60}"
    r"(?:multiple|\[?\((?:None|[\d, ()\[\]]){1,100}?) {1,60}(\d{1,3}(?:,\d{3}){1,6}|\d{1,18})(?= (?!\d)|$)"
)
"""The row of a layer in the table of Keras 1 and 2, whose cells may be cut: `conv2d_1 (Conv2D)  (None, 26, 26) 160`."""
_CELLS = re.compile(r"│[^│└]{1,200}│[^│]{1,200}│ {0,40}(\d[\d,]{0,30})(?P<cut>…)? {0,40}│")
"""The row of a layer in the table of Keras 3; a layer of a nested model has a `└` before its name."""

_SUMMARY = re.compile(r'Model: "|\W{0,40}Layer \(type\)')


def find_fit(text: str) -> Shape | None:
    """Reads the line with which old Keras begins a fit: `Train on 60000 samples`; None for any other line."""
    match = _FIT.search(text)
    if not match:
        return None
    train, validation = place(match, 1), place(match, 2)
    return Shape(lambda number, text: FitBegin(number, _count(text[train]), _count(text[validation])))


def find_summary(text: str) -> Shape | None:
    """Reads the first line of `model.summary()`; None for any other line."""
    return Shape(lambda number, _: ModelSummary(number)) if _SUMMARY.match(text) else None


def find_parameters(text: str) -> Shape | None:
    """Reads a parameter count, such as `Total params: 14,864` or that of a layer; None if the text has none."""
    match = _PARAMETERS.search(text) if "arams" in text or "ARAMS" in text else None
    if not match:
        return _find_layer(text)
    kind, count = _KINDS[match[1].lower()], place(match, 2)
    return Shape(lambda number, text: ParameterCount(number, kind, int(text[count].replace(",", ""))))


def _find_layer(text: str) -> Shape | None:
    """Reads the parameter count of a layer in the table of `model.summary()`; None if the text has none."""
    match = _CELLS.match(text) if text.startswith("│") else _LAYER.match(text) if "(" in text[:100] else None
    if not match:
        return None
    count = place(match, 1)
    kind: ParameterKind = "cut_layer" if match.groupdict().get("cut") else "layer"
    return Shape(lambda number, text: ParameterCount(number, kind, int(text[count].replace(",", ""))))


def _count(digits: str) -> int | None:
    return int(digits) if digits else None
