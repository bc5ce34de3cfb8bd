"""Asks how the metrics develop: numbers that are none, divergence, overfitting, gaps and plateaus."""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import fmean

from reporter.facts.display import number
from reporter.facts.hygiene.finding import Case, Evidence, Rule, in_each_run
from reporter.facts.hygiene.series import Series, has_trend, series
from reporter.facts.noise import movement
from reporter.model import Epoch, Run, direction
from reporter.model.metrics import RATES

_LEAST_EPOCHS = 5
"""Least number of epochs of which a course can be told."""

_ENDING = 3
"""Number of last epochs whose mean is compared with an earlier value."""

_RISE = 1.2
"""A loss that ends at this many times an earlier one has risen."""

_GAP = 0.05
"""Least gap between training and validation, for a metric from 0 to 1."""

_STILL = 10
"""Least number of epochs without a better value that make a plateau."""

_MOVED = 0.01
"""Share of the loss within which all epochs are if a model learns nothing."""


def not_finite(case: Case) -> Iterator[Evidence]:
    """Finds metrics that are NaN or infinite."""
    epochs = case.run.epochs
    bad = [epoch for epoch in epochs if _wrong_metrics(epoch)]
    if bad:
        wrong = list(dict.fromkeys(name for epoch in bad for name in _wrong_metrics(epoch)))
        times = f"in {len(bad)} of {len(epochs)} epoch{'' if len(epochs) == 1 else 's'}"
        text = f"{', '.join(wrong)} {'is' if len(wrong) == 1 else 'are'} NaN or infinite from epoch {bad[0].epoch} on"
        yield Evidence(bad[0].line, f"{text}, {times}", {"first": bad[0].epoch, "epochs": len(bad)})
        return
    for message in case.run.messages:
        if message.kind == "invalid_loss":
            yield Evidence(message.line, f"the loss is NaN or infinite, and training ends: {message.text.strip()}")


def _wrong_metrics(epoch: Epoch) -> list[str]:
    if math.isfinite(sum(epoch.logs.values())):  # the usual case; a sum is not finite if a term is not
        return []
    return [name for name, value in epoch.logs.items() if name not in RATES and not math.isfinite(value)]


def diverges(case: Case) -> Iterator[Evidence]:
    """Finds a training loss whose mean over the last 3 epochs is 1.2 times that of the first epoch."""
    loss = series(case.run, "loss")
    if len(loss) < _LEAST_EPOCHS or loss.values[0] <= 0:
        return
    end = fmean(loss.values[-_ENDING:])
    if end > _RISE * loss.values[0]:
        lowest = min(loss.values)
        at = loss.epochs[loss.values.index(lowest)]
        since = "" if at == loss.epochs[0] else f"; it was {number(loss.values[0])} at epoch {loss.epochs[0]}"
        yield Evidence(
            case.run.epochs[-1].line,
            f"the training loss rises from {number(lowest)} (epoch {at}) to {number(end)} on average over the last "
            f"{_ENDING} epochs{since}",
            {"first": loss.values[0], "lowest": lowest, "epoch": at, "end": end},
        )


def overfits(case: Case) -> Iterator[Evidence]:
    """Finds a validation loss that rises after its best epoch while the training loss goes on falling.

    It rises if its mean over the last 3 epochs is 1.2 times the best and more than 3 standard deviations above it, as
    its movement between epochs shows them (`noise.movement`).
    """
    validation, training = series(case.run, "val_loss"), series(case.run, "loss")
    if len(validation) < _LEAST_EPOCHS or validation.epochs != training.epochs:
        return
    best = min(validation.values)
    at = validation.values.index(best)
    end, floor = fmean(validation.values[-_ENDING:]), movement(validation.values)
    rises = best > 0 and end > _RISE * best and floor is not None and end - best > 3 * floor.size
    if rises and at < len(validation) - _ENDING and training.values[-1] < training.values[at]:
        yield Evidence(
            next(epoch.line for epoch in case.run.epochs if epoch.epoch == validation.epochs[at]),
            f"val_loss rises from {number(best)} (epoch {validation.epochs[at]}) to {number(end)} on average over the "
            f"last {_ENDING} epochs, while loss falls from {number(training.values[at])} to "
            f"{number(training.values[-1])}",
            {"epoch": validation.epochs[at], "best": best, "end": end},
        )


