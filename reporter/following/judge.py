"""Judges a followed run: its best value so far, and its warnings. Each run is judged once, not in each frame."""

from __future__ import annotations

from typing import NamedTuple

from reporter.errors import UsageError
from reporter.facts.summary import remaining_warnings
from reporter.facts.symptoms import symptoms
from reporter.model import Best, Mode, Run

_MOST = 4096
"""Number of runs whose judgement is kept."""


class Judged(NamedTuple):
    """Holds what is known about a run.

    Attributes:
        best: The best value so far; None also if it is unknown whether a smaller or a larger value is better.
        warnings: Signs that the training goes wrong, then reasons to doubt the log.
    """

    best: Best | None
    warnings: tuple[str, ...]


_known: dict[tuple[int, str | None, Mode | None], tuple[Run, Judged]] = {}
"""By the identity of a run, which is kept with it, so that no other run gets this identity."""


def judge(run: Run, monitor: str | None, mode: Mode | None) -> Judged:
    """Judges a run.

    Args:
        run: The run as it is now; a run that grows is a new `Run` each time.
        monitor: The metric that decides which epoch is best; by default that of the run.
        mode: Whether a smaller or a larger value of it is better.
    """
    key = id(run), monitor, mode
    if key not in _known:
        if len(_known) >= _MOST:
            _known.clear()
        _known[key] = run, _judged(run, monitor, mode)
    return _known[key][1]


def _judged(run: Run, monitor: str | None, mode: Mode | None) -> Judged:
    try:
        best = run.best(monitor, mode)
    except UsageError:
        best = None
    signs = [each.text for each in symptoms(run, best)]
    return Judged(best, (*signs, *(each.text for each in remaining_warnings(run))))
