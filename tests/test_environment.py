"""The record of a captured training names the versions of the interpreter that ran it; each log has its own name."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import pytest

from reporter.capturing.environment import describe
from reporter.capturing.logfile import LogFile
from reporter.capturing.names import new_log
from reporter.errors import OutputError, OverwriteError

NOW = datetime(2026, 3, 1, 14, 30, 5)


def program(folder: Path, text: str) -> str:
    """Make a program of this text."""
    path = folder / "program"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return str(path)


SCRIPTS = {
    "a script whose first line names Python": (f"#!{sys.executable}\nprint(1)\n", True),
    "a script of the shell": ("#!/bin/sh\npython train.py\n", False),
    "a script whose Python does not exist": ("#!/nowhere/python3\n", False),
    "a program without a first line": ("\x7fELF", False),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_versions_are_those_of_the_interpreter_of_a_script(name: str, tmp_path: Path) -> None:
    text, known = SCRIPTS[name]
    versions = describe([program(tmp_path, text)], {}, tmp_path)["versions"]
    assert isinstance(versions, dict)
    assert ("python" in versions) is known


def test_a_program_that_does_not_exist_has_no_versions(tmp_path: Path) -> None:
    assert describe(["no-such-program"], {}, tmp_path)["versions"] == {}


def test_an_interpreter_that_answers_nonsense_has_no_versions(tmp_path: Path) -> None:
    path = tmp_path / "python3"
    path.write_text("#!/bin/sh\necho nonsense\n", encoding="utf-8")
    path.chmod(0o755)
    assert describe([str(path)], {}, tmp_path)["versions"] == {}


def test_two_logs_of_one_second_have_different_names(tmp_path: Path) -> None:
    names = []
    for _ in range(2):
        log = new_log(tmp_path, NOW)
        names.append(log.path.name)
        log.write(["Epoch 1/1"])
    assert names == ["2026-03-01T14-30-05.log", "2026-03-01T14-30-05-2.log"]


def test_a_log_that_another_run_begins_at_the_same_moment_gets_the_next_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = new_log(tmp_path, NOW)
    monkeypatch.setattr(Path, "exists", lambda _: False)
    assert new_log(tmp_path, NOW).path != first.path


def test_a_log_in_a_folder_that_is_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="name a file that can be written"):
        LogFile(tmp_path / "logs" / "a.log")


def test_a_log_that_is_being_written_is_an_error(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "a.log")
    with pytest.raises(OverwriteError, match="another capture writes it now"):
        LogFile(log.path)
