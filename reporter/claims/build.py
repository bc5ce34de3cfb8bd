"""Builds claims from the tokens that a phrasing matched, and from the words around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from reporter.claims.claim import Claim, Kind, Metric, Which
from reporter.claims.contexts import Context, which_value
from reporter.claims.cues import (
    bound,
    epoch_of_value,
    is_after,
    is_condition,
    is_on_data_set,
    is_other,
    is_plausible,
    is_target,
    is_training,
    is_vague,
    number_after,
    number_before,
)
from reporter.claims.metrics import in_context, metric
from reporter.claims.numbers import Number
from reporter.claims.prose import Spot
from reporter.claims.words import Token

_NUMBERS = {"params": "N", "time": "D", "epochs": "C", "epoch_of_best": "E", "epoch_below": "E"}
"""The letter of the token that holds the number of a claim; for the other kinds it is one of `NLR`."""

_AROUND = 6
"""How many tokens before and after a phrasing belong to it."""

_OTHER_LEFT, _OTHER_RIGHT = 14, 8
"""How many tokens around a number are searched for another model."""

_NEXT = 3
"""How many tokens next to a number may say that it is not exact, or on which data it is measured."""

_PATIENT = re.compile(r"patience|early", re.IGNORECASE)

_FEWEST = 100
"""Fewest parameters that prose states of a model without a colon: `2 trainable parameters` is about a layer."""


class Build(NamedTuple):
    """Holds a claim whose line is not known yet, and where its words and its number start in the passage."""

    claim: Claim
    start: int
    end: int
    number: int


class _Match(NamedTuple):
    """Holds what a phrasing matched: what it gives, the tokens, the range of the match, and the number in it."""

    gives: str
    tokens: Sequence[Token]
    start: int
    end: int
    at: int
    around: Context

    @property
    def inside(self) -> Sequence[Token]:
        return self.tokens[self.start : self.end]

    @property
    def first(self) -> int:
        return max(self.start - _AROUND, number_before(self.tokens, self.start) + 1)

    @property
    def near(self) -> Sequence[Token]:
        """The tokens of the match, and those around it up to the next number and its words: `(best: 0.9953)`."""
        after = number_after(self.tokens, self.end)
        last = min(self.end + _AROUND, after)
        words = next((i for i in range(self.end, last) if self.tokens[i].letter in "bl"), None)
        if words is not None and after == last and after < len(self.tokens):
            between = self.tokens[words + 1 : after]
            last = words if all(token.letter in "=v" for token in between) else last
        return self.tokens[self.first : last]

    def left(self, number: int) -> Sequence[Token]:
        """Gives some tokens in front of the number."""
        return self.tokens[max(self.first, self.at - number) : self.at]

    def build(self, claim: Claim) -> Build:
        """Adds where the words start: with `best` or `last` if it stands in front."""
        start = self.start - 1 if self.gives == "reached" and self.start else self.start
        front = next((index for index in range(self.first, self.start) if self.tokens[index].letter in "bl"), start)
        return Build(claim, self.tokens[front].start, self.tokens[self.end - 1].end, self.tokens[self.at].start)


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
        if tokens[at].numbers and not is_target(tokens, at):
            yield from _at_number(_Match(gives, tokens, start, end, at, around))


def _at_number(match: _Match) -> Iterator[Build]:
    """Builds the claims of one number of a phrasing."""
    tokens, at = match.tokens, match.at
    claim = Claim(
        spot=Spot(0, 0),
        column=0,
        text="",
        kind="params",
        numbers=tokens[at].numbers,
        bound=bound(match.left(2), tokens[at]),
        about=any(token.letter == "a" for token in match.left(_NEXT)),
        other=match.around.other
        or any(is_other(token, match.around.models) for token in tokens[max(at - _OTHER_LEFT, 0) : at + _OTHER_RIGHT]),
    )
    if match.gives not in _NUMBERS:
        yield from _of_metric(claim, match)
        return
    makers = {"params": _parameters, "time": _time, "epochs": _epochs}
    made = makers.get(match.gives, _epoch_of_best)(claim, match)
    if made:
        yield match.build(made)


def _parameters(claim: Claim, match: _Match) -> Claim | None:
    if claim.number.unit == "%":
        return None
    if claim.number.scaled < _FEWEST and not any(token.letter == "=" for token in match.inside):
        return None
    words = " ".join(token.text.lower() for token in match.inside)
    part = "non_trainable" if "non" in words else "trainable" if "trainable" in words else "total"
    return replace(claim, kind="bound" if claim.bound else "params", words=part)


def _time(claim: Claim, match: _Match) -> Claim:
    of_epoch = any(token.letter in "eECy" for token in match.near)
    return replace(claim, kind="time", words="epoch" if of_epoch else "total", plain=not (of_epoch or claim.about))


def _epochs(claim: Claim, match: _Match) -> Claim | None:
    if match.tokens[match.at].text.lower().startswith(("one", "two", "zero", "a ")):
        return None
    label = any("=" in token.text or ":" in token.text for token in match.inside)
    after = any(token.text.lower() in ("after", "first", "until", "beyond", "from", "past") for token in match.left(2))
    return replace(
        claim,
        kind="epochs",
        numbers=claim.numbers[:1],
        plain=not (after or claim.about or _is_limit(match)) and (label or is_training(match.near)),
        words="label" if label else "after" if after else "",
        total=_total(claim.numbers),
    )


def _is_limit(match: _Match) -> bool:
    """Tells whether words make a number of epochs a limit: `max 100 epochs`, `100 epochs with patience 5`."""
    patient = any(_PATIENT.search(token.text) for token in match.tokens)
    return patient or any(token.letter in "yb" for token in match.left(2))


def _epoch_of_best(claim: Claim, match: _Match) -> Claim:
    names = [token.text for token in match.near if token.letter == "m"]
    found = metric(names[0]) if names else match.around.metric
    total = _total(claim.numbers)
    return replace(claim, kind="epoch_of_best", numbers=claim.numbers[:1], which="best", total=total, metric=found)


def _total(numbers: Sequence[Number]) -> int | None:
    return int(numbers[1].value) if len(numbers) > 1 else None


def _of_metric(claim: Claim, match: _Match) -> Iterator[Build]:
    """Builds the claim that a metric has a value, and a second one if the epoch of the value is named."""
    found = _metric(match)
    token = match.tokens[match.at]
    reached = match.gives == "reached" and match.around.metric is None
    if match.gives != "score" and (token.letter == "R" or not is_plausible(token, found, percent=reached)):
        return
    tested = match.gives == "score" or (found is not None and found.split == "test")
    which = which_value(match.near) or ("score" if tested else match.around.which)
    clear = match.gives == "score" or (match.gives == "metric" and not is_vague(found, which))
    position = epoch_of_value(match.tokens, match.start, match.end)
    spoken = match.tokens[position] if position is not None else None
    made = replace(
        claim,
        kind=_kind(claim, which, found, match),
        words=" ".join(token.text.lower() for token in match.near if token.letter == "d"),
        metric=found,
        which=which,
        epoch=int(spoken.numbers[0].value) if spoken else None,
        plain=clear and not claim.about and not is_condition(match.tokens, which) and not is_on_data_set(match.near),
    )
    yield match.build(made)
    if spoken and position is not None and spoken.letter == "E" and not is_after(match.tokens, position):
        yield Build(_its_epoch(made, spoken, match), spoken.start, spoken.end, spoken.start)
    elif spoken and spoken.letter == "C" and position is not None and match.start <= position < match.end:
        counted = replace(claim, kind="epochs", numbers=spoken.numbers[:1], bound="", plain=False, words="after")
        yield Build(counted, match.tokens[position - 1].start, spoken.end, spoken.start)


def _metric(match: _Match) -> Metric | None:
    """Tells which metric is meant: that of the words, that of the heading, or, for a bare percentage, the accuracy."""
    names = [token.text for token in match.inside if token.letter == "m"]
    if not names:
        return Metric("acc") if match.gives in ("reached", "other") else match.around.metric
    found = in_context(metric(names[0]), match.around.metric)
    data = next((token for token in match.tokens[match.end : match.end + _NEXT] if token.letter == "u"), None)
    return replace(found, split=metric(data.text).split) if data and not found.split else found


def _its_epoch(made: Claim, spoken: Token, match: _Match) -> Claim:
    """Builds the claim that a value is that of an epoch."""
    return replace(
        made,
        kind="epoch_of_best",
        numbers=spoken.numbers[:1],
        total=_total(spoken.numbers),
        bound="",
        about=False,
        words=str(made.numbers[-1].value),
        plain=made.plain or match.gives == "reached",
    )


def _kind(claim: Claim, which: Which, found: Metric | None, match: _Match) -> Kind:
    if match.gives == "score":
        return "score"
    if any(token.letter == "d" for token in match.near):
        return "derived"
    if claim.bound:
        return "bound"
    kinds: dict[Which, Kind] = {"best": "best_metric", "last": "last_metric", "score": "score"}
    return kinds.get(which, "best_metric" if found and found.split == "val" else "score")
