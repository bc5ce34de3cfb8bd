"""Opens the addresses of other machines, `https://` or `s3://`, through fsspec."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, BinaryIO, cast

from reporter.errors import SourceError

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
"""A scheme has two letters at least: the one of `C:\\x.log` names a drive."""


def is_remote(source: str) -> bool:
    """Say whether a source is an address, and not a path."""
    return _ADDRESS.match(source) is not None


def open_remote(address: str) -> BinaryIO:
    """Open a file on another machine.

    Args:
        address: Where it is, in any scheme that an installed backend of fsspec knows.

    Returns:
        The file; whatever its backend has to complain about is a `SourceError` there too.

    Raises:
        SourceError: The file, fsspec or the backend is missing.
    """
    try:
        import fsspec
    except ImportError:
        raise SourceError("needs fsspec; pip install 'keras-reporter[remote]' to read it", address) from None
    return cast(
        "BinaryIO", _Remote(_attempt(address, lambda: fsspec.open(address, "rb", **_options(address)).open()), address)
    )


class _Remote:
    """Reads a file of any backend, and names its address when that fails."""

    def __init__(self, file: Any, address: str) -> None:
        self._file, self._address = file, address

    def __enter__(self) -> _Remote:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self, size: int = -1, /) -> bytes:
        data: bytes = _attempt(self._address, lambda: self._file.read(size))
        return data


def _attempt(address: str, action: Callable[[], Any]) -> Any:
    """Do what a backend may fail at; each one has exceptions of its own."""
    try:
        return action()
    except ImportError:
        raise SourceError(f"needs a backend of fsspec; pip install {_package(address)} to read it", address) from None
    except Exception as error:
        cause = error.__cause__ or error
        if isinstance(cause, FileNotFoundError) or getattr(cause, "status", None) == 404:
            raise SourceError("not found; name the address of a log", address) from None
        raise SourceError(f"{_one_line(cause)}; name the address of a readable log", address) from None


def _options(address: str) -> dict[str, Any]:
    """Ask a web server for the whole file, once: many know no ranges, and a log is read from end to end."""
    return {"block_size": 0} if address.lower().startswith(("http:", "https:")) else {}


def _package(address: str) -> str:
    """Name the package that brings the backend of an address."""
    scheme = address.partition(":")[0].lower()
    return {"http": "aiohttp", "https": "aiohttp", "s3": "s3fs", "gs": "gcsfs"}.get(scheme, f"'fsspec[{scheme}]'")


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
