"""Finds the files that a source names: a file, a folder, a pattern, an address, a git revision, standard input."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath, PurePosixPath

from reporter.errors import NoRunError, SourceError
from reporter.sources import git, tensorboard
from reporter.sources.remote import is_remote

STDIN = "-"
SUFFIXES = (".log", ".txt", ".md", ".ipynb", ".csv")
"""The endings that a log is looked for under in a folder, also with one of `_PACKED` behind."""

_PACKED = (".gz", ".bz2", ".xz", ".zst")
_NO_LOG = f"no log in this folder; a log ends in {', '.join(SUFFIXES)}"
_NO_MATCH = "no file matches; ** stands for folders, * for a part of a name"


def expand(source: str) -> list[str]:
    """Give the files that a source stands for.

    Args:
        source: A file, an address, `-` for standard input, a folder, which stands for all logs below it, or a pattern
            like `logs/**/*.log`, which stands for all files that it matches; what is hidden is not looked at, nor is
            `x.json` beside an `x.log`. Each of the last two, and a file, also as git keeps it: `git:REF:PATH`.

    Returns:
        The source itself, or the files of the folder or of the pattern in the order of their paths.

    Raises:
        NoRunError: The folder holds no file that could be a log, or the pattern matches none.
        SourceError: It has no name, or git cannot be asked.
    """
    if not source:
        raise SourceError("an empty name is no log; name one, or . for this folder")
    if source == STDIN or is_remote(source):
        return [source]
    if git.is_git(source):
        return _kept(source)
    path = Path(source)
    if path.is_dir():
        return _found(_below(path), _NO_LOG, source)
    if not path.exists() and _is_pattern(source):
        return _found(_matching(source), _NO_MATCH, source)
    return [source]


def seen_from(folder: Path, source: str) -> str:
    """Give a source that a file in a folder names as it is called from here; a folder's name is never a pattern."""
    if is_remote(source):
        return source
    if git.is_git(source):
        return git.seen_from(folder, source)
    path = folder / source
    return str(path if path.exists() else glob.escape(str(folder)) / Path(source))


def is_address(source: str) -> bool:
    """Say whether a source is something else than a path: on another machine, or kept by git."""
    return is_remote(source) or git.is_git(source)


def ending(path: str | Path) -> str:
    """Give the ending of a file, or where it is compressed, of the file in it: `.log` of `a.log.gz`."""
    stem, suffix = Path(path).stem, Path(path).suffix.lower()
    return Path(stem).suffix.lower() if suffix in _PACKED else suffix


def records_beside(log: str) -> list[str]:
    """Name the places where the record of a training may be.

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


def _kept(source: str) -> list[str]:
    """Give the files that a source of git stands for."""
    paths = git.below(source)
    if paths is None:
        return _found(git.matching(source), _NO_MATCH, source) if _is_pattern(source) else [source]
    logs = (path for path in paths if ending(path) in SUFFIXES and not _is_hidden(PurePosixPath(path)))
    return _found((git.join(source, path) for path in logs), _NO_LOG, source)


def _is_pattern(source: str) -> bool:
    return any(mark in source for mark in "*?[")


def _is_hidden(path: PurePath) -> bool:
    """Say whether a path leads to or through something hidden."""
    return any(part.startswith(".") for part in path.parts)


def _below(folder: Path) -> Iterator[str]:
    paths = [path for path in folder.rglob("*") if tensorboard.NAME in path.name or ending(path) in SUFFIXES]
    events = [path for path in paths if tensorboard.NAME in path.name]
    read_with_others = {each for path in events for each in tensorboard.companions(path)}
    for path in paths:
        if not _is_hidden(path.relative_to(folder)) and path not in read_with_others and path.is_file():
            yield str(path)


def _matching(pattern: str) -> Iterator[str]:
    return (path for path in glob.iglob(pattern, recursive=True) if Path(path).is_file())


def _found(paths: Iterable[str], otherwise: str, source: str) -> list[str]:
    """Sort files; the record of a training is left out if its log is among them, because it is the same run."""
    found = set(paths)
    if not found:
        raise NoRunError(otherwise, source)
    return sorted(found - {record for path in found for record in records_beside(path)})
