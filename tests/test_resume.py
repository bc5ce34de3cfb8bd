"""Interrupted trainings lose no finished epoch, and go on as if they were never interrupted, whatever goes wrong."""

from __future__ import annotations

import json
import os
import random
import re
import resource
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from conftest import Once, children_of, needs_tensorflow, reporter, reporter_process, start

from reporter import read_log

pytestmark = pytest.mark.skipif(not Path("/proc").exists(), reason="needs signals, and finds the child in /proc")

EXPERIMENT = r"""
import os, signal, sys, time
from pathlib import Path
from reporter.training.experiments import Experiment, learning_rate

def model():
    import keras
    layers = keras.layers
    return keras.Sequential([
        layers.Input((28, 28, 1)), layers.Flatten(), layers.Dropout(0.3), layers.Dense(16, "relu"),
        layers.BatchNormalization(), layers.Dropout(0.2), layers.Dense(10, "softmax"),
    ])

def callbacks():
    import keras, random
    import numpy as np

    class Fault(keras.callbacks.Callback):
        '''Does what the files in the working directory tell it to.'''

        def on_epoch_begin(self, epoch, logs=None):
            self.now = epoch + 1
            print(f"random numbers {random.random()} {np.random.random()}")

        def on_train_batch_end(self, batch, logs=None):
            if Path("wait").exists() and Path("wait").read_text() == f"{self.now}.{batch}":
                if Path("stubborn").exists():
                    signal.signal(signal.SIGTERM, signal.SIG_IGN)
                Path("ready").touch()
                while not Path("go").exists():
                    time.sleep(0.05)
            if Path("clock").exists() and (self.now, batch) == (2, 3):
                real = time.time
                time.time = lambda: real() - 3600

        def on_epoch_end(self, epoch, logs=None):
            if Path("bytes").exists():
                os.write(1, b"\n\x00\xff\xfe\x80 \x1b[31m\x1b]0;title\x07 \xe2\x94\n\x00\x1b]reporter: epoch 9\x07\n" * 50)

    return [
        keras.callbacks.LearningRateScheduler(learning_rate, verbose=1),
        keras.callbacks.EarlyStopping("val_loss", patience=1, min_delta=10, start_from_epoch=3, verbose=1),
        Fault(),
    ]

own = Experiment("own", model, callbacks=callbacks, epochs=9)
"""
EPOCHS, STEPS = 5, 8
"""Epochs until early stopping, and steps in an epoch."""

TRAIN = ("train", "mine.py:own", "--seed", "0", "--data", "small.npz", "--no-probe", "--jobs", "1")
LOG = Path("logs/own/seed-0.log")


def prepare(folder: Path) -> Path:
    """Make a folder with an experiment that can go wrong, and its data."""
    (folder / "mine.py").write_text(EXPERIMENT, encoding="utf-8")
    numbers = np.random.default_rng(0)
    images, labels = numbers.integers(0, 256, (640, 28, 28), np.uint8), numbers.integers(0, 10, 640, np.uint8)
    parts = {"x_train": images[:512], "y_train": labels[:512], "x_test": images[512:], "y_test": labels[512:]}
    np.savez(folder / "small.npz", allow_pickle=False, **parts)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return prepare(tmp_path)


def train_without_interruption(folder: Path) -> None:
    done = reporter_process(*TRAIN, cwd=prepare(folder))
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def uninterrupted(once: Once) -> Path:
    """Train once without any fault."""
    return once("uninterrupted", train_without_interruption)


@dataclass
class Training:
    """Holds a training that waits in the middle of an epoch."""

    process: subprocess.Popen[str]
    folder: Path

    @property
    def child(self) -> int:
        (child,) = children_of(self.process)
        return child


def begin(folder: Path, step: str, *options: str) -> Training:
    """Train until a step, such as `3.2` for step 2 of epoch 3, and wait there."""
    (folder / "wait").write_text(step)
    training = start(*TRAIN, *options, cwd=folder)
    while not (folder / "ready").exists():
        assert training.poll() is None, training.communicate()
        time.sleep(0.05)
    (folder / "ready").unlink()
    return Training(training, folder)


def end(training: Training) -> str:
    """Wait until reporter and the training have ended; gives what was printed on standard error."""
    _, errors = training.process.communicate(timeout=120)
    (training.folder / "wait").unlink()
    (training.folder / "go").unlink(missing_ok=True)
    return errors


