"""`reporter compare`: shows the differences between two sets of logs, and whether one of them is a regression."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reporter.cli.console import verbosity_options
from reporter.cli.options import (
    SeveralValues,
    Source,
    TextList,
    monitor_options,
    scale_option,
    trials_option,
    width_option,
)
from reporter.cli.output import Format, chosen_format, output_option
from reporter.cli.settings import config_option
from reporter.cli.trust import configured, trust_options
from reporter.errors import ReporterError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from reporter.documents.pictures import Picture, Scale
    from reporter.documents.report import Document
    from reporter.facts.changes import Comparison
    from reporter.model import Log, Mode, Run

_ENDINGS = {".txt": "table", ".md": "md", ".markdown": "md", ".html": "html", ".htm": "html", ".json": "json"}
"""The formats by the ending of the output file."""


class _Compare(SeveralValues):
    """Lets `--to` take several values."""

    option = "--to"


@click.command(cls=_Compare, short_help="Show the differences between two sets of logs.")
@click.argument("base", nargs=-1, required=True, type=Source(), metavar="BASE... --to NEW...")
@click.option(
    "--to",
    type=Source(),
    multiple=True,
    required=True,
    metavar="NEW...",
    envvar="REPORTER_LOGS",
    show_envvar=True,
    help="The new logs.",
)
@monitor_options
@click.option("--all", "unchanged_too", is_flag=True, help="Show unchanged rows too.")
@click.option("--pool", is_flag=True, help="Treat all runs of a side as seeds of one experiment, whatever their names.")
@click.option(
    "--alpha",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.05,
    show_default=True,
    help="Share of comparisons without a true difference that may be called better or worse.",
)
@click.option(
    "--min-delta",
    type=TextList(),
    multiple=True,
    metavar="[METRIC=]DELTA",
    help="Least difference that counts, such as 0.001, 2% or val_acc=0.001. Repeatable.  [default: none]",
)
@click.option(
    "--fail-on",
    type=click.Choice(["regression", "unclear"]),
    multiple=True,
    help="Exit with code 1 if there is a regression; with unclear, also if the runs cannot tell. Repeatable.",
)
@trials_option
@click.option(
    "--format",
    type=Format(["table", "md", "html", "json", "annotations"], {"markdown": "md", "text": "table"}),
    help="Output format.  [default: by the ending of FILE, else table]",
)
@output_option("Write the result to FILE.")
@scale_option
@width_option
@config_option
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@trust_options
@verbosity_options
def compare(
    base: tuple[str, ...],
    to: tuple[str, ...],
    monitor: str | None,
    mode: Mode | None,
    unchanged_too: bool,
    pool: bool,
    alpha: float,
    min_delta: tuple[str, ...],
    fail_on: tuple[str, ...],
    trials: bool,
    format: str | None,
    output: Path | None,
    scale: Scale,
    width: int | None,
    force: bool,
) -> None:
    """Show the differences between the runs of BASE and those of NEW.

    BASE and NEW are files, folders, quoted patterns or addresses, as for reporter parse. Runs with the same name are
    seeds of one experiment. Experiments are matched by name; if each side has only one, these two are compared.

    A difference is better or worse if it is beyond DELTA and beyond what noise explains; otherwise the verdict is "no
    meaningful difference", or "cannot tell" if the noise is unknown or too large. The noise of a single run is read
    from its log: the movement from epoch to epoch near its end, the binomial error of an accuracy, and the printed
    precision. With several seeds, the difference of their means is shown with Welch's t interval and the p-value of a
    permutation test. Runs of one name with other samples, epochs, batch size, parameters or data are not pooled.
    Unchanged rows are hidden (--all shows them).

    A page (html), and a file in Markdown, also have a figure for each experiment, with all runs of both sides; those of
    a file in Markdown are in the folder figures/ beside it. Markdown on standard output has no figures.

    It is a regression if the best, the last or the evaluated METRIC is worse, if a run no longer ends well, or if an
    experiment disappeared. Other differences are shown but are no regressions.

    \b
    Examples:
      reporter compare git:main:logs --to logs --fail-on regression
      reporter compare old.log --to new.log --monitor val_loss --all
      reporter compare 'sgd/seed-*.log' --to 'adam/seed-*.log' --pool
    """
    from reporter.cli.console import write_document, write_result
    from reporter.cli.logs import leave_out_trials, read_logs
    from reporter.documents.files import refuse_to_replace
    from reporter.documents.sides import compared_pictures
    from reporter.facts.compare import compare as compare_runs
    from reporter.facts.deltas import parse_min_deltas

    format = chosen_format(format, output, _ENDINGS, "table")
    if output:
        refuse_to_replace(output, force=force)
    parse_min_deltas(min_delta)  # before any log is read
    old, all_old_read = read_logs(base, output=output)
    with configured("to"):
        new, all_new_read = read_logs(to, output=output)
    was, now = (_named(each if trials else leave_out_trials(each), pool=pool) for each in (old, new))
    found = compare_runs(
        [run for _, run in was], [run for _, run in now], monitor, mode, alpha, min_delta=min_delta, trials=True
    )
    if fail_on:
        _refuse_without_metric(found, monitor)
    shown = found if unchanged_too else found.differing()
    pictures = partial(compared_pictures, found, [*was, *now], monitor, mode, scale)
    if format == "md" and output and (output.is_file() or not output.exists()):
        write_document(_markdown(shown, pictures(), output.stem), output, force=force)
    else:
        write_result(_text(shown, format, pictures, output is None, width), output, force=force)
    if fail_on:
        _exit_if_failed(found, all_read=all_old_read and all_new_read, unclear_fails="unclear" in fail_on)


def _named(logs: Iterable[Log], *, pool: bool) -> list[tuple[str, Run]]:
    """Returns the runs with the path of each; `pool` gives them all the same name, which makes them one experiment."""
    runs = [(log.path, run) for log in logs for run in log.runs]
    return [(path, replace(run, name="all runs")) for path, run in runs] if pool else runs


def _markdown(shown: Comparison, pictures: Mapping[str, Picture], stem: str) -> Document:
    """Makes a Markdown file with its figures, whose names begin like that of the file."""
    from reporter.documents.differences import markdown
    from reporter.documents.drawings import numbered_drawings
    from reporter.documents.report import Document

    paths, figures = numbered_drawings(pictures, stem)
    return Document(markdown(shown, paths), figures)


def _text(
    shown: Comparison, format: str, pictures: Callable[[], Mapping[str, Picture]], colour: bool, width: int | None
) -> str:
    from reporter.documents import differences

    if format == "html":
        from reporter.documents.comparison_page import comparison_page

        return comparison_page(shown, pictures())
    if format == "table":
        return differences.terminal_tables(shown, colour, width)
    return differences.FORMATS[format](shown)


def _exit_if_failed(found: Comparison, *, all_read: bool, unclear_fails: bool) -> None:
    """Prints each regression and each "cannot tell" on standard error, and ends the program if one of them fails."""
    from reporter.cli.console import show_error

    for regression in found.regressions:
        show_error(ReporterError(regression))
    for sentence in found.unclear:
        show_error(ReporterError(sentence if unclear_fails else f"{sentence}; --fail-on unclear fails on this"))
    if found.regressions or not all_read or (unclear_fails and found.unclear):
        raise SystemExit(1)


def _refuse_without_metric(found: Comparison, monitor: str | None) -> None:
    """Raises an error if an experiment has no metric that could show a regression."""
    for pair in found.pairs:
        if not pair.is_judged:
            wanted = monitor or "val_acc, val_loss, acc or loss"
            raise UsageError(f"{pair.name}: no {wanted} to compare by; choose a metric with --monitor")
