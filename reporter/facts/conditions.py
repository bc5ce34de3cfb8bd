"""Compares the conditions of an original and of its reproductions exactly, as far as their logs tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from reporter.facts.display import count, printed_unit, rounded
from reporter.facts.seeds import settings_of
from reporter.model import Run

_Value = int | str | tuple[float | None, ...]
"""A number, a text, or the learning rate of each epoch."""

_NAMES: Mapping[str, str] = {
    "parameters": "parameters",
    "samples": "training samples",
    "validation": "validation samples",
    "epochs": "epochs",
    "rates": "learning rates",
    "batch size": "batch size",
    "steps": "steps an epoch",
    "data": "checksum of the data",
}
"""The conditions, in the order in which they are shown."""

_DIGITS = 12
"""Number of digits of a checksum that are shown."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds one condition of an original and of its reproductions.

    Attributes:
        name: What it is, such as `training samples`.
        original: Its value for the original; empty if the log does not tell.
        runs: Its value for the reproductions; empty if no log tells, or if there are none.
    """

    name: str
    original: str
    runs: str

    @property
    def outcome(self) -> Literal["equal", "unknown"]:
        """Whether both are known: then they are equal, because a run that differs is no reproduction."""
        return "equal" if self.original and self.runs else "unknown"


class Conditions:
    """Collects the conditions of an original, and those of its reproductions.

    Args:
        original: The original.
    """

    def __init__(self, original: Run) -> None:
        self._original = _conditions_of(original)
        self._runs: dict[str, _Value] = {}

    def differences(self, run: Run) -> list[str]:
        """Lists how a run differs from the original and from the reproductions so far.

        Args:
            run: The run.

        Returns:
            One text for each condition, such as `epochs: 10 instead of 20`; what a log does not tell differs from
            nothing.
        """
        return list(_differences({**self._runs, **self._original}, _conditions_of(run)))

    def add(self, run: Run) -> None:
        """Adds a reproduction; those after it must have its conditions, too."""
        self._runs = {**_conditions_of(run), **self._runs}

    def table(self) -> tuple[Condition, ...]:
        """Lists the conditions that the original or a reproduction tells."""
        return tuple(
            Condition(title, _text(name, self._original.get(name)), _text(name, self._runs.get(name)))
            for name, title in _NAMES.items()
            if name in self._original or name in self._runs
        )


def _conditions_of(run: Run) -> dict[str, _Value]:
    """Finds the conditions that a log and its record tell."""
    rates = tuple(epoch.learning_rate for epoch in run.epochs)
    known: dict[str, _Value] = {**settings_of(run), "epochs": _epochs(run)}
    return known | ({"rates": rates} if any(rate is not None for rate in rates) else {})


def _epochs(run: Run) -> int | str:
    """Gives the number of finished epochs; early stopping is a condition itself, whatever their number."""
    if run.status != "stopped":
        return len(run.epochs)
    return f"at most {run.epochs_declared}, early stopping" if run.epochs_declared else "early stopping"


def _differences(known: Mapping[str, _Value], found: Mapping[str, _Value]) -> Iterator[str]:
    for name, title in _NAMES.items():
        was, now = known.get(name), found.get(name)
        if isinstance(was, tuple) and isinstance(now, tuple):
            yield from _rate_differs(was, now)
        elif was is not None and now is not None and was != now:
            yield f"{title}: {_text(name, now)} instead of {_text(name, was)}"


def _rate_differs(known: tuple[float | None, ...], found: tuple[float | None, ...]) -> Iterator[str]:
    """Yields the first epoch whose learning rates differ at the coarser of their precisions."""
    for epoch, (was, now) in enumerate(zip(known, found, strict=False), 1):  # another number of epochs is told above
        if was is not None and now is not None:
            unit = max(printed_unit(was), printed_unit(now))
            if rounded(was, unit) != rounded(now, unit):
                yield f"learning rate of epoch {epoch}: {now!r} instead of {was!r}"
                return


def _text(name: str, value: _Value | None) -> str:
    if isinstance(value, tuple):
        rates = [rate for rate in value if rate is not None]
        return repr(rates[0]) if len(set(rates)) == 1 else f"{rates[0]!r} to {rates[-1]!r}, {len(rates)} epochs"
    if isinstance(value, int):
        return count(value)
    return (value or "")[: _DIGITS if name == "data" else None]
