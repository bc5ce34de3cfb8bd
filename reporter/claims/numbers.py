"""Reads numbers as people write them, and compares them with the values of a log."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Literal

Unit = Literal["", "%", "k", "m", "b"]

NUMBER = (
    r"[-+−±]?(?:\d{1,3}(?:(?:,|\{,\})\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:[eE][-+]?\d{1,3}(?!\w))?"
    r"(?:\s?(?:%|\\%|percent\b|per\scent\b)|\s?(?:million|thousand|billion)\b|[kKMB]\b(?!\s?\d{1,2}\s?s\b))?\+?"
)
"""Matches a number with its thousands separators, its exponent and its unit: `14,864`, `99.5 %`, `15k`, `88+`.

The `m` of `2m 40s` is no million.
"""

_PARTS = re.compile(
    r"(?P<sign>[-+−±]?)(?P<digits>[\d,{}]+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s?(?P<unit>[^+\d]*)(?P<more>\+?)"
)
_UNITS: dict[str, Unit] = {
    **dict.fromkeys(("%", "\\%", "percent", "per cent"), "%"),
    **dict.fromkeys(("k", "thousand"), "k"),
    **dict.fromkeys(("m", "million"), "m"),
    **dict.fromkeys(("b", "billion"), "b"),
}
_FACTORS: dict[Unit, Decimal] = {
    "": Decimal(1),
    "%": Decimal("0.01"),
    "k": Decimal(1000),
    "m": Decimal(10**6),
    "b": Decimal(10**9),
}
_SMALL = {
    word: value
    for value, word in enumerate(
        (
            *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
            *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"),
            *("seventeen", "eighteen", "nineteen"),
        )
    )
}
_TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_UP_TO_19 = "|".join(sorted(_SMALL, key=len, reverse=True))
_UP_TO_9 = "|".join(word for word, value in _SMALL.items() if 0 < value < 10)
WORD = rf"(?:(?:{'|'.join(_TENS)})(?:[-\s](?:{_UP_TO_9}))?|(?:{_UP_TO_19})|(?:a|one)\s?hundred)"
"""Matches a number in words up to one hundred: `twenty-five`."""

_SHORT = 9
"""Most digits of a number whose binary noise is removed."""

_MOST_DIGITS = 40
"""More digits than any number has that is worth comparing."""


@dataclass(frozen=True, slots=True)
class Number:
    """Holds a number with the precision in which it is written.

    Attributes:
        value: The number without its unit: 99.53 for `99.53 %`.
        unit: `"%"`, `"k"`, `"m"` (million), `"b"` (billion), or nothing.
        more: Whether it is followed by a plus: `99%+`.
    """

    value: Decimal
    unit: Unit = ""
    more: bool = False

    @property
    def scaled(self) -> Decimal:
        """The number with its unit: 0.9953 for `99.53 %`."""
        return self.value * _FACTORS[self.unit]

    @property
    def step(self) -> Decimal:
        """One unit in the last place that is written, with the unit: 0.0001 for `99.53 %`."""
        exponent = self.value.as_tuple().exponent
        assert isinstance(exponent, int)
        return Decimal(1).scaleb(exponent) * _FACTORS[self.unit]

    def times(self, factor: Decimal) -> Number:
        """Gives the same digits in another unit: 84.10 times 0.01 is 0.8410."""
        return Number(self.value * factor, self.unit, self.more)


def parse(text: str) -> Number | None:
    """Reads a number, in digits or in words.

    Args:
        text: The number as `NUMBER` or `WORD` matches it.

    Returns:
        The number, or None if it has more digits than can be compared.
    """
    words = text.lower().split() if text[:1].isalpha() else []
    if words or text[:1].isalpha():
        return _from_words(text)
    found = _PARTS.match(text)
    if not found or len(found["digits"]) > _MOST_DIGITS:
        return None
    try:
        value = Decimal(re.sub("[,{}]", "", found["digits"]))
    except InvalidOperation:
        return None
    unit = _UNITS.get(" ".join(found["unit"].lower().split()), "")
    return Number(-value if found["sign"] in ("-", "−") else value, unit, bool(found["more"]))


def _from_words(text: str) -> Number | None:
    words = text.lower().replace("-", " ").split()
    total = 0
    for word in words:
        if word in ("hundred",):
            total = 100
        elif word in _TENS or word in _SMALL:
            total += _TENS.get(word, 0) + _SMALL.get(word, 0)
    return Number(Decimal(total))


def exact(value: float, decimals: int | None = None) -> Decimal:
    """Turns a value of a log into a decimal with the digits that were printed.

    Args:
        value: The value.
        decimals: Least number of decimals that were printed; `0.885` of a log with four is 0.8850.

    Returns:
        The decimal. `0.8245999999999999`, which comes from dividing by 100, is 0.8246.
    """
    short = Decimal(f"{value:.13g}")
    made = short if len(short.normalize().as_tuple().digits) <= _SHORT else Decimal(repr(value))
    exponent = made.as_tuple().exponent
    if decimals is not None and isinstance(exponent, int) and -exponent < decimals and abs(value) > 1e-3:
        made = made.quantize(Decimal(1).scaleb(-decimals))
    return made


def agrees(claim: Number, value: Decimal, *, about: bool = False) -> bool:
    """Compares a claimed number with a value as a reader would.

    The claim agrees if the value, rounded or cut to the digits that the claim has, is the claim. If the claim has more
    digits than the value, the claim is rounded or cut instead.

    Args:
        claim: The number in the text.
        value: The value of the log.
        about: Whether the text says "about": then one unit in the last place is allowed.

    Returns:
        Whether they agree.
    """
    step, own = claim.step, _last_place(value)
    if value.is_finite() and abs(claim.scaled - value) > max(step, own):
        return False
    if not _comparable(claim.scaled, step) or not _comparable(value, step):
        return claim.scaled == value
    if about and abs(claim.scaled - value) <= step:
        return True
    if own > step:
        return value in _shortened(claim.scaled, own)
    return claim.scaled in _shortened(value, step)


def _last_place(value: Decimal) -> Decimal:
    exponent = value.as_tuple().exponent
    return Decimal(1).scaleb(exponent) if isinstance(exponent, int) else Decimal(1)


def _comparable(value: Decimal, step: Decimal) -> bool:
    return value.is_finite() and abs(value.adjusted() - step.adjusted()) < 26


def _shortened(value: Decimal, step: Decimal) -> set[Decimal]:
    """Gives a value rounded half up, rounded half to even, and cut, to a multiple of a power of ten."""
    ways = (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN)
    return {(value / step).quantize(Decimal(1), rounding=way) * step for way in ways}


def whole_samples(claim: Number, samples: int) -> bool:
    """Tells whether an accuracy can be a share of a number of samples (the GRIM test of Brown and Heathers, 2017).

    Args:
        claim: The accuracy.
        samples: The number of samples.

    Returns:
        Whether there is a whole number of right answers whose share, rounded or cut, is the claim.
    """
    near = math.floor(claim.scaled * samples)
    shares = (Decimal(right) / Decimal(samples) for right in range(near - 1, near + 3))
    return any(claim.scaled in _shortened(share, claim.step) for share in shares)
