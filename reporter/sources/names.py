"""Expands the name of a source to files: a file, a folder, a pattern, an address, a git revision or standard input."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath, PurePosixPath

from reporter.errors import NoRunError, SourceError
from reporter.sources import git, tensorboard
from reporter.sources.remote import is_remote

STDIN = "-"
SUFFIXES = (".log", ".txt", ".md", ".ipynb", ".csv")
"""File endings of logs in a folder; each may be followed by one of `_PACKED`, for example `.log.gz`."""

_PACKED = (".gz", ".bz2", ".xz", ".zst")
_NO_LOG = f"no log in this folder; a log ends in {', '.join(SUFFIXES)}"
_NO_MATCH = "no file matches; ** matches folders, * a part of a name"


def expand(source: str) -> list[str]:
    """Expands a source into the files it names.

    Args:
        source: One of: a file; an address like `https://…`; `-` for standard input; a folder, which means all logs
            below it; a pattern like `logs/**/*.log`; a file, folder or pattern in git: `git:REF:PATH`. Hidden files
            and records (`x.json` beside `x.log`) are left out of folders and patterns.

    Returns:
        The files of a folder or pattern, sorted by path; otherwise only the source itself.

    Raises:
        NoRunError: The folder has no file that could be a log, or no file matches the pattern.
        SourceError: The source is an empty string or holds a NUL character, or git fails.
    """
    refuse_impossible(source)
    if source == STDIN or is_remote(source):
        return [source]
    if git.is_git(source):
        return _expand_git(source)
    path = Path(source)
    if path.is_dir():
        return _sorted(_below(path), _NO_LOG, source)
    if not path.exists() and _is_pattern(source):
        return _sorted(_matching(source), _NO_MATCH, source)
    return [source]


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


def _expand_git(source: str) -> list[str]:
    """Expands a source in git."""
    paths = git.files_below(source)
    if paths is None:
        return _sorted(git.files_matching(source), _NO_MATCH, source) if _is_pattern(source) else [source]
    logs = (path for path in paths if ending(path) in SUFFIXES and not _is_hidden(PurePosixPath(path)))
    return _sorted((git.join(source, path) for path in logs), _NO_LOG, source)


def _is_pattern(source: str) -> bool:
    return any(mark in source for mark in "*?[")


def _is_hidden(path: PurePath) -> bool:
    """Checks whether a file or one of its folders is hidden, so that its name starts with a dot."""
    return any(part.startswith(".") for part in path.parts)


def _below(folder: Path) -> Iterator[str]:
    paths = [path for path in folder.rglob("*") if tensorboard.NAME in path.name or ending(path) in SUFFIXES]
    events = [path for path in paths if tensorboard.NAME in path.name]
    companions = {each for path in events for each in tensorboard.companions(path)}
    for path in paths:
        if not _is_hidden(path.relative_to(folder)) and path not in companions and path.is_file():
            yield str(path)


def _matching(pattern: str) -> Iterator[str]:
    return (path for path in glob.iglob(pattern, recursive=True) if Path(path).is_file())


def _sorted(paths: Iterable[str], otherwise: str, source: str) -> list[str]:
    """Sorts files; the record of a training is left out if its log is among them, because it is the same run."""
    found = set(paths)
    if not found:
        raise NoRunError(otherwise, source)
    return sorted(found - {record for path in found for record in records_beside(path)})
