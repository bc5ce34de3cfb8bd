"""`reporter plot`: draws the runs of logs in one figure."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reporter.cli.console import verbosity_options
from reporter.cli.options import Source, monitor_options, scale_option, strict_option, trials_option
from reporter.cli.output import Format, chosen_format, output_option
from reporter.cli.settings import config_option
from reporter.cli.trust import configured, trust_options
from reporter.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.documents.overlay import Series
    from reporter.documents.pictures import Picture, Scale
    from reporter.facts.rows import ReportRow
    from reporter.model import Log, Mode

_ENDINGS = {".svg": "svg", ".png": "png", ".pdf": "pdf"}
"""The formats by the ending of the output file."""


@click.command(short_help="Draw the runs of logs in one figure.")
@click.argument("sources", nargs=-1, required=True, type=Source(), metavar="LOG...", envvar="REPORTER_LOGS")
@output_option("Write the figure to FILE.")
@click.option(
    "--format",
    type=Format(list(_ENDINGS.values()), {}),
    help="Format of the figure.  [default: by the ending of FILE, else svg]",
)
@scale_option
@click.option("--narrow", is_flag=True, help="For svg: put the panels below each other, for the width of a phone.")
@monitor_options
@trials_option
@config_option
@strict_option
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@trust_options
@verbosity_options
def plot(
    sources: tuple[str, ...],
    output: Path | None,
    format: str | None,
    scale: Scale,
    narrow: bool,
    monitor: str | None,
    mode: Mode | None,
    trials: bool,
    strict: bool,
    force: bool,
) -> None:
    """Draw the runs of logs in one figure.

    LOG is a file, a folder, a quoted pattern or an address, as for reporter parse. The figure has a panel for METRIC
    and one for the loss, with all runs in each. The first run is the base. Of seeds of one experiment, from three on,
    the median is drawn, with a band from the lowest to the highest value. Rings mark the best epochs. The figure of one
    run also shows its training metrics and its learning rate.

    An SVG has a transparent background and colours for light and dark pages. The figure carries a digest of its
    numbers: in the metadata of an SVG, in a text chunk of a PNG, in the keywords of a PDF.

    \b
    Examples:
      reporter plot logs -o runs.svg
      reporter plot logs/original/gap.log logs/gap -o gap.png --scale error
      reporter plot 'logs/gap/*.log' -o - --format pdf > gap.pdf
    """
    from reporter.cli.console import write_result
    from reporter.cli.gating import refuse_unknown_monitor
    from reporter.cli.logs import leave_out_trials, read_logs
    from reporter.documents.files import refuse_to_replace

    format = chosen_format(format, output, _ENDINGS, "svg")
    if narrow and format != "svg":
        raise UsageError(f"--narrow is for svg, not {format}; leave it out, or choose an ending of svg")
    if format != "svg" and output is None and sys.stdout.isatty():
        raise UsageError(f"{format} is binary and cannot be shown on a terminal; write it to a file with -o")
    if output:
        refuse_to_replace(output, force=force)
    with configured("sources"):
        logs, all_read = read_logs(sources, strict=strict, output=output)
    logs = logs if trials else leave_out_trials(logs)
    refuse_unknown_monitor(monitor, logs)
    picture = _picture(logs, monitor, mode, scale)
    write_result(_drawn(picture, format, narrow=narrow), output, force=force)
    if not all_read:
        raise SystemExit(1)


def _picture(logs: Sequence[Log], monitor: str | None, mode: Mode | None, scale: Scale) -> Picture:
    from reporter.documents.overlay import overlay
    from reporter.documents.pictures import picture_of_run
    from reporter.facts.rows import LinkedLog, report_rows

    groups = report_rows([LinkedLog(log, log.path) for log in logs], monitor, mode)
    rows = [row for group in groups for row in group if row.run.epochs]
    if not rows:
        raise UsageError("no run has a finished epoch to draw; name another log")
    if len(rows) == 1:
        return picture_of_run(rows[0].run, rows[0].best, scale)
    series = [each for group in groups for each in _series(group, named=len(groups) > 1)]
    return overlay([replace(each, is_base=index == 0) for index, each in enumerate(series)], monitor, mode, scale)


def _series(group: Sequence[ReportRow], *, named: bool) -> list[Series]:
    """Makes the series of an experiment, with its name in their labels if there are several experiments."""
    from reporter.documents.overlay import series_of_rows

    found = series_of_rows(group)
    return [replace(each, label=f"{group[0].name}, {each.label}") for each in found] if named else found


def _drawn(picture: Picture, format: str, *, narrow: bool) -> str | bytes:
    from reporter.documents.drawings import Drawing
    from reporter.documents.svg import NARROW, WIDE

    if format == "svg":
        return Drawing(picture, NARROW if narrow else WIDE).svg()
    from reporter.documents.figures import to_bytes

    return to_bytes(picture, format)
