"""Removes drafts that are no runs: excerpts of another run, and the results of `evaluate` before one."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from reporter.model import Epoch, Evaluation, LogWarning
from reporter.model.metrics import RATES
from reporter.reading.draft import Draft

_MAY_BE_FIT = "a result before the first header: taken for one of evaluate(), it may be a fit of one epoch"


def without_excerpts(drafts: Iterable[Draft]) -> list[Draft]:
    """Removes excerpts, such as the line of the best epoch that a README quotes above the full log.

    Args:
        drafts: The runs of one source, in order.

    Returns:
        The runs that are not an excerpt of a longer one; that one gets the scores of its excerpts.
    """
    drafts = list(drafts)
    if len(drafts) < 2:
        return drafts
    longest_first = sorted(drafts, key=lambda draft: -len(draft.epochs))
    facts = {id(draft): _Facts(draft) for draft in drafts}
    holders: dict[object, list[Draft]] = {}
    for draft in longest_first:
        for values in facts[id(draft)].values:
            holders.setdefault(values, []).append(draft)
    kept = []
    for draft in drafts:
        held = facts[id(draft)]
        # the runs that hold its rarest epoch: all runs of a log may begin with the same NaN
        candidates = [] if draft.announced else min((holders[each] for each in held.values), key=len, default=[])
        longer = itertools.takewhile(lambda other: len(other.epochs) > len(draft.epochs), candidates)  # noqa: B023
        quoted = next((other for other in longer if held.are_in(facts[id(other)])), None)
        if quoted is None:
            kept.append(draft)
            continue
        quoted.parameters = quoted.parameters or draft.parameters
        quoted.scores = draft.scores + quoted.scores
    return kept


def without_evaluations(drafts: Iterable[Draft]) -> list[Draft]:
    """Removes results of `evaluate` before training, which look like runs of one epoch.

    Args:
        drafts: The runs of one source, in order.

    Returns:
        The other runs; the one after such a result has it among its evaluations.
    """
    kept: list[Draft] = []
    for draft in drafts:
        before = kept[-1] if kept else None
        if before and _precedes(before, draft):
            (epoch,) = before.epochs
            draft.evaluations.insert(0, Evaluation(epoch.line, epoch.logs))
            if not draft.validation:
                draft.warnings.append(LogWarning("ambiguous", epoch.line, _MAY_BE_FIT))
            draft.parameters = draft.parameters or before.parameters
            kept.pop()
        kept.append(draft)
    return kept


def _precedes(before: Draft, draft: Draft) -> bool:
    """Tells whether a run is one result of `evaluate`: the next run has its metrics and other steps."""
    if not (before.numbers_guessed and len(before.epochs) == 1 and draft.epochs):
        return False
    lone, first = before.epochs[0], draft.epochs[0]
    validation = {draft.validation.get(name) for name in first.logs}
    return lone.steps != first.steps and lone.logs.keys() == first.logs.keys() - validation - RATES


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
    """Returns the metrics of an epoch as strings, because NaN does not equal itself."""
    return tuple((name, repr(value)) for name, value in epoch.logs.items())
