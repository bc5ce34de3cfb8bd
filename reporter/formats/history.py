"""Reads histories in JSON: `History.history` as it is, inside a record, or as a list of epochs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from reporter.events import EpochBegin, Event, Line, Result

NAME = "history"
WHOLE = True

SAMPLES = {
    "History.history": '{"loss": [0.1601], "acc": [0.9497], "val_loss": [0.056], "val_acc": [0.9805]}',
    "a record with its history": '{"seed": 0, "history": {"loss": [0.1601], "acc": [0.9497], "val_acc": [0.9805]}}',
}
"""A history of one epoch; all say the same."""


def sniff(head: Sequence[Line]) -> float:
    """Say how surely the first lines begin a JSON object that has a loss."""
    text = "".join(line.text for line in head).lstrip()
    return 0.9 if text.startswith("{") and 'loss"' in text and "[" in text and '"cells"' not in text else 0.0


def events(lines: Iterable[Line]) -> Iterator[Event]:
    """Read a history.

    Args:
        lines: All lines of a source.

    Yields:
        An epoch and its result for each position of the lists; nothing where the JSON is something else.
    """
    kept = list(lines)
    try:
        value = json.loads("\n".join(line.text for line in kept))
    except (ValueError, RecursionError):
        return
    history = _history(value)
    line = kept[0].number if kept else 1
    for index in range(max(map(len, history.values()), default=0)):
        logs = {
            name: float(values[index])
            for name, values in history.items()
            if index < len(values) and values[index] is not None
        }
        yield EpochBegin(line, index + 1, None)
        yield Result(line, "", logs)


def _history(value: Any) -> dict[str, list[Any]]:
    """Find the mapping of metrics to lists of numbers, in an object or in its `history`."""
    if not isinstance(value, dict):
        return {}
    metrics = {name: values for name, values in value.items() if _is_curve(values)}
    return metrics if any("loss" in name for name in metrics) else _history(value.get("history"))


def _is_curve(values: Any) -> bool:
    return (
        isinstance(values, list)
        and bool(values)
        and all(value is None or isinstance(value, int | float) for value in values)
    )
