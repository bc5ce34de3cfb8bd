"""Looks up the name and the size of an experiment before it is trained.

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
from reporter.training.experiments import EXPERIMENTS, find_experiment, module_of
from reporter.training.identity import checksum, code_checksum

_ANSWER = "reporter: "
"""Begins the line that the other process prints last; the experiment may print lines of its own."""

_ERRORS: dict[int, type[ReporterError]] = {each.exit_code: each for each in (ExperimentError, DataError)}


@dataclass(frozen=True)
class Description:
    """Holds what must be known of an experiment before it is trained.

    Attributes:
        name: Name of the experiment, which is the folder of its logs.
        epochs: Number of epochs of a full training.
        samples: Number of training samples of a full training.
        batch_size: Number of samples per step.
        data: Checksum of the data that is trained with.
        code: Checksum of the code that defines it.
    """

    name: str
    epochs: int
    samples: int
    batch_size: int = 0
    data: str = ""
    code: str = ""

    def is_shortened(self, epochs: int | None, samples: int | None) -> bool:
        """Checks whether a training is a trial: with fewer epochs or samples than a full training.

        Args:
            epochs: Number of epochs asked for; None for all.
            samples: Number of training samples asked for; None for all.
        """
        return (epochs or self.epochs) < self.epochs or (samples or self.samples) < self.samples


def describe(name: str, data: Path | None, samples: int | None = None) -> Description:
    """Describes an experiment, and checks that its data can be loaded.

    Args:
        name: The experiment, as for `find_experiment`.
        data: The data file; by default that of the experiment.
        samples: Number of training samples to use; None for all.

    Returns:
        Its name, and the size of a full training.

    Raises:
        ExperimentError: There is no such experiment, or it cannot be imported.
        DataError: Its data cannot be loaded.
    """
    if name in EXPERIMENTS or ":" not in name:
        return _describe(name, data, samples)
    asked = json.dumps({"name": name, "data": str(data) if data else None, "samples": samples})
    command = [sys.executable, "-m", __name__, asked]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)  # noqa: S603
    answer = next((line for line in reversed(done.stdout.splitlines()) if line.startswith(_ANSWER)), None)
    if answer is None:  # importing the experiment ended the process, with an exception or by `sys.exit`
        printed = done.stderr.strip().splitlines() or [f"importing it ended Python with exit status {done.returncode}"]
        raise ExperimentError(f"cannot be imported; {printed[-1]}", name)
    found = json.loads(answer.removeprefix(_ANSWER))
    if "error" in found:
        raise _ERRORS[found["exit_code"]](found["error"])
    return Description(**found)


def _describe(name: str, data: Path | None, samples: int | None) -> Description:
    experiment = find_experiment(name)
    x_train, y_train, x_test, y_test = experiment.data(data)
    return Description(
        experiment.name,
        experiment.epochs,
        len(x_train),
        experiment.batch_size,
        checksum(x_train[:samples], y_train[:samples], x_test, y_test),
        code_checksum(module_of(name)),
    )


def _main(asked: str) -> None:
    """Prints the description, or the error, as JSON."""
    name, data, samples = json.loads(asked).values()
    try:
        found = asdict(_describe(name, Path(data) if data else None, samples))
    except ReporterError as error:
        found = {"error": str(error), "exit_code": error.exit_code}
    print(f"\n{_ANSWER}{json.dumps(found)}")


if __name__ == "__main__":
    _main(*sys.argv[1:])
