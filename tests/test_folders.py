"""Of a folder, the logs are read that its content shows, whatever their names are."""

from __future__ import annotations

import bz2
import gzip
import json
import pickle
import subprocess
from pathlib import Path

import pytest
from conftest import KILLED, SECTION, reporter

from reporter import read_logs
from reporter.errors import SourceError, UnreadableLogError
from reporter.sources import text

TRACEBACK = 'Traceback (most recent call last):\n  File "t.py", line 1, in <module>\nMemoryError: no memory\n'
FOREIGN = "Epoch [1/10], Loss: 0.5\nEpoch [2/10], Loss: 0.4\n"
TEST = f'''import pytest

from reporter import read_log

LOG = """
{KILLED}"""

def test_it():
    assert read_log(LOG)
'''
SCRIPT = "#!/bin/sh\nset -e\nif true; then {\npython train.py;\n}\n# Epoch 1/20\n# 8/8 [==] - 1s - loss: 0.5\n"
KERAS_1 = "60000/60000 [====] - 23s - loss: 0.1601 - acc: 0.9497\n"

READ: dict[str, tuple[str, bytes]] = {
    "the output of nohup": ("nohup.out", KILLED.encode()),
    "the output of a job of Slurm": ("slurm-4711.out", KILLED.encode()),
    "the standard error of a training": ("train.err", KILLED.encode()),
    "a log without an ending": ("LOG", SECTION.encode()),
    "a log with the ending of a program": ("train.rb", SECTION.encode()),
    "a log behind 30 KB of other text": ("run.out", b"loading\n" * 4000 + KILLED.encode()),
    "a log that follows a traceback": ("run.out", TRACEBACK.encode() + KILLED.encode()),
    "a log in UTF-16": ("run.out", KILLED.encode("utf-16")),
    "a log that redraws its bars": ("run.out", KILLED.replace("\n", "\r\n").encode() + b"\b" * 50 + b"\r"),
    "a compressed log": ("run.out.bz2", bz2.compress(KILLED.encode())),
    "one epoch without a header": ("run.1", KERAS_1.encode()),
    "a history in JSON": ("history.json", b'{"loss": [0.5, 0.4], "acc": [0.1, 0.2]}'),
    "a notebook of another name": (
        "n.ipynb.bak",
        json.dumps(
            {"cells": [{"cell_type": "code", "outputs": [{"output_type": "stream", "text": KILLED}]}], "nbformat": 4}
        ).encode(),
    ),
    "a table without an ending": ("history", b"epoch,loss\n0,0.5\n1,0.4\n"),
}


