"""Experiments are trained as their notebooks were; what Keras prints is kept, read and checked."""

import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, Once, children_of, needs_tensorflow, reporter, reporter_process, start

from reporter import read_log
from reporter.training import describe, jobs, plan

OWN = """\
import time
from reporter.training.experiments import Experiment

def model():
    import keras
    return keras.Sequential([keras.layers.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10, "softmax")])

def failing():
    raise ValueError("no such layer")

def waiting():
    import keras

    class Waiting(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.second = epoch == 1

        def on_train_batch_begin(self, batch, logs=None):
            while self.second:
                time.sleep(0.1)

    return [Waiting()]

own = Experiment("own", model, title="Mine", note="As small as can be", epochs=2)
twin = Experiment("twin", model, title="Mine", note="As small as can be", epochs=2)
broken = Experiment("broken", failing)
stuck = Experiment("stuck", model, callbacks=waiting, epochs=3)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder with a user's own experiments and a small data set."""
    prepare(tmp_path)
    return tmp_path


def prepare(folder: Path) -> None:
    (folder / "mine.py").write_text(OWN, encoding="utf-8")
    random = np.random.default_rng(0)
    images, labels = random.integers(0, 256, (192, 28, 28), np.uint8), random.integers(0, 10, 192, np.uint8)
    np.savez(folder / "small.npz", x_train=images[:128], y_train=labels[:128], x_test=images[128:], y_test=labels[128:])


def train_and_report(folder: Path) -> None:
    """Train three experiments, write a README about them, and keep what the command printed in `done.json`."""
    prepare(folder)
    (folder / "R.md").write_text("<!-- BEGIN_REPORTER -->\n<!-- END_REPORTER -->\n", encoding="utf-8")
    args = [
        "mine.py:own",
        "mine.py:twin",
        "gap",
        "--epochs",
        "2",
        "--data",
        "small.npz",
        "--logs",
        "out",
        "--jobs",
        "2",
        "--no-probe",
    ]
    done = reporter_process("train-and-report", *args, "--readme", "R.md", cwd=folder)
    kept = {"code": done.returncode, "stdout": done.stdout, "stderr": done.stderr}
    (folder / "done.json").write_text(json.dumps(kept), encoding="utf-8")


@pytest.fixture(scope="session")
def trained(once: Once) -> Path:
    """Train once for all tests that read a finished training."""
    return once("trained", train_and_report)


@needs_tensorflow
def test_the_models_have_the_parameters_of_their_notebooks_and_the_schedule_its_rates() -> None:
    code = (
        "from reporter.training.experiments import *;"
        "print(code9.model().count_params(), gap.model().count_params(), *map(learning_rate, range(20)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    printed = re.findall(r"rate to (\S+)\.\n", (ROOT / "logs" / "original" / "code9.log").read_text(encoding="utf-8"))
    assert len(printed) == 20
    assert done.stdout.split() == ["14864", "11504", *printed]


@needs_tensorflow
def test_a_training_succeeds_and_names_its_logs(trained: Path) -> None:
    done = json.loads((trained / "done.json").read_text(encoding="utf-8"))
    assert done["code"] == 0, done["stderr"]
    assert done["stdout"].splitlines() == ["out/own/seed-0.log", "out/twin/seed-0.log", "out/gap/trial-0.log"]
    assert "mine.py:own seed 0: epoch 2/2, val_acc 0." in done["stderr"]


@needs_tensorflow
def test_the_log_of_a_training_is_read_and_agrees_with_its_record(trained: Path) -> None:
    text = (trained / "out" / "own" / "seed-0.log").read_text(encoding="utf-8")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)
    assert re.match(r"Keras \S+, TensorFlow \S+, seed 0\n\n# Mine\n\nAs small as can be\n\nModel: ", text)
    (run,) = read_log(trained / "out" / "own" / "seed-0.log").runs
    assert (run.name, run.note, run.status, len(run.epochs)) == ("Mine", "As small as can be", "completed", 2)
    assert (run.samples.train, run.samples.validation) == (128, 64)
    assert [epoch.learning_rate for epoch in run.epochs] == [0.003, 0.0022744503]
    record = json.loads((trained / "out" / "own" / "seed-0.json").read_text(encoding="utf-8"))
    assert record["parameters"]["total"] == 7850
    assert run.parameters is not None
    assert run.parameters.total == 7850
    assert list(run.evaluations[0].logs.values()) == list(record["score"].values())
    assert run.epochs[1].logs["loss"] == pytest.approx(record["history"]["loss"][1], abs=5.1e-5)


