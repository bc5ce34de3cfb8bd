"""Writes and reads a file that holds arrays and plain values, nested in lists, tuples and dictionaries.

The file is one of `numpy.savez`: the arrays, and the values around them as JSON. Reading it runs no code, unlike
`pickle`, and finds damage, because each part of a ZIP file has a checksum.
"""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reporter.errors import SourceError

_PLAIN = (type(None), bool, int, float, str)
_TREE = "tree"


def can_hold(value: object) -> bool:
    """Checks whether a file can hold a value: a number, a string, an array, or a list, tuple or dictionary of them."""
    if type(value) is dict:
        return all(can_hold(key) and can_hold(each) for key, each in value.items())
    if type(value) in (list, tuple):
        return all(map(can_hold, value))  # type: ignore[call-overload]
    return type(value) in _PLAIN or (isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "biufcSU")


def write(path: Path, value: object) -> None:
    """Writes a value, and returns when the disk has it.

    Args:
        path: The file.
        value: The value, for which `can_hold` is true.
    """
    arrays: list[NDArray[Any]] = []
    tree = json.dumps(_pack(value, arrays)).encode()
    parts: dict[str, Any] = {_TREE: np.frombuffer(tree, np.uint8)}
    parts |= {str(number): array for number, array in enumerate(arrays)}
    with path.open("wb") as file:
        np.savez(file, **parts)
        file.flush()
        os.fsync(file.fileno())


def read(path: Path) -> Any:
    """Reads a value.

    Args:
        path: The file.

    Returns:
        The value, equal to the one that was written.

    Raises:
        SourceError: The file is missing or damaged.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as parts:
            found = {name: parts[name] for name in parts.files}
        return _unpack(json.loads(found[_TREE].tobytes()), found)
    except (OSError, ValueError, LookupError, EOFError, TypeError, AttributeError, zipfile.BadZipFile, zlib.error):
        raise SourceError("is damaged or missing; --force starts the training anew", path) from None


def _pack(value: Any, arrays: list[NDArray[Any]]) -> object:
    """Turns a value into one for JSON; a list there is a value and the name of its type."""
    if isinstance(value, (np.ndarray, np.generic)):
        arrays.append(np.asarray(value))
        return [len(arrays) - 1, "scalar" if isinstance(value, np.generic) else "array"]
    if isinstance(value, dict):
        return [[[_pack(key, arrays), _pack(each, arrays)] for key, each in value.items()], "dict"]
    if isinstance(value, (list, tuple)):
        return [[_pack(each, arrays) for each in value], type(value).__name__]
    return value


def _unpack(value: Any, arrays: dict[str, NDArray[Any]]) -> Any:
    if not isinstance(value, list):
        return value
    content, kind = value
    if kind in ("array", "scalar"):
        array = arrays[str(content)]
        return array if kind == "array" else array[()]
    if kind == "dict":
        return {_unpack(key, arrays): _unpack(each, arrays) for key, each in content}
    found = [_unpack(each, arrays) for each in content]
    return tuple(found) if kind == "tuple" else found
