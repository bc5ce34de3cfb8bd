"""Writes findings about runs as text, JSON, SARIF and annotations for GitHub, and explains the rules."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from reporter.documents.escape import workflow_command
from reporter.documents.export import SCHEMA, json_number
from reporter.documents.log_places import file_line, file_path
from reporter.documents.sarif import location, write_sarif
from reporter.facts.display import counted
from reporter.facts.hygiene.finding import Finding, Rule
from reporter.model import Log
from reporter.reading.screen import visible


@dataclass(frozen=True, slots=True)
class Findings:
    """Holds what rules found in logs.

    Attributes:
        logs: The logs.
        found: The findings.
        rules: The rules that were applied.
    """

    logs: Sequence[Log]
    found: Sequence[Finding]
    rules: Sequence[Rule]


def text(findings: Findings) -> str:
    """Writes a line for each finding, then one that counts them."""
    lines = [f"{each.log.address(each.line)}: {each.code} {each.text}" for each in findings.found]
    runs = sum(len(log.runs) for log in findings.logs)
    with_finding = len({id(each.run) for each in findings.found})
    found = f"{counted(len(findings.found), 'finding')} in {with_finding} of " if lines else "no finding in "
    return "".join(f"{visible(line)}\n" for line in [*lines, f"{found}{counted(runs, 'run')}"])


def to_json(findings: Findings) -> str:
    """Writes the findings as one JSON object; fields may be added to it, but not renamed or removed."""
    sources = [
        {"path": log.path, "findings": [_object(each) for each in findings.found if each.log is log]}
        for log in findings.logs
    ]
    return json.dumps({"schema": SCHEMA, "sources": sources}, ensure_ascii=False) + "\n"


def _object(finding: Finding) -> dict[str, Any]:
    numbers = {
        name: json_number(value) if isinstance(value, float) else value for name, value in finding.numbers.items()
    }
    return {
        "code": finding.code,
        "name": finding.name,
        "run": finding.run.name,
        "line": finding.line,
        "text": finding.text,
        "numbers": numbers,
    }


def to_sarif(findings: Findings) -> str:
    """Writes the findings in SARIF."""
    results = [
        {
            "ruleId": each.code,
            "level": "warning",
            "message": {"text": visible(each.text)},
            "locations": [location(file_path(each.log), {"startLine": file_line(each.log, each.line)})],
        }
        for each in findings.found
    ]
    return write_sarif([(rule.code, rule.sentence) for rule in findings.rules], results)


def to_annotations(findings: Findings) -> str:
    """Writes workflow commands, which GitHub shows beside the lines of a log as warnings."""
    return "".join(
        workflow_command(
            "warning",
            file_path(each.log),
            file_line(each.log, each.line),
            f"reporter: {each.code}",
            f"{each.run.name}: {each.text}",
        )
        for each in findings.found
    )


FORMATS: Mapping[str, Callable[[Findings], str]] = {
    "text": text,
    "json": to_json,
    "sarif": to_sarif,
    "annotations": to_annotations,
}
"""The function of each format."""


def rule_list(rules: Iterable[Rule]) -> str:
    """Writes the code, the name and the sentence of each rule, with an empty line between the topics."""
    rules = list(rules)
    width = max((len(rule.name) for rule in rules), default=0)
    topics = [
        "".join(f"{rule.code}  {rule.name:{width}}  {rule.sentence}\n" for rule in topic)
        for _, topic in groupby(rules, lambda rule: rule.code[0])
    ]
    return "\n".join(topics)
