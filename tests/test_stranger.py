"""A pull request from a stranger gets nothing: the real steps of action.yml run in checkouts that attackers control."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import KILLED, ROOT, SECTION, reporter
from runner import Done, in_a_shell, run_action, run_install

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the fake runner needs a POSIX shell")

BLOCK = "<!-- BEGIN_REPORTER logs={} -->\n<!-- END_REPORTER -->\n"
SECRET = KILLED.replace("# killed", "# TOPSECRET")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Make the checkout of a pull request, with a secret log outside of it."""
    folder = tmp_path / "runner" / "checkout"
    (folder / "logs").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / "logs" / "a.log").write_text(SECTION, encoding="utf-8")
    (tmp_path / "runner" / "secret.log").write_text(SECRET, encoding="utf-8")
    return folder


BACKEND = '''
import zipfile


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """Write a wheel without pip's help, so that this test needs no network."""
    with zipfile.ZipFile(f"{wheel_directory}/tiny-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny.py", "")
        wheel.writestr("tiny-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1\\n")
        wheel.writestr("tiny-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("tiny-1.dist-info/RECORD", "")
    return "tiny-1-py3-none-any.whl"
'''

PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""


@pytest.fixture
def tiny_action(tmp_path: Path) -> Path:
    """Make an action whose package needs nothing, to run the step that installs it."""
    folder = tmp_path / "action"
    (folder / ".ci").mkdir(parents=True)
    (folder / ".ci" / "requirements.txt").write_text("", encoding="utf-8")
    (folder / "backend.py").write_text(BACKEND, encoding="utf-8")
    (folder / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    return folder


PLANTED = (
    "venv.py",
    "pip/__init__.py",
    "pip/__main__.py",
    "ensurepip.py",
    "ensurepip/__init__.py",
    "sitecustomize.py",
    "usercustomize.py",
    "json.py",
    "click.py",
    "jinja2/__init__.py",
    "reporter/__init__.py",
    "reporter/__main__.py",
    "setup.py",
    "evil.py",
)
"""Files that some Python program imports if the current folder is on its path."""


def plant(checkout: Path) -> Path:
    """Put code of a stranger wherever Python may look for it; give the file that exists if any of it was run."""
    ran = checkout.parent / "ran"
    for name in PLANTED:
        path = checkout / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"open({str(ran)!r}, 'a').write({name!r} + '\\n')\n", encoding="utf-8")
    (checkout / "evil.pth").write_text(f"import os; open({str(ran)!r}, 'a')\n", encoding="utf-8")
    (checkout / "pyvenv.cfg").write_text("home = .\n", encoding="utf-8")
    (checkout / "setup.cfg").write_text("[global]\nindex-url = file:///nowhere\n", encoding="utf-8")
    (checkout / "pip.conf").write_text("[global]\nindex-url = file:///nowhere\n", encoding="utf-8")
    meta = checkout / "evil-1.dist-info"
    meta.mkdir()
    (meta / "METADATA").write_text("Name: evil\nVersion: 1\n", encoding="utf-8")
    (meta / "entry_points.txt").write_text("[reporter.formats]\nevil = evil\n", encoding="utf-8")
    return ran


def test_no_code_of_the_checkout_is_run_by_the_step_that_installs(checkout: Path, tiny_action: Path) -> None:
    ran = plant(checkout)
    code, printed, outputs = run_install(checkout, tiny_action)
    assert not ran.exists(), ran.read_text(encoding="utf-8")
    assert code == 0, printed
    installed = subprocess.run([outputs["python"], "-I", "-c", "import tiny"], check=False)
    assert installed.returncode == 0


def test_no_code_of_the_checkout_is_run_by_the_step_that_reports(checkout: Path) -> None:
    ran = plant(checkout)
    (checkout / "README.md").write_text(BLOCK.format("logs"), encoding="utf-8")
    done = run_action(checkout, in_a_shell, logs="logs", readme="README.md")
    assert not ran.exists(), ran.read_text(encoding="utf-8")
    assert done.outputs["runs"] == "2", done.printed


def everything(done: Done) -> str:
    """Give all text that a run of the action shows or leaves."""
    files = [Path(done.outputs[name]) for name in ("report", "json") if done.outputs.get(name)]
    return "".join(
        [done.printed, done.summary, done.written, *(file.read_text("utf-8") for file in files if file.exists())]
    )


