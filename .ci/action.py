"""Runs the steps of action.yml: reports logs, checks Markdown files, and passes the results to GitHub.

The workflow commands are described in https://docs.github.com/actions/reference/workflow-commands-for-github-actions.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from reporter.documents.escape import fence
from reporter.model import alias

_MAX_CHARS = 60_000
"""Maximum number of characters of a report. A comment may have 65,536; the rest is for error messages."""

_SHOWN = (20, 200)
"""Maximum number of error messages in a report, and of characters in each."""

_FOR_THE_RUNNER = ("ACTIONS_", "GITHUB_", "INPUT_", "RUNNER_")
"""How the names of variables begin that `reporter` needs not see: tokens, and the files that steer the next steps."""

_ERROR_LINE = re.compile(r"(?:reporter|Error): (?:(?P<file>.+?):(?P<line>\d+): )?(?P<message>.*)")


class Calls:
    """Runs commands of `reporter` one after the other.

    Attributes:
        code: The highest exit code of all commands.
        errors: The lines that all commands printed on standard error, without repetitions.
    """

    def __init__(self) -> None:
        self.code = 0
        self.errors: dict[str, None] = {}

    def __call__(self, *args: str) -> tuple[int, list[str], str]:
        """Runs a command; returns its exit code, its new lines on standard error, and its standard output."""
        command = [sys.executable, "-I", "-X", "utf8", "-m", "reporter", *args]
        done = subprocess.run(
            command,
            cwd=os.environ["GITHUB_WORKSPACE"],
            env={name: value for name, value in os.environ.items() if not name.startswith(_FOR_THE_RUNNER)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        code = abs(done.returncode)  # negative if a signal ended the process
        lines = [line for line in done.stderr.splitlines() if line not in self.errors]
        self.code = max(self.code, code)
        self.errors |= dict.fromkeys(lines)
        _show(lines)
        return code, lines, done.stdout


def main() -> int:
    """Runs the commands that the inputs ask for.

    Returns:
        The highest exit code of all commands; 0 if everything passed.
    """
    if wrong := _input_error():
        _annotate("error", [f"reporter: {wrong}"])
        _output({"passed": "false"})
        return 2
    calls = Calls()
    report = Path(tempfile.mkdtemp(prefix="reporter-", dir=os.environ["RUNNER_TEMP"])) / "report.md"
    outputs: dict[str, Any] = {"report": report}
    if logs := _lines("LOGS"):
        outputs |= _report(calls, logs, report)
        if _is_set("LINT"):
            print(calls("lint", *_judging(), *_confined(), "--format=annotations", "--", *logs)[2], end="")
    if files := _lines("README"):
        check = _is_set("CHECK")
        code, lines, _ = calls("readme", "--check", *(["--skip-unmarked"] if check else []), *_confined(), "--", *files)
        _annotate("error", lines if code else [])
        if check:
            named = [*(f"--logs={log}" for log in logs), "--format=annotations"]
            print(calls("check", *_confined(), *named, "--", *files)[2], end="")
    _complete(report, calls)
    if _is_set("SUMMARY"):
        _append("GITHUB_STEP_SUMMARY", report.read_text(encoding="utf-8"))
    _output(outputs | {"passed": str(calls.code == 0).lower()})
    return calls.code


def _input_error() -> str:
    """Returns an error message if an input is wrong that no command checks, else an empty string."""
    if not re.fullmatch(r"[\w.-]+", os.environ["INPUT_ID"]):
        return "id must consist of letters, digits, dots, underscores and dashes"
    return "" if _lines("LOGS") or _lines("README") else "there is nothing to do; set the input logs or readme"


def _report(calls: Calls, logs: list[str], report: Path) -> dict[str, Any]:
    """Reports logs; returns the outputs about their runs."""
    judging = _judging()
    gates = [f"--fail-under={gate}" for gate in _lines("FAIL_UNDER")]
    facts = report.with_name("runs.json")
    code, lines, _ = calls("parse", *judging, *_confined(), "--format=json", f"--output={facts}", "--", *logs)
    if code != 1:  # a missed gate from pyproject.toml: `_write` annotates it
        _annotate("error" if code else "warning", lines)
    if code > 1:
        return {}
    _write(calls, [*judging, *gates, *_confined(), "--", *logs], report)
    runs = [run for source in json.loads(facts.read_bytes())["sources"] for run in source["runs"]]
    return {"json": facts, "runs": len(runs)} | _best([run["best"] for run in runs if run["best"]])


def _write(calls: Calls, args: list[str], report: Path) -> None:
    """Writes the report, and prints annotations for missed gates (exit code 1) and warnings.

    With the input `lint`, the warnings are among the findings, and are not printed twice.
    """
    code, lines, _ = calls("report", "--format=github", f"--max-chars={_MAX_CHARS}", f"--output={report}", *args)
    if code > 1:
        _annotate("error", lines)
    else:
        lines = calls("report", "--format=annotations", *args)[2].splitlines(keepends=True)
        print("".join(line for line in lines if line.startswith("::error") or not _is_set("LINT")), end="")


def _judging() -> list[str]:
    """Returns the options that decide which epoch is best."""
    return [f"--{name}={value}" for name in ("monitor", "mode") if (value := os.environ[f"INPUT_{name.upper()}"])]


def _is_set(name: str) -> bool:
    return os.environ[f"INPUT_{name}"] == "true"


def _confined() -> list[str]:
    """Returns the options by which nothing outside of the checkout is read, whatever a stranger wrote into it."""
    return [f"--inside={os.environ['GITHUB_WORKSPACE']}"]


def _best(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Returns the outputs about the best run, if all best values belong to the same metric."""
    if len({alias(each["monitor"]) for each in found}) != 1:
        return {}
    top = (max if found[0]["mode"] == "max" else min)(found, key=lambda each: float(each["value"]))
    return {"monitor": top["monitor"], "best": top["value"], "best-epoch": top["epochs"][0]}


