"""States the facts of one run: its best epoch and the ties, its last values, how it ended."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Literal

from reporter.errors import UsageError
from reporter.model import Epoch, Evaluation, Run, alias, look_up

Mode = Literal["min", "max"]
Which = Literal["best", "last", "score"]
"""Which value of a metric stands for a run: the best, that of the last epoch, or what `evaluate` returned last."""

_PREFERRED = ("val_acc", "val_loss", "acc", "loss")
_UP = ("acc", "accuracy", "auc", "precision", "recall", "f1", "f1_score", "iou", "miou", "dice", "map", "psnr", "ssim")
_DOWN = ("loss", "error", "mse", "mae", "rmse", "mape", "msle", "perplexity", "kl_divergence", "logcosh", "wer", "cer")


@dataclass(frozen=True, slots=True)
class Best:
    """Holds the best value of a metric, and every epoch it was printed at.

    Attributes:
        monitor: The metric, as the log spells it.
        mode: Whether less is better (`"min"`) or more (`"max"`).
        value: The best value.
        epochs: The epochs that have it, the earliest first; text is rounded, so that there may be several.
        line: The line of the first of them.
    """

    monitor: str
    mode: Mode
    value: float
    epochs: tuple[int, ...]
    line: int


def direction(metric: str) -> Mode | None:
    """Say whether more or less of a metric is better.

    Args:
        metric: Its name, with or without `val_`.

    Returns:
        `"max"`, `"min"`, or None where the name does not tell.
    """
    words = metric.removeprefix("val_").lower().replace("@", "_").replace("-", "_").split("_")
    tails = {"_".join(words[start:]) for start in range(len(words))} | set(words)
    if tails & set(_DOWN):
        return "min"
    return "max" if tails & set(_UP) else None


def known_direction(metric: str) -> Mode:
    """Say whether more or less of a metric is better, where that must be known.

    Raises:
        UsageError: The name does not tell.
    """
    if found := direction(metric):
        return found
    raise UsageError(f"whether more or less {metric!r} is better is unknown; say so with --mode min or --mode max")


def best(run: Run, monitor: str | None = None, mode: Mode | None = None) -> Best | None:
    """Find the best value of a metric, and all epochs that reached it.

    Args:
        run: The run to judge.
        monitor: The metric; by default the first of `val_acc`, `val_loss`, `acc`, `loss` that the run has.
        mode: Which way is better; by default the way that the metric's name tells.

    Returns:
        The best, or None if the run has no such metric, or no value of it that is a number.

    Raises:
        UsageError: Nobody said, and the name does not tell, which way is better.
    """
    name = monitored(run.metrics, monitor)
    if name is None:
        return None
    mode = mode or known_direction(name)
    valued = [(value, epoch) for epoch, value in _values(run, name) if not math.isnan(value)]
    if not valued:
        return None
    top = (max if mode == "max" else min)(value for value, _ in valued)
    reached = [epoch for value, epoch in valued if value == top]
    return Best(name, mode, top, tuple(epoch.epoch for epoch in reached), reached[0].line)


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


def monitored(metrics: Iterable[str], monitor: str | None = None) -> str | None:
    """Choose the metric that a run is judged by, as its log spells it.

    Args:
        metrics: The metrics at hand.
        monitor: The one wanted; by default the first of `val_acc`, `val_loss`, `acc`, `loss` that is there.

    Returns:
        Its name, or None if it is not there.
    """
    spelt = {alias(name): name for name in metrics}
    wanted = (monitor,) if monitor else _PREFERRED
    return next((spelt[alias(name)] for name in wanted if alias(name) in spelt), None)


def refuse_unknown(runs: Iterable[Run], monitor: str) -> None:
    """Stop where no run has the metric that all are to be judged by, as when it is misspelt.

    Raises:
        UsageError: There are metrics, and it is none of them.
    """
    metrics = dict.fromkeys(name for run in runs for name in run.metrics)
    if metrics and monitored(metrics, monitor) is None:
        raise UsageError(f"no run has {monitor!r} to be judged by; there is {', '.join(metrics)}")


def _values(run: Run, name: str) -> Iterator[tuple[Epoch, float]]:
    for epoch in run.epochs:
        value = look_up(epoch.logs, name)
        if value is not None:
            yield epoch, value


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
