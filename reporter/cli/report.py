"""`reporter report`: writes a report of logs, for people or for continuous integration."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from reporter.cli.options import Source, strict_option
from reporter.cli.report_options import ReportOptions, formats_of, report_options
from reporter.cli.trust import configured
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
@strict_option
def report(sources: tuple[str, ...], jobs: int, strict: bool, **options: Any) -> None:
    """Write a report of logs.

    LOG is a file, a folder, a quoted pattern or an address, as for reporter parse. If no LOG is given, the environment
    variable REPORTER_LOGS (separated by semicolons) or the key logs of [tool.reporter] in pyproject.toml names them.

    Runs with the same heading and the same settings (samples, epochs, batch size, parameters, data) belong to one
    experiment and are shown together. The first of them is the base that the others are compared with; runs that
    reporter did not train come before those that it did. If the base is such an original, the report says whether the
    others reproduce it (see reporter reproduce). Trials are left out unless --trials is given.

    \b
    Formats:
      md           Markdown, with figures as files beside it
      html         one self-contained page with interactive figures
      text         a table for the terminal
      latex        a table for LaTeX, which needs the package booktabs
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
    make_report(sources, ReportOptions(**options), jobs=jobs, strict=strict)


def make_report(sources: Sequence[str], options: ReportOptions, *, jobs: int = 1, strict: bool = False) -> None:
    """Reads logs, then writes their report to a file, into a README, or to standard output.

    Args:
        sources: Files, folders, patterns or addresses.
        options: The options of the report.
        jobs: Number of logs to read at once.
        strict: Whether one unreadable log ends the program, with code 3, before anything is written.

    Raises:
        SystemExit: With code 1: a gate is missed. It was printed, and the report was written.
    """
    from reporter.cli.gating import exit_if_missed, judge_runs, parse_gates, refuse_unknown_monitor
    from reporter.cli.logs import leave_out_trials, read_logs

    check_report(options)
    gates = parse_gates(options.fail_under)
    with configured("sources"):
        logs, all_read = read_logs(sources, jobs=jobs, strict=strict, keep_lines=True, output=options.output)
    if not options.trials:
        logs = leave_out_trials(logs)
    refuse_unknown_monitor(options.monitor, logs)
    verdicts = judge_runs(gates, logs)
    if options.readme:
        _refresh_readme(options.readme, logs, options)
    if options.output or not options.readme or _is_given("output"):
        _write_report(logs, verdicts, options)
    exit_if_missed(verdicts, all_read=all_read)


def _is_given(option: str) -> bool:
    """Tells whether an option is on the command line: `-o -` asks for standard output, although its value is None."""
    return click.get_current_context().get_parameter_source(option) is ParameterSource.COMMANDLINE


def check_report(options: ReportOptions) -> None:
    """Raises an error if a report cannot be written, before any log is read or any training starts.

    Args:
        options: The options of the report.

    Raises:
        TemplateError: There is no such template.
        UsageError: The options contradict each other.
        OverwriteError: A file exists.
        EditedError: A block was edited by hand.
        MarkerError: A marker of the Markdown file is wrong, or there is none.
    """
    from reporter.documents.blocks import read_blocks
    from reporter.documents.columns import parse_columns
    from reporter.documents.files import refuse_to_replace
    from reporter.documents.render import find_template
    from reporter.facts.deltas import parse_margins
    from reporter.sources.bounds import refuse_outside

    parse_columns(options.columns or "")
    parse_margins(options.margin)
    output, readme, format = options.output, options.readme, options.chosen_format
    with configured("templates"):
        if options.templates:
            refuse_outside(options.templates)
    if not _is_for_ci(options):
        _refuse_unknown_format(options)
        find_template(options.template, format, options.templates)
    if readme and format != "md" and not output:
        raise UsageError(f"a README is Markdown, not {format}; leave out --format, or add -o FILE")
    if readme and output and output.resolve() == readme.resolve():
        raise UsageError("--output and --readme name the same file; choose another file for -o", output)
    if output:
        refuse_to_replace(output, force=options.force)
    if readme:
        read_blocks(readme, force=options.force)


def _refuse_unknown_format(options: ReportOptions) -> None:
    """Raises an error if `--format` is misspelt; a template that does not exist has no formats, and another error."""
    from difflib import get_close_matches

    known = formats_of(options.template, options.templates)
    if options.format in known or not set(known) - set(formats_of("", None)):
        return
    for close in get_close_matches(options.format or "", known, 1):
        raise UsageError(f"no format {options.format!r}; did you mean {close!r}?")


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
    from reporter.cli.console import write_document, write_result
    from reporter.cli.stages import show_stages
    from reporter.documents.ci import FORMATS, JudgedLogs

    if _is_for_ci(options):
        judged = JudgedLogs(logs, verdicts, options.monitor, options.mode)
        write_result(FORMATS[options.chosen_format](judged), options.output, force=options.force)
        return
    with show_stages():
        write_document(_make_document(logs, options), options.output, force=options.force)


def _make_document(logs: Sequence[Log], options: ReportOptions) -> Document:
    from reporter.documents.columns import parse_columns
    from reporter.documents.report import document
    from reporter.documents.shorten import COMMENT_CHARACTERS, TextLimit
    from reporter.facts.deltas import parse_margins

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
        columns=parse_columns(options.columns or ""),
        scale=options.scale,
        margins=parse_margins(options.margin),
        width=options.width,
    )
