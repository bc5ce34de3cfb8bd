"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def add_options(*options: Decorator) -> Decorator:
    """Combines several arguments and options of click into one decorator.

    Args:
        options: The decorators, in the order in which the help lists them.

    Returns:
        A decorator that adds all of them to a command.
    """

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return add


class TextList(click.types.StringParamType):
    """A string; its environment variable may list several, separated by `;`."""

    def split_envvar_value(self, rv: str) -> list[str]:
        """Splits the value of the environment variable."""
        return [each for each in rv.split(";") if each.strip()]


class Source(TextList):
    """The name of a log: a file, folder, pattern or address. The shell completes it as a path."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Tells the shell to complete a path."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(incomplete, type="file")]


class SeveralValues(click.Command):
    """Lets an option take several values: `--to a.log b.log` means `--to a.log --to b.log`."""

    option: ClassVar[str]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Repeats the option before each of its values."""
        expanded: list[str] = []
        after_option = False
        for arg in args:
            is_option = arg.startswith("-") and arg != "-"
            if after_option and not is_option and expanded[-1] != self.option:
                expanded.append(self.option)
            expanded.append(arg)
            after_option = arg.partition("=")[0] == self.option if is_option else after_option
        return super().parse_args(ctx, expanded)


monitor_options = add_options(
    click.option(
        "--monitor",
        metavar="METRIC",
        envvar="REPORTER_MONITOR",
        show_envvar=True,
        help="Metric that decides which epoch is best.  [default: the first of val_acc, val_loss, acc, loss]",
    ),
    click.option(
        "--mode",
        type=click.Choice(["min", "max"]),
        envvar="REPORTER_MODE",
        show_envvar=True,
        help="Whether the smallest or the largest value of METRIC is best.  [default: decided by its name]",
    ),
)
"""Adds the options that decide which epoch is best."""

scale_option = click.option(
    "--scale",
    type=click.Choice(["linear", "error"]),
    default="linear",
    show_default=True,
    help="Vertical axes of figures: linear, where the first epochs may be cut off with a mark, or logarithmic, with "
    "1 − value for a metric like an accuracy (error).",
)
"""Adds the option for the axes of figures."""

width_option = click.option(
    "--width",
    metavar="N",
    type=click.IntRange(20),
    help="Maximum width of a table in characters: columns are left out until it fits.  [default: that of the terminal; "
    "no limit in a file or pipe]",
)
"""Adds the option for the width of tables."""

margin_option = click.option(
    "--margin",
    type=TextList(),
    multiple=True,
    metavar="[METRIC=]MARGIN",
    help="How far a result may be from that of an original to count as the same, such as 0.001, 2% or val_acc=0.001. "
    "Repeatable.  [default: how far two single runs differ by the noise that the log of the original shows]",
)
"""Adds the option for the margin of a reproduction."""

gate_option = click.option(
    "--fail-under",
    type=TextList(),
    multiple=True,
    metavar="GATE",
    envvar="REPORTER_FAIL_UNDER",
    show_envvar=True,
    help="Exit with code 1 if a run misses GATE, such as 'val_acc>=0.994'. Repeatable.",
)
"""Adds the option for gates."""

strict_option = click.option(
    "--strict", is_flag=True, help="Write nothing and exit with code 3 if a log cannot be read."
)
"""Adds the option for files that cannot be read."""

trials_option = click.option(
    "--trials",
    is_flag=True,
    help="Include trials: runs that reporter train made with fewer samples or epochs than the experiment has.",
)
"""Adds the option for trials, which results leave out by default."""

templates_option = click.option(
    "--templates",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder that is searched for templates before the built-in ones.",
)
"""Adds the option for a folder of templates."""
