"""Formats numbers, durations and differences for people."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache


def number(value: float | None) -> str:
    """Formats a metric as Keras prints it (`keras/src/utils/progbar.py`), except for 0, which stays `0.0000`.

    Args:
        value: The metric; None if it is unknown.

    Returns:
        Four decimals, such as `0.9953`, or an exponent if the value is 0.001 or less: `1.0000e-03`.
    """
    if value is None:
        return "–"
    return f"{value:.4e}" if 0 < abs(value) <= 1e-3 else f"{value:.4f}"


def value_at(value: float, epochs: Sequence[int]) -> str:
    """Formats a metric and the epochs that have it: `0.9866 (epochs 2, 3)`."""
    return f"{number(value)} (epoch{'s' if len(epochs) > 1 else ''} {', '.join(map(str, epochs))})"


def exact(value: float) -> str:
    """Formats a metric as Keras prints it, or with all its digits if that would round it: `0.9953001`.

    Digits that only come from storing a number in 32 bits are left out: `0.9944000244140625` is `0.9944`.
    """
    text, known = number(value), as_decimal(value)
    return text if Decimal(text) == known else repr(float(known))


@lru_cache(4096)
def as_decimal(value: float) -> Decimal:
    """Gives the number that was measured: the shortest decimal that has this value.

    Keras computes metrics in 32 bits and prints the list of `evaluate()` in 64, with digits that mean nothing: 0.9944
    becomes 0.9944000244140625. If a value fits into 32 bits, it is the shortest decimal that gives the same 32 bits.

    Args:
        value: The value.

    Returns:
        The decimal, which may be an infinity or NaN.
    """
    if not math.isfinite(value) or _in_32_bits(value) != value:
        return Decimal(repr(value))
    candidates = (f"{value:.{digits}g}" for digits in range(1, 10))
    return Decimal(next((each for each in candidates if _in_32_bits(float(each)) == value), repr(value)))


@lru_cache(4096)
def printed_unit(value: float) -> Decimal:
    """Gives the unit of the last digit of a finite value: 0.0001 for 0.9953, 1E-9 for 0.995300012.

    Keras prints at least four decimals, so the unit of 0.99 is 0.0001, too. It prints `0.0010` for numbers from 0.001
    to 0.00105, so 0.001 has four decimals.
    """
    known = as_decimal(value)
    text = f"{value:.4f}" if abs(value) == 1e-3 else number(value)
    as_keras = Decimal(text)
    return Decimal(1).scaleb(int((as_keras if as_keras == known else known).as_tuple().exponent))


def rounded(value: float, unit: Decimal) -> Decimal:
    """Rounds a value to a multiple of a unit, unless it has no more digits than that."""
    known = as_decimal(value)
    return known.quantize(unit, ROUND_HALF_UP) if printed_unit(value) < unit else known


def _in_32_bits(value: float) -> float | None:
    """Rounds a number to 32 bits; None if it is too large for them."""
    try:
        return float(struct.unpack("f", struct.pack("f", value))[0])
    except OverflowError:
        return None


def count(value: int | None) -> str:
    """Formats an integer with thousands separators: `14,864`."""
    return "–" if value is None else f"{value:,}"


def counted(number: int, word: str) -> str:
    """Writes a number of things with its unit: `1 run`, `2,000 runs`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def signed(value: Decimal | None) -> str:
    """Formats a difference with its sign: `+0.0009`, `−0.0009`, `±0`."""
    if value is None:
        return "–"
    return f"{value:+f}".replace("-", "−") if value else "±0"


def brief(value: float) -> str:
    """Formats a number with two significant digits and without an exponent: `0.0019`."""
    return f"{Decimal(f'{value:.2g}'):f}"


def two_digits(value: float) -> str:
    """Formats a positive number with two significant digits and without an exponent: `0.0020`."""
    return f"{Decimal(f'{value:#.2g}'):f}"


def p_text(p: float) -> str:
    """Formats a p-value: `p=0.0079`, `p<0.0001`."""
    return "p<0.0001" if p < 1e-4 else f"p={p:.2g}"


def duration(seconds: float | None) -> str:
    """Formats a duration: `45 s`, `6 min 23 s`, `2 h 05 min`."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60:02d} min"
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
