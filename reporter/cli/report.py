"""`reporter report`: writes the Markdown report of logs, with its figures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reporter.cli.options import judging, together
from reporter.cli.page import Given, page

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
    click.option("--title", default="Training results", show_default=True, help="Heading of the report."),
    judging,
    click.option("--force", is_flag=True, help="Replace files that exist, and blocks that were edited by hand."),
)
"""Adds the options of a report to a command."""


@click.command()
@click.argument("logs", nargs=-1, required=True, metavar="LOG...")
@report_options
def report(logs: tuple[str, ...], **options: Any) -> None:
    """Write the report of LOG..., in Markdown.

    LOG is a file or a folder. Logs of one experiment, known by one heading, stand side by side: the first original is
    the base that the others are compared with.

    \b
      reporter report logs -o results.md
      reporter report logs --readme README.md
    """
    make_report(logs, **options)


def make_report(
    sources: tuple[str, ...],
    *,
    output: Path | None,
    readme: Path | None,
    title: str,
    monitor: str | None,
    mode: Mode | None,
    force: bool,
) -> None:
    """Report logs to a file, into a README, or to standard output.

    Args:
        sources: Files or folders.
        output: The file to write.
        readme: The Markdown file whose blocks are refreshed; those that name no logs show these.
        title: The heading of the report; a README has its own.
        monitor: The metric that runs are judged by.
        mode: Which way of it is better.
        force: Whether files that exist may be replaced.
    """
    from reporter.cli.files import read_logs
    from reporter.document import document
    from reporter.readme import read_blocks

    check_report(output, readme, force=force)
    logs = read_logs(sources)
    if readme:
        page(readme, *read_blocks(readme, force=force), Given(logs, monitor, mode)).write()
    if output or not readme:
        folder = output.parent if output else None
        _write(document(logs, folder=folder, monitor=monitor, mode=mode, title=title), output, force=force)


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
