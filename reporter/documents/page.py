"""Encodes the facts of a report as JSON, and the details of a run as compressed data for the HTML page."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from hashlib import sha256
from itertools import pairwise
from typing import Any

from reporter.documents.export import SCHEMA, json_best, json_evaluations, json_number
from reporter.documents.panels import panels
from reporter.documents.reproductions import reproduction_json
from reporter.facts.rows import ReportRow
from reporter.model import direction

_VALUE = re.compile(r"(?<=: )([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)", re.ASCII)
_VALUE_MARK = "\0"
"""Replaces a value in a packed line. It never occurs in a log line, because `reading.screen` removes it."""

_LONGEST = 2000
"""Maximum number of characters of a line on the page; a history in JSON can be one very long line."""


def report_json(groups: Iterable[Sequence[ReportRow]], title: str = "") -> str:
    """Encodes the facts of a report as JSON, with the same field names as the JSON of `reporter parse`.

    Args:
        groups: The runs of each experiment, the base first.
        title: The heading of the report.

    Returns:
        One JSON object.
    """
    experiments = [
        {
            "name": group[0].name,
            "note": group[0].run.note,
            "runs": list(map(_run_json, group)),
            "reproduction": reproduction_json(group[0].reproduction) if group[0].reproduction else None,
        }
        for group in groups
    ]
    return json.dumps(
        {"schema": SCHEMA, "title": title, "experiments": experiments}, ensure_ascii=False, allow_nan=False, indent=1
    )


def _run_json(row: ReportRow) -> dict[str, Any]:
    run, apart = row.run, row.difference
    return {
        "name": row.name,
        "path": row.path,
        "line": run.line,
        "status": run.status,
        "epochs_finished": len(run.epochs),
        "epochs_declared": run.epochs_declared,
        "seconds": row.seconds,
        "parameters": run.parameters._asdict() if run.parameters else None,
        "best": json_best(row.best),
        "base": json_best(row.base),
        "difference": None if apart is None else float(apart),
        "last": json_number(row.last),
        "evaluations": json_evaluations(run),
        "findings": [{"code": f.code, "name": f.name, "line": f.line, "text": f.text} for f in row.findings],
        "warnings": [warning._asdict() for warning in row.warnings],
        "record": {key: value for key, value in asdict(row.record).items() if key != "history"} if row.record else None,
    }


def packed_run(row: ReportRow) -> str:
    """Packs the details of a run that the page shows on demand: figure, epochs and log lines. `report.js` unpacks them.

    A log line is stored without the metric values in it, because they are stored once with the epochs, and line numbers
    are stored as differences. This halves the size of the page.

    Args:
        row: The run.

    Returns:
        JSON, compressed with zlib (RFC 1950), encoded in base64.
    """
    run = row.run
    lines, values = _lines(row)
    content = {
        "epochs": [epoch.epoch for epoch in run.epochs],
        "lines": _steps(epoch.line for epoch in run.epochs),
        "seconds": [epoch.seconds for epoch in run.epochs],
        "rates": [None if epoch.learning_rate is None else repr(epoch.learning_rate) for epoch in run.epochs],
        "metrics": run.metrics,
        "values": list(zip(*values, strict=True)),
        "panels": [(each.title, each.curves, each.marked, direction(each.title)) for each in panels(run, row.best)],
        "judged": row.best.monitor if row.best else None,
        "loss": _loss(row.run.metrics),
        "modes": {"judged": row.best.mode if row.best else None, "loss": "min"},
        "cells": row.cells,
        "best": (row.best.monitor, row.best.epochs) if row.best else ("", ()),
        "log": (_steps(row.lines), list(lines.values())),
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode("utf-8"))).decode("ascii")


def run_key(row: ReportRow) -> str:
    """Makes the short name by which the address of the page remembers a run, also if other runs are added later."""
    return sha256(f"{row.name}\n{row.path}\n{row.run.line}".encode("utf-8", "backslashreplace")).hexdigest()[:8]


def _loss(metrics: Sequence[str]) -> str | None:
    return next((name for name in ("val_loss", "loss") if name in metrics), None)


def _lines(row: ReportRow) -> tuple[dict[int, str], list[list[str | None]]]:
    """Splits the log lines of a run into lines without values, and the values of each epoch as they were printed."""
    lines = {number: _truncated(text) for number, text in row.lines.items()}
    metrics = row.run.metrics
    values: list[list[str | None]] = []
    for epoch in row.run.epochs:
        texts = _VALUE.split(lines.get(epoch.line, ""))
        if tuple(epoch.logs) == metrics and list(map(float, texts[1::2])) == list(epoch.logs.values()):
            lines[epoch.line] = _VALUE_MARK.join(texts[::2])
            values.append([*texts[1::2]])
        else:
            found = (epoch.logs.get(name) for name in metrics)
            values.append([None if value is None else repr(value) for value in found])
    return lines, values


def _truncated(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _steps(numbers: Iterable[int]) -> list[int]:
    """Returns the first number, then the difference of each number from the one before it."""
    return [after - before for before, after in pairwise((0, *numbers))]
