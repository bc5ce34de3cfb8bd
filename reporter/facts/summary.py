"""States the facts of one run: its best epoch and the ties, its last values, how it ended."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Literal

from reporter.errors import UsageError
from reporter.model import Epoch, Evaluation, LogWarning, Mode, Run, look_up, monitored

_RIGHT_BARS = (3, 11)
"""The first release of Keras whose last bar of an epoch prints the metrics of the whole epoch."""

Which = Literal["best", "last", "score"]
"""Which value of a metric stands for a run: the best, that of the last epoch, or what `evaluate` returned last."""


def results(run: Run, which: Which) -> Sequence[Epoch | Evaluation]:
    """Give the results of a run that a value is looked for in."""
    if which == "score":
        return run.evaluations[-1:]
    return run.epochs[-1:] if which == "last" else run.epochs


def value(run: Run, which: Which, metric: str, mode: Mode) -> tuple[float, int] | None:
    """Find the value of a metric that stands for a run.

    Args:
        run: The run.
        which: Which of its values.
        metric: The metric, as any Keras spells it.
        mode: Which way the best is.

    Returns:
        The value and its line, the first of equal ones; a NaN only where there is no number; None if there is neither.
    """
    found = [
        (each, result.line) for result in results(run, which) if (each := look_up(result.logs, metric)) is not None
    ]
    numbers = [(each, line) for each, line in found if not math.isnan(each)] or found
    return (max if mode == "max" else min)(numbers, key=itemgetter(0), default=None)


def refuse_unknown(runs: Iterable[Run], monitor: str) -> None:
    """Stop where no run has the metric that all are to be judged by, as when it is misspelt.

    Raises:
        UsageError: There are metrics, and it is none of them.
    """
    metrics = dict.fromkeys(name for run in runs for name in run.metrics)
    if metrics and monitored(metrics, monitor) is None:
        raise UsageError(f"no run has {monitor!r} to be judged by; there is {', '.join(metrics)}")


def last(run: Run, metric: str) -> float | None:
    """Give the value of a metric at the last finished epoch."""
    return look_up(run.epochs[-1].logs, metric) if run.epochs else None


def finished(run: Run) -> bool:
    """Say whether a run came to its end, the announced one or an early stop."""
    return run.status in ("completed", "stopped")


def end(run: Run) -> str:
    """Say how a run ended: `interrupted after 3 of 20 epochs`."""
    return f"{run.status} after {counted(run)} epochs"


def counted(run: Run) -> str:
    """Count the finished epochs of a run, and those it announced if it did: `3 of 20`."""
    declared = f" of {run.epochs_declared}" if run.epochs_declared else ""
    return f"{len(run.epochs)}{declared}"


def remaining_warnings(run: Run) -> list[LogWarning]:
    """Leave out the warnings of a run that the record of its training rules out.

    The bars of Keras 3.0 to 3.10 print wrong metrics, and a log does not tell its release; a record does.
    """
    release = _release(run.record.versions.get("keras", "")) if run.record else ()
    return [each for each in run.warnings if not (each.code == "keras-3-bar" and release >= _RIGHT_BARS)]


def _release(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())


def seconds(run: Run) -> float | None:
    """Add up the time of all finished epochs; None where the log does not give it for each."""
    times = [epoch.seconds for epoch in run.epochs]
    known = [time for time in times if time is not None]
    return sum(known) if known and len(known) == len(times) else None


def excerpt(run: Run, epoch: int | None = None) -> str:
    """Give the log lines of one epoch, or of all, as a terminal shows them.

    Args:
        run: The run.
        epoch: The epoch whose lines are wanted; all finished ones by default.

    Returns:
        The header, the messages and the result of each epoch, in the order printed.
    """
    said: dict[int | None, list[tuple[int, str]]] = {}
    for message in run.messages:
        said.setdefault(message.epoch, []).append((message.line, message.text))
    lines: list[str] = []
    for each in run.epochs:
        if epoch in (None, each.epoch):
            if run.epochs_declared:
                lines.append(f"Epoch {each.epoch}/{run.epochs_declared}")
            lines += [text for _, text in sorted([(each.line, each.text), *said.get(each.epoch, [])])]
    return "\n".join(lines)
