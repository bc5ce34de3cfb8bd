"""Decides which trainings begin, which go on from their checkpoint, and which are left out."""

from __future__ import annotations

import platform
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from reporter.capturing.logfile import LogFile
from reporter.errors import OverwriteError, ResumeError, SourceError
from reporter.model import Record
from reporter.training.checkpoints import Checkpoints
from reporter.training.describe import Description
from reporter.training.identity import versions
from reporter.training.jobs import Job


def default_seeds(folder: Path, kind: str, *, resume: bool) -> Sequence[int]:
    """Chooses the seeds to train when none is given.

    Args:
        folder: The folder with the logs of an experiment.
        kind: `seed` or `trial`, with which their names begin.
        resume: Whether to go on with trainings that were interrupted.

    Returns:
        The seeds of interrupted trainings, if they are to be resumed and if there is a log at all; otherwise the lowest
        seed that has no log, so that no log is replaced.
    """
    with_log = _seeds(folder, rf"{kind}-(\d+)\.log")
    if resume and with_log:
        return _seeds(folder, rf"{kind}-(\d+)\.resume")
    return [next(seed for seed in range(len(with_log) + 1) if seed not in with_log)]


def _seeds(folder: Path, name: str) -> list[int]:
    names = (re.fullmatch(name, each.name) for each in folder.glob("*"))
    return sorted(int(match[1]) for match in names if match)


def identify(job: Job, found: Description) -> dict[str, str]:
    """Lists what must be equal to resume a training, so that the log is the same as without an interruption.

    Args:
        job: The training.
        found: The description of its experiment.
    """
    samples = min(job.samples or found.samples, found.samples)
    settings: dict[str, object] = {
        "experiment": found.name,
        "seed": job.seed,
        "epochs": job.epochs,
        "samples": samples,
        "batch size": found.batch_size,
        "layers": "of Keras" if job.reference else "of the experiment",
        "data checksum": found.data,
        "code checksum": found.code,
        "platform": f"{platform.system()} {platform.machine()}",
    }
    return {name: str(value) for name, value in {**settings, **versions()}.items()}


def settle(job: Job, *, resume: bool) -> Job | None:
    """Decides how a training starts.

    Args:
        job: The training.
        resume: Whether to resume it, if it was interrupted.

    Returns:
        The training, with `Job.resume` set if it goes on from its checkpoint; None if it is finished already.

    Raises:
        OverwriteError: There is a log that may not be replaced, or another process writes it.
        ResumeError: It was begun in another way.
        SourceError: Its checkpoint is damaged.
    """
    checkpoints = Checkpoints(job.log)
    if resume and job.log.is_file():
        LogFile(job.log, append=True).close()  # raises an error if another process writes it
    if resume and checkpoints.exists:
        return _resumed(job, checkpoints)
    if not job.log.exists():
        return job
    if resume and _is_finished(job):
        return None
    if job.force:
        return job
    if resume:
        raise OverwriteError("has no checkpoint to go on from; --force trains again", job.log)
    raise OverwriteError(f"exists; {_hint(checkpoints)}--force replaces it", job.log)


def _resumed(job: Job, checkpoints: Checkpoints) -> Job:
    try:
        checkpoints.read_same(job.identity, job.log)
    except (ResumeError, SourceError):
        if not job.force:
            raise
        return job
    return replace(job, resume=True)


def _is_finished(job: Job) -> bool:
    """Checks whether the record of a training has a history, which is written when it ends."""
    try:
        record = Record.from_json(job.record.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return False
    return record is not None and bool(record.history)


def _hint(checkpoints: Checkpoints) -> str:
    try:
        epoch = checkpoints.read().epoch if checkpoints.exists else 0
    except SourceError:
        return ""
    return f"--resume goes on after epoch {epoch}, " if epoch else ""
