"""Reads histories in CSV, as `CSVLogger` and `DataFrame.to_csv` write them; several runs may follow each other.

A history holds numbers and names of metrics, which are never quoted; so each line is one row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reporter.reading.events import EpochBegin, Event, Result
from reporter.reading.lines import Line

NAME = "csv"
DATA_FILE = True

SAMPLES = {
    "CSVLogger": "epoch,acc,loss,val_acc,val_loss\n0,0.9497,0.1601,0.9805,0.056",
    "CSVLogger with another separator": "epoch;acc;loss;val_acc;val_loss\n0;0.9497;0.1601;0.9805;0.056",
    "DataFrame.to_csv of a history": ",loss,acc,val_loss,val_acc\n0,0.1601,0.9497,0.056,0.9805",
}
"""A header and the row of one epoch; all have the same metrics."""

_SEPARATORS = ",;\t"
_NUMBER = re.compile(r"\s*[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|\.\d+(?:e[-+]?\d+)?|nan|inf)\s*", re.IGNORECASE)
_METRIC = re.compile(r"(?:val_)?(?:.*_)?(?:loss|acc|accuracy|mse|mae|auc)(?:_\d+)?")
_MISSING = ("", "na")


def sniff(head: Sequence[Line]) -> float:
    """Estimates how likely a source is a history in CSV.

    Args:
        head: Its first lines.

    Returns:
        A confidence: 0.95 if a header that names a metric is followed by a row of numbers, else 0.
    """
    rows = [line.text for line in head if line.text][:2]
    separator = _separator(rows[0]) if rows else None
    if separator is None:
        return 0.0
    names, *values = ([cell.strip() for cell in row.split(separator)] for row in rows)
    numeric = bool(values) and len(values[0]) == len(names) and all(map(_is_value, values[0]))
    return 0.95 if numeric and any(map(_METRIC.fullmatch, names)) else 0.0


def reader() -> TableReader:
    """Creates a reader for one table."""
    return TableReader()


class TableReader:
    """Collects all rows, because the later ones show whether epochs are counted from 0 or from 1."""

    def __init__(self) -> None:
        self._rows: list[Line] = []

    def feed(self, lines: Sequence[Line]) -> Sequence[Event]:
        """Collects rows; their events follow when the log ends."""
        self._rows += [line for line in lines if line.text]
        return ()

    def close(self) -> Iterator[Event]:
        """Reads the rows.

        Yields:
            The header and the result of each epoch.
        """
        if not self._rows:
            return
        separator = _separator(self._rows[0].text) or ","
        (_, header), *rows = ((line, [cell.strip() for cell in line.text.split(separator)]) for line in self._rows)
        column = next((index for index, name in enumerate(header) if name.lower() in ("epoch", "epochs", "")), None)
        first = _first_epoch([cells for _, cells in rows], column)
        count = 0
        for line, cells in rows:
            if cells == header:  # `CSVLogger(append=True)` writes the header again: another run begins
                count = 0
                continue
            count += 1
            epoch = count if column is None else _epoch(cells, column, first)
            logs = _logs(header, cells, column)
            if logs and epoch is not None:
                yield EpochBegin(line.number, epoch, None)
                yield Result(line.number, line.text, logs)


def _separator(header: str) -> str | None:
    return next((each for each in _SEPARATORS if each in header), None)


def _is_value(cell: str) -> bool:
    return _NUMBER.fullmatch(cell) is not None or cell.lower() in _MISSING


def _logs(header: Sequence[str], cells: Sequence[str], column: int | None) -> dict[str, float]:
    """Reads the metrics of a row; a cell without a number is left out."""
    return {
        name: float(cell)
        for index, (name, cell) in enumerate(zip(header, cells, strict=False))
        if index != column and _NUMBER.fullmatch(cell)
    }


def _first_epoch(rows: Sequence[Sequence[str]], column: int | None) -> int:
    """Finds the number of the first epoch: 0, as `CSVLogger` counts, unless it is 1 and no row has a 0."""
    if column is None:
        return 1
    numbers = [cells[column] for cells in rows if column < len(cells)]
    return 1 if numbers[:1] in (["1"], ["1.0"]) and not {"0", "0.0"} & set(numbers) else 0


def _epoch(cells: Sequence[str], column: int, first: int) -> int | None:
    """Reads the number of an epoch, and counts it from 1; None if it is not a whole number."""
    number = float(cells[column]) if column < len(cells) and _NUMBER.fullmatch(cells[column]) else float("nan")
    return int(number) + 1 - first if number == number // 1 and abs(number) < 1e9 else None
