"""A checkpoint is used only if it is whole and of the same training, and only if the log holds its epochs."""

from __future__ import annotations

import asyncio
import json
import math
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import reporter

from reporter.capturing.logfile import LogFile
from reporter.cli.train import _jobs
from reporter.errors import OverwriteError
from reporter.reading.reader import read_log
from reporter.sources.names import find
from reporter.training import capture, describe, experiments, identity, plan, snapshot
from reporter.training.checkpoints import Checkpoints, announcement
from reporter.training.jobs import Job

LOG = """\
# Mine
Train on 192 samples, validate on 64 samples
Epoch 1/3
6/6 ━━━━━━━━━━━━━━━━━━━━ 3s 90ms/step - acc: 0.5000 - loss: 1.5000 - val_acc: 0.6000 - val_loss: 1.2000
Epoch 2/3
6/6 ━━━━━━━━━━━━━━━━━━━━ 1s 90ms/step - acc: 0.6500 - loss: 1.1000 - val_acc: 0.7000 - val_loss: 1.1000
"""
UNFINISHED = "Epoch 3/3\n2/6 ━━━━━━━━━━━━━━━━━━━━ 1s 90ms/step - acc: 0.6500 - loss: 1.1000\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder with an experiment, whose training with seed 0 was killed in epoch 3."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(experiments.EXPERIMENTS, "own", experiments.Experiment("own", list, epochs=3))
    for name, seed in {"small": 0, "other": 1}.items():
        numbers = np.random.default_rng(seed)
        images, labels = numbers.integers(0, 256, (256, 28, 28), np.uint8), numbers.integers(0, 10, 256, np.uint8)
        parts = {"x_train": images[:192], "y_train": labels[:192], "x_test": images[192:], "y_test": labels[192:]}
        np.savez(tmp_path / f"{name}.npz", allow_pickle=False, **parts)
    (job,) = planned()
    log = LogFile(job.log)
    log.write((LOG + UNFINISHED).splitlines())
    log.close()
    checkpoints = Checkpoints(job.log)
    checkpoints.begin(job.identity, {"TF_NUM_INTRAOP_THREADS": "2"})
    snapshot.write(checkpoints.file(2), {"seconds": 4.0})
    checkpoints.confirm(2, len(LOG.encode()))
    return tmp_path


def planned(**options: object) -> list[Job]:
    """Plan the training of seed 0."""
    given = {
        "experiments": ("own",), "epochs": None, "seeds": (0,), "samples": None, "logs": Path("logs"),
        "data": Path("small.npz"), "reference": False, "resume": False, "force": False,
    }  # fmt: skip
    return list(_jobs(**{**given, **options}))  # type: ignore[arg-type]


def resume(*options: str) -> tuple[int, str]:
    """Give the exit code of `reporter train --resume`, and its error."""
    given = ("own", "--seed", "0", "--data", "small.npz", "--no-probe", "--resume")
    done = reporter("train", *given, *options)
    assert done.stdout == ""
    return done.returncode, done.stderr


def test_an_interrupted_training_is_resumed_only_if_that_is_asked_for(folder: Path) -> None:
    with pytest.raises(OverwriteError, match=r"exists; --resume goes on after epoch 2, --force replaces it$"):
        planned()
    assert [job.resume for job in planned(resume=True)] == [True]
    assert [job.resume for job in planned(resume=True, force=True)] == [True]
    assert [job.resume for job in planned(force=True)] == [False]


OTHERS: dict[str, tuple[list[str], str]] = {
    "another number of epochs": (["--epochs", "5"], "was begun with epochs 3, not 5"),
    "other data": (["--data", "other.npz"], "was begun with data checksum "),
    "other layers": (["--reference"], "was begun with layers of the experiment, not of Keras"),
}


@pytest.mark.parametrize(("options", "message"), OTHERS.values(), ids=OTHERS)
def test_a_training_with_other_settings_is_refused(folder: Path, options: list[str], message: str) -> None:
    code, errors = resume(*options)
    assert code == 2
    assert errors.startswith(f"reporter: logs/own/seed-0.resume: {message}")
    assert errors.endswith("; resume it with the same, or start anew with --force\n")
    assert (folder / "logs/own/seed-0.log").read_text(encoding="utf-8") == LOG + UNFINISHED


def test_a_training_of_other_samples_is_refused(folder: Path) -> None:
    (job,) = planned(samples=100)
    job.log.write_text(LOG, encoding="utf-8")
    Checkpoints(job.log).begin(job.identity, {})
    code, errors = resume("--samples", "50")
    assert (code, errors.partition(" samples ")[2]) == (
        2,
        "100, not 50; resume it with the same, or start anew with --force\n",
    )


