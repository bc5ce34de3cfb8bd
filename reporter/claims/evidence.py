"""Collects what a run says about a quantity: the values that the words of a claim may mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from reporter.claims.claim import Claim, Metric, Which
from reporter.claims.numbers import exact
from reporter.claims.prose import Spot
from reporter.model import Epoch, Evaluation, Log, Parameters, Run, direction
from reporter.model.best import best_of
from reporter.model.metrics import RATES, alias

_PRINTED = 4
"""Decimals that Keras prints of a metric."""


@dataclass(frozen=True, slots=True)
class Known:
    """Holds a run and where it stands in the document.

    Attributes:
        run: The run.
        log: Its log.
        at: Index of the line of the document that it stands before; None if another file holds it.
        names: Names that a text may give it, in lower case.
        evaluations: Its evaluations that are evidence: printed after it began.
        parameters: Its parameter counts, if a summary or another file says so.
    """

    run: Run
    log: Log
    at: int | None = None
    names: frozenset[str] = frozenset()
    evaluations: tuple[tuple[Log, Evaluation], ...] = ()
    parameters: tuple[Log, Parameters] | None = None
    _metrics: list[str] = field(default_factory=list, compare=False)
    _printed: dict[str, list[tuple[int, Decimal]]] = field(default_factory=dict, compare=False)

    @property
    def metrics(self) -> list[str]:
        """The metrics of the run, without the learning rate."""
        if not self._metrics:
            self._metrics.extend(name for name in self.run.metrics if name not in RATES)
        return self._metrics

    def printed(self, column: str) -> list[tuple[int, Decimal]]:
        """Gives the number of each epoch with its value of a metric, with the digits that were printed."""
        if column not in self._printed:
            self._printed[column] = [
                (epoch.epoch, decimal(value, self))
                for epoch in self.run.epochs
                if (value := epoch.logs.get(column)) is not None and value == value
            ]
        return self._printed[column]

    def spot(self, line: int) -> Spot:
        """Gives the place of a line of its log: cell of a notebook and line."""
        cell = next(((first, number) for first, number in reversed(self.log.cells) if first <= line), None)
        return Spot(cell[1], line - cell[0] + 1) if cell else Spot(0, line)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Holds a value of a log that a claim may mean.

    Attributes:
        value: The value, with the digits that were printed.
        what: What it is: `best val_acc`.
        line: Its line in the log, counted from 1.
        path: The log.
        epochs: The epochs that have it.
        kind: `best`, `last`, `score`, or `epoch` for a value at one epoch.
        column: The metric, as the log spells it.
    """

    value: Decimal
    what: str
    line: int
    path: str
    epochs: tuple[int, ...] = ()
    kind: str = ""
    column: str = field(default="")


def columns(known: Known, metric: Metric) -> list[str]:
    """Finds the metrics of a run that words may mean, the likeliest first.

    Args:
        known: The run.
        metric: The metric, as the words name it.

    Returns:
        The names as the log spells them.
    """
    every = known.metrics
    lower = {alias(name.lower()): name for name in every}
    if metric.verbatim:
        name = metric.name.lower().strip("'\"")
        wanted = [f"val_{name}", name] if metric.split in ("val", "test") and not name.startswith("val_") else [name]
        return [lower[alias(each)] for each in wanted if alias(each) in lower][:1]
    named = sorted(
        (name for name in every if _is_called(name, metric.name)),
        key=lambda name: metric.name == "score" and "loss" in name,
    )
    validated = [name for name in named if name.startswith("val_")]
    trained = [name for name in named if not name.startswith("val_")]
    if metric.split == "train":
        return trained
    if metric.split in ("val", "test"):
        return validated
    return [*validated, *trained]


def _is_called(column: str, name: str) -> bool:
    base = column.lower().removeprefix("val_")
    if name == "top5":
        return "top" in base
    if name in ("acc", "error"):
        return "acc" in base and "top" not in base
    if name == "score":
        return ("acc" in base and "top" not in base) or base == "loss"
    if name == "loss":
        return base == "loss"
    return name in re.split(r"[_\W\d]+", base) or base == name


def decimal(value: float, known: Known) -> Decimal:
    """Turns a value of a log into a decimal with the digits that its format prints."""
    return exact(value, _PRINTED if known.log.format == "keras" else None)


