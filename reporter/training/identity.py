"""Tells whether two trainings are the same: computes checksums of the data and the code that they train with."""

from __future__ import annotations

import platform
import sys
import zlib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

PACKAGES = ("keras-reporter", "keras", "tensorflow", "numpy")


def versions() -> dict[str, str]:
    """Looks up the versions of Python and of the packages that compute the numbers of a training."""
    return {"python": platform.python_version()} | {name: _version(name) for name in PACKAGES}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def checksum(*arrays: NDArray[Any]) -> str:
    """Computes a checksum of data, so that runs on other data are not taken for seeds of one experiment.

    Args:
        arrays: The arrays; their types and shapes count, too.

    Returns:
        The CRC-32 as eight hexadecimal digits.
    """
    found = 0
    for array in arrays:
        found = zlib.crc32(f"{array.dtype} {array.shape}".encode(), found)
        found = zlib.crc32(np.ascontiguousarray(array).data, found)
    return f"{found:08x}"


def code_checksum(module: ModuleType) -> str:
    """Computes a checksum of the code of an experiment.

    Args:
        module: The module that defines the experiment. What counts is its file, and the files of all modules below its
            folder that importing it has loaded; installed packages do not count. Of this package, everything in
            `reporter.training` counts.

    Returns:
        The CRC-32 as eight hexadecimal digits.
    """
    folder = Path(module.__file__ or "").resolve().parent
    files = folder.glob("*.py") if folder == Path(__file__).resolve().parent else _loaded_below(folder)
    found = 0
    for file in sorted(files):
        found = zlib.crc32(file.read_bytes(), zlib.crc32(file.name.encode(), found))
    return f"{found:08x}"


def _loaded_below(folder: Path) -> Iterable[Path]:
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        file = Path(path).resolve() if path else None
        if file and file.is_relative_to(folder) and "site-packages" not in file.parts and file.suffix == ".py":
            yield file
