"""Escapes text for Markdown, links and HTML policies, so that text from a log cannot change a document's structure."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from urllib.parse import quote

from markupsafe import Markup

from reporter.lookalikes import marked
from reporter.reading.screen import visible

_REFERENCE = re.compile(r"@(?=\w)|#(?=\d)|\bGH-(?=\d)|:/(?=/)", re.IGNORECASE)
"""Matches the start of a text that GitHub turns into a link: a user name, an issue, an address
(https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls).
"""


class Markdown(str):
    """Marks a string as safe to insert into Markdown or LaTeX: it is escaped, or needs no escaping."""

    __slots__ = ()


def md(text: str) -> Markdown:
    """Escapes a text for a paragraph or a table cell of Markdown, so that it is displayed literally on one line.

    An underscore between letters or digits stays, because it starts no emphasis in GitHub's Markdown. Braces are
    escaped because they contain code in MDX.
    """
    flat = marked(" ".join(text.split()))
    safe = flat.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Markdown(re.sub(r"([\\`*\[\]{}|~#$]|(?<![^\W_])_|_(?![^\W_]))", r"\\\1", safe))


def github_md(text: str) -> Markdown:
    """Escapes a text for a comment on GitHub, so that `@name` or `#12` in it notifies nobody and links to nothing.

    GitHub looks for mentions after it has rendered the Markdown and ignores backslashes, but an empty HTML comment
    between the sign and the name prevents a match.
    """
    return Markdown(_REFERENCE.sub(r"\g<0><!-- -->", md(text)))


_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "−": "$-$",
    "±": r"$\pm$",
    "–": "--",
    "…": r"\ldots{}",
    **{each: f"\\{each}" for each in "&%$#_{}"},
}
"""Characters that LaTeX does not print as they are, and what prints them. `\textquotedbl` needs the encoding T1."""


def latex(text: str) -> Markdown:
    """Escapes a text for LaTeX, so that it is printed literally on one line; control characters are left out."""
    flat = "".join(each for each in " ".join(text.split()) if each.isprintable())
    return Markdown("".join(_LATEX.get(each, each) for each in flat))


def escape_inserted(value: object, md: Callable[[str], Markdown] = md) -> Markup:
    """Escapes a value that a Markdown or LaTeX template inserts, unless it is already escaped or marked as `safe`."""
    if isinstance(value, (Markdown, Markup)):
        return Markup(value)  # noqa: S704 -- Jinja does not escape Markup again
    text = str(value)
    before, after = (" " * each.isspace() for each in (text[:1], text[1:][-1:]))  # `md` strips them
    return Markup(f"{before}{md(text)}{after}")  # noqa: S704


def escape_html(value: object) -> object:
    """Marks characters in a text that an HTML template inserts and that could deceive a reader."""
    if isinstance(value, Markup):
        return Markup(marked(value))  # noqa: S704 -- the marks are brackets, letters and digits
    return marked(value) if isinstance(value, str) else value


def fence(text: str) -> Markdown:
    """Puts a text into a code fence that has more backticks than any sequence of them in the text."""
    longest = max((len(ticks) for ticks in re.findall(r"`+", text)), default=0)
    ticks = "`" * max(3, longest + 1)
    return Markdown(f"{ticks}text\n{marked(text)}\n{ticks}")


def url(path: str) -> Markdown:
    """Escapes a path for a link; `a:b` becomes `./a:b`, else `a` would be a scheme (RFC 3986, section 4.2)."""
    first, colon, rest = path.partition(":")
    local = f"./{path}" if colon and "/" not in first and not rest.startswith("//") else path
    return Markdown(quote(local, safe="/.-_~:"))


def workflow_text(text: str) -> str:
    """Escapes a text for a workflow command of GitHub, as https://github.com/actions/toolkit does."""
    return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def workflow_command(level: str, file: str, line: int, title: str, text: str) -> str:
    """Writes a workflow command, which GitHub shows as an annotation beside a line of a file.

    The format is described in https://docs.github.com/actions/reference/workflow-commands-for-github-actions.

    Args:
        level: `"error"`, `"warning"` or `"notice"`.
        file: The path of the file.
        line: The line, counted from 1.
        title: The title of the annotation.
        text: Its text.

    Returns:
        The command, with a newline.
    """
    place = f"file={_workflow_property(file)},line={line},title={_workflow_property(title)}"
    return f"::{level} {place}::{workflow_text(text)}\n"


def _workflow_property(text: str) -> str:
    return workflow_text(text).replace(":", "%3A").replace(",", "%2C")


def csp_hash(text: str) -> str:
    """Computes the hash by which a `Content-Security-Policy` allows a script or style (CSP Level 3, section 2.3.1)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
