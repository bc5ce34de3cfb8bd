"""Reads defaults of options from the table `[tool.reporter]` of a `pyproject.toml`; an unknown key is an error."""

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

CONFIG = "reporter.config"
"""The key of `click.Context.meta` that holds the path of the file with the defaults."""


def _configure(ctx: click.Context, _: click.Parameter, path: Path | None) -> None:
    """Sets the defaults of a command before its options are parsed; click handles `--help` before that."""
    found = path or _nearest_file()
    if found:
        ctx.meta[CONFIG] = found
        ctx.default_map = read_settings(found, required=path is not None)


config_option = click.option(
    "--config",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    is_eager=True,
    expose_value=False,
    callback=_configure,
    help=f"Read defaults from the table {_TABLE} of this file.  [default: {_FILE} in this folder or one above]",
)
"""Adds the option that names the file with the defaults, and applies them."""


def read_settings(path: Path, *, required: bool = False) -> dict[str, Any]:
    """Reads the defaults of options from a TOML file.

    Args:
        path: The file; its format is described in
            https://packaging.python.org/en/latest/specifications/pyproject-toml/.
        required: Whether it is an error if the file has no table `[tool.reporter]`.

    Returns:
        The defaults, by the Python names of the options.

    Raises:
        UsageError: The file cannot be read, or it has an unknown key or a value of the wrong type.
    """
    text = _read(path)
    tool = _parse(text, path).get("tool", {}) if "reporter" in text else {}
    table = tool.get("reporter") if isinstance(tool, Mapping) else None
    if table is None and not required:
        return {}
    if not isinstance(table, Mapping):
        raise UsageError(f"it has no table {_TABLE}; add one, or name another file", _relative(path))
    defaults: dict[str, Any] = {}
    for key, value in table.items():
        if key not in _KEYS:
            raise UsageError(f"unknown key {key!r} in {_TABLE}; {_similar(key)}", _relative(path), _line(text, key))
        if any("\0" in each for each in _texts(value, path.parent) or ()):
            raise UsageError(f"{key} holds a NUL character; leave it out", _relative(path), _line(text, key))
        convert, expected, names = _KEYS[key]
        converted = convert(value, path.parent)
        if converted is None:
            raise UsageError(f"{key} must be {expected}, not {value!r}", _relative(path), _line(text, key))
        defaults |= dict.fromkeys(names, converted)
    return defaults


def _nearest_file() -> Path | None:
    """Finds the file in the working directory or a folder above it, up to the top folder of the git repository."""
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
        raise UsageError(
            f"cannot be read ({error}); it must be readable and encoded as UTF-8", _relative(path)
        ) from None


def _parse(text: str, path: Path) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"not valid TOML: {error}", _relative(path)) from None


def _text(value: object, _: Path) -> str | None:
    return value if isinstance(value, str) else None


def _texts(value: object, _: Path) -> tuple[str, ...] | None:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        return None
    return tuple(values)


def _mode(value: object, _: Path) -> str | None:
    return value if value in ("min", "max") and isinstance(value, str) else None


def _scale(value: object, _: Path) -> str | None:
    return value if value in ("linear", "error") and isinstance(value, str) else None


def _columns(value: object, folder: Path) -> str | None:
    """Joins the names of columns as `--columns` takes them."""
    values = _texts(value, folder)
    return None if values is None else ",".join(values)


def _path(value: object, folder: Path) -> str | None:
    """Converts a path relative to the folder of the file to one relative to the working directory."""
    return os.path.relpath(folder / value) if isinstance(value, str) else None


def _sources(value: object, folder: Path) -> tuple[str, ...] | None:
    from reporter.sources.names import STDIN, is_address

    values = _texts(value, folder)
    return values and tuple(
        each if each in ("", STDIN) or is_address(each) else os.path.relpath(folder / each) for each in values
    )


_KEYS: Mapping[str, tuple[Callable[[object, Path], Any], str, tuple[str, ...]]] = {
    "columns": (_columns, "a string or a list of strings", ("columns",)),
    "fail-under": (_texts, "a string or a list of strings", ("fail_under",)),
    "lint-ignore": (_texts, "a string or a list of strings", ("ignore",)),
    "lint-select": (_texts, "a string or a list of strings", ("select",)),
    "logs": (_sources, "a string or a list of strings", ("sources", "to", "runs", "logs")),
    "margin": (_texts, "a string or a list of strings", ("margin",)),
    "min-delta": (_texts, "a string or a list of strings", ("min_delta",)),
    "mode": (_mode, "'min' or 'max'", ("mode",)),
    "monitor": (_text, "a string", ("monitor",)),
    "scale": (_scale, "'linear' or 'error'", ("scale",)),
    "template": (_text, "a string", ("template",)),
    "templates": (_path, "a string", ("templates",)),
}
"""For each key: the function that converts its value, a description of valid values, and the options it sets."""


def _similar(key: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(key, _KEYS, 1)
    return f"did you mean {close[0]!r}?" if close else f"the keys are {', '.join(_KEYS)}"


def _line(text: str, key: str) -> int | None:
    """Finds the line of a key below the header of the table."""
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


def _relative(path: Path) -> str:
    return os.path.relpath(path)
