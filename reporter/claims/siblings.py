"""Compares the claims of a document with each other: which belong to one run, and which speak of several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from reporter.claims.claim import Claim, Which
from reporter.claims.evidence import Known
from reporter.claims.judge import Match

_DISTINCT = 3
"""Fewest digits of a value that tell one run from another."""


def _key(claim: Claim, which: Which) -> tuple[object, ...]:
    """Gives what two claims of one run cannot differ in."""
    metric = claim.metric
    if metric is None:
        return claim.section, claim.kind, claim.words, claim.bound, claim.hint
    name = "acc" if metric.name == "score" else metric.name
    return claim.section, name, metric.split, which, claim.bound, claim.kind == "epoch_of_best", claim.hint


def _printed_lines(known: Known) -> list[int]:
    """Lists the lines of a document that are evidence themselves."""
    if known.at is None:
        return []
    lines = [evaluation.line + offset for _, evaluation in known.evaluations for offset in range(3)]
    return lines + ([known.parameters[1].line + offset for offset in range(4)] if known.parameters else [])


def keys(claim: Claim, which: Which | None = None) -> tuple[tuple[object, ...], ...]:
    """Gives the quantity in the section, in the document, and in the group of the claim.

    Args:
        claim: The claim.
        which: The value of its metric that is meant, if it is not the one that the words name.

    Returns:
        Three values; each is equal for two claims about the same quantity.
    """
    key = _key(claim, which or claim.which)
    return key, key[1:], (claim.group, "group", *key)


def _meanings(claim: Claim, matches: Sequence[Match]) -> tuple[Which, ...]:
    """Gives the values of a metric that a claim may mean: if no run has its value, best, last or score."""
    if claim.metric is None or any(match.fits for match in matches):
        return (claim.which,)
    return ("any", "best", "last", "score") if claim.which == "any" else ("any", claim.which)


def contradictions(claims: Sequence[Claim], matches: Sequence[Sequence[Match]], known: Sequence[Known]) -> set[object]:
    """Finds the quantities of which one section, document or group states several values: it speaks of several runs.

    Args:
        claims: The claims.
        matches: The comparison of each claim with each run.
        known: The runs.

    Returns:
        The quantities, as `keys` gives them.
    """
    printed = {each.spot(line) for each in known for line in _printed_lines(each)}
    values: dict[object, set[object]] = {}
    for claim, each in zip(claims, matches, strict=True):
        if not claim.plain or claim.other or claim.spot in printed or claim.bound or claim.hint:
            continue
        stated = tuple(number.scaled for number in claim.numbers)
        for which in _meanings(claim, each):
            for key in keys(claim, which):
                values.setdefault(key, set()).add(stated)
    return {key for key, each in values.items() if len(each) > 1}


def runs_of_groups(claims: Sequence[Claim], matches: Sequence[Sequence[Match]]) -> Mapping[int, Known]:
    """Finds for each group the run that its distinct values have in common, if it is one."""
    found: dict[int, list[int]] = {}
    runs: dict[int, Known] = {}
    rows: set[int] = set()
    for claim, every in zip(claims, matches, strict=True):
        fitting = [match for match in every if match.fits]
        if is_distinct(claim) and len(fitting) == 1:
            found.setdefault(claim.group, []).append(id(fitting[0].known))
            rows |= {claim.group} if claim.hint else set()
            runs[id(fitting[0].known)] = fitting[0].known
    return {
        group: runs[ids[0]]
        for group, ids in found.items()
        if len(set(ids)) == 1 and (group not in rows or len(ids) > 1)  # one value of many rows fits by chance
    }


def is_distinct(claim: Claim) -> bool:
    """Tells whether a claim has enough digits to tell one run from another."""
    named = Decimal(claim.words) if claim.kind == "epoch_of_best" and claim.words else claim.number.value
    digits = len(named.as_tuple().digits)
    return claim.metric is not None and not claim.bound and not claim.about and digits >= _DISTINCT


def strangers(claims: Sequence[Claim], matches: Sequence[Sequence[Match]]) -> set[int]:
    """Finds the groups that speak of a run without a log: neither their number of epochs nor another value fits.

    Args:
        claims: The claims.
        matches: The comparison of each claim with each run.

    Returns:
        The groups.
    """
    kinds: dict[int, set[bool]] = {}
    fitting: set[int] = set()
    for claim, every in zip(claims, matches, strict=True):
        kinds.setdefault(claim.group, set()).add(claim.kind == "epochs")
        if any(match.fits for match in every):
            fitting.add(claim.group)
    return {group for group, found in kinds.items() if len(found) > 1 and group not in fitting}


def tests_on_validation(claims: Sequence[Claim], matches: Sequence[Sequence[Match]]) -> bool:
    """Tells whether the test data of a document are its validation data: a test score is the value of an epoch.

    Args:
        claims: The claims.
        matches: The comparison of each claim with each run.

    Returns:
        Whether a claim about the test data agrees with a value of the validation data.
    """
    for claim, every in zip(claims, matches, strict=True):
        tested = claim.which == "score" or (claim.metric is not None and claim.metric.split == "test")
        if not tested or claim.bound or claim.about or not _has_digits(claim):
            continue
        for match in every:
            values = [each.value for each in match.all if each.kind in ("last", "best", "epoch")]
            if match.fits and (match.fits.kind != "score" or match.fits.value in values):
                return True
            if match.fits and any(abs(match.fits.value - value) <= Decimal("0.0001") for value in _last_values(match)):
                return True
    return False


def _has_digits(claim: Claim) -> bool:
    return len(claim.number.value.as_tuple().digits) >= _DISTINCT


def _last_values(match: Match) -> list[Decimal]:
    epochs = match.known.run.epochs
    logs = epochs[-1].logs if epochs else {}
    return [Decimal(repr(value)) for name, value in logs.items() if name.startswith("val_")]
