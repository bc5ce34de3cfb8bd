"""Opens files on other machines: `https://…`, and through fsspec `s3://…` and others."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any, BinaryIO, cast

from reporter.errors import SourceError

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
"""A scheme has at least two letters, because `C:\\x.log` is a path on a drive of Windows."""

_LARGEST, _LONGEST = 1 << 30, 600
"""The most bytes of a file, and the most seconds that reading it may take."""


def is_remote(source: str) -> bool:
    """Checks whether a source is an address like `https://…`."""
    return _ADDRESS.match(source) is not None


def open_remote(address: str) -> BinaryIO:
    """Opens a file on another machine.

    Args:
        address: The address, with any scheme that an installed backend of fsspec supports.

    Returns:
        The open file; its `read` raises `SourceError` too.

    Raises:
        SourceError: The file cannot be opened, or fsspec or its backend for the scheme is not installed; web addresses
            need neither.
    """
    if address.lower().startswith(("http://", "https://")):
        from reporter.sources.web import open_web

        return cast("BinaryIO", _Remote(_attempt(address, lambda: open_web(address)), address))
    try:
        import fsspec
    except ImportError:
        raise SourceError(
            "an address; install the package fsspec, or reinstall reporter with its extra 'remote'", address
        ) from None
    return cast("BinaryIO", _Remote(_attempt(address, lambda: fsspec.open(address, "rb").open()), address))


class _Remote:
    """Reads a file of any backend; turns every error into a `SourceError` with the address."""

    def __init__(self, file: Any, address: str) -> None:
        self._file, self._address = file, address
        self._count, self._start = 0, time.monotonic()

    def __enter__(self) -> _Remote:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self, size: int = -1, /) -> bytes:
        data: bytes = _attempt(self._address, lambda: self._file.read(size))
        self._count += len(data)
        if self._count > _LARGEST or time.monotonic() - self._start > _LONGEST:
            message = f"larger than {_LARGEST >> 20:,} MiB, or slower than {_LONGEST} seconds; download it yourself"
            raise SourceError(message, self._address)
        return data


def _attempt(address: str, action: Callable[[], Any]) -> Any:
    """Calls a backend; any exception becomes a `SourceError`, because each backend raises its own."""
    try:
        return action()
    except ImportError:
        raise SourceError(f"needs {_package(address)}; install it", address) from None
    except Exception as error:
        cause = error.__cause__ or error
        if isinstance(cause, FileNotFoundError) or getattr(cause, "code", None) == 404:
            raise SourceError("not found; name the address of a log", address) from None
        raise SourceError(f"{_one_line(cause)}; name the address of a readable log", address) from None


def _package(address: str) -> str:
    """Names the package that has the backend for an address."""
    scheme = address.partition(":")[0].lower()
    known = {"s3": "s3fs", "gs": "gcsfs"}
    return f"the package {known[scheme]}" if scheme in known else f"a backend of fsspec for {scheme}://"


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
