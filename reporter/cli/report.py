"""`reporter report`: writes the report of logs, in Markdown with its figures, or in another format."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reporter.cli.options import judging, templates_option, together
from reporter.errors import UsageError

if TYPE_CHECKING:
    from reporter.document import Document
    from reporter.summary import Mode

report_options = together(
    click.option(
        "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file, figures beside it."
    ),
    click.option(
        "--format", help="md, html, text, github, json, or one of your own.  [default: as OUTPUT ends, else md]"
    ),
    templates_option,
    click.option("--template", default="report", show_default=True, help="What to write: TEMPLATE.FORMAT.j2."),
    click.option(
        "--max-chars",
        type=click.IntRange(1),
        help="Leave parts out until it is no longer.  [default: 65536 for github, a comment's limit]",
    ),
    click.option(
        "--readme",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Refresh the block between the markers of this Markdown file, figures beside it.",
    ),
    click.option("--title", default="Training results", show_default=True, help="Heading of the report."),
    judging,
    click.option("--force", is_flag=True, help="Replace files that exist."),
)
"""Adds the options of a report to a command."""


@click.command()
@click.argument("logs", nargs=-1, required=True, metavar="LOG...")
@report_options
@click.option("-j", "--jobs", type=click.IntRange(1), default=1, show_default=True, help="Logs to read at a time.")
def report(logs: tuple[str, ...], **options: Any) -> None:
    """Write the report of LOG...

    LOG is a file or a folder. Logs of one experiment, known by one heading, stand side by side: the first original is
    the base that the others are compared with.

    The formats: md, Markdown with figures; html, one page that needs nothing else, with figures to explore and the log
    lines behind every number; text, for a terminal; github, Markdown short enough for a comment or a step summary;
    json. A template of your own is a format too, see `reporter templates`.

    \b
      reporter report logs -o results.md
      reporter report logs -o results.html
      reporter report logs --format github >> "$GITHUB_STEP_SUMMARY"
      reporter report logs --readme README.md
    """
    make_report(logs, **options)


def make_report(
    sources: tuple[str, ...],
    *,
    output: Path | None,
    readme: Path | None,
    title: str,
    format: str | None,
    template: str,
    templates: Path | None,
    max_chars: int | None,
    monitor: str | None,
    mode: Mode | None,
    force: bool,
    jobs: int = 1,
) -> None:
    """Report logs to a file, into a README, or to standard output.

    Args:
        sources: Files or folders.
        output: The file to write.
        readme: The Markdown file whose block is refreshed.
        title: The heading of the report; a README has its own.
        format: The format of the file or of standard output; by default as the file ends.
        template: What to write: the template `TEMPLATE.FORMAT.j2`.
        templates: A folder where templates are looked for first.
        max_chars: How long the report may be.
        monitor: The metric that runs are judged by.
        mode: Which way of it is better.
        force: Whether files that exist may be replaced.
        jobs: How many logs are read at a time.
    """
    from reporter import readme as blocks
    from reporter.cli.files import read_logs
    from reporter.document import document
    from reporter.shorten import COMMENT, Room

    format = check_report(output, readme, template=template, format=format, templates=templates, force=force)
    logs = read_logs(sources, jobs=jobs)
    written = partial(document, logs, monitor=monitor, mode=mode, template=template, templates=templates)
    if readme:
        made = written(folder=readme.parent, level=3)
        text = blocks.refresh(blocks.read(readme), made.text, readme)
        _write(replace(made, text=text), readme, force=True)
    if output or not readme:
        folder = output.parent if output else None
        room = Room(max_chars or COMMENT) if max_chars or format == "github" else None
        made = written(folder=folder, format=format, room=room, colour=output is None, title=title)
        _write(made, output, force=force)


def _format_of(output: Path | None) -> str:
    """Choose the format that the name of a file asks for."""
    return {".html": "html", ".htm": "html", ".txt": "text", ".json": "json"}.get(output.suffix if output else "", "md")


def check_report(
    output: Path | None, readme: Path | None, *, template: str, format: str | None, templates: Path | None, force: bool
) -> str:
    """Stop before any work is done for a report that could not be written.

    Args:
        output: The file to write.
        readme: The Markdown file whose block is refreshed.
        template: What to write.
        format: And in which format; by default as the file ends.
        templates: A folder where templates are looked for first.
        force: Whether files that exist may be replaced.

    Returns:
        The format.

    Raises:
        TemplateError: There is no such template.
        UsageError: A README would be written in another format than Markdown.
        OverwriteError: The file exists.
        MarkerError: The Markdown file has no proper block.
    """
    from reporter import readme as blocks
    from reporter.cli.files import refuse_to_replace
    from reporter.render import find

    format = format or _format_of(output)
    find(template, format, templates)
    if readme:
        find(template, "md", templates)
        if format != "md" and not output:
            raise UsageError(f"a README is Markdown, not {format}; leave out --format, or say -o FILE for it")
    if output:
        refuse_to_replace(output, force=force)
    if readme:
        blocks.refresh(blocks.read(readme), "", readme)
    return format


def _write(made: Document, path: Path | None, *, force: bool) -> None:
    """Write a document and its figures."""
    from reporter.cli.files import write

    for name, drawing in made.figures.items():
        write(drawing, path.parent / name if path else None, force=force)
    write(made.text, path, force=force)