def test_a_training_whose_code_has_changed_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(describe, "code_checksum", lambda _: "01234567")
    code, errors = resume()
    assert (code, "was begun with code checksum " in errors, ", not 01234567; resume" in errors) == (2, True, True)


def test_the_code_of_an_experiment_is_its_file_and_what_that_imports_from_its_folder(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(f"import near\n{EXPERIMENT}")
    for name in ("near.py", "apart.py"):
        (tmp_path / name).write_text("size = 1\n")
    kept = code_of(tmp_path)
    (tmp_path / "apart.py").write_text("size = 20\n")
    assert code_of(tmp_path) == kept
    (tmp_path / "near.py").write_text("size = 20\n")
    assert code_of(tmp_path) != kept


EXPERIMENT = 'from reporter.training.experiments import Experiment\nown = Experiment("own", lambda: None, epochs=3)\n'


def code_of(folder: Path) -> str:
    return describe.describe(f"{folder}/mine.py:own", None).code


def test_a_training_with_other_versions_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "versions", lambda: identity.versions() | {"keras": "9.9"})
    code, errors = resume()
    assert (code, " not 9.9; resume it with the same" in errors) == (2, True)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    path.write_bytes(content)


def write_array(path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, np.arange(3))


DAMAGE: dict[str, tuple[str, Callable[[Path], object]]] = {
    "a bit is flipped": ("epoch-2.npz", flip),
    "it is cut": ("epoch-2.npz", lambda path: path.write_bytes(path.read_bytes()[:-30])),
    "it is empty": ("epoch-2.npz", lambda path: path.write_bytes(b"")),
    "it is missing": ("epoch-2.npz", Path.unlink),
    "it is an array": ("epoch-2.npz", write_array),
    "it holds a pickle": ("epoch-2.npz", lambda path: np.savez(path, tree=np.array([{}]))),
    "the JSON is cut": ("training.json", lambda path: path.write_text(path.read_text()[:-30])),
    "the JSON is missing": ("training.json", Path.unlink),
    "the JSON is a list": ("training.json", lambda path: path.write_text("[]")),
    "the JSON lacks its numbers": (
        "training.json",
        lambda path: path.write_text('{"identity": {}, "environment": {}}'),
    ),
}


