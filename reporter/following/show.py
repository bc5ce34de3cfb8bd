"""Turns a frame into the lines of a terminal."""

from __future__ import annotations

import io
import os

from rich.console import Console

from reporter.following.frame import Frame


def is_colourful(environment: dict[str, str] | os._Environ[str], *, on_terminal: bool) -> bool:
    """Tells whether colours are used: on a terminal, unless `NO_COLOR` is set or it can show none."""
    return on_terminal and not environment.get("NO_COLOR") and environment.get("TERM", "") not in ("", "dumb")


def lines_of(frame: Frame, width: int, height: int, *, colours: bool) -> list[str]:
    """Draws a frame.

    Args:
        frame: The frame.
        width: Columns of the terminal.
        height: Lines of the terminal.
        colours: Whether colours are used.

    Returns:
        The lines, from top to bottom. The only escapes in them are those for colours.
    """
    text = io.StringIO()
    console = Console(
        file=text,
        width=width,
        height=height,
        force_terminal=colours,
        color_system="256" if colours else None,
        legacy_windows=False,
        highlight=False,
    )
    console.print(frame.drawn(width, height), height=height, end="")
    return text.getvalue().split("\n")[:height]