def masked(text: str) -> str:
    """Leave out the times, and the lines that say where a training was resumed."""
    text = re.sub(r"^Resumed after epoch \d+ of \d+\n", "", text, flags=re.MULTILINE)
    return re.sub(r"\b\d+s \d+[mu]?s/step", "", text)


def assert_as_uninterrupted(folder: Path, uninterrupted: Path, resumed: list[int]) -> None:
    text = (folder / LOG).read_text(encoding="utf-8")
    assert [int(epoch) for epoch in re.findall(r"^Resumed after epoch (\d+) of 9$", text, re.MULTILINE)] == resumed
    assert masked(text) == masked((uninterrupted / LOG).read_text(encoding="utf-8"))
    kept, expected = (json.loads((each / LOG).with_suffix(".json").read_bytes()) for each in (folder, uninterrupted))
    assert kept.pop("seconds") > 0 < expected.pop("seconds")
    assert kept == expected
    assert not (folder / LOG).with_suffix(".resume").exists()
    (run,) = read_log(folder / LOG).runs
    assert [epoch.epoch for epoch in run.epochs] == [1, 2, 3, 4, 5]
    assert (run.status, run.partial) == ("stopped", None)
    assert [message.epoch for message in run.messages if message.kind == "resumed"] == resumed


def epochs_in(log: Path) -> list[int]:
    return [epoch.epoch for run in read_log(log).runs for epoch in run.epochs]


def kill_child(training: Training) -> None:
    os.kill(training.child, signal.SIGKILL)


def kill_both(training: Training) -> None:
    child = training.child
    training.process.kill()
    os.kill(child, signal.SIGKILL)


def send(number: int) -> Callable[[Training], None]:
    return lambda training: training.process.send_signal(number)


def interrupt_twice(training: Training) -> None:
    training.process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    training.process.send_signal(signal.SIGINT)


