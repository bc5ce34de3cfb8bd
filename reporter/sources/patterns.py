"""Finds the files that a pattern matches; links that lead in circles end the search nowhere."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path


def is_pattern(text: str) -> bool:
    """Tells whether a text has a `*`, `?` or `[`."""
    return any(mark in text for mark in "*?[")


def start_of(pattern: Path) -> Path:
    """Returns the folder that a pattern starts from: its parts before the first one with a `*`, `?` or `[`."""
    return Path(*pattern.parts[: _first(pattern)])


def files_matching(pattern: Path) -> Iterator[str]:
    """Lists the regular files that match a pattern, by the rules of Python's `glob`.

    Each folder is searched once for each part, by one of its names if links give it several, and `**` follows no links.
    So the time is that of the files and folders there are, times the parts.

    Args:
        pattern: A path with `*`, `?` or `[` in some of its parts, or `**` for any folders.

    Yields:
        The path of each file.
    """
    first = _first(pattern)
    folders = [Path(*pattern.parts[:first])]
    *between, last = pattern.parts[first:]
    for part in [*between, last] if last == "**" else between:
        folders = list(_distinct(each for folder in folders for each in _folders(folder, part)))
    wanted = "*" if last == "**" else last
    for folder in folders:
        for name in _names(folder, wanted):
            if is_regular(folder / name):
                yield str(folder / name)


def is_regular(path: Path) -> bool:
    """Tells whether a path that nobody named leads to a regular file, and not into the system through a link."""
    try:
        return path.is_file() and not (
            path.is_symlink() and os.path.realpath(path).startswith(("/proc/", "/sys/", "/dev/"))
        )
    except OSError:  # a name too long, or a folder that may not be read
        return False


def _first(pattern: Path) -> int:
    return next(index for index, part in enumerate(pattern.parts) if is_pattern(part))


def _folders(folder: Path, part: str) -> Iterator[Path]:
    """Lists the folders in a folder that one part of a pattern matches."""
    if part == "**":
        for parent, names, _ in os.walk(folder):
            names[:] = [name for name in names if not name.startswith(".")]
            yield Path(parent)
    elif is_pattern(part):
        yield from (folder / name for name in _names(folder, part) if (folder / name).is_dir())
    elif (folder / part).is_dir():
        yield folder / part


def _names(folder: Path, part: str) -> list[str]:
    """Lists what is in a folder and matches a part; what is hidden matches only a part that begins with a dot."""
    if not is_pattern(part):
        return [part]
    try:
        found = sorted(os.listdir(folder))
    except OSError:
        return []
    return [name for name in found if fnmatch(name, part) and (part.startswith(".") or not name.startswith("."))]


def _distinct(folders: Iterable[Path]) -> Iterator[Path]:
    known: set[str] = set()
    for folder in folders:
        real = os.path.realpath(folder)
        if real not in known:
            known.add(real)
            yield folder