def metric_evidence(claim: Claim, known: Known, own: Spot | None) -> list[Evidence]:
    """Collects the values of a metric that a claim may mean, the likeliest first.

    Args:
        claim: A claim about the value of a metric.
        known: The run.
        own: The place of the claim if it stands in the log itself: a claim is no evidence for itself.

    Returns:
        The values.
    """
    metric = claim.metric or Metric("acc")
    found = list(_metric_evidence(metric, claim.which, known, own))
    if claim.bound and claim.which == "score":
        found = [each for each in found if each.kind != "best"]
    if claim.epoch is not None and claim.which != "best":
        found += at_epoch(known, metric, claim.epoch)
    if claim.which in ("any", "score") and not claim.bound:
        found += [each for number in _best_epochs(known.run) for each in at_epoch(known, metric, number)]
    if metric.name == "error" and not any("error" in name.lower() for name in known.run.metrics):
        found = [_as_error(each) for each in found]
    return _refined(found)


def _as_error(found: Evidence) -> Evidence:
    return replace(found, value=1 - found.value, what=f"1 - {found.what}")


def _metric_evidence(metric: Metric, which: Which, known: Known, own: Spot | None) -> Iterator[Evidence]:
    names = columns(known, metric)
    scored = metric.split != "train" and not metric.verbatim
    if which == "score":
        yield from _scores(metric, known, own)
        names = [name for name in names if name.startswith("val_")] or ([] if metric.split else names)
        yield from _lasts(names, known)
        yield from _bests(names, known)
        return
    if which == "any" and scored and metric.split != "val":
        yield from _scores(metric, known, own)
    if which in ("best", "any"):
        yield from _bests(names, known)
    if which in ("last", "any"):
        yield from _lasts(names, known)
    if which == "best" and metric.split == "test":
        yield from _scores(metric, known, own)
    if which == "last" and metric.split != "train" and scored:
        yield from (each for each in _scores(metric, known, own) if metric.split != "val")


def _scores(metric: Metric, known: Known, own: Spot | None) -> Iterator[Evidence]:
    for log, evaluation in known.evaluations:
        if log is known.log and own is not None and known.spot(evaluation.line) == own:
            continue
        for name, value in evaluation.logs.items():
            if _is_called(name, metric.name):
                yield Evidence(decimal(value, known), f"score {name}", evaluation.line, log.path, (), "score", name)


def _bests(names: Sequence[str], known: Known) -> Iterator[Evidence]:
    for name in names:
        mode = direction(name)
        best = best_of(known.run.epochs, name, mode) if mode else None
        if best:
            yield Evidence(
                decimal(best.value, known), f"best {name}", best.line, known.log.path, best.epochs, "best", name
            )


def _lasts(names: Sequence[str], known: Known) -> Iterator[Evidence]:
    if not known.run.epochs:
        return
    last = known.run.epochs[-1]
    for name in names:
        if name in last.logs and last.logs[name] == last.logs[name]:
            yield Evidence(
                decimal(last.logs[name], known), f"last {name}", last.line, known.log.path, (last.epoch,), "last", name
            )


def _best_epochs(run: Run) -> list[int]:
    """Gives the epochs whose weights people keep: those of the best validation accuracy and validation loss."""
    found = []
    for name in run.metrics:
        if name in ("val_acc", "val_accuracy", "val_loss") and (mode := direction(name)):
            best = best_of(run.epochs, name, mode)
            found += [best.epochs[0]] if best else []
    return list(dict.fromkeys(found))


def at_epoch(known: Known, metric: Metric, number: int) -> Iterator[Evidence]:
    """Collects the values of a metric at one epoch."""
    epoch = find_epoch(known.run, number)
    for name in columns(known, metric) if epoch else ():
        assert epoch
        if name in epoch.logs and epoch.logs[name] == epoch.logs[name]:
            what = f"{name} at epoch {number}"
            yield Evidence(decimal(epoch.logs[name], known), what, epoch.line, known.log.path, (number,), "epoch", name)


def find_epoch(run: Run, number: int) -> Epoch | None:
    """Finds an epoch by its number."""
    if 0 < number <= len(run.epochs) and run.epochs[number - 1].epoch == number:
        return run.epochs[number - 1]
    return next((epoch for epoch in run.epochs if epoch.epoch == number), None)


def _refined(found: Sequence[Evidence]) -> list[Evidence]:
    """Leaves out values that a score of more digits confirms: the score is the better evidence for them."""
    scores = [each for each in found if each.kind == "score"]
    return [each for each in found if each.kind == "score" or not any(_confirms(score, each) for score in scores)]


def _confirms(score: Evidence, rough: Evidence) -> bool:
    more = len(score.value.as_tuple().digits) > len(rough.value.as_tuple().digits) + 1
    return more and rough.value != score.value and abs(score.value - rough.value) <= Decimal("0.00005000001")
