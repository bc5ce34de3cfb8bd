"""`reporter parse` reads all logs it is given and reports those that it cannot read."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import sys
from pathlib import Path

import pytest
from conftest import KILLED, SECTION, children_of, reporter, reporter_process, start


def parsed(*args: object, cwd: Path) -> tuple[list[str], list[str], int]:
    """Parse to JSON; give the paths that were read, the files that were named on standard error, and the exit code."""
    run = reporter_process if "--jobs" in args else reporter
    done = run("parse", "--format", "json", *args, cwd=cwd)
    paths = [source["path"] for source in json.loads(done.stdout)["sources"]] if done.stdout else []
    named = [line.split(": ")[1] for line in done.stderr.splitlines() if not line.startswith("reporter: skipped ")]
    return paths, named, done.returncode


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder of logs, and of what lies beside logs."""
    files: dict[str, bytes] = {
        "a.log": SECTION.encode(),
        "a[1].out": KILLED.encode(),
        "b.log.gz": gzip.compress(KILLED.encode()),
        "deep/c.log": KILLED.encode(),
        ".hidden/d.log": KILLED.encode(),
        "README.md": b"# Logs\n\nHow they were made.\n",
        "requirements.txt": b"keras==3.11\n",
        "weights.h5": b"\0",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    return tmp_path


ASKED: dict[str, tuple[list[str], list[str], list[str], int]] = {
    "a folder stands for its logs": (["."], ["a.log", "a[1].out", "b.log.gz", "deep/c.log"], [], 0),
    "a pattern stands for what it matches": (["**/*.log"], ["a.log", "deep/c.log"], [], 0),
    "a pattern decides about endings": (["*.out"], ["a[1].out"], [], 0),
    "a pattern may match folders": (["*"], ["a.log", "a[1].out", "b.log.gz"], ["weights.h5"], 0),
    "a file may look like a pattern": (["a[1].out"], ["a[1].out"], [], 0),
    "what is hidden is read when it is named": ([".hidden"], [".hidden/d.log"], [], 0),
    "a file without a run is named where it was asked for": (["a.log", "README.md"], ["a.log"], ["README.md"], 0),
    "a folder and a file, in that order": (["deep", "a.log"], ["deep/c.log", "a.log"], [], 0),
    "nothing matches": (["*.nope"], [], ["*.nope"], 3),
    "nothing but notes": (["*.md"], [], ["*.md"], 3),
    "strictly, notes of a folder are no logs": (
        ["--strict", "."],
        ["a.log", "a[1].out", "b.log.gz", "deep/c.log"],
        [],
        0,
    ),
    "strictly, notes that are named must be logs": (["--strict", "a.log", "README.md"], [], ["README.md"], 3),
    "strictly, when all is well": (["--strict", "**/*.log"], ["a.log", "deep/c.log"], [], 0),
    "errors in the order of the arguments": (
        ["no.log", "*.nope", "a.log", "weights.h5"],
        ["a.log"],
        ["no.log", "*.nope", "weights.h5"],
        0,
    ),
}


@pytest.mark.parametrize(("args", "read", "named", "code"), ASKED.values(), ids=ASKED.keys())
def test_logs_are_read_and_other_files_are_reported(
    folder: Path, args: list[str], read: list[str], named: list[str], code: int
) -> None:
    assert parsed(*args, cwd=folder) == (read, named, code)


@pytest.mark.parametrize("jobs", [1, 2])
def test_three_bad_logs_of_a_thousand_are_reported_and_the_others_are_read(tmp_path: Path, jobs: int) -> None:
    bad = {"0007.log": b"\0\1\2", "0500.log": b"", "0998.log": gzip.compress(b"=" * 4096)[:-9]}
    names = [f"{number:04}.log" for number in range(1000)]
    for name in names:
        (tmp_path / name).write_bytes(bad.get(name, KILLED.encode()))
    read, named, code = parsed(".", "--jobs", jobs, cwd=tmp_path)
    assert (read, named, code) == ([name for name in names if name not in bad], list(bad), 0)


def test_an_empty_file_that_ends_in_log_is_reported(folder: Path) -> None:
    (folder / "deep" / "crashed.log").touch()
    assert parsed("deep", cwd=folder) == (["deep/c.log"], ["deep/crashed.log"], 0)


def test_two_processes_give_the_same_result_as_one(folder: Path) -> None:
    args = ("parse", ".", "nope.log", "-", "a.log", "weights.h5", "--format", "json")
    one, two = (reporter_process(*args, "--jobs", jobs, cwd=folder, stdin=KILLED.encode()) for jobs in (1, 2))
    assert (one.stdout, one.stderr, one.returncode) == (two.stdout, two.stderr, two.returncode)
    read = [source["path"] for source in json.loads(two.stdout)["sources"]]
    assert read == ["a.log", "a[1].out", "b.log.gz", "deep/c.log", "-"]


ENDS = {
    "one process, interrupted": (1, True, signal.SIGINT, 130, "reporter: interrupted"),
    "two processes, interrupted with the terminal": (2, True, signal.SIGINT, 130, "reporter: interrupted"),
    "two processes, the first one interrupted": (2, False, signal.SIGINT, 130, "reporter: interrupted"),
    "two processes, the first one told to end": (2, False, signal.SIGTERM, 143, ""),
}


@pytest.mark.skipif(sys.platform == "win32", reason="needs named pipes and process groups")
@pytest.mark.parametrize(("jobs", "group", "number", "code", "message"), ENDS.values(), ids=ENDS.keys())
def test_worker_processes_end_with_the_main_process(
    tmp_path: Path, jobs: int, group: bool, number: int, code: int, message: str
) -> None:
    pipes = [tmp_path / name for name in ("a.log", "b.log")][:jobs]
    for pipe in pipes:
        os.mkfifo(pipe)
    with start("parse", "--jobs", jobs, *pipes) as process:
        writers = [os.open(pipe, os.O_WRONLY) for pipe in pipes]  # returns when a process has opened it to read
        (os.killpg if group else os.kill)(process.pid, number)
        _, said = process.communicate()
        for writer in writers:
            os.close(writer)
    assert (process.returncode, said.strip()) == (code, message)
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


@pytest.mark.skipif(not Path("/proc").exists(), reason="finds the child in /proc")
def test_a_killed_worker_process_is_one_error(tmp_path: Path) -> None:
    pipes = [tmp_path / name for name in ("a.log", "b.log")]
    for pipe in pipes:
        os.mkfifo(pipe)
    with start("parse", "--jobs", 2, *pipes) as process:
        writers = [os.open(pipe, os.O_WRONLY) for pipe in pipes]  # returns when a process has opened it to read
        os.kill(children_of(process)[0], signal.SIGKILL)
        _, said = process.communicate()
        for writer in writers:
            os.close(writer)
    message = "reporter: a process was killed while it read, perhaps for want of memory; try --jobs 1"
    assert (process.returncode, said.strip()) == (3, message)


def explained(text: str, *args: str, path: str = "-", cwd: Path | None = None) -> list[tuple[str, str]]:
    """Explain a text; give the number and the word of each line."""
    shown = reporter("parse", path, "--explain", *args, stdin=text.encode(), cwd=cwd).stdout
    return re.findall(r"^ *(\d+)  (\S+)", shown, re.MULTILINE)


BAR = "8/8 [=====] - 1s 9ms/step - loss: 0.5 - acc: 0.4\n"

LINES = {
    "# A model": "heading",
    "Train on 8 samples, validate on 4 samples": "fit",
    "Epoch 1/3": "epoch",
    "4/8 [==>..] - ETA: 0s - loss: 0.9": "progress",
    "8/8 [=====] - 1s 9ms/step - loss: 0.5": "result",
    "8/8 [=====] - 1s 9ms/step - loss: 0.5Epoch 2/3": "result+epoch",
    "Epoch 00002: early stopping": "message",
    "Total params: 1,234": "parameters",
    'Model: "sequential"': "model",
    "Test loss: 0.5": "score",
    "KeyboardInterrupt": "failure",
    "hello": "-",
    "": "-",
}


@pytest.mark.parametrize(("line", "word"), LINES.items(), ids=LINES.keys())
def test_explain_names_the_kind_of_each_line(line: str, word: str) -> None:
    assert explained(f"Epoch 1/3\n{line}\n{BAR}")[1] == ("2", word)


def test_explain_counts_long_progress() -> None:
    steps = "".join(f"{step}/999 [>...] - ETA: 9s - loss: 0.9\n" for step in range(1, 901))
    shown = reporter("parse", "-", "--explain", stdin=f"Epoch 1/1\n{steps}{BAR}".encode()).stdout.splitlines()
    assert [line.split()[0] for line in shown[:6]] == ["1", "2", "3", "4", "progress", "902"]
    assert shown[4].endswith("and 897 more lines of progress")
    assert shown[7] == "1 epoch, 900 progress, 1 result, 0 ignored (-)"


def test_explain_ends_with_the_runs_and_warnings() -> None:
    shown = reporter("parse", "-", "--explain", stdin=f"Epoch 1/2\n{BAR}Epoch 2/2\n".encode()).stdout.splitlines()
    assert shown[-1] == "run 'stdin', line 1: interrupted, 1 of 2 epochs"


def test_explain_names_the_evidence_of_a_decision() -> None:
    evaluated = "10/10 [====] - 1s 9ms/step - loss: 0.2500\n"
    shown = reporter("parse", "-", "--explain", stdin=f"Epoch 1/1\n{BAR}{evaluated}".encode()).stdout
    assert re.search(
        r"^decided, line 3: result of evaluate\(\): header above \+2; not .*: header above \+3$", shown, re.M
    )


def test_explain_shows_a_wrapped_line_as_a_whole() -> None:
    text = "Epoch 1/1\n8/8 [=====] - 1s 9ms/step - loss: 0.5000 -\nacc: 0.4000\nEnd\n"
    shown = reporter("parse", "-", "--explain", stdin=text.encode()).stdout.splitlines()
    assert shown[1] == "     2  result      8/8 [=====] - 1s 9ms/step - loss: 0.5000 - acc: 0.4000"
    assert shown[2] == "     4  -           End"


def test_a_log_without_a_run_is_explained_too() -> None:
    done = reporter("parse", "-", "--explain", stdin=b"hello\nworld\n")
    assert done.stdout.splitlines() == [
        "     1  -           hello",
        "     2  -           world",
        "",
        "2 ignored (-)",
    ]
    assert (done.returncode, done.stderr.count("\n")) == (3, 1)


def test_explain_shows_the_cells_of_a_notebook(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "code", "outputs": [{"output_type": "stream", "text": text}]}
        for text in ("hello\n", f"Epoch 1/1\n{BAR}")
    ]
    (tmp_path / "n.ipynb").write_text(json.dumps({"nbformat": 4, "cells": cells}), encoding="utf-8")
    shown = reporter("parse", "n.ipynb", "--explain", cwd=tmp_path).stdout.splitlines()
    assert [line.split()[:2] for line in shown[:5]] == [
        ["cell", "1"],
        ["1", "-"],
        ["cell", "2"],
        ["1", "epoch"],
        ["2", "result"],
    ]
    assert "cell 2, line 1" in shown[-1]


