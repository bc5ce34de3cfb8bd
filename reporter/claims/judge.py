"""Compares claims with runs: agrees, disagrees, or unsupported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from reporter.claims import counts
from reporter.claims import evidence as found_in
from reporter.claims.claim import Claim, Metric, Verdict
from reporter.claims.evidence import Evidence, Known
from reporter.claims.numbers import Number, agrees, exact, whole_samples
from reporter.claims.prose import Spot

_HUNDREDTH = Decimal("0.01")
_PRINTED = Decimal("0.0001")
"""One unit in the last place of a metric that Keras prints."""


class Match(NamedTuple):
    """Holds the comparison of a claim with one run.

    Attributes:
        known: The run.
        fits: The value that the claim agrees with, if there is one.
        all: All values that the claim may mean, the likeliest first.
    """

    known: Known
    fits: Evidence | None
    all: Sequence[Evidence]


class Judge:
    """Compares claims with runs, and remembers what the runs say."""

    def __init__(self) -> None:
        self._cache: dict[object, list[Evidence]] = {}

    def match(self, claim: Claim, known: Known) -> Match:
        """Compares a claim with one run."""
        if claim.kind == "score" and len(claim.numbers) > 1:
            return _match_list(claim, known)
        every = self._evidence(claim, known)
        fit = next((each for each in every if fits(claim, each)), None)
        if claim.kind == "epoch_of_best":
            return _match_epoch(claim, known, every)
        return Match(known, fit, every)

    def _evidence(self, claim: Claim, known: Known) -> list[Evidence]:
        own = claim.spot if known.at is not None and not claim.printed else None
        if own is not None and own not in {
            known.spot(each.line) for log, each in known.evaluations if log is known.log
        }:
            own = None
        kind = claim.kind if claim.kind in ("params", "epochs", "time") else ""
        if claim.kind == "bound" and claim.metric is None:
            kind = "params"
        key = (id(known), kind, claim.metric, claim.which, claim.epoch, claim.words if kind else claim.bound, own)
        if key not in self._cache:
            self._cache[key] = _collect(kind, claim, known, own)
        return self._cache[key]


def _collect(kind: str, claim: Claim, known: Known, own: Spot | None) -> list[Evidence]:
    if kind == "params":
        return counts.parameter_evidence(claim, known, own)
    if kind == "epochs":
        return counts.epoch_evidence(known)
    if kind == "time":
        return counts.time_evidence(claim, known)
    return found_in.metric_evidence(claim, known, own)


def fits(claim: Claim, found: Evidence) -> bool:
    """Tells whether a claim agrees with a value."""
    if claim.kind == "time":
        return _fits_time(claim, found)
    ways = forms(claim.number, found, is_share=claim.metric is not None)
    if claim.bound == ">":
        return any(
            found.value >= each.scaled or (claim.about and agrees(each, found.value, about=True)) for each in ways
        )
    if claim.bound == "<":
        return any(
            found.value <= each.scaled or (claim.about and agrees(each, found.value, about=True)) for each in ways
        )
    return any(agrees(each, found.value, about=claim.about) for each in ways)


def forms(number: Number, found: Evidence, *, is_share: bool) -> Iterator[Number]:
    """Gives the ways to read a number: `84.10` of an accuracy may mean 84.10 percent."""
    if not is_share:
        yield number
    elif number.unit == "%" and found.value > 1:  # a log in percent
        yield Number(number.value)
    elif number.unit == "" and number.value > 1 and abs(found.value) <= 1 and "loss" not in found.column:
        yield number.times(_HUNDREDTH)
    else:
        yield number


def _fits_time(claim: Claim, found: Evidence) -> bool:
    seconds, step = claim.numbers[0].scaled, claim.numbers[1].scaled if len(claim.numbers) > 1 else Decimal(1)
    slack = max(step, Decimal(1)) + found.value * (Decimal("0.02") if claim.words == "total" else Decimal(0))
    if claim.words == "total":
        slack += Decimal(5)
    return abs(seconds - found.value) <= slack


def _match_list(claim: Claim, known: Known) -> Match:
    every = []
    own = claim.spot if known.at is not None and not claim.printed else None
    precise = None
    for values, found in counts.list_evidence(known, own):
        every.append(found)
        if len(values) < len(claim.numbers):
            continue
        same = all(any(agrees(number, value) for value in values) for number in claim.numbers)
        if found.kind == "score" and not same:
            precise = values
        if same and not (precise and _same_roughly(values, precise)):
            return Match(known, found, every)
    return Match(known, None, every[:1])


def _same_roughly(rough: Sequence[Decimal], precise: Sequence[Decimal]) -> bool:
    """Tells whether rounded values are those of a list with more digits, which is the better evidence."""
    return len(rough) == len(precise) and all(
        abs(one - other) <= Decimal("0.00005000001") for one, other in zip(rough, precise, strict=True)
    )


def _match_epoch(claim: Claim, known: Known, every: Sequence[Evidence]) -> Match:
    """Compares the epoch of a value: it must have the value that is named with it, or be the best."""
    number = int(claim.number.value)
    epoch = found_in.find_epoch(known.run, number)
    bests = [each for each in every if each.kind == "best"]
    if not bests:
        metrics = [claim.metric] if claim.metric else [Metric("acc"), Metric("loss")]
        asked = [replace(claim, metric=each, which="best", epoch=None) for each in metrics]
        bests = [each for one in asked for each in found_in.metric_evidence(one, known, None) if each.kind == "best"]
    if claim.words and epoch:
        spoken = Number(Decimal(claim.words))
        there = list(found_in.at_epoch(known, claim.metric or Metric("acc"), number))
        fitting = [each for each in there if _says(spoken, each, claim)]
        if fitting and (claim.which != "best" or any(_says(spoken, each, claim) for each in bests)):
            return Match(known, fitting[0], bests)
    fit = next((each for each in bests if number in each.epochs), None)
    return Match(known, fit, bests)


def _says(number: Number, found: Evidence, claim: Claim) -> bool:
    """Tells whether the value that is named with an epoch is a value of the log."""
    return any(agrees(way, found.value, about=claim.about) for way in forms(number, found, is_share=True))


def nearest(claim: Claim, every: Sequence[Evidence]) -> Evidence:
    """Finds the value that is nearest to a claim, among those of the first kind that has any."""

    def distance(each: Evidence) -> Decimal:
        return min(abs(way.scaled - each.value) for way in forms(claim.number, each, is_share=claim.metric is not None))

    return min(every, key=distance)


def told(found: Evidence) -> str:
    """Describes a value of a log: `best val_acc 0.9953 at epoch 18`."""
    at = (
        f" at epoch {', '.join(map(str, found.epochs[:3]))}{', …' if len(found.epochs) > 3 else ''}"
        if found.epochs and "epoch" not in found.what
        else ""
    )
    return f"{found.what} {found.value:,}{at}" if found.value > 999 else f"{found.what} {found.value}{at}"


def nearest_true(claim: Claim, match: Match) -> str:
    """Says what is true instead of a claim, and where its value is found if any epoch has it."""
    found = nearest(claim, match.all)
    if claim.kind == "epoch_of_best":
        return _true_epoch(claim, match)
    said = f"the log has {told(found)}"
    if found.column and claim.metric and len(claim.numbers) == 1:
        ways = [(way, way.scaled, way.step) for way in forms(claim.number, found, is_share=True)]
        for epoch, value in match.known.printed(found.column):
            if any(abs(scaled - value) < step + _PRINTED and agrees(way, value) for way, scaled, step in ways):
                return f"{said}; {value} is {found.column} at epoch {epoch}"
    samples = match.known.run.samples.validation
    if samples and claim.metric and claim.metric.name == "acc" and claim.metric.split != "train" and not claim.bound:
        shares = list(forms(claim.number, found, is_share=True))
        if shares and not any(whole_samples(share, samples) for share in shares):
            return f"{said}; no count of right answers among {samples:,} samples gives this accuracy"
    return said


def _true_epoch(claim: Claim, match: Match) -> str:
    best = match.all[0]
    number = int(claim.number.value)
    epoch = found_in.find_epoch(match.known.run, number)
    there = epoch.logs.get(best.column) if epoch else None
    said = f"{best.value} is at epoch {', '.join(map(str, best.epochs[:3]))}"
    if there is None:
        return f"{said}; the run has no epoch {number}"
    return f"{said}; epoch {number} has {exact(there, 4)}"


def verdict(
    claim: Claim, outcome: str, reason: str, match: Match | None = None, found: Evidence | None = None
) -> Verdict:
    """Makes a verdict; `found` is the value of the log that it names."""
    assert outcome in ("agrees", "disagrees", "unsupported")
    return Verdict(
        claim,
        outcome,  # type: ignore[arg-type]
        reason,
        match.known.run.name if match else None,
        float(found.value) if found else None,
        found.path if found else None,
        found.line if found else None,
    )
