"""`reporter watch`: follows growing logs, and shows their runs in the terminal."""

from __future__ import annotations

import os
import re
import sys
import time
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from reporter.cli.console import verbosity_options
from reporter.cli.options import Source, monitor_options
from reporter.errors import UsageError

if TYPE_CHECKING:
    from reporter.following.logs import Logs
    from reporter.following.notices import Happening, Notices
    from reporter.following.notify import Notifier
    from reporter.model import Mode

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}
_WIDTH, _HEIGHT = 100, 30
"""Columns and lines of `--once` without a terminal."""


class _Duration(click.ParamType[float]):
    """A time such as `90`, `30s`, `10m` or `2h`, in seconds."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Turns a time into seconds."""
        found = re.fullmatch(r"(\d{1,9}(?:\.\d{1,9})?)\s*([smh]?)", str(value))
        if not found or not float(found[1]):
            self.fail(f"{value!r} is no time; write 30s, 10m or 2h", param, ctx)
        return float(found[1]) * _UNITS[found[2]]


@click.command(short_help="Watch trainings while they run.")
@click.argument("sources", nargs=-1, type=Source(), metavar="[LOG]...", envvar="REPORTER_LOGS")
@click.option("--once", is_flag=True, help="Print one frame and exit; this needs no terminal.")
@click.option(
    "--interval",
    metavar="TIME",
    type=_Duration(),
    default="1s",
    show_default=True,
    help="Time between two looks at the logs.",
)
@click.option(
    "--stalled",
    metavar="TIME",
    type=_Duration(),
    default="10m",
    show_default=True,
    help="Time without a new line after which a run that has not ended is stalled.",
)
@click.option(
    "--notify",
    metavar="COMMAND",
    help="Run COMMAND, without a shell, at each end, failure, new best and stall; REPORTER_EVENT says which.",
)
@monitor_options
@verbosity_options
def watch(
    sources: tuple[str, ...],
    once: bool,
    interval: float,
    stalled: float,
    notify: str | None,
    monitor: str | None,
    mode: Mode | None,
) -> None:
    """Watch trainings while they run: progress, time left, best epoch, curves, messages and warnings.

    LOG is a file, which need not exist yet; a folder, in which new logs may appear; a quoted pattern; or HOST:PATH, a
    file of another machine, which is read through ssh.  [default: the folder logs]

    On a terminal, m chooses the metric, s the scale, the arrow keys a run, Enter shows it alone, h lists all keys and
    q quits. Without a terminal, a line is printed as each epoch ends.

    \b
    COMMAND of --notify finds the facts in environment variables:
      REPORTER_EVENT (end, failure, best or stall), REPORTER_TEXT, REPORTER_LOG,
      REPORTER_RUN, REPORTER_STATUS, REPORTER_EPOCH, REPORTER_EPOCHS,
      REPORTER_METRIC, REPORTER_BEST, REPORTER_BEST_EPOCH

    \b
    Examples:
      reporter watch
      reporter watch logs/wide train.log
      reporter watch gpu1:project/train.log --notify ./tell-me --stalled 5m
    """
    if sys.platform == "win32":
        raise UsageError("reporter watch needs a POSIX system; use reporter parse")
    from reporter.following.logs import Logs
    from reporter.following.notices import Notices
    from reporter.following.notify import Notifier

    notifier = Notifier(notify) if notify else None
    logs = Logs(sources or ("logs",), stalled)
    try:
        if once:
            _print_frame(logs, monitor, mode)
        elif sys.stdout.isatty():
            _show(logs, Notices(monitor, mode), notifier, interval, monitor, mode)
        else:
            _print_lines(logs, Notices(monitor, mode), notifier, interval)
    finally:
        logs.close()


def _print_frame(logs: Logs, monitor: str | None, mode: Mode | None) -> None:
    """Prints one frame; its height is that of its content."""
    from reporter.following.curves import require_plotext
    from reporter.following.frame import Frame
    from reporter.following.show import is_colourful, lines_of
    from reporter.following.view import View

    require_plotext()
    on_terminal = sys.stdout.isatty()
    colours = is_colourful(os.environ, on_terminal=on_terminal)
    size = os.get_terminal_size() if on_terminal else None
    width = size.columns if size else int(os.environ.get("COLUMNS", "") or _WIDTH)
    logs.catch_up()
    frame = Frame(logs.runs(time.time()), View(), monitor=monitor, mode=mode, colours=colours)
    for line in lines_of(frame, width, (size.lines - 1) if size else _HEIGHT, colours=colours):
        click.echo(line.rstrip(), color=True)


def _print_lines(logs: Logs, notices: Notices, notifier: Notifier | None, interval: float) -> None:
    """Prints what happens, a line each, until the program is ended."""
    from reporter.facts.summary import epochs_with_unit
    from reporter.following.rows import labels
    from reporter.reading.screen import visible

    logs.catch_up()
    runs = logs.runs(time.time())
    notices.update(runs)
    for each in runs:
        if each.run:
            click.echo(f"{labels(runs)[each.key]}: {each.phase}, {epochs_with_unit(each.run)}")
    while True:
        time.sleep(interval)
        logs.poll()
        runs = logs.runs(time.time())
        happened = notices.update(runs)
        names = labels(runs) if happened else {}
        for happening in happened:
            click.echo(f"{names[happening.run.key]}: {visible(happening.text)}")
        if trouble := _notify(notifier, happened):
            click.echo(f"reporter: {trouble}", err=True)


def _notify(notifier: Notifier | None, happened: Sequence[Happening]) -> str:
    """Runs the command of `--notify`; gives what went wrong with it."""
    if not notifier:
        return ""
    for each in happened:
        notifier.add(each)
    return notifier.poll()


def _show(
    logs: Logs,
    notices: Notices,
    notifier: Notifier | None,
    interval: float,
    monitor: str | None,
    mode: Mode | None,
) -> None:
    """Shows frames on the terminal until the user quits."""
    from reporter.following.curves import require_plotext
    from reporter.following.frame import Frame
    from reporter.following.show import is_colourful, lines_of
    from reporter.following.terminal import Terminal
    from reporter.following.view import View, names_of, press

    require_plotext()
    colours = is_colourful(os.environ, on_terminal=True)
    view, notes = View(), deque[str](maxlen=2)
    logs.catch_up()
    notices.update(logs.runs(time.time()))
    with Terminal() as terminal:
        while True:
            logs.poll()
            runs = logs.runs(time.time())
            if trouble := _notify(notifier, notices.update(runs)):
                notes.append(trouble)
            end = time.monotonic() + interval
            while (left := end - time.monotonic()) > 0:
                frame = Frame(runs, view, monitor=monitor, mode=mode, notes=notes, colours=colours)
                size = terminal.size
                terminal.show(lines_of(frame, *size, colours=colours), size)
                for key in names_of(terminal.wait(left)):
                    if key == "quit":
                        return
                    view = press(view, key, frame.keys, frame.metrics, frame.metric)