OUTSIDE = {
    "an absolute path": "{runner}/secret.log",
    "a path with dots": "../secret.log",
    "a pattern": "../sec*.log",
    "a folder": "..",
    "a symbolic link to a file": "link.log",
    "a symbolic link to a folder": "linked",
    "a pattern through a symbolic link": "linked/*.log",
    "a folder that holds a symbolic link": "held",
    "a link to a link": "chain.log",
    "a record beside a log": "records",
}


def plant_links(checkout: Path) -> None:
    (checkout / "link.log").symlink_to("../secret.log")
    (checkout / "linked").symlink_to("..")
    (checkout / "held").mkdir()
    (checkout / "held" / "b.log").symlink_to("../../secret.log")
    (checkout / "chain.log").symlink_to("link.log")
    (checkout / "records").mkdir()
    shutil.copy(ROOT / "logs" / "gap" / "seed-0.log", checkout / "records")
    record = (ROOT / "logs" / "gap" / "seed-0.json").read_text(encoding="utf-8")
    (checkout.parent / "secret.json").write_text(record.replace('"keras"', '"TOPSECRET"'), encoding="utf-8")
    (checkout / "records" / "seed-0.json").symlink_to("../../secret.json")


@pytest.mark.parametrize("name", OUTSIDE.values(), ids=OUTSIDE.keys())
def test_nothing_outside_the_checkout_is_shown(checkout: Path, name: str) -> None:
    plant_links(checkout)
    name = name.format(runner=checkout.parent)
    readme = checkout / "README.md"
    readme.write_text(BLOCK.format(name), encoding="utf-8")
    assert "TOPSECRET" not in everything(run_action(checkout, logs=name))
    assert "TOPSECRET" not in everything(run_action(checkout, readme="README.md"))
    written = reporter("readme", "README.md", cwd=checkout)
    assert "TOPSECRET" not in readme.read_text(encoding="utf-8") + written.stderr


OPENED = """
import os, sys
from pathlib import Path

here, opened = os.path.realpath("."), set()


def listen(event, args):
    if event in ("open", "os.listdir", "os.scandir", "import", "exec") and args and isinstance(args[0], (str, bytes)):
        path = os.path.realpath(os.fsdecode(args[0]))
        if path.startswith(here + os.sep):
            opened.add(os.path.relpath(path, here))


sys.addaudithook(listen)
from reporter.cli import main

for command in COMMANDS:
    try:
        main(command, prog_name="reporter")
    except SystemExit as ended:
        assert ended.code in (0, None), (command, ended.code)
import reporter
reporter.read_log("logs/a.log").runs[0].plot()
print(*sorted(opened), sep="\\n")
"""

READ_BY_NAME = (
    "README.md", "evil.log", "logs", "logs/a.log", "out.html", "out.md", "pyproject.toml", "figures", "figures/",
)  # fmt: skip
"""What the commands of the test name, and what they write; each name may be followed by more."""


def test_no_library_reads_a_file_of_the_current_folder(checkout: Path) -> None:
    """The names of settings that matplotlib, pip, git, fsspec, Python and others look for lie in the current folder."""
    ran = plant(checkout)
    (checkout / "README.md").write_text(BLOCK.format("logs/a.log"), encoding="utf-8")
    for name in ("matplotlibrc", ".gitconfig", ".netrc", "fsspec.json", "conf.json", ".env", "pyrightconfig.json"):
        (checkout / name).write_text("x : y\n", encoding="utf-8")
    (checkout / ".gitattributes").write_text("* filter=evil diff=evil\n", encoding="utf-8")
    commands = [
        ["parse", "logs/a.log", "-q"],
        ["parse", "logs/a.log", "--format", "csv"],
        ["report", "logs/a.log", "-o", "out.md"],
        ["report", "logs/a.log", "-o", "out.html"],
        ["readme", "README.md"],
        ["compare", "logs/a.log", "--to", "logs/a.log"],
    ]
    code = OPENED.replace("COMMANDS", repr(commands))
    listed = subprocess.run(
        [sys.executable, "-I", "-c", code], cwd=checkout, capture_output=True, text=True, check=False
    )
    assert listed.returncode == 0, listed.stderr
    opened = listed.stdout.rpartition("\n\n")[2].splitlines()
    paths = [line for line in opened if "/" in line or "." in line or line == "matplotlibrc"]
    strange = [path for path in paths if (checkout / path).exists() and not path.startswith(READ_BY_NAME)]
    assert strange == []
    assert "logs/a.log" in paths
    assert not ran.exists()


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
