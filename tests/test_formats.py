"""Another package offers a kind of log by an entry point."""

import json
import os
from pathlib import Path

import pytest
from conftest import reporter_process

MODULE = """
from reporter.reading.events import Result

NAME = {name!r}
WHOLE = False
SAMPLES = {{"a line": "pass 1 loss=0.5"}}

def sniff(head):
    return 0.8 * any(line.text.startswith("pass ") for line in head)

def events(lines):
    for number, text in lines:
        yield Result(number, text, {{"loss": float(text.partition("=")[2])}})
"""


def install(folder: Path, name: str) -> None:
    """Put a package there that offers a format."""
    (folder / "passes.py").write_text(MODULE.format(name=name), encoding="utf-8")
    installed = folder / "passes-1.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Name: passes\nVersion: 1.0\n", encoding="utf-8")
    (installed / "entry_points.txt").write_text("[reporter.formats]\npasses = passes\n", encoding="utf-8")
    (folder / "a.log").write_text("pass 1 loss=0.5\npass 2 loss=0.25\n", encoding="utf-8")


def test_a_log_of_a_format_of_another_package_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "passes")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    done = reporter_process("parse", "a.log", "--format", "json", cwd=tmp_path)
    (source,) = json.loads(done.stdout)["sources"]
    assert source["format"] == "passes"
    assert [epoch["logs"] for epoch in source["runs"][0]["epochs"]] == [{"loss": 0.5}, {"loss": 0.25}]


def test_two_formats_of_one_name_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "keras")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    done = reporter_process("parse", "a.log", cwd=tmp_path)
    assert done.returncode == 2
    assert "two formats are called 'keras'" in done.stderr
