"""Chooses the columns of the table of runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reporter.errors import UsageError
from reporter.facts.rows import ReportRow

COLUMNS = ("run", "log", "params", "best", "difference", "last", "score", "epochs", "time", "status")
"""All columns. GitHub cuts tables that have more than about seven of them."""


def parse_columns(text: str) -> tuple[str, ...]:
    """Parses a list of columns.

    Args:
        text: Names with commas between them, such as `run,best,time`.

    Returns:
        The names, in this order.

    Raises:
        UsageError: A name is unknown.
    """
    return known_columns([name.strip() for name in text.split(",") if name.strip()])


def known_columns(names: Iterable[str]) -> tuple[str, ...]:
    """Returns the names of columns; raises `UsageError` if one is unknown."""
    found = tuple(names)
    for name in found:
        if name not in COLUMNS:
            raise UsageError(f"unknown column {name!r}; the columns are {', '.join(COLUMNS)}")
    return found


def default_columns(groups: Sequence[Sequence[ReportRow]]) -> tuple[str, ...]:
    """Chooses at most seven columns that differ between the runs or that most readers look for.

    Args:
        groups: The runs of each experiment.

    Returns:
        The names of the columns, in the order of `COLUMNS`.
    """
    rows = [row for group in groups for row in group]
    left_out = {"score", "status"}
    left_out |= {"last"} if any(len(group) > 1 for group in groups) else {"difference"}
    if all(row.parameters is None for row in rows):
        left_out |= {"params"}
    if all(row.seconds is None for row in rows):
        left_out |= {"time"}
    return tuple(name for name in COLUMNS if name not in left_out)
