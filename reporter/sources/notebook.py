"""Gives the text of a Jupyter notebook, cell by cell: what its cells printed, and its headings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from reporter.errors import SourceError


class Cell(NamedTuple):
    """Says that the text of another cell begins; cells are counted from 1, as they stand in the notebook."""

    number: int


def is_notebook(source: str, head: str) -> bool:
    """Say whether a source is a notebook, by its name or by how its text begins."""
    return source.endswith(".ipynb") or (head.lstrip()[:1] == "{" and '"cells"' in head and '"cell_type"' in head)


def pieces(text: str, source: str) -> Iterator[str | Cell]:
    """Read a notebook of format 3 or 4.

    Args:
        text: Its JSON.
        source: Where it comes from, for errors.

    Yields:
        Each cell that has text, and then its text, which ends in a newline.

    Raises:
        SourceError: It is no notebook.
    """
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"not a notebook ({error}); name an .ipynb file as Jupyter saves it", source) from None
    for number, cell in enumerate(_cells(notebook), 1):
        said = _said(cell)
        if said.strip():
            yield Cell(number)
            yield said if said.endswith("\n") else said + "\n"


def _cells(notebook: Any) -> Iterator[dict[str, Any]]:
    sheets = _list(_get(notebook, "worksheets")) or [notebook]  # format 3 has sheets of cells
    for sheet in sheets:
        yield from (cell for cell in _list(_get(sheet, "cells")) if isinstance(cell, dict))


def _said(cell: dict[str, Any]) -> str:
    """Give what a cell tells a reader: its prose, or what it printed."""
    kind = cell.get("cell_type")
    if kind == "heading":  # format 3
        return "#" * _level(cell) + " " + _text(cell.get("source"))
    if kind == "markdown":
        return _text(cell.get("source")) + "\n"
    return "".join(_printed(output) for output in _list(cell.get("outputs")))


def _printed(output: Any) -> str:
    """Give the text of one output; pictures have none. Streams are continued where they were cut."""
    kind = _get(output, "output_type")
    if kind == "stream":
        return _text(output.get("text"))
    if kind in ("error", "pyerr"):
        return f"\n{_text(output.get('ename'))}: {_text(output.get('evalue'))}\n"
    if kind in ("execute_result", "display_data", "pyout"):
        return _text(_get(output.get("data"), "text/plain") or output.get("text")) + "\n"
    return ""


def _level(cell: dict[str, Any]) -> int:
    level = cell.get("level")
    return level if isinstance(level, int) and 1 <= level <= 6 else 1


def _get(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    """Give text that may be kept as a list of its lines."""
    if isinstance(value, str):
        return value
    return "".join(part for part in _list(value) if isinstance(part, str))
