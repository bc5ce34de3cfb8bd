"""Experiments are trained as their notebooks were, and what Keras prints is kept, read and checked."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT, reporter, start

from reporter import read_log

np = pytest.importorskip("numpy")
pytest.importorskip("tensorflow", reason="training needs the extra 'train'")

OWN = """\
import keras
from reporter.training.experiments import Experiment, scheduled

def model():
    return keras.Sequential([keras.layers.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10, "softmax")])

def failing():
    raise ValueError("no such layer")

own = Experiment("own", model, title="Mine", note="As small as can be", epochs=3)
broken = Experiment("broken", failing)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder with an experiment of the user's own and a small data set."""
    folder = tmp_path_factory.mktemp("training")
    (folder / "mine.py").write_text(OWN, encoding="utf-8")
    random = np.random.default_rng(0)
    images, labels = random.integers(0, 256, (192, 28, 28), np.uint8), random.integers(0, 10, 192, np.uint8)
    np.savez(folder / "small.npz", x_train=images[:128], y_train=labels[:128], x_test=images[128:], y_test=labels[128:])
    return folder


def test_the_models_have_the_parameters_of_their_notebooks_and_the_schedule_its_rates() -> None:
    code = (
        "from reporter.training.experiments import *;"
        "print(code9.model().count_params(), gap.model().count_params(), *map(learning_rate, range(20)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    printed = re.findall(r"rate to (\S+)\.\n", (ROOT / "logs" / "original" / "code9.log").read_text(encoding="utf-8"))
    assert len(printed) == 20
    assert done.stdout.split() == ["14864", "11504", *printed]


def test_a_training_is_kept_read_and_reported(folder: Path) -> None:
    (folder / "R.md").write_text("<!-- BEGIN_REPORTER -->\n<!-- END_REPORTER -->\n", encoding="utf-8")
    args = ["mine.py:own", "gap", "--epochs", "2", "--data", "small.npz", "--logs", "out", "--jobs", "2"]
    done = reporter("train-and-report", *args, "--readme", "R.md", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["out/own/seed-0.log", "out/gap/seed-0.log"]
    assert "mine.py:own seed 0: epoch 2/2, val_acc 0." in done.stderr

    text = (folder / "out" / "own" / "seed-0.log").read_text(encoding="utf-8")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)
    assert text.startswith("# Mine\n\nAs small as can be\n\nModel: ")
    (run,) = read_log(folder / "out" / "own" / "seed-0.log").runs
    assert (run.name, run.note, run.status, len(run.epochs)) == ("Mine", "As small as can be", "completed", 2)
    assert (run.samples.train, run.samples.validation) == (128, 64)
    assert [epoch.learning_rate for epoch in run.epochs] == [0.003, 0.0022744503]
    record = json.loads((folder / "out" / "own" / "seed-0.json").read_text(encoding="utf-8"))
    assert record["parameters"]["total"] == 7850
    assert run.parameters is not None
    assert run.parameters.total == 7850
    assert list(run.evaluations[0].logs.values()) == list(record["score"].values())
    assert run.epochs[1].logs["loss"] == pytest.approx(record["history"]["loss"][1], abs=5.1e-5)

    (gap,) = read_log(folder / "out" / "gap" / "seed-0.log").runs
    assert gap.parameters is not None
    assert (gap.name, gap.parameters.total) == ("Using_GAP.ipynb", 11504)
    report = (folder / "R.md").read_text(encoding="utf-8")
    assert "2 of 2" in report
    assert "Every number agrees with the [full-precision history](out/own/seed-0.json)" in report
    assert (folder / "figures" / "out-own-seed-0.svg").exists()

    again = reporter("train", "mine.py:own", "--epochs", "2", "--data", "small.npz", "--logs", "same", cwd=folder)
    assert again.returncode == 0
    same = (folder / "same" / "own" / "seed-0.log").read_text(encoding="utf-8")
    assert without_times(same) == without_times(text)

    refused = reporter("train", "mine.py:own", "--seed", "0", "--logs", "same", cwd=folder)
    assert (refused.returncode, refused.stderr) == (2, "reporter: same/own/seed-0.log: exists; --force replaces it\n")
    assert (folder / "same" / "own" / "seed-0.log").read_text(encoding="utf-8") == same


def without_times(text: str) -> str:
    return re.sub(r"\d+s \d+m?s/step", "", text)


def test_seeds_are_the_lowest_without_a_log(tmp_path: Path) -> None:
    from reporter.cli.train import _unused_seed

    assert _unused_seed(tmp_path) == (0,)
    (tmp_path / "seed-0.log").touch()
    (tmp_path / "seed-1.log").touch()
    assert _unused_seed(tmp_path) == (2,)


def test_a_training_that_fails_says_why_and_keeps_its_log(folder: Path) -> None:
    done = reporter("train", "mine.py:broken", "--data", "small.npz", "--logs", "out", cwd=folder)
    assert done.returncode == 1
    error = "reporter: out/broken/seed-0.log: training failed with exit status 1; its last line: ValueError: no such layer\n"
    assert done.stderr == error
    assert "Traceback" in (folder / "out" / "broken" / "seed-0.log").read_text(encoding="utf-8")


def test_a_file_that_cannot_be_imported_is_an_error_before_any_training(folder: Path) -> None:
    (folder / "bad.py").write_text("raise RuntimeError('boom')\n", encoding="utf-8")
    done = reporter("train", "bad.py:own", "--logs", "none", cwd=folder)
    assert (done.returncode, done.stderr) == (2, "reporter: bad.py:own: cannot be imported; RuntimeError: boom\n")
    assert not (folder / "none").exists()


def begin(folder: Path, logs: str) -> tuple["subprocess.Popen[str]", Path]:
    """Start a training of three epochs, and wait until its first epoch is finished and its second has begun."""
    log = folder / logs / "gap" / "seed-0.log"
    args = ["train", "gap", "--epochs", "3", "--samples", "6400", "--logs", logs]
    training = start(*args, cwd=folder)
    deadline = time.monotonic() + 200
    while not (log.exists() and "Epoch 2/3\n" in log.read_text(encoding="utf-8")):
        assert training.poll() is None, training.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return training, log


def child_of(process: "subprocess.Popen[str]") -> int:
    tasks = Path(f"/proc/{process.pid}/task")
    (child,) = [pid for task in tasks.iterdir() for pid in (task / "children").read_text().split()]
    return int(child)


@pytest.mark.skipif(not Path("/proc").exists(), reason="finds the child in /proc")
def test_a_killed_training_leaves_its_finished_epochs(folder: Path) -> None:
    training, log = begin(folder, "killed")
    os.kill(child_of(training), signal.SIGKILL)
    _, errors = training.communicate(timeout=60)
    assert training.returncode == 1
    assert "reporter: killed/gap/seed-0.log: training was ended by signal 9; its last line: " in errors
    (run,) = read_log(log).runs
    assert (run.status, len(run.epochs), run.epochs_declared) == ("interrupted", 1, 3)
    assert run.partial is not None
    assert run.partial.epoch == 2
    done = reporter("report", "killed", cwd=folder)
    assert done.returncode == 0
    assert "| 1 of 3 |" in done.stdout
    assert "**interrupted**" in done.stdout
    assert "**Unfinished:** the log ends in epoch 2" in done.stdout


@pytest.mark.skipif(not Path("/proc").exists(), reason="finds the child in /proc")
def test_ctrl_c_ends_the_training_keeps_the_log_and_is_exit_130(folder: Path) -> None:
    training, log = begin(folder, "stopped")
    child = child_of(training)
    training.send_signal(signal.SIGINT)
    _, errors = training.communicate(timeout=60)
    assert training.returncode == 130
    assert errors.endswith("reporter: interrupted\n")
    assert "Traceback" not in errors
    assert not Path(f"/proc/{child}").exists()
    (run,) = read_log(log).runs
    assert (run.status, len(run.epochs)) == ("interrupted", 1)
