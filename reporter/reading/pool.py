"""Reads many logs, several at a time, and returns them in order."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from reporter.errors import ReporterError, SourceError
from reporter.model import Log
from reporter.reading.candidates import Candidate, Skipped, read_candidate
from reporter.reading.reader import read_log, without_garbage_collection
from reporter.sources import bounds
from reporter.sources.names import STDIN

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

    from reporter.reading.columns import Columns

_CHUNK = 8
"""Logs that a process takes at a time; most logs are read faster than they are sent between processes."""


def read_each(
    paths: Sequence[str | Candidate | ReporterError], jobs: int = 1, *, keep_lines: bool = False
) -> Iterator[Log | ReporterError | Skipped]:
    """Reads logs.

    Args:
        paths: Files, addresses, or `-`, which only this process can read; a file of a folder is skipped if it is no
            log; an error is passed through.
        jobs: Number of processes that read.
        keep_lines: Whether `Log.lines` holds the lines that the log was read from.

    Yields:
        For each path, in order, its log, the error that explains why it cannot be read, or why it was skipped.

    Raises:
        SourceError: A process was killed while it was reading.
    """
    read = partial(_read, keep_lines=keep_lines)
    portable = [path for path in paths if _portable(path)]
    jobs = min(jobs, len(portable))
    if jobs < 2:
        yield from map(read, paths)
        return
    from concurrent.futures.process import BrokenProcessPool

    with without_garbage_collection(), _processes(jobs) as pool:
        send = partial(_read_to_send, keep_lines=keep_lines)
        outcomes = map(_received, pool.map(send, portable, chunksize=min(_CHUNK, -(-len(portable) // (4 * jobs)))))
        try:
            for path in paths:
                yield next(outcomes) if _portable(path) else read(path)
        except BrokenProcessPool:
            raise SourceError("a process was killed while it read, perhaps for want of memory; try --jobs 1") from None


@contextmanager
def _processes(count: int) -> Iterator[ProcessPoolExecutor]:
    """Starts processes, and ends them with the block, also if this process is terminated."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import active_children

    pool = ProcessPoolExecutor(count, initializer=_follow_the_parent, initargs=(bounds.current(),))
    before = signal.signal(signal.SIGTERM, _end)
    try:
        yield pool
    except BaseException:
        for child in active_children():
            child.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        signal.signal(signal.SIGTERM, before)


def _end(number: int, _: object) -> None:
    raise SystemExit(128 + number)


def _follow_the_parent(held: tuple[bounds.Bounds, ...]) -> None:
    """Leaves Ctrl-C to the parent process, ends when the parent terminates this one, and reads no more than it may."""
    bounds.hold(held)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _portable(path: str | Candidate | ReporterError) -> bool:
    return not isinstance(path, ReporterError) and path != STDIN


def _read_to_send(path: str | Candidate | ReporterError, *, keep_lines: bool) -> Columns | ReporterError | Skipped:
    from reporter.reading.columns import to_columns  # few read several logs at a time, and a cold start should be quick

    with without_garbage_collection():
        outcome = _read(path, keep_lines=keep_lines)
        return to_columns(outcome) if isinstance(outcome, Log) else outcome


def _received(outcome: Columns | ReporterError | Skipped) -> Log | ReporterError | Skipped:
    from reporter.reading.columns import from_columns

    return outcome if isinstance(outcome, ReporterError | Skipped) else from_columns(outcome)


def _read(path: str | Candidate | ReporterError, *, keep_lines: bool) -> Log | ReporterError | Skipped:
    if isinstance(path, ReporterError):
        return path
    if isinstance(path, Candidate):
        return read_candidate(path, keep_lines=keep_lines)
    try:
        return read_log(path, keep_lines=keep_lines)
    except SourceError as error:
        return error
