"""Looks up the name and the epochs of an experiment before it is trained.

An experiment of the user is imported in another process: importing it may load Keras, which takes seconds and prints
warnings, and this process does not need Keras.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from reporter.errors import DataError, ExperimentError, ReporterError
from reporter.training.experiments import EXPERIMENTS, find_experiment

_ERRORS: dict[int, type[ReporterError]] = {each.exit_code: each for each in (ExperimentError, DataError)}


@dataclass(frozen=True)
class Description:
    """Holds what must be known of an experiment before it is trained.

    Attributes:
        name: Name of the experiment, which is the folder of its logs.
        epochs: Number of epochs of a full training.
    """

    name: str
    epochs: int


def describe(name: str, data: Path | None) -> Description:
    """Describes an experiment, and checks that its data can be loaded.

    Args:
        name: The experiment, as for `find_experiment`.
        data: The data file; by default that of the experiment.

    Returns:
        Its name and its epochs.

    Raises:
        ExperimentError: There is no such experiment, or it cannot be imported.
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
    experiment = find_experiment(name)
    experiment.data(data)
    return Description(experiment.name, experiment.epochs)


def _main(name: str, data: str | None = None) -> int:
    """Prints the description as JSON, or the error; returns the exit code."""
    try:
        print(json.dumps(asdict(_describe(name, Path(data) if data else None))))
    except ReporterError as error:
        print(error)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
