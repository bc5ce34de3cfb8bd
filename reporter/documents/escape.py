"""Escapes text for Markdown, links and HTML policies, so that text from a log cannot change a document's structure."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from urllib.parse import quote

from markupsafe import Markup

from reporter.reading.screen import visible

_REFERENCE = re.compile(r"@(?=\w)|#(?=\d)|\bGH-(?=\d)|:/(?=/)", re.IGNORECASE)
"""Matches the start of a text that GitHub turns into a link: a user name, an issue, an address
(https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls).
"""


class Markdown(str):
    """Marks a string as safe to insert into Markdown: it is escaped, or needs no escaping."""

    __slots__ = ()


def md(text: str) -> Markdown:
    """Escapes a text for a paragraph or a table cell of Markdown, so that it is displayed literally on one line.

    An underscore between letters or digits stays, because it starts no emphasis in GitHub's Markdown. Braces are
    escaped because they contain code in MDX.
    """
    flat = " ".join(text.split())
    safe = flat.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Markdown(re.sub(r"([\\`*\[\]{}|~#$]|(?<![^\W_])_|_(?![^\W_]))", r"\\\1", safe))


def github_md(text: str) -> Markdown:
    """Escapes a text for a comment on GitHub, so that `@name` or `#12` in it notifies nobody and links to nothing.

    GitHub looks for mentions after it has rendered the Markdown and ignores backslashes, but an empty HTML comment
    between the sign and the name prevents a match.
    """
    return Markdown(_REFERENCE.sub(r"\g<0><!-- -->", md(text)))


def escape_inserted(value: object, md: Callable[[str], Markdown] = md) -> Markup:
    """Escapes a value that a Markdown template inserts, unless it is already escaped or marked as `safe`."""
    if isinstance(value, (Markdown, Markup)):
        return Markup(value)  # noqa: S704 -- Jinja does not escape Markup again
    text = str(value)
    before, after = (" " * each.isspace() for each in (text[:1], text[1:][-1:]))  # `md` strips them
    return Markup(f"{before}{md(text)}{after}")  # noqa: S704


def fence(text: str) -> Markdown:
    """Puts a text into a code fence that has more backticks than any sequence of them in the text."""
    longest = max((len(ticks) for ticks in re.findall(r"`+", text)), default=0)
    ticks = "`" * max(3, longest + 1)
    return Markdown(f"{ticks}text\n{text}\n{ticks}")


def url(path: str) -> Markdown:
    """Escapes a path for a link; `a:b` becomes `./a:b`, else `a` would be a scheme (RFC 3986, section 4.2)."""
    first, colon, rest = path.partition(":")
    local = f"./{path}" if colon and "/" not in first and not rest.startswith("//") else path
    return Markdown(quote(local, safe="/.-_~:"))


def workflow_text(text: str) -> str:
    """Escapes a text for a workflow command of GitHub, as https://github.com/actions/toolkit does."""
    return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def csp_hash(text: str) -> str:
    """Computes the hash by which a `Content-Security-Policy` allows a script or style (CSP Level 3, section 2.3.1)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
