"""Estimates how long a training will take until its last epoch."""

from __future__ import annotations

from statistics import median

from reporter.model import Run

_RECENT = 5
"""Number of last epochs from which the duration of an epoch is estimated."""


def epoch_seconds(run: Run) -> float | None:
    """Estimates the duration of an epoch: the median of the last five; None if the log gives no durations."""
    known = [epoch.seconds for epoch in run.epochs[-_RECENT:] if epoch.seconds is not None]
    return median(known) if known else None


def seconds_left(run: Run, done: float, per_epoch: float | None = None) -> float | None:
    """Estimates the time until the last declared epoch ends.

    Args:
        run: The run.
        done: Number of epochs that are done, with the part of the one that runs.
        per_epoch: Duration of an epoch in seconds, for a log that does not give it.

    Returns:
        The seconds; None if the number of epochs or their duration is unknown.
    """
    seconds = epoch_seconds(run) or per_epoch
    if run.epochs_declared is None or seconds is None:
        return None
    return max(0.0, run.epochs_declared - done) * seconds
