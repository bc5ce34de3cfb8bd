"""`reporter.keras.Capture` writes a log and a record that agree, at each verbosity of Keras 3 and tf-keras."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import ROOT, needs_tensorflow

from reporter import OverwriteError, Run, read_log
from reporter.keras import Capture, result_line
from reporter.model import Record

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs the descriptors of POSIX")

METRICS = {"loss": [0.75, 0.123456789], "val_acc": [0.5, 0.0001234567]}


def weight(*shape: int) -> SimpleNamespace:
    return SimpleNamespace(shape=shape)


class Model:
    """Trains like a model of Keras, as far as callbacks see it."""

    def __init__(self, *, built: bool = True) -> None:
        self.built = built
        self.trainable_weights = [weight(3, 4), weight(4)]
        self.non_trainable_weights = [weight(5)]
        self.history = SimpleNamespace(history={})

    def fit(self, callback: Any, *, verbose: int | str, fails: bool = False, printed: float = 0.0) -> None:
        self.history.history = {metric: values[:0] for metric, values in METRICS.items()}
        callback.set_model(self)
        callback.set_params({"epochs": 2, "steps": 8, "verbose": verbose})
        callback.on_train_begin()
        for epoch in (0, 1):
            callback.on_epoch_begin(epoch, None)
            self.show(verbose, f"Epoch {epoch + 1}/2\n")
            callback.on_train_batch_end(0, {})
            self.built = True
            if fails and epoch:
                raise MemoryError("no room")
            logs = {metric: values[epoch] for metric, values in METRICS.items()}
            callback.on_epoch_end(epoch, logs)
            for metric, values in METRICS.items():
                self.history.history[metric].append(values[epoch])
            line = result_line(8, 2.0, {metric: value + printed for metric, value in logs.items()})
            self.show(verbose, f"{line}\n")
        callback.on_train_end()

    def show(self, verbose: int | str, text: str) -> None:
        if verbose:
            os.write(1, text.encode())


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def only_run(path: str) -> Run:
    (run,) = read_log(path).runs
    return run


@pytest.mark.parametrize("built", [True, False], ids=["built", "built by the first batch"])
@pytest.mark.parametrize("verbose", [0, 1, 2, "auto"])
def test_the_log_and_the_record_agree(verbose: int | str, built: bool) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Model(built=built).fit(Capture("logs/a.log", name="my net", seed=7), verbose=verbose)
    run = only_run("logs/a.log")
    assert run.record
    assert (run.name, run.status, run.epochs_declared) == ("my net", "completed", 2)
    assert run.record.parameters == {"total": 21, "trainable": 16, "non_trainable": 5}
    assert (run.record.history, run.record.seed, run.record.samples) == (METRICS, 7, None)
    assert run.record.versions.keys() >= {"python", "keras-reporter"}


def test_nothing_is_shown_that_keras_does_not_show(capfd: pytest.CaptureFixture[str]) -> None:
    shown = []
    for verbose in (0, 2):
        for callback in (Capture(f"{verbose}.log"), SimpleIgnorer()):
            Model().fit(callback, verbose=verbose)
            shown.append(capfd.readouterr())
    assert shown[0] == shown[1] == ("", "")
    assert shown[2] == shown[3] != ("", "")


class SimpleIgnorer:
    """Is a callback that does nothing."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_: None


def test_a_log_that_says_something_else_than_the_record_is_a_warning() -> None:
    with pytest.warns(UserWarning, match=r"^a.log:\d+: differs from the record beside it: epoch 1: loss 0.76 read"):
        Model().fit(Capture("a.log"), verbose=2, printed=0.01)


def test_a_record_is_there_before_the_first_epoch_ends() -> None:
    callback = Capture("a.log")
    callback.set_model(Model())
    callback.set_params({"epochs": 2, "steps": None, "verbose": 0})
    callback.on_train_begin()
    record = Record.from_json(Path("a.json").read_text(encoding="utf-8"))
    callback.close()
    assert record
    assert record.history == {}
    callback.close()


def test_a_training_that_fails_gives_everything_back_when_the_callback_is_gone() -> None:
    before = os.path.realpath("/proc/self/fd/1")
    with pytest.raises(MemoryError):
        Model().fit(Capture("a.log"), verbose=0, fails=True)
    assert os.path.realpath("/proc/self/fd/1") == before
    run = only_run("a.log")
    assert (run.status, len(run.epochs), run.record is not None) == ("interrupted", 1, True)


