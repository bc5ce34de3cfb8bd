"""Gives logs as data: JSON after the public contract, and tidy CSV."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from reporter.model import Epoch, Log, Run
from reporter.summary import Mode, best

SCHEMA = 1
COLUMNS = ("source", "run", "epoch", "metric", "value")


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


def to_csv(logs: Iterable[Log]) -> str:
    """Give every value of every epoch as CSV, one value a row.

    Args:
        logs: The logs.

    Returns:
        The CSV text, with a header of `COLUMNS`.
    """
    import csv
    import io

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for log in logs:
        for run in log.runs:
            for epoch in run.epochs:
                writer.writerows((log.path, run.name, epoch.epoch, name, value) for name, value in epoch.logs.items())
    return text.getvalue()


def _run(run: Run, monitor: str | None, mode: Mode | None) -> dict[str, Any]:
    return {
        "name": run.name,
        "line": run.line,
        "note": run.note,
        "status": run.status,
        "generation": run.generation,
        "epochs_declared": run.epochs_declared,
        "samples": asdict(run.samples),
        "parameters": asdict(run.parameters) if run.parameters else None,
        "epochs": [_epoch(epoch) for epoch in run.epochs],
        "partial": asdict(run.partial) | {"logs": json_logs(run.partial.logs)} if run.partial else None,
        "best": _best(run, monitor, mode),
        "evaluations": [{"line": each.line, "logs": json_logs(each.logs)} for each in run.evaluations],
        "messages": [asdict(message) for message in run.messages],
        "warnings": [asdict(warning) for warning in run.warnings],
    }


def _epoch(epoch: Epoch) -> dict[str, Any]:
    return {
        "epoch": epoch.epoch,
        "line": epoch.line,
        "seconds": epoch.seconds,
        "step_seconds": epoch.step_seconds,
        "steps": epoch.steps,
        "learning_rate": json_number(epoch.learning_rate),
        "logs": json_logs(epoch.logs),
    }


def _best(run: Run, monitor: str | None, mode: Mode | None) -> dict[str, Any] | None:
    found = best(run, monitor, mode)
    return asdict(found) | {"value": json_number(found.value)} if found else None


def json_logs(logs: Mapping[str, float]) -> dict[str, float | str | None]:
    """Give metrics as JSON has them."""
    return {name: json_number(value) for name, value in logs.items()}


def json_number(value: float | None) -> float | str | None:
    """Give a number, or the string that stands for it where JSON has none."""
    return value if value is None or math.isfinite(value) else str(value)
