"""Tells what the words around a number make of it: a target, a bound, a number about another model."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Literal

from reporter.claims.claim import Metric, Which
from reporter.claims.numbers import Number
from reporter.claims.words import Token

_FEWER = ("under", "below", "less", "fewer", "lower", "smaller", "at most", "up to", "no more", "<", "≤", "\\l")
_NAMED_RUN = ("attempt", "model", "experiment", "trial")
_TRAINED = re.compile(r"train|ran$|runs?$|fit|logs?$|stopp|total|finish|complet", re.IGNORECASE)
"""Matches the words that make a number of epochs that of a run."""

_SHARES = ("acc", "error", "score", "auc", "f1", "precision", "recall", "iou", "dice", "top5")
"""Metrics that are at most 1, or 100 percent."""

_FEWEST_PERCENT = 10
"""A smaller whole number without a percent sign is no accuracy."""

_UNTIL = ("before", "until", "since", "from", "beyond", "past", "till")
_RATE = re.compile(r"learning|\blr\b")
_DATA_SET = re.compile(r"cifar|imagenet|\w*mnist|svhn|imdb|coco|kaggle", re.IGNORECASE)

_NUMBERS = "NLRDC"
"""The letters of tokens that hold a number which is no epoch."""

_NEAR = 6
"""How many tokens away an epoch may stand from the value that it belongs to."""


def is_other(token: Token, own: Collection[str]) -> bool:
    """Tells whether a token speaks of another model: `baseline`, `Attempt 2`, an architecture that is not its own."""
    return (token.letter == "o" and token.text.lower() not in own) or (
        token.letter == "I" and token.text.lower().startswith(_NAMED_RUN)
    )


def is_target(tokens: Sequence[Token], at: int) -> bool:
    """Tells whether a number is a target or a wish: `the goal was 99.4 %`, `99.4 % is the target`."""
    if any(token.letter == "g" for token in tokens[:at]):
        return True
    for token in tokens[at + 1 : at + 5]:
        if token.letter in ",=E" + _NUMBERS:
            break
        if token.letter == "g":
            return True
    return False


def is_vague(found: Metric | None, which: Which) -> bool:
    """Tells whether words name neither the data nor the epoch of a value: `reaches 99 % accuracy`."""
    return which == "any" and (found is None or not (found.split or found.verbatim))


def is_training(tokens: Sequence[Token]) -> bool:
    """Tells whether words make a number of epochs that of a whole run: `trained for 20 epochs`."""
    return any(_TRAINED.match(token.text) for token in tokens)


def is_plausible(token: Token, found: Metric | None, *, percent: bool) -> bool:
    """Tells whether a number can be the value of a metric: 3 is no accuracy, and a loss has decimals.

    Args:
        token: The token of the number.
        found: The metric.
        percent: Whether an accuracy without a percent sign is not enough.

    Returns:
        Whether it can be.
    """
    number: Number = token.numbers[0]
    if number.unit not in ("", "%") or (token.text[:1].isalpha() and number.unit == ""):
        return False
    exact = "." in token.text or number.unit == "%"
    if found is None or found.name not in _SHARES:
        return exact
    return (exact or number.value >= _FEWEST_PERCENT) and number.scaled <= 100 and (number.unit == "%" or not percent)


def bound(before: Sequence[Token], number: Token) -> Literal["", ">", "<"]:
    """Tells whether words in front of a number, or a plus behind it, make it a bound."""
    if number.numbers[0].more:
        return ">"
    words = next((token.text.lower() for token in reversed(before) if token.letter == "c"), None)
    if words is None:
        return ""
    return "<" if words.startswith(_FEWER) else ">"


def epoch_of_value(tokens: Sequence[Token], start: int, end: int) -> int | None:
    """Finds the epoch that a value is said of: behind it, inside its words, or in front of it.

    Args:
        tokens: The tokens of the sentence.
        start: Index of the first token of the words.
        end: Index after the last one.

    Returns:
        The index of the token, or None.
    """
    for index in range(end, min(end + _NEAR, len(tokens))):
        if _is_position(tokens, index):
            return index
        if tokens[index].letter in _NUMBERS + "m":
            break
    inside = [index for index in range(start, end) if tokens[index].letter in "EC"]
    if inside:
        return inside[0]
    for index in range(start - 1, max(start - _NEAR - 1, -1), -1):
        if _is_position(tokens, index):
            return index
        if tokens[index].letter in _NUMBERS + "m":
            break
    return None


def _is_position(tokens: Sequence[Token], index: int) -> bool:
    """Tells whether a token is the epoch of a value: `epoch 18`, `after 20 epochs`, but not `until epoch 18`."""
    before = tokens[index - 1].text.lower() if index else ""
    return (tokens[index].letter == "E" and before not in _UNTIL) or (tokens[index].letter == "C" and before == "after")


def is_after(tokens: Sequence[Token], index: int) -> bool:
    """Tells whether a value may be that of any epoch after one: `after epoch 3`."""
    return index > 0 and tokens[index - 1].text.lower() == "after"


def is_condition(tokens: Sequence[Token], which: Which) -> bool:
    """Tells whether a sentence speaks of a trial: it names a learning rate, or a setting and no value in particular."""
    settings = [token.text.lower() for token in tokens if token.letter == "S"]
    return any(_RATE.search(text) for text in settings) or (bool(settings) and which == "any")


def is_on_data_set(tokens: Sequence[Token]) -> bool:
    """Tells whether words name a data set: it may be another one."""
    return any(_DATA_SET.match(token.text) for token in tokens)


def number_before(tokens: Sequence[Token], start: int) -> int:
    """Gives the index of the last number before a token, or -1."""
    return next((index for index in range(start - 1, -1, -1) if tokens[index].letter in _NUMBERS), -1)


def number_after(tokens: Sequence[Token], end: int) -> int:
    """Gives the index of the next number or metric, or that of the end."""
    return next((index for index in range(end, len(tokens)) if tokens[index].letter in _NUMBERS + "m"), len(tokens))
