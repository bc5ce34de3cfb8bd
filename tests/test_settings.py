"""The command line overrides the environment, which overrides the file; a wrong file is an error."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from conftest import KILLED, SECTION, reporter

FILE = """\
[project]
name = "x"

[tool.reporter]
logs = ["logs"]
monitor = "acc"
fail-under = "val_acc>=0.9"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "good.log").write_text(SECTION, encoding="utf-8")
    (tmp_path / "killed.log").write_text(KILLED, encoding="utf-8")
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text(FILE, encoding="utf-8")
    return tmp_path


def badge(*args: str, cwd: Path) -> tuple[str, str, str, int]:
    """Report a badge: its metric, value and colour, and the exit code."""
    done = reporter("report", *args, "--format", "badge", cwd=cwd)
    shown = json.loads(done.stdout)
    return shown["label"], shown["message"], shown["color"], done.returncode


LAYERS: dict[str, tuple[list[str], dict[str, str], tuple[str, str, str, int]]] = {
    "the file alone": ([], {}, ("acc", "0.9842", "brightgreen", 0)),
    "the environment over the file": (
        [],
        {
            "REPORTER_MONITOR": "val_acc",
            "REPORTER_MODE": "min",
            "REPORTER_LOGS": "logs/good.log;killed.log;",
            "REPORTER_FAIL_UNDER": "val_acc >= 0.5; First*:val_acc >= 0.9",
        },
        ("val_acc", "0.6000", "brightgreen", 0),
    ),
    "the command line over both": (
        ["killed.log", "--monitor", "loss", "--mode", "max", "--fail-under", "acc>=0.9"],
        {"REPORTER_MONITOR": "val_acc", "REPORTER_MODE": "min", "REPORTER_LOGS": "logs", "REPORTER_FAIL_UNDER": "acc>0"},
        ("loss", "1.5000", "red", 1),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("args", "env", "shown"), LAYERS.values(), ids=LAYERS.keys())
def test_the_command_line_overrides_the_environment_and_the_file(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    args: list[str],
    env: dict[str, str],
    shown: tuple[str, str, str, int],
) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert badge(*args, cwd=project) == shown


def test_a_file_in_a_folder_above_is_used_and_its_paths_are_relative_to_it(project: Path) -> None:
    assert badge(cwd=project / "deep" / "er") == ("acc", "0.9842", "brightgreen", 0)
    shown = reporter("report", cwd=project / "deep").stdout
    assert "](../logs/good.log)" in shown


def test_addresses_and_standard_input_stay_as_they_are(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.reporter]\nlogs = ["-", "git:main:x"]\n', encoding="utf-8")
    done = reporter("report", cwd=project / "deep", stdin=KILLED.encode())
    assert "| killed | - |" in done.stdout
    assert done.stderr.startswith("reporter: git:main:x: ")


def test_a_file_above_the_repository_is_ignored(project: Path) -> None:
    (project / "deep" / ".git").mkdir()
    assert reporter("report", cwd=project / "deep" / "er").returncode == 2


def test_a_file_without_the_table_is_ignored(project: Path) -> None:
    (project / "pyproject.toml").write_text('[project]\nname = "reporter"\n', encoding="utf-8")
    assert reporter("report", cwd=project).returncode == 2
    assert badge("logs", cwd=project) == ("val_acc", "0.9866", "blue", 0)


def test_parse_uses_the_same_defaults_except_logs(project: Path) -> None:
    assert reporter("parse", cwd=project).returncode == 2
    done = reporter("parse", "killed.log", "--format", "json", cwd=project)
    assert json.loads(done.stdout)["sources"][0]["runs"][0]["best"]["monitor"] == "acc"
    assert done.returncode == 1


def test_another_file_can_be_named(project: Path) -> None:
    (project / "other.toml").write_text('[tool.reporter]\nmonitor = "loss"\n', encoding="utf-8")
    assert badge("logs", "--config", "other.toml", cwd=project) == ("loss", "9.0000e-04", "blue", 0)


def test_columns_and_the_scale_of_figures_have_a_default_too(project: Path) -> None:
    table = '[tool.reporter]\ncolumns = ["run", "best"]\nscale = "error"\n'
    (project / "pyproject.toml").write_text(table, encoding="utf-8")
    assert "| Run | Best val_acc |\n" in reporter("report", "logs", cwd=project).stdout
    assert "1 − " in reporter("plot", "logs", "-o", "-", cwd=project).stdout
    assert "1 − " not in reporter("plot", "logs", "-o", "-", "--scale", "linear", cwd=project).stdout
    assert "1 − " in reporter("report", "logs", "--format", "html", cwd=project).stdout


WRONG = {
    "an unknown key": (
        'monitr = "acc"',
        "pyproject.toml:2: unknown key 'monitr' in [tool.reporter]; did you mean 'monitor'?",
    ),
    "a key of Python": (
        'fail_under = "acc>0"',
        "pyproject.toml:2: unknown key 'fail_under' in [tool.reporter]; did you mean 'fail-under'?",
    ),
    "a key like no other": (
        "xyz = 1",
        "pyproject.toml:2: unknown key 'xyz' in [tool.reporter]; the keys are columns, fail-under, ",
    ),
    "a key of a table": (
        "[tool.reporter.gates]",
        "pyproject.toml: unknown key 'gates' in [tool.reporter]; the keys are ",
    ),
    "a number instead of a string": ("monitor = 1", "pyproject.toml:2: monitor must be a string, not 1"),
    "a number in a list of strings": (
        'logs = ["a", 1]',
        "pyproject.toml:2: logs must be a string or a list of strings, not ['a', 1]",
    ),
    "a mode that is neither min nor max": ('mode = "up"', "pyproject.toml:2: mode must be 'min' or 'max', not 'up'"),
    "a scale that does not exist": (
        'scale = "log"',
        "pyproject.toml:2: scale must be 'linear' or 'error', not 'log'",
    ),
    "an unknown column": ('columns = ["run", "x"]', "unknown column 'x'; the columns are run, log, "),
    "a malformed gate": ('fail-under = "acc=1"', "gate 'acc=1', character 4: no >=, <=, > or <"),
    "a log whose name holds a NUL": (
        r'logs = "a\u0000b.log"',
        "pyproject.toml:2: logs holds a NUL character; leave it out",
    ),
    "a folder whose name holds a NUL": (
        r'templates = "a\u0000b"',
        "pyproject.toml:2: templates holds a NUL character; leave it out",
    ),
    "invalid TOML": ("monitor =", "pyproject.toml: not valid TOML: Invalid value (at line 2, column 10)"),
}


@pytest.mark.parametrize(("line", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_file_is_an_error_of_one_line(project: Path, line: str, message: str) -> None:
    (project / "pyproject.toml").write_text(f"[tool.reporter]\n{line}\n", encoding="utf-8")
    done = reporter("report", "logs", cwd=project)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith(f"reporter: {message}")


@pytest.mark.parametrize("data", [b"[tool.reporter]\nx = '\xff'", b"[tool]\nreporter = 5", b"[[tool.reporter]]\nx = 1"])
def test_a_file_with_wrong_types_is_an_error(project: Path, data: bytes) -> None:
    (project / "pyproject.toml").write_bytes(data)
    done = reporter("report", "logs", cwd=project)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_a_named_file_without_the_table_is_an_error(project: Path) -> None:
    (project / "empty.toml").touch()
    done = reporter("report", "logs", "--config", "empty.toml", cwd=project)
    assert (done.returncode, done.stderr) == (
        2,
        "reporter: empty.toml: it has no table [tool.reporter]; add one, or name another file\n",
    )


@pytest.mark.parametrize("args", [["--version"], ["--help"], ["report", "--help"], ["parse", "--help"]])
def test_help_and_version_work_with_a_wrong_file(project: Path, args: list[str]) -> None:
    (project / "pyproject.toml").write_text("[tool.reporter]\nx = 1\n", encoding="utf-8")
    done = reporter(*args, cwd=project)
    assert (done.returncode, done.stderr) == (0, "")


COMPLETED = {
    "reporter rep": ["plain,report", "plain,reproduce"],
    "reporter report --moni": ["plain,--monitor"],
    "reporter report --mode m": ["plain,min", "plain,max"],
    "reporter report lo": ["file,lo"],
    "reporter parse lo": ["file,lo"],
}


@pytest.mark.parametrize(("line", "offered"), COMPLETED.items())
def test_a_shell_completes_commands_options_and_paths_with_a_wrong_file(
    project: Path, monkeypatch: pytest.MonkeyPatch, line: str, offered: list[str]
) -> None:
    (project / "pyproject.toml").write_text("[tool.reporter]\nx = 1\n", encoding="utf-8")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(line.split()) - 1))
    assert reporter(cwd=project, _REPORTER_COMPLETE="bash_complete").stdout.splitlines() == offered


def test_bash_accepts_the_completion_script(project: Path) -> None:
    script = reporter(_REPORTER_COMPLETE="bash_source").stdout
    (project / "complete.sh").write_text(script, encoding="utf-8")
    line = "source complete.sh && complete -p reporter"
    done = subprocess.run(["bash", "-c", line], cwd=project, capture_output=True, text=True, env=os.environ)
    assert done.stdout.strip().endswith("-F _reporter_completion reporter")
