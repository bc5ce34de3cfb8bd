"""A document is always whole, the old one or the new one, whatever happens while it is written."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import KILLED, reporter, reporter_process

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs signals and devices of POSIX")

KILLS, PAIRS = int(os.environ.get("REPORTER_KILLS", "8")), int(os.environ.get("REPORTER_PAIRS", "3"))
"""How often the slow tests repeat; docs/security.md has what 200 of each gave."""

PAGE = "# Mine\n\n<!-- BEGIN_REPORTER logs=logs -->\n<!-- END_REPORTER -->\n\nend\n"
COMMAND = [sys.executable, "-m", "reporter", "readme", "README.md", "-q"]


def state(folder: Path) -> dict[str, bytes]:
    """Give all files except the logs, and those that are named like a temporary file."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".log"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files if not path.name.startswith(".")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "logs").mkdir()
    (tmp_path / "README.md").write_text(PAGE, encoding="utf-8")
    return tmp_path


def versions(folder: Path) -> list[dict[str, bytes]]:
    """Make the document of two versions of a log."""
    found = []
    for value in ("0.6000", "0.7000"):
        write_log(folder, value)
        assert reporter("readme", "README.md", cwd=folder).returncode == 0
        found.append(state(folder))
    return found


def write_log(folder: Path, value: str) -> None:
    (folder / "logs" / "a.log").write_text(KILLED.replace("0.6000", value), encoding="utf-8")


@pytest.mark.slow
def test_a_program_that_is_killed_leaves_whole_files(folder: Path) -> None:
    known, chance = versions(folder), random.Random(1)
    start = time.monotonic()
    subprocess.run(COMMAND, cwd=folder, check=True)
    usual = time.monotonic() - start
    for turn in range(KILLS):
        write_log(folder, ("0.6000", "0.7000")[turn % 2])
        with subprocess.Popen(COMMAND, cwd=folder) as process:
            time.sleep(chance.uniform(0.2, 1.2) * usual)
            process.send_signal(signal.SIGKILL)
        for name, content in state(folder).items():
            assert content in [each[name] for each in known], name


@pytest.mark.slow
def test_two_programs_at_once_leave_whole_files(folder: Path) -> None:
    known = versions(folder)
    for turn in range(PAIRS):
        write_log(folder, ("0.6000", "0.7000")[turn % 2])
        both = [subprocess.Popen(COMMAND, cwd=folder) for _ in range(2)]
        assert [process.wait() for process in both] == [0, 0]
        assert state(folder) == known[turn % 2]
        assert [path for path in folder.rglob(".*") if path.name != ".git"] == []


FULL = """
import resource, signal
from reporter.cli import main

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (MOST, MOST))
main(prog_name="reporter")
"""


@pytest.mark.parametrize("size", [0, 100, 1000])
def test_a_disk_without_room_leaves_the_old_file(folder: Path, size: int) -> None:
    write_log(folder, "0.6000")
    before = state(folder)
    done = subprocess.run(
        [sys.executable, "-c", FULL.replace("MOST", str(size)), "readme", "README.md"],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("COV")},  # it writes a file, too
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    after = state(folder)
    assert {name: after[name] for name in before} == before
    assert [path for path in folder.rglob(".*") if path.is_file()] == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_one_line(folder: Path) -> None:
    write_log(folder, "0.6000")
    folder.chmod(0o555)
    try:
        done = reporter("readme", "README.md", cwd=folder)
    finally:
        folder.chmod(0o755)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert state(folder) == {"README.md": PAGE.encode()}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device without room")
@pytest.mark.parametrize("args", [["parse", "--format", "json"], ["report"], ["compare", "--to", "logs", "--all"]])
def test_a_device_without_room_is_one_line(folder: Path, args: list[str]) -> None:
    write_log(folder, "0.6000")
    done = reporter_process(args[0], "logs", *args[1:], "-o", "/dev/full", cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("reporter: /dev/full: No space left on device; ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("args", [["parse", "--format", "json"], ["report"], ["report", "--format", "html"]])
def test_a_pipe_that_nobody_reads_ends_the_program_quietly(folder: Path, args: list[str]) -> None:
    (folder / "logs" / "a.log").write_text(KILLED * 500, encoding="utf-8")
    ours, theirs = os.pipe()
    os.close(ours)
    done = subprocess.run(
        [sys.executable, "-m", "reporter", args[0], "logs", *args[1:]],
        cwd=folder, stdout=theirs, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    os.close(theirs)
    assert "Traceback" not in done.stderr
    assert done.stderr == ""
    assert done.returncode == 1
