"""Ends a template that takes too much time, memory or output: a template can be written by a stranger."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FrameType

from reporter.errors import TemplateError

SECONDS = 60
"""Seconds that a template may take."""

MEMORY = 1 << 30
"""Bytes of memory that a template may use, besides what is used already."""

CHARACTERS = 1 << 26
"""Characters that a template may write, and that one text in it may have."""


@contextmanager
def limited(name: str) -> Iterator[None]:
    """Limits the time and the memory of the block, where the system can do that: not on Windows.

    Args:
        name: The file name of the template, for the error messages.

    Raises:
        TemplateError: A limit is reached.
    """
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_: int, __: FrameType | None) -> None:
        raise TemplateError(f"takes longer than {SECONDS} seconds; make it shorter", name)

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        with _less_memory():
            yield
    except MemoryError:
        raise TemplateError(f"needs more than {MEMORY >> 20:,} MiB of memory; make it shorter", name) from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _less_memory() -> Iterator[None]:
    """Limits the memory of this process while the block runs, on Linux, where what is used now is known."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            pages = int(file.read().split()[0])
    except OSError:
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = pages * resource.getpagesize() + MEMORY
    limits = [each for each in (soft, hard, wanted) if each != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(limits), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def joined(pieces: Iterable[str], name: str) -> str:
    """Joins the output of a template.

    Args:
        pieces: The output, piece by piece.
        name: The file name of the template.

    Returns:
        The whole output.

    Raises:
        TemplateError: It is too long.
    """
    found, length = [], 0
    for piece in pieces:
        length += len(piece)
        if length > CHARACTERS:
            raise TemplateError(f"writes more than {CHARACTERS:,} characters; make it shorter", name)
        found.append(piece)
    return "".join(found)


def refuse_large(operator: str, left: object, right: object) -> None:
    """Raises an error if the result of `*`, `**`, `%` or `<<` would take long, in one step that no clock interrupts.

    Args:
        operator: The operator.
        left: What is before it.
        right: What is after it.

    Raises:
        OverflowError: The result would be too large.
    """
    if operator == "%" and isinstance(left, str | bytes):
        raise OverflowError("a template may not format text with %; use ~ or format")
    sizes = [_bits(left), _bits(right)]
    if operator == "**" and isinstance(left, int) and isinstance(right, int) and sizes[0] * abs(right) > _BITS:
        raise OverflowError("a number with too many digits")
    if operator == "*":
        lengths = [len(each) for each in (left, right) if isinstance(each, str | bytes | list | tuple)]
        times = [abs(each) for each in (left, right) if isinstance(each, int)]
        if (lengths and times and lengths[0] * times[0] > CHARACTERS) or sum(sizes) > _BITS:
            raise OverflowError("a result that is too large")


_BITS = 100_000


def _bits(value: object) -> int:
    return value.bit_length() if isinstance(value, int) else 0