def fill_the_disk(training: Training) -> None:
    """Let no file of the two processes grow beyond the size of the log."""
    size = (training.folder / LOG).stat().st_size
    for process in (training.process.pid, training.child):
        resource.prlimit(process, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    (training.folder / "go").touch()


def close_the_pipes(training: Training) -> None:
    assert training.process.stdout
    assert training.process.stderr
    training.process.stdout.close()
    training.process.stderr.close()
    (training.folder / "go").touch()


KILLED = (
    "reporter: logs/own/seed-0.log: training was ended by signal 9; --resume goes on after epoch 2; its last line: "
)
FULL = "reporter: logs/own/seed-0.log: File too large; lines are missing, free some space\n"
STOPPED = "reporter: ended by SIGTERM; --resume goes on with the trainings\n"
HUNG_UP = "reporter: ended by SIGHUP; --resume goes on with the trainings\n"
INTERRUPTED = "reporter: interrupted\n"
INTERRUPTIONS: dict[str, tuple[Callable[[Training], None], int, str]] = {
    "the training is killed": (kill_child, 1, KILLED),
    "reporter is killed": (send(signal.SIGKILL), -9, ""),
    "both are killed": (kill_both, -9, ""),
    "SIGTERM": (send(signal.SIGTERM), 128 + 15, STOPPED),
    "the terminal hangs up": (send(signal.SIGHUP), 128 + 1, HUNG_UP),
    "Ctrl-C": (send(signal.SIGINT), 130, INTERRUPTED),
    "Ctrl-C twice at a stubborn training": (interrupt_twice, 130, INTERRUPTED),
    "the disk is full": (fill_the_disk, 2, FULL),
}
"""For each fault in epoch 3: what happens, the exit code, and how the error begins."""


@needs_tensorflow
@pytest.mark.parametrize("fault", INTERRUPTIONS)
def test_an_interrupted_training_has_all_finished_epochs_and_can_be_resumed(
    fault: str, folder: Path, uninterrupted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    do, code, message = INTERRUPTIONS[fault]
    if fault == "the disk is full":
        monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)  # it could not write its measurement
    if "stubborn" in fault:
        (folder / "stubborn").touch()
    training = begin(folder, "3.2")
    child = training.child
    do(training)
    errors = end(training)
    lines = [line for line in errors.splitlines(keepends=True) if ": epoch " not in line]
    assert training.process.returncode == code
    assert len(lines) == bool(message), lines
    assert "".join(lines).startswith(message)
    while Path(f"/proc/{child}").exists():  # a training that nobody listens to ends itself
        time.sleep(0.05)
    assert epochs_in(folder / LOG) == [1, 2]
    done = reporter_process(*TRAIN, "--resume", cwd=folder)
    assert (done.returncode, done.stdout) == (0, f"{LOG}\n"), done.stderr
    assert_as_uninterrupted(folder, uninterrupted, [2])


STEP = random.Random(12)
RANDOM_STEPS = [(STEP.randint(2, EPOCHS), STEP.randrange(STEPS)) for _ in range(3)]


@needs_tensorflow
@pytest.mark.parametrize(("epoch", "step"), RANDOM_STEPS, ids=[f"{epoch}.{step}" for epoch, step in RANDOM_STEPS])
def test_a_training_that_was_killed_at_a_random_step_goes_on_as_if_it_was_not(
    epoch: int, step: int, folder: Path, uninterrupted: Path
) -> None:
    training = begin(folder, f"{epoch}.{step}")
    kill_child(training)
    end(training)
    done = reporter_process(*TRAIN, "--resume", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert_as_uninterrupted(folder, uninterrupted, [epoch - 1])


@needs_tensorflow
def test_a_training_can_be_interrupted_again_and_again(folder: Path, uninterrupted: Path) -> None:
    for step in ("1.5", "2.1", "2.6", "4.0"):
        training = begin(folder, step, "--resume")
        kill_both(training)
        end(training)
    done = reporter_process(*TRAIN, "--resume", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert_as_uninterrupted(folder, uninterrupted, [1, 3])
    again = reporter_process(*TRAIN, "--resume", cwd=folder)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", f"{LOG}: is finished\n")


@needs_tensorflow
def test_a_training_that_was_killed_after_its_last_epoch_is_only_evaluated(folder: Path, uninterrupted: Path) -> None:
    text = EXPERIMENT.replace("        Fault(),", "        Fault(), End(),").replace("    class Fault", END)
    (folder / "mine.py").write_text(text, encoding="utf-8")
    (folder / "wait").write_text("")
    (folder / "die").touch()
    done = reporter_process(*TRAIN, cwd=folder)
    assert (done.returncode, epochs_in(folder / LOG)) == (1, [1, 2, 3, 4, 5]), done.stderr
    done = reporter_process(*TRAIN, "--resume", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert_as_uninterrupted(folder, uninterrupted, [5])


END = """\
    class End(keras.callbacks.Callback):
        def on_train_end(self, logs=None):
            if Path("die").exists():
                Path("die").unlink()
                os._exit(1)

    class Fault"""


@needs_tensorflow
def test_a_closed_terminal_or_pipe_does_not_end_a_training(folder: Path, uninterrupted: Path) -> None:
    training = begin(folder, "3.2")
    close_the_pipes(training)
    assert training.process.wait(120) == 1  # its own output is lost, as that of every command
    assert_as_uninterrupted(folder, uninterrupted, [])


@needs_tensorflow
def test_bytes_that_are_no_text_do_not_disturb_the_log(folder: Path) -> None:
    (folder / "bytes").touch()
    done = reporter_process(*TRAIN, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert epochs_in(folder / LOG) == [1, 2, 3, 4, 5]
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", (folder / LOG).read_text(encoding="utf-8"))


@needs_tensorflow
def test_a_clock_that_is_set_back_gives_no_negative_time(folder: Path, uninterrupted: Path) -> None:
    (folder / "clock").touch()
    done = reporter_process(*TRAIN, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert_as_uninterrupted(folder, uninterrupted, [])
    assert all(epoch.seconds is not None for epoch in read_log(folder / LOG).runs[0].epochs)
    assert all(0 <= (epoch.seconds or 0) < 600 for epoch in read_log(folder / LOG).runs[0].epochs)


@needs_tensorflow
def test_two_processes_never_write_one_log(folder: Path, uninterrupted: Path) -> None:
    training = begin(folder, "3.2")
    for option, message in {
        "": "exists; --resume goes on after epoch 2, --force replaces it",
        "--force": "another capture writes it now; name another log",
        "--resume": "another capture writes it now; name another log",
    }.items():
        refused = reporter(*TRAIN, *([option] if option else []), cwd=folder)
        assert (refused.returncode, refused.stderr) == (2, f"reporter: {LOG}: {message}\n")
    (folder / "go").touch()
    end(training)
    assert training.process.returncode == 0
    assert_as_uninterrupted(folder, uninterrupted, [])
