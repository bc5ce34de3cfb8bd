"""Does what action.yml promises: reports logs, checks Markdown files, and tells GitHub what came of it.

What GitHub understands is in https://docs.github.com/actions/reference/workflow-commands-for-github-actions.
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

_ROOM = 60_000
"""Characters of a report, of the 65,536 that a comment may have; the rest is for what is wrong."""

_SHOWN = (20, 200)
"""Lines that say what is wrong, and characters of each, that a report shows."""

_TOLD = re.compile(r"(?:reporter|Error): (?:(?P<file>.+?):(?P<line>\d+): )?(?P<message>.*)")


class Calls:
    """Calls `reporter`, one command after another.

    Attributes:
        code: The exit code of the command that ended worst.
        told: What all of them said on standard error, nothing twice.
    """

    def __init__(self) -> None:
        self.code = 0
        self.told: dict[str, None] = {}

    def __call__(self, *args: str) -> tuple[int, list[str], str]:
        """Call a command; give its exit code, what it said that was not said before, and what it printed."""
        command = [sys.executable, "-m", "reporter", *args]
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", errors="replace", check=False
        )
        code = abs(done.returncode)  # a signal that killed it counts down from -1
        said = [line for line in done.stderr.splitlines() if line not in self.told]
        self.code = max(self.code, code)
        self.told |= dict.fromkeys(said)
        _show(said)
        return code, said, done.stdout


def main() -> int:
    """Do what the inputs ask for.

    Returns:
        The greatest exit code of all commands: 0 where all is well.
    """
    if wrong := _wrong():
        _annotate("error", [f"reporter: {wrong}"])
        _output({"passed": "false"})
        return 2
    calls = Calls()
    report = Path(tempfile.mkdtemp(prefix="reporter-", dir=os.environ["RUNNER_TEMP"])) / "report.md"
    outputs: dict[str, Any] = {"report": report}
    if logs := _lines("LOGS"):
        outputs |= _report(calls, logs, report)
    if files := _lines("README"):
        code, said, _ = calls("readme", "--check", "--", *files)
        _annotate("error", said if code else [])
    _complete(report, calls)
    if os.environ["INPUT_SUMMARY"] == "true":
        _append("GITHUB_STEP_SUMMARY", report.read_text(encoding="utf-8"))
    _output(outputs | {"passed": str(calls.code == 0).lower()})
    return calls.code


def _wrong() -> str:
    """Say what is wrong with the inputs that no command takes."""
    if not re.fullmatch(r"[\w.-]+", os.environ["INPUT_ID"]):
        return "id is a name of letters, digits, dots and dashes"
    return "" if _lines("LOGS") or _lines("README") else "there is nothing to do; name logs, or a readme"


def _report(calls: Calls, logs: list[str], report: Path) -> dict[str, Any]:
    """Report logs; give the outputs that tell of their runs."""
    judging = [f"--{name}={value}" for name in ("monitor", "mode") if (value := os.environ[f"INPUT_{name.upper()}"])]
    gates = [f"--fail-under={gate}" for gate in _lines("FAIL_UNDER")]
    facts = report.with_name("runs.json")
    code, said, _ = calls("parse", *judging, "--format=json", f"--output={facts}", "--", *logs)
    if code != 1:  # the gates of a configuration; what misses them is annotated with the report
        _annotate("error" if code else "warning", said)
    if code > 1:
        return {}
    _write(calls, [*judging, *gates, "--", *logs], report)
    runs = [run for source in json.loads(facts.read_bytes())["sources"] for run in source["runs"]]
    return {"json": facts, "runs": len(runs)} | _best([run["best"] for run in runs if run["best"]])


def _write(calls: Calls, args: list[str], report: Path) -> None:
    """Write the report, and have GitHub show beside the lines of logs which gates are missed there: exit code 1."""
    code, said, _ = calls("report", "--format=github", f"--max-chars={_ROOM}", f"--output={report}", *args)
    if code > 1:
        _annotate("error", said)
    else:
        print(calls("report", "--format=annotations", *args)[2], end="")


def _best(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Choose the best of several runs, if all are judged by one metric."""
    if len({alias(each["monitor"]) for each in found}) != 1:
        return {}
    top = (max if found[0]["mode"] == "max" else min)(found, key=lambda each: float(each["value"]))
    return {"monitor": top["monitor"], "best": top["value"], "best-epoch": top["epochs"][0]}


def _complete(report: Path, calls: Calls) -> None:
    """Put before a report the marker by which a comment is found again, and what was said."""
    lines, width = _SHOWN
    said = [line.removeprefix("reporter: ")[:width] for line in calls.told]
    said = said[:lines] + ([f"and {len(said) - lines} more"] if len(said) > lines else [])
    parts = [
        f"<!-- reporter:{os.environ['INPUT_ID']} -->",
        "**Failed**" if calls.code else "",
        fence("\n".join(said)) if said else "",
        report.read_text(encoding="utf-8") if report.exists() else "",
    ]
    report.write_text("\n\n".join(filter(None, parts)).rstrip() + "\n", encoding="utf-8")


def _lines(name: str) -> list[str]:
    """Give the lines of an input that are not empty."""
    return [line.strip() for line in os.environ[f"INPUT_{name}"].splitlines() if line.strip()]


def _show(lines: list[str]) -> None:
    """Show what may quote a log, of which GitHub must take nothing for a command, wherever in a line it stands."""
    if not lines:
        return
    token = secrets.token_hex(16)
    print(f"::stop-commands::{token}", *lines, f"::{token}::", sep="\n", flush=True)


def _annotate(level: str, lines: Iterable[str]) -> None:
    """Have lines shown beside the file that they are about, those that say one."""
    for told in filter(None, map(_TOLD.fullmatch, lines)):
        place = f" file={_escaped(told['file'], ':,')},line={told['line']}" if told["file"] else ""
        print(f"::{level}{place}::{_escaped(told['message'])}")


def _escaped(text: str, more: str = "") -> str:
    return re.sub(f"[%\r\n{more}]", lambda found: f"%{ord(found[0]):02X}", text)


def _output(values: Mapping[str, Any]) -> None:
    """Set outputs; nobody who writes a log can guess where a value ends."""
    for name, value in values.items():
        end = secrets.token_hex(16)
        _append("GITHUB_OUTPUT", f"{name}<<{end}\n{value}\n{end}\n")


def _append(file: str, text: str) -> None:
    with open(os.environ[file], "a", encoding="utf-8", newline="\n") as opened:
        opened.write(text)


if __name__ == "__main__":
    sys.exit(main())
