"""Writes numbers, times and differences as people read them."""

from __future__ import annotations

from decimal import Decimal


def number(value: float | None) -> str:
    """Write a metric as Keras does: four decimals, or an exponent where four would hide it."""
    if value is None:
        return "–"
    return f"{value:.4e}" if 0 < abs(value) < 1e-3 else f"{value:.4f}"


def exact(value: float) -> str:
    """Write a metric as Keras does where that is all of it, else with all its digits."""
    text = number(value)
    return text if float(text) == value else repr(value)


def count(value: int | None) -> str:
    """Write a whole number with thousands separators."""
    return "–" if value is None else f"{value:,}"


def signed(value: Decimal | None) -> str:
    """Write a difference with its sign; none is `±0`."""
    if value is None:
        return "–"
    return f"{value:+f}".replace("-", "−") if value else "±0"


def duration(seconds: float | None) -> str:
    """Write a time as people say it: `45 s`, `6 min 23 s`, `2 h 05 min`."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60:02d} min"
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