def test_a_callback_that_is_kept_ends_the_log_of_a_failed_training_before_the_next() -> None:
    before = os.path.realpath("/proc/self/fd/1")
    callback = Capture("a.log", force=True)
    with pytest.raises(MemoryError):
        Model().fit(callback, verbose=0, fails=True)
    assert os.path.realpath("/proc/self/fd/1") != before
    Model().fit(callback, verbose=0)
    assert os.path.realpath("/proc/self/fd/1") == before
    assert only_run("a.log").status == "completed"


@pytest.mark.parametrize("name", ["a.log", "a.json"])
def test_a_file_that_exists_is_kept(name: str) -> None:
    Path(name).write_text("mine\n", encoding="utf-8")
    with pytest.raises(OverwriteError, match=f"{name}: exists"):
        Model().fit(Capture("a.log"), verbose=0)
    assert {path.name: path.read_text() for path in Path().iterdir()} == {name: "mine\n"}
    Model().fit(Capture("a.log", force=True), verbose=0)
    assert only_run("a.log").record


@pytest.mark.parametrize(
    ("steps", "seconds", "logs", "line"),
    [
        (8, 12.3, {"loss": 0.25, "acc": 0.0005}, "8/8 - 12s - 1538ms/step - loss: 0.2500 - acc: 5.0000e-04"),
        (None, 0.4, {"loss": float("nan")}, " - 0s - loss: nan"),
    ],
)
def test_a_line_of_a_silent_training_looks_as_keras_prints_it(
    steps: int | None, seconds: float, logs: dict[str, float], line: str
) -> None:
    assert result_line(steps, seconds, logs) == line


TRAINING = """
import importlib, json, os, sys
import numpy as np
import reporter
assert not {"keras", "tf_keras"} & set(sys.modules)
capture = reporter.keras.Capture
assert not {"keras", "tf_keras"} & set(sys.modules)
keras = importlib.import_module(sys.argv[1])
x, y = np.random.rand(64, 4).astype("float32"), np.random.randint(0, 2, 64)
histories = {}
for verbose in (0, 1, 2):
    for built in (True, False):
        first = [keras.layers.Input((4,))] if built else []
        model = keras.Sequential([*first, keras.layers.BatchNormalization(), keras.layers.Dense(2, "softmax")])
        model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
        name = f"{verbose}-{built}"
        print(f"BEGIN {name}", flush=True)
        history = model.fit(
            x, y, batch_size=16, epochs=3, validation_split=0.25, verbose=verbose,
            callbacks=[keras.callbacks.ReduceLROnPlateau(patience=1), capture(f"{name}.log")],
        )
        print(f"END {name}", flush=True)
        histories[name] = {name: [float(value) for value in values] for name, values in history.history.items()}
with open("histories.json", "w") as file:
    json.dump(histories, file)
model.fit(x, y, epochs=9, verbose=0, callbacks=[
    capture("killed.log"),
    keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: os.kill(os.getpid(), 9) if epoch == 2 else None),
])
"""


@needs_tensorflow
@pytest.mark.parametrize("library", ["keras", "tf_keras"])
def test_the_installed_keras_agrees_at_each_verbosity(library: str, folder: Path) -> None:
    if importlib.util.find_spec(library) is None:
        pytest.skip(f"{library} is not installed")
    environ = os.environ | {"PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    (folder / "train.py").write_text(TRAINING, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning:__main__", "train.py", library],
        capture_output=True, text=True, env=environ, timeout=600,
    )  # fmt: skip
    assert done.returncode == -9, done.stderr[-3000:]
    assert "differs" not in done.stderr
    histories = json.loads((folder / "histories.json").read_text(encoding="utf-8"))
    assert len(histories) == 6
    for name, history in histories.items():
        run = only_run(f"{name}.log")
        assert run.record, name
        assert (run.record.history, run.status, len(run.epochs)) == (history, "completed", 3)
        assert {"keras": "keras", "tf_keras": "tf-keras"}[library] in run.record.versions
        shown = done.stdout.partition(f"BEGIN {name}\n")[2].partition(f"END {name}\n")[0]
        assert ("loss" in shown) == (not name.startswith("0"))
    killed = next(look_for_epochs("killed.log", 2))
    assert (killed.status, len(killed.epochs), killed.record is not None) == ("interrupted", 2, True)


def look_for_epochs(path: str, count: int) -> Iterator[Run]:
    """Read a log until it has a number of epochs; the process that writes it outlives a killed training."""
    for _ in range(1000):
        run = only_run(path)
        if len(run.epochs) == count:
            break
    yield run
