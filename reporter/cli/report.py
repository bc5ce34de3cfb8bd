"""`reporter report`: writes a report of logs, for people or for continuous integration."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reporter.cli.options import Source, reading_options
from reporter.cli.report_options import ReportOptions, report_options
from reporter.errors import UsageError

if TYPE_CHECKING:
    from reporter.documents.report import Document
    from reporter.facts.gate_verdicts import Verdict
    from reporter.model import Log


@click.command(short_help="Write a report of logs.")
@click.argument("sources", nargs=-1, required=True, type=Source(), metavar="[LOG]...", envvar="REPORTER_LOGS")
@report_options
@click.option(
    "-j", "--jobs", type=click.IntRange(1), default=1, show_default=True, help="Number of logs to read at once."
)
@reading_options
def report(sources: tuple[str, ...], jobs: int, strict: bool, verbose: bool, **options: Any) -> None:
    """Write a report of logs.

    LOG is a file, a folder, a quoted pattern or an address, as for reporter parse. If no LOG is given, the environment
    variable REPORTER_LOGS (separated by semicolons) or the key logs of [tool.reporter] in pyproject.toml names them.

    Runs with the same heading and the same settings (samples, epochs, batch size, parameters, data) belong to one
    experiment and are shown together. The first of them is the base that the others are compared with; runs that
    reporter did not train come before those that it did. Trials are left out unless --trials is given.

    \b
    Formats:
      md           Markdown, with figures as files beside it
      html         one self-contained page with interactive figures
      text         a table for the terminal
      github       Markdown for a comment or a step summary on GitHub
      json         the facts as data
      junit        JUnit XML
      codequality  Code Quality report of GitLab
      annotations  workflow commands of GitHub Actions
      badge        data for a badge of shields.io

    GATE is [RUN:][mean.|min.|worst.][best.|last.|score.]METRIC followed by >=, <=, > or < and a number; RUN is the name
    of a run or a pattern. mean., min. and worst. check the seeds of an experiment together; after mean., @p<0.05 at the
    end asks for a t test. NaN, a missing metric or an unreadable log fails the gate; a gate that matches no run is an
    error. The report is written even if a gate fails.

    \b
    Examples:
      reporter report logs -o results.md
      reporter report logs -o results.html
      reporter report logs --format github >> "$GITHUB_STEP_SUMMARY"
      reporter report logs --readme README.md
      reporter report logs --fail-under 'val_acc>=0.99' --format junit -o g.xml
    """
    make_report(sources, ReportOptions(**options), jobs=jobs, strict=strict, verbose=verbose)


def make_report(
    sources: Sequence[str], options: ReportOptions, *, jobs: int = 1, strict: bool = False, verbose: bool = False
) -> None:
    """Reads logs, then writes their report to a file, into a README, or to standard output.

    Args:
        sources: Files, folders, patterns or addresses.
        options: The options of the report.
        jobs: Number of logs to read at once.
        strict: Whether one unreadable log ends the program, with code 3, before anything is written.
        verbose: Whether to name each file that is skipped because it is no log.

    Raises:
        SystemExit: With code 1: a gate is missed. It was printed, and the report was written.
    """
    from reporter.cli.gating import exit_if_missed, judge_runs, parse_gates, refuse_unknown_monitor
    from reporter.cli.logs import leave_out_trials, read_logs

    check_report(options)
    gates = parse_gates(options.fail_under)
    logs, all_read = read_logs(
        sources, jobs=jobs, strict=strict, keep_lines=True, verbose=verbose, output=options.output
    )
    if not options.trials:
        logs = leave_out_trials(logs)
    refuse_unknown_monitor(options.monitor, logs)
    verdicts = judge_runs(gates, logs)
    if options.readme:
        _refresh_readme(options.readme, logs, options)
    if options.output or not options.readme:
        _write_report(logs, verdicts, options)
    exit_if_missed(verdicts, all_read=all_read)


def check_report(options: ReportOptions) -> None:
    """Raises an error if a report cannot be written, before any log is read or any training starts.

    Args:
        options: The options of the report.

    Raises:
        TemplateError: There is no such template.
        UsageError: The options contradict each other.
        OverwriteError: A file exists, or a block was edited by hand.
        MarkerError: A marker of the Markdown file is wrong, or there is none.
    """
    from reporter.documents.blocks import read_blocks
    from reporter.documents.files import refuse_to_replace
    from reporter.documents.render import find_template

    output, readme, format = options.output, options.readme, options.chosen_format
    if not _is_for_ci(options):
        find_template(options.template, format, options.templates)
    if readme and format != "md" and not output:
        raise UsageError(f"a README is Markdown, not {format}; leave out --format, or add -o FILE")
    if readme and output and output.resolve() == readme.resolve():
        raise UsageError("--output and --readme name the same file; choose another file for -o", output)
    if output:
        refuse_to_replace(output, force=options.force)
    if readme:
        read_blocks(readme, force=options.force)


def _is_for_ci(options: ReportOptions) -> bool:
    from reporter.documents.ci import FORMATS

    return options.chosen_format in FORMATS


def _refresh_readme(path: Path, logs: Sequence[Log], options: ReportOptions) -> None:
    from reporter.cli.blocks import make_blocks, write_blocks
    from reporter.documents.refresh import BlockLogs

    made = make_blocks(
        path, force=options.force, default=BlockLogs(logs, options.monitor, options.mode), trials=options.trials
    )
    if made:
        write_blocks(made)


def _write_report(logs: Sequence[Log], verdicts: Sequence[Verdict], options: ReportOptions) -> None:
    """Writes the report to the output file or to standard output."""
    from reporter.cli.console import write_result
    from reporter.documents.ci import FORMATS, JudgedLogs

    if _is_for_ci(options):
        judged = JudgedLogs(logs, verdicts, options.monitor, options.mode)
        write_result(FORMATS[options.chosen_format](judged), options.output, force=options.force)
    else:
        _write_document(_make_document(logs, options), options.output, force=options.force)


def _make_document(logs: Sequence[Log], options: ReportOptions) -> Document:
    from reporter.documents.report import document
    from reporter.documents.shorten import COMMENT_CHARACTERS, TextLimit

    output, format = options.output, options.chosen_format
    is_file = output is not None and (output.is_file() or not output.exists())
    is_limited = options.max_chars or format == "github"
    return document(
        logs,
        folder=output.parent if output and is_file else None,
        monitor=options.monitor,
        mode=options.mode,
        template=options.template,
        format=format,
        templates=options.templates,
        limit=TextLimit(options.max_chars or COMMENT_CHARACTERS) if is_limited else None,
        colour=output is None,
        title=options.title,
    )


def _write_document(made: Document, path: Path | None, *, force: bool) -> None:
    """Writes the figures of a document, then its text; checks first that no figure replaces a different file."""
    from reporter.cli.console import write_result
    from reporter.documents.files import refuse_to_replace

    figures = {path.parent / name: drawing for name, drawing in made.figures.items()} if path else {}
    for place, drawing in figures.items():
        refuse_to_replace(place, force=force, unless_equal_to=drawing)
    for place, drawing in figures.items():
        write_result(drawing, place, force=True)
    write_result(made.text, path, force=force)
