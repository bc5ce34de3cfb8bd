"""Computes facts of one run: a value of a metric, how the run ended, its duration, its log lines."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Literal

from reporter.errors import UsageError
from reporter.model import Epoch, Evaluation, LogWarning, Mode, Run, look_up, monitored

_RIGHT_SINCE = {"keras-3-bar": (3, 11), "keras-3-partial": (3, 15)}
"""The first release of Keras whose last bar of an epoch, and whose other bars, print the right metrics."""

Which = Literal["best", "last", "score"]
"""Which value of a metric represents a run: its best, that of its last epoch, or that of its last `evaluate()`."""


def results(run: Run, which: Which) -> Sequence[Epoch | Evaluation]:
    """Selects where a value is looked for: in all epochs, in the last epoch, or in the last evaluation."""
    if which == "score":
        return run.evaluations[-1:]
    return run.epochs[-1:] if which == "last" else run.epochs


def metric_value(run: Run, which: Which, metric: str, mode: Mode) -> tuple[float, int] | None:
    """Finds the value of a metric that represents a run.

    Args:
        run: The run.
        which: Which value: `"best"`, `"last"` or `"score"`.
        metric: The metric, spelled as any version of Keras does.
        mode: `"min"` or `"max"`: whether the smallest or the largest value is the best.

    Returns:
        The value and its line, counted from 1; of equal values the first. NaN is returned only if no value is a number,
        and None if the run has no value.
    """
    found = [
        (each, result.line) for result in results(run, which) if (each := look_up(result.logs, metric)) is not None
    ]
    numbers = [(each, line) for each, line in found if not math.isnan(each)] or found
    return (max if mode == "max" else min)(numbers, key=itemgetter(0), default=None)


def refuse_unknown(runs: Iterable[Run], monitor: str) -> None:
    """Refuses a monitor that no run has, for example a misspelled one.

    Args:
        runs: All runs; if none of them has a metric, any monitor is accepted.
        monitor: The metric that the runs are to be judged by.

    Raises:
        UsageError: No run has the metric.
    """
    metrics = dict.fromkeys(name for run in runs for name in run.metrics)
    if metrics and monitored(metrics, monitor) is None:
        raise UsageError(f"no run has the metric {monitor!r}; choose one of {', '.join(metrics)}")


def last(run: Run, metric: str) -> float | None:
    """Looks up a metric at the last finished epoch."""
    return look_up(run.epochs[-1].logs, metric) if run.epochs else None


def finished(run: Run) -> bool:
    """Checks whether a run finished all its epochs or was stopped by early stopping."""
    return run.status in ("completed", "stopped")


def describe_end(run: Run) -> str:
    """Describes how a run ended: `interrupted after 3 of 20 epochs`."""
    return f"{run.status} after {epochs_with_unit(run)}"


def epochs_with_unit(run: Run) -> str:
    """Writes the number of finished epochs with its unit: `3 of 20 epochs`, `1 epoch`."""
    counted = run.epochs_declared or len(run.epochs)
    return f"{epochs_text(run)} epoch{'' if counted == 1 else 's'}"


def epochs_text(run: Run) -> str:
    """Writes the number of finished epochs, and of declared epochs if known: `3 of 20`."""
    declared = f" of {run.epochs_declared}" if run.epochs_declared else ""
    return f"{len(run.epochs)}{declared}"


def remaining_warnings(run: Run) -> list[LogWarning]:
    """Selects the warnings of a run that the record of its training does not rule out.

    The bars of some releases of Keras 3 print wrong metrics, and a log does not tell its release; a record does.
    """
    release = _release(run.record.versions.get("keras", "")) if run.record else ()
    return [each for each in run.warnings if each.code not in _RIGHT_SINCE or release < _RIGHT_SINCE[each.code]]


def _release(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())


def seconds(run: Run) -> float | None:
    """Adds up the seconds of all finished epochs; None if the log does not give them for each epoch."""
    times = [epoch.seconds for epoch in run.epochs]
    known = [time for time in times if time is not None]
    return sum(known) if known and len(known) == len(times) else None


def excerpt(run: Run, epoch: int | None = None) -> str:
    """Quotes the log lines of one epoch or of all epochs, as a terminal shows them.

    Args:
        run: The run.
        epoch: Number of the epoch, counted from 1; by default all finished epochs.

    Returns:
        The header, the messages and the result line of each epoch, in the order printed. With `epoch`, the line that
        says where a training was resumed is left out.
    """
    messages: dict[int | None, list[tuple[int, str]]] = {}
    for message in run.messages:
        if epoch and message.kind == "resumed":
            continue
        messages.setdefault(message.epoch, []).append((message.line, message.text))
    lines: list[str] = []
    for each in run.epochs:
        if epoch in (None, each.epoch):
            if run.epochs_declared:
                lines.append(f"Epoch {each.epoch}/{run.epochs_declared}")
            lines += [text for _, text in sorted([(each.line, each.text), *messages.get(each.epoch, [])])]
    return "\n".join(lines)
