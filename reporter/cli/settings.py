"""Takes defaults of options from `[tool.reporter]` in `pyproject.toml`; what it does not know, it refuses."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from reporter.errors import UsageError

_FILE = "pyproject.toml"
_TABLE = "[tool.reporter]"


def _configure(ctx: click.Context, _: click.Parameter, path: Path | None) -> None:
    """Give a command its defaults before its options are read; `--help` comes first and does without."""
    found = path or _nearest()
    if found:
        ctx.default_map = settings(found, named=path is not None)


configured = click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    is_eager=True,
    expose_value=False,
    callback=_configure,
    help=f"Take defaults from {_TABLE} of this file.  [default: {_FILE} here or above]",
)
"""Adds the option that names the file of the defaults, and takes them from it."""


def settings(path: Path, *, named: bool = False) -> dict[str, Any]:
    """Read the defaults of options.

    Args:
        path: A file of TOML, like the `pyproject.toml` that
            https://packaging.python.org/en/latest/specifications/pyproject-toml/ describes.
        named: Whether somebody named it, so that the table must be in it.

    Returns:
        The defaults, by the names that the options have in Python.

    Raises:
        UsageError: It cannot be read, or says something that no command understands.
    """
    text = _read(path)
    tool = _parse(text, path).get("tool", {}) if "reporter" in text else {}
    table = tool.get("reporter") if isinstance(tool, Mapping) else None
    if table is None and not named:
        return {}
    if not isinstance(table, Mapping):
        raise UsageError(f"no table {_TABLE} in it", _shown(path))
    defaults: dict[str, Any] = {}
    for key, value in table.items():
        if key not in _KEYS:
            raise UsageError(f"unknown key {key!r} in {_TABLE}; {_similar(key)}", _shown(path), _line(text, key))
        accepted, wanted, names = _KEYS[key]
        taken = accepted(value, path.parent)
        if taken is None:
            raise UsageError(f"{key} is {wanted}, not {value!r}", _shown(path), _line(text, key))
        defaults |= dict.fromkeys(names, taken)
    return defaults


def _nearest() -> Path | None:
    """Find the file of the current folder, or of those above it up to the top of the repository."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / _FILE).is_file():
            return folder / _FILE
        if (folder / ".git").exists():
            break
    return None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot be read ({error}); write it as UTF-8", _shown(path)) from None


def _parse(text: str, path: Path) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"no TOML: {error}", _shown(path)) from None


def _text(value: object, _: Path) -> str | None:
    return value if isinstance(value, str) else None


def _texts(value: object, _: Path) -> tuple[str, ...] | None:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        return None
    return tuple(values)


def _mode(value: object, _: Path) -> str | None:
    return value if value in ("min", "max") and isinstance(value, str) else None


def _path(value: object, folder: Path) -> str | None:
    """Give a path that is seen from the folder of the file as one that is seen from here."""
    return os.path.relpath(folder / value) if isinstance(value, str) else None


def _sources(value: object, folder: Path) -> tuple[str, ...] | None:
    from reporter.sources.names import STDIN, is_address

    values = _texts(value, folder)
    return values and tuple(
        each if each in ("", STDIN) or is_address(each) else os.path.relpath(folder / each) for each in values
    )


_KEYS: Mapping[str, tuple[Callable[[object, Path], Any], str, tuple[str, ...]]] = {
    "fail-under": (_texts, "a text or a list of texts", ("fail_under",)),
    "logs": (_sources, "a text or a list of texts", ("sources", "to")),
    "mode": (_mode, "'min' or 'max'", ("mode",)),
    "monitor": (_text, "a text", ("monitor",)),
    "template": (_text, "a text", ("template",)),
    "templates": (_path, "a text", ("templates",)),
}
"""How the value of each key is taken, what it is to be, and the options that it is a default of."""


def _similar(key: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(key, _KEYS, 1)
    return f"did you mean {close[0]!r}?" if close else f"there are {', '.join(_KEYS)}"


def _line(text: str, key: str) -> int | None:
    """Find the line of a key, where it stands under the head of the table."""
    lines = text.splitlines()
    heads = [
        index
        for index, line in enumerate(lines)
        if re.fullmatch(r"\[\s*tool\s*\.\s*reporter\s*\]", line.split("#")[0].strip())
    ]
    spelt = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*[=.]""")
    return next(
        (index + 1 for index, line in enumerate(lines) if heads and index > heads[0] and spelt.match(line)), None
    )


def _shown(path: Path) -> str:
    return os.path.relpath(path)
