"""What the installed Keras prints, to a file, a pipe or a terminal, is what its History holds."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from conftest import Once, needs_tensorflow, runs_of

from reporter import Run
from reporter.reading.agreement import printed_alike

pty = pytest.importorskip("pty", reason="a pseudo-terminal needs a POSIX system")

PLACES = [(place, verbose) for place in ("file", "pipe", "terminal") for verbose in (1, 2)]

TRAINING = """\
import importlib, json, os, sys
import numpy as np

keras = importlib.import_module(sys.argv[1])
keras.utils.set_random_seed(1)
x, y = np.random.rand(64, 4).astype("float32"), np.random.randint(0, 2, 64)
records = []
for descriptor, verbose in json.loads(sys.argv[2]):
    sys.stdout.flush()
    os.dup2(descriptor, 1)
    os.close(descriptor)
    model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(2, "softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(x, y, batch_size=16, epochs=3, validation_split=0.25, verbose=verbose).history
    score = model.evaluate(x, y, batch_size=16, verbose=verbose, return_dict=True)
    records.append({"history": history, "score": score})
sys.stdout.flush()
with open(sys.argv[3], "w") as file:
    json.dump(records, file, default=float)
"""


@dataclass(frozen=True)
class Fitted:
    """Holds what one training printed, and what it knew."""

    text: str
    history: Mapping[str, Sequence[float]]
    score: Mapping[str, float]


class Catcher:
    """Takes what is written into a file, a pipe or a terminal, as it comes: a terminal holds only little."""

    def __init__(self, place: str, path: Path) -> None:
        self._data = b""
        if place == "file":
            self._end, self.descriptor = os.open(path, os.O_RDONLY | os.O_CREAT), os.open(path, os.O_WRONLY)
        else:
            self._end, self.descriptor = os.pipe() if place == "pipe" else pty.openpty()
        self._thread = threading.Thread(target=self._read)

    def start(self) -> None:
        """Read until the last writer is gone; a file must have been written before."""
        self._thread.start()

    def read(self) -> bytes:
        """Wait for the end, and return all of it."""
        self._thread.join()
        os.close(self._end)
        return self._data

    def _read(self) -> None:
        try:
            while data := os.read(self._end, 1 << 16):
                self._data += data
        except OSError:  # how Linux says that nobody has the terminal open any more
            pass


def train(module: str, folder: Path) -> None:
    """Train once for each of `PLACES`, all in one process, since TensorFlow takes seconds to import.

    The folder gets what each training printed, `0.txt` and so on, and `records.json`, their histories and scores.
    """
    catchers = [Catcher(place, folder / f"{index}.log") for index, (place, _) in enumerate(PLACES)]
    descriptors = [catcher.descriptor for catcher in catchers]
    wanted = json.dumps([(each, verbose) for each, (_, verbose) in zip(descriptors, PLACES, strict=True)])
    child = subprocess.Popen(
        [sys.executable, "-c", TRAINING, module, wanted, str(folder / "records.json")],
        pass_fds=descriptors,
        env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1", "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    for catcher, (place, _) in zip(catchers, PLACES, strict=True):
        os.close(catcher.descriptor)
        if place != "file":
            catcher.start()
    _, errors = child.communicate()
    assert child.returncode == 0, errors
    for catcher, (place, _) in zip(catchers, PLACES, strict=True):
        if place == "file":
            catcher.start()
    for index, catcher in enumerate(catchers):
        (folder / f"{index}.txt").write_bytes(catcher.read())


def fitted(folder: Path) -> list[Fitted]:
    """Read what `train` left in a folder."""
    records = json.loads((folder / "records.json").read_text(encoding="utf-8"))
    texts = [(folder / f"{index}.txt").read_bytes().decode("utf-8") for index in range(len(records))]
    return [Fitted(text, **record) for text, record in zip(texts, records, strict=True)]


@pytest.fixture(scope="module", params=["keras", "tf_keras"])
def trained(request: pytest.FixtureRequest, once: Once) -> list[Fitted]:
    module = str(request.param)
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed")
    return fitted(once(f"live-{module}", partial(train, module)))


@needs_tensorflow
@pytest.mark.parametrize("index", range(len(PLACES)), ids=[f"{place}-verbose-{verbose}" for place, verbose in PLACES])
def test_the_installed_keras_is_read_as_it_prints(trained: list[Fitted], index: int) -> None:
    one = trained[index]
    (run,) = runs_of(one.text)
    assert (run.status, run.epochs_declared, [epoch.epoch for epoch in run.epochs]) == ("completed", 3, [1, 2, 3])
    assert differences(run, one) == []


def differences(run: Run, fitted: Fitted) -> list[str]:
    """Say where a log and its training differ by more than rounding."""
    pairs = [
        (f"epoch {epoch.epoch}, {name}", epoch.logs.get(name), values[epoch.epoch - 1])
        for name, values in fitted.history.items()
        for epoch in run.epochs
    ]
    (evaluation,) = run.evaluations
    pairs += [(f"evaluate, {name}", evaluation.logs.get(name), value) for name, value in fitted.score.items()]
    return [
        f"{what}: {printed}, not {value}"
        for what, printed, value in pairs
        if printed is None or not printed_alike(printed, value)
    ]
