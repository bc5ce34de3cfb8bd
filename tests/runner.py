"""A small runner of our own: runs the steps of action.yml and reads the files that GitHub's runner reads."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from importlib.util import module_from_spec, spec_from_file_location
from io import StringIO
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
import yaml
from conftest import KILLED, ROOT, SECTION, reporter, working_directory

ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
PYTHON = os.path.realpath(sys.executable)
"""The Python of the machine, without the virtual environment that runs the tests."""


@dataclass
class Done:
    """The results of one run of the action.

    Attributes:
        code: The exit code.
        outputs: The outputs, by name.
        summary: The summary of the job.
        written: The file of outputs, as it was written.
        commands: The workflow commands that were printed: name, properties and message.
        printed: Everything on standard output and standard error.
    """

    code: int
    outputs: Mapping[str, str]
    summary: str
    written: str
    commands: list[tuple[str, Mapping[str, str], str]]
    printed: str = field(repr=False)

    @property
    def annotations(self) -> list[tuple[str, str]]:
        """Where errors and warnings are shown: level, file and line."""
        return [(name, f"{about.get('file')}:{about.get('line')}") for name, about, _ in self.commands]


Step = Callable[[Path, str, Mapping[str, str]], tuple[int, str]]
"""Runs a script in a folder with environment variables; returns the exit code and what was printed."""


def in_a_shell(folder: Path, script: str, env: Mapping[str, str]) -> tuple[int, str]:
    """Run a step as GitHub does."""
    shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"]
    done = subprocess.run(
        [*shell, script], cwd=folder, env=os.environ | env, capture_output=True, encoding="utf-8", check=False
    )
    return done.returncode, done.stdout + done.stderr


def in_this_process(folder: Path, script: str, env: Mapping[str, str]) -> tuple[int, str]:
    """Run the step that calls `.ci/action.py` without starting a process: four times as fast."""
    assert script.splitlines()[-1] == '"$PYTHON" -I -X utf8 "$GITHUB_ACTION_PATH/.ci/action.py"'
    printed = StringIO()
    with pytest.MonkeyPatch.context() as patch, working_directory(folder), redirect_stdout(printed):
        patch.setattr(SCRIPT, "subprocess", SimpleNamespace(DEVNULL=None, run=run_reporter))
        for name, value in env.items():
            patch.setenv(name, value)
        code = SCRIPT.main()
    return code, printed.getvalue()


def run_reporter(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
    """Stand in for `subprocess.run`, which the action calls `python -m reporter` with."""
    assert command[:6] == [sys.executable, "-I", "-X", "utf8", "-m", "reporter"]
    return reporter(*command[6:], cwd=Path(os.environ["GITHUB_WORKSPACE"]))


def load(path: Path) -> ModuleType:
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCRIPT = load(ROOT / ".ci" / "action.py")


BLOCK = "<!-- BEGIN_REPORTER logs={} -->\n<!-- END_REPORTER -->\n"
SECRET = KILLED.replace("# killed", "# TOPSECRET")
"""A log that no checkout may show."""


def make_checkout(runner: Path) -> Path:
    """Make the checkout of a pull request, with a secret log outside of it."""
    folder = runner / "checkout"
    (folder / "logs").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / "logs" / "a.log").write_text(SECTION, encoding="utf-8")
    (runner / "secret.log").write_text(SECRET, encoding="utf-8")
    return folder


def run_action(folder: Path, run: Step = in_this_process, /, **inputs: str) -> Done:
    """Run the steps of the action, except those that install something; `folder` is the checkout of a workflow."""
    given = {name: spec["default"] for name, spec in ACTION["inputs"].items()}
    given |= {name.replace("_", "-"): value for name, value in inputs.items()}
    assert set(given) == set(ACTION["inputs"])
    files = {name: folder.parent / f"{folder.name}.{name}" for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    temporary = folder.parent / "temporary"
    temporary.mkdir(exist_ok=True)
    known = {f"inputs.{name}": value for name, value in given.items()}
    known |= {"steps.python.outputs.python-path": sys.executable, "steps.install.outputs.python": sys.executable}
    code, printed = 0, ""
    for step in ACTION["runs"]["steps"]:
        if step["id"] in ("python", "install"):
            continue
        for file in files.values():
            file.write_bytes(b"")
        env = {name: expanded(value, known) for name, value in step["env"].items()}
        env |= {"RUNNER_TEMP": str(temporary), "GITHUB_ACTION_PATH": str(ROOT), "GITHUB_WORKSPACE": str(folder)}
        env |= {name: str(file) for name, file in files.items()}
        assert step["shell"] == "bash"
        code, said = run(folder, step["run"], env)
        known |= {f"steps.{step['id']}.outputs.{name}": value for name, value in values(files["GITHUB_OUTPUT"]).items()}
        printed += said
        if code:
            break
    outputs = {name: expanded(spec["value"], known | {"": ""}) for name, spec in ACTION["outputs"].items()}
    summary, written = (files[f"GITHUB_{name}"].read_text(encoding="utf-8") for name in ("STEP_SUMMARY", "OUTPUT"))
    return Done(code, outputs, summary, written, commands(printed), printed)


def run_install(folder: Path, action: Path) -> tuple[int, str, Mapping[str, str]]:
    """Run the step that installs an action in a checkout; give its exit code, what it printed, and its outputs."""
    (step,) = (step for step in ACTION["runs"]["steps"] if step["id"] == "install")
    temporary, output = folder.parent / "temporary", folder.parent / "output"
    temporary.mkdir()
    output.touch()
    env = {name: expanded(value, {"steps.python.outputs.python-path": PYTHON}) for name, value in step["env"].items()}
    env |= {"RUNNER_TEMP": str(temporary), "GITHUB_ACTION_PATH": str(action), "GITHUB_WORKSPACE": str(folder)}
    code, printed = in_a_shell(folder, step["run"], env | {"GITHUB_OUTPUT": str(output)})
    return code, printed, values(output)


def expanded(text: str, known: Mapping[str, str]) -> str:
    """Put values in the place of expressions, as the runner does; an output that was never set is empty."""

    def value(match: re.Match[str]) -> str:
        assert match[1] in known or match[1].startswith("steps."), match[0]
        return known.get(match[1], "")

    return re.sub(r"\$\{\{ (.*?) \}\}", value, text)


def values(file: Path) -> dict[str, str]:
    """Read a file of outputs by the rules of the runner's FileCommandManager."""
    found = {}
    lines = iter(file.read_text(encoding="utf-8").split("\n"))
    for line in filter(None, lines):
        if short := re.match(r"([^=<]+)=(.*)", line):
            found[short[1]] = short[2]
            continue
        name, end = re.fullmatch(r"([^=<]+)<<(.+)", line).groups()  # type: ignore[union-attr]
        value = []
        while (following := next(lines)) != end:
            value.append(following)
        found[name] = "\n".join(value)
    return found


def commands(printed: str) -> list[tuple[str, Mapping[str, str], str]]:
    """Find the commands in what was printed by the rules of the runner's ActionCommand, the old way to write them too."""
    found: list[tuple[str, Mapping[str, str], str]] = []
    token = None
    known = r"(error|warning|notice|debug|set-output|save-state|add-mask|add-path|set-env|group|echo|stop-commands)"
    for line in printed.split("\n"):
        if token is not None:
            token = None if line == f"::{token}::" else token
            continue
        match = re.match(rf"\s*::{known}(?: (.*?))?::(.*)", line) or re.search(
            rf"##\[{known}(?: ([^\]]*))?\](.*)", line
        )
        if match and match[1] == "stop-commands":
            token = match[3]
        elif match:
            pairs = (pair.split("=", 1) for pair in re.split("[,;]", match[2] or "") if "=" in pair)
            found.append((match[1], {name: plain(value) for name, value in pairs}, plain(match[3])))
    assert token is None
    return found


def plain(text: str) -> str:
    for character in "\r\n:,%":
        text = text.replace(f"%{ord(character):02X}", character)
    return text
