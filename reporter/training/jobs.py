"""Runs trainings side by side, each in a process of its own, and keeps what each one prints."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from reporter.errors import TrainingError
from reporter.reading.reader import read_log
from reporter.reading.records import RECORD_DIFFERS
from reporter.training.capture import capture

_ENVIRONMENT = {
    "COLUMNS": "100",  # as wide as the table of model.summary()
    "PYTHONIOENCODING": "utf-8",
    "PYTHONUNBUFFERED": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}


@dataclass(frozen=True)
class Job:
    """Names one training: what, with which seed, how much of it, and where its log goes.

    Attributes:
        experiment: The experiment, as the command line names it.
        seed: The seed of all random numbers.
        epochs: How many epochs it trains.
        log: The file that takes what it prints; its record goes beside it.
        samples: How many training samples it uses; all by default.
        data: The file it loads its data from; the experiment's own by default.
    """

    experiment: str
    seed: int
    epochs: int
    log: Path
    samples: int | None = None
    data: Path | None = None

    @property
    def record(self) -> Path:
        """The file beside the log that takes the record."""
        return self.log.with_suffix(".json")

    def command(self) -> list[str]:
        """Give the command line that trains it."""
        options = {
            "--seed": self.seed,
            "--epochs": self.epochs,
            "--samples": self.samples,
            "--data": self.data,
            "--record": self.record,
        }
        given = [str(word) for option, value in options.items() if value is not None for word in (option, value)]
        return [sys.executable, "-m", "reporter.training.fit", self.experiment, *given]


Watch = Callable[[Job, str, bool], None]
"""Called with a job, a line that it printed, and whether the line is finished."""


def train(jobs: Sequence[Job], *, parallel: int, watch: Watch) -> list[TrainingError]:
    """Train, some at a time, and keep every log.

    Args:
        jobs: What to train. An older log and record of the same name are replaced.
        parallel: How many to train at a time.
        watch: Called whenever one of them prints.

    Returns:
        What went wrong, an error for each job that ended badly.
    """
    return asyncio.run(_train(jobs, asyncio.Semaphore(parallel), watch))


async def _train(jobs: Sequence[Job], free: asyncio.Semaphore, watch: Watch) -> list[TrainingError]:
    async def one(job: Job) -> None:
        async with free:
            await _capture(job, watch)

    ends = await asyncio.gather(*map(one, jobs), return_exceptions=True)
    errors = [end for end in ends if isinstance(end, BaseException)]
    for error in errors:
        if not isinstance(error, TrainingError):
            raise error
    return [error for error in errors if isinstance(error, TrainingError)]


async def _capture(job: Job, watch: Watch) -> None:
    job.log.parent.mkdir(parents=True, exist_ok=True)
    job.record.unlink(missing_ok=True)
    with tempfile.TemporaryFile() as errors:
        status = await capture(
            job.command(),
            job.log,
            env=os.environ | _ENVIRONMENT,
            watch=lambda line, finished: watch(job, line, finished),
            errors=errors,
        )
        if status:
            raise TrainingError(f"training {_ended(status)}; {_last_words(job.log, errors)}", job.log)
    check(job.log)


def check(log: Path) -> None:
    """Compare what is read from the log of a finished training with what the training knew.

    Args:
        log: The log; its record is beside it.

    Raises:
        TrainingError: They differ.
    """
    runs = read_log(log).runs
    for warning in (each for run in runs for each in run.warnings if each.code == RECORD_DIFFERS):
        raise TrainingError(warning.text, log, warning.line)
    if len(runs) != 1 or runs[0].record is None:
        kept = "a" if any(run.record for run in runs) else "no"
        raise TrainingError(f"holds {len(runs)} runs and {kept} record; it should hold one of each", log)


def _ended(status: int) -> str:
    return f"was ended by signal {-status}" if status < 0 else f"failed with exit status {status}"


def _last_words(log: Path, errors: BinaryIO) -> str:
    """Quote the last line that a failed training printed, in its log or else to its standard error."""
    errors.seek(0)
    for said in (log.read_text(encoding="utf-8"), errors.read().decode("utf-8", "replace")):
        if said.strip():
            return f"its last line: {said.strip().splitlines()[-1].strip()[:200]}"
    return "it printed nothing"
