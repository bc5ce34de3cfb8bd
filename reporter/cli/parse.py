"""`reporter parse`: shows every epoch of every run, as a table for people or as data for programs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from reporter.cli.console import verbosity_options
from reporter.cli.options import Source, gate_option, monitor_options, strict_option, width_option
from reporter.cli.output import Format, chosen_format, output_option
from reporter.cli.settings import config_option
from reporter.cli.trust import inside_option
from reporter.errors import ReporterError, UsageError

if TYPE_CHECKING:
    from reporter.model import Log, Mode

_ENDINGS = {
    ".txt": "table",
    ".json": "json",
    ".csv": "csv",
    ".parquet": "parquet",
    ".md": "markdown",
    ".markdown": "markdown",
}
"""The formats by the ending of the output file."""


@click.command(short_help="Show every epoch of every run in logs.")
@click.argument("files", nargs=-1, required=True, type=Source(), metavar="FILE...")
@click.option(
    "--format",
    type=Format(["table", "json", "csv", "parquet", "markdown"], {"md": "markdown", "text": "table"}),
    help="Output format.  [default: by the ending of FILE, else table]",
)
@click.option("--wide", is_flag=True, help="For csv and parquet: one row per epoch, one column per metric.")
@click.option("--csv-safe", is_flag=True, help="For csv: write ' before names that a spreadsheet takes for formulas.")
@output_option("Write the result to FILE.")
@monitor_options
@gate_option
@click.option("--trials", is_flag=True, help="Check trials against the gates, too; see reporter train --help.")
@config_option
@click.option(
    "-j", "--jobs", type=click.IntRange(1), default=1, show_default=True, help="Number of files to read at once."
)
@strict_option
@width_option
@click.option("--explain", is_flag=True, help="Show how each line was understood, instead of the epochs.")
@click.option("--force", is_flag=True, help="Replace the file of -o if it exists.")
@inside_option
@verbosity_options
def parse(
    files: tuple[str, ...],
    format: str | None,
    wide: bool,
    csv_safe: bool,
    output: Path | None,
    monitor: str | None,
    mode: Mode | None,
    fail_under: tuple[str, ...],
    trials: bool,
    jobs: int,
    strict: bool,
    width: int | None,
    explain: bool,
    force: bool,
) -> None:
    """Show every epoch of every run in FILE...

    \b
    FILE is one of:
      a file         a log as Keras printed it, a README or notebook that contains
                     one, a history in CSV or JSON, or an event file of
                     TensorBoard; .gz, .bz2, .xz and .zst are decompressed
      a folder       all logs in it, recognised by their content, except hidden
                     files
      a pattern      such as 'logs/**/*.log', quoted
      an address     https://, s3:// or gs://
      git:REF:PATH   a file, folder or pattern in a commit of git
      -              standard input

    A log that cannot be read is reported on standard error, and the others are shown. Files of a folder or a pattern
    that are no logs are skipped and counted; -v names them. A file that looks like a training log and cannot be read,
    and one that ends in .log, is an error. The history x.json that reporter train writes
    beside x.log is not read again. If nothing can be read, the exit code is 3.

    CSV and Parquet have one row per value: source, run, epoch, metric, value. With --wide they have one row per epoch,
    and a value that was not printed is empty. Numbers keep all their digits. Names are not changed, even if one looks
    like a formula to a spreadsheet, unless --csv-safe is given.

    \b
    Examples:
      reporter parse training.log
      reporter parse README.md --format json
      reporter parse 'runs/**/*.log.gz' --jobs 4 -o history.csv
      reporter parse logs --wide -o history.parquet
      python train.py | reporter parse - --explain
    """
    from reporter.cli.console import write_result
    from reporter.cli.gating import exit_if_missed, judge_runs, parse_gates, refuse_unknown_monitor
    from reporter.cli.logs import leave_out_trials, read_logs

    format = chosen_format(format, output, _ENDINGS, "table")
    _check_format(format, output, wide=wide)
    if csv_safe and format != "csv":
        raise UsageError(f"--csv-safe is for csv, not {format}; leave it out, or choose csv with --format")
    if explain:
        if click.get_current_context().get_parameter_source("fail_under") is ParameterSource.COMMANDLINE:
            raise UsageError("--explain checks no gates; leave out --fail-under")
        _explain(files, format, output, strict=strict, force=force)
        return
    gates = parse_gates(fail_under)
    logs, all_read = read_logs(files, jobs=jobs, strict=strict, output=output)
    refuse_unknown_monitor(monitor, logs)
    verdicts = judge_runs(gates, logs if trials or not gates else leave_out_trials(logs))
    result = _export(logs, format, monitor, mode, wide=wide, csv_safe=csv_safe, colour=output is None, width=width)
    write_result(result, output, force=force)
    exit_if_missed(verdicts, all_read=all_read)


def _check_format(format: str, output: Path | None, *, wide: bool) -> None:
    """Raises an error if the output format cannot be used, before any log is read."""
    if wide and format not in ("csv", "parquet"):
        raise UsageError(f"--wide is for csv and parquet, not {format}; leave it out, or choose one with --format")
    if format == "parquet" and find_spec("pyarrow") is None:
        raise UsageError(
            "Parquet needs the package pyarrow; install it, or reinstall reporter with its extra 'parquet', "
            "for example in a checkout: pip install '.[parquet]'"
        )
    if format == "parquet" and output is None and sys.stdout.isatty():
        raise UsageError("Parquet is binary and cannot be shown on a terminal; write it to a file with -o")


def _explain(sources: tuple[str, ...], format: str, output: Path | None, *, strict: bool, force: bool) -> None:
    """Shows how each line of each file was understood, also in files that contain no run."""
    from reporter.cli.console import show_error, write_result
    from reporter.cli.logs import show_skipped
    from reporter.reading.candidates import Candidate, Skipped, reason_to_skip
    from reporter.reading.many import files

    if format != "table":
        raise UsageError(
            f"--explain prints text, not {format}; leave out --format, or write to a file that ends in .txt"
        )
    lines: list[str] = []
    errors: list[ReporterError] = []
    skipped: list[Skipped] = []
    found = [file for source in sources for file in files(source)]
    for file in found:
        if isinstance(file, Candidate) and not file.matched and (reason := reason_to_skip(file.path)):
            skipped.append(Skipped(file.path, reason))
            continue
        try:
            if isinstance(file, ReporterError):
                raise file
            path = file.path if isinstance(file, Candidate) else file
            lines += [path] if len(found) > 1 else []
            lines.extend(_explain_file(path))
        except ReporterError as caught:
            errors.append(caught)
    write_result("".join(line + "\n" for line in lines), output, force=force)
    for error in errors:
        show_error(error)
    show_skipped(skipped)
    if len(errors) + len(skipped) == len(found) or (strict and errors):
        raise SystemExit(3)


def _explain_file(file: str) -> Iterator[str]:
    """Yields the explanation of a file; raises the error of reading it after the lines that were read."""
    from reporter.documents.explain import Explanation
    from reporter.reading.reader import read_log

    explanation, log, error = Explanation(), None, None
    try:
        log = read_log(file, observer=explanation)
    except ReporterError as caught:
        error = caught
    yield from explanation.finish(log)
    if error:
        raise error


def _export(
    logs: list[Log],
    format: str,
    monitor: str | None,
    mode: Mode | None,
    *,
    wide: bool,
    csv_safe: bool,
    colour: bool,
    width: int | None,
) -> str | bytes:
    if format in ("table", "markdown"):
        from reporter.documents.table import epoch_tables, markdown_epoch_tables

        if format == "markdown":
            return markdown_epoch_tables(logs, monitor, mode)
        return epoch_tables(logs, monitor, mode, colour=colour, width=width)
    from reporter.documents import export

    if format == "json":
        return export.to_json(logs, monitor, mode)
    return export.to_csv(logs, wide=wide, safe=csv_safe) if format == "csv" else export.to_parquet(logs, wide=wide)