@pytest.mark.parametrize(("name", "data"), READ.values(), ids=READ.keys())
def test_a_log_is_read_whatever_its_name(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    done = reporter("parse", ".", "--format", "json", "--strict", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert [each["path"] for each in json.loads(done.stdout)["sources"]] == [name]


SKIPPED: dict[str, tuple[str, bytes, str]] = {
    "a picture": ("loss.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), "binary"),
    "a checkpoint": ("weights.h5", b"\x89HDF\r\n\x1a\n" + b"\0\1epoch\2\xff" * 99, "binary"),
    "a checkpoint that names a log": ("events.wandb", (b"\0\1\xff\x8a" * 9 + b"Epoch 1/20\n") * 99, "binary"),
    "a binary file that ends like a text": ("x.txt", b"\0\1\2", "binary, not text"),
    "a pickle": ("history.pkl", pickle.dumps({"loss": [0.5]}), "binary"),
    "a test with a log in it": ("test_it.py", TEST.encode(), "source code"),
    "a script with a log in it": ("run.sh", SCRIPT.encode(), "source code"),
    "a figure": ("loss.svg", b'<?xml version="1.0"?>\n<svg>Epoch 1/20</svg>\n', "XML"),
    "a configuration": ("config.yaml", b"epochs: 20\nloss: mse\nsteps: 3\n", "no line of a training log"),
    "an empty file": ("__init__", b"", "no line of a training log"),
    "settings in JSON": ("config.json", b'{"epochs": 20, "loss": "mse"}', "JSON that is no history"),
    "a broken archive": ("data.gz", gzip.compress(b"x" * 9999)[:-12], "compressed, but broken"),
    "a note": ("README.md", b"# A model\n\nIt has a loss.\n", "no training run in it"),
    "a note that quotes another framework": ("README.md", FOREIGN.encode(), "no training run in it"),
    "requirements": ("requirements.txt", b"keras==3.11\n", "no training run in it"),
    "a table of something else": ("data.csv", b"a,b\n1,2\n", "no training run in it"),
}


@pytest.mark.parametrize(("name", "data", "reason"), SKIPPED.values(), ids=SKIPPED.keys())
def test_a_file_that_is_no_log_is_skipped_and_counted(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    (tmp_path / "good.log").write_text(KILLED, encoding="utf-8")
    (tmp_path / name).write_bytes(data)
    for command in (["parse"], ["report"]):
        counted, named = (reporter(*command, ".", "--strict", *more, cwd=tmp_path) for more in ([], ["-v"]))
        assert (counted.returncode, named.returncode, counted.stdout) == (0, 0, named.stdout)
        assert counted.stderr == "reporter: skipped 1 file that is no log; -v says why\n"
        assert named.stderr.startswith(f"reporter: {name}: skipped: {reason}")
        assert named.stderr.count("\n") == 1


UNREADABLE: dict[str, tuple[str, bytes, str]] = {
    "a training that failed before its first epoch": (
        "train.err",
        TRACEBACK.encode(),
        ":3: no training run in it: it ends",
    ),
    "a log of another framework": ("slurm-1.out", FOREIGN.encode(), ":1: no training run in it: it looks like"),
    "a log with many NUL characters at its beginning": (
        "nohup.out",
        bytes(5000) + KILLED.encode(),
        ": binary, not text",
    ),
    "metrics.csv of Lightning": (
        "metrics.csv",
        b"epoch,step,train_loss,val_loss\n0,49,0.5,\n0,99,,0.4\n",
        ":1: no training run in it: it looks like the log of PyTorch Lightning",
    ),
    "an empty log": ("a.log", b"", ": no training run in it, because it is empty"),
}


@pytest.mark.parametrize(("name", "data", "message"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_file_that_looks_like_a_log_and_cannot_be_read_is_an_error(
    tmp_path: Path, name: str, data: bytes, message: str
) -> None:
    (tmp_path / "good.log").write_text(KILLED, encoding="utf-8")
    (tmp_path / name).write_bytes(data)
    plain = reporter("parse", ".", cwd=tmp_path)
    assert (plain.returncode, plain.stderr.count("\n")) == (0, 1)
    assert plain.stderr.startswith(f"reporter: {name}{message}")
    gated = reporter("report", ".", "--fail-under", "val_acc>=0.1", cwd=tmp_path)
    strict = reporter("report", ".", "--fail-under", "val_acc>=0.1", "--strict", cwd=tmp_path)
    assert (gated.returncode, strict.returncode, strict.stdout) == (1, 3, "")
    with pytest.raises(SourceError):
        read_logs(tmp_path)


def test_a_gate_fails_over_the_failed_run_of_a_job(tmp_path: Path) -> None:
    (tmp_path / "good.log").write_text(SECTION, encoding="utf-8")
    (tmp_path / "slurm-4711.out").write_text(KILLED, encoding="utf-8")
    done = reporter("report", ".", "--fail-under", "val_acc>=0.9", "--strict", cwd=tmp_path)
    assert done.returncode == 1
    assert "slurm-4711.out:4: killed: best val_acc 0.6 misses" in done.stderr.replace("0.6000", "0.6")


@pytest.mark.parametrize("source", [".", "*"])
def test_the_result_is_no_log_of_its_folder(tmp_path: Path, source: str) -> None:
    (tmp_path / "good.log").write_text(KILLED, encoding="utf-8")
    for _ in range(2):
        for command in (["parse", "-o", "r.md", "--format", "markdown"], ["report", "-o", "r.md"]):
            done = reporter(*command, source, "--force", "-v", cwd=tmp_path)
            assert (done.returncode, "r.md: skipped" in done.stderr) == (0, False)
    assert (tmp_path / "r.md").read_text(encoding="utf-8").count("# Training results") == 1


def test_a_file_that_cannot_be_opened_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(source: str) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "nohup.out").write_text(KILLED, encoding="utf-8")
    monkeypatch.setattr(text, "_open", refuse)
    done = reporter("parse", ".", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (3, "reporter: nohup.out: Permission denied; name a readable log\n")


@pytest.mark.parametrize("name", ["node_modules", "lib/site-packages", "__pycache__", ".cache", "venv"])
def test_folders_with_programs_of_others_are_left_out(tmp_path: Path, name: str) -> None:
    for folder in (tmp_path / name / "deep", tmp_path / "logs"):
        folder.mkdir(parents=True)
        (folder / "a.log").write_text(KILLED, encoding="utf-8")
    (tmp_path / "venv").mkdir(exist_ok=True)
    (tmp_path / "venv" / "pyvenv.cfg").touch()
    done = reporter("parse", ".", "--format", "json", cwd=tmp_path)
    assert [each["path"] for each in json.loads(done.stdout)["sources"]] == ["logs/a.log"]


def test_a_folder_without_a_log_says_how_many_files_it_has(tmp_path: Path) -> None:
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text("x = 1\n", encoding="utf-8")
    done = reporter("parse", tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    assert done.stderr.endswith(": no training run in its 2 files; -v says why\n")
    assert reporter("parse", tmp_path, "-v").stderr.count(": skipped: no line of a training log") == 2


def test_other_errors_of_a_folder_have_their_type(tmp_path: Path) -> None:
    (tmp_path / "train.err").write_text(TRACEBACK, encoding="utf-8")
    with pytest.raises(UnreadableLogError, match="MemoryError"):
        read_logs(tmp_path)


def test_a_folder_is_explained_without_the_files_that_are_no_logs(tmp_path: Path) -> None:
    (tmp_path / "nohup.out").write_text(KILLED, encoding="utf-8")
    (tmp_path / "test_it.py").write_text(TEST, encoding="utf-8")
    done = reporter("parse", ".", "--explain", "-v", cwd=tmp_path)
    assert done.stdout.startswith("nohup.out\n     1  heading")
    assert (done.returncode, done.stderr) == (0, "reporter: test_it.py: skipped: source code\n")


@pytest.mark.parametrize("here", [".", "logs"])
def test_a_folder_in_git_is_chosen_by_content_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, here: str) -> None:
    (tmp_path / "logs").mkdir()
    for name, content in {"nohup.out": KILLED, "a.log": KILLED, "test_it.py": TEST, "x.cfg": "[x]\n"}.items():
        (tmp_path / "logs" / name).write_text(content, encoding="utf-8")
    (tmp_path / "slurm-1.out").write_text(KILLED, encoding="utf-8")
    for command in (
        ["init", "-q", "-b", "main"],
        ["add", "."],
        ["-c", "user.name=x", "-c", "user.email=x", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    monkeypatch.chdir(tmp_path / here)
    source = "git:main:logs" if here == "." else "git:main:."
    done = reporter("parse", source, "--format", "json")
    paths = [each["path"].split("/")[-1].split(":")[-1] for each in json.loads(done.stdout)["sources"]]
    assert paths == ["a.log", "nohup.out"]
