"""Command line of reporter: each command is a module of this package and is imported only when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from reporter.cli.console import show_error, verbosity_options
from reporter.errors import ReporterError, SourceError, UsageError

_EXAMPLES = {
    "parse": "reporter parse training.log",
    "report": "reporter report logs -o results.html",
    "readme": "reporter readme README.md",
    "compare": "reporter compare git:main:logs --to logs",
    "lint": "reporter lint logs",
    "reproduce": "reporter reproduce original.log --runs seed-*.log",
    "run": "reporter run -- python train.py",
    "plot": "reporter plot logs -o runs.svg",
}
"""An example of each command that needs arguments, for the message that one is missing."""

_COMMANDS = {
    "parse": "parse",
    "report": "report",
    "readme": "readme",
    "check": "check",
    "lint": "lint",
    "compare": "compare",
    "reproduce": "reproduce",
    "plot": "plot",
    "templates": "templates",
    "run": "run",
    "watch": "watch",
    "serve": "serve",
    "train": "train",
    "train-and-report": "train",
}
"""The module of each command, in the order of `reporter --help`."""


class _Reporter(click.Group):
    """Imports the command that was called, and ends each error with one line and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"reporter.cli.{_COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Finds the command; click suggests a similar one only if all of them are imported."""
        from difflib import get_close_matches

        name = args[0]
        if name in _COMMANDS or ctx.resilient_parsing or name.startswith("-"):
            return super().resolve_command(ctx, args)
        close = get_close_matches(name, _COMMANDS, 1)
        hint = f"did you mean {close[0]!r}?" if close else f"the commands are {', '.join(_COMMANDS)}"
        raise click.UsageError(f"no such command {name!r}; {hint}", ctx)

    def make_context(self, info_name: str | None, args: list[str], *rest: Any, **extra: Any) -> click.Context:
        if not args:
            return super().make_context(info_name, args, *rest, **extra)  # prints the help and exits
        try:
            return super().make_context(info_name, args, *rest, **extra)
        except click.UsageError as error:
            show_error(_in_one_line(error, "reporter"))
            raise click.exceptions.Exit(error.exit_code) from None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            show_error(_in_one_line(error, f"reporter {ctx.invoked_subcommand or ''}".strip()))
            ctx.exit(error.exit_code)
        except ReporterError as error:
            show_error(error)
            ctx.exit(error.exit_code)
        except (MemoryError, SystemError) as error:
            if isinstance(error, SystemError) and "without exception set" not in str(error):
                raise
            error.__traceback__ = None  # it holds everything that was read; Python loses some errors of memory
            show_error(SourceError("not enough memory; read fewer or smaller logs at once"))
            ctx.exit(SourceError.exit_code)
        except KeyboardInterrupt:
            click.echo("reporter: interrupted", err=True)
            ctx.exit(130)


def _in_one_line(error: click.UsageError, command: str) -> UsageError:
    """Turns a usage error of click, which takes several lines, into one line."""
    message = " ".join(error.format_message().split()).rstrip(".")
    example = _EXAMPLES.get(command.removeprefix("reporter "))
    if isinstance(error, click.MissingParameter) and example:
        message += f"; for example: {example}"
    return UsageError(f"{message[:1].lower()}{message[1:]}; see {command} --help")


@click.group(cls=_Reporter, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="keras-reporter", prog_name="reporter")
@verbosity_options
def main() -> None:
    """Training logs in, results you can trust out.

    Reads the training logs that Keras prints and writes reports, README results
    and CI checks from them.

    \b
    Exit codes:
      0    done
      1    a check or a training failed
      2    wrong usage
      3    nothing could be read, or no training run was found
      130  interrupted
    """
