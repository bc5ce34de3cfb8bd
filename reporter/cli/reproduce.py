"""`reporter reproduce`: decides whether runs reproduce the results of an original."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reporter.cli.console import verbosity_options
from reporter.cli.options import (
    SeveralValues,
    Source,
    margin_option,
    monitor_options,
    scale_option,
    trials_option,
    width_option,
)
from reporter.cli.output import Format, chosen_format, output_option
from reporter.cli.settings import config_option
from reporter.cli.trust import configured, trust_options
from reporter.errors import ReporterError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reporter.documents.pictures import Picture, Scale
    from reporter.facts import reproduce as facts
    from reporter.facts.reproduction import Reproduction
    from reporter.facts.summary import Which
    from reporter.model import Log, Mode

_ENDINGS = {".txt": "table", ".md": "md", ".markdown": "md", ".html": "html", ".htm": "html", ".json": "json"}
"""The formats by the ending of the output file."""


class _Reproduce(SeveralValues):
    """Lets `--runs` take several values."""

    option = "--runs"


@click.command(cls=_Reproduce, short_help="Decide whether runs reproduce an original.")
@click.argument("original", type=Source(), metavar="ORIGINAL --runs LOG...")
@click.option(
    "--runs",
    type=Source(),
    multiple=True,
    required=True,
    metavar="LOG...",
    envvar="REPORTER_LOGS",
    show_envvar=True,
    help="The reproductions.",
)
@monitor_options
@margin_option
@click.option(
    "--statistic",
    "statistics",
    type=click.Choice(["best", "last", "score"]),
    multiple=True,
    help="Statistic of the original that is judged. Repeatable.  [default: all that it states]",
)
@click.option("--strict", is_flag=True, help="Exit with code 1 if the verdict is INCONCLUSIVE, too.")
@trials_option
@click.option(
    "--format",
    type=Format(["table", "md", "html", "json", "badge"], {"markdown": "md", "text": "table"}),
    help="Output format.  [default: by the ending of FILE, else table]",
)
@output_option("Write the result to FILE.")
@scale_option
@width_option
@config_option
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@trust_options
@verbosity_options
def reproduce(
    original: str,
    runs: tuple[str, ...],
    monitor: str | None,
    mode: Mode | None,
    margin: tuple[str, ...],
    statistics: tuple[Which, ...],
    strict: bool,
    trials: bool,
    format: str | None,
    output: Path | None,
    scale: Scale,
    width: int | None,
    force: bool,
) -> None:
    """Decide whether the runs in LOG... reproduce the results of ORIGINAL.

    ORIGINAL and LOG are files, folders, quoted patterns or addresses, as for reporter parse. The reproductions of a run
    in ORIGINAL are the runs of the same name. If ORIGINAL holds one run and no other has its name, they are all runs.

    First the conditions are compared exactly: parameters, samples, epochs, learning rates, batch size and data, as far
    as the logs tell. A run that differs in one of them, and a copy, is left out. Then each statistic of METRIC that the
    original states, which is its best, its last and its evaluated value, is compared with the interval that holds one
    more run in 95 % of cases: mean ± t·s·√(1+1/n), from the mean and the standard deviation of n runs.

    \b
    Each statistic has one of three verdicts; the worst is that of the original:
      NOT REPRODUCED  it is outside of the interval; the exit code is 1
      INCONCLUSIVE    it is inside, but half of the interval is wider than MARGIN,
                      or there is no interval (fewer than two runs) or no MARGIN
      REPRODUCED      it is inside, and half of the interval is at most MARGIN

    A page (html), and a file in Markdown, also have a figure for each original.

    \b
    Examples:
      reporter reproduce original.log --runs seed-*.log
      reporter reproduce paper/ --runs logs/ --margin 0.001 -o reproduction.html
      reporter reproduce original.log --runs logs --format badge -o badge.json
    """
    from reporter.cli.logs import leave_out_trials, read_logs
    from reporter.documents.files import refuse_to_replace
    from reporter.facts.deltas import parse_margins
    from reporter.facts.reproduce import Rules

    format = chosen_format(format, output, _ENDINGS, "table")
    if output:
        refuse_to_replace(output, force=force)
    rules = Rules(monitor, mode, parse_margins(margin), statistics or ("best", "last", "score"))
    stated, _ = read_logs([original], strict=True, output=output)
    with configured("runs"):
        trained, all_read = read_logs(runs, output=output)
    originals = _sources(stated)
    candidates = _sources(trained if trials else leave_out_trials(trained))
    found, pictures = _judge(originals, candidates, rules, scale)
    _write(found, pictures, format, output, width=width, force=force)
    _exit_if_failed(found, all_read=all_read, strict=strict)


def _sources(logs: Sequence[Log]) -> list[facts.Source]:
    """Lists the runs of logs; a run is named by the path of its log, and its line if the log has several runs."""
    from reporter.facts.reproduce import Source

    return [Source(run, log.path if len(log.runs) == 1 else log.address(run.line)) for log in logs for run in log.runs]


def _judge(
    originals: Sequence[facts.Source], candidates: Sequence[facts.Source], rules: facts.Rules, scale: Scale
) -> tuple[list[Reproduction], dict[str, Picture]]:
    """Judges each original, and describes its figure, if a run has a finished epoch."""
    from reporter.documents.sides import reproduced_picture
    from reporter.facts.reproduce import judge_reproduction, reproductions_of

    found: list[Reproduction] = []
    pictures: dict[str, Picture] = {}
    for each in originals:
        runs = reproductions_of(each, candidates, only_one=len(originals) == 1)
        judged = judge_reproduction(each, runs, rules)
        found.append(judged)
        if each.run.epochs:
            counted = [run for run in runs if run.label in judged.runs]
            pictures[each.label] = reproduced_picture(judged, each, counted, rules, scale)
    return found, pictures


def _write(
    found: Sequence[Reproduction],
    pictures: Mapping[str, Picture],
    format: str,
    output: Path | None,
    *,
    width: int | None,
    force: bool,
) -> None:
    from reporter.cli.console import write_document, write_result
    from reporter.documents import reproductions

    if format == "md" and output and (output.is_file() or not output.exists()):
        from reporter.documents.reproduction_pages import markdown_document

        write_document(markdown_document(found, pictures, output.stem), output, force=force)
    elif format in ("md", "html"):
        from reporter.documents.reproduction_pages import html_page, markdown

        write_result(html_page(found, pictures) if format == "html" else markdown(found), output, force=force)
    elif format == "table":
        from reporter.documents.terminal import to_text

        parts = reproductions.terminal_parts(found)
        write_result(to_text(parts, colour=output is None, width=width), output, force=force)
    else:
        write_result((reproductions.badge if format == "badge" else reproductions.to_json)(found), output, force=force)


def _exit_if_failed(found: Sequence[Reproduction], *, all_read: bool, strict: bool) -> None:
    """Prints each original that is not reproduced on standard error, and ends the program if one fails."""
    from reporter.cli.console import show_error

    failed = not all_read
    for each in found:
        if each.verdict == "reproduced":
            continue
        hint = "" if strict or each.verdict == "not reproduced" else "; --strict fails on this"
        show_error(ReporterError(f"{each.name}: {each.verdict.upper()}: {each.reason}{hint}", each.original))
        failed = failed or strict or each.verdict == "not reproduced"
    if failed:
        raise SystemExit(1)
