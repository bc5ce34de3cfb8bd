"""Gives logs as data: JSON after the public contract, and their histories as one table, in CSV or Parquet."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeAlias

from reporter.errors import UsageError
from reporter.model import Best, Epoch, Log, Mode, Run, names

SCHEMA = 1

_KEY = ("source", "run", "epoch")
"""The columns that say what a row is of: no two epochs share all three."""

_Table: TypeAlias = tuple[list[str], list[tuple[Any, ...]]]
"""A header and rows."""


def to_json(logs: Iterable[Log], monitor: str | None = None, mode: Mode | None = None) -> str:
    """Give logs as one JSON object.

    Args:
        logs: The logs.
        monitor: The metric that `best` is of; by default the one that `summary.best` chooses.
        mode: Which way of it is better.

    Returns:
        The JSON text; NaN and the infinities are strings in it, which JSON has no numbers for.
    """
    sources = [
        {"path": log.path, "format": log.format, "runs": [_run(run, monitor, mode) for run in log.runs]} for log in logs
    ]
    return json.dumps({"schema": SCHEMA, "sources": sources}, ensure_ascii=False, allow_nan=False) + "\n"


def to_csv(logs: Iterable[Log], *, wide: bool = False) -> str:
    """Give the history of every run as one table in CSV.

    Numbers are written so that they read back exactly, names as the log has them, also where a spreadsheet would take
    one for a formula. `pandas.read_csv` reads such numbers exactly from pandas 3.1 on, before that with
    `float_precision="round_trip"`; a name like `1` or `NA` it takes for a number or for none, unless told otherwise by
    `dtype`, `keep_default_na` and `na_values`.

    Args:
        logs: The logs; one that is there twice is in the table once.
        wide: Whether a row is an epoch, with a column a metric, empty where it was not printed. By default a row is one
            value: source, run, epoch, metric, value.

    Returns:
        The CSV text, with a header.

    Raises:
        UsageError: A wide table would have two columns of one name.
    """
    import csv
    import io

    header, rows = _table(logs, wide=wide)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def to_parquet(logs: Iterable[Log], *, wide: bool = False) -> bytes:
    """Give the history of every run as one table in Parquet.

    Args:
        logs: The logs; one that is there twice is in the table once.
        wide: Whether a row is an epoch, with a column a metric, null where it was not printed. By default a row is one
            value: source, run, epoch, metric, value.

    Returns:
        The file; names are strings in it, epochs int64 and values float64. Equal logs give equal bytes.

    Raises:
        UsageError: A wide table would have two columns of one name.
    """
    import pyarrow
    from pyarrow import parquet

    header, rows = _table(logs, wide=wide)
    text, whole, real = pyarrow.string(), pyarrow.int64(), pyarrow.float64()
    types = [text, text, whole, *([real] * (len(header) - len(_KEY)) if wide else [text, real])]
    columns = [pyarrow.array([row[index] for row in rows], each) for index, each in enumerate(types)]
    sink = pyarrow.BufferOutputStream()
    parquet.write_table(pyarrow.table(columns, header), sink)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _table(logs: Iterable[Log], *, wide: bool) -> _Table:
    """Give the header and the rows of a table."""
    epochs = [
        (_printable(log.path), _printable(run.name), epoch)
        for log in {log.path: log for log in logs}.values()
        for run in log.runs
        for epoch in run.epochs
    ]
    return _wide(epochs) if wide else _tidy(epochs)


def _tidy(epochs: Sequence[tuple[str, str, Epoch]]) -> _Table:
    rows = [(source, run, epoch.epoch, *each) for source, run, epoch in epochs for each in epoch.logs.items()]
    return [*_KEY, "metric", "value"], rows


def _wide(epochs: Sequence[tuple[str, str, Epoch]]) -> _Table:
    metrics = names(epoch.logs for *_, epoch in epochs)
    for source, _, epoch in epochs:
        if name := next((name for name in _KEY if name in epoch.logs), None):
            message = f"a metric {name!r} would be a second column of that name; leave out --wide"
            raise UsageError(message, source, epoch.line)
    return [*_KEY, *metrics], [
        (source, run, epoch.epoch, *map(epoch.logs.get, metrics)) for source, run, epoch in epochs
    ]


def _printable(name: str) -> str:
    """Give the name of a file, with escapes for control characters and for bytes that are no Unicode."""
    return re.sub(r"[\0-\x1f\x7f-\x9f\ud800-\udfff]", lambda found: found[0].encode("unicode_escape").decode(), name)


def _run(run: Run, monitor: str | None, mode: Mode | None) -> dict[str, Any]:
    return {
        "name": run.name,
        "line": run.line,
        "note": run.note,
        "status": run.status,
        "generation": run.generation,
        "epochs_declared": run.epochs_declared,
        "samples": run.samples._asdict(),
        "parameters": run.parameters._asdict() if run.parameters else None,
        "epochs": [_epoch(epoch) for epoch in run.epochs],
        "partial": asdict(run.partial) | {"logs": _logs(run.partial.logs)} if run.partial else None,
        "best": json_best(run.best(monitor, mode)),
        "evaluations": json_evaluations(run),
        "messages": [message._asdict() | {"value": json_number(message.value)} for message in run.messages],
        "warnings": [warning._asdict() for warning in run.warnings],
    }


def _epoch(epoch: Epoch) -> dict[str, Any]:
    return {
        "epoch": epoch.epoch,
        "line": epoch.line,
        "seconds": epoch.seconds,
        "step_seconds": epoch.step_seconds,
        "steps": epoch.steps,
        "learning_rate": json_number(epoch.learning_rate),
        "logs": _logs(epoch.logs),
    }


def json_best(found: Best | None) -> dict[str, Any] | None:
    """Give the best of a run as JSON has it."""
    return asdict(found) | {"value": json_number(found.value)} if found else None


def json_evaluations(run: Run) -> list[dict[str, Any]]:
    """Give the evaluations of a run as JSON has them."""
    return [{"line": each.line, "logs": _logs(each.logs)} for each in run.evaluations]


def _logs(logs: Mapping[str, float]) -> dict[str, float | str | None]:
    """Give metrics as JSON has them."""
    return {name: json_number(value) for name, value in logs.items()}


def json_number(value: float | None) -> float | str | None:
    """Give a number, or the string that stands for it where JSON has none."""
    return value if value is None or math.isfinite(value) else str(value)
