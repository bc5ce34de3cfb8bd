"""Git runs nothing and fetches nothing, whatever the repository of a stranger says."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import KILLED, SECTION, reporter

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")

BLOCK = "<!-- BEGIN_REPORTER logs={} -->\n<!-- END_REPORTER -->\n"
GIT = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]

SETTINGS = {
    "a file system monitor": "[core]\n\tfsmonitor = {evil}\n",
    "a folder of hooks": "[core]\n\thooksPath = {folder}\n",
    "a filter": '[filter "evil"]\n\tclean = {evil}\n\tsmudge = {evil}\n\tprocess = {evil}\n',
    "a conversion": '[diff "evil"]\n\ttextconv = {evil}\n\tcommand = {evil}\n',
    "an alias": '[alias]\n\tcat-file = "!{evil}"\n\tgrep = "!{evil}"\n',
    "a pager": "[core]\n\tpager = {evil}\n[pager]\n\tgrep = {evil}\n",
    "a missing object, fetched by a command": (
        '[remote "origin"]\n\turl = ssh://host/x\n\tpromisor = true\n\tpartialclonefilter = blob:none\n'
        "[extensions]\n\tpartialClone = origin\n[core]\n\trepositoryformatversion = 1\n\tsshCommand = {evil}\n"
    ),
    "a missing object of another repository": (
        '[remote "origin"]\n\turl = ext::{evil}\n\tpromisor = true\n\tpartialclonefilter = blob:none\n'
        "[extensions]\n\tpartialClone = origin\n[core]\n\trepositoryformatversion = 1\n"
    ),
}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    (folder / "logs").mkdir(parents=True)
    (folder / "logs" / "a.log").write_text(SECTION, encoding="utf-8")
    (folder / "logs" / "b.out").write_text(KILLED, encoding="utf-8")
    (folder / ".gitattributes").write_text("* filter=evil diff=evil\n*.out binary\n", encoding="utf-8")
    for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "a"]):
        subprocess.run([*GIT, *command], cwd=folder, check=True)
    return folder


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS.keys())
def test_git_runs_no_program_of_a_repository(repository: Path, tmp_path: Path, settings: str) -> None:
    evil, ran = tmp_path / "evil", tmp_path / "ran"
    evil.write_text(f"#!/bin/sh\necho $0 $* >>{ran}\n", encoding="utf-8")
    evil.chmod(0o755)
    for hook in ("post-index-change", "reference-transaction", "post-checkout"):
        shutil.copy(evil, repository / ".git" / "hooks" / hook)
    with open(repository / ".git" / "config", "a", encoding="utf-8") as config:
        config.write(settings.format(evil=evil, folder=tmp_path))
    for name in ("git:main:logs", "git:HEAD:logs/*.log", "git:HEAD:logs/a.log", "git:HEAD:missing.log"):
        reporter("parse", name, cwd=repository)
    absent = subprocess.run([*GIT, "rev-parse", "HEAD:logs/a.log"], cwd=repository, capture_output=True, text=True)
    blob = absent.stdout.strip()
    (repository / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    assert reporter("parse", "git:HEAD:logs/a.log", cwd=repository).returncode == 3
    assert not ran.exists(), ran.read_text(encoding="utf-8")


def test_attributes_of_a_checkout_hide_no_log_in_git(repository: Path) -> None:
    done = reporter("parse", "git:main:logs", "--format", "csv", cwd=repository)
    assert "git:main:logs/b.out" in done.stdout


REFS = {
    "an option": "-o/tmp/x",
    "an upload": "--upload-pack=touch ran",
    "an output": "--output=ran",
    "a number of lines": "-n1",
}


@pytest.mark.parametrize("ref", REFS.values(), ids=REFS.keys())
def test_a_revision_that_looks_like_an_option_is_refused(repository: Path, ref: str) -> None:
    (repository / "README.md").write_text(BLOCK.format(f"'git:{ref}:logs'"), encoding="utf-8")
    for args in (["parse", f"git:{ref}:logs"], ["readme", "README.md"]):
        done = reporter(*args, cwd=repository)
        assert done.returncode == 3
        assert "not git:REF:PATH" in done.stderr
    assert not (repository / "ran").exists()


def test_a_branch_whose_name_begins_with_a_dash_can_be_read_by_its_full_name(repository: Path) -> None:
    commit = subprocess.run([*GIT, "rev-parse", "HEAD"], cwd=repository, capture_output=True, text=True).stdout
    (repository / ".git" / "refs" / "heads" / "-x").write_text(commit, encoding="utf-8")
    assert reporter("parse", "git:refs/heads/-x:logs/a.log", cwd=repository).returncode == 0


def test_a_bare_repository_inside_the_checkout_is_not_used(repository: Path) -> None:
    subprocess.run([*GIT, "clone", "-q", "--bare", ".", "inner"], cwd=repository, check=True)
    assert reporter("parse", "git:HEAD:logs/a.log", cwd=repository).returncode == 0
    assert reporter("parse", "git:HEAD:logs/a.log", cwd=repository / "inner").returncode == 3
