"""Reads histories in CSV: what `CSVLogger` writes, or `DataFrame.to_csv`; several runs may be appended to one file.

A history has numbers and the names of metrics, neither of which is ever quoted; so each line is a row by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from reporter.reading.events import EpochBegin, Event, Line, Result

NAME = "csv"
WHOLE = True

SAMPLES = {
    "CSVLogger": "epoch,acc,loss,val_acc,val_loss\n0,0.9497,0.1601,0.9805,0.056",
    "CSVLogger with another separator": "epoch;acc;loss;val_acc;val_loss\n0;0.9497;0.1601;0.9805;0.056",
    "DataFrame.to_csv of a history": ",loss,acc,val_loss,val_acc\n0,0.1601,0.9497,0.056,0.9805",
}
"""A header and a first epoch; all say the same."""

_SEPARATORS = ",;\t"
_NUMBER = re.compile(r"\s*[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|\.\d+(?:e[-+]?\d+)?|nan|inf)\s*", re.IGNORECASE)
_METRIC = re.compile(r"(?:val_)?(?:.*_)?(?:loss|acc|accuracy|mse|mae|auc)(?:_\d+)?")
_MISSING = ("", "na")


def sniff(head: Sequence[Line]) -> float:
    """Say how surely the first lines are a table of metrics: a header that names one, and a row of numbers."""
    rows = [line.text for line in head if line.text][:2]
    separator = _separator(rows[0]) if rows else None
    if separator is None:
        return 0.0
    names, *values = ([cell.strip() for cell in row.split(separator)] for row in rows)
    numeric = bool(values) and len(values[0]) == len(names) and all(map(_readable, values[0]))
    return 0.95 if numeric and any(map(_METRIC.fullmatch, names)) else 0.0


def events(lines: Iterable[Line]) -> Iterator[Event]:
    """Read a table.

    Args:
        lines: All lines of a source; the first one that is not empty is the header.

    Yields:
        For each row an epoch and its result. `CSVLogger` counts epochs from 0.
    """
    rows = [line for line in lines if line.text]
    separator = _separator(rows[0].text) or ","
    parsed = [(line, [cell.strip() for cell in line.text.split(separator)]) for line in rows]
    header = parsed[0][1]
    column = next((index for index, name in enumerate(header) if name.lower() in ("epoch", "epochs", "")), None)
    first = _first(parsed, column)
    count = 0
    for line, cells in parsed[1:]:
        if cells == header:  # appended with its header once more: another run
            count = 0
            continue
        logs = {
            name: float(cell)
            for index, (name, cell) in enumerate(zip(header, cells, strict=False))
            if index != column and _NUMBER.fullmatch(cell)
        }
        count += 1
        epoch = count if column is None else _epoch(cells, column, first)
        if logs and epoch is not None:
            yield EpochBegin(line.number, epoch, None)
            yield Result(line.number, line.text, logs)


def _separator(header: str) -> str | None:
    return next((each for each in _SEPARATORS if each in header), None)


def _readable(cell: str) -> bool:
    return _NUMBER.fullmatch(cell) is not None or cell.lower() in _MISSING


def _first(parsed: Sequence[tuple[Line, list[str]]], column: int | None) -> int:
    """Give the number that the first epoch has: 0, unless the table never has a 0 and begins with 1."""
    if column is None:
        return 1
    numbers = [cells[column] for _, cells in parsed[1:] if column < len(cells)]
    return 1 if numbers[:1] in (["1"], ["1.0"]) and not {"0", "0.0"} & set(numbers) else 0


def _epoch(cells: Sequence[str], column: int, first: int) -> int | None:
    """Give the epoch of a row, counted from 1; None where it is no whole number."""
    number = float(cells[column]) if column < len(cells) and _NUMBER.fullmatch(cells[column]) else float("nan")
    return int(number) + 1 - first if number == number // 1 and abs(number) < 1e9 else None
