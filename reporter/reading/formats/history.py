"""Reads histories in JSON: `History.history` as it is, inside a record, or as a list of epochs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from reporter.reading.events import EpochBegin, Event, Line, Result
from reporter.reading.screen import visible

NAME = "history"
WHOLE = True

_OPENING = re.compile(r'\{\s{0,80}"[^"]{0,200}"\s{0,80}:')

SAMPLES = {
    "History.history": '{"loss": [0.1601], "acc": [0.9497], "val_loss": [0.056], "val_acc": [0.9805]}',
    "DataFrame.to_json": '{"loss": {"0": 0.1601}, "acc": {"0": 0.9497}, "val_acc": {"0": 0.9805}}',
    "a record with its history": '{"seed": 0, "history": {"loss": [0.1601], "acc": [0.9497], "val_acc": [0.9805]}}',
}
"""A history of one epoch; all say the same."""


def sniff(head: Sequence[Line]) -> float:
    """Say how surely the first lines begin a JSON object of lists or objects."""
    text = "".join(line.text for line in head).lstrip()
    return 0.9 if _OPENING.match(text) and '"cells"' not in text else 0.0


def events(lines: Iterable[Line]) -> Iterator[Event]:
    """Read a history.

    Args:
        lines: All lines of a source.

    Yields:
        An epoch and its result for each position of the lists; nothing where the JSON is something else.
    """
    kept = list(lines)
    try:
        history = _history(json.loads("\n".join(line.text for line in kept)))
    except (ValueError, RecursionError, OverflowError):
        return
    for index in range(max(map(len, history.values()), default=0)):
        curves = ((name, curve[index]) for name, curve in history.items() if index < len(curve))
        yield EpochBegin(kept[0].number, index + 1, None)
        yield Result(kept[0].number, "", {name: value for name, value in curves if value is not None})


def _history(value: Any) -> dict[str, list[float | None]]:
    """Find the mapping of metrics to curves, in an object or in its `history`."""
    if not isinstance(value, dict):
        return {}
    curves = {_shown(name): curve for name, each in value.items() if (curve := _curve(each))}
    return curves if any("loss" in name for name in curves) else _history(value.get("history"))


def _shown(name: str) -> str:
    """Give a name as a terminal shows it: JSON can hold control characters, and halves of characters."""
    return visible(name).encode("utf-8", "backslashreplace").decode("utf-8")


def _curve(values: Any) -> list[float | None] | None:
    """Read a list of numbers, or what `DataFrame.to_json` makes of one: an object of position to number."""
    if isinstance(values, dict) and all(key.isdecimal() for key in values):
        values = [values[key] for key in sorted(values, key=int)]
    if not isinstance(values, list) or not all(value is None or type(value) in (int, float) for value in values):
        return None
    return [None if value is None else float(value) for value in values]
