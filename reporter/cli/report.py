"""`reporter report`: writes the report of logs, for people or for machines that watch a project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reporter.cli.options import Source, gating, judging, together
from reporter.cli.page import Given, page
from reporter.cli.settings import configured

if TYPE_CHECKING:
    from reporter.document import Document
    from reporter.summary import Mode

report_options = together(
    click.option(
        "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file, figures beside it."
    ),
    click.option(
        "--readme",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Refresh the marked blocks of this Markdown file, figures beside it; see reporter readme.",
    ),
    click.option(
        "--format",
        type=click.Choice(["md", "annotations", "badge", "codequality", "junit"]),
        default="md",
        show_default=True,
        help="What to write.",
    ),
    click.option("--title", default="Training results", show_default=True, help="Heading of the report."),
    judging,
    gating,
    configured,
    click.option("--force", is_flag=True, help="Replace files that exist, and blocks that were edited by hand."),
)
"""Adds the options of a report to a command."""


@click.command()
@click.argument("sources", nargs=-1, required=True, type=Source(), metavar="[LOG]...", envvar="REPORTER_LOGS")
@report_options
def report(sources: tuple[str, ...], **options: Any) -> None:
    """Write the report of LOG..., in Markdown.

    LOG is a file or a folder; without any, those of REPORTER_LOGS (semicolons between them) or of the configuration.
    Logs of one experiment, known by one heading, stand side by side: the first original is the base that the others are
    compared with.

    GATE is [RUN:][best.|last.|score.]METRIC(>=|<=|>|<)NUMBER; RUN is a run's name or a pattern of it. Of a run that
    missed one, standard error says by how much, and the exit code is 1 once the report is written. A log that cannot
    be read misses all.

    \b
      reporter report logs -o results.md
      reporter report logs --readme README.md
      reporter report logs --fail-under 'val_acc>=0.994' --format junit -o gates.xml
    """
    make_report(sources, **options)


def make_report(
    sources: tuple[str, ...],
    *,
    output: Path | None,
    readme: Path | None,
    format: str,
    title: str,
    monitor: str | None,
    mode: Mode | None,
    fail_under: tuple[str, ...],
    force: bool,
) -> None:
    """Report logs to a file, into a README, or to standard output.

    Args:
        sources: Files or folders.
        output: The file to write.
        readme: The Markdown file whose blocks are refreshed; those that name no logs show these.
        format: What to write there; a README gets Markdown.
        title: The heading of the report; a README has its own.
        monitor: The metric that runs are judged by.
        mode: Which way of it is better.
        fail_under: What is asked of the runs.
        force: Whether files that exist may be replaced.

    Raises:
        SystemExit: A run misses what is asked of it; that has been said, and the report written.
    """
    from reporter.ci import FORMATS, Judged
    from reporter.cli.files import read_told, write
    from reporter.cli.gating import gates, settle, verdicts
    from reporter.document import document
    from reporter.readme import read_blocks

    check_report(output, readme, force=force)
    asked = gates(fail_under)
    logs, whole = read_told(sources)
    found = verdicts(asked, logs)
    if readme:
        page(readme, *read_blocks(readme, force=force), Given(logs, monitor, mode)).write()
    if format in FORMATS:
        write(FORMATS[format](Judged(logs, found, monitor, mode)), output, force=force)
    elif output or not readme:
        folder = output.parent if output else None
        _write(document(logs, folder=folder, monitor=monitor, mode=mode, title=title), output, force=force)
    settle(found, whole=whole)


def check_report(output: Path | None, readme: Path | None, *, force: bool) -> None:
    """Stop before any work is done for a report that could not be written.

    Args:
        output: The file to write.
        readme: The Markdown file whose blocks are refreshed.
        force: Whether files that exist may be replaced.

    Raises:
        OverwriteError: The file exists, or a block was edited by hand.
        MarkerError: A marker of the Markdown file is wrong, or there is none.
    """
    from reporter.cli.files import refuse_to_replace
    from reporter.readme import read_blocks

    if output:
        refuse_to_replace(output, force=force)
    if readme:
        read_blocks(readme, force=force)


def _write(made: Document, path: Path | None, *, force: bool) -> None:
    """Write a document and its figures."""
    from reporter.cli.files import write

    for name, drawing in made.figures.items():
        write(drawing, path.parent / name if path else None, force=force)
    write(made.text, path, force=force)
