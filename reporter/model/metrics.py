"""Knows the names of metrics: their two spellings, which direction is better, which one a run is judged by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from reporter.errors import UsageError

Mode = Literal["min", "max"]
"""Whether a smaller (`"min"`) or a larger (`"max"`) value is better, as in Keras's callbacks."""

_PREFERRED = ("val_acc", "val_loss", "acc", "loss")
_UP = ("acc", "accuracy", "auc", "precision", "recall", "f1", "f1_score", "iou", "miou", "dice", "map", "psnr", "ssim")
_DOWN = ("loss", "error", "mse", "mae", "rmse", "mape", "msle", "perplexity", "kl_divergence", "logcosh", "wer", "cer")

RATES = frozenset({"lr", "learning_rate"})
"""Names under which Keras prints the learning rate among the metrics."""

_ALIASES = {"accuracy": "acc", "val_accuracy": "val_acc", "learning_rate": "lr"}
_OTHERS = _ALIASES | {short: long for long, short in _ALIASES.items()}


def names(logs: Iterable[Mapping[str, float]]) -> tuple[str, ...]:
    """Collects the metric names of several mappings.

    Args:
        logs: Mappings of metric name to value.

    Returns:
        Each name once, in the order of first appearance.
    """
    return tuple(dict.fromkeys(name for each in logs for name in each))


def alias(name: str) -> str:
    """Gives the spelling under which a metric is compared: `acc` for `accuracy`, `lr` for `learning_rate`."""
    return _ALIASES.get(name, name)


def look_up(logs: Mapping[str, float], name: str) -> float | None:
    """Looks up the value of a metric under either spelling.

    Args:
        logs: Metric name to value.
        name: The metric, spelled as any version of Keras does, for example `acc` or `accuracy`.

    Returns:
        The value, or None if the mapping has neither spelling.
    """
    value = logs.get(name)
    return logs.get(_OTHERS.get(name, name)) if value is None else value


def comparable(logs: Mapping[str, float]) -> tuple[tuple[str, float | None], ...]:
    """Turns metrics into a value that can be compared and hashed; NaN, which does not equal itself, becomes None."""
    return tuple((name, value if value == value else None) for name, value in logs.items())


def direction(metric: str) -> Mode | None:
    """Tells from the name of a metric which direction is better.

    Args:
        metric: The name, with or without `val_`.

    Returns:
        `"max"` for names like `acc` or `auc`, `"min"` for names like `loss` or `mae`, None for unknown names.
    """
    words = metric.removeprefix("val_").lower().replace("@", "_").replace("-", "_").split("_")
    tails = {"_".join(words[start:]) for start in range(len(words))} | set(words)
    if tails & set(_DOWN):
        return "min"
    return "max" if tails & set(_UP) else None


def known_direction(metric: str) -> Mode:
    """Tells which direction of a metric is better, or stops.

    Args:
        metric: The name, with or without `val_`.

    Returns:
        `"min"` or `"max"`.

    Raises:
        UsageError: The name is unknown.
    """
    if found := direction(metric):
        return found
    raise UsageError(f"unknown whether a larger or a smaller {metric!r} is better; add --mode min or --mode max")


def monitored(metrics: Iterable[str], monitor: str | None = None) -> str | None:
    """Chooses the metric that a run is judged by.

    Args:
        metrics: The metrics of the run.
        monitor: The metric asked for; by default the first of `val_acc`, `val_loss`, `acc`, `loss` that the run has.

    Returns:
        Its name as the log spells it, or None if the run does not have it.
    """
    spelled = {alias(name): name for name in metrics}
    wanted = (monitor,) if monitor else _PREFERRED
    return next((spelled[alias(name)] for name in wanted if alias(name) in spelled), None)
