"""Reads arguments, calls one function, shows what it returns; each command is a file, and imports when it is called."""

from __future__ import annotations

from typing import Any

import click

from reporter.cli.parse import parse
from reporter.cli.report import report
from reporter.cli.templates import templates
from reporter.cli.train import train, train_and_report
from reporter.errors import ReporterError


class _Reporter(click.Group):
    """Ends every error with one line and its exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ReporterError as error:
            click.echo(f"reporter: {error}", err=True)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("reporter: interrupted", err=True)
            ctx.exit(130)


@click.group(cls=_Reporter, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="keras-reporter", prog_name="reporter")
def main() -> None:
    """Training logs in, results you can trust out.

    Reads what Keras printed, and writes the results of a README from it.

    \b
    Exit codes: 0 done, 1 a training or a check failed, 2 wrong usage,
    3 nothing readable or no run found, 130 interrupted.
    """


for _command in (parse, report, templates, train, train_and_report):
    main.add_command(_command)
