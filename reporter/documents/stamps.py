"""Puts the digest of the numbers of a figure into its file, and tells from it whether the file is out of date."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

_STAMP = re.compile(rb"<metadata>reporter numbers=([0-9a-f]{64}) drawing=([0-9a-f]{64})</metadata>\n")


def stamped_svg(document: str, digest: str) -> str:
    """Adds two digests to an SVG document: that of the numbers it shows, and that of the document itself.

    Args:
        document: The SVG document.
        digest: The SHA-256 of the numbers and options that it shows, in hexadecimal digits.

    Returns:
        The document with a `<metadata>` element after its first tag.
    """
    head, end, rest = document.partition(">\n")
    drawing = _checksum(document.encode("utf-8"))
    return f"{head}{end}<metadata>reporter numbers={digest} drawing={drawing}</metadata>\n{rest}"


def shows(path: Path, digest: str) -> bool:
    """Checks whether a file is a figure of these numbers, as it was written.

    The bytes need not be those that would be written now: another release may draw the same numbers differently.

    Args:
        path: The file; it need not exist.
        digest: The digest of the numbers that it should show.

    Returns:
        Whether it has that digest, and nobody changed it since it was written, except for its line endings.
    """
    if not path.is_file():
        return False
    content = path.read_bytes().replace(b"\r\n", b"\n")
    found = _STAMP.search(content)
    if not found or found[1].decode("ascii") != digest:
        return False
    return found[2].decode("ascii") == _checksum(content[: found.start()] + content[found.end() :])


def _checksum(content: bytes) -> str:
    return sha256(content).hexdigest()
