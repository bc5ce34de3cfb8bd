"""Makes the streams of Python, `sys.stdout` and `sys.stderr`, write what can be captured at descriptors."""

from __future__ import annotations

import ctypes
import io
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import IO

from reporter.capturing.pump import show


def direct(stream: IO[str] | None, descriptor: int, copy: int) -> Callable[[], object]:
    """Makes a stream of Python write each line at once to a descriptor.

    Args:
        stream: `sys.stdout` or `sys.stderr`; None if there is none.
        descriptor: The descriptor that it usually writes to.
        copy: A descriptor that gets a copy of all text if the stream writes elsewhere, as the streams of Jupyter do.

    Returns:
        The function that undoes it.
    """
    if not _writes_to(stream, descriptor):
        return _copy(stream, copy)
    if not isinstance(stream, io.TextIOWrapper):
        return lambda: None
    buffered = stream.line_buffering
    stream.reconfigure(line_buffering=True)
    return lambda: stream.reconfigure(line_buffering=buffered)


def _writes_to(stream: IO[str] | None, descriptor: int) -> bool:
    try:
        return stream is not None and stream.fileno() == descriptor
    except (AttributeError, OSError, ValueError):  # it has no descriptor
        return False


def _copy(stream: IO[str] | None, copy: int) -> Callable[[], object]:
    """Makes a stream of Python copy what it writes; gives the function that undoes it."""
    if stream is None:
        return lambda: None
    before = vars(stream).get("write") if hasattr(stream, "__dict__") else None
    write = stream.write

    def copying(text: str) -> int:
        if threading.current_thread() is not getattr(stream, "watch_fd_thread", None):
            show(copy, text.encode("utf-8", "replace"))
        return write(text)

    try:
        stream.write = copying  # type: ignore[method-assign]  # loggers hold the stream, so it must stay the same
    except AttributeError:  # a stream in memory
        return lambda: None
    if before:
        return lambda: setattr(stream, "write", before)
    return lambda: delattr(stream, "write")


def flush() -> None:
    """Writes what Python and the library of C have buffered."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # nobody reads it any more, or it is closed
            if stream is not None:
                stream.flush()
    ctypes.CDLL(None).fflush(None)
