"""Finds the claims in tables of results: a header names the metric, a row the run, or the other way round."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from reporter.claims.claim import Claim
from reporter.claims.contexts import Context
from reporter.claims.extract import claims_of_text
from reporter.claims.prose import Line

_CELL = re.compile(r"(?<!\\)\|")
_NUMBER = re.compile(r"\d")
_BARE = re.compile(r"[\s~≈±+−–-]*[\d.,]+\s?(?:%|k|K|M)?(?:\s*\([^)]*\))?[\s*]*")
_NOT_METRIC = re.compile(
    r"^\W*(?:#|no\.?|id|index|run|log|seed|model|name|status|date|version|difference|change|Δ|line)\W*$", re.IGNORECASE
)

_DATA = re.compile(
    r"\W*(?:train(?:ing)?|val(?:id(?:ation)?)?|test(?:ing)?)(?:[\s-](?:set|data|split))?\W*$", re.IGNORECASE
)
"""Matches the header of a column that names data only: then the rows name the metrics."""

_PAIR = 2
"""Columns of a table that has a label and a value in each row."""

_ONE_ROW = 3
"""Lines of a table with one row of values: the header, the rule, and the row."""


_NO_VALUE = re.compile(r"\b(?:default|required|type|range|option|meaning|example|unit)s?\b", re.IGNORECASE)
"""Matches the header of a column that describes settings."""

_LONGEST_LABEL = 30


class _Cell(NamedTuple):
    """Holds a cell: its text without markup, and the column of the line where it starts, counted from 0."""

    text: str
    start: int


def is_row(line: Line) -> bool:
    """Tells whether a line is a row of a table."""
    return not line.code and "|" in line.raw


def _is_rule(raw: str) -> bool:
    """Tells whether a line is the rule below the header of a table: `|---|--:|`."""
    return "-" in raw and set(raw) <= set("|-: \t>")


def find_tables(lines: Sequence[Line], wanted: Sequence[int]) -> Iterator[list[int]]:
    """Finds the tables of a document.

    Args:
        lines: All lines of the document.
        wanted: The indices of the lines outside of logs.

    Yields:
        The indices of the rows of each table: the header, the rule, and at least one row.
    """
    rows: list[int] = []
    for index in [*wanted, -1]:
        if index >= 0 and is_row(lines[index]) and (not rows or index == rows[-1] + 1):
            rows.append(index)
            continue
        if len(rows) > 2 and _is_rule(lines[rows[1]].raw):
            yield rows
        rows = [index] if index >= 0 and is_row(lines[index]) else []


def table_claims(
    lines: Sequence[Line], rows: Sequence[int], group: int, names_run: Callable[[str], bool]
) -> Iterator[Claim]:
    """Finds the claims of a table.

    Args:
        lines: All lines of the document.
        rows: The indices of its rows.
        group: Number of its first group; each row is a group.
        names_run: Tells whether the header of a column names a run: then the rows may name the metrics.

    Yields:
        The claims, row by row.
    """
    header = _cells(lines[rows[0]])
    for offset, index in enumerate(rows[2:]):
        line = lines[index]
        cells = _cells(line)
        several = len(rows) > _ONE_ROW
        epoch = _epoch_of_row(header, cells) if several else None
        hint = " ".join(cell.text for cell in cells if not _BARE.fullmatch(cell.text)) + " " + line.raw
        for title, cell in zip(header, cells, strict=False):
            if not _NUMBER.search(cell.text) or _NOT_METRIC.match(title.text):
                continue
            if epoch is not None and title is header[0]:
                continue
            labels = [title.text]
            of_data = title is not header[0] and _DATA.match(title.text) is not None
            if of_data:
                labels = [f"{title.text} {cells[0].text}"]
            elif len(header) == _PAIR or names_run(title.text):
                labels.append(cells[0].text)
            for claim, start, end, by_row in _cell_claims(labels, cell.text):
                if epoch is not None:
                    claim = replace(claim, epoch=epoch, which="any")
                yield replace(
                    claim,
                    spot=line.spot,
                    column=cell.start + start + 1,
                    text=line.raw[cell.start + start : cell.start + end].strip(" *"),
                    kind="table_cell" if claim.kind in ("best_metric", "last_metric", "score") else claim.kind,
                    section=line.section,
                    group=group - offset,
                    hint=(title.text if len(header) > _PAIR else "")
                    if by_row
                    else hint
                    if several and epoch is None and not of_data
                    else "",
                    printed=False,
                )


def _epoch_of_row(header: Sequence[_Cell], cells: Sequence[_Cell]) -> int | None:
    """Gives the epoch of a row of a history, whose first column counts the epochs."""
    if header and cells and header[0].text.strip().lower() in ("epoch", "epochs") and cells[0].text.strip().isdecimal():
        return int(cells[0].text)
    return None


def _cell_claims(labels: Sequence[str], text: str) -> Iterator[tuple[Claim, int, int, bool]]:
    """Reads a cell as if a label stood in front of it: `Best val_acc: 0.9953 (epoch 18)`.

    Args:
        labels: The header of its column, and the first cell of its row if that may be the label.
        text: The cell.

    Yields:
        Each claim, where its words start and end in the cell, and whether the row is its label.
    """
    for index, label in enumerate(labels):
        if index and (len(label) > _LONGEST_LABEL or _NO_VALUE.search(labels[0])):
            return
        prefix = f"{label.strip()}: "
        found = [
            (claim, max(start - len(prefix), 0), end - len(prefix), index > 0)
            for claim, start, end, _ in claims_of_text(prefix + text, Context())
            if end > len(prefix)
        ]
        if found:
            yield from found
            return


def _cells(line: Line) -> list[_Cell]:
    """Splits a row at its bars."""
    raw = line.raw.rstrip("\n")
    bars = [found.start() for found in _CELL.finditer(raw)]
    begin = 0 if raw.lstrip().startswith("|") is False else None
    starts = ([0] if begin is not None else []) + [bar + 1 for bar in bars]
    ends = [*bars[(0 if begin is not None else 1) :], len(raw)]
    cells = []
    for start, end in zip(starts, ends, strict=False):
        text = line.text[start:end]
        lead = len(text) - len(text.lstrip())
        if start < len(raw.rstrip()):
            cells.append(_Cell(text.strip(), start + lead))
    return cells
