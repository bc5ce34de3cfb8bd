"""Reads and replaces the files that hold documents."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from reporter.errors import OutputError, OverwriteError, SourceError


def refuse_to_replace(path: Path, *, force: bool, unless_equal_to: str | None = None) -> None:
    """Raises an error if a file exists and may not be replaced.

    A device, such as `/dev/stdout`, is never refused: writing to it replaces nothing.

    Args:
        path: The file that is about to be written.
        force: Whether it may be replaced.
        unless_equal_to: The new content. A file that already holds it is accepted.

    Raises:
        OverwriteError: The file exists, and `force` is false.
    """
    if force or not path.is_file():
        return
    if unless_equal_to is None or path.read_bytes() != unless_equal_to.encode("utf-8"):
        raise OverwriteError("exists; --force replaces it", path)


def read_markdown(path: Path) -> str:
    """Reads a Markdown file and keeps its line endings.

    Args:
        path: The file, encoded as UTF-8.

    Returns:
        Its text.

    Raises:
        SourceError: The file cannot be read or is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise SourceError(f"{error.strerror}; name a Markdown file", path) from None
    except UnicodeDecodeError as error:
        raise SourceError(f"not UTF-8 text ({error.reason}); name a Markdown file", path) from None


def link_target(path: Path) -> Path:
    """Returns the file that a symbolic link points to, or the path itself if it is no link."""
    return path.resolve() if path.is_symlink() else path


def replace_file(path: Path, content: str | bytes) -> None:
    """Writes a file in one step: a crash leaves either the old file or the new one, never half of it.

    A symbolic link is kept, and the file it points to is replaced. A device or a named pipe is written to. Missing
    parent folders are created.

    Args:
        path: The file.
        content: The new content; text is written as UTF-8, with its line endings unchanged.

    Raises:
        OutputError: The file cannot be written.
    """
    try:
        data = content.encode("utf-8") if isinstance(content, str) else content
        if path.is_file() or not path.exists():
            _replace_atomically(link_target(path), data)
        else:
            path.write_bytes(data)
    except OSError as error:
        raise OutputError(f"{error.strerror}; name a file that can be written", path) from None


def _replace_atomically(path: Path, data: bytes) -> None:
    """Writes a temporary file in the same folder, then renames it, which the file system does in one step."""
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
