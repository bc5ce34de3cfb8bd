"""Splits a document into lines without their markup, and into sections."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from reporter.sources.notebook import is_notebook, markdown_cells


class Spot(NamedTuple):
    """Is a place in a document: the cell of a notebook, else 0, and the line; both counted from 1."""

    cell: int
    line: int


@dataclass(frozen=True, slots=True)
class Line:
    """Holds a line of a document.

    Attributes:
        spot: Its place.
        raw: Its words, as they are written.
        text: The same with spaces in place of markup, so that columns are the same.
        code: Whether it stands in a fenced block of code.
        level: Level of the heading that it is, 1 to 7; 0 if it is none. Bold lines are headings of level 7.
        section: Index of the line of the heading above it, which is its own if it is a heading; -1 if there is none.
    """

    spot: Spot
    raw: str
    text: str
    code: bool = False
    level: int = 0
    section: int = -1


_FENCE = re.compile(r"[ \t>]*(```+|~~~+)[^`]*$")
_ATX = re.compile(r"[ \t>]{0,3}(#{1,6})(?!#)")
_HTML_HEADING = re.compile(r"\s*<h([1-6])\b", re.IGNORECASE)
_BOLD = re.compile(
    r"[ \t>]*(?:\*\*(?!\s)[^*]*\*\*|__(?!\s)[^_]*__|<b>[^<]*</b>)[ \t:]*(?:<br */?>)?[ \t]*$", re.IGNORECASE
)
_LATEX = re.compile(r"\s*\\(chapter|(?:sub){0,2}section|paragraph)\*?\{")
_LATEX_LEVELS = {"chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4, "paragraph": 7}
_UNDERLINE = re.compile(r"[ \t]*([=\-~^\"'*+#])\1{2,}[ \t]*$")
_VALUE = re.compile(r"[:=][ \t]*[\d\[]|\d\.\d|\d{3}|\d %")
"""Matches a value in a bold line, which is then no heading."""

_COLUMNS = re.compile(r"\S\s{3,}\S")
"""Matches a line of a table that a program prints, which a rule may follow."""

_RULE_LEVELS = {"=": 1, "-": 2, "~": 3, "^": 4}

_MARKUP = re.compile(
    r"<!--.*?(?:-->|$)"  # a comment
    r"|`[^`\n]*[<>]=?[ \t]*[\d.]+[^`\n]*`"  # code with a condition, such as that of a gate
    r"|<meta\b[^>]*?\bcontent=[\"']|<(?:/?[a-zA-Z][^<>\n]{0,400})>"  # a tag; the words of a description stay
    r"|\]\([^()\s]{0,2000}(?:\([^()\s]*\)[^()\s]*)?(?:\s+\"[^\"]*\")?\)"  # the target of a link
    r"|https?://[^\s<>)\"]+"
    r"|\\(?:textbf|textit|emph|mathbf|texttt|text|num|SI|code|sub|chapter|section|subsection|subsubsection|paragraph)\*?(?=\{)"
    r"|\\[,;! ]|[*`$]|\{(?!,\})|(?<!\{,)\}|(?<![\w])_+(?=\w)|(?<=[\w.])_+(?!\w)|\[(?=[^\d\s\-.*`])|(?<=\w)\](?=\[)"
    r"|&(?:nbsp|thinsp);"
)
_OPENING = re.compile(r"^[ \t>]*(?:[-*+•][ \t]+|#{1,6}[ \t]*)*")
_HIDDEN = re.compile(r"<(script|style)\b.*?(?:</\1>|\Z)", re.IGNORECASE | re.DOTALL)
_CALL = re.compile(r"\w\(|[{};]|^\s*(?:import|from|def|for|if|return|class|#)\b|\w\s?=\s?\w")
"""Matches a line of code; other lines of a block without a language are read as words."""


def blank(found: re.Match[str]) -> str:
    """Gives as many spaces as a match has characters; newlines stay."""
    return re.sub(r"[^\n]", " ", found[0])


def _plain(raw: str) -> str:
    text = _OPENING.sub(blank, raw)
    return _MARKUP.sub(blank, text) if any(sign in text for sign in "<*`_[\\{$&:") else text


def read_lines(text: str, path: str) -> list[Line]:
    """Reads the lines of a document.

    Args:
        text: A Markdown, reStructuredText, HTML, LaTeX or text file, or the JSON of a notebook.
        path: Its path; `.ipynb` is a notebook.

    Returns:
        All lines of the document, of a notebook those of its Markdown cells.
    """
    if is_notebook(path, text[:1000]):
        found = [line for number, source in markdown_cells(text, path) for line in _cell_lines(source, number)]
    else:
        found = list(_cell_lines(text, 0))
    return list(_with_sections(found))


_FEW = 4
"""Most blank lines and comments between `<!-- claim: ignore -->` and its block."""

_IGNORE = re.compile(r"(?:<!--|\{/\*|%|\.\.)\s*claim:\s*ignore\s*(?:-->|\*/\}|$)")


def ignored(lines: Sequence[Line]) -> set[int]:
    """Finds the lines that an author excludes with the comment `<!-- claim: ignore -->`.

    Args:
        lines: The lines of the document.

    Returns:
        The indices of the lines that hold the comment; if it stands alone, also those of the next block.
    """
    found: set[int] = set()
    for index, line in enumerate(lines):
        mark = _IGNORE.search(line.raw) if "claim:" in line.raw else None
        if mark:
            found.add(index)
            if mark[0].strip() == line.raw.strip():
                found |= set(_next_block(lines, index + 1))
    return found


def _next_block(lines: Sequence[Line], index: int) -> range:
    """Gives the indices of the next lines up to a blank one; blank lines and comments before them do not count."""
    first = index
    while first < min(index + _FEW, len(lines)) and not lines[first].text.strip():
        first += 1
    last = first
    while last < len(lines) and lines[last].raw.strip():
        last += 1
    return range(first, last)


def _cell_lines(text: str, cell: int) -> Iterator[Line]:
    text = text.replace("\r\n", "\n")
    shown = _without_comments(_HIDDEN.sub(blank, text) if "<s" in text.lower() else text)
    fence, bare = "", False
    for number, (words, seen) in enumerate(zip(text.split("\n"), shown.split("\n"), strict=True), 1):
        mark = _FENCE.match(seen)
        if mark and (not fence or (seen.strip().startswith(fence[:3]) and len(mark[1]) >= len(fence))):
            fence, bare = "" if fence else mark[1], seen.rstrip().endswith(mark[1])
            yield Line(Spot(cell, number), words, "", code=True)
        elif fence and not (bare and not _CALL.search(seen)):
            yield Line(Spot(cell, number), words, seen, code=True)
        else:
            yield Line(Spot(cell, number), words, seen if fence else _plain(seen))


def _without_comments(text: str) -> str:
    """Blanks the comments of HTML; one that is not closed stays, because it may stand in code."""
    parts, after = [], 0
    while (start := text.find("<!--", after)) >= 0 and (end := text.find("-->", start)) >= 0:
        parts += [text[after:start], re.sub(r"[^\n]", " ", text[start : end + 3])]
        after = end + 3
    return "".join([*parts, text[after:]])


def _level(line: Line, after: Line | None) -> int:
    if line.code or not line.text.strip():
        return 0
    if found := _ATX.match(line.raw):
        return len(found[1])
    if found := _HTML_HEADING.match(line.raw):
        return int(found[1])
    if found := _LATEX.match(line.raw):
        return _LATEX_LEVELS[found[1]]
    if (
        after
        and (found := _UNDERLINE.match(after.raw))
        and not _COLUMNS.search(line.raw.strip())
        and not _UNDERLINE.match(line.raw)
        and after.spot.cell == line.spot.cell
    ):
        return _RULE_LEVELS.get(found[1], 5)
    return 7 if _BOLD.match(line.raw) and not _VALUE.search(line.text) else 0


def _with_sections(lines: list[Line]) -> Iterator[Line]:
    section = -1
    for index, line in enumerate(lines):
        level = _level(line, lines[index + 1] if index + 1 < len(lines) else None)
        if level:
            section = index
        yield Line(line.spot, line.raw, line.text, line.code, level, section)
