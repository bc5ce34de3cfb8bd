"""Reads and replaces the files that documents are kept in."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from reporter.errors import OutputError, OverwriteError, SourceError


def refuse_to_replace(path: Path, *, force: bool, by: str | None = None) -> None:
    """Stop before a file is replaced that nobody asked to replace; a device never is.

    Args:
        path: The file.
        force: Whether it may be replaced.
        by: What would be in its place; the same is no loss.

    Raises:
        OverwriteError: There is such a file, and `force` is false.
    """
    if path.is_file() and not force and (by is None or path.read_bytes() != by.encode("utf-8")):
        raise OverwriteError("exists; --force replaces it", path)


def read(path: Path) -> str:
    """Read a Markdown file, its line endings untouched.

    Raises:
        SourceError: It cannot be read.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise SourceError(f"{error.strerror}; name a Markdown file", path) from None
    except UnicodeDecodeError as error:
        raise SourceError(f"not UTF-8 text ({error.reason}); name a Markdown file", path) from None


def real(path: Path) -> Path:
    """Give the file that a link stands for, or the path itself."""
    return path.resolve() if path.is_symlink() else path


def write(path: Path, content: str | bytes) -> None:
    """Replace a file in one step, so that a crash leaves the old one whole; a link goes on pointing where it did,
    and a device is written to.

    Raises:
        OutputError: It cannot be written.
    """
    try:
        data = content.encode("utf-8") if isinstance(content, str) else content
        _replace(real(path), data) if path.is_file() or not path.exists() else path.write_bytes(data)
    except OSError as error:
        raise OutputError(f"{error.strerror}; name a file that can be written", path) from None


def _replace(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(handle)
        os.chmod(temporary, path.stat().st_mode if path.exists() else 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
