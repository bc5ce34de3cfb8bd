"""Formats numbers, durations and differences for people."""

from __future__ import annotations

from decimal import Decimal


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


def exact(value: float) -> str:
    """Formats a metric as Keras prints it, or with all digits if that would round it: `0.995300012`."""
    text = number(value)
    return text if float(text) == value else repr(value)


def count(value: int | None) -> str:
    """Formats an integer with thousands separators: `14,864`."""
    return "–" if value is None else f"{value:,}"


def signed(value: Decimal | None) -> str:
    """Formats a difference with its sign: `+0.0009`, `−0.0009`, `±0`."""
    if value is None:
        return "–"
    return f"{value:+f}".replace("-", "−") if value else "±0"


def duration(seconds: float | None) -> str:
    """Formats a duration: `45 s`, `6 min 23 s`, `2 h 05 min`."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60:02d} min"
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
