"""Finds signs that a training goes wrong: numbers that are none, a loss that rises, a metric that gets no better.

They are early signs, in the last epochs of a run that goes on. The rules in `hygiene` look at whole runs.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from reporter.facts.display import number
from reporter.model import Best, Run, look_up

_RISES = 3
"""Epochs in a row in which a loss must rise to count as diverging."""

_FACTOR = 1.5
"""How many times its lowest value a loss must reach to count as diverging."""

_PATIENCE = 10
"""Epochs without a new best after which a metric is on a plateau."""


class Symptom(NamedTuple):
    """Holds one sign.

    Attributes:
        kind: `nan`: a value of the last epoch is NaN or infinite. `divergence`: a loss rose three times in a row, to
            1.5 times its lowest value or more. `plateau`: there was no new best for ten epochs.
        text: What the log shows, in one phrase.
    """

    kind: Literal["nan", "divergence", "plateau"]
    text: str


def symptoms(run: Run, best: Best | None) -> list[Symptom]:
    """Finds the signs that the last epoch of a run shows.

    Args:
        run: The run, which may still go on.
        best: Its best value so far.

    Returns:
        The signs, the most serious first.
    """
    return [*_nan(run), *_divergence(run), *_plateau(run, best)]


def _nan(run: Run) -> Iterator[Symptom]:
    for epoch in run.epochs[-1:]:
        names = [name for name, value in epoch.logs.items() if not math.isfinite(value)]
        if names:
            yield Symptom(
                "nan", f"epoch {epoch.epoch}: {', '.join(names)} {'is' if len(names) == 1 else 'are'} no number"
            )


def _divergence(run: Run) -> Iterator[Symptom]:
    for name in ("loss", "val_loss"):
        values = [value for epoch in run.epochs if (value := look_up(epoch.logs, name)) is not None]
        if _diverges(values):
            lowest, last = min(values), values[-1]
            yield Symptom(
                "divergence", f"{name} rises for {_RISES} epochs, from {number(lowest)} at best to {number(last)}"
            )


def _diverges(values: Sequence[float]) -> bool:
    end = values[-_RISES - 1 :]
    rises = len(end) > _RISES and all(before < after for before, after in pairwise(end))
    return rises and 0 < min(values) * _FACTOR <= values[-1] < math.inf


def _plateau(run: Run, best: Best | None) -> Iterator[Symptom]:
    since = run.epochs[-1].epoch - best.epochs[0] if best and run.epochs else 0
    if best and since >= _PATIENCE:
        yield Symptom("plateau", f"no better {best.monitor} for {since} epochs, since epoch {best.epochs[0]}")
