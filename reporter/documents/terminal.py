"""Formats a report as a table for a terminal, or as plain text for a file."""

from __future__ import annotations

import io
import math
import sys
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console, ConsoleOptions, JustifyMethod, RenderableType, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from reporter.documents.reproductions import terminal_parts
from reporter.facts.display import count, counted, duration, number
from reporter.facts.rows import ReportRow
from reporter.facts.summary import epochs_text
from reporter.model import look_up
from reporter.reading.screen import visible

_UNLIMITED = 10_000
"""Width in characters if there is no terminal and no other width is chosen: no line is broken."""

_BARS = "▁▂▃▄▅▆▇█"
_CURVE = 20
"""Maximum width of a curve in characters; a longer history is sampled."""

_COLUMNS: dict[str, JustifyMethod] = {
    "run": "left",
    "best": "left",
    "vs base": "right",
    "last": "right",
    "epochs": "right",
    "params": "right",
    "time": "right",
    "status": "left",
    "by epoch": "left",
}
_EXPENDABLE = ("params", "by epoch", "last", "time", "status", "epochs", "vs base")
"""Columns that are left out if the terminal is narrow, in this order."""

_LEAST = 12
"""Paths of logs are broken into lines of at least this many characters; if that is too wide, columns are left out."""

_COLOURS = {"completed": "green", "stopped": "green", "interrupted": "yellow", "failed": "red"}


def to_text(parts: Iterable[RenderableType], *, colour: bool, width: int | None = None) -> str:
    """Renders tables and texts of rich into a string.

    Args:
        parts: The tables and texts, from top to bottom.
        colour: Whether to use colours, and the width of the terminal, if standard output is a terminal. `NO_COLOR`
            turns the colours off.
        width: The maximum width in characters; by default that of the terminal, or no limit if there is none.

    Returns:
        The text.
    """
    terminal = colour and sys.stdout.isatty()
    text = io.StringIO()
    limit = width or (None if terminal else _UNLIMITED)
    console = Console(file=text, force_terminal=terminal, width=limit, highlight=False)
    for part in parts:
        console.print(part)
    return "".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines())


def terminal_report(
    groups: Sequence[Sequence[ReportRow]], title: str = "", *, colour: bool = False, width: int | None = None
) -> str:
    """Formats a report: a table with one row for each run, grouped by experiment, then all findings.

    Args:
        groups: The runs of each experiment, the base first.
        title: The heading of the report.
        colour: Whether to use colours if standard output is a terminal and `NO_COLOR` is not set.
        width: The maximum width in characters; by default that of the terminal, or no limit if there is none.

    Returns:
        The text. If it is narrow, long names and paths are broken first, then columns are left out; never is a number
        broken.
    """
    return to_text(_parts(groups, title), colour=colour, width=width)


def _parts(groups: Sequence[Sequence[ReportRow]], title: str) -> Iterator[RenderableType]:
    runs = [row for group in groups for row in group]
    if title:
        yield Text(visible(title), style="bold underline")
    epochs = sum(len(row.run.epochs) for row in runs)
    yield Text(f"{counted(len(runs), 'run')} of {counted(len(groups), 'experiment')}, {counted(epochs, 'epoch')}\n")
    yield _RunsTable(groups)
    yield from _scores(runs)
    yield from _findings(runs)
    if found := [row.reproduction for row in runs if row.reproduction]:
        yield Text()
        yield from terminal_parts(found)


