"""Chooses the panels of the figure of a run, and the curves in each panel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from reporter.model import Best, Run, alias

Part = Literal["train", "validation", "rate"]


@dataclass(frozen=True, slots=True)
class Panel:
    """Holds the content of one panel of a figure.

    Attributes:
        title: Its title, such as `acc`.
        curves: The name of each curve, as the log spells the metric, and its data: `train`, `validation`, or `rate` for
            the learning rate.
        marked: Whether the best epoch is marked in this panel.
    """

    title: str
    curves: tuple[tuple[str, Part], ...]
    marked: bool = False


def panels(run: Run, best: Best | None) -> Iterator[Panel]:
    """Chooses the panels of a run.

    Args:
        run: The run.
        best: Its best value, if there is one.

    Yields:
        The panels of the metric of `best`, of the loss and of the learning rate: each once, and only if the log has it.
        If the log has none of them, the panel of its first metric.
    """
    spelt = {alias(name): name for name in reversed(run.metrics)}
    judged = best.monitor.removeprefix("val_") if best else "loss"
    wanted = [name for name in dict.fromkeys((judged, "loss")) if {alias(name), alias(f"val_{name}")} & spelt.keys()]
    rated = any(epoch.learning_rate is not None for epoch in run.epochs)
    for name in wanted or ([] if rated else run.metrics[:1]):
        yield _panel(name.removeprefix("val_"), spelt, best)
    if rated:
        yield Panel("learning rate", (("learning rate", "rate"),))


def _panel(title: str, spelt: dict[str, str], best: Best | None) -> Panel:
    named: tuple[tuple[str, Part], ...] = ((title, "train"), (f"val_{title}", "validation"))
    curves = tuple((spelt[alias(name)], part) for name, part in named if alias(name) in spelt)
    return Panel(title, curves, best is not None and alias(best.monitor.removeprefix("val_")) == alias(title))
