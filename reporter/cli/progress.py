"""Shows the progress of trainings: a bar for each on a terminal, otherwise a line for each epoch."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from reporter.cli.console import is_quiet, show_note
from reporter.facts.display import number
from reporter.model import monitored
from reporter.reading import events
from reporter.reading.formats.keras.lines import read_line
from reporter.training.jobs import Job

if TYPE_CHECKING:
    from typing_extensions import Self


@dataclass
class _State:
    """Holds the progress of one training."""

    task: TaskID
    epoch: int = 1
    metric: str = ""


class Display:
    """Shows the progress of trainings on standard error, from the lines that they print. It is a context manager.

    Args:
        jobs: The trainings.
    """

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("epoch {task.fields[epoch]}/{task.total}"),
            TextColumn("{task.fields[metric]}", markup=False),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=self._console,
            disable=is_quiet() or not self._console.is_terminal,
        )
        self._states = {job: _State(self._add(job)) for job in jobs}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def watch(self, job: Job, line: str, finished: bool) -> None:
        """Updates the display from a line of a training.

        Args:
            job: The training.
            line: The line. Keras rewrites the line of a progress bar, so the same line can come several times.
            finished: Whether the line is complete.
        """
        with suppress(OSError):  # the terminal or pipe was closed, which must not end the training
            self._watch(self._states[job], job, line, finished)

    def _watch(self, state: _State, job: Job, line: str, finished: bool) -> None:
        for event in read_line(1, line):
            match event:
                case events.EpochBegin():
                    state.epoch = event.epoch
                case events.Progress(steps=int(steps)) if steps:
                    self._show(job, state.epoch - 1 + event.step / steps)
                case events.Result() if finished and event.logs:
                    self._finish(job, event)

    def _add(self, job: Job) -> TaskID:
        return self._progress.add_task(_name(job), total=job.epochs, epoch=0, metric="")

    def _finish(self, job: Job, event: events.Result) -> None:
        state = self._states[job]
        monitor = monitored(event.logs)
        state.metric = f"{monitor} {number(event.logs[monitor])}" if monitor else ""
        self._show(job, state.epoch)
        if not self._console.is_terminal:
            show_note(f"{_name(job)}: epoch {state.epoch}/{job.epochs}, {state.metric}")

    def _show(self, job: Job, completed: float) -> None:
        state = self._states[job]
        self._progress.update(state.task, completed=completed, epoch=state.epoch, metric=state.metric)


def _name(job: Job) -> str:
    return f"{job.experiment} {'trial' if job.is_trial else 'seed'} {job.seed}"
