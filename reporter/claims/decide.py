"""Decides about the claims of a document: which run each is about, and whether it is true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from reporter.claims.claim import Claim, Verdict
from reporter.claims.derived import derived_match
from reporter.claims.evidence import Evidence, Known
from reporter.claims.judge import Judge, Match, forms, nearest, nearest_true, told, verdict
from reporter.claims.scope import Scope, Scopes
from reporter.claims.siblings import contradictions, is_distinct, keys, runs_of_groups, strangers, tests_on_validation
from reporter.claims.weights import ScoreWeights

_EXPLICIT = frozenset({"best", "last", "score"})
_NEAR = Decimal("0.02")
_INSTANT = Decimal("0.001")
_FASTEST, _SLOWEST = Decimal("0.8"), Decimal("1.5")
"""A duration between these multiples of the printed one may include other work."""


def decide(claims: Sequence[Claim], scopes: Scopes, known: Sequence[Known]) -> list[Verdict]:
    """Decides about the claims of a document.

    Args:
        claims: The claims, in order.
        scopes: Finds the runs of a claim.
        known: The runs.

    Returns:
        One verdict for each claim, in order.
    """
    judge, weights = Judge(), ScoreWeights()
    matches = [[judge.match(claim, each) for each in known] for claim in claims]
    groups = runs_of_groups(claims, matches)
    several = contradictions(claims, matches, known)
    validated = tests_on_validation(claims, matches)
    strange = strangers(claims, matches)
    if strange:
        claims = [replace(claim, other=claim.other or claim.group in strange) for claim in claims]
    verdicts = []
    for claim, each in zip(claims, matches, strict=True):
        scope = scopes.of(claim)
        group = None if scope.sure else groups.get(claim.group)
        contradicted = tuple(key in several for key in keys(claim))
        verdicts.append(_decide(_Case(claim, each, scope, group, contradicted, validated, weights)))
    return verdicts


class _Case(NamedTuple):
    """Holds a claim and what is known about it.

    Attributes:
        claim: The claim.
        matches: Its comparison with every run.
        scope: The runs that its place allows.
        group: The run that the other values of its paragraph, list or row are of, if it is one.
        contradicted: Whether its section, its document, its group states another value of the same quantity.
        validated: Whether other claims show that the test data are the validation data.
        weights: Tells which weights the scores are of.
    """

    claim: Claim
    matches: Sequence[Match]
    scope: Scope
    group: Known | None
    contradicted: tuple[bool, ...]
    validated: bool
    weights: ScoreWeights

    @property
    def near(self) -> list[Match]:
        """The comparisons with the runs of its group and its place."""
        allowed = [match for match in self.matches if any(match.known is each for each in self.scope.runs)]
        own = [match for match in self.matches if match.known is self.group]
        return [*own, *(match for match in allowed if match.known is not self.group)]

    @property
    def bound(self) -> bool:
        """Whether there is no doubt which run it is about, and the words are clear."""
        sure = self.scope.sure and len(self.scope.runs) == 1 and not self.contradicted[0]
        grouped = self.group is not None and not self.contradicted[2]
        return (sure or grouped) and self.claim.plain and not self.claim.other


def _decide(case: _Case) -> Verdict:
    claim, scope = case.claim, case.scope
    if claim.kind == "time" and claim.words == "epoch" and not scope.sure:
        return verdict(claim, "unsupported", "the run that it is about is not sure")
    if claim.other and not is_distinct(claim) and not (scope.sure and claim.kind == "epochs"):
        return verdict(claim, "unsupported", "the words speak of another model")
    if claim.kind == "derived":
        return _derived(case)
    near = case.near
    fitting = [match for match in near if match.fits]
    here = next((match for match in fitting if not case.weights.differ(claim, match)), None)
    misplaced = here and case.group is not None and here.known is not case.group and claim.words == "label"
    if here and not misplaced:
        return verdict(claim, "agrees", _why(case, here), here, here.fits)
    others = [match for match in case.matches if all(match is not each for each in near)]
    rest = [match for match in others if match.fits and not case.weights.differ(claim, match)]
    there = next((match for match in rest if _is_namesake(match, near)), rest[0] if rest else None)
    if there and (not case.bound or _is_namesake(there, near)):
        return verdict(claim, "agrees", _why(case, there), there, there.fits)
    if fitting and not here:
        return verdict(claim, "disagrees", _why(case, fitting[0]), fitting[0], fitting[0].fits)
    return _without_fit(case, near[0] if near else None, there)


def _is_namesake(match: Match, near: Sequence[Match]) -> bool:
    """Tells whether a run has the name of the one that the claim is about: both are seeds of one experiment."""
    return bool(near) and match.known.run.name == near[0].known.run.name


def _derived(case: _Case) -> Verdict:
    """Decides about a number that is computed from others; there are too many ways to compute it for a disagreement."""
    claim = case.claim
    for runs in ([match.known for match in case.near], [match.known for match in case.matches]):
        if found := derived_match(claim, runs):
            return verdict(claim, "agrees", f"{found[1].what}: {found[1].value}", None, found[1])
    if fit := next((match for match in [*case.near, *case.matches] if match.fits), None):
        return verdict(claim, "agrees", _why(case, fit), fit, fit.fits)
    return verdict(claim, "unsupported", "it is computed from other numbers, and no way to compute it fits")


def _without_fit(case: _Case, target: Match | None, there: Match | None) -> Verdict:
    """Decides about a claim that does not agree with the run it is about; `there` is another one that it fits."""
    claim = case.claim
    if target is None:
        return verdict(claim, "unsupported", "there is no log to compare it with")
    if not target.all:
        return verdict(claim, "unsupported", f"no log here gives {_wanted(claim)}")
    found = nearest(claim, target.all)
    if doubt := _doubt(case, target, found):
        return verdict(claim, "unsupported", f"{doubt}: the log has {told(found)}", target, found)
    true = nearest_true(claim, target)
    other = f"; it fits another run, {there.known.run.name}" if there else ""
    return verdict(claim, "disagrees", true + other, target, found)


def _doubt(case: _Case, target: Match, found: Evidence) -> str:
    """Gives a reason why a claim that does not fit may still be true; empty if there is none."""
    claim = case.claim
    if claim.printed and any(_is_before(match.known, claim) for match in case.near):
        return "the line is output of a program"
    if claim.kind == "time" and _FASTEST < claim.number.scaled / max(found.value, _INSTANT) < _SLOWEST:
        return "it may include other work"
    tested = claim.which == "score" or (claim.metric is not None and claim.metric.split == "test")
    if tested and not case.validated and not any(each.kind == "score" for each in target.all):
        return "the test data may differ from the validation data"
    likely = _is_likely(claim, case.near, target) and not case.contradicted[1]
    if case.bound or likely or _names_its_epoch(claim, target):
        return ""
    return "no log here says so, and " + (
        "the run that it is about is not sure" if claim.plain else "the words are not exact"
    )


def _is_before(known: Known, claim: Claim) -> bool:
    """Tells whether a claim stands behind a run: then its line may be printed by the same program."""
    return known.at is not None and known.spot(known.run.line) < claim.spot


def _names_its_epoch(claim: Claim, target: Match) -> bool:
    """Tells whether a claim names the epoch of a value that is the best of the run: then the epoch is wrong."""
    return claim.kind == "epoch_of_best" and bool(claim.words) and claim.plain and _value_fits(claim, target)


def _value_fits(claim: Claim, target: Match) -> bool:
    """Tells whether the value that is named with an epoch is the best of the run."""
    return any(
        any(
            abs(way.scaled - each.value) <= way.step / 2
            for way in forms(type(claim.number)(Decimal(claim.words)), each, is_share=True)
        )
        for each in target.all
    )


def _is_likely(claim: Claim, near: Sequence[Match], target: Match) -> bool:
    """Tells whether a claim with clear words nearly fits the only run there is."""
    if not claim.plain or claim.other or claim.hint or len(near) != 1:
        return False
    if claim.metric is None or not claim.metric.split or claim.kind == "epoch_of_best" or claim.which not in _EXPLICIT:
        return False
    if not is_distinct(claim):
        return False
    found = nearest(claim, target.all)
    return min(abs(way.scaled - found.value) for way in forms(claim.number, found, is_share=True)) <= _NEAR


def _wanted(claim: Claim) -> str:
    return {"params": "a parameter count", "epochs": "a number of epochs", "time": "a duration"}.get(
        claim.kind, f"a value of {claim.metric or 'it'}"
    )


def _why(case: _Case, match: Match) -> str:
    assert match.fits
    claim, said = case.claim, told(match.fits) + case.weights.words(case.claim, match)
    if claim.which == "score" and match.fits.kind == "best" and len(claim.numbers) == 1:
        last = next((each for each in match.all if each.kind == "last"), None)
        if last and last.value != match.fits.value:
            return f"it is the {said}; the last epoch has {last.value}"
    return said
