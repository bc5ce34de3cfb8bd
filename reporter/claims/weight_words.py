"""Finds the words that name the weights of a score, such as `the best epoch's weights`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from reporter.claims.build import Build

_BETWEEN = (
    r"(?:\s|['’]s?\b|-|(?:model|network|epoch|validation|val|accuracy|acc|loss|val_acc|val_accuracy|val_loss"
    r"|saved|performing|were|was|are|of|from|at|with|in|by|the|end)\b){0,14}?"
)
_KEPT = r"\b(?:weights|checkpoints?)\b"
_BEST, _LAST = r"\b(?:best|highest|lowest)\b", r"\b(?:last|final)\b"
_OF_EPOCH = r"(?:\s+(?:of|from|at|after|the|end)){0,4}\s+epoch\s+(?P<epoch>\d{1,7})\b"
_WEIGHTS = re.compile(
    rf"(?P<best>{_BEST}){_BETWEEN}{_KEPT}|{_KEPT}{_BETWEEN}(?P<best_behind>{_BEST})(?:\sepoch\b)?"
    rf"|(?P<last>{_LAST}){_BETWEEN}{_KEPT}|{_KEPT}{_BETWEEN}(?P<last_behind>{_LAST})(?:\sepoch\b)?"
    rf"|(?P<restored>\brestor(?:ed|ing)\b){_BETWEEN}{_KEPT}|{_KEPT}{_BETWEEN}(?P<restored_behind>\brestored\b)"
    rf"|{_KEPT}{_OF_EPOCH}|\bepoch\s+(?P<epoch_before>\d{{1,7}})\s?(?:['’]s)?\s+{_KEPT}",
    re.IGNORECASE,
)
_MEANINGS = {"best": "best", "last": "last", "restored": "best"}


class Named(NamedTuple):
    """Holds words that name weights: where they start in a passage, and `best`, `last` or the number of an epoch."""

    start: int
    weights: str


def without_weights(text: str) -> tuple[str, list[Named]]:
    """Replaces the words that name weights by blanks, so that they do not stand between a metric and its number.

    Args:
        text: The text of a passage.

    Returns:
        The text, of the same length, in which only `best`, `last` and the like are left of these words; and what they
        name. `weights` alone are parameters, and stay.
    """
    named = []

    def blank(found: re.Match[str]) -> str:
        name = next(name for name, words in found.groupdict().items() if words)
        kind = name.partition("_")[0]
        named.append(Named(found.start(), _MEANINGS.get(kind) or found[name].lstrip("0")))
        start, end = found.span(name) if kind != "epoch" else (found.start(), found.start())
        before, after = start - found.start(), found.end() - end
        return " " * before + text[start:end] + " " * after

    return _WEIGHTS.sub(blank, text), named


def with_weights(found: Sequence[Build], named: Sequence[Named], start: int, end: int) -> list[Build]:
    """Adds the weights to the claims of a sentence, if there is no doubt which of its values they belong to.

    Args:
        found: The claims of the sentence.
        named: The words of the passage that name weights.
        start: Where the sentence starts in the passage.
        end: Where it ends.

    Returns:
        The claims. If a sentence names several weights, or several values of one metric, they stay as they are.
    """
    weights = {each.weights for each in named if start <= each.start < end}
    metrics = [each.claim.metric for each in found if each.claim.metric and each.claim.kind != "epoch_of_best"]
    if len(weights) != 1 or len(set(metrics)) < len(metrics):
        return list(found)
    (name,) = weights
    epoch = int(name) if name.isdigit() else None
    return [
        each._replace(claim=replace(each.claim, weights=name, epoch=epoch or each.claim.epoch))
        if each.claim.metric
        else each
        for each in found
    ]
