"""`reporter parse`: shows every epoch of every run, as a table for people or as data for programs."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from reporter.cli.options import Source, gating, judging
from reporter.cli.settings import configured
from reporter.errors import ReporterError, UsageError

if TYPE_CHECKING:
    from reporter.model import Log, Mode


@click.command()
@click.argument("files", nargs=-1, required=True, type=Source(), metavar="FILE...")
@click.option(
    "--format",
    type=click.Choice(["table", "json", "csv", "parquet", "markdown"]),
    default="table",
    show_default=True,
    help="What to print.",
)
@click.option("--wide", is_flag=True, help="In csv and parquet, print an epoch a row, with a column a metric.")
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
    wide: bool,
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
    hidden; a pattern for all files that it matches, less the history x.json that `reporter train` kept beside x.log.
    What cannot be read is named on standard error, and the rest is shown; a file that was not named itself, does not
    end in .log and holds no run is passed over. The exit code is 3 if nothing could be read.

    In csv and parquet a row is one value: source, run, epoch, metric, value; what was not printed has no row. With
    --wide a row is an epoch, what was not printed is empty, and a metric named source, run or epoch is an error.
    Numbers read back exactly, and names are as the log has them, also where a spreadsheet would take one for a formula.

    \b
      reporter parse training.log
      reporter parse README.md --format json
      reporter parse 'runs/**/*.log.gz' --jobs 4 --format csv -o history.csv
      reporter parse logs --format parquet --wide -o history.parquet
      python train.py | reporter parse - --explain
    """
    from reporter.cli.files import read_logs, write
    from reporter.cli.gating import gates, refuse_unknown, settle, verdicts

    _check(format, output, wide=wide)
    if explain:
        if click.get_current_context().get_parameter_source("fail_under") is ParameterSource.COMMANDLINE:
            raise UsageError("--explain judges no run; leave out --fail-under")
        _explain(files, format, output, strict=strict, force=force)
        return
    asked = gates(fail_under)
    logs, whole = read_logs(files, jobs=jobs, strict=strict)
    refuse_unknown(monitor, logs)
    found = verdicts(asked, logs)
    write(_result(logs, format, monitor, mode, wide=wide, colour=output is None), output, force=force)
    settle(found, whole=whole)


def _check(format: str, output: Path | None, *, wide: bool) -> None:
    """Stop before anything is read for a result that could not be given."""
    if wide and format not in ("csv", "parquet"):
        raise UsageError(f"--wide is for csv and parquet, not {format}; leave it out, or choose one by --format")
    if format == "parquet" and find_spec("pyarrow") is None:
        raise UsageError("Parquet needs pyarrow; install it with: pip install 'keras-reporter[parquet]'")
    if format == "parquet" and output is None and sys.stdout.isatty():
        raise UsageError("Parquet is no text for a terminal; write it to a file with -o")


def _explain(sources: tuple[str, ...], format: str, output: Path | None, *, strict: bool, force: bool) -> None:
    """Show what was understood of each file, also of those that hold no run: that is what one wants to know."""
    from reporter.cli.files import say, write
    from reporter.documents.explain import explain
    from reporter.reading.many import files

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


def _result(
    logs: list[Log], format: str, monitor: str | None, mode: Mode | None, *, wide: bool, colour: bool
) -> str | bytes:
    if format in ("table", "markdown"):
        from reporter.documents.table import markdown, table

        return markdown(logs, monitor, mode) if format == "markdown" else table(logs, monitor, mode, colour=colour)
    from reporter.documents import export

    if format == "json":
        return export.to_json(logs, monitor, mode)
    return export.to_csv(logs, wide=wide) if format == "csv" else export.to_parquet(logs, wide=wide)
