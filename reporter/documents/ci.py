"""Reports runs to continuous integration: as JUnit XML, a Code Quality report, GitHub annotations, or a badge."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from reporter.documents.escape import workflow_command
from reporter.documents.log_places import file_line, file_path
from reporter.errors import UsageError
from reporter.facts.display import number
from reporter.facts.gate_verdicts import Verdict
from reporter.facts.summary import describe_end, finished, remaining_warnings, seconds
from reporter.model import Log, Mode, Run, alias
from reporter.reading.screen import visible

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Matches a character that XML 1.0 does not allow (section 2.2)."""

_MISSED = "missed-gate"


@dataclass(frozen=True, slots=True)
class JudgedLogs:
    """Holds logs and the results of their gates.

    Attributes:
        logs: The logs.
        verdicts: Whether each run passes each gate; empty if there are no gates.
        monitor: The metric that decides which epoch is best; by default the first of `val_acc`, `val_loss`, `acc`,
            `loss`.
        mode: Whether the largest or the smallest value is best; by default the name of the metric decides.
    """

    logs: Sequence[Log]
    verdicts: Sequence[Verdict] = ()
    monitor: str | None = None
    mode: Mode | None = None


@dataclass(frozen=True, slots=True)
class _Issue:
    """Holds one problem. `check` and `subject` identify it, even if its line or its value changes."""

    check: str
    log: Log
    run: Run
    line: int
    text: str
    subject: str = ""


def junit(judged: JudgedLogs) -> str:
    """Writes JUnit XML with one test suite for each log.

    With gates, a suite has one test case for each gate and each run that the gate applies to. Without gates, it has one
    test case for each run, which fails if the run did not end well. The elements and attributes are those that Jenkins,
    GitLab and GitHub actions understand (https://github.com/testmoapp/junitxml).

    Args:
        judged: The logs and the verdicts.

    Returns:
        The XML; a character that XML does not allow is replaced by U+FFFD.
    """
    root = Element("testsuites", name="reporter")
    for log in judged.logs:
        suite = Element("testsuite", name=_xml(log.path))
        suite.extend(_gate_case(each) for each in judged.verdicts if each.log is log)
        suite.extend(_end_case(log, run) for run in log.runs if not judged.verdicts)
        if len(suite):
            root.append(suite)
    for each in (root, *root):
        each.set("tests", str(len(list(each.iter("testcase")))))
        each.set("failures", str(len(list(each.iter("failure")))))
        each.set("errors", "0")
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def codequality(judged: JudgedLogs) -> str:
    """Writes a Code Quality report in the format of GitLab.

    A missed gate has the severity major, a run that did not end well minor, and a warning about a log info. The format
    is described in https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format.

    Args:
        judged: The logs and the verdicts.

    Returns:
        A JSON list. The fingerprint of an issue depends on the log, the run and the check, but not on lines and values.
    """
    severities = {_MISSED: "major", "interrupted": "minor", "failed": "minor"}
    times = Counter[str]()
    report = []
    for issue in _issues(judged):
        same = json.dumps([file_path(issue.log), issue.run.name, issue.check, issue.subject])
        times[same] += 1
        report.append(
            {
                "description": visible(issue.text),
                "check_name": issue.check,
                "fingerprint": hashlib.sha256(f"{same}{times[same]}".encode()).hexdigest(),
                "severity": severities.get(issue.check, "info"),
                "location": {"path": file_path(issue.log), "lines": {"begin": file_line(issue.log, issue.line)}},
            }
        )
    return json.dumps(report, indent=1) + "\n"


def workflow_commands(judged: JudgedLogs) -> str:
    """Writes workflow commands, which GitHub shows as annotations beside the lines of a log.

    A missed gate is an error, everything else a warning.

    Args:
        judged: The logs and the verdicts.

    Returns:
        One command per line.
    """
    return "".join(
        workflow_command(
            "error" if issue.check == _MISSED else "warning",
            file_path(issue.log),
            file_line(issue.log, issue.line),
            f"reporter: {issue.check}",
            issue.text,
        )
        for issue in _issues(judged)
    )


def badge(judged: JudgedLogs) -> str:
    """Writes the best value of all runs as a badge for https://shields.io/badges/endpoint-badge.

    The badge is green if all gates pass, red if one is missed, blue if there are no gates, and grey without a value.

    Args:
        judged: The logs and the verdicts.

    Returns:
        A JSON object.

    Raises:
        UsageError: The best values of the runs are values of different metrics.
    """
    found = [each for log in judged.logs for run in log.runs if (each := run.best(judged.monitor, judged.mode))]
    monitors = {alias(each.monitor): each.monitor for each in found}
    if len(monitors) > 1:
        raise UsageError(
            f"a badge shows one metric, but the runs have {' and '.join(monitors.values())}; choose one with --monitor"
        )
    shown = {"schemaVersion": 1, "label": judged.monitor or "training", "message": "no result", "color": "lightgrey"}
    if found:
        top = (max if found[0].mode == "max" else min)(each.value for each in found)
        shown |= {"label": found[0].monitor, "message": number(top), "color": "blue"}
    if judged.verdicts:
        shown["color"] = "brightgreen" if all(each.passed for each in judged.verdicts) else "red"
    return json.dumps(shown) + "\n"


FORMATS: Mapping[str, Callable[[JudgedLogs], str]] = {
    "annotations": workflow_commands,
    "badge": badge,
    "codequality": codequality,
    "junit": junit,
}
"""The function of each format."""


def _issues(judged: JudgedLogs) -> Iterator[_Issue]:
    """Yields all problems: missed gates, runs that did not end well, and warnings about logs."""
    for each in judged.verdicts:
        if not each.passed:
            yield _Issue(_MISSED, each.log, each.run, each.line, each.sentence, str(each.gate))
    for log in judged.logs:
        for run in log.runs:
            if not finished(run):
                yield _Issue(run.status, log, run, _last_line(run), f"{run.name}: {describe_end(run)}")
            for warning in remaining_warnings(run):
                yield _Issue(warning.code, log, run, warning.line, f"{run.name}: {warning.text}", warning.code)


def _gate_case(verdict: Verdict) -> Element:
    case = _case(verdict.log, verdict.run, str(verdict.gate), verdict.line)
    if not verdict.passed:
        _fail(case, verdict.sentence, f"{verdict.place}: {verdict.sentence}")
    return case


def _end_case(log: Log, run: Run) -> Element:
    case = _case(log, run, "ends well", run.line)
    if (time := seconds(run)) is not None:
        case.set("time", str(time))
    if not finished(run):
        _fail(case, run.status, f"{log.address(_last_line(run))}: {run.name}: {describe_end(run)}")
    return case


def _case(log: Log, run: Run, name: str, line: int) -> Element:
    return Element("testcase", classname=_xml(run.name), name=_xml(name), file=_xml(file_path(log)), line=str(line))


def _fail(case: Element, message: str, text: str) -> None:
    SubElement(case, "failure", message=_xml(message)).text = _xml(text)


def _last_line(run: Run) -> int:
    """Returns the last line of the log that belongs to an epoch of the run."""
    if run.partial:
        return run.partial.line
    return run.epochs[-1].line if run.epochs else run.line


def _xml(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
