"""Leaves trials out: trainings with fewer samples or epochs than their experiment has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reporter.errors import NoRunError
from reporter.model import Log


def without_trials(logs: Sequence[Log]) -> list[Log]:
    """Removes the runs that are trials, and the logs that hold no other run.

    Args:
        logs: The logs.

    Returns:
        The other logs, in the same order.

    Raises:
        NoRunError: Every run is a trial.
    """
    kept = [log if not any(run.trial for run in log.runs) else _without_trials(log) for log in logs]
    found = [log for log in kept if log.runs]
    if logs and not found:
        raise NoRunError("every run is a trial; add --trials to include trials", logs[0].path)
    return found


def _without_trials(log: Log) -> Log:
    return replace(log, runs=tuple(run for run in log.runs if not run.trial))
