"""Reads histories in CSV, as `CSVLogger` and `DataFrame.to_csv` write them; several runs may follow each other.

A history holds numbers and names of metrics, which hold no newline; so each line is one row.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence

from reporter.reading.events import EpochBegin, Event, Result
from reporter.reading.lines import Line

NAME = "csv"
DATA_FILE = True

SAMPLES = {
    "CSVLogger": "epoch,acc,loss,val_acc,val_loss\n0,0.9497,0.1601,0.9805,0.056",
    "CSVLogger with another separator": "epoch;acc;loss;val_acc;val_loss\n0;0.9497;0.1601;0.9805;0.056",
    "write.csv of R": '"","epoch","loss","acc","val_loss","val_acc"\n"1",1,0.1601,0.9497,0.056,0.9805',
    "DataFrame.to_csv of a history": ",loss,acc,val_loss,val_acc\n0,0.1601,0.9497,0.056,0.9805",
}
"""A header and the row of one epoch; all have the same metrics."""

_SEPARATORS = ",;\t"
_NUMBER = re.compile(r"\s*[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|\.\d+(?:e[-+]?\d+)?|nan|inf)\s*", re.IGNORECASE)
_METRIC = re.compile(r"(?:val_)?(?:.*_)?(?:loss|acc|accuracy|mse|mae|auc)(?:_\d+)?")
_MISSING = ("", "na")
_ROWS = 40
"""Rows, with the header, from which a history is recognised."""


def sniff(head: Sequence[Line]) -> float:
    """Estimates how likely a source is a history in CSV.

    Args:
        head: Its first lines.

    Returns:
        A confidence: 0.95 if a header that names a metric is followed by a row of numbers for one epoch, else 0.
    """
    texts = [line.text for line in head if line.text]
    separator = _separator(texts[0]) if texts else None
    if separator is None:
        return 0.0
    names, *rows = (_cells(text, separator) for text in texts[:_ROWS])
    numeric = bool(rows) and len(rows[0]) == len(names) and all(map(_is_value, rows[0]))
    return 0.95 if numeric and any(map(_METRIC.fullmatch, names)) and not _has_rows_per_step(names, rows) else 0.0


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
        (_, header), *rows = ((line, _cells(line.text, separator)) for line in self._rows)
        column = _epoch_column(header)
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


def _cells(text: str, separator: str) -> list[str]:
    """Splits a row into its cells, which may be quoted; a quotation mark that is not closed ends with the row."""
    try:
        return [cell.strip() for cell in next(csv.reader([text], delimiter=separator, skipinitialspace=True), [])]
    except csv.Error:  # a cell is longer than the module allows: no row of a history
        return []


def _epoch_column(header: Sequence[str]) -> int | None:
    """Finds the column with the numbers of the epochs; a column without a name may only number the rows."""
    names = [name.lower() for name in header]
    return next((names.index(name) for name in ("epoch", "epochs", "") if name in names), None)


def _has_rows_per_step(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Tells whether an epoch has several rows, one for each step that was logged, as in `metrics.csv` of Lightning."""
    if not {"epoch", "step"} <= set(header):
        return False
    column = header.index("epoch")
    epochs = [cells[column] for cells in rows if column < len(cells)]
    return any(not epoch or epoch == before for before, epoch in zip(["", *epochs], epochs, strict=False))


def _is_value(cell: str) -> bool:
    return _NUMBER.fullmatch(cell) is not None or cell.lower() in _MISSING


def _logs(header: Sequence[str], cells: Sequence[str], column: int | None) -> dict[str, float]:
    """Reads the metrics of a row; a cell without a number is left out."""
    return {
        name: float(cell)
        for index, (name, cell) in enumerate(zip(header, cells, strict=False))
        if index != column and name and _NUMBER.fullmatch(cell)
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
