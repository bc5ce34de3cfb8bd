"""Tells whoever wants to know how far long work has come: files read, then documents made, then figures drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeAlias, TypeVar

_Item = TypeVar("_Item")

Watcher: TypeAlias = Callable[[str, int, int], None]
"""A function that gets the name of a stage, the number of its parts that are done, and the number of all its parts."""

_watcher: ContextVar[Watcher | None] = ContextVar("watcher", default=None)


@contextmanager
def watched_by(watcher: Watcher) -> Iterator[None]:
    """Reports all work inside the block to a function.

    Args:
        watcher: The function.
    """
    token = _watcher.set(watcher)
    try:
        yield
    finally:
        _watcher.reset(token)


def track(stage: str, items: Iterable[_Item], total: int) -> Iterator[_Item]:
    """Yields items, and reports after each how many are done.

    Args:
        stage: What the items are: `files`, `documents` or `figures`.
        items: The items.
        total: How many there are.

    Yields:
        The items, unchanged.
    """
    watcher = _watcher.get()
    for done, item in enumerate(items):
        if watcher:
            watcher(stage, done, total)
        yield item
    if watcher and total:
        watcher(stage, total, total)