def test_a_history_in_csv_is_explained_too() -> None:
    assert explained("epoch,loss\n0,1\n1,2\n") == [("1", "-"), ("2", "epoch+result"), ("3", "epoch+result")]


def test_explain_names_each_of_several_files(folder: Path) -> None:
    done = reporter("parse", "a.log", "no.log", "deep", "--explain", "-o", "why.txt", cwd=folder)
    shown = (folder / "why.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in shown if line.endswith(".log")] == ["a.log", "no.log", "deep/c.log"]
    assert (done.stdout, done.returncode, done.stderr.count("\n")) == ("", 0, 1)


def test_explain_writes_no_control_characters() -> None:
    done = reporter("parse", "-", "--explain", stdin=b"\x1b[31mred\x1b]0;title\x07 \x9b\x07\nEpoch 1/1\n")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", done.stdout)
    assert "red" in done.stdout


USAGE = {
    "no process at all": ["a.log", "--jobs", "0"],
    "an explanation as data": ["a.log", "--explain", "--format", "json"],
    "an explanation that judges": ["a.log", "--explain", "--fail-under", "acc>0"],
    "an explanation over a file": ["a.log", "--explain", "-o", "README.md"],
}


@pytest.mark.parametrize("args", USAGE.values(), ids=USAGE.keys())
def test_contradictory_options_are_wrong_usage(folder: Path, args: list[str]) -> None:
    done = reporter("parse", *args, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


MANY = (
    "Epoch 1/1\n8/8 [==] - 1s - "
    + " - ".join(f"a_metric_with_a_long_name_{n}: 0.1{n:03}" for n in range(1, 13))
    + " - val_acc: 0.5\n"
)


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120, 300])
def test_a_narrow_table_leaves_columns_out_and_breaks_no_number(tmp_path: Path, width: int) -> None:
    (tmp_path / "a.log").write_text(MANY, encoding="utf-8")
    lines = reporter("parse", "a.log", "--width", width, cwd=tmp_path).stdout.splitlines()
    row = next(line for line in lines if line.startswith("   *1"))
    assert len(row) <= width
    assert all(re.fullmatch(r"\*1|0\.\d{4}|1|s", word) for word in row.split())
    assert "0.5000" in row
    left_out = 12 - sum(word.startswith("0.1") for word in row.split())
    told = " ".join(lines[lines.index(row) + 1 :])
    assert ("columns do not fit: " in told) == (left_out > 0)
    assert width < 300 or left_out == 0


def test_a_table_in_a_pipe_has_all_columns(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(MANY, encoding="utf-8")
    lines = reporter("parse", "a.log", cwd=tmp_path).stdout.splitlines()
    assert lines[2].split()[1:13] == [f"a_metric_with_a_long_name_{n}" for n in range(1, 13)]


def test_a_learning_rate_that_no_log_names_has_no_column_and_one_epoch_is_one_epoch(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(MANY, encoding="utf-8")
    text = reporter("parse", "a.log", cwd=tmp_path).stdout
    assert "completed, 1 of 1 epoch;" in text
    assert "rate" not in text.split()