@needs_tensorflow
def test_an_experiment_of_this_package_is_trained(trained: Path) -> None:
    (gap,) = read_log(trained / "out" / "gap" / "trial-0.log").runs
    assert gap.parameters is not None
    assert (gap.name, gap.parameters.total) == ("Using_GAP.ipynb (trial: 128 samples, 2 epochs)", 11504)


@needs_tensorflow
def test_a_training_with_fewer_epochs_than_its_experiment_stays_out_of_the_readme(trained: Path) -> None:
    done = json.loads((trained / "done.json").read_text(encoding="utf-8"))
    assert "gap trial 0: epoch 2/2" in done["stderr"]
    assert "reporter: left out 1 trial; --trials includes it\n" in done["stderr"]
    assert "GAP" not in (trained / "R.md").read_text(encoding="utf-8")


@needs_tensorflow
def test_a_report_of_trainings_says_that_they_agree_with_their_records(trained: Path) -> None:
    report = (trained / "R.md").read_text(encoding="utf-8")
    assert "2 of 2" in report
    assert "Every number agrees with the [full-precision history](out/own/seed-0.json)" in report
    assert (trained / "figures" / "out-own-seed-0.svg").exists()


@needs_tensorflow
def test_one_seed_gives_one_log_except_for_the_times(trained: Path) -> None:
    own, twin = ((trained / "out" / name / "seed-0.log").read_text(encoding="utf-8") for name in ("own", "twin"))
    assert without_times(own) == without_times(twin)


def without_times(text: str) -> str:
    return re.sub(r"\d+s \d+m?s/step", "", text)


def test_a_log_that_exists_is_not_replaced(folder: Path) -> None:
    log = folder / "same" / "own" / "seed-0.log"
    log.parent.mkdir(parents=True)
    log.write_text("an earlier log", encoding="utf-8")
    refused = reporter("train", "mine.py:own", "--seed", "0", "--data", "small.npz", "--logs", "same", cwd=folder)
    assert (refused.returncode, refused.stderr) == (2, "reporter: same/own/seed-0.log: exists; --force replaces it\n")
    assert log.read_text(encoding="utf-8") == "an earlier log"


def test_seeds_are_the_lowest_without_a_log(tmp_path: Path) -> None:
    assert plan.default_seeds(tmp_path, "seed", resume=False) == [0]
    (tmp_path / "seed-0.log").touch()
    (tmp_path / "seed-1.log").touch()
    assert plan.default_seeds(tmp_path, "seed", resume=False) == [2]
    assert plan.default_seeds(tmp_path, "trial", resume=False) == [0]


def test_training_without_tensorflow_says_how_to_install_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    done = reporter("train", "gap", "--data", "small.npz", "--logs", "none", cwd=folder)
    message = (
        "reporter: training needs TensorFlow; reinstall reporter with its extra 'train', "
        "for example in a checkout: pip install '.[train]'\n"
    )
    assert (done.returncode, done.stderr) == (2, message)
    assert not (folder / "none").exists()


def test_a_file_that_cannot_be_imported_is_an_error_before_any_training(folder: Path) -> None:
    (folder / "bad.py").write_text("raise RuntimeError('boom')\n", encoding="utf-8")
    done = reporter("train", "bad.py:own", "--logs", "none", cwd=folder)
    assert (done.returncode, done.stderr) == (2, "reporter: bad.py:own: cannot be imported; RuntimeError: boom\n")
    assert not (folder / "none").exists()


EXITS = {
    "that ends Python": ("import sys; sys.exit(2)", "importing it ended Python with exit status 2"),
    "that ends Python without an error": ("import sys; sys.exit(0)", "importing it ended Python with exit status 0"),
    "that says why it ends Python": ("import sys; sys.exit('no data')", "no data"),
    "that says it in colour": ("import sys; sys.exit('\\x1b]0;title\\x07\\x1b[31mno data')", "no data"),
}


