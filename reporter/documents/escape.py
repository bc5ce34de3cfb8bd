"""Escapes text for where it goes, so that what a log says cannot change the shape of a document."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from urllib.parse import quote

from markupsafe import Markup

_REFERENCE = re.compile(r"@(?=\w)|#(?=\d)|\bGH-(?=\d)|:/(?=/)", re.IGNORECASE)
"""The beginning of what GitHub makes a link of: a name, an issue, an address
(https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls).
"""


class Markdown(str):
    """Is text that has been escaped for Markdown, or needs not be."""

    __slots__ = ()


def md(text: str) -> Markdown:
    """Escape text for a line or a table cell of Markdown, so that it shows as it is and nothing more.

    An underscore between letters or digits opens no emphasis in GitHub's Markdown and is left alone; braces would be
    code in MDX.
    """
    flat = " ".join(text.split())
    safe = flat.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Markdown(re.sub(r"([\\`*\[\]{}|~#$]|(?<![^\W_])_|_(?![^\W_]))", r"\\\1", safe))


def comment(text: str) -> Markdown:
    """Escape text for a comment on GitHub, where it must not tell a person or an issue that it was named.

    GitHub looks for names in the finished text and heeds no backslash; what an empty comment of HTML parts is none.
    """
    return Markdown(_REFERENCE.sub(r"\g<0><!-- -->", md(text)))


def markdown(value: object, md: Callable[[str], Markdown] = md) -> Markup:
    """Escape whatever a Markdown template places, unless that has been done, or Jinja's `safe` has ruled it out."""
    if isinstance(value, (Markdown, Markup)):
        return Markup(value)  # noqa: S704 -- Jinja's word for text that it must leave alone
    text = str(value)
    before, after = (" " * each.isspace() for each in (text[:1], text[1:][-1:]))
    return Markup(f"{before}{md(text)}{after}")  # noqa: S704


def fence(text: str) -> Markdown:
    """Put text into a code fence that is longer than any it holds."""
    longest = max((len(ticks) for ticks in re.findall(r"`+", text)), default=0)
    ticks = "`" * max(3, longest + 1)
    return Markdown(f"{ticks}text\n{text}\n{ticks}")


def url(path: str) -> Markdown:
    """Escape a path for a link; one that begins like an address is kept a path (RFC 3986, section 4.2)."""
    first, colon, rest = path.partition(":")
    local = f"./{path}" if colon and "/" not in first and not rest.startswith("//") else path
    return Markdown(quote(local, safe="/.-_~:"))


def digest(text: str) -> str:
    """Name a script or a style as the `Content-Security-Policy` of its page does (CSP Level 3, section 2.3.1)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
