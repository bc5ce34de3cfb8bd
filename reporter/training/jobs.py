"""Runs trainings in parallel, each in its own process, and writes their logs."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from reporter.capturing.logfile import LogFile
from reporter.errors import ReporterError, TrainingError
from reporter.reading.reader import read_log
from reporter.reading.records import is_trial_name, record_warnings
from reporter.training.capture import capture
from reporter.training.checkpoints import Checkpoints
from reporter.training.speed import ROUNDING, environment, share_cores
from reporter.training.stopping import Stopping

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
        force: Whether an existing log is replaced.
        resume: Whether the training goes on from its checkpoint.
        identity: What must be equal to resume the training later, each with its name.
    """

    experiment: str
    seed: int
    epochs: int
    log: Path
    samples: int | None = None
    data: Path | None = None
    reference: bool = False
    force: bool = False
    resume: bool = False
    identity: Mapping[str, str] = field(default_factory=dict, hash=False)

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
            "--log": self.log,
        }
        given = [str(word) for option, value in options.items() if value is not None for word in (option, value)]
        given += ["--reference"] if self.reference else []
        return [sys.executable, "-m", "reporter.training.fit", self.experiment, *given]


Watch = Callable[[Job, str, bool], None]
"""Called with a job, its current line of output, and whether that line is finished."""


def train(jobs: Sequence[Job], *, parallel: int, watch: Watch, onednn: str | None = None) -> list[ReporterError]:
    """Runs trainings and writes their logs.

    Args:
        jobs: The trainings.
        parallel: Number of trainings to run at the same time.
        watch: Called whenever one of them prints something.
        onednn: `on`, `off`, or None to leave the choice to TensorFlow.

    Returns:
        One error for each training that failed.

    Raises:
        KeyboardInterrupt: Ctrl-C ended the trainings.
        TerminatedError: SIGTERM or SIGHUP ended them.
    """
    return asyncio.run(_train(jobs, share_cores(parallel), watch, onednn))


async def _train(
    jobs: Sequence[Job], shares: Sequence[list[int]], watch: Watch, onednn: str | None
) -> list[ReporterError]:
    free: asyncio.Queue[list[int]] = asyncio.Queue()
    for share in shares:
        free.put_nowait(share)

    async def one(job: Job) -> None:
        cores = await free.get()
        try:
            await _train_one(job, watch, cores, onednn, stopping.at_once)
        finally:
            free.put_nowait(cores)

    with Stopping() as stopping:
        ends = await asyncio.gather(*map(one, jobs), return_exceptions=True)
    errors = [end for end in ends if isinstance(end, BaseException)]
    for error in errors:
        if not isinstance(error, ReporterError):
            raise error
    return [error for error in errors if isinstance(error, ReporterError)]


async def _train_one(job: Job, watch: Watch, cores: list[int], onednn: str | None, at_once: asyncio.Event) -> None:
    """Trains, captures the log and compares it with the record."""
    log = LogFile(job.log, force=job.force, append=job.resume)  # locks it, before anything is removed
    checkpoints = Checkpoints(job.log)
    try:
        env = os.environ | _ENVIRONMENT | environment(cores, onednn)
        after = _prepare(job, checkpoints, log, env)
    except BaseException:
        log.close()
        raise
    with tempfile.TemporaryFile() as errors:
        status = await capture(
            [*job.command(), f"--after={after}", *(f"--core={core}" for core in cores)],
            log,
            env=env,
            watch=lambda line, finished: watch(job, line, finished),
            saved=lambda epoch: checkpoints.confirm(epoch, log.size),
            errors=errors,
            at_once=at_once,
        )
        if status:
            hint = f"; --resume goes on after epoch {checkpoints.epoch}" if checkpoints.epoch else ""
            raise TrainingError(f"training {_exit_text(status)}{hint}; {_last_output_line(job.log, errors)}", job.log)
    checkpoints.remove()
    check(job.log)


def _prepare(job: Job, checkpoints: Checkpoints, log: LogFile, env: dict[str, str]) -> int:
    """Begins or resumes the checkpoints of a training, and removes the unfinished epoch from the log.

    Args:
        job: The training.
        checkpoints: Its checkpoints.
        log: Its log.
        env: Its environment variables; those that change how numbers are rounded are set as when it began.

    Returns:
        The number of the epoch after which the training is resumed; 0 for a new one.
    """
    if not job.resume:
        checkpoints.begin(job.identity, {name: env[name] for name in ROUNDING if name in env})
        job.record.unlink(missing_ok=True)
        return 0
    found = checkpoints.read_same(job.identity, job.log)
    for name in ROUNDING:
        env.pop(name, None)
    env |= found.environment
    log.cut(found.size)
    return found.epoch


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
