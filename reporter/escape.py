"""Escapes text for Markdown, so that what a log says cannot change the shape of a document."""

from __future__ import annotations

import re
from urllib.parse import quote


def md(text: str) -> str:
    """Escape text for a line or a table cell of Markdown, so that it shows as it is and nothing more.

    An underscore between letters or digits opens no emphasis in GitHub's Markdown and is left alone.
    """
    flat = " ".join(text.split())
    safe = flat.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*\[\]|~#$]|(?<![^\W_])_|_(?![^\W_]))", r"\\\1", safe)


def fence(text: str) -> str:
    """Put text into a code fence that is longer than any it holds."""
    longest = max((len(ticks) for ticks in re.findall(r"`+", text)), default=0)
    ticks = "`" * max(3, longest + 1)
    return f"{ticks}text\n{text}\n{ticks}"


def url(path: str) -> str:
    """Escape a path for a link of Markdown."""
    return quote(path, safe="/.-_~:")
