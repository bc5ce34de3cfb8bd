"""Lays out reproductions for a terminal, as JSON, and as a badge."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from reporter.documents.export import json_number
from reporter.facts.reproduction import Reproduction
from reporter.facts.statistic import Statistic
from reporter.reading.screen import visible

if TYPE_CHECKING:
    from rich.console import RenderableType

SCHEMA = 1
"""Version of the JSON: fields may be added to a version, but not renamed or removed."""

_LEAST = {"": 8, "original": 7, "runs": 9, "one more run": 8, "margin": 8, "verdict": 12}
"""The columns of a table, and their least widths in characters: the longest word has room, so no number is broken."""

_STYLES = {"reproduced": "green", "not reproduced": "red", "inconclusive": "yellow"}
_COLOURS = {"reproduced": "brightgreen", "not reproduced": "red", "inconclusive": "yellow"}


def terminal_parts(found: Iterable[Reproduction]) -> Iterator[RenderableType]:
    """Lays out reproductions for a terminal.

    Args:
        found: The reproductions.

    Yields:
        For each: its name and verdict, the conditions, a table of the statistics, and the checks of the assumptions.
    """
    from rich.text import Text

    for each in found:
        title = Text(f"{visible(each.name)}: ", style="bold")
        yield title.append(each.verdict.upper(), style=_STYLES[each.verdict])
        yield from (Text(visible(f"{what}: {text}")) for what, text in _facts(each))
        yield _table(each.statistics)
        yield from (
            Text(visible(f"{statistic.name}: {text}")) for statistic in each.statistics for text in _said(statistic)
        )
        yield Text(f"{each.assumption}\n" if each.assumption else "")


def _said(statistic: Statistic) -> Iterator[str]:
    """Yields the verdict with its reason, then the checks of the assumptions if there is an interval."""
    yield f"{statistic.verdict.upper()}, {statistic.reason}"
    if statistic.interval:
        yield f"Shapiro–Wilk {statistic.normality_text}; rank of the original {statistic.rank_text}"
    if statistic.doubt:
        yield f"{statistic.doubt}; trust the rank"


def _facts(found: Reproduction) -> Iterator[tuple[str, str]]:
    yield "original", found.original
    yield "runs", ", ".join(found.runs) or "none"
    yield from (("left out", text) for text in found.left_out)
    if found.equal:
        yield "equal", "; ".join(found.equal)
    if found.unknown:
        yield "told by one side only", ", ".join(found.unknown)


def _table(statistics: Sequence[Statistic]) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, header_style="dim", pad_edge=False)
    for name in _LEAST:
        grid.add_column(name, overflow="fold", min_width=_LEAST[name])
    for each in statistics:
        cells = (each.name, each.original_text, each.values_text, each.interval_text, each.margin_text)
        grid.add_row(*(Text(visible(cell)) for cell in cells), Text(each.verdict.upper(), style=_STYLES[each.verdict]))
    return grid


def to_json(found: Iterable[Reproduction]) -> str:
    """Encodes reproductions as one JSON object.

    Args:
        found: The reproductions.

    Returns:
        The JSON. NaN and infinity are the strings `"nan"`, `"inf"` and `"-inf"`, because JSON has no such numbers.
    """
    content = {"schema": SCHEMA, "reproductions": [reproduction_json(each) for each in found]}
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def reproduction_json(found: Reproduction) -> dict[str, Any]:
    """Makes the JSON object of one reproduction."""
    return {
        "name": found.name,
        "verdict": found.verdict,
        "reason": found.reason,
        "original": found.original,
        "runs": found.runs,
        "left_out": found.left_out,
        "conditions": [
            {"name": each.name, "original": each.original or None, "runs": each.runs or None, "outcome": each.outcome}
            for each in found.conditions
        ],
        "statistics": [_statistic(each) for each in found.statistics],
        "assumption": found.assumption,
    }


def _statistic(each: Statistic) -> dict[str, Any]:
    return {
        "statistic": each.which,
        "metric": each.metric,
        "original": json_number(each.original),
        "epochs": each.epochs,
        "values": [json_number(value) for value in each.values],
        "run_epochs": each.run_epochs,
        "mean": each.mean,
        "sd": each.spread,
        "half_width": each.reach,
        "interval": each.interval,
        "margin": each.margin,
        "normality": each.normality._asdict() if each.normality else None,
        "rank": {**each.rank._asdict(), "p": each.rank.p} if each.rank else None,
        "runs_needed": each.runs_needed,
        "verdict": each.verdict,
        "reason": each.reason,
    }


def badge(found: Sequence[Reproduction]) -> str:
    """Writes the verdict as a badge for https://shields.io/badges/endpoint-badge.

    Args:
        found: The reproductions; of several, the badge shows how many are reproduced.

    Returns:
        A JSON object: green if all are reproduced, red if one is not, yellow otherwise.
    """
    verdicts = [each.verdict for each in found]
    worst = next((each for each in ("not reproduced", "inconclusive") if each in verdicts), "reproduced")
    many = f"{verdicts.count('reproduced')} of {len(verdicts)} reproduced"
    message = worst if len(set(verdicts)) == 1 else many
    return json.dumps({"schemaVersion": 1, "label": "results", "message": message, "color": _COLOURS[worst]}) + "\n"
