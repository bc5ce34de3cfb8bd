"""Reads arguments, calls one function, shows what it returns; each command is a file, and imports when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from reporter.cli.files import say
from reporter.errors import ReporterError, UsageError

_COMMANDS = {
    "parse": "parse",
    "report": "report",
    "readme": "readme",
    "compare": "compare",
    "templates": "templates",
    "train": "train",
    "train-and-report": "train",
}
"""Each command, in the order of the help, and the module of this package that holds it."""


class _Reporter(click.Group):
    """Loads the command that was called, and ends every error with one line and its exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"reporter.cli.{_COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def make_context(self, info_name: str | None, args: list[str], *rest: Any, **extra: Any) -> click.Context:
        if not args:
            return super().make_context(info_name, args, *rest, **extra)  # which ends with the help
        try:
            return super().make_context(info_name, args, *rest, **extra)
        except click.UsageError as error:
            say(_usage(error, "reporter"))
            raise click.exceptions.Exit(error.exit_code) from None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            say(_usage(error, f"reporter {ctx.invoked_subcommand or ''}".strip()))
            ctx.exit(error.exit_code)
        except ReporterError as error:
            say(error)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("reporter: interrupted", err=True)
            ctx.exit(130)


def _usage(error: click.UsageError, command: str) -> UsageError:
    """Say in one line what click says in several."""
    message = " ".join(error.format_message().split()).rstrip(".")
    return UsageError(f"{message[:1].lower()}{message[1:]}; see {command} --help")


@click.group(cls=_Reporter, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="keras-reporter", prog_name="reporter")
def main() -> None:
    """Training logs in, results you can trust out.

    Reads what Keras printed, and writes the results of a README from it.

    \b
    Exit codes: 0 done, 1 a training or a check failed, 2 wrong usage,
    3 nothing readable or no run found, 130 interrupted.
    """
