"""Shows every epoch of every run in tables, for a terminal or in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from reporter.documents.escape import github_md as md
from reporter.documents.terminal import to_text
from reporter.facts.display import count, duration, number
from reporter.facts.summary import epochs_text, seconds
from reporter.model import Best, Epoch, Log, Mode, Run
from reporter.reading.screen import visible


def epoch_tables(
    logs: Iterable[Log], monitor: str | None = None, mode: Mode | None = None, *, colour: bool = True
) -> str:
    """Makes one table for each run, with one row for each epoch.

    Args:
        logs: The logs.
        monitor: The metric whose best epochs are marked; by default the first of `val_acc`, `val_loss`, `acc`, `loss`.
        mode: Whether the largest or the smallest value is best; by default the name of the metric decides.
        colour: Whether to use colours if standard output is a terminal and `NO_COLOR` is not set.

    Returns:
        The text.
    """
    return to_text(_parts(logs, monitor, mode), colour=colour)


def _parts(logs: Iterable[Log], monitor: str | None, mode: Mode | None) -> Iterator[RenderableType]:
    for log in logs:
        for run in log.runs:
            found = run.best(monitor, mode)
            yield Text(f"{visible(run.name)}  ", style="bold").append(
                f"{visible(log.path)}:{run.line}", style="not bold dim"
            )
            yield Text(_facts(run, found))
            yield _epochs(run, found)


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
    return f"## {md(run.name)}\n\n{md(log.path)}:{run.line}; {md(_facts(run, found))}\n\n{table}"


def _facts(run: Run, found: Best | None) -> str:
    """Summarises a run in one line."""
    facts = [f"{run.status}, {epochs_text(run)} epochs"]
    if run.parameters:
        facts.append(f"{count(run.parameters.total)} parameters")
    if found:
        facts.append(f"best {found.monitor} {number(found.value)} at epoch {', '.join(map(str, found.epochs))}")
    if run.evaluations:
        facts.append("score " + ", ".join(f"{name} {value}" for name, value in run.evaluations[-1].logs.items()))
    if (time := seconds(run)) is not None:
        facts.append(duration(time))
    return "; ".join(facts)


def _epochs(run: Run, found: Best | None) -> Table:
    """Makes the table of a run; the best epochs are bold and have a star."""
    grid = Table(box=None, header_style="dim", pad_edge=False)
    for name in _columns(run):
        grid.add_column(Text(name), justify="right", overflow="fold")
    for epoch in run.epochs:
        top = found is not None and epoch.epoch in found.epochs
        first, *rest = _cells(run, epoch)
        grid.add_row(f"{'*' if top else ' '}{first}", *rest, style="bold" if top else None)
    return grid


def _columns(run: Run) -> list[str]:
    return ["epoch", *run.metrics, "rate", "time"]


def _cells(run: Run, epoch: Epoch) -> list[str]:
    rate = "–" if epoch.learning_rate is None else repr(epoch.learning_rate)
    values = [number(epoch.logs.get(name)) for name in run.metrics]
    return [str(epoch.epoch), *values, rate, duration(epoch.seconds)]