def _complete(report: Path, calls: Calls) -> None:
    """Adds the hidden marker and the error messages to the start of the report."""
    most, width = _SHOWN
    lines = [line.removeprefix("reporter: ")[:width] for line in calls.errors]
    lines = lines[:most] + ([f"and {len(lines) - most} more"] if len(lines) > most else [])
    parts = [
        f"<!-- reporter:{os.environ['INPUT_ID']} -->",
        "**Failed**" if calls.code else "",
        fence("\n".join(lines)) if lines else "",
        report.read_text(encoding="utf-8") if report.exists() else "",
    ]
    report.write_text("\n\n".join(filter(None, parts)).rstrip() + "\n", encoding="utf-8")


def _lines(name: str) -> list[str]:
    """Returns the lines of an input that are not empty."""
    return [line.strip() for line in os.environ[f"INPUT_{name}"].splitlines() if line.strip()]


def _show(lines: list[str]) -> None:
    """Prints lines that can contain text of a log, so that GitHub reads no workflow command in them."""
    if not lines:
        return
    token = secrets.token_hex(16)
    print(f"::stop-commands::{token}", *lines, f"::{token}::", sep="\n", flush=True)


def _annotate(level: str, lines: Iterable[str]) -> None:
    """Prints error lines as annotations, at the file and line that they name, if they do."""
    for error in filter(None, map(_ERROR_LINE.fullmatch, lines)):
        place = f" file={_escaped(error['file'], ':,')},line={error['line']}" if error["file"] else ""
        print(f"::{level}{place}::{_escaped(error['message'])}")


def _escaped(text: str, more: str = "") -> str:
    return re.sub(f"[%\r\n{more}]", lambda found: f"%{ord(found[0]):02X}", text)


def _output(values: Mapping[str, Any]) -> None:
    """Sets outputs. A random delimiter ends each value, so that text of a log cannot end it."""
    for name, value in values.items():
        end = secrets.token_hex(16)
        _append("GITHUB_OUTPUT", f"{name}<<{end}\n{value}\n{end}\n")


def _append(file: str, text: str) -> None:
    with open(os.environ[file], "a", encoding="utf-8", newline="\n") as opened:
        opened.write(text)


if __name__ == "__main__":
    sys.exit(main())
