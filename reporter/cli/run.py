"""`reporter run`: runs a training, and captures what it prints in a log."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reporter.cli.console import is_quiet, show_error, show_note, verbosity_options
from reporter.cli.options import gate_option, monitor_options
from reporter.errors import OutputError, ReporterError, SourceError, UsageError

if TYPE_CHECKING:
    from reporter.cli.report_options import ReportOptions
    from reporter.model import Mode


@click.command(
    short_help="Run a training and capture its log.",
    context_settings={"allow_interspersed_args": False},
)
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, metavar="[--] COMMAND...")
@click.option("--name", metavar="NAME", help="Folder for the log, in DIR.  [default: the name of the script]")
@click.option(
    "--logs",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    default="logs",
    show_default=True,
    help="Folder for the logs.",
)
@click.option(
    "--log",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the log to FILE instead of DIR/NAME/DATE.log.",
)
@click.option(
    "--report",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Afterwards, write a report of the log to FILE; its ending decides the format.",
)
@click.option(
    "--readme",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Afterwards, refresh the marked blocks of this Markdown file.",
)
@click.option(
    "--check",
    "documents",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False),
    multiple=True,
    help="Afterwards, check the numbers in FILE against the log; see reporter check --help. Repeatable.",
)
@gate_option
@monitor_options
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@verbosity_options
def run(
    command: tuple[str, ...],
    name: str | None,
    folder: Path,
    log: Path | None,
    report: Path | None,
    readme: Path | None,
    documents: tuple[str, ...],
    fail_under: tuple[str, ...],
    monitor: str | None,
    mode: Mode | None,
    force: bool,
) -> None:
    """Run a training and capture what it prints.

    COMMAND is any program with its arguments. What it prints is shown unchanged and written to DIR/NAME/DATE.log, line
    by line: each finished line is in the log before it is shown. DATE.json beside it holds the command, the versions of
    Python and the packages, and the git commit; of the environment, it holds a fixed list of harmless variables.

    The exit code is that of COMMAND, or 128 + N if signal N ended it. If COMMAND succeeds, a missed gate or a number
    in a document that disagrees with the log gives 1. Ctrl-C is passed on; a second one kills. At the end, a summary
    is printed on standard error; -q leaves it out.

    \b
    Examples:
      reporter run -- python train.py --epochs 20
      reporter run --name wide --readme README.md -- ./train.sh
      reporter run --fail-under 'val_acc>=0.99' --check README.md -- ./train.sh
    """
    from reporter.cli.gating import parse_gates
    from reporter.cli.report_options import ReportOptions

    options = ReportOptions(
        output=report,
        readme=readme,
        monitor=monitor,
        mode=mode,
        fail_under=fail_under,
        trials=True,
        force=force,
    )
    parse_gates(fail_under)
    if report or readme:
        from reporter.cli.report import check_report

        check_report(options)  # before training for hours
    path, status = _capture(command, name, folder, log, force=force)
    if not is_quiet():
        _show_summary(path, monitor, mode)
    missed = _report(path, options)
    wrong = _check(documents, path)
    raise SystemExit(128 - status if status < 0 else status or missed or wrong)


def _capture(
    command: tuple[str, ...], name: str | None, folder: Path, log: Path | None, *, force: bool
) -> tuple[Path, int]:
    """Runs a command; gives the path of its log and its exit status."""
    if sys.platform == "win32":
        raise UsageError("reporter run needs a POSIX system; use reporter parse on a saved log")
    from reporter.capturing.child import run_command
    from reporter.capturing.logfile import LogFile
    from reporter.capturing.names import name_of, new_log
    from reporter.capturing.sidecar import Sidecar

    now = datetime.now()
    file = LogFile(log, force=force) if log else new_log(folder / (name or name_of(command)), now)
    sidecar = Sidecar(command, file.path, now)
    try:
        status = run_command(command, file, started=sidecar.start)
    except UsageError:
        file.discard()
        raise
    file.close()
    sidecar.finish(status)
    if file.error:
        show_error(OutputError(f"{file.error}; lines are missing, free some space", file.path))
    return file.path, status


def _show_summary(path: Path, monitor: str | None, mode: Mode | None) -> None:
    """Prints the runs of a log in one table, with their scores and the place of the log."""
    from reporter.documents.report import document
    from reporter.facts.display import number
    from reporter.reading.reader import read_log

    try:
        log = read_log(path)
        made = document([log], folder=None, monitor=monitor, mode=mode, template="report", format="text", title="")
    except ReporterError as error:
        show_note(f"reporter: {error}")
        return
    show_note("")
    for line in made.text.splitlines():
        show_note(line)
    for run in log.runs:
        for score in run.evaluations[-1:]:
            values = ", ".join(f"{name} {number(value)}" for name, value in score.logs.items())
            show_note(f"score: {values}")
    show_note(f"log: {path}")


def _report(path: Path, options: ReportOptions) -> int:
    """Writes the reports that were asked for and checks the gates; gives the exit code."""
    if not (options.output or options.readme or options.fail_under):
        return 0
    try:
        if options.output or options.readme:
            from reporter.cli.report import make_report

            make_report((str(path),), options)
        else:
            _check_gates(path, options)
    except SystemExit as end:
        return int(end.code or 0)
    except ReporterError as error:
        show_error(error)
        return error.exit_code
    return 0


def _check_gates(path: Path, options: ReportOptions) -> None:
    from reporter.cli.gating import exit_if_missed, judge_runs, parse_gates
    from reporter.cli.logs import read_logs

    logs, all_read = read_logs([str(path)])
    exit_if_missed(judge_runs(parse_gates(options.fail_under), logs), all_read=all_read)


def _check(documents: tuple[str, ...], path: Path) -> int:
    """Compares documents with a log, and prints the verdicts on standard error; gives the exit code."""
    if not documents:
        return 0
    from reporter.cli.check import check_files
    from reporter.documents.claims import text
    from reporter.reading.reader import read_log

    try:
        checked, failed = check_files(documents, [read_log(path)])
    except ReporterError as error:
        show_error(error)
        return error.exit_code
    click.echo(text(checked), nl=False, err=True)
    disagrees = any(each.count("disagrees") for each in checked)
    return 1 if disagrees else SourceError.exit_code if failed else 0
