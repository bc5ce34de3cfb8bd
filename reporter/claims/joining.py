"""Joins the tokens of a sentence that belong together, for example those of `epoch 18`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from reporter.claims.numbers import Number
from reporter.claims.phrasings import JOINS
from reporter.claims.words import Token

_JOINS = [(phrasing.gives, phrasing.compiled()) for phrasing in JOINS]
_SECONDS = {"h": 3600, "m": 60, "s": 1}
_AT = re.compile(r"at|in|on|by", re.IGNORECASE)


def joined(tokens: list[Token]) -> list[Token]:
    """Joins the tokens that belong together, for example those of `epoch 18`."""
    letters = "".join(token.letter for token in tokens)
    for gives, pattern in _JOINS:
        if not pattern.search(letters):
            continue
        parts: list[Token] = []
        after = 0
        for found in pattern.finditer(letters):
            inside = tokens[found.start() : found.end()]
            numbers = tuple(number for token in inside for number in token.numbers)
            if gives == "D":
                numbers = duration(inside)
            if gives in "CE" and not _is_counted(inside, numbers):
                continue
            if several := _numbers_of_epochs(inside):
                if not several[0].text.lower().startswith("epochs"):
                    continue
                numbers = numbers[:1]
            letter = _position(gives, inside, tokens[: found.start()])
            parts += tokens[after : found.start()]
            text = " ".join(token.text for token in inside)
            parts.append(Token(letter, inside[0].start, inside[-1].end, text, numbers))
            after = found.end()
        tokens = [*parts, *tokens[after:]]
        letters = "".join(token.letter for token in tokens)
    return tokens


def _numbers_of_epochs(inside: Sequence[Token]) -> Sequence[Token]:
    """Gives the tokens if they are an epoch and several numbers, as in `epochs 16 and 17`."""
    return inside if inside[0].letter == "e" and sum(token.letter == "N" for token in inside) > 1 else ()


def _is_counted(inside: Sequence[Token], numbers: Sequence[Number]) -> bool:
    """Tells whether numbers can count epochs: they are whole, and no sign of arithmetic stands between."""
    return all(number.scaled == int(number.scaled) for number in numbers) and not any(
        token.text in "*/+×·^" for token in inside
    )


def _position(letter: str, inside: Sequence[Token], before: Sequence[Token]) -> str:
    """Tells the number of an epoch from a number of epochs: `at epochs=30`, `at 48 epoch` are positions."""
    after_at = bool(before) and (before[-1].letter == "b" or bool(re.fullmatch(_AT, before[-1].text)))
    singular = not any(token.letter == "e" and token.text.lower().rstrip().endswith("s") for token in inside)
    if letter == "E" and not singular and inside[0].letter == "e" and inside[1].letter == "=":
        return "E" if after_at else "C"
    if letter == "C" and after_at and (singular or inside[0].letter == "e"):
        return "E"
    return letter


def duration(inside: Sequence[Token]) -> tuple[Number, Number]:
    """Adds up a duration such as `1 h 05 min`.

    Args:
        inside: Its tokens.

    Returns:
        The seconds, and the seconds of one unit in the last place: a minute for `5 min`.
    """
    total, step, before = Decimal(0), Decimal(1), ""
    for number, unit in pairwise(inside):
        if number.letter != "N" or unit.letter != "t":
            continue
        name = unit.text.lower()
        if name == before:  # a range: `35 s to 36 s`
            break
        factor = Decimal("0.001") if name.startswith(("ms", "milli")) else Decimal(_SECONDS[name[0]])
        total, step, before = total + number.numbers[0].scaled * factor, number.numbers[0].step * factor, name
    return Number(total), Number(step)
