"""Computes what words derive from several values: a mean of runs, a difference, a gap."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import permutations
from statistics import stdev

from reporter.claims.claim import Claim, Metric, Which
from reporter.claims.evidence import Evidence, Known, columns, metric_evidence
from reporter.claims.numbers import Number, agrees

_MOST_RUNS = 12
"""More runs have so many differences that some number fits by chance."""

_LEAST_DIGITS = 2
"""Fewest digits of a difference that does not fit by chance."""

_KINDS: tuple[Which, ...] = ("best", "last", "score")
_MEAN = re.compile(r"mean|average|avg")
_SPREAD = re.compile(r"std|sd|deviation")


def derived_match(claim: Claim, known: Sequence[Known]) -> tuple[Known, Evidence] | None:
    """Looks for a way to derive a claimed number.

    Args:
        claim: The claim; its words say what is derived.
        known: The runs that it may be about.

    Returns:
        A run and what was derived; None if nothing fits.
    """
    if not known or len(known) > _MOST_RUNS or len(claim.number.value.as_tuple().digits) < _LEAST_DIGITS:
        return None
    hundredth = claim.number.times(Decimal("0.01"))
    ways = [claim.number, *([hundredth] if claim.number.unit == "" else [])]
    size = [Number(abs(way.value), way.unit) for way in ways]
    for found in _derived(claim, known):
        if any(agrees(way, found.value, about=claim.about) for way in size):
            return known[0], found
    return None


def _derived(claim: Claim, known: Sequence[Known]) -> Iterator[Evidence]:
    metric = claim.metric or Metric("acc")
    for kind in _KINDS:
        values = [value for each in known if (value := _value(claim, metric, each, kind)) is not None]
        if _MEAN.search(claim.words) and len(values) > 1:
            yield _evidence(
                known[0], sum(values, Decimal()) / len(values), f"mean of the {kind} values of {len(values)} runs"
            )
        elif _SPREAD.search(claim.words) and len(values) > 1:
            spread = Decimal(repr(stdev(map(float, values))))
            yield _evidence(known[0], spread, f"standard deviation of the {kind} values of {len(values)} runs")
        elif not _MEAN.search(claim.words):
            yield from _differences(known[0], values, kind, metric)
    if not _MEAN.search(claim.words) and not _SPREAD.search(claim.words):
        yield from (gap for each in known for gap in _gaps(each, metric))


def _differences(known: Known, values: Sequence[Decimal], kind: str, metric: Metric) -> Iterator[Evidence]:
    for one, other in permutations(values, 2):
        if one > other:
            yield _evidence(known, one - other, f"difference of the {kind} values {one} and {other}")
            if metric.name in ("acc", "error") and other < 1:
                less = (one - other) / (1 - other)
                yield _evidence(known, less, f"share of the error that {one} leaves out of {other}")


def _gaps(known: Known, metric: Metric) -> Iterator[Evidence]:
    """Gives the difference between training and validation in the last epoch."""
    trained = columns(known, Metric(metric.name, "train"))
    validated = columns(known, Metric(metric.name, "val"))
    if trained and validated and known.run.epochs:
        logs = known.run.epochs[-1].logs
        if trained[0] in logs and validated[0] in logs:
            gap = abs(Decimal(repr(logs[trained[0]])) - Decimal(repr(logs[validated[0]])))
            yield _evidence(known, gap, f"difference of {trained[0]} and {validated[0]} in the last epoch")


def _value(claim: Claim, metric: Metric, known: Known, kind: Which) -> Decimal | None:
    asked = replace(claim, metric=metric, which=kind, epoch=None, bound="")
    return next((each.value for each in metric_evidence(asked, known, None) if each.kind == kind), None)


def _evidence(known: Known, value: Decimal, what: str) -> Evidence:
    return Evidence(round(value, 9).normalize(), what, known.run.line, known.log.path)
