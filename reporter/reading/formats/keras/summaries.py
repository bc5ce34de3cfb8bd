"""Reads what is printed once a run: sample counts and the summary of the model."""

from __future__ import annotations

import re

from reporter.reading.events import Event, FitBegin, ModelSummary, ParameterCount, ParameterKind

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
_SUMMARY = re.compile(r'Model: "|\W{0,40}Layer \(type\)')


def find_fit(number: int, text: str) -> Event | None:
    """Reads the line with which old Keras begins a fit: `Train on 60000 samples`; None for any other line."""
    match = _FIT.search(text)
    return FitBegin(number, *(int(count) if count else None for count in match.groups())) if match else None


def find_summary(number: int, text: str) -> Event | None:
    """Reads the first line of `model.summary()`; None for any other line."""
    return ModelSummary(number) if _SUMMARY.match(text) else None


def find_parameters(number: int, text: str) -> Event | None:
    """Reads a parameter count, such as `Total params: 14,864`; None if the text has none."""
    match = _PARAMETERS.search(text)
    return ParameterCount(number, _KINDS[match[1].lower()], int(match[2].replace(",", ""))) if match else None
