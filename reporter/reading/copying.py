"""Copies the state of a reader, so that the copy can be ended while the reader goes on."""

from __future__ import annotations

import copy
from collections import deque
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any, TypeVar, cast

from reporter.reading.lines import Lines

T = TypeVar("T")

_SHARED = (tuple, str, int, float, bytes, frozenset, Lines)
_CODE = (type, FunctionType, BuiltinFunctionType, MethodType, ModuleType)


def copied(state: T) -> T:
    """Copies an object with everything in it that can change.

    Tuples are shared with the original. Events and epochs are tuples, and nothing changes them, so a log of many epochs
    takes little more time than a short one. `copy.deepcopy` would copy each of them.

    Args:
        state: The object.

    Returns:
        The copy.

    Raises:
        TypeError: The state holds a generator, which cannot be copied.
    """
    return cast(T, _copied(state, {}))


def _copied(value: Any, done: dict[int, Any]) -> Any:
    if value is None or isinstance(value, (*_SHARED, *_CODE)):
        return value
    if id(value) in done:
        return done[id(value)]
    made = done[id(value)] = copy.copy(value)
    if isinstance(value, dict):
        made.update((key, _copied(each, done)) for key, each in value.items())
    elif isinstance(value, list | deque):
        if not all(isinstance(each, _SHARED) for each in value):
            made.clear()
            made.extend(_copied(each, done) for each in value)
    else:
        for name, each in getattr(value, "__dict__", {}).items():
            setattr(made, name, _copied(each, done))
    return made
