"""`reporter parse`: shows every epoch of every run as a table, JSON or CSV."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from reporter.cli.options import Source, gating, judging
from reporter.cli.settings import configured
from reporter.errors import ReporterError, UsageError

if TYPE_CHECKING:
    from reporter.model import Log
    from reporter.summary import Mode


@click.command()
@click.argument("files", nargs=-1, required=True, type=Source(), metavar="FILE...")
@click.option(
    "--format", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True, help="What to print."
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@judging
@gating
@configured
@click.option("-j", "--jobs", type=click.IntRange(1), default=1, show_default=True, help="Files to read at a time.")
@click.option("--strict", is_flag=True, help="Print nothing, and exit 3, unless every file is a log that can be read.")
@click.option("--explain", is_flag=True, help="Show each line, and what was understood of it, instead.")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
def parse(
    files: tuple[str, ...],
    format: str,
    output: Path | None,
    monitor: str | None,
    mode: Mode | None,
    fail_under: tuple[str, ...],
    jobs: int,
    strict: bool,
    explain: bool,
    force: bool,
) -> None:
    """Show every epoch of every run in FILE...

    FILE is a log as Keras printed it, a README that quotes one, a notebook, a history in CSV or JSON, an event file of
    TensorBoard, all of them compressed or not; a folder of logs; a quoted pattern like 'logs/**/*.log'; the https, s3
    or gs address of a log; git:REF:PATH for one of these as git keeps it; or - for standard input.

    A folder stands for all .log, .txt, .md, .ipynb, .csv and event files below it, compressed or not, that are not
    hidden; a pattern for all files that it matches. What cannot be read is named on standard error, and the rest is
    shown; a file that was not named itself, does not end in .log and holds no run is passed over. The exit code is 3
    if nothing could be read.

    \b
      reporter parse training.log
      reporter parse README.md --format json
      reporter parse 'runs/**/*.log.gz' --jobs 4 --format csv -o history.csv
      python train.py | reporter parse - --explain
    """
    from reporter.cli.files import read_told, write
    from reporter.cli.gating import gates, settle, verdicts

    if explain:
        if click.get_current_context().get_parameter_source("fail_under") is ParameterSource.COMMANDLINE:
            raise UsageError("--explain judges no run; leave out --fail-under")
        _explain(files, format, output, strict=strict, force=force)
        return
    asked = gates(fail_under)
    logs, whole = read_told(files, jobs=jobs, strict=strict)
    found = verdicts(asked, logs)
    write(_text(logs, format, monitor, mode, colour=output is None), output, force=force)
    settle(found, whole=whole)


def _explain(sources: tuple[str, ...], format: str, output: Path | None, *, strict: bool, force: bool) -> None:
    """Show what was understood of each file, also of those that hold no run: that is what one wants to know."""
    from reporter.cli.files import files, say, write
    from reporter.explain import explain

    if format != "table":
        raise UsageError(f"--explain prints text, not {format}; leave out --format")
    shown: list[str] = []
    errors: list[ReporterError] = []
    every = [file for source in sources for file in files(source)]
    for file in every:
        try:
            if isinstance(file, ReporterError):
                raise file
            shown += [file] if len(every) > 1 else []
            shown.extend(explain(file))
        except ReporterError as caught:
            errors.append(caught)
    write("".join(line + "\n" for line in shown), output, force=force)
    for error in errors:
        say(error)
    if len(errors) == len(every) or (strict and errors):
        raise SystemExit(3)


def _text(logs: list[Log], format: str, monitor: str | None, mode: Mode | None, *, colour: bool) -> str:
    from reporter import export

    if format == "json":
        return export.to_json(logs, monitor, mode)
    if format == "csv":
        return export.to_csv(logs)
    from reporter.cli.table import table

    return table(logs, monitor, mode, colour=colour)
