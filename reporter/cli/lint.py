"""`reporter lint`: shows what a careful reviewer asks about runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reporter.cli.console import verbosity_options, write_result
from reporter.cli.options import Source, TextList, monitor_options
from reporter.cli.output import Format, chosen_format, output_option
from reporter.cli.settings import config_option
from reporter.cli.trust import inside_option

if TYPE_CHECKING:
    from reporter.model import Mode

_ENDINGS = {".txt": "text", ".json": "json", ".sarif": "sarif"}


def _list_rules(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        from reporter.documents.findings import rule_list
        from reporter.facts.hygiene.rules import RULES

        click.echo(rule_list(RULES), nl=False)
        ctx.exit()


@click.command(short_help="Show what a careful reviewer asks about runs.")
@click.argument("logs", nargs=-1, required=True, type=Source(), metavar="LOG...")
@click.option(
    "--select",
    type=TextList(),
    multiple=True,
    metavar="RULE",
    help="Apply only the rules whose code begins with RULE: S101, S, or ALL. Separate several by commas. Repeatable.",
)
@click.option(
    "--ignore",
    type=TextList(),
    multiple=True,
    metavar="RULE",
    help="Leave out the rules whose code begins with RULE. Of --select and --ignore, the longer RULE decides.",
)
@click.option(
    "--format",
    type=Format(["text", "json", "sarif", "annotations"], {"github": "annotations"}),
    help="Output format.  [default: by the ending of FILE, else text]",
)
@output_option("Write the findings to FILE.")
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@click.option("--exit-zero", is_flag=True, help="Exit with code 0 even if there are findings.")
@click.option(
    "--list",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_rules,
    help="List all rules, and exit.",
)
@monitor_options
@config_option
@click.option(
    "-j", "--jobs", type=click.IntRange(1), default=1, show_default=True, help="Number of files to read at once."
)
@inside_option
@verbosity_options
def lint(
    logs: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    format: str | None,
    output: Path | None,
    force: bool,
    exit_zero: bool,
    monitor: str | None,
    mode: Mode | None,
    jobs: int,
) -> None:
    """Show what a careful reviewer asks about the runs in LOG...

    LOG is a file, folder, pattern or address, as for reporter parse. A finding has the code of its rule, a line of the
    log, and a sentence with the numbers. It is a question, and no grade: docs/lint.md says of each rule what to do, and
    when it is harmless.

    \b
    The rules by topic:
      S  how the result was chosen: on which data, among how many, by which metric
      E  whether every epoch is there once
      C  how the metrics develop
      R  learning rates that differ from what callbacks announce
      P  the number of parameters
      X  seeds of one experiment
      W  what the log does not tell for certain

    \b
    The exit code is 0 without findings, 1 with, and 3 if a log cannot be read.

    \b
    Examples:
      reporter lint training.log
      reporter lint logs --select S,E --ignore S103
      reporter lint 'runs/**/*.log' --format sarif -o lint.sarif
      reporter lint --list
    """
    from reporter.cli.gating import refuse_unknown_monitor
    from reporter.cli.logs import read_logs
    from reporter.documents.files import refuse_to_replace
    from reporter.documents.findings import FORMATS, Findings
    from reporter.facts.hygiene.rules import cases_of, find
    from reporter.facts.hygiene.selectors import chosen_rules

    format = chosen_format(format, output, _ENDINGS, "text")
    if output:
        refuse_to_replace(output, force=force)
    rules = chosen_rules(select, ignore)
    read, all_read = read_logs(logs, jobs=jobs, output=output)
    refuse_unknown_monitor(monitor, read)
    found = find(cases_of(read, monitor, mode), rules)
    write_result(FORMATS[format](Findings(read, found, rules)), output, force=force)
    if found and not exit_zero:
        raise SystemExit(1)
    if not all_read:
        raise SystemExit(3)
