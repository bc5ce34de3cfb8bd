"""Reads what git keeps: `git:REF:PATH` names a file, a folder or a pattern as a branch, a tag or a commit has it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import lru_cache
from os import environ
from os.path import relpath
from pathlib import PurePath
from typing import BinaryIO

from reporter.errors import SourceError

_SCHEME = "git:"
_BLOB = b"100"
"""What the modes of files begin with; a link is 120000, another repository 160000."""


def is_git(source: str) -> bool:
    """Say whether a source is kept by git; `git://` begins an address."""
    return source.startswith(_SCHEME) and not source.startswith(_SCHEME + "//")


def path_in(source: str) -> str:
    """Give the path that a source of git has in the working tree."""
    return _split(source)[1]


def seen_from(folder: PurePath, source: str) -> str:
    """Give a source that a file in a folder names as it is called from here."""
    ref, path = _split(source)
    return f"{_SCHEME}{ref}:{PurePath(relpath(folder / path)).as_posix()}"


def seen_as(source: str, folder: PurePath) -> str:
    """Give a source that is called so from here as a file in a folder names it."""
    ref, path = _split(source)
    return f"{_SCHEME}{ref}:{PurePath(relpath(path, folder)).as_posix()}"


def open_blob(source: str) -> BinaryIO:
    """Open a file that git keeps.

    Args:
        source: Where it is: `git:REF:PATH`, the path as seen from the current folder.

    Returns:
        The file.

    Raises:
        SourceError: git, the repository, the revision or the file is missing.
    """
    return io.BytesIO(_git(source, "cat-file", "blob", _object(source)))


def below(source: str) -> list[str] | None:
    """Give the files of a folder that git keeps.

    Args:
        source: Where the folder is.

    Returns:
        The paths of its files, as seen from it; None if there is a file of that name, or nothing.

    Raises:
        SourceError: git, the repository or the revision is missing.
    """
    ref, _ = _split(source)
    _git(source, "rev-parse", "--verify", "--quiet", ref + "^{tree}", otherwise=f"no revision {ref!r}; is it fetched?")
    try:
        listed = _git(source, "ls-tree", "-r", "-z", "--full-tree", _object(source))
    except SourceError:
        return None
    entries = (entry.partition(b"\t") for entry in listed.split(b"\0"))
    return [path.decode("utf-8", "surrogateescape") for mode, _, path in entries if mode.startswith(_BLOB)]


def matching(source: str) -> Iterator[str]:
    """Give the files that a pattern is or matches, as `glob` does: `**` are folders, and what is hidden is left out.

    Args:
        source: Where they are, `git:REF:PATTERN`.

    Yields:
        Each file, as a source.

    Raises:
        SourceError: git, the repository or the revision is missing.
    """
    ref, pattern = _split(source)
    parts = pattern.split("/")
    fixed = next(index for index, part in enumerate(parts) if any(mark in part for mark in "*?["))
    folder, wanted = f"{_SCHEME}{ref}:{'/'.join(parts[:fixed])}", tuple(parts[fixed:])
    for path in below(folder) or ():
        inside = tuple(path.split("/"))
        if inside == wanted or _matches(inside, wanted):
            yield join(folder, path)


def join(folder: str, path: str) -> str:
    """Name a file of a folder that git keeps."""
    return folder + path if folder.endswith((":", "/")) else f"{folder}/{path}"


def _split(source: str) -> tuple[str, str]:
    """Take a source apart into revision and path."""
    ref, colon, path = source.removeprefix(_SCHEME).partition(":")
    if not colon or not ref or ref.startswith("-"):
        raise SourceError("not git:REF:PATH; name a revision and a path, like git:main:logs", source)
    return ref, path


def _object(source: str) -> str:
    """Name an object as git does: its path begins with a dot where it is seen from the current folder."""
    return "{}:./{}".format(*_split(source))


def _git(source: str, *arguments: str, otherwise: str = "") -> bytes:
    """Run git.

    Args:
        source: What is read, for errors.
        arguments: The command and its arguments, none of which a log or a user can turn into an option.
        otherwise: What is wrong if that fails; by default, what git says.
    """
    import subprocess  # is slow to load, and few logs are kept by git

    try:
        done = subprocess.run(  # noqa: S603 -- without a shell, and a revision begins with no dash
            ["git", *arguments],  # noqa: S607 -- the git that the user has
            capture_output=True,
            env=environ | {"LC_ALL": "C"},
        )
    except FileNotFoundError:
        raise SourceError("needs git; install it", source) from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise SourceError(said[0].removeprefix("fatal: ") if said else otherwise, source)
    return done.stdout


@lru_cache(4096)
def _matches(path: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    """Say whether a path matches a pattern, part by part."""
    if not pattern or not path:
        return not path and set(pattern) <= {"**"}
    hidden = path[0].startswith(".") and not pattern[0].startswith(".")
    if pattern[0] == "**":
        return _matches(path, pattern[1:]) or (not hidden and _matches(path[1:], pattern))
    return not hidden and fnmatchcase(path[0], pattern[0]) and _matches(path[1:], pattern[1:])
