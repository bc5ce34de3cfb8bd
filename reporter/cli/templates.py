"""`reporter templates`: lists the report templates, or copies the built-in ones to a folder."""

from __future__ import annotations

from pathlib import Path

import click

from reporter.cli.console import verbosity_options
from reporter.cli.options import templates_option


@click.command(short_help="List the report templates, or copy them.")
@templates_option
@click.option(
    "--copy",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Copy the built-in templates to this folder.",
)
@click.option("--force", is_flag=True, help="Replace files that exist.")
@verbosity_options
def templates(templates: Path | None, copy: Path | None, force: bool) -> None:
    """List the name, format and file of each report template.

    A template is a Jinja file named NAME.FORMAT.j2. To write your own, copy the built-in templates, change one, and run
    reporter report LOG --templates DIR --template NAME --format FORMAT.

    The main variable is groups: a list of the runs of each experiment, the base first. reporter/documents/render.py
    lists all variables and filters, and reporter/facts/rows.py the attributes of a run. Templates run in a sandbox,
    inserted values are escaped for the format, and an unknown name is an error.

    \b
    Examples:
      reporter templates
      reporter templates --copy mine
      reporter report logs --templates mine -o report.html
    """
    from reporter.documents.render import TEMPLATES, list_templates

    if copy:
        _copy_all(TEMPLATES, copy, force=force)
        return
    found = list_templates(templates)
    name_width, format_width = (
        max(map(len, column)) for column in ([t.name for t in found], [t.format for t in found])
    )
    for name, format, path in found:
        click.echo(f"{name:{name_width}}  {format:{format_width}}  {path}")


def _copy_all(source: Path, target: Path, *, force: bool) -> None:
    """Copies all files of a folder and prints their paths; copies none if one exists and `force` is false."""
    from reporter.documents.files import refuse_to_replace, replace_file

    copies = {path: target / path.name for path in sorted(source.iterdir()) if path.is_file()}
    for place in copies.values():
        refuse_to_replace(place, force=force)
    for path, place in copies.items():
        replace_file(place, path.read_bytes())
        click.echo(str(place))
