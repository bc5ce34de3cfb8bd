"""Holds the options that several commands have, and adds a list of options to a command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def together(*options: Decorator) -> Decorator:
    """Make one decorator of several.

    Args:
        options: Arguments and options of click, in the order of the help.

    Returns:
        What adds all of them to a command.
    """

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return add


class Listed(click.types.StringParamType):
    """Is text, of which an environment variable may hold several, with semicolons between them or behind each."""

    def split_envvar_value(self, rv: str) -> list[str]:
        """Split the value of an environment variable."""
        return [each for each in rv.split(";") if each.strip()]


class Source(Listed):
    """Is a log, in whichever way it is named; a shell completes it as a path."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Let the shell complete paths, as it does everywhere."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(incomplete, type="file")]


judging = together(
    click.option(
        "--monitor",
        envvar="REPORTER_MONITOR",
        show_envvar=True,
        help="Metric a run is judged by.  [default: val_acc, else val_loss, acc, loss]",
    ),
    click.option(
        "--mode",
        type=click.Choice(["min", "max"]),
        envvar="REPORTER_MODE",
        show_envvar=True,
        help="Which way of it is better.  [default: by its name]",
    ),
)
"""Adds the options that say what the best epoch is."""

gating = click.option(
    "--fail-under",
    type=Listed(),
    multiple=True,
    metavar="GATE",
    envvar="REPORTER_FAIL_UNDER",
    show_envvar=True,
    help="Exit 1 if a run misses this, like 'val_acc>=0.994'; repeatable.",
)
"""Adds the option that says what is asked of runs."""

templates_option = click.option(
    "--templates",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder where templates are looked for first.",
)
"""Adds the option that names a folder of templates."""
