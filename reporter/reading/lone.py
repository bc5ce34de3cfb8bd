"""Decides which drafts are runs: a header alone, or a result alone, may belong to something else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reporter.model import LogWarning
from reporter.reading.draft import Draft

_LONE = "a result without a header, in a document of runs with headers: quoted, of evaluate(), or a fit of one epoch"


def begun_drafts(drafts: Iterable[Draft]) -> list[Draft]:
    """Selects the drafts that have begun.

    A header alone may be an echo, or belong to a program that is not Keras. If the program failed after it, and another
    run of Keras has the same number of epochs, it is a run without a finished epoch.

    Args:
        drafts: The drafts of one source, in order.

    Returns:
        Those that are runs.
    """
    drafts = list(drafts)
    declared = {draft.epochs_declared for draft in drafts if draft.header and draft.epochs}
    return [
        draft
        for draft in drafts
        if draft.has_begun or (draft.header and draft.failure and draft.epochs_declared in declared)
    ]


def without_lone_results(drafts: Sequence[Draft]) -> list[Draft]:
    """Removes single results without headers from a document, if other runs of it have headers.

    Such a result under a heading is a quotation, a score, or a fit of one epoch; the document does not say which. The
    run before, or else the first run, gets a warning; the next run of its section gets the other facts.

    Args:
        drafts: The runs of one source, in order.

    Returns:
        The other runs.
    """
    if not any(draft.header and len(draft.epochs) > 1 for draft in drafts):
        return list(drafts)
    kept: list[Draft] = []
    lone: Draft | None = None
    before = next(draft for draft in drafts if not _is_lone(draft))
    for draft in drafts:
        if _is_lone(draft):
            lone = draft
            before.warnings.append(LogWarning("lone-result", lone.line, _LONE))
            continue
        if lone and lone.section is draft.section:
            draft.parameters = draft.parameters or lone.parameters
            draft.scores = lone.scores + draft.scores
        lone, before = None, draft
        kept.append(draft)
    return kept


def _is_lone(draft: Draft) -> bool:
    return draft.header is None and len(draft.epochs) == 1 and draft.section.level > 0
