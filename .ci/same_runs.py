"""Says whether two answers of `reporter parse --format json` hold the same runs, where they stand aside."""

import json
import sys
from typing import Any


def runs(path: str) -> list[Any]:
    """Gives the runs of an answer, without the lines, which differ from document to document."""
    with open(path, encoding="utf-8") as file:
        sources = json.load(file)["sources"]
    return [_without_lines(run) for source in sources for run in source["runs"]]


def _without_lines(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_lines(each) for key, each in value.items() if key != "line"}
    return [_without_lines(each) for each in value] if isinstance(value, list) else value


first, second = map(runs, sys.argv[1:])
print(f"{len(first)} and {len(second)} runs, {'the same' if first == second else 'not the same'}")
sys.exit(first != second or not first)
