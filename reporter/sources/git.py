"""Reads files from git: `git:REF:PATH` names a file, a folder or a pattern in a branch, a tag or a commit."""

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
"""First digits of the mode of a regular file; a symbolic link has 120000, a submodule 160000."""

_HARMLESS = [
    word
    for setting in (
        "core.fsmonitor=",
        "core.hooksPath=/dev/null",
        "core.attributesFile=/dev/null",
        "core.alternateRefsCommand=",
        "protocol.allow=never",
        "safe.bareRepository=explicit",  # a bare repository may be committed into another one, with settings
    )
    for word in ("-c", setting)
]
"""Settings by which git runs no other program and fetches nothing, whatever the settings of the repository say."""

_ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_ATTR_SOURCE": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",  # the empty tree: no attributes, so no filters
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
}


def is_git(source: str) -> bool:
    """Checks whether a source has the form `git:REF:PATH`; `git://` starts an address instead."""
    return source.startswith(_SCHEME) and not source.startswith(_SCHEME + "//")


def working_tree_path(source: str) -> str:
    """Gives the path of a git source in the working tree, relative to the current folder."""
    return _split(source)[1]


def resolve(folder: PurePath, source: str) -> str:
    """Turns a git source that is relative to a folder into one that is relative to the current folder."""
    ref, path = _split(source)
    return f"{_SCHEME}{ref}:{PurePath(relpath(folder / path)).as_posix()}"


def relative_to(source: str, folder: PurePath) -> str:
    """Turns a git source that is relative to the current folder into one that is relative to another folder."""
    ref, path = _split(source)
    return f"{_SCHEME}{ref}:{PurePath(relpath(path, folder)).as_posix()}"


def open_blob(source: str) -> BinaryIO:
    """Opens a file in git.

    Args:
        source: `git:REF:PATH`, with a path relative to the current folder.

    Returns:
        The open file.

    Raises:
        SourceError: git, the repository, the revision or the file is missing.
    """
    return io.BytesIO(_git(source, "cat-file", "blob", _object(source)))


def files_below(source: str) -> list[str] | None:
    """Lists the files of a folder in git.

    Args:
        source: `git:REF:FOLDER`, with a path relative to the current folder.

    Returns:
        The paths of all files below the folder, relative to it; None if there is no folder of that name.

    Raises:
        SourceError: git, the repository or the revision is missing.
    """
    ref, _ = _split(source)
    _git(
        source,
        "rev-parse",
        "--verify",
        "--quiet",
        ref + "^{tree}",
        otherwise=f"no revision {ref!r}; fetch it, or name another",
    )
    try:
        listed = _git(source, "ls-tree", "-r", "-z", "--full-tree", _object(source))
    except SourceError:
        return None
    entries = (entry.partition(b"\t") for entry in listed.split(b"\0"))
    return [path.decode("utf-8", "surrogateescape") for mode, _, path in entries if mode.startswith(_BLOB)]


def files_containing(source: str, pattern: str) -> set[str]:
    """Finds the text files of a folder in git that contain something.

    Args:
        source: `git:REF:FOLDER`, with a path relative to the current folder.
        pattern: An extended regular expression (POSIX); letters match in both cases.

    Returns:
        The paths of the files, relative to the folder.
    """
    tree = _git(source, "rev-parse", "--verify", "--quiet", _object(source)).decode().strip()
    options = (
        "-I",
        "--ignore-case",
        "--extended-regexp",
        "--files-with-matches",
        "--null",
        "--full-name",
        "--no-textconv",
    )
    try:
        found = _git(source, "grep", *options, "-e", pattern, tree, "--", ":/", otherwise="no match")
    except SourceError:  # git exits with 1 if no file matches
        return set()
    paths = (entry.partition(b":")[2] for entry in found.split(b"\0"))
    return {path.decode("utf-8", "surrogateescape") for path in paths if path}


def files_matching(source: str) -> Iterator[str]:
    """Lists the files that match a pattern, by the rules of Python's `glob`.

    `**` matches any folders, and hidden files match only a pattern that starts with a dot. A file whose name is the
    pattern itself matches too.

    Args:
        source: `git:REF:PATTERN`, with a path relative to the current folder.

    Yields:
        Each file, as a source of its own.

    Raises:
        SourceError: git, the repository or the revision is missing.
    """
    ref, pattern = _split(source)
    parts = pattern.split("/")
    fixed = next(index for index, part in enumerate(parts) if any(mark in part for mark in "*?["))
    folder, wanted = f"{_SCHEME}{ref}:{'/'.join(parts[:fixed])}", tuple(parts[fixed:])
    for path in files_below(folder) or ():
        inside = tuple(path.split("/"))
        if inside == wanted or _matches(inside, wanted):
            yield join(folder, path)


def join(folder: str, path: str) -> str:
    """Joins the source of a folder and the path of a file in it."""
    return folder + path if folder.endswith((":", "/")) else f"{folder}/{path}"


def _split(source: str) -> tuple[str, str]:
    """Splits a source into its revision and its path."""
    ref, colon, path = source.removeprefix(_SCHEME).partition(":")
    if not colon or not ref or ref.startswith("-"):
        raise SourceError("not git:REF:PATH; name a revision and a path, like git:main:logs", source)
    return ref, path


def _object(source: str) -> str:
    """Writes a source as git names objects: `REF:./PATH` is relative to the current folder."""
    return "{}:./{}".format(*_split(source))


def _git(source: str, *arguments: str, otherwise: str = "") -> bytes:
    """Runs git.

    Args:
        source: Name of the source, for error messages.
        arguments: The git command and its arguments; a revision never starts with a dash, so it cannot be an option.
        otherwise: The error message if git fails without one.
    """
    import subprocess  # slow to import, and few logs are read from git

    try:
        done = subprocess.run(  # noqa: S603 -- without a shell, and a revision begins with no dash
            ["git", "--no-optional-locks", *_HARMLESS, *arguments],  # noqa: S607 -- the git that the user has
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=environ | _ENVIRONMENT,
        )
    except FileNotFoundError:
        raise SourceError("needs git; install it", source) from None
    if done.returncode:
        messages = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise SourceError(messages[0].removeprefix("fatal: ") if messages else otherwise, source)
    return done.stdout


@lru_cache(4096)
def _matches(path: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    """Matches the parts of a path against those of a pattern."""
    if not pattern or not path:
        return not path and set(pattern) <= {"**"}
    hidden = path[0].startswith(".") and not pattern[0].startswith(".")
    if pattern[0] == "**":
        return _matches(path, pattern[1:]) or (not hidden and _matches(path[1:], pattern))
    return not hidden and fnmatchcase(path[0], pattern[0]) and _matches(path[1:], pattern[1:])
