"""Drops what looks like a run and is none: quotations of another run, and `evaluate` before one."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from reporter.model import Epoch, Evaluation
from reporter.reading.draft import Draft


def without_excerpts(drafts: Iterable[Draft]) -> list[Draft]:
    """Drop excerpts.

    Args:
        drafts: The runs of one source, in its order.

    Returns:
        Those that are not an excerpt of another.
    """
    drafts = list(drafts)
    if len(drafts) < 2:
        return drafts
    longest_first = sorted(drafts, key=lambda draft: -len(draft.epochs))
    holders: dict[object, list[Draft]] = {}
    for draft in longest_first:
        for values in {_values(epoch) for epoch in draft.epochs}:
            holders.setdefault(values, []).append(draft)
    kept = []
    for draft in drafts:
        candidates = holders[_values(draft.epochs[0])] if draft.epochs and not draft.announced else []
        longer = itertools.takewhile(lambda other: len(other.epochs) > len(draft.epochs), candidates)  # noqa: B023
        quoted = next((other for other in longer if _quotes(draft, other)), None)
        if quoted is None:
            kept.append(draft)
            continue
        quoted.parameters = quoted.parameters or draft.parameters
        quoted.scores = draft.scores + quoted.scores
    return kept


def without_evaluations(drafts: Iterable[Draft]) -> list[Draft]:
    """Make a lone result without header an evaluation of the run after it, if that trains its metrics on other steps.

    Args:
        drafts: The runs of one source, in its order.

    Returns:
        Those that are not the result of `evaluate` before training.
    """
    kept: list[Draft] = []
    for draft in drafts:
        before = kept[-1] if kept else None
        if before and _precedes(before, draft):
            (epoch,) = before.epochs
            draft.evaluations.insert(0, Evaluation(epoch.line, epoch.logs))
            draft.parameters = draft.parameters or before.parameters
            kept.pop()
        kept.append(draft)
    return kept


def _precedes(before: Draft, draft: Draft) -> bool:
    """Say whether one result, without the `val_` metrics that the run after it has, was printed by `evaluate`."""
    if not (before.guessed and len(before.epochs) == 1 and draft.epochs):
        return False
    lone, first = before.epochs[0], draft.epochs[0]
    return lone.steps != first.steps and lone.logs.keys() == {
        each for each in first.logs if f"val_{each}" in first.logs
    }


def _quotes(draft: Draft, other: Draft) -> bool:
    """Say whether every epoch of a run stands in a longer one, under its number if it has one."""
    if draft.guessed:
        return {_values(epoch) for epoch in draft.epochs} <= {_values(epoch) for epoch in other.epochs}
    return {_numbered(epoch) for epoch in draft.epochs} <= {_numbered(epoch) for epoch in other.epochs}


def _numbered(epoch: Epoch) -> tuple[object, ...]:
    return (epoch.epoch, *_values(epoch))


def _values(epoch: Epoch) -> tuple[object, ...]:
    """Give the metrics of an epoch as text, because NaN does not equal itself."""
    return tuple((name, repr(value)) for name, value in epoch.logs.items())
