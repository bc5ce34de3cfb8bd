"""Asks how the reported result was chosen: on which data, among how many, and by which metric."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reporter.facts.display import exact, number
from reporter.facts.hygiene.finding import Case, Evidence, Rule, in_each_run
from reporter.facts.hygiene.reader_warnings import warned
from reporter.facts.hygiene.series import has_trend, series
from reporter.facts.weights import weights_of
from reporter.model import alias, direction

_LEAST_EPOCHS = 10
"""Least number of epochs of which the best is one of many."""

_EXCESS = 2.0
"""Standard deviations that the best is above the last epochs."""

_SHOWN = 5


def score_is_validation(case: Case) -> Iterator[Evidence]:
    """Finds out whether the last score equals the validation metrics of an epoch in all digits."""
    for evaluation, weights in zip(case.run.evaluations[-1:], weights_of(case.run)[-1:], strict=True):
        if weights.proof == "values":
            (epoch,) = weights.epochs
            yield Evidence(evaluation.line, _same_score(evaluation.logs, epoch), {"epoch": epoch, **evaluation.logs})


def _same_score(score: Mapping[str, float], epoch: int) -> str:
    gives = ", ".join(f"{name} {exact(value)}" for name, value in list(score.items())[:_SHOWN])
    more = ", …" if len(score) > _SHOWN else ""
    return (
        f"the score ({gives}{more}) equals the validation metrics of epoch {epoch} in all digits, so it is measured on "
        "the validation data and is no independent test"
    )


def best_of_many(case: Case) -> Iterator[Evidence]:
    """Compares the best value of a validation metric with the mean and the standard deviation of the last epochs.

    The largest of n noisy values is above their mean even if nothing differs between the epochs: by 1.9 standard
    deviations on average for n = 20 (Blom, "Statistical estimates and transformed beta-variables", 1958). Last epochs
    that still rise or fall have no mean that stands for the run, so they are left out.
    """
    best = case.best
    if best is None or not best.monitor.startswith("val_"):
        return
    known = series(case.run, best.monitor)
    if len(known) < _LEAST_EPOCHS or has_trend(known.end):
        return
    deviations = (best.value - known.mean) / known.spread * (1 if best.mode == "max" else -1)
    if deviations > _EXCESS:
        yield Evidence(
            best.line,
            f"the best {best.monitor}, {number(best.value)} at epoch {best.epochs[0]}, is one of {len(known)}; the "
            f"last {len(known.end)} epochs have a mean of {number(known.mean)} and a standard deviation of "
            f"{number(known.spread)}",
            {
                "best": best.value,
                "epochs": len(known),
                "last": len(known.end),
                "mean": known.mean,
                "sd": known.spread,
                "deviations": deviations,
            },
        )


def tied_best(case: Case) -> Iterator[Evidence]:
    """Finds best values that several epochs print, unless a checkpoint tells that the first of them is the best."""
    best = case.best
    if best is None or len(best.epochs) < 2 or _first_is_best(case):
        return
    epochs = ", ".join(map(str, best.epochs[:_SHOWN]))
    more = f" and {len(best.epochs) - _SHOWN} more" if len(best.epochs) > _SHOWN else ""
    yield Evidence(
        best.line,
        f"the best {best.monitor}, {number(best.value)}, is printed at epochs {epochs}{more}; the digits do not tell "
        "which is best",
        {"best": best.value, "epochs": list(best.epochs)},
    )


def _first_is_best(case: Case) -> bool:
    """Tells whether the checkpoint messages of all tied epochs name one best value: none after the first is better."""
    assert case.best
    monitor = alias(case.best.monitor)
    values = {
        message.epoch: message.value
        for message in case.run.messages
        if message.kind == "checkpoint" and message.monitor and alias(message.monitor) == monitor
    }
    told = {values.get(epoch) for epoch in case.best.epochs}
    return len(told) == 1 and None not in told


def other_monitor(case: Case) -> Iterator[Evidence]:
    """Finds a checkpoint that monitors another metric and so keeps the weights of another epoch than the best one."""
    best = case.best
    if best is None:
        return
    monitors = {
        each.monitor: each for each in reversed(case.run.messages) if each.kind == "checkpoint" and each.monitor
    }
    for monitor, message in monitors.items():
        kept = case.run.best(monitor) if monitor and direction(monitor) else None
        if kept and alias(kept.monitor) != alias(best.monitor) and not set(kept.epochs) & set(best.epochs):
            yield Evidence(
                message.line,
                f"ModelCheckpoint keeps the best {kept.monitor} (epoch {kept.epochs[0]}), but the best {best.monitor} "
                f"is at epoch {best.epochs[0]}",
                {"kept": kept.epochs[0], "best": best.epochs[0], "monitor": kept.monitor, "reported": best.monitor},
            )


RULES = (
    Rule(
        "S101",
        "score-is-validation",
        "The score equals the validation metrics of an epoch in all digits.",
        in_each_run(score_is_validation),
    ),
    Rule(
        "S102",
        "best-of-many",
        "The best value is better than the mean of the last epochs by more than 2 standard deviations.",
        in_each_run(best_of_many),
    ),
    Rule("S103", "tied-best", "Several epochs print the best value.", in_each_run(tied_best)),
    Rule(
        "S104",
        "other-monitor",
        "A checkpoint monitors another metric than the one that is reported.",
        in_each_run(other_monitor),
    ),
    Rule(
        "S105",
        "monitor-not-available",
        "A callback watches a metric that does not exist.",
        warned("monitor-not-available"),
    ),
)
"""The rules about selection."""
