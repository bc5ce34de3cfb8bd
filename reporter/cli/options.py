"""Holds the options that several commands have, and adds a list of options to a command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

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


judging = together(
    click.option("--monitor", help="Metric a run is judged by.  [default: val_acc, else val_loss, acc, loss]"),
    click.option(
        "--mode", type=click.Choice(["min", "max"]), help="Which way of it is better.  [default: by its name]"
    ),
)
"""Adds the options that say what the best epoch is."""

templates_option = click.option(
    "--templates",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder where templates are looked for first.",
)
"""Adds the option that names a folder of templates."""
