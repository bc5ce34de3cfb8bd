"""What a user sees of a real training is byte for byte the same with `reporter run` and without."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from conftest import ROOT, needs_tensorflow

from reporter import read_log

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs the terminals of POSIX")

HUSH = """
import os
errors = os.dup(2)
os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
import tensorflow  # the libraries below it print the time and their process
os.dup2(errors, 2)
"""

TRAINING = """
import itertools, time
clock = itertools.count()
time.time = lambda: 1e9 + next(clock) / 50  # so that bars show the same times, and as many of them
import os
import numpy as np
import keras
keras.utils.set_random_seed(1)
x, y = np.random.rand(640, 4).astype("float32"), np.random.randint(0, 2, 640)
for verbose in (0, 1, 2):
    model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(2, "softmax")], name=f"verbose_{verbose}")
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.summary()
    model.fit(x, y, batch_size=16, epochs=3, validation_split=0.25, verbose=verbose)
    print(model.evaluate(x, y, verbose=verbose))
os.write(2, b"the end")
"""


def shown(wrapper: list[str], place: str, folder: Path) -> bytes:
    """Give all bytes that reach a pipe or a terminal of 100 columns."""
    ours, theirs = os.openpty() if place == "terminal" else os.pipe()
    pieces: list[bytes] = []

    def read() -> None:
        try:
            while piece := os.read(ours, 1 << 16):
                pieces.append(piece)
        except OSError:  # Linux says EIO when a terminal is closed
            return

    reader = threading.Thread(target=read)
    reader.start()
    environ = os.environ | {"PYTHONPATH": str(ROOT), "CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [*wrapper, sys.executable, "-c", f"{HUSH}{TRAINING}"]
    done = subprocess.run(command, cwd=folder, stdout=theirs, stderr=theirs, env=environ | {"COLUMNS": "100"})
    os.close(theirs)
    reader.join()
    os.close(ours)
    assert done.returncode == 0, b"".join(pieces)[-2000:]
    return b"".join(pieces)


@needs_tensorflow
@pytest.mark.parametrize("place", ["pipe", "terminal"])
def test_a_training_looks_the_same_at_each_verbosity(place: str, tmp_path: Path) -> None:
    wrapper = [sys.executable, "-m", "reporter", "run", "-q", "--log", "a.log", "--"]
    alone, wrapped = shown([], place, tmp_path), shown(wrapper, place, tmp_path)
    assert wrapped == alone
    assert alone.count(b"\b") > 100
    assert [len(run.epochs) for run in read_log(tmp_path / "a.log").runs] == [3, 3]
