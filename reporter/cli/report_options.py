"""The options of a report, which `reporter report` and `reporter train-and-report` share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reporter.cli.console import verbosity_options
from reporter.cli.options import (
    add_options,
    gate_option,
    margin_option,
    monitor_options,
    scale_option,
    templates_option,
    trials_option,
    width_option,
)
from reporter.cli.output import chosen_format, output_option
from reporter.cli.settings import config_option
from reporter.cli.trust import trust_options

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from reporter.documents.pictures import Scale
    from reporter.model import Mode

_ENDINGS = {
    ".md": "md",
    ".markdown": "md",
    ".html": "html",
    ".htm": "html",
    ".txt": "text",
    ".tex": "latex",
    ".json": "json",
    ".xml": "junit",
}
"""The built-in formats by the ending of the output file."""


def formats_of(template: str, templates: Path | None) -> list[str]:
    """Lists the formats of a report.

    Args:
        template: The name of the template.
        templates: A folder that is searched for templates before the built-in ones.

    Returns:
        The formats that the template has, and those for continuous integration, which need no template.

    Raises:
        UsageError: There is no such folder.
    """
    from reporter.documents.ci import FORMATS
    from reporter.documents.render import list_templates

    return [*(each.format for each in list_templates(templates) if each.name == template), *FORMATS]


class _ReportFormat(click.types.StringParamType):
    """The name of the format of a report. The shell completes it, formats of one's own templates included."""

    name = "format"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Lists the formats that begin with what was typed."""
        from click.shell_completion import CompletionItem

        known = formats_of(ctx.params.get("template") or "report", ctx.params.get("templates"))
        return [CompletionItem(each) for each in known if each.startswith(incomplete)]


report_options = add_options(
    output_option("Write the report to FILE, and its figures to the folder figures/ beside it."),
    click.option(
        "--format",
        metavar="FORMAT",
        type=_ReportFormat(),
        help="md, html, text, latex, github, json, junit, codequality, annotations, badge, or a template of your own.  "
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
    click.option(
        "--columns",
        metavar="NAMES",
        help="Columns of the table in Markdown and LaTeX, such as run,best,time; also log, params, difference, last, "
        "score, epochs, status.  [default: at most seven]",
    ),
    scale_option,
    width_option,
    monitor_options,
    margin_option,
    gate_option,
    trials_option,
    config_option,
    click.option("--force", is_flag=True, help="Replace files that exist and blocks that were edited by hand."),
    trust_options,
    verbosity_options,
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
        columns: The columns of the table, with commas between them.
        scale: The scale of the vertical axes of figures.
        width: The maximum width of a table for a terminal, in characters.
        monitor: The metric that decides which epoch is best.
        mode: Whether the largest or the smallest value is best.
        margin: How far a result may be from that of an original to count as the same.
        fail_under: The gates.
        trials: Whether trials are included.
        force: Whether existing files, and blocks that were edited by hand, may be replaced.
    """

    output: Path | None = None
    readme: Path | None = None
    title: str = "Training results"
    format: str | None = None
    template: str = "report"
    templates: Path | None = None
    max_chars: int | None = None
    columns: str | None = None
    scale: Scale = "linear"
    width: int | None = None
    monitor: str | None = None
    mode: Mode | None = None
    margin: tuple[str, ...] = ()
    fail_under: tuple[str, ...] = ()
    trials: bool = False
    force: bool = False

    @property
    def chosen_format(self) -> str:
        """The format: as given, else by the ending of the output file, else `md`."""
        if self.format or self.output is None:
            return self.format or "md"
        built_in = {*formats_of("report", None), *_ENDINGS.values()}
        own = {f".{each}": each for each in formats_of(self.template, self.templates) if each not in built_in}
        return chosen_format(None, self.output, {**own, **_ENDINGS}, "md")