class _RunsTable:
    """Draws the table of runs; on a narrow terminal it wraps long names first, then leaves out columns."""

    def __init__(self, groups: Sequence[Sequence[ReportRow]]) -> None:
        self._groups = groups
        monitors = {row.best.monitor for group in groups for row in group if row.best}
        self._monitor = monitors.pop() if len(monitors) == 1 else ""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield next(
            (
                table
                for table in self._tables(options.max_width)
                if _width(console, options, table) <= options.max_width
            ),
            self._table(_EXPENDABLE, _LEAST),
        )

    def _tables(self, width: int) -> Iterator[Table]:
        """Yields tables, from wide to narrow."""
        yield self._table((), width)
        longest = max(len(row["run"]) for _, group in self._rows() for row in group)
        for several in range(len(_EXPENDABLE) + 1):
            yield self._table(_EXPENDABLE[:several], longest)
        for least in range(longest, _LEAST, -1):
            yield self._table(_EXPENDABLE, least)

    def _rows(self) -> list[tuple[str, list[dict[str, Text]]]]:
        return [(group[0].name, [_cells(row, self._monitor) for row in group]) for group in self._groups]

    def _table(self, without: Sequence[str], name_width: int) -> Table:
        """Makes a table without some columns; names and paths are broken if they are longer than `name_width`."""
        columns = [name for name in _COLUMNS if name not in without]
        grid = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
        for name in columns:
            title = f"best {self._monitor}" if name == "best" and self._monitor else name
            if name == "run":
                grid.add_column(Text(title), overflow="fold", max_width=name_width)
            else:
                grid.add_column(Text(title), justify=_COLUMNS[name], no_wrap=True)
        for name, group in self._rows():
            grid.add_row(Text(visible(name), style="bold"))
            for row in group:
                grid.add_row(*(row[column] for column in columns))
        return grid


def _width(console: Console, options: ConsoleOptions, table: Table) -> int:
    """Returns the width that a table needs if no number is to be broken."""
    return Measurement.get(console, options.update(width=_UNLIMITED), table).maximum


def _cells(row: ReportRow, monitor: str) -> dict[str, Text]:
    """Returns the cells of a run by column; the name of the metric is left out if the header already has it."""
    return {
        "run": Text(f"  {visible(row.address(row.run.line))}"),
        "best": Text(f"{'' if monitor else row.best.monitor} {row.best_text}".strip() if row.best else "–"),
        "vs base": Text(row.difference_text),
        "last": Text(number(row.last)),
        "epochs": Text(epochs_text(row.run)),
        "params": Text(count(row.parameters)),
        "time": Text(duration(row.seconds)),
        "status": Text(row.run.status, style=_COLOURS[row.run.status]),
        "by epoch": Text(_curve(row), style="cyan"),
    }


def _curve(row: ReportRow) -> str:
    """Draws the metric by epoch as a line of bars, with a space for a value that is missing or not finite."""
    if row.best is None:
        return ""
    found = [look_up(epoch.logs, row.best.monitor) for epoch in row.run.epochs]
    values = [math.nan if value is None or math.isinf(value) else value for value in _sampled(found)]
    known = [value for value in values if not math.isnan(value)]
    low, span = min(known, default=0.0), max(known, default=0.0) - min(known, default=0.0)
    top = len(_BARS) - 1
    return "".join(
        " " if math.isnan(each) else _BARS[round((each - low) / span * top) if span else 0] for each in values
    )


def _sampled(values: Sequence[float | None]) -> list[float | None]:
    """Returns at most `_CURVE` values at equal distances, including the first and the last."""
    if len(values) <= _CURVE:
        return list(values)
    return [values[round(index * (len(values) - 1) / (_CURVE - 1))] for index in range(_CURVE)]


def _scores(runs: Iterable[ReportRow]) -> Iterator[Text]:
    """Yields a line for the last score of each run, with the weights that it is of."""
    scored = [row for row in runs if row.run.evaluations]
    if scored:
        yield Text()
    for row in scored:
        line, weights = row.run.evaluations[-1].line, row.weights[-1]
        yield Text(f"{visible(row.address(line))}: score {visible(row.score_text)}; weights: {visible(weights.text)}")


def _findings(runs: Iterable[ReportRow]) -> Iterator[Text]:
    """Yields a line for each finding, with the file and the line of the log."""
    lines = [(row.address(each.line), f"{each.code} {each.text}") for row in runs for each in row.findings]
    if lines:
        yield Text()
    for address, text in lines:
        yield Text(f"{visible(address)}: {visible(text)}", style="yellow")
