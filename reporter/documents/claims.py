"""Writes the verdicts on claims as text, JSON, Markdown and annotations for GitHub."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reporter.claims.check import Checked
from reporter.claims.claim import Verdict
from reporter.documents.claims_sarif import sarif
from reporter.documents.escape import md, workflow_command
from reporter.reading.screen import visible

SCHEMA = 1
"""Version of the JSON, as in `export`."""

_LONGEST = 100


def place(path: str, verdict: Verdict) -> str:
    """Names the place of a claim: `README.md:12:5`, or for a notebook `a.ipynb, cell 3, line 7`."""
    spot = verdict.claim.spot
    if spot.cell:
        return f"{path}, cell {spot.cell}, line {spot.line}"
    return f"{path}:{spot.line}:{verdict.claim.column}"


def coverage_line(checked: Checked) -> str:
    """Writes how many numbers of a document its logs confirm: `README.md: 40 numbers, 37 backed, …`."""
    number = len(checked.verdicts)
    return (
        f"{checked.path}: {number} number{'' if number == 1 else 's'}, {checked.count('agrees')} backed, "
        f"{checked.count('unsupported')} unsupported, {checked.count('disagrees')} disagree"
    )


def sentence(verdict: Verdict) -> str:
    """Writes a verdict as a sentence: `disagrees: "Epochs : 10": the log has epochs 20 (a.log:7)`."""
    words = " ".join(verdict.claim.text.split())
    words = words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
    where = f" ({verdict.path}:{verdict.line})" if verdict.path and verdict.line else ""
    return f'{verdict.outcome}: "{words}": {verdict.reason}{where}'


def text(documents: Sequence[Checked], *, verbose: bool = False) -> str:
    """Writes the verdicts for a terminal: each that is not `agrees`, then a line for each document.

    Args:
        documents: The documents.
        verbose: Whether to write the claims that agree, too.

    Returns:
        The lines.
    """
    lines = []
    for checked in documents:
        shown = [each for each in checked.verdicts if verbose or each.outcome != "agrees"]
        lines += [f"{place(checked.path, each)}: {sentence(each)}" for each in shown]
        lines.append(coverage_line(checked))
    return "".join(f"{visible(line)}\n" for line in lines)


def to_json(documents: Sequence[Checked]) -> str:
    """Writes the verdicts as one JSON object; fields may be added to it, but not renamed or removed."""
    sources = [
        {"path": each.path, "claims": [_claim(verdict) for verdict in each.verdicts], **_counts(each)}
        for each in documents
    ]
    return json.dumps({"schema": SCHEMA, "sources": sources}, ensure_ascii=False) + "\n"


def _counts(checked: Checked) -> dict[str, Any]:
    return {"numbers": len(checked.verdicts), "backed": checked.count("agrees"), "coverage": checked.coverage}


def _claim(verdict: Verdict) -> dict[str, Any]:
    claim = verdict.claim
    values = [float(number.scaled) for number in claim.numbers]
    return {
        "line": claim.spot.line,
        "cell": claim.spot.cell or None,
        "column": claim.column,
        "text": claim.text,
        "kind": claim.kind,
        "metric": str(claim.metric) if claim.metric else None,
        "value": values if claim.kind == "score" and len(values) > 1 else values[0],
        "epoch": claim.epoch,
        "run": verdict.run,
        "verdict": verdict.outcome,
        "log": {"path": verdict.path, "value": verdict.value, "line": verdict.line},
        "reason": verdict.reason,
    }


def to_markdown(documents: Sequence[Checked]) -> str:
    """Writes the verdicts as Markdown: a line for each document, then a table of the claims that do not agree."""
    parts = ["## Claims\n"]
    for checked in documents:
        parts.append(f"**{md(coverage_line(checked))}**\n")
        rows = [each for each in checked.verdicts if each.outcome != "agrees"]
        if rows:
            body = "\n".join(_row(each) for each in rows)
            parts.append(f"| Line | Claim | Verdict | Reason |\n|--:|---|---|---|\n{body}\n")
    return "\n".join(parts)


def _row(verdict: Verdict) -> str:
    words = md(" ".join(verdict.claim.text.split()))
    return f"| {verdict.claim.spot.line} | {words} | {verdict.outcome} | {md(verdict.reason)} |"


def to_annotations(documents: Sequence[Checked]) -> str:
    """Writes workflow commands, which GitHub shows beside the lines: a disagreement is an error, the rest a notice."""
    lines = []
    for checked in documents:
        for each in checked.verdicts:
            if each.outcome != "agrees":
                kind = "error" if each.outcome == "disagrees" else "notice"
                line = 1 if each.claim.spot.cell else each.claim.spot.line
                lines.append(workflow_command(kind, checked.path, line, f"reporter: {each.outcome}", sentence(each)))
    return "".join(lines)


FORMATS: Mapping[str, Callable[[Sequence[Checked]], str]] = {
    "text": text,
    "json": to_json,
    "sarif": sarif,
    "annotations": to_annotations,
    "markdown": to_markdown,
}
"""The function of each format."""
