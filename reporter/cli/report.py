"""`reporter report`: writes the report of logs, for people or for machines that watch a project."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reporter.cli.options import Source, gating, judging, templates_option, together
from reporter.cli.settings import configured
from reporter.documents.refresh import Given, refreshed
from reporter.errors import UsageError

if TYPE_CHECKING:
    from reporter.documents.report import Document
    from reporter.model import Mode

report_options = together(
    click.option(
        "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file, figures beside it."
    ),
    click.option(
        "--format",
        help="md, html, text, github, json, junit, codequality, annotations, badge, or one of your own.  "
        "[default: as OUTPUT ends, else md]",
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
        help="Refresh the marked blocks of this Markdown file, figures beside it; see reporter readme.",
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
@click.option("-j", "--jobs", type=click.IntRange(1), default=1, show_default=True, help="Logs to read at a time.")
def report(sources: tuple[str, ...], **options: Any) -> None:
    """Write the report of LOG...

    LOG is a file or a folder; without any, those of REPORTER_LOGS (semicolons between them) or of the configuration.
    Logs of one experiment, known by one heading, stand side by side: the first original is the base that the others are
    compared with.

    GATE is [RUN:][best.|last.|score.]METRIC(>=|<=|>|<)NUMBER; RUN is a run's name or a pattern of it. Of a run that
    missed one, standard error says by how much, and the exit code is 1 once the report is written. A log that cannot
    be read misses all.

    The formats: md, Markdown with figures; html, one page that needs nothing else, with figures to explore and the log
    lines behind every number; text, for a terminal; github, Markdown short enough for a comment or a step summary;
    json. A template of your own is a format too, see `reporter templates`.

    \b
      reporter report logs -o results.md
      reporter report logs -o results.html
      reporter report logs --format github >> "$GITHUB_STEP_SUMMARY"
      reporter report logs --readme README.md
      reporter report logs --fail-under 'val_acc>=0.99' --format junit -o g.xml
    """
    make_report(sources, **options)


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
    fail_under: tuple[str, ...],
    force: bool,
    jobs: int = 1,
) -> None:
    """Report logs to a file, into a README, or to standard output.

    Args:
        sources: Files or folders.
        output: The file to write.
        readme: The Markdown file whose blocks are refreshed; those that name no logs show these.
        title: The heading of the report; a README has its own.
        format: The format of the file or of standard output; by default as the file ends.
        template: What to write: the template `TEMPLATE.FORMAT.j2`.
        templates: A folder where templates are looked for first.
        max_chars: How long the report may be.
        monitor: The metric that runs are judged by.
        mode: Which way of it is better.
        fail_under: What is asked of the runs.
        force: Whether files that exist may be replaced.
        jobs: How many logs are read at a time.

    Raises:
        SystemExit: A run misses what is asked of it; that has been said, and the report written.
    """
    from reporter.cli.files import read_logs, write
    from reporter.cli.gating import gates, refuse_unknown, settle, verdicts
    from reporter.documents.blocks import read_blocks
    from reporter.documents.ci import FORMATS, Judged
    from reporter.documents.report import document
    from reporter.documents.shorten import COMMENT, Room

    format = check_report(output, readme, template=template, format=format, templates=templates, force=force)
    asked = gates(fail_under)
    logs, whole = read_logs(sources, jobs=jobs, keep_lines=True)
    refuse_unknown(monitor, logs)
    found = verdicts(asked, logs)
    if readme:
        refreshed(readme, *read_blocks(readme, force=force), Given(logs, monitor, mode)).write()
    if format in FORMATS:
        write(FORMATS[format](Judged(logs, found, monitor, mode)), output, force=force)
    elif output or not readme:
        folder = output.parent if output and (output.is_file() or not output.exists()) else None
        room = Room(max_chars or COMMENT) if max_chars or format == "github" else None
        written = partial(document, logs, monitor=monitor, mode=mode, template=template, templates=templates)
        made = written(folder=folder, format=format, room=room, colour=output is None, title=title)
        _write(made, output, force=force)
    settle(found, whole=whole)


def _format_of(output: Path | None) -> str:
    """Choose the format that the name of a file asks for."""
    return {".html": "html", ".htm": "html", ".txt": "text", ".json": "json"}.get(output.suffix if output else "", "md")


def check_report(
    output: Path | None, readme: Path | None, *, template: str, format: str | None, templates: Path | None, force: bool
) -> str:
    """Stop before any work is done for a report that could not be written.

    Args:
        output: The file to write.
        readme: The Markdown file whose blocks are refreshed.
        template: What to write.
        format: And in which format; by default as the file ends.
        templates: A folder where templates are looked for first.
        force: Whether files that exist may be replaced.

    Returns:
        The format.

    Raises:
        TemplateError: There is no such template.
        UsageError: A README would be written in another format than Markdown, or replaced by a report.
        OverwriteError: The file exists, or a block was edited by hand.
        MarkerError: A marker of the Markdown file is wrong, or there is none.
    """
    from reporter.documents.blocks import read_blocks
    from reporter.documents.ci import FORMATS
    from reporter.documents.files import refuse_to_replace
    from reporter.documents.render import find

    format = format or _format_of(output)
    if format not in FORMATS:
        find(template, format, templates)
    if readme and format != "md" and not output:
        raise UsageError(f"a README is Markdown, not {format}; leave out --format, or say -o FILE for it")
    if readme and output and output.resolve() == readme.resolve():
        raise UsageError("is the README itself; name another file by -o", output)
    if output:
        refuse_to_replace(output, force=force)
    if readme:
        read_blocks(readme, force=force)
    return format


def _write(made: Document, path: Path | None, *, force: bool) -> None:
    """Write a document, and the figures beside it first."""
    from reporter.cli.files import write
    from reporter.documents.files import refuse_to_replace

    figures = {path.parent / name: drawing for name, drawing in made.figures.items()} if path else {}
    for place, drawing in figures.items():
        refuse_to_replace(place, force=force, by=drawing)
    for place, drawing in figures.items():
        write(drawing, place, force=True)
    write(made.text, path, force=force)
