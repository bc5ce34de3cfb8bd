"""Collects what a run says about quantities that are no single metric: printed lists, parameters, epochs, time."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from reporter.claims.claim import Claim
from reporter.claims.evidence import Evidence, Known, decimal, find_epoch
from reporter.claims.numbers import exact
from reporter.claims.prose import Spot
from reporter.facts.summary import seconds


def list_evidence(known: Known, own: Spot | None) -> Iterator[tuple[tuple[Decimal, ...], Evidence]]:
    """Collects the lists `[loss, accuracy]` that `evaluate` may have returned, the likeliest first."""
    for log, evaluation in known.evaluations:
        if not (log is known.log and own is not None and known.spot(evaluation.line) == own):
            values = tuple(decimal(value, known) for value in evaluation.logs.values())
            yield values, Evidence(values[-1], "score", evaluation.line, log.path, (), "score")
    run = known.run
    if not run.epochs:
        return
    names = [name for name in run.metrics if name.startswith("val_")] or list(run.metrics)
    names.sort(key=lambda name: not name.endswith("loss"))
    best = (
        run.best()
        if any(name in ("val_acc", "val_accuracy", "val_loss", "acc", "accuracy", "loss") for name in run.metrics)
        else None
    )
    order = [run.epochs[-1], *([find_epoch(run, best.epochs[0])] if best else []), *run.epochs]
    for epoch in order:
        if epoch and all(name in epoch.logs for name in names):
            values = tuple(decimal(epoch.logs[name], known) for name in names)
            what = "last epoch" if epoch is run.epochs[-1] else f"epoch {epoch.epoch}"
            yield (
                values,
                Evidence(
                    values[-1],
                    what,
                    epoch.line,
                    known.log.path,
                    (epoch.epoch,),
                    "last" if epoch is run.epochs[-1] else "epoch",
                ),
            )


def parameter_evidence(claim: Claim, known: Known, own: Spot | None) -> list[Evidence]:
    """Collects the parameter counts that a claim may mean."""
    if known.parameters is None:
        return []
    log, counts = known.parameters
    if log is known.log and own is not None and known.spot(counts.line) == own and counts.trainable is None:
        return []
    wanted = {"total": ("total", "trainable")}.get(claim.words, (claim.words,))
    values = [(name, getattr(counts, name)) for name in wanted]
    return [
        Evidence(Decimal(value), f"{name.replace('_', '-')} parameters", counts.line, log.path)
        for name, value in values
        if value is not None
    ]


def epoch_evidence(known: Known) -> list[Evidence]:
    """Collects the numbers of epochs that a claim may mean: those that finished, and those that were planned."""
    run = known.run
    if not run.epochs:
        return []
    last = run.epochs[-1]
    counts = dict.fromkeys([len(run.epochs), last.epoch, *([run.epochs_declared] if run.epochs_declared else [])])
    return [Evidence(Decimal(count), "epochs", last.line, known.log.path) for count in counts]


def time_evidence(claim: Claim, known: Known) -> list[Evidence]:
    """Collects the durations that a claim may mean: of all epochs together, or of each."""
    run = known.run
    if claim.words == "epoch":
        times = [(epoch.seconds, epoch) for epoch in run.epochs if epoch.seconds is not None]
        return [
            Evidence(exact(time), f"seconds of epoch {epoch.epoch}", epoch.line, known.log.path)
            for time, epoch in times
        ]
    total = seconds(run)
    complete = run.epochs and run.epochs[0].epoch == 1 and run.epochs[-1].epoch == len(run.epochs)
    if total is None or not complete:
        return []
    return [Evidence(exact(total), "seconds of all epochs", run.epochs[-1].line, known.log.path)]
