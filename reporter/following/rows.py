"""Lays out the table of followed runs."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from rich.table import Table
from rich.text import Text

from reporter.facts.display import duration, number
from reporter.following.follow import Following
from reporter.following.judge import judge
from reporter.following.view import Key
from reporter.model import Mode, Run, look_up, monitored
from reporter.reading.screen import visible

_BAR_FROM, _LAST_FROM = 90, 100
"""Columns of a terminal from which the bar, and the last values of all metrics, have room."""

_BAR = 12
_STYLES = {"stalled": "yellow", "interrupted": "yellow", "failed": "red", "completed": "green", "stopped": "green"}


def labels(runs: Sequence[Following]) -> dict[Key, str]:
    """Names runs by their paths below the folder that all logs share, without ending, and by their headings.

    Args:
        runs: The runs.

    Returns:
        For each run a text without control characters.
    """
    folders = {os.path.dirname(each.path) for each in runs}
    shared = os.path.commonpath(folders) if len({os.path.isabs(each) for each in folders}) == 1 else ""
    found = {}
    for each in runs:
        path = PurePath(os.path.relpath(each.path, shared or ".") if shared else each.path).with_suffix("")
        name = each.run.name if each.run else path.name
        found[each.key] = visible(str(path) if name == path.name else f"{path}: {name}")
    return found


def table(
    runs: Sequence[Following],
    marks: Mapping[Key, Text],
    selected: Key | None,
    *,
    width: int,
    monitor: str | None,
    mode: Mode | None,
    names: Mapping[Key, str],
) -> Table:
    """Lays out the table, a line for each run.

    Args:
        runs: The runs that have room.
        marks: The marks of the curves that are drawn.
        selected: The run that is marked.
        width: Columns of the terminal; with fewer of them, columns of the table are left out.
        monitor: The metric that decides which epoch is best; by default that of each run.
        mode: Whether a smaller or a larger value is better.
        names: How each run is called.
    """
    made = Table(box=None, padding=(0, 1, 0, 0), expand=True, header_style="dim", show_edge=False)
    made.add_column("", width=3, no_wrap=True)
    made.add_column("run", ratio=3, no_wrap=True, overflow="ellipsis")
    made.add_column("epoch", justify="right", no_wrap=True)
    made.add_column("", justify="right", no_wrap=True)
    if width >= _BAR_FROM:
        made.add_column("", width=_BAR, no_wrap=True)
    made.add_column("left", justify="right", no_wrap=True, min_width=10)
    made.add_column("best" if width < _BAR_FROM else "best (epoch)", no_wrap=True)
    made.add_column("last", ratio=4 if width >= _LAST_FROM else None, no_wrap=True, overflow="ellipsis")
    for each in runs:
        pointer = "›" if each.key == selected else " "
        cells = [
            Text(pointer) + marks.get(each.key, Text(" ")),
            Text(names[each.key], style="bold" if each.key == selected else ""),
            Text(_epoch(each)),
            Text(_part(each)),
            *([_bar(each)] if width >= _BAR_FROM else []),
            _left(each),
            Text(_best(each.run, monitor, mode)),
            Text(_last(each.run, monitor, whole=width >= _LAST_FROM)),
        ]
        made.add_row(*cells)
    return made


def _epoch(each: Following) -> str:
    """Writes the epoch that runs, or the last one: `7/20`."""
    if not each.run:
        return "–"
    of = f"/{each.run.epochs_declared}" if each.run.epochs_declared else ""
    return f"{math.ceil(each.position)}{of}"


def _part(each: Following) -> str:
    """Writes the part of the epoch that is done, if one runs."""
    return f"{each.position % 1:.0%}" if each.phase in ("running", "stalled") and each.position % 1 else ""


def _bar(each: Following) -> Text:
    """Draws how much of the run is done."""
    total = each.run.epochs_declared if each.run else None
    if not total:
        return Text("")
    done = round(_BAR * min(1.0, each.position / total))
    return Text("━" * done, style="cyan" if each.phase == "running" else _STYLES.get(each.phase, "")) + Text(
        "─" * (_BAR - done), style="dim"
    )


def _left(each: Following) -> Text:
    """Writes the time left of a run that goes on, otherwise how it ended."""
    if each.trouble:
        return Text(visible(each.trouble), style="yellow")
    if each.phase == "running":
        return Text(duration(each.left) if each.left is not None else "running")
    return Text(each.phase, style=_STYLES.get(each.phase, "dim"))


def _best(run: Run | None, monitor: str | None, mode: Mode | None) -> str:
    best = judge(run, monitor, mode).best if run else None
    return f"{number(best.value)} ({best.epochs[0]})" if best else "–"


def _last(run: Run | None, monitor: str | None, *, whole: bool) -> str:
    """Writes the values of the last finished epoch: of all metrics, that of the curves first, or only of that one."""
    if not run or not run.epochs:
        return "–"
    logs = run.epochs[-1].logs
    metric = monitored(logs, monitor)
    if whole:
        ordered = sorted(logs.items(), key=lambda each: each[0] != metric)
        return "  ".join(f"{visible(name)} {number(value)}" for name, value in ordered)
    return number(look_up(logs, metric)) if metric else "–"
