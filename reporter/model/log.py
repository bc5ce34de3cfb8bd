"""Holds everything that was read from one source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reporter.model.run import Run


@dataclass(frozen=True, slots=True, repr=False)
class Log:
    """Holds everything that was read from one source.

    Attributes:
        path: The source, as it was named.
        format: Name of the format it was recognised as, for example `"keras"`.
        runs: Its runs, in the order of their lines.
        cells: For a notebook, the first line of each cell and the number of the cell; lines count through all outputs.
        lines: Line number to text of the lines that a fact was read from, if the reader was asked to keep them. Of the
            progress of an epoch only the last line is kept.
        record_path: The source of the record beside the log, if there is one; `Run.record` says of which runs it is.
    """

    path: str
    format: str
    runs: tuple[Run, ...]
    cells: tuple[tuple[int, int], ...] = ()
    lines: Mapping[int, str] = field(default_factory=dict, hash=False)
    record_path: str | None = None

    def place(self, line: int) -> str:
        """Names a line for people.

        Args:
            line: A line of the log, counted from 1.

        Returns:
            `"line 7"`, or for a notebook `"cell 3, line 7"`.
        """
        return place_in_cells(self.cells, line)

    def address(self, line: int) -> str:
        """Names a line and the log for people: `a.log:7`, or for a notebook `a.ipynb, cell 3, line 7`.

        Args:
            line: A line of the log, counted from 1.

        Returns:
            The path, as it was named, and the line.
        """
        return address_in_cells(self.path, self.cells, line)

    def __repr__(self) -> str:
        runs = f"{len(self.runs)} run" + ("" if len(self.runs) == 1 else "s")
        return f"<Log {self.path!r}: {self.format}, {runs}>"

    def _repr_html_(self) -> str:
        """Shows every run in Jupyter."""
        return "".join(run._repr_html_() for run in self.runs)


def address_in_cells(path: str, cells: Sequence[tuple[int, int]], line: int) -> str:
    """Names a line and its log for people: `a.log:7`, or `a.ipynb, cell 3, line 7` if it has cells, as `Log.cells`."""
    return f"{path}, {place_in_cells(cells, line)}" if cells else f"{path}:{line}"


def place_in_cells(cells: Sequence[tuple[int, int]], line: int) -> str:
    """Names a line of a notebook, whose lines are counted through all outputs, by its cell: `cell 3, line 7`.

    Args:
        cells: The first line of each cell and the number of the cell, as in `Log.cells`.
        line: The line, counted from 1.

    Returns:
        The cell and the line in its output, or `line 7` if there are no cells.
    """
    cell = next(((first, number) for first, number in reversed(cells) if first <= line), None)
    return f"cell {cell[1]}, line {line - cell[0] + 1}" if cell else f"line {line}"
