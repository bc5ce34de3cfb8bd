"""Keeps the marked block of a Markdown file equal to what the logs say, and touches nothing else in it."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from reporter.errors import MarkerError, SourceError

BEGIN = "<!-- BEGIN_REPORTER -->"
END = "<!-- END_REPORTER -->"

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")


def refresh(text: str, block: str, path: object = None) -> str:
    """Put a block of Markdown between the markers of a document.

    Args:
        text: The document.
        block: What is to stand between its markers.
        path: The place of the document, for errors.

    Returns:
        The document, the rest of it byte for byte as it was; the block takes over its line endings.

    Raises:
        MarkerError: A marker is missing, stands twice or in the wrong order.
    """
    lines = text.splitlines(keepends=True)
    begin, end = _place(lines, BEGIN, path), _place(lines, END, path)
    if end < begin:
        raise MarkerError(f"{END} stands before {BEGIN} of line {begin + 1}; swap them", path, end + 1)
    newline = "\r\n" if lines[begin].endswith("\r\n") else "\n"
    inside = block.strip("\n").replace("\n", newline)
    return "".join(lines[: begin + 1]) + newline + inside + newline + newline + "".join(lines[end:])


def _place(lines: list[str], marker: str, path: object) -> int:
    """Find the one line that is a marker; what a code fence shows does not count."""
    found = []
    fence = ""
    for index, line in enumerate(lines):
        match = _FENCE.match(line)
        if fence:
            if match and match[1].startswith(fence) and not match[2].strip():
                fence = ""
        elif match:
            fence = match[1]
        elif line.strip() == marker:
            found.append(index)
    if not found:
        raise MarkerError(f"no line {marker}; put {BEGIN} and {END} around the place of the results", path)
    if len(found) > 1:
        raise MarkerError(f"a second {marker}, the first is on line {found[0] + 1}; keep one", path, found[1] + 1)
    return found[0]


def read(path: Path) -> str:
    """Read a document, its line endings untouched.

    Raises:
        SourceError: It cannot be read.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise SourceError(f"{error.strerror}; name a Markdown file", path) from None
    except UnicodeDecodeError as error:
        raise SourceError(f"not UTF-8 text ({error.reason}); name a Markdown file", path) from None


def write(path: Path, text: str) -> None:
    """Replace a file in one step, so that a crash leaves the old one whole; a device is written to."""
    if path.exists() and not path.is_file():
        path.write_bytes(text.encode("utf-8"))
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
        os.chmod(temporary, path.stat().st_mode if path.exists() else 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
