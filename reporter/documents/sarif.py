"""Writes results in SARIF, which code scanning on GitHub and many editors read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def write_sarif(rules: Iterable[tuple[str, str]], results: Iterable[Mapping[str, Any]]) -> str:
    """Writes results in SARIF 2.1.0.

    The format is described in https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.

    Args:
        rules: The identifier of each rule, and what it means.
        results: The results, as objects of this format.

    Returns:
        The JSON.
    """
    listed = [{"id": name, "shortDescription": {"text": meaning}} for name, meaning in rules]
    run = {
        "tool": {"driver": {"name": "reporter", "rules": listed}},
        "columnKind": "unicodeCodePoints",
        "results": list(results),
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, ensure_ascii=False) + "\n"


def location(path: str, region: Mapping[str, int]) -> dict[str, Any]:
    """Makes the object for a place in a file.

    Args:
        path: The file.
        region: Such as `{"startLine": 7}`.
    """
    return {"physicalLocation": {"artifactLocation": {"uri": quote(PurePath(path).as_posix())}, "region": region}}
