"""Parses the options in the markers of a block, such as `id=results logs=logs`."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from reporter.documents.columns import COLUMNS
from reporter.documents.pictures import Scale
from reporter.errors import MarkerError, UsageError
from reporter.facts.deltas import MinDelta, parse_margins
from reporter.model import Mode

BEGIN = "BEGIN_REPORTER"
END = "END_REPORTER"

_LONGEST = 4096
"""Maximum number of characters in the options of a marker."""

_OPTIONS_OF = {
    BEGIN: ("id", "logs", "template", "monitor", "mode", "level", "columns", "scale", "margin"),
    END: ("sha256",),
}
"""The options of each marker."""

_VALUES = {
    "id": (r"[\w.-]+", "a name of letters, digits, dots and dashes"),
    "logs": (r"(?s).*\S.*", "files, folders, patterns or addresses, relative to this file"),
    "template": (r"[\w-]+", "the NAME of a template file NAME.md.j2"),
    "monitor": (r"(?s).+", "the metric that decides which epoch is best"),
    "mode": (r"min|max", "min or max"),
    "level": (r"[1-5]", "the level of the headings, 1 to 5"),
    "columns": (rf"(?:{'|'.join(COLUMNS)})(?:,(?:{'|'.join(COLUMNS)}))*", f"names with commas: {', '.join(COLUMNS)}"),
    "scale": (r"linear|error", "linear or error"),
    "margin": (r"(?s).+", "how far a result may be from its original, such as 0.001, 2% or val_acc=0.001"),
    "sha256": (r"[0-9a-f]{64}", "64 hexadecimal digits; remove the option to have the block written again"),
}
"""For each option, a pattern that its values match and a description of them for error messages."""


@dataclass(frozen=True, slots=True)
class Options:
    """Holds the options of the first marker of a block.

    Attributes:
        id: The name of the block in messages.
        logs: The logs to report: files, folders, patterns or addresses, relative to the Markdown file.
        template: The name of the template.
        monitor: The metric that decides which epoch is best; by default the first of `val_acc`, `val_loss`, `acc`,
            `loss` that a run has.
        mode: Whether the largest or the smallest value is best; by default the name of the metric decides.
        level: The level of the headings of experiments, 1 to 5.
        columns: The columns of the table, in this order; at most seven are chosen by default.
        scale: The scale of the vertical axes of figures.
        margins: How far a result may be from an original to count as the same; by default the noise of two runs.
    """

    id: str = ""
    logs: tuple[str, ...] = ()
    template: str = "report"
    monitor: str | None = None
    mode: Mode | None = None
    level: int = 3
    columns: tuple[str, ...] = ()
    scale: Scale = "linear"
    margins: tuple[MinDelta, ...] = ()


def parse_begin(text: str) -> Options:
    """Parses the options of a first marker.

    Args:
        text: The text between `BEGIN_REPORTER` and the end of the comment.

    Returns:
        The options.

    Raises:
        MarkerError: An option is unknown, repeated or has an invalid value.
    """
    values: dict[str, Any] = _parse(BEGIN, text)
    logs = tuple(source for value in values.pop("logs", []) for source in _words(value))
    if "-" in logs:
        raise MarkerError(f"a block cannot read standard input; logs takes {_VALUES['logs'][1]}")
    single = {name: value for name, (value,) in values.items()}
    if "level" in single:
        single["level"] = int(single["level"])
    if "columns" in single:
        single["columns"] = tuple(single["columns"].split(","))
    if "margin" in single:
        single["margins"] = _margins(single.pop("margin"))
    return Options(logs=logs, **single)


def parse_end(text: str) -> str | None:
    """Parses the options of a last marker.

    Args:
        text: The text between `END_REPORTER` and the end of the comment.

    Returns:
        The checksum; None if there is none.

    Raises:
        MarkerError: An option is unknown, repeated or has an invalid value.
    """
    values = _parse(END, text).get("sha256")
    return values[0] if values else None


def _parse(marker: str, text: str) -> dict[str, list[str]]:
    """Returns the values of each option; only `logs` may be repeated."""
    values: dict[str, list[str]] = {}
    for word in _words(text):
        name, _, value = word.partition("=")
        _check(marker, name, value)
        if name in values and name != "logs":
            raise MarkerError(f"{name} is given twice; keep one")
        values.setdefault(name, []).append(value)
    return values


def _margins(text: str) -> tuple[MinDelta, ...]:
    """Parses margins with commas between them."""
    try:
        return tuple(parse_margins(text.split(",")))
    except UsageError as error:
        raise MarkerError(error.message) from None


def _check(marker: str, name: str, value: str) -> None:
    known = _OPTIONS_OF[marker]
    if name not in known:
        raise MarkerError(f"unknown option {name!r}; {_suggestion(marker, name, known)}")
    pattern, meaning = _VALUES[name]
    if not re.fullmatch(pattern, value):
        raise MarkerError(f"{name}={value!r} is not valid; {name} takes {meaning}")


def _suggestion(marker: str, name: str, known: Sequence[str]) -> str:
    close = get_close_matches(name, known, 1)
    return f"did you mean {close[0]}?" if close else f"{marker} takes {', '.join(known)}"


def _words(text: str) -> list[str]:
    """Splits a text into words, with the quoting rules of a shell."""
    if len(text) > _LONGEST:
        raise MarkerError(f"its options are longer than {_LONGEST:,} characters; name a folder or a pattern instead")
    try:
        return shlex.split(text)
    except ValueError:
        message = f"a quotation mark is not closed, or a backslash ends the options: {text.strip()!r}"
        raise MarkerError(message) from None
