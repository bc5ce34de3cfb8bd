"""Keeps what strangers wrote from naming files outside of a folder, or addresses on a network."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import NamedTuple

from reporter.errors import SourceError
from reporter.sources import git
from reporter.sources.remote import is_remote


class Bounds(NamedTuple):
    """Holds what may be read.

    Attributes:
        folder: The folder that all files must be in, symbolic links resolved; None for any folder.
        has_network: Whether addresses may be opened.
        hint: What a person can do who trusts the source, for error messages.
    """

    folder: str | None
    has_network: bool
    hint: str


_bounds: ContextVar[tuple[Bounds, ...]] = ContextVar("bounds", default=())


@contextmanager
def within(*bounds: Bounds) -> Iterator[None]:
    """Refuses everything outside of some bounds, and of those that hold already, while the block runs."""
    token = _bounds.set((*_bounds.get(), *bounds))
    try:
        yield
    finally:
        _bounds.reset(token)


def current() -> tuple[Bounds, ...]:
    """Returns the bounds that hold now, so that another process can hold them too."""
    return _bounds.get()


def hold(bounds: tuple[Bounds, ...]) -> None:
    """Makes bounds hold until this process ends."""
    _bounds.set(bounds)


def repository_of(file: Path) -> str:
    """Finds the top folder of the git repository that a file, or a link to it, is in; without one, its own folder."""
    folder = Path(os.path.realpath(file.parent))
    known = (each for each in (folder, *folder.parents) if (each / ".git").exists())
    return str(next(known, Path(os.path.realpath(file)).parent))


def refuse_outside(source: str | Path) -> None:
    """Raises an error if a source is outside of the bounds.

    Args:
        source: A file, a folder, an address or `git:REF:PATH`. A file must be a regular one.

    Raises:
        SourceError: It is outside, or it is an address, or a device or a pipe.
    """
    for each in _bounds.get():
        if is_remote(str(source)):
            if not each.has_network:
                raise SourceError(f"an address, which is not opened here{each.hint}", source)
            continue
        path = git.working_tree_path(str(source)) if git.is_git(str(source)) else source
        if each.folder is not None:
            _refuse_path(os.path.realpath(path), each, source)


def _refuse_path(real: str, bounds: Bounds, source: object) -> None:
    assert bounds.folder is not None
    if real != bounds.folder and not real.startswith(bounds.folder.rstrip(os.sep) + os.sep):
        raise SourceError(f"outside of the folder that may be read{bounds.hint}", source)
    try:
        mode = os.stat(real).st_mode
    except OSError:
        return  # whoever opens it explains why that fails
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise SourceError("neither a file nor a folder; name a regular file", source)
