"""Another package adds a log format through an entry point."""

import json
import os
import sys
from pathlib import Path

import pytest
from conftest import reporter_process

from reporter.reading import formats
from reporter.reading.reader import Reader, read_log

LINE_BY_LINE = """
from reporter.reading.events import Result

NAME = {name!r}
SAMPLES = {{"a line": "pass 1 loss=0.5"}}

def sniff(head):
    return 0.8 * any(line.text.startswith("pass ") for line in head)

def reader():
    return Reader()

class Reader:
    def feed(self, lines):
        return [Result(line.number, line.text, {{"loss": float(line.text.partition("=")[2])}}) for line in lines]

    def close(self):
        return []
"""

WITH_STATE = """
from reporter.reading.events import EpochBegin, Result

NAME = "blocks"
SAMPLES = {"a block": "epoch\\nloss = 0.5\\nacc = 0.25\\ndone"}

def sniff(head):
    return 0.9 * any(line.text == "epoch" for line in head)

class reader:
    def __init__(self):
        self.epoch, self.logs = 0, {}

    def feed(self, lines):
        for number, text, *_ in lines:
            name, equals, value = text.partition(" = ")
            if equals:
                self.logs[name] = float(value)
            elif text == "done":
                yield from self.finish(number)

    def finish(self, number):
        self.epoch += 1
        yield EpochBegin(number, self.epoch, None)
        yield Result(number, "done", self.logs)
        self.logs = {}

    def close(self):
        return self.finish(0) if self.logs else []
"""
"""A format whose epochs take several lines, of which it must remember the values."""


def install(folder: Path, module: str) -> None:
    """Install a package that adds a format."""
    (folder / "passes.py").write_text(module, encoding="utf-8")
    installed = folder / "passes-1.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Name: passes\nVersion: 1.0\n", encoding="utf-8")
    (installed / "entry_points.txt").write_text("[reporter.formats]\npasses = passes\n", encoding="utf-8")
    (folder / "a.log").write_text("pass 1 loss=0.5\npass 2 loss=0.25\n", encoding="utf-8")


def test_a_log_in_a_format_of_another_package_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, LINE_BY_LINE.format(name="passes"))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    done = reporter_process("parse", "a.log", "--format", "json", cwd=tmp_path)
    (source,) = json.loads(done.stdout)["sources"]
    assert source["format"] == "passes"
    assert [epoch["logs"] for epoch in source["runs"][0]["epochs"]] == [{"loss": 0.5}, {"loss": 0.25}]


def test_two_formats_with_one_name_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, LINE_BY_LINE.format(name="keras"))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    done = reporter_process("parse", "a.log", cwd=tmp_path)
    assert done.returncode == 2
    assert "two formats are called 'keras'" in done.stderr


@pytest.mark.parametrize("size", [1, 7, 37, 100_000])
def test_a_format_with_state_reads_the_same_however_the_log_is_cut(
    size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, WITH_STATE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(formats, "_installed", formats._installed.__wrapped__)  # forgets what it found before
    monkeypatch.delitem(sys.modules, "passes", raising=False)
    text = "".join(f"epoch\nloss = {epoch}.5\nacc = 0.{epoch}\ndone\n" for epoch in range(1, 301))
    reader = Reader("a.log")
    for start in range(0, len(text), size):
        reader.feed_text(text[start : start + size])
    log = reader.close()
    assert log.format == "blocks"
    (run,) = log.runs
    assert [(epoch.epoch, dict(epoch.logs)) for epoch in run.epochs] == [
        (epoch, {"loss": epoch + 0.5, "acc": float(f"0.{epoch}")}) for epoch in range(1, 301)
    ]


def notebook(*outputs: str) -> str:
    cells = [{"cell_type": "code", "outputs": [{"output_type": "stream", "text": text}]} for text in outputs]
    return json.dumps({"nbformat": 4, "cells": cells})


def test_a_notebook_may_hold_the_output_of_another_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, LINE_BY_LINE.format(name="passes"))
    (tmp_path / "n.ipynb").write_text(notebook("pass 1 loss=0.5\n", "pass 2 loss=0.25\n"), encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    (source,) = json.loads(reporter_process("parse", "n.ipynb", "--format", "json", cwd=tmp_path).stdout)["sources"]
    assert (source["format"], len(source["runs"])) == ("passes", 2)


def test_a_table_in_a_notebook_is_no_data_file(tmp_path: Path) -> None:
    bar = "8/8 [=====] - 1s 9ms/step - loss: 0.5\n"
    (tmp_path / "n.ipynb").write_text(
        notebook("epoch,loss\n0,0.5\n" + 200 * "text\n", f"Epoch 1/1\n{bar}"), encoding="utf-8"
    )
    assert read_log(tmp_path / "n.ipynb").format == "keras"


@pytest.mark.parametrize("format", formats.FORMATS, ids=lambda format: format.NAME)
def test_a_format_recognises_its_samples(format: formats.Format) -> None:
    for sample in format.SAMPLES.values():
        reader = Reader("sample")
        reader.feed_text(sample)
        log = reader.close()
        assert (log.format, len(log.runs)) == (format.NAME, 1)
