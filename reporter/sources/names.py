"""Expands the name of a source to files: a file, a folder, a pattern, an address, a git revision or standard input."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath, PurePosixPath
from typing import Literal, NamedTuple

from reporter.errors import NoRunError, SourceError
from reporter.sources import git, tensorboard
from reporter.sources.bounds import refuse_outside
from reporter.sources.patterns import files_matching, is_pattern, is_regular, start_of
from reporter.sources.remote import is_remote

STDIN = "-"
SUFFIXES = (".log", ".txt", ".md", ".ipynb", ".csv")
"""Endings of files that often are logs; each may be followed by one of `_PACKED`, for example `.log.gz`."""

_PACKED = (".gz", ".bz2", ".xz", ".zst")
_PROGRAMS = ("node_modules", "site-packages", "__pycache__")
_HINT = "epoch|loss"
"""What a log in git contains at least, in lower case or not; only such text files are looked at more closely."""

_NO_LOG = "no log in this folder; name one that holds logs"
_NO_MATCH = "no file matches; ** matches folders, * a part of a name"


class Found(NamedTuple):
    """Holds the files of a source.

    Attributes:
        files: The files, sorted by path, and by the numbers in it.
        kind: How the source names them: each by its name, by a pattern, or by their folder.
    """

    files: list[str]
    kind: Literal["file", "pattern", "folder"]


def find(source: str) -> Found:
    """Finds the files that a source names.

    Args:
        source: One of: a file; an address like `https://…`; `-` for standard input; a folder, which means all files
            below it (those that are no logs are skipped later); a pattern like `logs/**/*.log`; a file, folder or
            pattern in git: `git:REF:PATH`. Hidden files, records (`x.json` beside `x.log`) and checkpoints
            (`x.resume`) are left out of folders and patterns. So are virtual environments and the folders of installed
            packages. In git, a folder means its text files that may be logs.

    Returns:
        The files of a folder or pattern; otherwise only the source itself.

    Raises:
        NoRunError: The folder is empty, or no file matches the pattern.
        SourceError: The source is an empty string or holds a NUL character, or git fails.
    """
    refuse_impossible(source)
    if source == STDIN or is_remote(source):
        return Found([source], "file")
    if git.is_git(source):
        return _find_in_git(source)
    path = Path(source)
    if path.is_dir():
        refuse_outside(source)
        return Found(_sorted(_below(path), _NO_LOG, source), "folder")
    if not path.exists() and is_pattern(source):
        refuse_outside(start_of(path))
        return Found(_sorted(files_matching(path), _NO_MATCH, source), "pattern")
    return Found([source], "file")


def refuse_impossible(source: str) -> None:
    """Refuses a name that no file can have.

    Raises:
        SourceError: The name is empty, or holds a NUL character.
    """
    if not source:
        raise SourceError("the name of a log is empty; name a log, or . for this folder")
    if "\0" in source:
        raise SourceError("no file has a NUL character in its name; name a readable log", source)


def resolve(folder: Path, source: str) -> str:
    """Turns a source that is relative to a folder into one that is relative to the current folder.

    Args:
        folder: The folder, whose name is never taken for a pattern.
        source: The source as a file in that folder names it.

    Returns:
        The source as a command line in the current folder names it; an address stays as it is.
    """
    if is_remote(source):
        return source
    if git.is_git(source):
        return git.resolve(folder, source)
    path = folder / source
    return str(path if path.exists() else glob.escape(str(folder)) / Path(source))


def is_address(source: str) -> bool:
    """Checks whether a source is not a path: it is on another machine or in git."""
    return is_remote(source) or git.is_git(source)


def ending(path: str | Path) -> str:
    """Gives the file ending in lower case, without that of a compression: `.log` for `a.log` and for `a.log.gz`."""
    stem, suffix = Path(path).stem, Path(path).suffix.lower()
    return Path(stem).suffix.lower() if suffix in _PACKED else suffix


def records_beside(log: str) -> list[str]:
    """Names the places where the record of a training may be.

    Args:
        log: The source of a log, a file or `git:REF:PATH`.

    Returns:
        `x.json` for `x.log`; `x.json` and `x.json.gz` for `x.log.gz`, and so on for each compression; nothing for a
        source with another ending.
    """
    packed = next((suffix for suffix in _PACKED if log.endswith(suffix)), "")
    stem = log.removesuffix(packed)
    if not stem.endswith(".log"):
        return []
    plain = stem.removesuffix(".log") + ".json"
    return [plain, plain + packed] if packed else [plain]


def _find_in_git(source: str) -> Found:
    paths = git.files_below(source)
    if paths is None and is_pattern(source):
        return Found(_sorted(git.files_matching(source), _NO_MATCH, source), "pattern")
    if paths is None:
        return Found([source], "file")
    hints = git.files_containing(source, _HINT) & set(paths)
    logs = (path for path in paths if path in hints or ending(path) in SUFFIXES)
    shown = (git.join(source, path) for path in logs if not _is_hidden(PurePosixPath(path)))
    return Found(_sorted(shown, _NO_LOG, source), "folder")


def _is_hidden(path: PurePath) -> bool:
    """Checks whether a file or one of its folders is hidden, so that its name starts with a dot."""
    return any(part.startswith(".") for part in path.parts)


def _below(folder: Path) -> Iterator[str]:
    """Lists the files below a folder that are not hidden; the event files of a validation belong to their training."""
    for parent, folders, names in os.walk(folder):
        folders[:] = [each for each in folders if not _is_foreign(os.path.join(parent, each))]
        for name in names:
            path = Path(parent, name)
            is_companion = tensorboard.NAME in name and tensorboard.is_companion(path)
            if not name.startswith(".") and not is_companion and is_regular(path):
                yield str(path)


def _is_foreign(folder: str) -> bool:
    """Tells whether a folder is hidden, or holds programs of others: a virtual environment, or installed packages."""
    name = os.path.basename(folder)
    return name.startswith(".") or name in _PROGRAMS or os.path.exists(os.path.join(folder, "pyvenv.cfg"))


def _sorted(paths: Iterable[str], otherwise: str, source: str) -> list[str]:
    """Sorts files; the record and the checkpoint of a training are left out, because they are of the run in its log."""
    found = {path for path in paths if ".resume" not in path or not _is_of_checkpoint(Path(path))}
    if not found:
        raise NoRunError(otherwise, source)
    return sorted(found - {record for path in found for record in records_beside(path)}, key=natural)


def _is_of_checkpoint(path: Path) -> bool:
    """Tells whether a file is in the folder `seed-0.resume` beside `seed-0.log`."""
    return path.parent.suffix == ".resume" and path.parent.with_suffix(".log").exists()


def natural(path: str) -> tuple[tuple[int, str], ...]:
    """Makes the key for sorting names as people do: `run-2` comes before `run-10`.

    Args:
        path: The name.

    Returns:
        A key; two names have equal keys only if they are equal.
    """
    parts = re.split(r"(\d{1,18})", path, flags=re.ASCII)  # every second part is a number
    return tuple((int(part) if index % 2 else 0, part) for index, part in enumerate(parts))
