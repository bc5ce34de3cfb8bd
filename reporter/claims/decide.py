"""Decides about the claims of a document: which run each is about, and whether it is true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from reporter.claims.claim import Claim, Verdict
from reporter.claims.evidence import Known
from reporter.claims.judge import Judge, Match, forms, nearest, nearest_true, told, verdict
from reporter.claims.scope import Scope, Scopes

_DISTINCT = 3
"""Fewest digits of a value that tell one run from another."""

_EXPLICIT = frozenset({"best", "last", "score"})
_NEAR = Decimal("0.02")
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
    judge = Judge()
    matches = [[judge.match(claim, each) for each in known] for claim in claims]
    groups = _runs_of_groups(claims, matches)
    printed = {known.spot(line) for known in known for line in _printed_lines(known)}
    several = _contradictions([claim for claim in claims if claim.plain and not claim.other and claim.spot not in printed])
    return [
        _decide(claim, match, scopes.of(claim), groups.get(claim.group), tuple(key in several for key in _keys(claim)))
        for claim, match in zip(claims, matches, strict=True)
    ]


def _key(claim: Claim) -> tuple[object, ...]:
    """Gives what two claims of one run cannot differ in."""
    kind = "value" if claim.metric else claim.kind
    return claim.section, kind, claim.metric, claim.which, claim.words if kind != "value" else "", claim.bound, claim.kind == "epoch_of_best", claim.hint


def _printed_lines(known: Known) -> list[int]:
    """Lists the lines of a document that are evidence themselves."""
    if known.at is None:
        return []
    lines = [evaluation.line + offset for _, evaluation in known.evaluations for offset in range(3)]
    return lines + ([known.parameters[1].line + offset for offset in range(4)] if known.parameters else [])


def _keys(claim: Claim) -> tuple[tuple[object, ...], ...]:
    """Gives the quantity in the section, in the document, and in the group of the claim."""
    key = _key(claim)
    return key, key[1:], (claim.group, "group", *key)


def _contradictions(claims: Sequence[Claim]) -> set[object]:
    """Finds the quantities of which one section states several values: it speaks of several runs."""
    values: dict[object, set[object]] = {}
    for claim in claims:
        if not claim.bound and not claim.hint:
            for key in _keys(claim):
                values.setdefault(key, set()).add(tuple(number.scaled for number in claim.numbers))
    return {key for key, each in values.items() if len(each) > 1}


def _runs_of_groups(claims: Sequence[Claim], matches: Sequence[Sequence[Match]]) -> Mapping[int, Known]:
    """Finds for each group the run that its distinct values have in common, if it is one."""
    found: dict[int, set[int]] = {}
    runs: dict[int, Known] = {}
    for claim, every in zip(claims, matches, strict=True):
        fitting = [match for match in every if match.fits]
        if _is_distinct(claim) and len(fitting) == 1:
            found.setdefault(claim.group, set()).add(id(fitting[0].known))
            runs[id(fitting[0].known)] = fitting[0].known
    return {group: runs[next(iter(ids))] for group, ids in found.items() if len(ids) == 1}


def _is_distinct(claim: Claim) -> bool:
    named = Decimal(claim.words) if claim.kind == "epoch_of_best" and claim.words else claim.number.value
    digits = len(named.as_tuple().digits)
    return claim.metric is not None and not claim.bound and not claim.about and digits >= _DISTINCT


def _decide(
    claim: Claim, matches: Sequence[Match], scope: Scope, group: Known | None, contradicted: tuple[bool, ...]
) -> Verdict:
    near = [match for match in matches if any(match.known is each for each in scope.runs)]
    if group is not None:
        own = [match for match in matches if match.known is group]
        near = [*own, *(match for match in near if match.known is not group)]
    rest = [match for match in matches if all(match is not each for each in near)]
    if claim.kind == "time" and claim.words == "epoch" and not scope.sure:
        return verdict(claim, "unsupported", "the run that it is about is not sure")
    if claim.other and not _is_distinct(claim) and not (scope.sure and claim.kind == "epochs"):
        return verdict(claim, "unsupported", "the words speak of another model")
    if here := next((match for match in near if match.fits), None):
        if not (group is not None and here.known is not group and claim.words == "label"):
            return verdict(claim, "agrees", _why(claim, here), here, here.fits)
    there = next((match for match in rest if match.fits), None)
    sure = scope.sure and len(scope.runs) == 1 and not claim.other and not contradicted[0]
    grouped = group is not None and not claim.other and not contradicted[2]
    bound = (sure or grouped) and claim.plain
    if there and not bound:
        return verdict(claim, "agrees", _why(claim, there), there, there.fits)
    target = near[0] if near else None
    if target is None:
        return verdict(claim, "unsupported", "there is no log to compare it with")
    if not target.all or claim.kind == "derived":
        return verdict(claim, "unsupported", f"no log here gives {_wanted(claim)}")
    found = nearest(claim, target.all)
    if claim.printed and any(_is_before(match.known, claim) for match in matches):
        return verdict(claim, "unsupported", f"the line is output of a program; {nearest_true(claim, target)}", target, found)
    if claim.kind == "time" and _FASTEST < claim.number.scaled / max(found.value, Decimal("0.001")) < _SLOWEST:
        return verdict(claim, "unsupported", f"other durations may be meant: {nearest_true(claim, target)}", target, found)
    if bound or _names_its_epoch(claim, target) or (_is_likely(claim, near, target) and not contradicted[1]):
        reason = nearest_true(claim, target)
        other = f"; it fits another run, {there.known.run.name}" if there else ""
        return verdict(claim, "disagrees", reason + other, target, found)
    doubt = "the words are not exact" if not claim.plain else "the run that it is about is not sure"
    return verdict(claim, "unsupported", f"no log here says so, and {doubt}: {nearest_true(claim, target)}", target, found)


def _is_before(known: Known, claim: Claim) -> bool:
    """Tells whether a claim stands behind a run: then its line may be printed by the same program."""
    return known.at is not None and known.spot(known.run.line) < claim.spot


def _names_its_epoch(claim: Claim, target: Match) -> bool:
    """Tells whether a claim names the epoch of a value that is the best of the run: then the epoch is wrong."""
    return claim.kind == "epoch_of_best" and bool(claim.words) and claim.plain and _value_fits(claim, target)


def _value_fits(claim: Claim, target: Match) -> bool:
    """Tells whether the value that is named with an epoch is the best of the run."""
    return any(
        any(abs(way.scaled - each.value) <= way.step / 2 for way in forms(type(claim.number)(Decimal(claim.words)), each, is_share=True))
        for each in target.all
    )


def _is_likely(claim: Claim, near: Sequence[Match], target: Match) -> bool:
    """Tells whether a claim with clear words nearly fits the only run there is."""
    if not claim.plain or claim.other or len(near) != 1 or claim.metric is None or claim.kind == "epoch_of_best" or claim.which not in _EXPLICIT:
        return False
    if not claim.metric.split or not _is_distinct(claim):
        return False
    found = nearest(claim, target.all)
    return min(abs(way.scaled - found.value) for way in forms(claim.number, found, is_share=True)) <= _NEAR


def _wanted(claim: Claim) -> str:
    if claim.kind == "derived":
        return "this number"
    return {"params": "a parameter count", "epochs": "a number of epochs", "time": "a duration"}.get(claim.kind, f"a value of {claim.metric or 'it'}")


def _why(claim: Claim, match: Match) -> str:
    assert match.fits
    said = told(match.fits)
    if claim.which == "score" and match.fits.kind == "best" and len(claim.numbers) == 1:
        last = next((each for each in match.all if each.kind == "last"), None)
        if last and last.value != match.fits.value:
            return f"it is the {said}; the last epoch has {last.value}"
    return said
