"""Gives the facts of a report as data: as JSON, and packed as the page in HTML unpacks them."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Any

from reporter.documents.export import SCHEMA, json_best, json_evaluations, json_number
from reporter.documents.panels import panels
from reporter.facts.rows import ReportRow

_VALUE = re.compile(r"(?<=: )([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)", re.ASCII)
_CUT = "\0"
"""Stands in a packed line for a value; no line of a log has one, see `console`."""

_LONGEST = 2000
"""Characters of a line that a page shows; a history in JSON may be one line."""


def data(groups: Iterable[Sequence[ReportRow]], title: str = "") -> str:
    """Give the facts of a report as JSON, in the words of the JSON of `reporter parse`.

    Args:
        groups: The runs of each experiment, the base first.
        title: The heading of the report.

    Returns:
        One JSON object.
    """
    experiments = [
        {"name": group[0].name, "note": group[0].run.note, "runs": list(map(_side, group))} for group in groups
    ]
    return json.dumps(
        {"schema": SCHEMA, "title": title, "experiments": experiments}, ensure_ascii=False, allow_nan=False, indent=1
    )


def _side(side: ReportRow) -> dict[str, Any]:
    run, apart = side.run, side.difference
    return {
        "name": side.name,
        "path": side.path,
        "line": run.line,
        "status": run.status,
        "epochs_finished": len(run.epochs),
        "epochs_declared": run.epochs_declared,
        "seconds": side.seconds,
        "parameters": run.parameters._asdict() if run.parameters else None,
        "best": json_best(side.best),
        "base": json_best(side.base),
        "difference": None if apart is None else float(apart),
        "last": json_number(side.last),
        "evaluations": json_evaluations(run),
        "warnings": [warning._asdict() for warning in side.warnings],
        "record": {key: value for key, value in asdict(side.record).items() if key != "history"}
        if side.record
        else None,
    }


def packed(side: ReportRow) -> str:
    """Pack what the page shows of a run on demand: its figure, its epochs and its log lines; `report.js` unpacks it.

    A value that stands in a line is left out there, because it is among the values; of line numbers only the steps are
    kept. Both halve the page.

    Args:
        side: The run.

    Returns:
        JSON, compressed by zlib (RFC 1950), in base64.
    """
    run = side.run
    lines, values = _lines(side)
    content = {
        "epochs": [epoch.epoch for epoch in run.epochs],
        "lines": _steps(epoch.line for epoch in run.epochs),
        "seconds": [epoch.seconds for epoch in run.epochs],
        "rates": [None if epoch.learning_rate is None else repr(epoch.learning_rate) for epoch in run.epochs],
        "metrics": run.metrics,
        "values": list(zip(*values, strict=True)),
        "panels": [(panel.title, panel.curves, panel.marked) for panel in panels(run, side.best)],
        "best": (side.best.monitor, side.best.epochs) if side.best else ("", ()),
        "log": (_steps(side.lines), list(lines.values())),
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode("utf-8"))).decode("ascii")


def _lines(side: ReportRow) -> tuple[dict[int, str], list[list[str | None]]]:
    """Give the lines of a run without its values, and the values of each epoch as they are printed."""
    lines = {number: _cut(text) for number, text in side.lines.items()}
    metrics = side.run.metrics
    values: list[list[str | None]] = []
    for epoch in side.run.epochs:
        texts = _VALUE.split(lines.get(epoch.line, ""))
        if tuple(epoch.logs) == metrics and list(map(float, texts[1::2])) == list(epoch.logs.values()):
            lines[epoch.line] = _CUT.join(texts[::2])
            values.append([*texts[1::2]])
        else:
            found = (epoch.logs.get(name) for name in metrics)
            values.append([None if value is None else repr(value) for value in found])
    return lines, values


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _steps(numbers: Iterable[int]) -> list[int]:
    """Give the first number, and how far each other is from the one before."""
    return [after - before for before, after in pairwise((0, *numbers))]
