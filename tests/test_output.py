"""Every command says in the same way where its output goes, how much it says, and what is wrong with its arguments."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import KILLED, SECTION, reporter

COMMANDS = ["parse", "report", "readme", "compare", "plot", "templates", "train", "train-and-report"]
BLOCK = "<!-- BEGIN_REPORTER logs=a.log -->\n<!-- END_REPORTER -->\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.log").write_text(SECTION, encoding="utf-8")
    (tmp_path / "README.md").write_text(BLOCK, encoding="utf-8")
    return tmp_path


PARSE, REPORT, COMPARE = ["parse", "a.log"], ["report", "a.log"], ["compare", "a.log", "--to", "a.log", "--all"]
WRITTEN: dict[str, tuple[list[str], str, bytes]] = {
    "parse to CSV": (PARSE, "x.csv", b"source,run,epoch,metric,value\n"),
    "parse to JSON": (PARSE, "x.json", b'{"schema": 1'),
    "parse to Parquet": (PARSE, "x.parquet", b"PAR1"),
    "parse to Markdown": (PARSE, "x.md", b"## First.ipynb\n"),
    "parse to Markdown, spelt out": (PARSE, "x.markdown", b"## First.ipynb\n"),
    "parse to text": (PARSE, "x.txt", b"First.ipynb  a.log"),
    "parse with an ending in capitals": (PARSE, "X.CSV", b"source,run,epoch,metric,value\n"),
    "parse with a format that is asked for": ([*PARSE, "--format", "csv"], "x.dat", b"source,run,epoch,metric,value\n"),
    "parse with a format other than the ending": ([*PARSE, "--format", "json"], "x.csv", b'{"schema": 1'),
    "parse with another name of a format": ([*PARSE, "--format", "md"], "x.dat", b"## First.ipynb\n"),
    "an explanation": ([*PARSE, "--explain"], "x.txt", b"     1  heading"),
    "report to HTML": (REPORT, "x.html", b"<!doctype html>"),
    "report to JUnit XML": ([*REPORT, "--fail-under", "acc>0"], "x.xml", b"<?xml"),
    "report to text": (REPORT, "x.txt", b"Training results\n2 runs"),
    "report to JSON": (REPORT, "x.json", b"{"),
    "report to Markdown": (REPORT, "x.markdown", b"# Training results"),
    "report to a format of one's own": ([*REPORT, "--templates", "own"], "x.rst", b"2 runs"),
    "plot to SVG": (["plot", "a.log"], "x.svg", b"<"),
    "plot to PNG": (["plot", "a.log"], "x.png", b"\x89PNG"),
    "report to LaTeX": (REPORT, "x.tex", b""),
    "compare to HTML": (COMPARE, "x.html", b"<"),
    "compare to JSON": (COMPARE, "x.json", b"{"),
    "compare to text": (COMPARE, "x.txt", b""),
    "compare to Markdown": (COMPARE, "x.md", b""),
}


@pytest.mark.parametrize(("args", "name", "beginning"), WRITTEN.values(), ids=WRITTEN.keys())
def test_the_ending_of_the_output_decides_its_format(
    folder: Path, args: list[str], name: str, beginning: bytes
) -> None:
    (folder / "own").mkdir()
    (folder / "own" / "report.rst.j2").write_text("{{ groups | map('length') | sum }} runs\n", encoding="utf-8")
    done = reporter(*args, "-o", name, cwd=folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    written = (folder / name).read_bytes()
    assert written
    assert written.startswith(beginning)


UNKNOWN: dict[str, tuple[list[str], str]] = {
    "parse": ([*PARSE, "-o", "x.xlsx"], "use .txt, .json, .csv, .parquet, .md, .markdown, or choose"),
    "compare": ([*COMPARE, "-o", "x.xlsx"], "use .txt, .md, "),
    "report": ([*REPORT, "-o", "x.xlsx"], "use .md, .markdown, .html, .htm, .txt, .tex, .json, .xml"),
    "plot": (["plot", "a.log", "-o", "x.xlsx"], "use .svg"),
    "train-and-report": (["train-and-report", "nope", "-o", "x.xlsx"], "use .md, "),
}


@pytest.mark.parametrize(("args", "known"), UNKNOWN.values(), ids=UNKNOWN.keys())
def test_an_unknown_ending_is_an_error_that_lists_the_known_ones(folder: Path, args: list[str], known: str) -> None:
    done = reporter(*args, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("reporter: x.xlsx: the ending '.xlsx' stands for no format; use ")
    assert known in done.stderr
    assert done.stderr.endswith("or choose a format with --format\n")
    assert not (folder / "x.xlsx").exists()


def test_a_name_without_an_ending_needs_a_format(folder: Path) -> None:
    done = reporter(*PARSE, "-o", "result", cwd=folder)
    assert (done.returncode, done.stderr.partition(";")[0]) == (2, "reporter: result: its name has no ending")
    assert reporter(*PARSE, "-o", "result", "--format", "csv", cwd=folder).returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="needs devices")
def test_a_device_needs_no_ending(folder: Path) -> None:
    for args in (PARSE, REPORT, COMPARE):
        assert reporter(*args, "-o", "/dev/null", cwd=folder).returncode == 0


@pytest.mark.parametrize("args", [PARSE, [*PARSE, "--format", "csv"], REPORT, COMPARE])
def test_a_dash_is_standard_output(folder: Path, args: list[str]) -> None:
    before = sorted(folder.iterdir())
    dashed, plain = reporter(*args, "-o", "-", cwd=folder), reporter(*args, cwd=folder)
    assert (dashed.returncode, dashed.stdout, dashed.stderr) == (0, plain.stdout, plain.stderr)
    assert dashed.stdout
    assert sorted(folder.iterdir()) == before


def test_a_dash_prints_the_report_beside_the_readme(folder: Path) -> None:
    silent = reporter(*REPORT, "--readme", "README.md", cwd=folder)
    printed = reporter(*REPORT, "--readme", "README.md", "-o", "-", cwd=folder)
    assert (silent.stdout, printed.stdout[:18]) == ("", "# Training results")


SIMILAR = {
    "prase": "did you mean 'parse'?",
    "raport": "did you mean 'report'?",
    "train-and-raport": "did you mean 'train-and-report'?",
    "xyz": "the commands are parse, report, ",
}


@pytest.mark.parametrize(("name", "hint"), SIMILAR.items())
def test_a_misspelt_command_gets_a_suggestion(name: str, hint: str) -> None:
    done = reporter(name, "a.log")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"reporter: no such command {name!r}; {hint}")


def test_a_misspelt_format_gets_a_suggestion(folder: Path) -> None:
    done = reporter(*REPORT, "--format", "jsn", cwd=folder)
    assert (done.returncode, done.stderr) == (2, "reporter: no format 'jsn'; did you mean 'json'?\n")


@pytest.mark.parametrize("command", ["parse", "report", "readme", "compare", "plot"])
def test_a_command_without_arguments_says_what_to_give_it(command: str) -> None:
    done = reporter(command)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert f"; for example: reporter {command} " in done.stderr


def completed(words: str, cwd: Path) -> list[str]:
    """Ask for the completions of the last word, as bash does."""
    env = {"_REPORTER_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)}
    code = "from reporter.cli import main; main(prog_name='reporter')"
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | env, cwd=cwd, capture_output=True, text=True, check=True
    )
    return [line.partition(",")[2] for line in done.stdout.splitlines()]


def test_the_shell_completes_the_format_of_a_report(folder: Path) -> None:
    (folder / "own").mkdir()
    (folder / "own" / "report.rst.j2").touch()
    assert completed("reporter report --format j", folder) == ["json", "junit"]
    assert "badge" in completed("reporter train-and-report --format ", folder)
    assert completed("reporter report --templates own --format r", folder) == ["rst"]
    assert completed("reporter parse a.log --format c", folder) == ["csv"]


QUIET: dict[str, tuple[list[str], str]] = {
    "skipped files": (["parse", ".", "--format", "csv"], "reporter: skipped 1 file that is no log; -v says why\n"),
    "a README that is refreshed": (["readme", "README.md"], "README.md: refreshed\n"),
}


@pytest.mark.parametrize(("args", "note"), QUIET.values(), ids=QUIET.keys())
def test_quiet_leaves_only_results_and_errors(folder: Path, args: list[str], note: str) -> None:
    (folder / "notes.txt").write_text("no log\n", encoding="utf-8")
    (folder / "README.md").write_text(BLOCK, encoding="utf-8")
    if args[0] == "parse":
        (folder / "README.md").unlink()
    loud = reporter(*args, cwd=folder)
    if args[0] == "readme":
        (folder / "README.md").write_text(BLOCK, encoding="utf-8")
    quiet, before = reporter(*args, "-q", cwd=folder), reporter("-q", *args, cwd=folder)
    assert (loud.stderr, quiet.stderr, before.stderr) == (note, "", "")
    assert (loud.stdout, quiet.returncode) == (quiet.stdout, 0)


def test_quiet_leaves_errors(folder: Path) -> None:
    done = reporter("parse", "a.log", "no.log", "-q", "--format", "csv", cwd=folder)
    assert done.stderr.startswith("reporter: no.log: No such file")


def test_verbose_names_skipped_files_and_written_ones(folder: Path) -> None:
    (folder / "notes.txt").write_text("no log\n", encoding="utf-8")
    for args in (["report", ".", "-v"], ["-v", "report", "."]):
        done = reporter(*args, "-o", "r.html", "--force", cwd=folder)
        assert "reporter: notes.txt: skipped: " in done.stderr
        assert done.stderr.endswith("r.html: written\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_may_be_quiet_or_verbose(command: str) -> None:
    text = reporter(command, "--help", COLUMNS="80").stdout
    assert "-q, --quiet" in text
    assert "-v, --verbose" in text
    done = reporter(command, "-q", "-v")
    assert (done.returncode, done.stderr.partition(";")[0]) == (2, "reporter: -q and -v contradict each other")


def errors_on_a_terminal(args: list[str], cwd: Path, wait: float = 0) -> str:
    """Run a command whose standard error is a terminal, and standard output is not; give what the terminal shows."""
    ours, theirs = pty.openpty()
    env = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | {"TERM": "xterm"}
    code = f"import reporter.cli.stages as s; s._PATIENCE = {wait}; from reporter.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", code, *args], stderr=theirs, stdout=subprocess.DEVNULL, cwd=cwd, env=env
    ):
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 1 << 16):
                shown += piece
        except OSError:  # Linux says so when the other end is closed
            pass
    os.close(ours)
    return shown.decode("utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_long_work_shows_its_stages_on_a_terminal(folder: Path) -> None:
    (folder / "b.log").write_text(KILLED, encoding="utf-8")
    shown = errors_on_a_terminal(["report", "a.log", "b.log", "-o", "r.md"], folder)
    assert "files" in shown
    assert "2/2" in shown
    assert shown.index("files") < shown.index("figures")
    assert errors_on_a_terminal(["report", "a.log", "b.log", "-o", "r.md", "--force", "-q"], folder) == ""
    assert errors_on_a_terminal(["report", "a.log", "b.log", "-o", "r.md", "--force"], folder, wait=60) == ""
    (folder / "README.md").write_text(BLOCK, encoding="utf-8")
    assert "documents" in errors_on_a_terminal(["readme", "README.md"], folder)


def test_long_work_is_silent_anywhere_else(folder: Path) -> None:
    done = reporter("report", "a.log", "-o", "r.md", cwd=folder)
    assert (done.stdout, done.stderr) == ("", "")
