"""Holds what the user has chosen to see, and changes it with a key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

T = TypeVar("T")

Key = tuple[str, int]
"""What identifies a run: its log and its first line."""

HELP = (
    ("m M", "next or previous metric"),
    ("s", "linear or logarithmic scale"),
    ("↑ ↓ k j", "another run"),
    ("Enter r", "this run alone, or all runs"),
    ("h ?", "this help"),
    ("q", "quit"),
)
"""The keys, and what they do."""

_NAMES = {
    "\x1b[A": "up", "\x1bOA": "up", "k": "up",
    "\x1b[B": "down", "\x1bOB": "down", "j": "down",
    "\r": "alone", "\n": "alone", "r": "alone",
    "m": "metric", "M": "metric before", "s": "scale",
    "h": "help", "?": "help", "q": "quit", "Q": "quit",
}  # fmt: skip
_KEY = re.compile(r"\x1b[\[O][0-?]*[ -/]*[@-~]?|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class View:
    """Holds what is shown.

    Attributes:
        metric: The metric of the curves; None for the one that the run is judged by.
        scale: The vertical axis of the curves.
        selected: The run that is marked; None for the first one.
        alone: Whether only the curve of that run is drawn.
        help: Whether the keys are explained.
    """

    metric: str | None = None
    scale: Literal["linear", "log"] = "linear"
    selected: Key | None = None
    alone: bool = False
    help: bool = False


def names_of(typed: str) -> Iterator[str]:
    """Names the keys that were typed; keys without a meaning are left out.

    Args:
        typed: What the terminal sent, such as `m` or `ESC [ A`.
    """
    for key in _KEY.findall(typed):
        if key in _NAMES:
            yield _NAMES[key]


def press(view: View, key: str, runs: Sequence[Key], metrics: Sequence[str], shown: str | None) -> View:
    """Changes a view.

    Args:
        view: What is shown.
        key: Name of the key.
        runs: The runs, in the order shown.
        metrics: The metrics that can be chosen.
        shown: The metric that is shown.

    Returns:
        The new view.
    """
    if key == "help" or view.help:
        return replace(view, help=not view.help)
    if key in ("up", "down") and runs:
        return replace(view, selected=_next(runs, view.selected or runs[0], 1 if key == "down" else -1))
    if key in ("metric", "metric before") and metrics:
        return replace(view, metric=_next(metrics, shown or metrics[0], 1 if key == "metric" else -1))
    if key == "scale":
        return replace(view, scale="log" if view.scale == "linear" else "linear")
    return replace(view, alone=not view.alone) if key == "alone" else view


def _next(values: Sequence[T], value: T, step: int) -> T:
    place = values.index(value) if value in values else -step
    return values[(place + step) % len(values)]
