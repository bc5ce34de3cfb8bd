"""Compares what a log says with what the training itself knew, within the precision that Keras prints."""

from __future__ import annotations

import math
from collections.abc import Iterator

from reporter.model import Record, Run, look_up

_ROUNDING = 0.5e-4
_FLOAT32 = 1e-6
"""Keras averages float32 values once more before it prints them; that may move the last digit."""


def disagreements(run: Run, record: Record) -> Iterator[str]:
    """Find where a log and the record of its training differ.

    Args:
        run: What was read from the log.
        record: What the training knew.

    Yields:
        A sentence for each difference.
    """
    total = run.parameters.total if run.parameters else None
    if total != record.parameters["total"]:
        yield f"{total} parameters read, {record.parameters['total']} counted"
    for metric, values in record.history.items():
        if len(values) != len(run.epochs):
            yield f"{len(run.epochs)} epochs read, {len(values)} values of {metric} in the history"
            continue
        for epoch, value in zip(run.epochs, values, strict=True):
            printed = look_up(epoch.logs, metric)
            if printed is None or not printed_alike(printed, value):
                yield f"epoch {epoch.epoch}: {metric} {printed} read, {value} in the history"
    if not run.evaluations:  # a list of several sorted metrics, which has no names to compare
        return
    score = run.evaluations[-1].logs
    for metric, value in record.score.items():
        if look_up(score, metric) != value:
            yield f"score: {metric} {look_up(score, metric)} read, {value} returned by evaluate()"


def printed_alike(printed: float, value: float) -> bool:
    """Say whether a printed number can stand for a value.

    Keras prints `%.4f`, and `%.4e` where the value is 0.001 or less (`keras/utils/progbar.py`).

    Args:
        printed: The number read from text.
        value: The value in full precision.

    Returns:
        Whether they differ by no more than rounding.
    """
    if math.isnan(value) or math.isinf(value):
        return str(printed) == str(value)
    small = 0 < abs(value) <= 1e-3
    unit = 10.0 ** math.floor(math.log10(abs(value))) if small else 1.0
    return abs(printed - value) <= _ROUNDING * unit + _FLOAT32 * abs(value)
