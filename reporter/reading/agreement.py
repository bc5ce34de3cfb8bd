"""Compares a run with a record of a training, within the precision that Keras prints."""

from __future__ import annotations

import math
from collections.abc import Iterator

from reporter.model import LogWarning, Record, Run, look_up

_ROUNDING = 0.5e-4
_FLOAT32 = 1e-6
"""Keras averages float32 values once more before it prints them, which may change the last digit."""


def disagreements(run: Run, record: Record) -> Iterator[LogWarning]:
    """Compares a run with the record of a finished training.

    Args:
        run: The run, as read from its log.
        record: The record, with its history.

    Yields:
        A warning for each number that differs by more than rounding: parameters, then metrics, then the score.
    """
    total = run.parameters.total if run.parameters else None
    if total != record.parameters["total"]:
        line = run.parameters.line if run.parameters else run.line
        yield _warning(line, f"{total} parameters read, {record.parameters['total']} counted")
    for metric, values in record.history.items():
        yield from _in_history(run, metric, values)
    yield from _in_score(run, record)


def may_be_of(run: Run, record: Record) -> bool:
    """Checks that a run does not contradict the record of a training that has not finished.

    Args:
        run: The run, as read from its log.
        record: The record, which has no history yet.

    Returns:
        Whether the parameters, the training samples and the declared epochs are equal, where the log prints them.
    """
    pairs = (
        (run.parameters.total if run.parameters else None, record.parameters["total"]),
        (run.samples.train, record.samples),
        (run.epochs_declared, record.epochs),
    )
    return all(read is None or read == known for read, known in pairs)


def printed_alike(printed: float, value: float) -> bool:
    """Checks whether a printed number is a value, rounded as Keras rounds it.

    Keras prints `%.4f`, and `%.4e` if the value is 0.001 or less (`keras/src/utils/progbar.py`).

    Args:
        printed: The number read from text.
        value: The value in full precision.

    Returns:
        Whether they differ by no more than rounding; NaN is only like NaN, an infinity like itself.
    """
    if math.isnan(value) or math.isinf(value):
        return str(printed) == str(value)
    small = 0 < abs(value) <= 1e-3
    unit = 10.0 ** math.floor(math.log10(abs(value))) if small else 1.0
    return abs(printed - value) <= _ROUNDING * unit + _FLOAT32 * abs(value)


def _in_history(run: Run, metric: str, values: list[float]) -> Iterator[LogWarning]:
    if len(values) != len(run.epochs):
        text = f"{len(run.epochs)} epochs read, {len(values)} values of {metric} in the history"
        yield _warning(run.line, text)
        return
    for epoch, value in zip(run.epochs, values, strict=True):
        printed = look_up(epoch.logs, metric)
        if printed is None or not printed_alike(printed, value):
            yield _warning(epoch.line, f"epoch {epoch.epoch}: {metric} {printed} read, {value} in the history")


def _in_score(run: Run, record: Record) -> Iterator[LogWarning]:
    """Compares the last evaluation; a run without one printed a list whose values have no names."""
    for evaluation in run.evaluations[-1:]:
        for metric, value in record.score.items():
            printed = look_up(evaluation.logs, metric)
            if printed != value:
                text = f"score: {metric} {printed} read, {value} returned by evaluate()"
                yield _warning(evaluation.line, text)


def _warning(line: int, text: str) -> LogWarning:
    return LogWarning("record-differs", line, f"differs from the record beside it: {text}")
