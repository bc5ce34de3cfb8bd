"""Decides which drafts are runs: some are a quotation, a result of `evaluate`, or a header that belongs to nothing."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from reporter.model import Epoch, Evaluation, LogWarning, alias
from reporter.model.metrics import RATES
from reporter.reading.runs.draft import Draft
from reporter.reading.runs.evidence import Decision

_MAY_BE_FIT = "a result before the first header: taken for one of evaluate(), it may be a fit of one epoch"
_UNREADABLE = "headers of several epochs, and no result that can be read"
_LONE = "a result without a header, in a document of runs with headers: quoted, of evaluate(), or a fit of one epoch"

_ROUNDED = 0.00051
"""Greatest difference between a value and the same, rounded to three decimals."""


def runs_among(drafts: Iterable[Draft], explain: Callable[[Decision], None]) -> list[Draft]:
    """Selects the drafts that are runs; their facts are given to the run that they belong to.

    Args:
        drafts: The drafts of one source, in order.
        explain: Takes a decision for each draft that is no run.

    Returns:
        The runs.
    """
    left = list(drafts)
    for reading, (find, reason) in _PARTS.items():
        found = {id(draft): draft for draft in find(left)}
        for draft in found.values():
            explain(Decision(draft.line, reading, reason=reason))
        left = [draft for draft in left if id(draft) not in found]
    return left


def _bare_headers(drafts: Sequence[Draft]) -> Iterator[Draft]:
    """Finds headers below which nothing happens; before an error, one with the total of another run counts."""
    declared = {draft.epochs_declared for draft in drafts if draft.header and draft.epochs}
    last = next((draft for draft in drafts if draft.epochs), None)
    for draft in drafts:
        if draft.has_begun:
            last = draft
        elif not (draft.header and draft.failure and draft.epochs_declared in declared):
            if last and draft.header_count > 1:
                last.warnings.append(LogWarning("unreadable", draft.line, _UNREADABLE))
            yield draft


def _evaluations(drafts: Sequence[Draft]) -> Iterator[Draft]:
    """Finds results of `evaluate` before training: the next run has the metrics, and other steps."""
    for before, draft in itertools.pairwise(drafts):
        if not (before.numbers_guessed and len(before.epochs) == 1 and draft.epochs):
            continue
        (lone,), first = before.epochs, draft.epochs[0]
        validation = {draft.validation.get(name) for name in first.logs}
        if lone.steps == first.steps or lone.logs.keys() != first.logs.keys() - validation - RATES:
            continue
        draft.evaluations.insert(0, Evaluation(lone.line, lone.logs, lone.text))
        draft.parameters = draft.parameters or before.parameters
        if not draft.validation:
            draft.warnings.append(LogWarning("ambiguous", lone.line, _MAY_BE_FIT))
        yield before


def _returned(drafts: Sequence[Draft]) -> Iterator[Draft]:
    """Finds results of `evaluate` whose values the script prints again; the run before them gets them."""
    before: Draft | None = None
    for draft in drafts:
        printed = [score.logs for score in (*draft.scores, *draft.repeated) if len(score.logs) > 1]
        lone = draft.epochs[0] if len(draft.epochs) == 1 and draft.numbers_guessed and not draft.validation else None
        if draft.announced or not lone or not any(_repeats(logs, lone.logs) for logs in printed):
            before = draft
            continue
        if before:
            before.evaluations.append(Evaluation(lone.line, lone.logs))
        yield draft


def _repeats(printed: Mapping[str, float], logs: Mapping[str, float]) -> bool:
    """Tells whether printed values are those of a result, rounded to three decimals or more."""
    known = {alias(name): value for name, value in logs.items()}
    return all(abs(known.get(alias(name), math.inf) - value) < _ROUNDED for name, value in printed.items())


def _quotations(drafts: Sequence[Draft]) -> Iterator[Draft]:
    """Finds excerpts, such as the best epoch that a README quotes above the full log."""
    suspects = [draft for draft in drafts if not draft.announced] if len(drafts) > 1 else []
    if not suspects:
        return
    facts = {id(draft): _Facts(draft) for draft in drafts}
    holders: dict[object, list[Draft]] = {}
    for draft in sorted(drafts, key=lambda draft: -len(draft.epochs)):
        for values in facts[id(draft)].values:
            holders.setdefault(values, []).append(draft)
    for draft in suspects:
        held = facts[id(draft)]
        # the runs that hold its rarest epoch: all runs of a log may begin with the same NaN
        candidates = min((holders[each] for each in held.values), key=len, default=[])
        longer = itertools.takewhile(lambda other: len(other.epochs) > len(draft.epochs), candidates)  # noqa: B023
        if quoted := next((other for other in longer if held.are_in(facts[id(other)])), None):
            quoted.parameters = quoted.parameters or draft.parameters
            quoted.scores = draft.scores + quoted.scores
            yield draft


def _lone_results(drafts: Sequence[Draft]) -> Iterator[Draft]:
    """Finds single results without headers in a document of runs with headers; the run before it gets a warning.

    Several of them in one section are fits of one epoch each, as in a loop.
    """
    if not any(draft.header and len(draft.epochs) > 1 for draft in drafts):
        return
    in_section = Counter(id(draft.section) for draft in drafts if _is_lone(draft))
    lone = [_is_lone(draft) and in_section[id(draft.section)] == 1 for draft in drafts]
    before = next(draft for draft, is_lone in zip(drafts, lone, strict=True) if not is_lone)
    for draft, after, is_lone in itertools.zip_longest(drafts, drafts[1:], lone):
        if not is_lone:
            before = draft
            continue
        before.warnings.append(LogWarning("lone-result", draft.line, _LONE))
        if after and after.section is draft.section:
            after.parameters = after.parameters or draft.parameters
            after.scores = draft.scores + after.scores
        yield draft


def _is_lone(draft: Draft) -> bool:
    return draft.header is None and len(draft.epochs) == 1 and draft.section.level > 0 and not draft.has_bars


_PARTS: Mapping[str, tuple[Callable[[Sequence[Draft]], Iterator[Draft]], str]] = {
    "header of nothing": (_bare_headers, "no bar and no result is below it"),
    "quotation": (_quotations, "a longer run has all its epochs, with the same values"),
    "result of evaluate()": (_evaluations, "the run after it has its metrics, and other steps"),
    "result that evaluate() returned": (_returned, "the script prints its values again below it"),
    "single result": (_lone_results, "other runs of the document have headers"),
}
"""What a draft may be instead of a run, in the order in which they are looked for: how it is found, and why."""


class _Facts:
    """Holds the metrics of the epochs of a run, without and with their numbers."""

    def __init__(self, draft: Draft) -> None:
        self._numbers_guessed = draft.numbers_guessed
        self._numbered = {(epoch.epoch, _values(epoch)) for epoch in draft.epochs}
        self.values = {values for _, values in self._numbered}

    def are_in(self, other: _Facts) -> bool:
        """Tells whether a longer run has every epoch of this one, under the same numbers unless these are guesses."""
        if self._numbers_guessed:
            return self.values <= other.values
        return self._numbered <= other._numbered


def _values(epoch: Epoch) -> tuple[object, ...]:
    """Returns the metrics of an epoch."""
    return tuple(epoch.logs.items())
