"""Finds the marked blocks of a Markdown file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NoReturn

from markdown_it import MarkdownIt

from reporter.documents.marker_options import BEGIN, END, Options, parse_begin, parse_end
from reporter.errors import MarkerError

_MARKER = re.compile(
    rf"(?P<before>[ \t>*+\-\d.)]*)(?P<open><!--|{{/\*)[ \t]*(?P<word>{BEGIN}|{END})(?=\s|-->|\*/|$)(?P<rest>.*)"
)
_CLOSE = {"<!--": ("-->", "-->"), "{/*": ("*/", "*/}")}
"""For each way to open a comment: the characters that end the comment, and the exact end of a marker."""

_RAW = re.compile(r"<(?:pre|script|style|textarea)\b|<[?!]", re.IGNORECASE)
"""Starts an HTML block in which a marker does not count, because its lines are literal text or a comment: the start
conditions 1 to 5 of HTML blocks in CommonMark 0.31, section 4.6."""

_NEWLINE = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Block:
    r"""Holds one block of a Markdown file: two markers and the text between them.

    Attributes:
        options: The options of the first marker.
        begin: The line of the first marker, counted from 1.
        end: The line of the last marker.
        content: The text between the markers, with `\n` as line ending.
        checksum: The SHA-256 in the last marker; None if there is none.
        indent: The spaces before both markers, as in a list item.
        open: The characters that open the last marker: `<!--`, or `{/*` in MDX.
    """

    options: Options
    begin: int
    end: int
    content: str
    checksum: str | None
    indent: str
    open: str

    @property
    def name(self) -> str:
        """The name of the block in messages."""
        return f"the block {self.options.id!r}" if self.options.id else "the block"

    def end_marker(self, checksum: str) -> str:
        """Returns the line of the last marker, with the checksum of the content."""
        return f"{self.indent}{self.open} {END} sha256={checksum} {_CLOSE[self.open][1]}"


@dataclass(frozen=True, slots=True)
class _Marker:
    """Holds a marker: its line, `BEGIN_REPORTER` or `END_REPORTER`, and the text of its options."""

    line: int
    word: str
    options: str
    indent: str
    open: str


def split_lines(text: str) -> list[str]:
    r"""Splits a text at the line endings of Markdown, which are `\n`, `\r\n` and `\r`, and keeps them."""
    ends = [match.end() for match in _NEWLINE.finditer(text)]
    return [text[start:end] for start, end in zip([0, *ends], [*ends, len(text)], strict=True) if start < end]


def with_unix_newlines(text: str) -> str:
    r"""Replaces all line endings of a text by `\n`."""
    return _NEWLINE.sub("\n", text)


def find_blocks(text: str, path: object = None) -> list[Block]:
    """Finds the blocks of a Markdown file.

    A marker is a comment alone on its line; it may be indented. Markers inside code, inside a longer comment, or inside
    HTML elements such as `<pre>` and `<script>` are ignored. The time is linear in the length of the text.

    Args:
        text: The file.
        path: The path of the file, for error messages. In an `.mdx` file, indented lines are not code.

    Returns:
        The blocks, in order.

    Raises:
        MarkerError: A marker is missing, misplaced or misspelt, or two blocks have the same `id`.
    """
    lines = split_lines(text.removeprefix("\ufeff"))
    found: list[Block] = []
    begin: _Marker | None = None
    for marker in _markers(lines, path):
        if marker.word == BEGIN:
            if begin:
                _refuse(
                    f"{BEGIN} inside the block that starts in line {begin.line}; end that block first",
                    path,
                    marker.line,
                )
            begin = marker
        elif begin is None:
            _refuse(f"{END} without a {BEGIN} before it; add one, or remove this line", path, marker.line)
        else:
            found.append(_block(begin, marker, lines, path))
            begin = None
    if begin:
        _refuse(f"{BEGIN} without an {END} after it; add one, outside of code", path, begin.line)
    _check_names(found, path)
    return found


def _refuse(message: str, path: object, line: int) -> NoReturn:
    raise MarkerError(message, path, line)


def _check_names(found: list[Block], path: object) -> None:
    first: dict[str, int] = {}
    for block in found:
        name = block.options.id
        if name and first.setdefault(name, block.begin) != block.begin:
            _refuse(f"id={name} is already used by the block in line {first[name]}; choose another", path, block.begin)


def _block(begin: _Marker, end: _Marker, lines: list[str], path: object) -> Block:
    if begin.indent != end.indent:
        _refuse(
            f"{END} and its {BEGIN} in line {begin.line} are indented differently; indent both alike", path, end.line
        )
    with _errors_at(begin, path):
        options = parse_begin(begin.options)
    with _errors_at(end, path):
        checksum = parse_end(end.options)
    content = with_unix_newlines("".join(lines[begin.line : end.line - 1]))
    return Block(options, begin.line, end.line, content, checksum, end.indent, end.open)


@contextmanager
def _errors_at(marker: _Marker, path: object) -> Iterator[None]:
    """Adds the file and the line of a marker to an error that is raised inside."""
    try:
        yield
    except MarkerError as error:
        raise MarkerError(error.message, path, marker.line) from None


def _markers(lines: list[str], path: object) -> Iterator[_Marker]:
    for index in _candidates("".join(lines), mdx=str(path).endswith(".mdx")):
        match = _MARKER.match(lines[index])
        if not match:
            continue
        if match["before"].strip():
            _refuse(
                f"{match['word']} after {match['before'].strip()!r}; put the marker on its own line", path, index + 1
            )
        ends, close = _CLOSE[match["open"]]
        options, closed, after = match["rest"].partition(ends)
        if closed + after.rstrip() != close:
            _refuse(f"{match['word']} must be alone on one line that ends with {close}", path, index + 1)
        yield _Marker(index + 1, match["word"], options, match["before"], match["open"])


def _candidates(text: str, *, mdx: bool) -> Iterator[int]:
    """Yields the indices of lines that may be markers: those of paragraphs, and those of HTML blocks outside `_RAW`."""
    parser = MarkdownIt("commonmark").disable("reference")  # release 3 takes quadratic time for many of them
    if mdx:
        parser.disable("code")
    parser.core.ruler.enableOnly(["normalize", "block"])
    for token in parser.parse(text):
        if token.map and token.type in ("inline", "html_block"):
            first, last = token.map
            raw = token.type == "html_block" and _RAW.match(token.content.lstrip())
            yield from range(first, first + 1 if raw else last)
