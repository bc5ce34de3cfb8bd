"""Chooses what the figure of a run shows: its panels, and the curves of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from reporter.model import Best, Run, alias

Part = Literal["train", "validation", "rate"]


@dataclass(frozen=True, slots=True)
class Panel:
    """Holds what one panel of a figure shows.

    Attributes:
        title: What it is about.
        curves: The metric of each curve, as the log spells it, and what it was measured on; the rate has no metric.
        marked: Whether it has the curve that the best is of.
    """

    title: str
    curves: tuple[tuple[str, Part], ...]
    marked: bool = False


def panels(run: Run, best: Best | None) -> Iterator[Panel]:
    """Choose the panels of a run.

    Args:
        run: The run.
        best: Its best, where there is one.

    Yields:
        The judged metric, the loss, the learning rate, each once and only where the log has it; where it has none of
        them, its first metric.
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
