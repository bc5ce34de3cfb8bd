"""`reporter templates`: lists the templates of reports, or copies them to start one's own."""

from __future__ import annotations

from pathlib import Path

import click

from reporter.cli.options import templates_option


@click.command(short_help="List the templates of reports, or copy them.")
@templates_option
@click.option("--copy", type=click.Path(file_okay=False, path_type=Path), help="Copy all of ours to this folder.")
@click.option("--force", is_flag=True, help="Replace files that exist.")
def templates(templates: Path | None, copy: Path | None, force: bool) -> None:
    """List the templates of reports: their names, their formats, their files.

    A template is a Jinja file named NAME.FORMAT.j2. To use one of your own:
    `reporter report --template NAME --format FORMAT --templates DIR`.

    A template gets `groups`, the runs of each experiment with the base first; reporter/facts/rows.py lists what a run
    offers, and reporter/documents/render.py what else there is. Templates run in a sandbox, their values are escaped
    for the format, and an unknown name stops the report.

    \b
      reporter templates
      reporter templates --copy mine
      reporter report logs --templates mine -o report.html
    """
    from reporter.documents.render import TEMPLATES, available

    if copy:
        _copy(TEMPLATES, copy, force=force)
        return
    found = available(templates)
    name_width, format_width = (
        max(map(len, column)) for column in ([t.name for t in found], [t.format for t in found])
    )
    for name, format, path in found:
        click.echo(f"{name:{name_width}}  {format:{format_width}}  {path}")


def _copy(source: Path, target: Path, *, force: bool) -> None:
    """Copy all templates, or none where one would be replaced unasked."""
    from reporter.cli.files import write
    from reporter.documents.files import refuse_to_replace

    copies = {path: target / path.name for path in sorted(source.iterdir()) if path.is_file()}
    for path in copies.values():
        refuse_to_replace(path, force=force)
    for path, place in copies.items():
        write(path.read_text(encoding="utf-8"), place, force=force)
        click.echo(str(place))
