"""The options of a report, which `reporter report` and `reporter train-and-report` share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reporter.cli.options import add_options, gate_option, monitor_options, templates_option, trials_option
from reporter.cli.settings import config_option

if TYPE_CHECKING:
    from reporter.model import Mode

report_options = add_options(
    click.option(
        "-o",
        "--output",
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Write the report to FILE, and its figures to the folder figures/ beside it.",
    ),
    click.option(
        "--format",
        metavar="FORMAT",
        help="md, html, text, github, json, junit, codequality, annotations, badge, or one of your own templates.  "
        "[default: by the ending of FILE, else md]",
    ),
    templates_option,
    click.option(
        "--template", metavar="NAME", default="report", show_default=True, help="Use the template NAME.FORMAT.j2."
    ),
    click.option(
        "--max-chars",
        metavar="N",
        type=click.IntRange(1),
        help="Shorten the report to N characters by leaving out whole parts.  "
        "[default for github: 65536, the limit of a comment]",
    ),
    click.option(
        "--readme",
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Refresh the marked blocks of this Markdown file; see reporter readme --help.",
    ),
    click.option(
        "--title", metavar="TEXT", default="Training results", show_default=True, help="Heading of the report."
    ),
    monitor_options,
    gate_option,
    trials_option,
    config_option,
    click.option("--force", is_flag=True, help="Replace files that exist and blocks that were edited by hand."),
)
"""Adds the options of a report to a command."""


@dataclass(frozen=True)
class ReportOptions:
    """Holds the options that `report_options` adds to a command.

    Attributes:
        output: The file to write.
        readme: The Markdown file whose blocks are refreshed; blocks whose markers name no logs show the reported logs.
        title: The heading of the report; not used for `readme`.
        format: The format of the report; by default the ending of `output` decides.
        template: The name of the template; its file is `TEMPLATE.FORMAT.j2`.
        templates: A folder that is searched for templates before the built-in ones.
        max_chars: The maximum length of the report in characters.
        monitor: The metric that decides which epoch is best.
        mode: Whether the largest or the smallest value is best.
        fail_under: The gates.
        trials: Whether trials are included.
        force: Whether existing files, and blocks that were edited by hand, may be replaced.
    """

    output: Path | None
    readme: Path | None
    title: str
    format: str | None
    template: str
    templates: Path | None
    max_chars: int | None
    monitor: str | None
    mode: Mode | None
    fail_under: tuple[str, ...]
    trials: bool
    force: bool

    @property
    def chosen_format(self) -> str:
        """The format: as given, else by the ending of the output file, else `md`."""
        ending = self.output.suffix if self.output else ""
        return self.format or {".html": "html", ".htm": "html", ".txt": "text", ".json": "json"}.get(ending, "md")