def gap(case: Case) -> Iterator[Evidence]:
    """Finds the training accuracy, or another metric from 0 to 1, that is farthest above its validation metric.

    The mean of the differences in the last epochs is at least 0.05, and at least 2 of their standard deviations.
    """
    gaps = {metric: _differences(case.run, metric) for metric in case.run.metrics if direction(metric) == "max"}
    wide = [
        (each.mean, each.spread, metric, len(each.end))
        for metric, each in gaps.items()
        if len(each) >= _LEAST_EPOCHS and each.mean >= max(_GAP, 2 * each.spread)
    ]
    if wide:
        mean, spread, metric, last = max(wide)
        yield Evidence(
            case.run.epochs[-1].line,
            f"{metric} is {number(mean)} above val_{metric} on average over the last {last} epochs (standard deviation "
            f"{number(spread)}); {metric} is averaged during training, with dropout on if there is any, so the gap of "
            "the final weights may be larger",
            {"gap": mean, "sd": spread, "last": last},
        )


def _differences(run: Run, metric: str) -> Series:
    """Gives training minus validation of each epoch; nothing if a value is not from 0 to 1, or has no counterpart."""
    training, validation = series(run, metric), series(run, f"val_{metric}")
    if training.epochs != validation.epochs or not all(0 <= each <= 1 for each in training.values):
        return Series([], [])
    pairs = zip(training.values, validation.values, strict=True)
    return Series([one - other for one, other in pairs], training.epochs)


def plateau(case: Case) -> Iterator[Evidence]:
    """Finds a best epoch that is followed by half of the epochs, and at least 10, without a better value or a trend."""
    best, run = case.best, case.run
    if best is None or run.status == "stopped":
        return
    known = series(run, best.monitor)
    after = [value for value, epoch in zip(known.values, known.epochs, strict=True) if epoch > best.epochs[-1]]
    if len(after) >= max(_STILL, len(known) / 2) and not has_trend(after):
        yield Evidence(
            best.line,
            f"the best {best.monitor}, {number(best.value)}, is at epoch {best.epochs[-1]}; the {len(after)} epochs "
            f"after it bring nothing better (mean {number(fmean(after))})",
            {"best": best.value, "epoch": best.epochs[-1], "after": len(after), "mean": fmean(after)},
        )


def learns_nothing(case: Case) -> Iterator[Evidence]:
    """Finds a training loss that stays within 1 % of that of the first epoch."""
    loss = series(case.run, "loss")
    if len(loss) < _LEAST_EPOCHS or not (first := loss.values[0]):
        return
    moved = max(abs(value - first) for value in loss.values)
    if moved <= _MOVED * abs(first):
        yield Evidence(
            case.run.epochs[-1].line,
            f"the training loss stays between {number(min(loss.values))} and {number(max(loss.values))} in all "
            f"{len(loss)} epochs",
            {"first": first, "moved": moved, "epochs": len(loss)},
        )


RULES = (
    Rule("C101", "not-finite", "A metric is NaN or infinite.", in_each_run(not_finite)),
    Rule("C102", "diverges", "The training loss ends far above that of the first epoch.", in_each_run(diverges)),
    Rule(
        "C103",
        "overfits",
        "The validation loss rises after its best epoch, and the training loss falls on.",
        in_each_run(overfits),
    ),
    Rule("C104", "gap", "A training metric is at least 0.05 above its validation metric.", in_each_run(gap)),
    Rule("C105", "plateau", "Half of the epochs bring nothing better.", in_each_run(plateau)),
    Rule("C106", "learns-nothing", "The training loss does not move.", in_each_run(learns_nothing)),
)
"""The rules about the course of metrics."""