@pytest.mark.parametrize(("code", "message"), EXITS.values(), ids=EXITS.keys())
def test_a_file_is_an_error_before_any_training(folder: Path, code: str, message: str) -> None:
    (folder / "bad.py").write_text(code + "\n", encoding="utf-8")
    done = reporter("train", "bad.py:own", "--logs", "none", cwd=folder)
    assert (done.returncode, done.stderr) == (2, f"reporter: bad.py:own: cannot be imported; {message}\n")


def test_lines_that_an_experiment_prints_do_not_matter(folder: Path) -> None:
    (folder / "mine.py").write_text(
        f"{OWN}\nimport atexit; atexit.register(print, 'bye')\nprint('hello')", encoding="utf-8"
    )
    found = describe.describe(f"{folder}/mine.py:own", folder / "small.npz")
    assert (found.name, found.epochs, found.samples) == ("own", 2, 128)


def test_a_training_that_fails_sends_no_escape_to_the_terminal(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = r"import os; os.write(2, b'\x1b]0;title\x07\x1b[2Jout of memory\x9b31m\n'); raise SystemExit(1)"
    monkeypatch.setattr(jobs.Job, "command", lambda _: [sys.executable, "-c", code])
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: True)
    done = reporter("train", "gap", "--data", "small.npz", "--no-probe", cwd=folder)
    assert done.stderr == (
        "reporter: logs/gap/seed-0.log: training failed with exit status 1; its last line: out of memory\ufffd31m\n"
    )


def begin(folder: Path, logs: str, command: str, *args: str) -> tuple["subprocess.Popen[str]", Path]:
    """Start trainings, and wait until the last of them has finished its first epoch and waits in its second."""
    log = folder / logs / "stuck" / "seed-0.log"
    training = start(command, *args, "--data", "small.npz", "--logs", logs, "--jobs", "2", "--no-probe", cwd=folder)
    while not (log.exists() and "Epoch 2/3\n" in log.read_text(encoding="utf-8")):
        assert training.poll() is None, training.communicate()
        time.sleep(0.1)
    return training, log


@needs_tensorflow
@pytest.mark.skipif(not Path("/proc").exists(), reason="finds the child in /proc")
def test_a_training_that_fails_or_is_killed_says_why_and_keeps_its_log(folder: Path) -> None:
    training, log = begin(folder, "out", "train-and-report", "mine.py:broken", "mine.py:stuck", "-o", "r.md")
    while len(children_of(training)) > 1:  # until the broken one has ended
        time.sleep(0.1)
    (child,) = children_of(training)
    os.kill(child, signal.SIGKILL)
    _, errors = training.communicate()
    assert training.returncode == 1
    broken, killed = [line for line in errors.splitlines() if ": training " in line]
    assert broken == (
        "reporter: out/broken/seed-0.log: training failed with exit status 1; its last line: ValueError: no such layer"
    )
    assert "Traceback" in (folder / "out" / "broken" / "seed-0.log").read_text(encoding="utf-8")
    assert killed.startswith(
        "reporter: out/stuck/seed-0.log: training was ended by signal 9; --resume goes on after epoch 1; its"
    )
    (run,) = read_log(log).runs
    assert (run.status, len(run.epochs), run.epochs_declared) == ("interrupted", 1, 3)
    assert run.partial is not None
    assert run.partial.epoch == 2
    report = (folder / "r.md").read_text(encoding="utf-8")
    assert "| 1 of 3, **" in report
    assert "**interrupted**" in report
    assert ", in epoch 2" in report


@needs_tensorflow
@pytest.mark.skipif(not Path("/proc").exists(), reason="finds the child in /proc")
def test_ctrl_c_ends_the_training_keeps_the_log_and_is_exit_130(folder: Path) -> None:
    training, log = begin(folder, "stopped", "train", "mine.py:stuck")
    (child,) = children_of(training)
    training.send_signal(signal.SIGINT)
    _, errors = training.communicate()
    assert training.returncode == 130
    assert errors.endswith("reporter: interrupted\n")
    assert "Traceback" not in errors
    assert not Path(f"/proc/{child}").exists()
    (run,) = read_log(log).runs
    assert (run.status, len(run.epochs)) == ("interrupted", 1)
