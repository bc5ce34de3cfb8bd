"""Tells which metric words name, and on which data it is measured."""

from __future__ import annotations

import re

from reporter.claims.claim import Metric, Split

_SPLITS: tuple[tuple[Split, str], ...] = (
    ("val", r"(?<![a-z])(?:val(?:id(?:ation)?)?|dev(?:elopment)?)(?![a-z])|vacc"),
    ("test", r"(?<![a-z])(?:test(?:ing)?|eval(?:uation)?|held[- ]?out|hold-?out|unseen)(?![a-z])"),
    ("train", r"(?<![a-z])train(?:ing)?(?![a-z])|tacc"),
)
"""For each kind of data the words that name it."""

_NAMES = (
    ("loss", r"loss"),
    ("error", r"error"),
    ("acc", r"top-?\s?1|ac+u?r|(?<![a-z])[vt]?acc"),
    ("auc", r"auc|auroc"),
    ("f1", r"f1"),
    ("precision", r"precision"),
    ("recall", r"recall"),
    ("rmse", r"rmse"),
    ("mse", r"mse"),
    ("mae", r"mae"),
    ("iou", r"iou"),
    ("dice", r"dice"),
    ("perplexity", r"perplexity"),
    ("score", r"score"),
)
_COLUMN = re.compile(r"[a-z]\w*_\w+")


def metric(words: str) -> Metric:
    """Tells which metric words name.

    Args:
        words: The words, such as `validation accuracy`, `val_acc` or `accuracy on the test data`.

    Returns:
        The metric.
    """
    text = " ".join(words.lower().split())
    split: Split = next((split for split, pattern in _SPLITS if re.search(pattern, text.replace("_", " "))), "")
    name = next((name for name, pattern in _NAMES if re.search(pattern, text.replace("_", " "))), text)
    if re.search(r"top-?\s?5", text):
        name = "top5"
    column = _COLUMN.match(text)
    if column and not re.fullmatch(
        r"(?:val|train|test|training|validation|testing)_(?:acc|accuracy|loss|score|error)", column[0]
    ):
        return Metric(words.strip().split()[0], split, verbatim=True)
    return Metric(name, split)


def in_context(found: Metric, context: Metric | None) -> Metric:
    """Adds the data that a heading names to a metric that names none.

    Args:
        found: The metric of the sentence.
        context: The metric of the heading or label above it.

    Returns:
        The metric, with the data of the heading if it has none of its own.
    """
    if context is None or found.split or not context.split:
        return found
    return Metric(found.name, context.split, found.verbatim)
