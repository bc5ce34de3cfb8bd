"""A log is read from a branch, a tag or a commit."""

import gzip
import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from conftest import KILLED, SECTION, reporter, reporter_process, runs_of

from reporter import read_log
from reporter.errors import ReporterError
from reporter.sources.git import is_git
from reporter.sources.names import find


def git(folder: Path, *args: str) -> None:
    author = {f"GIT_{role}_{what}": "x@y" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    settings = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "PATH": "/usr/bin:/bin:/usr/local/bin"}
    subprocess.run(["git", *args], cwd=folder, env=settings | author, check=True)


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a repository of which nothing is checked out any more; go there."""
    files = {
        "a.log": KILLED.encode(),
        "logs/b.log": SECTION.encode(),
        "logs/deep/ü c.log.gz": gzip.compress(KILLED.encode()),
        "logs/deep/weights.h5": b"\0",
        "logs/.old/d.log": KILLED.encode(),
        "logs/odd[1].log": KILLED.encode(),
        "docs/guide.rst": b"",
    }
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    (tmp_path / "logs" / "link.log").symlink_to("b.log")
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "Keep logs")
    git(tmp_path, "rm", "-r", "--quiet", ".")
    (tmp_path / "logs").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


SOURCES: dict[str, tuple[str, str, list[str]]] = {
    "a file": (".", "git:main:a.log", ["a.log"]),
    "a file of a commit": (".", "git:HEAD~0:a.log", ["a.log"]),
    "a folder": (".", "git:main:logs", ["logs/b.log", "logs/deep/ü c.log.gz", "logs/odd[1].log"]),
    "a folder with a slash": (".", "git:main:logs/deep/", ["logs/deep/ü c.log.gz"]),
    "the current folder": (".", "git:main:", ["a.log", "logs/b.log", "logs/deep/ü c.log.gz", "logs/odd[1].log"]),
    "a hidden folder, by its name": (".", "git:main:logs/.old", ["logs/.old/d.log"]),
    "a pattern": (".", "git:main:logs/*.log", ["logs/b.log", "logs/odd[1].log"]),
    "a pattern of folders": (".", "git:main:**/*.log", ["a.log", "logs/b.log", "logs/odd[1].log"]),
    "a pattern of all files": (".", "git:main:logs/deep/**", ["logs/deep/weights.h5", "logs/deep/ü c.log.gz"]),
    "a pattern for a hidden folder": (".", "git:main:logs/.o*/*", ["logs/.old/d.log"]),
    "a file that looks like a pattern": (".", "git:main:logs/odd[1].log", ["logs/odd[1].log"]),
    "a file seen from its folder": ("logs", "git:main:b.log", ["b.log"]),
    "a file above": ("logs", "git:main:../a.log", ["../a.log"]),
    "a pattern seen from a folder": ("logs", "git:main:../*.log", ["../a.log"]),
}


@pytest.mark.parametrize(("folder", "source", "files"), SOURCES.values(), ids=SOURCES.keys())
def test_a_source_expands_to_the_files_in_git(
    kept: Path, monkeypatch: pytest.MonkeyPatch, folder: str, source: str, files: Sequence[str]
) -> None:
    monkeypatch.chdir(kept / folder)
    ref = source.split(":")[1]
    assert find(source).files == [f"git:{ref}:{file}" for file in files]


def test_a_log_in_git_is_read_compressed_or_not(kept: Path) -> None:
    assert read_log("git:main:logs/b.log").runs == runs_of(SECTION)
    assert read_log("git:main:logs/deep/ü c.log.gz").runs == runs_of(KILLED)


def test_an_address_of_git_is_not_a_revision() -> None:
    assert [is_git(source) for source in ("git:main:a.log", "git://host/a.log")] == [True, False]


WRONG = {
    "no path": ("git:main", "git:main: not git:REF:PATH; name a revision and a path, like git:main:logs"),
    "no revision": ("git::a.log", "git::a.log: not git:REF:PATH"),
    "a revision that is an option": ("git:--output=x:a.log", "git:--output=x:a.log: not git:REF:PATH"),
    "an unknown revision": ("git:nope:a.log", "git:nope:a.log: no revision 'nope'; fetch it, or name another"),
    "an unknown file": ("git:main:no.log", "git:main:no.log: path 'no.log' does not exist in 'main'"),
    "a folder without logs": ("git:main:docs", "git:main:docs: no log in this folder"),
    "a pattern without a match": ("git:main:*.nope", "git:main:*.nope: no file matches"),
}


@pytest.mark.parametrize(("source", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_source_that_is_not_in_git_is_one_line_and_exit_3(kept: Path, source: str, message: str) -> None:
    done = reporter("parse", source, cwd=kept)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (3, "", 1)
    assert done.stderr.startswith(f"reporter: {message}")


def test_outside_of_a_repository_the_error_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ReporterError, match="not a git repository"):
        find("git:main:a.log")


def test_without_git_the_error_says_so(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ReporterError, match="needs git"):
        find("git:main:a.log")


def test_a_report_and_several_processes_read_from_git(kept: Path) -> None:
    done = reporter_process("parse", "git:main:", "--jobs", "2", "--format", "json", cwd=kept)
    assert [source["path"] for source in json.loads(done.stdout)["sources"]] == find("git:main:").files
    assert reporter("report", "git:main:logs", "-o", "r.md", cwd=kept).returncode == 0
    assert "[git:main:logs/b.log](logs/b.log)" in (kept / "r.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("here", ["logs", "docs"])
def test_a_block_with_a_log_in_git_is_the_same_from_every_folder(kept: Path, here: str) -> None:
    block = "<!-- BEGIN_REPORTER logs=git:main:logs/b.log -->\n<!-- END_REPORTER -->\n"
    (kept / "README.md").write_text(block, encoding="utf-8")
    assert reporter("readme", "README.md", cwd=kept).returncode == 0
    assert "| [git:main:logs/b.log](logs/b.log) |" in (kept / "README.md").read_text(encoding="utf-8")
    (kept / here).mkdir(exist_ok=True)
    readme = os.path.relpath(kept / "README.md", kept / here)
    done = reporter("readme", "--check", readme, cwd=kept / here)
    assert (done.returncode, done.stderr) == (0, f"{readme}: up to date\n")
