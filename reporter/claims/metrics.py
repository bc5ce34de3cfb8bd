"""Tells which metric words name, and on which data it is measured."""

from __future__ import annotations

import re

from reporter.claims.claim import Metric, Split

_SPLIT = r"val(?:idation)?\.?|valid|dev|development|test(?:ing)?|train(?:ing)?|eval(?:uation)?|held[- ]out|hold-?out"
_NAME = (
    r"top-?\s?[15][- ]acc(?:uracy)?|acc(?:\.(?=\s[a-z])|uracy|uracies|ura?y|urracy)?|acuracy"
    r"|loss(?:es)?|error(?:\srates?)?|auc|auroc"
    r"|f1(?:[-\s]?scores?)?|precision|recall|mse|mae|rmse|iou|dice|perplexity|scores?"
)
_SETS = r"(?:the\s+|our\s+|its\s+)?(?:mnist\s+|cifar-?10\s+)?(?:unseen\s+)?"
_DATA = rf"{_SETS}(?:{_SPLIT})(?:[-\s](?:data(?:\s?set)?|set|images?|samples?|split|examples?))"
DATA = rf"on\s+{_DATA}\b"
"""Matches the data that a metric is measured on: `on the test set`."""

METRIC = (
    rf"(?:[a-z]\w*_)?(?:{_NAME})\b(?:\s*(?:score|value|rate)\b)?\s+(?:on|over|for)\s+(?:{_DATA}|{_SETS}(?:{_SPLIT}))\b"
    rf"|(?:{_SPLIT})(?:[-\s_]*(?:data(?:\s?set)?|set|split))?[-\s_]+"
    rf"(?:categorical\s)?(?:{_NAME})(?!\w)(?:\s+(?:score|value)\b)?"
    r"|vacc\b|tacc\b"
    r"|[a-z]\w*_(?:acc|accuracy|loss|auc|mae|mse|precision|recall|iou|dice)\b"
    rf"|(?:categorical\s)?(?:{_NAME})(?!\w)(?:\s+(?:score|value)\b)?"
)
"""Matches the name of a metric: `val_acc`, `validation accuracy`, `accuracy on the test set`."""

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
