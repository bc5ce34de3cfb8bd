"""Finds and writes the records that stand beside logs."""

from __future__ import annotations

from pathlib import Path

from reporter.model import Record


def path_for(log: Path) -> Path:
    """Give the place of the record that belongs to a log: beside it, ending in `.json`."""
    return log.with_suffix(".json")


def save(record: Record, path: Path) -> None:
    """Write a record as JSON."""
    path.write_text(record.to_json(), encoding="utf-8")


def find(log: Path) -> Record | None:
    """Find the record that belongs to a log.

    Args:
        log: The log.

    Returns:
        Its record, or None if there is none: the file is missing, is something else of that name, or the log itself.
    """
    if path_for(log) == log:
        return None
    try:
        return Record.from_json(path_for(log).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
