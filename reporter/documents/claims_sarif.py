"""Writes the verdicts on claims in SARIF, which code scanning on GitHub and many editors read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from reporter.claims.check import Checked
from reporter.claims.claim import Verdict
from reporter.reading.screen import visible

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_RULES = {
    "disagrees": ("claim-disagrees", "The log says something else", "error"),
    "unsupported": ("claim-unsupported", "No log says it", "note"),
}
"""For each outcome that is reported: the name of the rule, what it means, and its level."""


def sarif(documents: Sequence[Checked]) -> str:
    """Writes the claims that do not agree in SARIF 2.1.0.

    The format is described in https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.

    Args:
        documents: The documents.

    Returns:
        The JSON.
    """
    rules = [{"id": name, "shortDescription": {"text": meaning}} for name, meaning, _ in _RULES.values()]
    results = [
        _result(checked.path, verdict)
        for checked in documents
        for verdict in checked.verdicts
        if verdict.outcome in _RULES
    ]
    run = {
        "tool": {"driver": {"name": "reporter", "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, ensure_ascii=False) + "\n"


def _result(path: str, verdict: Verdict) -> dict[str, Any]:
    claim = verdict.claim
    name, _, level = _RULES[verdict.outcome]
    words = " ".join(claim.text.split())
    region = {"startLine": claim.spot.line, "startColumn": claim.column, "endColumn": claim.column + len(claim.text)}
    made: dict[str, Any] = {
        "ruleId": name,
        "level": level,
        "message": {"text": visible(f'"{words}": {verdict.reason}')},
        "locations": [_location(path, {"startLine": 1} if claim.spot.cell else region)],
    }
    if verdict.path and verdict.line:
        related = _location(verdict.path, {"startLine": verdict.line})
        made["relatedLocations"] = [{**related, "message": {"text": "the log"}}]
    return made


def _location(path: str, region: dict[str, int]) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": {"uri": quote(PurePath(path).as_posix())}, "region": region}}
