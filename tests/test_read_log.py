"""`read_log` reads paths and open files, `read_logs` reads several sources."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

import pytest
from conftest import KILLED, SECTION, runs_of

from reporter import read_log, read_logs
from reporter.errors import NoRunError, SourceError

OPENERS: dict[str, Callable[[Path], IO[str] | IO[bytes]]] = {
    "a binary file": lambda path: path.open("rb"),
    "an unbuffered file": lambda path: path.open("rb", buffering=0),
    "a text file": lambda path: path.open(encoding="utf-8", newline=""),
    "io.StringIO": lambda path: io.StringIO(path.read_text(encoding="utf-8")),
    "io.BytesIO": lambda path: io.BytesIO(path.read_bytes()),
    "compressed bytes": lambda path: io.BytesIO(gzip.compress(path.read_bytes())),
    "a text file with a byte order mark": lambda path: io.StringIO("\ufeff" + path.read_text(encoding="utf-8")),
    "bytes in UTF-16": lambda path: io.BytesIO(path.read_text(encoding="utf-8").encode("utf-16")),
}


@pytest.mark.parametrize("open_file", OPENERS.values(), ids=OPENERS.keys())
def test_an_open_file_is_read_as_its_path(tmp_path: Path, open_file: Callable[[Path], IO[str] | IO[bytes]]) -> None:
    path = tmp_path / "some.log"
    path.write_text(SECTION, encoding="utf-8")
    with open_file(path) as file:
        log = read_log(file)
        assert not file.closed
    assert log.runs == runs_of(SECTION)
    assert log.path == getattr(file, "name", "<stream>")


NOTEBOOK = json.dumps(
    {"nbformat": 4, "cells": [{"cell_type": "code", "outputs": [{"output_type": "stream", "text": KILLED}]}]}
)


@pytest.mark.parametrize("file", [io.StringIO(NOTEBOOK), io.BytesIO(NOTEBOOK.encode())], ids=["text", "bytes"])
def test_an_open_file_may_hold_a_notebook(file: IO[str] | IO[bytes]) -> None:
    log = read_log(file)
    assert log.cells == ((1, 1),)
    assert log.runs == runs_of(KILLED)


def test_a_run_of_an_open_file_without_a_name_is_called_stream() -> None:
    (run,) = read_log(io.StringIO("Epoch 1/1\n8/8 - 1s - 9ms/step - loss: 0.5\n")).runs
    assert run.name == "stream"


def test_a_file_opened_by_its_descriptor_has_no_name(tmp_path: Path) -> None:
    path = tmp_path / "some.log"
    path.write_text(KILLED, encoding="utf-8")
    with path.open("rb") as file, open(file.fileno(), "rb", closefd=False) as same:
        assert read_log(same).path == "<stream>"


def test_a_text_file_of_another_encoding_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "some.log"
    path.write_bytes(b"\xff" + KILLED.encode())
    with path.open(encoding="ascii") as file, pytest.raises(SourceError, match="not ascii text; open it in binary"):
        read_log(file)


def test_an_open_file_without_a_run_is_an_error() -> None:
    with pytest.raises(NoRunError, match=r"^<stream>: no training run"):
        read_log(io.StringIO("hello\n"))


@pytest.mark.parametrize("name", ["a\0b.log", "git:main:a\0b.log", "a\0*.log", "a\0"])
def test_a_name_with_a_nul_is_one_error(name: str) -> None:
    for read in (read_log, read_logs):
        with pytest.raises(SourceError, match="no file has a NUL character in its name"):
            read(name)


def test_lines_are_kept_on_request(tmp_path: Path) -> None:
    path = tmp_path / "some.log"
    path.write_text(KILLED, encoding="utf-8")
    assert read_log(path).lines == {}
    assert read_log(path, keep_lines=True).lines == dict(enumerate(KILLED.splitlines(), 1))


def test_a_wrapped_line_is_kept_whole() -> None:
    text = "Epoch 1/1\n8/8 - 1s - 9ms/step - loss: 0.5 - \nacc: 0.25\n"
    assert read_log(io.StringIO(text), keep_lines=True).lines == {
        1: "Epoch 1/1",
        2: "8/8 - 1s - 9ms/step - loss: 0.5 - acc: 0.25",
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.log").write_text(KILLED, encoding="utf-8")
    (tmp_path / "b.log").write_text(SECTION, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("hello\n", encoding="utf-8")
    return tmp_path


SOURCES: dict[str, tuple[Callable[[Path], str | Path | Iterable[str | Path]], list[str]]] = {
    "a file": (lambda folder: folder / "a.log", ["a.log"]),
    "a name": (lambda folder: str(folder / "a.log"), ["a.log"]),
    "a folder": (lambda folder: folder, ["a.log", "b.log"]),
    "a pattern": (lambda folder: f"{folder}/b.*", ["b.log"]),
    "several sources": (lambda folder: [folder / "b.log", str(folder / "a.log")], ["b.log", "a.log"]),
    "a file named twice": (lambda folder: [folder / "b.log", folder], ["b.log", "a.log"]),
    "no source": (lambda _: [], []),
}


@pytest.mark.parametrize(("sources", "names"), SOURCES.values(), ids=SOURCES.keys())
def test_read_logs_reads_every_log_of_its_sources(
    folder: Path, sources: Callable[[Path], str | Path | Iterable[str | Path]], names: list[str]
) -> None:
    assert [Path(log.path).name for log in read_logs(sources(folder))] == names


def test_read_logs_may_use_several_processes_and_keep_lines(folder: Path) -> None:
    logs = read_logs(folder, jobs=2, keep_lines=True)
    assert [bool(log.lines) for log in logs] == [True, True]
    assert logs == read_logs(folder, keep_lines=True)


BAD_SOURCES: dict[str, tuple[str, type[SourceError]]] = {
    "a file that is not there": ("missing.log", SourceError),
    "a file that was named and holds no run": ("notes.txt", NoRunError),
    "a pattern that matches nothing": ("*.csv", NoRunError),
}


@pytest.mark.parametrize(("name", "error"), BAD_SOURCES.values(), ids=BAD_SOURCES.keys())
def test_read_logs_raises_the_first_error(folder: Path, name: str, error: type[SourceError]) -> None:
    with pytest.raises(error, match=r"missing|notes|csv"):
        read_logs([folder / "a.log", folder / name])


def test_a_log_in_a_folder_that_holds_no_run_is_an_error(folder: Path) -> None:
    (folder / "empty.log").write_text("hello\n", encoding="utf-8")
    with pytest.raises(NoRunError, match=r"empty\.log"):
        read_logs(folder)
