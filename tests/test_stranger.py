"""A pull request from a stranger runs nothing: the real steps of action.yml run in checkouts that attackers control."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from runner import BLOCK, in_a_shell, make_checkout, run_action, run_install

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the fake runner needs a POSIX shell")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return make_checkout(tmp_path / "runner")


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
