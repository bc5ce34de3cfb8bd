"""Exports logs as data: as JSON with a stable schema, and their histories as one table in CSV or Parquet."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeAlias

from reporter.errors import UsageError
from reporter.facts.weights import Weights, weights_of
from reporter.model import Best, Epoch, Log, Mode, Run, names

SCHEMA = 1
"""Version of the JSON: fields may be added to a version, but not renamed or removed."""

_KEY = ("source", "run", "epoch")
"""The columns that identify an epoch."""

_Table: TypeAlias = tuple[list[str], list[tuple[Any, ...]]]
"""The header and the rows of a table."""


def to_json(logs: Iterable[Log], monitor: str | None = None, mode: Mode | None = None) -> str:
    """Exports logs as one JSON object.

    Args:
        logs: The logs.
        monitor: The metric of the field `best`; by default the first of `val_acc`, `val_loss`, `acc`, `loss`.
        mode: Whether the largest or the smallest value is best; by default the name of the metric decides.

    Returns:
        The JSON. NaN and infinity are the strings `"nan"`, `"inf"` and `"-inf"`, because JSON has no such numbers.
    """
    sources = [
        {"path": log.path, "format": log.format, "runs": [_run(run, monitor, mode) for run in log.runs]} for log in logs
    ]
    return json.dumps({"schema": SCHEMA, "sources": sources}, ensure_ascii=False, allow_nan=False) + "\n"


def to_csv(logs: Iterable[Log], *, wide: bool = False, safe: bool = False) -> str:
    """Exports the histories of all runs as one CSV table.

    Numbers are written with all their digits, and names as they are in the log, even if a spreadsheet would read one as
    a formula. To read the table with pandas before version 3.1, use `pd.read_csv(..., float_precision="round_trip")`,
    else the last digit of a number can change. If a run or metric is called `1` or `NA`, also use `dtype`,
    `keep_default_na` and `na_values`, else pandas converts the name.

    Args:
        logs: The logs; a log that is given twice is exported once.
        wide: Whether to write one row per epoch and one column per metric, empty where the log has no value. By default
            a row is one value, with the columns source, run, epoch, metric, value.
        safe: Whether to write `'` before a name that a spreadsheet would read as a formula.

    Returns:
        The CSV text, with a header.

    Raises:
        UsageError: `wide` is set, and a metric is called source, run or epoch.
    """
    import csv
    import io

    header, rows = _table(logs, wide=wide)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(_no_formula, header) if safe else header)
    writer.writerows([tuple(map(_no_formula, row)) for row in rows] if safe else rows)
    return text.getvalue()


def _no_formula(cell: Any) -> Any:
    """Writes `'` before a name that a spreadsheet would read as a formula; numbers stay.

    The characters are those of https://owasp.org/www-community/attacks/CSV_Injection.
    """
    is_formula = isinstance(cell, str) and cell.lstrip(" ")[:1] in tuple("=+-@\t\r\n|%\uff1d\uff0b\uff0d\uff20")
    return f"'{cell}" if is_formula and cell else cell


def to_parquet(logs: Iterable[Log], *, wide: bool = False) -> bytes:
    """Exports the histories of all runs as one Parquet table.

    Args:
        logs: The logs; a log that is given twice is exported once.
        wide: Whether to write one row per epoch and one column per metric, null where the log has no value. By default
            a row is one value, with the columns source, run, epoch, metric, value.

    Returns:
        The content of the file: names are strings, epochs int64, values float64. Equal logs give equal bytes.

    Raises:
        UsageError: `wide` is set, and a metric is called source, run or epoch.
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
    """Returns the header and the rows of the table."""
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
            message = f"its metric {name!r} would be a second column of that name; leave out --wide"
            raise UsageError(message, source, epoch.line)
    return [*_KEY, *metrics], [
        (source, run, epoch.epoch, *map(epoch.logs.get, metrics)) for source, run, epoch in epochs
    ]


def _printable(name: str) -> str:
    """Replaces control characters and undecodable bytes in a name by escapes such as `\\x1b`."""
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
        "trial": run.trial,
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
    """Converts the best value of a run to an object of JSON, or None."""
    return asdict(found) | {"value": json_number(found.value)} if found else None


def json_evaluations(run: Run) -> list[dict[str, Any]]:
    """Converts the evaluations of a run, with the weights that they are of, to a list of objects of JSON."""
    pairs = zip(run.evaluations, weights_of(run), strict=True)
    return [{"line": each.line, "logs": _logs(each.logs), "weights": _weights(weights)} for each, weights in pairs]


def _weights(weights: Weights) -> dict[str, Any]:
    return {
        "kind": weights.kind,
        "epochs": weights.epochs,
        "text": weights.text,
        "proof": weights.proof,
        "evidence": [reason._asdict() for reason in weights.evidence],
    }


def _logs(logs: Mapping[str, float]) -> dict[str, float | str | None]:
    """Converts the values of metrics to values that JSON has."""
    return {name: json_number(value) for name, value in logs.items()}


def json_number(value: float | None) -> float | str | None:
    """Returns a finite number or None unchanged, and NaN and infinity as strings, because JSON has no such numbers."""
    return value if value is None or math.isfinite(value) else str(value)
