"""Lays out what changed: as a table for a terminal, in Markdown, as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from reporter.documents.export import json_number
from reporter.facts.changes import Change, Comparison, Pair, Value
from reporter.reading.screen import visible

if TYPE_CHECKING:
    from rich.console import RenderableType

SCHEMA = 1
_HEADER = ("", "base", "new", "difference", "verdict")
_STYLES = {"better": "green", "worse": "red", "gone": "red"}


def table(found: Comparison, colour: bool) -> str:
    """Lay out a comparison for a terminal.

    Args:
        found: The comparison.
        colour: Whether a terminal on standard output may have colours; `NO_COLOR` is honoured.

    Returns:
        The text.
    """
    from reporter.documents.terminal import printed

    return printed(_parts(found), colour=colour)


def _parts(found: Comparison) -> Iterator[RenderableType]:
    from rich.table import Table
    from rich.text import Text

    for pair in found.pairs:
        yield Text(visible(pair.name), style="bold")
        grid = Table(box=None, header_style="dim", pad_edge=False)
        for index, name in enumerate(_HEADER):
            grid.add_column(name, justify="right" if index == 3 else "left", overflow="fold")
        for change in pair.changes:
            grid.add_row(*map(Text, _cells(change)), style=_STYLES.get(change.outcome))
        yield grid if pair.changes else Text("no difference")
    for line in _alone(found):
        yield Text(visible(line))


def markdown(found: Comparison, _: bool) -> str:
    """Lay out a comparison in Markdown, as GitHub shows it in a comment.

    Args:
        found: The comparison.

    Returns:
        A section for each experiment.
    """
    from reporter.documents.escape import comment as md

    sections = [f"### {md(pair.name)}\n\n{_rows(pair, md)}" for pair in found.pairs]
    return "\n".join(sections + [f"{md(line)}\n" for line in _alone(found)])


def to_json(found: Comparison, _: bool) -> str:
    """Give a comparison as one JSON object: fields may be added to it, never renamed.

    Args:
        found: The comparison.

    Returns:
        The JSON; NaN and the infinities are strings in it.
    """
    pairs = [
        {"base": pair.base, "new": pair.new, "changes": [_change(change) for change in pair.changes]}
        for pair in found.pairs
    ]
    alone = {"only_base": found.only_base, "only_new": found.only_new, "regressions": found.regressions}
    return json.dumps({"schema": SCHEMA, "pairs": pairs} | alone, allow_nan=False) + "\n"


FORMATS: Mapping[str, Callable[[Comparison, bool], str]] = {"table": table, "md": markdown, "json": to_json}
"""The formats by their names."""


def _rows(pair: Pair, md: Callable[[str], str]) -> str:
    if not pair.changes:
        return "No difference.\n"
    rows = [_HEADER, ("---", "---", "---", "--:", "---"), *(tuple(map(md, _cells(each))) for each in pair.changes)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _cells(change: Change) -> Iterable[str]:
    cells = (change.name, change.base_text, change.new_text, change.difference_text, change.outcome_text)
    return map(visible, cells)


def _alone(found: Comparison) -> Iterator[str]:
    """Say which experiments are on one side only."""
    for side, names in (("base", found.only_base), ("new", found.only_new)):
        if names:
            yield f"only in {side}: {', '.join(names)}"


def _change(change: Change) -> dict[str, Any]:
    return {
        "measure": change.measure,
        "metric": change.metric,
        "base": [_value(value) for value in change.base],
        "new": [_value(value) for value in change.new],
        "difference": None if change.difference is None else float(change.difference),
        "p": change.p,
        "verdict": change.outcome,
        "judged": change.judged,
    }


def _value(value: Value) -> Value | None:
    return value if isinstance(value, str) else json_number(value)
