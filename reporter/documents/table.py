"""Shows every epoch of every run in tables, for a terminal or in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from reporter.documents.escape import github_md as md
from reporter.documents.terminal import to_text
from reporter.facts.display import count, duration, number
from reporter.facts.summary import epochs_with_unit, seconds
from reporter.model import Best, Epoch, Log, Mode, Run
from reporter.reading.screen import visible

_LEAST = 12
"""Names of metrics are broken into lines of this many characters; if that is too wide, columns are left out."""


def epoch_tables(
    logs: Iterable[Log],
    monitor: str | None = None,
    mode: Mode | None = None,
    *,
    colour: bool = True,
    width: int | None = None,
) -> str:
    """Makes one table for each run, with one row for each epoch.

    Args:
        logs: The logs.
        monitor: The metric whose best epochs are marked; by default the first of `val_acc`, `val_loss`, `acc`, `loss`.
        mode: Whether the largest or the smallest value is best; by default the name of the metric decides.
        colour: Whether to use colours if standard output is a terminal and `NO_COLOR` is not set.
        width: The maximum width in characters; by default that of the terminal, or no limit if there is none.

    Returns:
        The text. If it is narrow, long names of metrics are broken first, then columns are left out, which a line below
        the table says; never is a number broken.
    """
    return to_text(_parts(logs, monitor, mode), colour=colour, width=width)


def _parts(logs: Iterable[Log], monitor: str | None, mode: Mode | None) -> Iterator[RenderableType]:
    for log in logs:
        for run in log.runs:
            found = run.best(monitor, mode)
            yield Text(f"{visible(run.name)}  ", style="bold").append(
                visible(log.address(run.line)), style="not bold dim"
            )
            yield Text(_facts(run, found))
            yield _EpochsTable(run, found)


def markdown_epoch_tables(logs: Iterable[Log], monitor: str | None = None, mode: Mode | None = None) -> str:
    """Makes one Markdown table for each run, with one row for each epoch.

    Args:
        logs: The logs.
        monitor: The metric whose best epochs are bold; by default the first of `val_acc`, `val_loss`, `acc`, `loss`.
        mode: Whether the largest or the smallest value is best; by default the name of the metric decides.

    Returns:
        For each run a heading, a line of facts and a table.
    """
    return "\n".join(_section(log, run, run.best(monitor, mode)) for log in logs for run in log.runs)


def _section(log: Log, run: Run, found: Best | None) -> str:
    names: list[str] = [md(name) for name in _columns(run)]
    rows = [names, ["--:"] * len(names)]
    for epoch in run.epochs:
        bold = "**" if found and epoch.epoch in found.epochs else ""
        rows.append([f"{bold}{cell}{bold}" for cell in _cells(run, epoch)])
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    return f"## {md(run.name)}\n\n{md(log.address(run.line))}; {md(_facts(run, found))}\n\n{table}"


def _facts(run: Run, found: Best | None) -> str:
    """Summarises a run in one line."""
    facts = [f"{run.status}, {epochs_with_unit(run)}"]
    if run.parameters:
        facts.append(f"{count(run.parameters.total)} parameters")
    if found:
        facts.append(f"best {found.monitor} {number(found.value)} at epoch {', '.join(map(str, found.epochs))}")
    if run.evaluations:
        facts.append("score " + ", ".join(f"{name} {value}" for name, value in run.evaluations[-1].logs.items()))
    if (time := seconds(run)) is not None:
        facts.append(duration(time))
    return "; ".join(facts)


class _EpochsTable:
    """Draws the table of a run; the best epochs are bold and have a star."""

    def __init__(self, run: Run, found: Best | None) -> None:
        self._names = _columns(run)
        self._kept = {0} | ({self._names.index(found.monitor)} if found else set())
        self._rows = [_cells(run, epoch) for epoch in run.epochs]
        self._tops = [found is not None and epoch.epoch in found.epochs for epoch in run.epochs]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        widths = [max([len(row[index]) for row in self._rows], default=1) for index in range(len(self._names))]
        widths[0] += 1  # for the star
        titles = [max(width, len(name)) for width, name in zip(widths, self._names, strict=True)]
        if _total(titles) > options.max_width:
            titles = [max(width, min(len(name), _LEAST)) for width, name in zip(widths, self._names, strict=True)]
        shown = list(range(len(titles)))
        for index in reversed(range(len(titles))):
            if index not in self._kept and _total(titles[each] for each in shown) > options.max_width:
                shown.remove(index)
        yield self._table(shown, titles)
        if hidden := [visible(name) for index, name in enumerate(self._names) if index not in shown]:
            columns = "1 column does" if len(hidden) == 1 else f"{len(hidden)} columns do"
            yield Text(f"{columns} not fit: {', '.join(hidden)}", style="dim")

    def _table(self, shown: Sequence[int], widths: Sequence[int]) -> Table:
        grid = Table(box=None, header_style="dim", pad_edge=False)
        for index in shown:
            grid.add_column(Text(self._names[index]), justify="right", overflow="fold", width=widths[index])
        for (first, *rest), top in zip(self._rows, self._tops, strict=True):
            cells = [f"{'*' if top else ' '}{first}", *rest]
            grid.add_row(*(cells[index] for index in shown), style="bold" if top else None)
        return grid


def _total(widths: Iterable[int]) -> int:
    """Returns the width of a table whose columns have these widths and two blanks between them."""
    each = list(widths)
    return sum(each) + 2 * (len(each) - 1)


def _columns(run: Run) -> list[str]:
    """Lists the columns of a run; the learning rate is left out if the log has none."""
    rate = ["rate"] if any(epoch.learning_rate is not None for epoch in run.epochs) else []
    return ["epoch", *run.metrics, *rate, "time"]


def _cells(run: Run, epoch: Epoch) -> list[str]:
    has_rate = len(_columns(run)) > len(run.metrics) + 2
    rate = ["–" if epoch.learning_rate is None else repr(epoch.learning_rate)] if has_rate else []
    return [str(epoch.epoch), *(number(epoch.logs.get(name)) for name in run.metrics), *rate, duration(epoch.seconds)]
