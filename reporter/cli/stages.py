"""Shows on a terminal how far long work has come; prints nothing anywhere else."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reporter.cli.console import is_quiet
from reporter.progress import watched_by

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_PATIENCE = 0.5
"""Seconds of work before a bar appears, so that short work shows none."""


@contextmanager
def show_stages() -> Iterator[None]:
    """Shows a bar for each stage of the work inside the block, and removes the bars at the end."""
    if is_quiet() or not sys.stderr.isatty():
        yield
        return
    bars = _Bars()
    try:
        with watched_by(bars.update):
            yield
    finally:
        bars.close()


class _Bars:
    """Draws one bar for each stage with rich, which is imported when the first bar is drawn."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def update(self, stage: str, done: int, total: int) -> None:
        if time.monotonic() - self._start < _PATIENCE:
            return
        if self._progress is None:
            self._progress = _started()
        if stage not in self._tasks:
            self._tasks[stage] = self._progress.add_task(stage)
        self._progress.update(self._tasks[stage], completed=done, total=total)

    def close(self) -> None:
        if self._progress:
            self._progress.stop()


def _started() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    progress = Progress(
        TextColumn("{task.description:9}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    progress.start()
    return progress
