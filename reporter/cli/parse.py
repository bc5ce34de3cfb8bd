"""`reporter parse`: shows every epoch of every run as a table, JSON or CSV."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from reporter.model import Log
    from reporter.summary import Mode


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--format", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True, help="What to print."
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@click.option("--monitor", help="Metric a run is judged by.  [default: val_acc, else val_loss, acc, loss]")
@click.option("--mode", type=click.Choice(["min", "max"]), help="Which way of it is better.  [default: by its name]")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
def parse(
    files: tuple[str, ...], format: str, output: Path | None, monitor: str | None, mode: Mode | None, force: bool
) -> None:
    """Show every epoch of every run in FILE...

    FILE is a log as Keras printed it, a README that quotes one, a folder of logs, or - for standard input.

    \b
      reporter parse training.log
      reporter parse README.md --format json
      python train.py | reporter parse - --format csv -o history.csv
    """
    from reporter.cli.files import read_logs, write

    logs = read_logs(files)
    write(_text(logs, format, monitor, mode, colour=output is None), output, force=force)


def _text(logs: list[Log], format: str, monitor: str | None, mode: Mode | None, *, colour: bool) -> str:
    from reporter import export

    if format == "json":
        return export.to_json(logs, monitor, mode)
    if format == "csv":
        return export.to_csv(logs)
    from reporter.cli.table import table

    return table(logs, monitor, mode, colour=colour)
