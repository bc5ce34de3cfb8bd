"""Reads the text of a Jupyter notebook, cell by cell: the printed output and the Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from reporter.errors import SourceError


class Cell(NamedTuple):
    """Marks the start of the text of a cell; `number` counts all cells of the notebook from 1."""

    number: int


def is_notebook(source: str, head: str) -> bool:
    """Checks whether a source is a notebook, by its name or by the beginning of its text."""
    return source.endswith(".ipynb") or (head.lstrip()[:1] == "{" and '"cells"' in head and '"cell_type"' in head)


def pieces(text: str, source: str) -> Iterator[str | Cell]:
    """Reads a notebook of format 3 or 4 (https://nbformat.readthedocs.io/en/latest/format_description.html).

    Args:
        text: The JSON of the notebook.
        source: Name of the source, for error messages.

    Yields:
        For each cell that has text: the `Cell`, then its text, which ends in a newline.

    Raises:
        SourceError: The text is not the JSON of a notebook.
    """
    notebook = _parse(text, source)
    for number, cell in enumerate(_cells(notebook), 1):
        printed = _cell_text(cell)
        if printed.strip():
            yield Cell(number)
            yield printed if printed.endswith("\n") else printed + "\n"


def _parse(text: str, source: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"not a notebook ({error}); name an .ipynb file as Jupyter saves it", source) from None


def _cells(notebook: Any) -> Iterator[dict[str, Any]]:
    sheets = _list(_get(notebook, "worksheets")) or [notebook]  # format 3 has sheets of cells
    for sheet in sheets:
        yield from (cell for cell in _list(_get(sheet, "cells")) if isinstance(cell, dict))


def _cell_text(cell: dict[str, Any]) -> str:
    """Gives the text of a cell: the source of a Markdown cell, the output of a code cell."""
    kind = cell.get("cell_type")
    if kind == "heading":  # format 3
        return "#" * _level(cell) + " " + _text(cell.get("source"))
    if kind == "markdown":
        return _text(cell.get("source")) + "\n"
    return "".join(_output_text(output) for output in _list(cell.get("outputs")))


def _output_text(output: Any) -> str:
    """Gives the text of one output, empty for a picture; streams get no newline, because Jupyter cuts them anywhere."""
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
    """Joins a text that may be stored as a list of lines."""
    if isinstance(value, str):
        return value
    return "".join(part for part in _list(value) if isinstance(part, str))


def markdown_cells(text: str, source: str) -> Iterator[tuple[int, str]]:
    """Reads the Markdown of a notebook.

    Args:
        text: The JSON of the notebook.
        source: Name of the source, for error messages.

    Yields:
        For each Markdown cell its number, counted from 1 among all cells, and its text.

    Raises:
        SourceError: The text is not the JSON of a notebook.
    """
    for number, cell in enumerate(_cells(_parse(text, source)), 1):
        if cell.get("cell_type") in ("markdown", "heading"):
            yield number, _cell_text(cell)
