"""Formats a comparison of runs as tables for a terminal, as Markdown, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from reporter.documents.export import json_number
from reporter.facts.changes import Change, Comparison, Pair, Value
from reporter.reading.screen import visible

if TYPE_CHECKING:
    from rich.console import RenderableType

SCHEMA = 1
"""Version of the JSON: fields may be added to a version, but not renamed or removed."""

_HEADER = ("", "base", "new", "difference", "verdict")
_STYLES = {"better": "green", "worse": "red", "gone": "red"}


def terminal_tables(found: Comparison, colour: bool, width: int | None = None) -> str:
    """Formats a comparison for a terminal.

    Args:
        found: The comparison.
        colour: Whether to use colours if standard output is a terminal and `NO_COLOR` is not set.
        width: The maximum width in characters; by default that of the terminal, or no limit if there is none.

    Returns:
        A table for each experiment, and a line for those that are on one side only.
    """
    from reporter.documents.terminal import to_text

    return to_text(_parts(found), colour=colour, width=width)


def _parts(found: Comparison) -> Iterator[RenderableType]:
    from rich.table import Table
    from rich.text import Text

    for pair in found.pairs:
        yield Text(visible(pair.name), style="bold")
        grid = Table(box=None, header_style="dim", pad_edge=False)
        for index, name in enumerate(_HEADER):
            grid.add_column(name, justify="right" if index == 3 else "left", overflow="fold", no_wrap=0 < index < 4)
        for change in pair.changes:
            grid.add_row(*map(Text, _cells(change)), style=_STYLES.get(change.outcome))
        yield grid if pair.changes else Text("no difference")
    for line in _alone(found):
        yield Text(visible(line))


def markdown(found: Comparison, figures: Mapping[str, str] = MappingProxyType({})) -> str:
    """Formats a comparison as Markdown that is safe in a comment on GitHub.

    Args:
        found: The comparison.
        figures: The paths of figures, by the name of the pair.

    Returns:
        A section for each experiment, and a line for those that are on one side only.
    """
    from reporter.documents.drawings import markdown_picture
    from reporter.documents.escape import github_md as md

    shown = {name: f"{markdown_picture(path, f'Runs of {name} by epoch')}\n\n" for name, path in figures.items()}
    sections = [f"### {md(pair.name)}\n\n{shown.get(pair.name, '')}{_rows(pair, md)}" for pair in found.pairs]
    return "\n".join(sections + [f"{md(line)}\n" for line in _alone(found)])


def to_json(found: Comparison) -> str:
    """Formats a comparison as one JSON object.

    Args:
        found: The comparison.

    Returns:
        The JSON. NaN and infinity are the strings `"nan"`, `"inf"` and `"-inf"`, because JSON has no such numbers.
    """
    pairs = [
        {"base": pair.base, "new": pair.new, "changes": [_change(change) for change in pair.changes]}
        for pair in found.pairs
    ]
    alone = {
        "only_base": found.only_base,
        "only_new": found.only_new,
        "apart": found.apart,
        "regressions": found.regressions,
        "unclear": found.unclear,
    }
    return json.dumps({"schema": SCHEMA, "pairs": pairs} | alone, allow_nan=False) + "\n"


def workflow_commands(found: Comparison) -> str:
    """Formats what fails as workflow commands, which GitHub shows as annotations.

    Args:
        found: The comparison.

    Returns:
        An error for each regression, and a warning for each measure of which the runs cannot tell.
    """
    from reporter.documents.escape import workflow_text

    errors = (f"::error title=reporter%3A regression::{workflow_text(each)}\n" for each in found.regressions)
    warnings = (f"::warning title=reporter%3A cannot tell::{workflow_text(each)}\n" for each in found.unclear)
    return "".join((*errors, *warnings))


FORMATS: Mapping[str, Callable[[Comparison], str]] = {
    "md": markdown,
    "json": to_json,
    "annotations": workflow_commands,
}
"""The function of each format without figures and colours."""


def _rows(pair: Pair, md: Callable[[str], str]) -> str:
    if not pair.changes:
        return "No difference.\n"
    rows = [_HEADER, ("---", "---", "---", "--:", "---"), *(tuple(map(md, _cells(each))) for each in pair.changes)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _cells(change: Change) -> Iterable[str]:
    cells = (change.name, change.base_text, change.new_text, change.difference_text, change.outcome_text)
    return map(visible, cells)


def _alone(found: Comparison) -> Iterator[str]:
    """Yields why runs are shown apart, then which experiments are only in the base, and which only in the new logs."""
    yield from found.apart
    for side, names in (("base", found.only_base), ("new", found.only_new)):
        if names:
            yield f"only in {side}: {', '.join(names)}"


def _change(change: Change) -> dict[str, Any]:
    evidence = change.evidence
    return {
        "measure": change.measure,
        "metric": change.metric,
        "base": [_value(value) for value in change.base],
        "new": [_value(value) for value in change.new],
        "difference": None if change.difference is None else float(change.difference),
        "p": evidence.noise.p if evidence and evidence.noise else None,
        "permutation_p": evidence.permutation_p if evidence else None,
        "interval": change.interval,
        "floors": evidence.floors if evidence else None,
        "min_delta": evidence.min_delta if evidence else None,
        "verdict": change.outcome,
        "judged": change.judged,
    }


def _value(value: Value) -> Value | None:
    return value if isinstance(value, str) else json_number(value)
