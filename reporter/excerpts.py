"""Drops runs that only quote epochs of another run, and gives what stands around the quotation to that run."""

from __future__ import annotations

from collections.abc import Iterable

from reporter.draft import Draft
from reporter.model import Epoch


def without_excerpts(drafts: Iterable[Draft]) -> list[Draft]:
    """Drop excerpts.

    Args:
        drafts: The runs of one source, in its order.

    Returns:
        Those that are not an excerpt of another.
    """
    drafts = list(drafts)
    holders: dict[object, list[Draft]] = {}
    for draft in drafts:
        for values in {_values(epoch) for epoch in draft.epochs}:
            holders.setdefault(values, []).append(draft)
    kept = []
    for draft in drafts:
        candidates = holders[_values(draft.epochs[0])] if draft.epochs else []
        quoted = next((other for other in candidates if _quotes(draft, other)), None)
        if quoted is None:
            kept.append(draft)
            continue
        quoted.parameters = quoted.parameters or draft.parameters
        quoted.scores = draft.scores + quoted.scores
    return kept


def _quotes(draft: Draft, other: Draft) -> bool:
    """Say whether every epoch of an unannounced run stands in a longer one, under its number if it has one."""
    if draft.announced or len(draft.epochs) >= len(other.epochs):
        return False
    if draft.guessed:
        return {_values(epoch) for epoch in draft.epochs} <= {_values(epoch) for epoch in other.epochs}
    return {_numbered(epoch) for epoch in draft.epochs} <= {_numbered(epoch) for epoch in other.epochs}


def _numbered(epoch: Epoch) -> tuple[object, ...]:
    return (epoch.epoch, *_values(epoch))


def _values(epoch: Epoch) -> tuple[object, ...]:
    """Give the metrics of an epoch as text, because NaN does not equal itself."""
    return tuple((name, repr(value)) for name, value in epoch.logs.items())
