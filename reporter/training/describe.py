"""Says what an experiment is called and how long it trains; a user's own is imported in a process of its own.

Importing it may load Keras, which takes seconds, prints to standard error and is of no use to the process that waits.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from reporter.errors import DataError, ExperimentError, ReporterError
from reporter.training.experiments import EXPERIMENTS, find

_ERRORS: dict[int, type[ReporterError]] = {each.exit_code: each for each in (ExperimentError, DataError)}


@dataclass(frozen=True)
class Description:
    """Holds the folder that the logs of an experiment go to, and how many epochs a full training has."""

    name: str
    epochs: int


def describe(name: str, data: Path | None) -> Description:
    """Find an experiment, and check that its data can be loaded.

    Args:
        name: The experiment, as `experiments.find` takes it.
        data: The file to load its data from; its own by default.

    Returns:
        What can be known of it before it is trained.

    Raises:
        ExperimentError: There is no such experiment.
        DataError: Its data cannot be loaded.
    """
    if name in EXPERIMENTS or ":" not in name:
        return _describe(name, data)
    command = [sys.executable, "-m", __name__, name, *([str(data)] if data else [])]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)  # noqa: S603
    if done.returncode in _ERRORS:
        raise _ERRORS[done.returncode](done.stdout.splitlines()[-1])
    if done.returncode:
        raise ExperimentError(f"cannot be imported; {done.stderr.splitlines()[-1]}", name)
    return Description(**json.loads(done.stdout.splitlines()[-1]))


def _describe(name: str, data: Path | None) -> Description:
    experiment = find(name)
    experiment.data(data)
    return Description(experiment.name, experiment.epochs)


def _main(name: str, data: str | None = None) -> int:
    """Print the description as JSON, or the error; give the exit code."""
    try:
        print(json.dumps(asdict(_describe(name, Path(data) if data else None))))
    except ReporterError as error:
        print(error)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
