"""Lays results out for a terminal, or as plain text where there is none."""

from __future__ import annotations

import io
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from rich.console import Console, ConsoleOptions, JustifyMethod, RenderableType, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from reporter.facts.display import count, duration, number
from reporter.facts.rows import ReportRow
from reporter.facts.summary import epochs_text
from reporter.model import look_up
from reporter.reading.screen import visible

_PLAIN_WIDTH = 200
"""Columns where no terminal says how many there are; wide enough that nothing is cut."""

_BARS = "▁▂▃▄▅▆▇█"
_CURVE = 20
"""Characters of a curve; a longer one is drawn from as many of its values."""

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
_EXPENDABLE = ("params", "by epoch", "last", "time")
"""What a narrow terminal can do without, the first one first."""

_COLOURS = {"completed": "green", "stopped": "green", "interrupted": "yellow", "failed": "red"}


def printed(parts: Iterable[RenderableType], *, colour: bool) -> str:
    """Print what rich can print into a text.

    Args:
        parts: What to print, one below the other.
        colour: Whether a terminal on standard output may have colours; `NO_COLOR` is honoured.

    Returns:
        The text, for the terminal or plain.
    """
    terminal = colour and sys.stdout.isatty()
    text = io.StringIO()
    console = Console(file=text, force_terminal=terminal, width=None if terminal else _PLAIN_WIDTH, highlight=False)
    for part in parts:
        console.print(part)
    return "".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines())


def report(groups: Sequence[Sequence[ReportRow]], title: str = "", *, colour: bool = False) -> str:
    """Lay out a report: every run in a row, those of one experiment together, and what to know before trusting them.

    Args:
        groups: The runs of each experiment, the base first.
        title: The heading of the report.
        colour: Whether a terminal on standard output may have colours; `NO_COLOR` is honoured.

    Returns:
        The text, for the terminal or plain.
    """
    return printed(_parts(groups, title), colour=colour)


def _parts(groups: Sequence[Sequence[ReportRow]], title: str) -> Iterator[RenderableType]:
    runs = [side for group in groups for side in group]
    if title:
        yield Text(visible(title), style="bold underline")
    epochs = sum(len(side.run.epochs) for side in runs)
    yield Text(f"{_many(len(runs), 'run')} of {_many(len(groups), 'experiment')}, {_many(epochs, 'epoch')}\n")
    yield _Runs(groups)
    yield from _doubts(runs)


class _Runs:
    """Makes a row of every run, and where the terminal is narrow, breaks names first, then leaves out columns."""

    def __init__(self, groups: Sequence[Sequence[ReportRow]]) -> None:
        self._groups = groups
        monitors = {side.best.monitor for group in groups for side in group if side.best}
        self._monitor = monitors.pop() if len(monitors) == 1 else ""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        shorter = (self._table(_EXPENDABLE[:count]) for count in range(len(_EXPENDABLE) + 1))
        for table in chain([self._table(whole=True)], shorter):
            if Measurement.get(console, options.update(width=_PLAIN_WIDTH), table).maximum <= options.max_width:
                break
        yield table

    def _table(self, without: Sequence[str] = (), *, whole: bool = False) -> Table:
        """Lay out the columns; a name that is longer than the paths below it goes into several lines, or is whole."""
        rows = [(group[0].name, [_row(side, self._monitor) for side in group]) for group in self._groups]
        columns = [name for name in _COLUMNS if name not in without]
        grid = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
        longest = max(len(row["run"]) for _, group in rows for row in group)
        for name in columns:
            title = f"best {self._monitor}" if name == "best" and self._monitor else name
            width = longest if name == "run" and not whole else None
            grid.add_column(Text(title), justify=_COLUMNS[name], overflow="fold", max_width=width)
        for name, group in rows:
            grid.add_row(Text(visible(name), style="bold"))
            for row in group:
                grid.add_row(*(row[name] for name in columns))
        return grid


def _row(side: ReportRow, monitor: str) -> dict[str, Text]:
    """Write the cells of a run, by column; the monitor that the header names is not named again."""
    return {
        "run": Text(f"  {visible(side.path)}:{side.run.line}"),
        "best": Text(f"{'' if monitor else side.best.monitor} {side.best_text}".strip() if side.best else "–"),
        "vs base": Text(side.difference_text),
        "last": Text(number(side.last)),
        "epochs": Text(epochs_text(side.run)),
        "params": Text(count(side.parameters)),
        "time": Text(duration(side.seconds)),
        "status": Text(side.run.status, style=_COLOURS[side.run.status]),
        "by epoch": Text(_curve(side), style="cyan"),
    }


def _curve(side: ReportRow) -> str:
    """Draw the judged metric by epoch in one line of bars; a value that is no number is a gap."""
    if side.best is None:
        return ""
    found = [look_up(epoch.logs, side.best.monitor) for epoch in side.run.epochs]
    values = [math.nan if value is None or math.isinf(value) else value for value in _thinned(found)]
    known = [value for value in values if not math.isnan(value)]
    low, span = min(known, default=0.0), max(known, default=0.0) - min(known, default=0.0)
    top = len(_BARS) - 1
    return "".join(
        " " if math.isnan(each) else _BARS[round((each - low) / span * top) if span else 0] for each in values
    )


def _thinned(values: Sequence[float | None]) -> list[float | None]:
    """Choose values at equal distances, the first and the last among them, where there are more than columns."""
    if len(values) <= _CURVE:
        return list(values)
    return [values[round(index * (len(values) - 1) / (_CURVE - 1))] for index in range(_CURVE)]


def _doubts(runs: Iterable[ReportRow]) -> Iterator[Text]:
    """Say what a log gives reason to doubt, and where."""
    lines = []
    for side in runs:
        if partial := side.run.partial:
            lines.append((side, partial.line, f"unfinished: it ends in epoch {partial.epoch}, which is not counted"))
        lines += [(side, warning.line, f"warning: {visible(warning.text)}") for warning in side.warnings]
    if lines:
        yield Text()
    for side, line, text in lines:
        yield Text(f"{visible(side.path)}:{line}: {text}", style="yellow")


def _many(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
