"""Writes the verdicts on claims in SARIF."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reporter.claims.check import Checked
from reporter.claims.claim import Verdict
from reporter.documents.sarif import location, write_sarif
from reporter.reading.screen import visible

_RULES = {
    "disagrees": ("claim-disagrees", "The log says something else", "error"),
    "unsupported": ("claim-unsupported", "No log says it", "note"),
}
"""For each outcome that is reported: the name of the rule, what it means, and its level."""


def sarif(documents: Sequence[Checked]) -> str:
    """Writes the claims that do not agree in SARIF 2.1.0.

    Args:
        documents: The documents.

    Returns:
        The JSON.
    """
    rules = [(name, meaning) for name, meaning, _ in _RULES.values()]
    results = [
        _result(checked.path, verdict)
        for checked in documents
        for verdict in checked.verdicts
        if verdict.outcome in _RULES
    ]
    return write_sarif(rules, results)


def _result(path: str, verdict: Verdict) -> dict[str, Any]:
    claim = verdict.claim
    name, _, level = _RULES[verdict.outcome]
    words = " ".join(claim.text.split())
    region = {"startLine": claim.spot.line, "startColumn": claim.column, "endColumn": claim.column + len(claim.text)}
    made: dict[str, Any] = {
        "ruleId": name,
        "level": level,
        "message": {"text": visible(f'"{words}": {verdict.reason}')},
        "locations": [location(path, {"startLine": 1} if claim.spot.cell else region)],
    }
    if verdict.path and verdict.line:
        related = location(verdict.path, {"startLine": verdict.line})
        made["relatedLocations"] = [{**related, "message": {"text": "the log"}}]
    return made