@pytest.mark.parametrize(("name", "damage"), DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_checkpoint_is_refused(folder: Path, name: str, damage: Callable[[Path], object]) -> None:
    path = Path("logs/own/seed-0.resume") / name
    damage(path)
    assert resume() == (3, f"reporter: {path}: is damaged or missing; --force starts the training anew\n")
    assert [job.resume for job in planned(resume=True, force=True)] == [False]
    assert Path("logs/own/seed-0.log").read_text(encoding="utf-8") == LOG + UNFINISHED


def test_a_log_that_lost_finished_epochs_is_refused(folder: Path) -> None:
    log = folder / "logs/own/seed-0.log"
    log.write_text(LOG[:100], encoding="utf-8")
    message = f"holds 100 bytes, and had {len(LOG.encode())}; start the training anew with --force"
    size = log.stat().st_size
    assert resume() == (2, f"reporter: logs/own/seed-0.log: {message.replace('100', str(size), 1)}\n")


def test_a_log_without_a_checkpoint_is_left_out_if_it_is_finished_and_refused_otherwise(folder: Path) -> None:
    shutil.rmtree(folder / "logs/own/seed-0.resume")
    message = "has no checkpoint to go on from; --force trains again"
    assert resume() == (2, f"reporter: logs/own/seed-0.log: {message}\n")
    finished = Path(__file__).parents[1] / "logs" / "gap" / "seed-0.json"
    shutil.copy(finished, folder / "logs/own/seed-0.json")
    assert resume() == (0, "logs/own/seed-0.log: is finished\n")


def test_without_seeds_all_interrupted_trainings_are_resumed(tmp_path: Path) -> None:
    assert plan.default_seeds(tmp_path, "seed", resume=True) == [0]
    for seed in range(3):
        (tmp_path / f"seed-{seed}.log").touch()
    assert plan.default_seeds(tmp_path, "seed", resume=True) == []
    (tmp_path / "seed-0.resume").mkdir()
    (tmp_path / "seed-2.resume").mkdir()
    assert plan.default_seeds(tmp_path, "seed", resume=True) == [0, 2]
    assert plan.default_seeds(tmp_path, "trial", resume=True) == [0]


def test_readers_of_folders_and_patterns_do_not_see_a_checkpoint(folder: Path) -> None:
    for source in ("logs", "logs/**/*"):
        assert find(source).files == ["logs/own/seed-0.log"]


def test_the_joined_log_is_one_run_that_says_where_it_was_resumed(folder: Path) -> None:
    rest = UNFINISHED.replace("2/6", "6/6").replace("1.1000", "1.0000 - val_acc: 0.7100 - val_loss: 1.0000")
    (folder / "joined.log").write_text(f"{LOG}Resumed after epoch 2 of 3\n{rest}", encoding="utf-8")
    (run,) = read_log(folder / "joined.log").runs
    assert ([epoch.epoch for epoch in run.epochs], run.status, run.partial) == ([1, 2, 3], "completed", None)
    assert [(each.kind, each.epoch, each.line) for each in run.messages] == [("resumed", 2, 7)]


VALUES = {
    "numbers": [1, 0.1, -math.inf, True, None, 2**70],
    "a tuple in a list": [(1, (2.5, "a"))],
    "a dictionary with other keys than strings": {1: "one", "b": {}, (1, 2): []},
    "an array": np.arange(6, dtype=np.float32).reshape(2, 3),
    "a number of NumPy": np.float64(0.1),
    "nothing": [],
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_a_snapshot_gives_back_what_was_written(value: object, tmp_path: Path) -> None:
    assert snapshot.can_hold(value)
    snapshot.write(tmp_path / "a.npz", value)
    found = snapshot.read(tmp_path / "a.npz")
    assert type(found) is type(value)
    assert str(found) == str(value)


@pytest.mark.parametrize("value", [print, {1, 2}, [object()], {"a": Path("b")}, np.array([{}])])
def test_other_values_are_no_part_of_a_snapshot(value: object) -> None:
    assert not snapshot.can_hold(value)


CHILD = """
import sys, time
for piece in {pieces!r}:
    sys.stdout.buffer.write(piece)
    sys.stdout.flush()
    time.sleep(0.02)
"""


def captured(folder: Path, pieces: list[bytes]) -> tuple[str, list[tuple[int, str]]]:
    """Capture the output of a program; gives the log, and for each saved epoch what the log held at that moment."""
    log, saved = LogFile(folder / "a.log", force=True), []

    def save(epoch: int) -> None:
        saved.append((epoch, log.path.read_text(encoding="utf-8")))

    async def run() -> int:
        with tempfile.TemporaryFile() as errors:
            command = [sys.executable, "-c", CHILD.format(pieces=pieces)]
            return await capture.capture(
                command, log, env={}, watch=lambda *_: None, saved=save, errors=errors, at_once=asyncio.Event()
            )

    assert asyncio.run(run()) == 0
    return log.path.read_text(encoding="utf-8"), saved


def test_an_epoch_counts_as_saved_when_the_log_holds_it_however_the_output_is_cut(tmp_path: Path) -> None:
    output = f"one\n{announcement(1)}two\n\x1b[31mthree\n{announcement(2)}four\x1b[0m\n".encode()
    for cut in range(0, len(output), 3):
        text, saved = captured(tmp_path, [output[:cut], output[cut:]])
        assert text == "one\ntwo\nthree\nfour\n"
        assert saved == [(1, "one\n"), (2, "one\ntwo\nthree\n")]


def test_a_full_disk_leaves_the_checkpoint_before(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoints = Checkpoints(Path("logs/own/seed-0.log"))
    checkpoints.read()
    snapshot.write(checkpoints.file(3), {})
    with monkeypatch.context() as patch:
        patch.setattr("os.replace", full)
        checkpoints.confirm(3, 1000)
    assert (checkpoints.epoch, Checkpoints(Path("logs/own/seed-0.log")).read().epoch) == (2, 2)
    checkpoints.confirm(3, 1000)
    assert [path.name for path in sorted(checkpoints.folder.iterdir())] == ["epoch-3.npz", "training.json"]
    checkpoints.confirm(4, 2000)  # a program printed an announcement without a file
    assert checkpoints.read().epoch == 3


def full(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_second_signal_kills_a_stubborn_training_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture, "_PATIENCE", 600)
    stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(600)"

    async def run() -> int | None:
        at_once = asyncio.Event()
        pipe = asyncio.subprocess.PIPE
        child = await asyncio.create_subprocess_exec(sys.executable, "-c", stubborn, stdout=pipe)
        assert child.stdout
        await child.stdout.readline()
        asyncio.get_running_loop().call_later(0.1, at_once.set)
        await capture._end(child, at_once)
        return child.returncode

    assert asyncio.run(run()) == -9


def test_the_identity_of_a_training_holds_no_path(folder: Path) -> None:
    kept = json.loads(Path("logs/own/seed-0.resume/training.json").read_text(encoding="utf-8"))
    assert str(folder) not in json.dumps(kept)
    assert kept["epoch"] == 2
