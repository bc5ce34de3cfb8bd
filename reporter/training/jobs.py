"""Runs trainings in parallel, each in its own process, and writes their logs."""

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
from reporter.reading.records import is_trial_name, record_warnings
from reporter.training.capture import capture
from reporter.training.speed import environment, share_cores

_ENVIRONMENT = {
    "COLUMNS": "100",  # as wide as the table of model.summary()
    "PYTHONIOENCODING": "utf-8",
    "PYTHONUNBUFFERED": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}


@dataclass(frozen=True)
class Job:
    """Holds the settings of one training.

    Attributes:
        experiment: The experiment, as named on the command line.
        seed: Seed of all random numbers.
        epochs: Number of epochs.
        log: The file for its log; its record is written beside it.
        samples: Number of training samples to use; None for all.
        data: The data file; None for that of the experiment.
        reference: Whether to use the layers of Keras, if the experiment has faster ones.
    """

    experiment: str
    seed: int
    epochs: int
    log: Path
    samples: int | None = None
    data: Path | None = None
    reference: bool = False

    @property
    def is_trial(self) -> bool:
        """Whether the training is a trial, as the name of its log says."""
        return is_trial_name(self.log.name)

    @property
    def record(self) -> Path:
        """The file for its record: `seed-0.json` beside `seed-0.log`."""
        return self.log.with_suffix(".json")

    def command(self) -> list[str]:
        """Gives the command line of the training."""
        options = {
            "--seed": self.seed,
            "--epochs": self.epochs,
            "--samples": self.samples,
            "--data": self.data,
            "--record": self.record,
        }
        given = [str(word) for option, value in options.items() if value is not None for word in (option, value)]
        given += ["--reference"] if self.reference else []
        return [sys.executable, "-m", "reporter.training.fit", self.experiment, *given]


Watch = Callable[[Job, str, bool], None]
"""Called with a job, its current line of output, and whether that line is finished."""


def train(jobs: Sequence[Job], *, parallel: int, watch: Watch, onednn: str | None = None) -> list[TrainingError]:
    """Runs trainings and writes their logs.

    Args:
        jobs: The trainings; existing logs and records are replaced.
        parallel: Number of trainings to run at the same time.
        watch: Called whenever one of them prints something.
        onednn: `on`, `off`, or None to leave the choice to TensorFlow.

    Returns:
        One error for each training that failed.
    """
    return asyncio.run(_train(jobs, share_cores(parallel), watch, onednn))


async def _train(
    jobs: Sequence[Job], shares: Sequence[list[int]], watch: Watch, onednn: str | None
) -> list[TrainingError]:
    free: asyncio.Queue[list[int]] = asyncio.Queue()
    for share in shares:
        free.put_nowait(share)

    async def one(job: Job) -> None:
        cores = await free.get()
        try:
            await _capture(job, watch, cores, environment(cores, onednn))
        finally:
            free.put_nowait(cores)

    ends = await asyncio.gather(*map(one, jobs), return_exceptions=True)
    errors = [end for end in ends if isinstance(end, BaseException)]
    for error in errors:
        if not isinstance(error, TrainingError):
            raise error
    return [error for error in errors if isinstance(error, TrainingError)]


async def _capture(job: Job, watch: Watch, cores: Sequence[int], chosen: dict[str, str]) -> None:
    job.log.parent.mkdir(parents=True, exist_ok=True)
    job.record.unlink(missing_ok=True)
    with tempfile.TemporaryFile() as errors:
        status = await capture(
            [*job.command(), *(f"--core={core}" for core in cores)],
            job.log,
            env=os.environ | _ENVIRONMENT | chosen,
            watch=lambda line, finished: watch(job, line, finished),
            errors=errors,
        )
        if status:
            raise TrainingError(f"training {_exit_text(status)}; {_last_output_line(job.log, errors)}", job.log)
    check(job.log)


def check(path: Path) -> None:
    """Checks that the log of a finished training reads as one run that agrees with the record beside it.

    Args:
        path: The log.

    Raises:
        TrainingError: They differ, or the log has no record or several runs.
    """
    log = read_log(path)
    for warning in record_warnings(log):
        raise TrainingError(warning.text, path, warning.line)
    if len(log.runs) != 1 or log.runs[0].record is None:
        kept = "a" if any(run.record for run in log.runs) else "no"
        raise TrainingError(f"holds {len(log.runs)} runs and {kept} record; it should hold one of each", path)


def _exit_text(status: int) -> str:
    return f"was ended by signal {-status}" if status < 0 else f"failed with exit status {status}"


def _last_output_line(log: Path, errors: BinaryIO) -> str:
    """Quotes the last line of a failed training, from its log or otherwise from its standard error."""
    errors.seek(0)
    for output in (log.read_text(encoding="utf-8"), errors.read().decode("utf-8", "replace")):
        if output.strip():
            return f"its last line: {output.strip().splitlines()[-1].strip()[:200]}"
    return "it printed nothing"
