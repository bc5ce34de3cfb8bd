"""Reads histories in JSON: `History.history` itself, inside a record, or as the `to_json` of a DataFrame."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from reporter.reading.events import EpochBegin, Event, Result
from reporter.reading.lines import Line
from reporter.reading.screen import visible

NAME = "history"
DATA_FILE = True

_OPENING = re.compile(r'\{\s{0,80}"[^"]{0,200}"\s{0,80}:')

SAMPLES = {
    "History.history": '{"loss": [0.1601], "acc": [0.9497], "val_loss": [0.056], "val_acc": [0.9805]}',
    "DataFrame.to_json": '{"loss": {"0": 0.1601}, "acc": {"0": 0.9497}, "val_acc": {"0": 0.9805}}',
    "a record with its history": '{"seed": 0, "history": {"loss": [0.1601], "acc": [0.9497], "val_acc": [0.9805]}}',
}
"""A history of one epoch; all have the same metrics."""


def sniff(head: Sequence[Line]) -> float:
    """Estimates how likely a source is a history in JSON.

    Args:
        head: Its first lines.

    Returns:
        A confidence: 0.9 if they begin a JSON object that is no notebook, else 0.
    """
    text = "".join(line.text for line in head).lstrip()
    return 0.9 if _OPENING.match(text) and '"cells"' not in text else 0.0


def reader() -> HistoryReader:
    """Creates a reader for one history."""
    return HistoryReader()


class HistoryReader:
    """Collects all lines, because JSON can only be parsed as a whole."""

    def __init__(self) -> None:
        self._lines: list[Line] = []

    def feed(self, lines: Sequence[Line]) -> Sequence[Event]:
        """Collects lines; their events follow when the log ends."""
        self._lines += lines
        return ()

    def close(self) -> Iterator[Event]:
        """Parses the JSON.

        Yields:
            The header and the result of each epoch, at the first line; nothing if the JSON is not a history.
        """
        try:
            history = _find_history(json.loads("\n".join(line.text for line in self._lines)))
        except (ValueError, RecursionError, OverflowError):
            return
        first = self._lines[0].number if self._lines else 1
        for index in range(max(map(len, history.values()), default=0)):
            values = ((name, curve[index]) for name, curve in history.items() if index < len(curve))
            yield EpochBegin(first, index + 1, None)
            yield Result(first, "", {name: value for name, value in values if value is not None})


def _find_history(value: Any) -> dict[str, list[float | None]]:
    """Finds the values of each metric, in a JSON object or in its `history`."""
    if not isinstance(value, dict):
        return {}
    curves = {_printable(name): curve for name, each in value.items() if (curve := _read_curve(each))}
    return curves if any("loss" in name for name in curves) else _find_history(value.get("history"))


def _printable(name: str) -> str:
    """Makes a name safe to print: names in JSON can hold control characters, and halves of surrogate pairs."""
    return visible(name).encode("utf-8", "backslashreplace").decode("utf-8")


def _read_curve(values: Any) -> list[float | None] | None:
    """Reads a list of numbers, also in the form of `DataFrame.to_json`, which maps positions to numbers."""
    if isinstance(values, dict) and all(key.isdecimal() for key in values):
        values = [values[key] for key in sorted(values, key=int)]
    if not isinstance(values, list) or not all(value is None or type(value) in (int, float) for value in values):
        return None
    return [None if value is None else float(value) for value in values]
