"""Builds claims from the tokens that a phrasing matched, and from the words around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

from reporter.claims.claim import Claim, Kind, Metric, Which
from reporter.claims.contexts import Context, which_value
from reporter.claims.metrics import in_context, metric
from reporter.claims.numbers import Number
from reporter.claims.prose import Spot
from reporter.claims.words import Token

_NUMBERS = {"params": "N", "time": "D", "epochs": "C", "epoch_of_best": "E", "epoch_below": "E"}
"""The letter of the token that holds the number of a claim; for the other kinds it is one of `NLR`."""

_LEFT, _RIGHT = 6, 6
"""How many tokens before and after a phrasing belong to it."""

_FEWER = ("under", "below", "less", "fewer", "lower", "smaller", "at most", "up to", "no more", "<", "≤", "\\l")
_REACH = 3

_FEWEST = 100
"""Fewest parameters that prose states of a model without a colon: `2 trainable parameters` is about a layer."""


_NAMED_RUN = ("attempt", "model", "experiment", "trial")


def _is_other(token: Token) -> bool:
    """Tells whether a token speaks of another model: `baseline`, `Attempt 2`."""
    return token.letter == "o" or (token.letter == "I" and token.text.lower().startswith(_NAMED_RUN))


_SHARES = ("acc", "error", "score", "auc", "f1", "precision", "recall", "iou", "dice", "top5")
"""Metrics that are at most 1, or 100 percent."""

_TRAINED = re.compile(r"train|ran$|runs?$|fit|logs?$|stopp|total|finish|complet", re.IGNORECASE)
"""Matches the words that make a number of epochs that of a run."""

_FEWEST_PERCENT = 10


class Build(NamedTuple):
    """Holds a claim whose line is not known yet, and where its words and its number start in the passage."""

    claim: Claim
    start: int
    end: int
    number: int


def build(gives: str, tokens: Sequence[Token], start: int, end: int, around: Context) -> Iterator[Build]:
    """Builds the claims of a phrasing.

    Args:
        gives: What the phrasing gives, see `phrasings.CLAIMS`.
        tokens: The tokens of the sentence, joined.
        start: Index of the first token that the phrasing matched.
        end: Index after the last one.
        around: What the headings say.

    Yields:
        The claim, and a second one if the words also name the epoch of the value.
    """
    wanted = _NUMBERS.get(gives, "NLR")
    for at in [index for index in range(start, end) if tokens[index].letter in wanted]:
        if tokens[at].numbers and not _is_target(tokens, at):
            yield from _at_number(gives, tokens, (start, end, at), around)


def _is_target(tokens: Sequence[Token], at: int) -> bool:
    """Tells whether a number is a target or a wish: `the goal was 99.4 %`, `99.4 % is the target`."""
    if any(token.letter == "g" for token in tokens[:at]):
        return True
    for token in tokens[at + 1 : at + 5]:
        if token.letter in ",=NLRDEC":
            break
        if token.letter == "g":
            return True
    return False


def _at_number(
    gives: str, tokens: Sequence[Token], where: tuple[int, int, int], around: Context
) -> Iterator[Build]:
    """Builds the claims of one number of a phrasing."""
    start, end, at = where
    first = max(start - _LEFT, _number_before(tokens, start) + 1)
    last = min(end + _RIGHT, _number_after(tokens, end))
    near = [*tokens[first:end], *tokens[end:last]]
    claim = Claim(
        spot=Spot(0, 0),
        column=0,
        text="",
        kind="params",
        numbers=tokens[at].numbers,
        bound=_bound(tokens[max(first, at - 2) : at], tokens[at]),
        about=any(token.letter == "a" for token in tokens[max(first, at - _REACH) : at]),
        other=around.other or any(_is_other(token) for token in tokens[max(at - 14, 0) : at + 8]),
    )
    start_of_words = start - 1 if gives == "reached" and start else start
    front = next((index for index in range(first, start) if tokens[index].letter in "bl"), start_of_words)
    span = (tokens[front].start, tokens[end - 1].end, tokens[at].start)
    if gives in _NUMBERS:
        if made := _simple(gives, claim, tokens[start:end], tokens[first:last], tokens[max(first, at - 2) : at], around.metric):
            yield Build(made, *span)
        return
    yield from _of_metric(gives, claim, tokens, (start, end, at), near, around, span)


def _simple(gives: str, claim: Claim, inside: Sequence[Token], near: Sequence[Token], left: Sequence[Token], around: Metric | None) -> Claim | None:
    """Builds a claim that is not about the value of a metric."""
    words = " ".join(token.text.lower() for token in inside)
    if gives == "params":
        if claim.number.scaled < _FEWEST and not any(token.letter == "=" for token in inside):
            return None
        part = "non_trainable" if "non" in words else "trainable" if "trainable" in words else "total"
        return replace(claim, kind="bound" if claim.bound else "params", words=part, which="any")
    if gives == "time":
        of_epoch = any(token.letter in "eECy" for token in near)
        return replace(claim, kind="time", words="epoch" if of_epoch else "total", plain=not (of_epoch or claim.about))
    number = claim.numbers[0]
    counted = next(token for token in inside if token.numbers)
    if counted.text.lower().startswith(("one", "two", "zero", "a ")) and gives == "epochs":
        return None
    if gives == "epochs":
        label = any(token.letter == "C" and ("=" in token.text or ":" in token.text) for token in inside)
        after = any(token.text.lower() in ("after", "first", "until", "beyond", "from", "past") for token in left)
        return replace(claim, kind="epochs", numbers=claim.numbers[:1], plain=not after and not claim.about and (label or any(_TRAINED.match(token.text) for token in near)), words="label" if label else "after" if after else "", total=_total(claim.numbers))
    names = [token.text for token in near if token.letter == "m"]
    return replace(claim, kind="epoch_of_best", numbers=(number,), which="best", total=_total(claim.numbers), metric=metric(names[0]) if names else around)


def _total(numbers: Sequence[Number]) -> int | None:
    return int(numbers[1].value) if len(numbers) > 1 else None


def _of_metric(
    gives: str,
    claim: Claim,
    tokens: Sequence[Token],
    where: tuple[int, int, int],
    near: Sequence[Token],
    around: Context,
    span: tuple[int, int, int],
) -> Iterator[Build]:
    """Builds the claim that a metric has a value, and a second one if the epoch of the value is named."""
    start, end, at = where
    names = [token.text for token in tokens[start:end] if token.letter == "m"]
    found = in_context(metric(names[0]), around.metric) if names else around.metric if gives == "label" else Metric("acc") if gives in ("reached", "other") else around.metric
    place = next((token for token in tokens[end : end + _REACH] if token.letter == "u"), None)
    if found and not found.split and place:
        found = replace(found, split=metric(place.text).split)
    which = which_value(near) or ("score" if gives == "score" or (found and found.split == "test") else around.which)
    position = _position(tokens, start, end)
    epoch = int(tokens[position].numbers[0].value) if position is not None else None
    made = replace(
        claim,
        kind=_kind(gives, claim, which, found, near if gives != "score" else ()),
        metric=found,
        which=which,
        epoch=epoch,
        plain=gives in ("metric", "score") and not claim.about and not _is_vague(found, which, gives),
    )
    if gives != "score" and (tokens[at].letter == "R" or not _is_plausible(tokens[at], found, gives, around)):
        return
    yield Build(made, *span)
    if position is None:
        return
    spoken = tokens[position]
    if spoken.letter == "C":
        counted = replace(claim, kind="epochs", numbers=spoken.numbers[:1], bound="", about=False, plain=False, words="after")
        if position < end:
            yield Build(counted, tokens[position - 1].start, spoken.end, spoken.start)
        return
    of_epoch = replace(made, kind="epoch_of_best", numbers=spoken.numbers[:1], total=_total(spoken.numbers), bound="", about=False, words=str(claim.numbers[-1].value), plain=made.plain or gives == "reached")
    yield Build(replace(of_epoch, metric=found), spoken.start, spoken.end, spoken.start)


def _is_vague(found: Metric | None, which: Which, gives: str) -> bool:
    """Tells whether words name neither the data nor the epoch of a value: `reaches 99 % accuracy`."""
    return gives == "metric" and which == "any" and (found is None or not (found.split or found.verbatim))


def _is_plausible(number: Token, found: Metric | None, gives: str, around: Context) -> bool:
    """Tells whether a number can be the value of a metric: 3 is no accuracy, and a loss has decimals."""
    value, unit = number.numbers[0].value, number.numbers[0].unit
    if unit not in ("", "%") or number.text[:1].isalpha() and unit == "":
        return False
    decimal = "." in number.text
    if found and found.name in _SHARES:
        share = value if unit == "" else value / 100
        return (decimal or unit == "%" or (_FEWEST_PERCENT <= value)) and share <= 100 and (gives != "reached" or unit == "%" or around.metric is not None)
    return decimal or unit == "%"


def _kind(gives: str, claim: Claim, which: Which, found: Metric | None, near: Sequence[Token]) -> Kind:
    if any(token.letter == "d" for token in near):
        return "derived"
    if gives == "score":
        return "score"
    if claim.bound:
        return "bound"
    kinds: dict[Which, Kind] = {"best": "best_metric", "last": "last_metric", "score": "score"}
    return kinds.get(which, "best_metric" if found and found.split == "val" else "score")


def _position(tokens: Sequence[Token], start: int, end: int) -> int | None:
    """Finds the epoch that a value is said of: behind it, inside its words, or in front of it."""
    for index in range(end, min(end + 6, len(tokens))):
        if tokens[index].letter == "E" or (tokens[index].letter == "C" and _after(tokens, index)):
            return index
        if tokens[index].letter in "NLRDm":
            break
    inside = [index for index in range(start, end) if tokens[index].letter in "EC"]
    if inside:
        return inside[0]
    for index in range(start - 1, max(start - 7, -1), -1):
        if tokens[index].letter == "E":
            return index
        if tokens[index].letter in "NLRDm":
            break
    return None


def _after(tokens: Sequence[Token], index: int) -> bool:
    return index > 0 and tokens[index - 1].text.lower() == "after"


def _number_before(tokens: Sequence[Token], start: int) -> int:
    return next((index for index in range(start - 1, -1, -1) if tokens[index].letter in "NLRDC"), -1)


def _number_after(tokens: Sequence[Token], end: int) -> int:
    return next((index for index in range(end, len(tokens)) if tokens[index].letter in "NLRDCm"), len(tokens))


def _bound(before: Sequence[Token], number: Token) -> Literal["", ">", "<"]:
    """Tells whether words in front of a number, or a plus behind it, make it a bound."""
    if number.numbers[0].more:
        return ">"
    words = next((token.text.lower() for token in reversed(before) if token.letter == "c"), None)
    if words is None:
        return ""
    return "<" if words.startswith(_FEWER) else ">"
