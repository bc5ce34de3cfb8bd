"""Decides where a result goes: `-o FILE` gives the format by the ending of FILE, `-o -` is standard output."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reporter.errors import UsageError

if TYPE_CHECKING:
    _Choice = click.Choice[str]
else:
    _Choice = click.Choice  # it is generic from click 8.2 on


class _OutputFile(click.Path):
    """The path of a file to write; `-` is converted to None, which stands for standard output."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, path_type=Path, allow_dash=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Converts the argument."""
        return None if value == "-" else super().convert(value, param, ctx)


class Format(_Choice):
    """The name of a format, or another name for it.

    Args:
        formats: The names of the formats.
        aliases: For other names: the format that each stands for.
    """

    def __init__(self, formats: Sequence[str], aliases: Mapping[str, str]) -> None:
        super().__init__(formats)
        self._aliases = aliases

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Converts the argument."""
        return super().convert(self._aliases.get(value, value), param, ctx)


def output_option(help: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Makes the option `-o FILE` of a command.

    Args:
        help: What is written; the help of the option begins with it.

    Returns:
        The decorator, which passes the path as `output`: None for standard output.
    """
    return click.option(
        "-o",
        "--output",
        metavar="FILE",
        type=_OutputFile(),
        help=f"{help} Its ending decides the format, unless --format is given; - is standard output.",
    )


def chosen_format(given: str | None, output: Path | None, endings: Mapping[str, str], default: str) -> str:
    """Chooses the format of a result.

    Args:
        given: The value of `--format`.
        output: The file to write; None for standard output.
        endings: The known endings, such as `.csv`, with the format of each.
        default: The format of standard output, and of devices and pipes.

    Returns:
        The name of the format.

    Raises:
        UsageError: `--format` is not given, and the ending of the file is unknown.
    """
    if given:
        return given
    if output is None or (output.exists() and not output.is_file()):
        return default
    ending = output.suffix.lower()
    if ending not in endings:
        what = f"the ending {ending!r} stands for no format" if ending else "its name has no ending"
        raise UsageError(f"{what}; use {', '.join(endings)}, or choose a format with --format", output)
    return endings[ending]
