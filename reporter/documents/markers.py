"""Finds the marked blocks of a Markdown file, and reads the options in their markers."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, NoReturn

from markdown_it import MarkdownIt

from reporter.errors import MarkerError
from reporter.model import Mode

BEGIN = "BEGIN_REPORTER"
END = "END_REPORTER"

_MARKER = re.compile(
    rf"(?P<before>[ \t>*+\-\d.)]*)(?P<open><!--|{{/\*)[ \t]*(?P<word>{BEGIN}|{END})(?=\s|-->|\*/|$)(?P<rest>.*)"
)
_CLOSE = {"<!--": ("-->", "-->"), "{/*": ("*/", "*/}")}
"""What ends a comment that was opened so, and how such a marker ends."""

_RAW = re.compile(r"<(?:pre|script|style|textarea)\b|<[?!]", re.IGNORECASE)
"""Begins HTML whose lines are shown as they are, or not at all: the start conditions 1 to 5 of CommonMark 0.31, 4.6."""

_NEWLINE = re.compile(r"\r\n|\r|\n")
_LONGEST = 4096
"""Characters of the options of one marker."""

_TAKES = {BEGIN: ("id", "logs", "template", "monitor", "mode", "level"), END: ("sha256",)}
_MEANING = {
    "id": (r"[\w.-]+", "a name of letters, digits, dots and dashes"),
    "logs": (r"(?s).*\S.*", "files, folders, patterns or addresses, as seen from this file"),
    "template": (r"[\w-]+", "the NAME of a template NAME.md.j2"),
    "monitor": (r"(?s).+", "the metric that runs are judged by"),
    "mode": (r"min|max", "min or max"),
    "level": (r"[1-5]", "the level of headings, 1 to 5"),
    "sha256": (r"[0-9a-f]{64}", "64 hexadecimal digits; without it the block is written anew"),
}
"""Of each option, what a value looks like and what it stands for."""


@dataclass(frozen=True, slots=True)
class Options:
    """Holds what a marker says its block shows.

    Attributes:
        id: What errors call the block.
        logs: What is reported: files, folders, patterns or addresses, as seen from the Markdown file.
        template: The template it is made by.
        monitor: The metric that runs are judged by; by default the one that `summary.best` chooses.
        mode: Which way of it is better.
        level: The level of the headings of experiments.
    """

    id: str = ""
    logs: tuple[str, ...] = ()
    template: str = "report"
    monitor: str | None = None
    mode: Mode | None = None
    level: int = 3


@dataclass(frozen=True, slots=True)
class Block:
    """Holds a block as it stands in a file.

    Attributes:
        options: What it shows.
        begin: The line of its first marker, counted from 1.
        end: The line of its last marker.
        content: What stands between the two, line endings normalised.
        checksum: What the last marker says the SHA-256 of the content is; None where it says nothing.
        indent: What its markers stand behind; spaces, in an item of a list.
        open: How its last marker opens, as a comment of HTML or of MDX.
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
        """What a message calls it."""
        return f"the block {self.options.id!r}" if self.options.id else "the block"

    def end_marker(self, checksum: str) -> str:
        """Write its last marker, with the checksum of its content."""
        return f"{self.indent}{self.open} {END} sha256={checksum} {_CLOSE[self.open][1]}"


@dataclass(frozen=True, slots=True)
class _Marker:
    line: int
    word: str
    options: str
    indent: str
    open: str


def split(text: str) -> list[str]:
    r"""Split text into its lines as Markdown does, at `\n`, `\r\n` and `\r`, and keep these."""
    ends = [match.end() for match in _NEWLINE.finditer(text)]
    return [text[start:end] for start, end in zip([0, *ends], [*ends, len(text)], strict=True) if start < end]


def normalised(text: str) -> str:
    r"""Give text with each line ending in `\n`."""
    return _NEWLINE.sub("\n", text)


def blocks(text: str, path: object = None) -> list[Block]:
    """Find the blocks of a Markdown file.

    A marker is a comment alone on its line, indented or not. What looks like one in code, in a comment, or in HTML that
    is shown as it is, is none. Time is linear in the text.

    Args:
        text: The file.
        path: Where it is, for errors; in an `.mdx` file no indentation makes code.

    Returns:
        The blocks, in order.

    Raises:
        MarkerError: A marker is missing, misplaced or misspelt, or two blocks have one `id`.
    """
    lines = split(text.removeprefix("\ufeff"))
    found: list[Block] = []
    begin: _Marker | None = None
    for marker in _markers(lines, path):
        if marker.word == BEGIN:
            if begin:
                _refuse(f"{BEGIN} inside the block of line {begin.line}; end that one first", path, marker.line)
            begin = marker
        elif begin is None:
            _refuse(f"{END} without a {BEGIN} before it; put one there, or remove this line", path, marker.line)
        else:
            found.append(_block(begin, marker, lines, path))
            begin = None
    if begin:
        _refuse(f"{BEGIN} without an {END} after it; put one there, outside of code", path, begin.line)
    _check_names(found, path)
    return found


def _refuse(message: str, path: object, line: int) -> NoReturn:
    raise MarkerError(message, path, line)


def _check_names(found: list[Block], path: object) -> None:
    first: dict[str, int] = {}
    for block in found:
        name = block.options.id
        if name and first.setdefault(name, block.begin) != block.begin:
            _refuse(f"id={name} is that of the block of line {first[name]}; give it another", path, block.begin)


def _block(begin: _Marker, end: _Marker, lines: list[str], path: object) -> Block:
    if begin.indent != end.indent:
        _refuse(f"{END} is indented unlike its {BEGIN} of line {begin.line}; indent both alike", path, end.line)
    (checksum,) = _read(end, path).get("sha256", [None])
    content = normalised("".join(lines[begin.line : end.line - 1]))
    return Block(_options(begin, path), begin.line, end.line, content, checksum, end.indent, end.open)


def _markers(lines: list[str], path: object) -> Iterator[_Marker]:
    for index in _candidates("".join(lines), mdx=str(path).endswith(".mdx")):
        match = _MARKER.match(lines[index])
        if not match:
            continue
        if match["before"].strip():
            _refuse(f"{match['word']} behind {match['before'].strip()!r}; give it a line of its own", path, index + 1)
        ends, close = _CLOSE[match["open"]]
        options, closed, after = match["rest"].partition(ends)
        if closed + after.rstrip() != close:
            _refuse(f"{match['word']} is to stand alone on one line, up to its {close}", path, index + 1)
        yield _Marker(index + 1, match["word"], options, match["before"], match["open"])


def _candidates(text: str, *, mdx: bool) -> Iterator[int]:
    """Give the lines that may be markers: those of prose, and of HTML that is not shown as it is."""
    parser = MarkdownIt("commonmark").disable("reference")  # in its release 3 quadratic in a list of them
    if mdx:
        parser.disable("code")
    parser.core.ruler.enableOnly(["normalize", "block"])
    for token in parser.parse(text):
        if token.map and token.type in ("inline", "html_block"):
            first, last = token.map
            raw = token.type == "html_block" and _RAW.match(token.content.lstrip())
            yield from range(first, first + 1 if raw else last)


def _options(marker: _Marker, path: object) -> Options:
    read = _read(marker, path)
    sources = [source for value in read.pop("logs", []) for source in _split(value, marker, path)]
    if "-" in sources:
        _refuse("a block cannot show standard input; logs is " + _MEANING["logs"][1], path, marker.line)
    values: dict[str, Any] = {name: value for name, (value,) in read.items()}
    if "level" in values:
        values["level"] = int(values["level"])
    return Options(logs=tuple(sources), **values)


def _read(marker: _Marker, path: object) -> dict[str, list[str]]:
    """Read the options of a marker, each with its values; only `logs` may have several."""
    known = {name: _MEANING[name] for name in _TAKES[marker.word]}
    read: dict[str, list[str]] = {}
    for word in _split(marker.options, marker, path):
        name, _, value = word.partition("=")
        if name not in known:
            close = get_close_matches(name, known, 1)
            better = f"did you mean {close[0]}?" if close else f"{marker.word} takes {', '.join(known)}"
            _refuse(f"unknown option {name!r}; {better}", path, marker.line)
        pattern, meaning = known[name]
        if not re.fullmatch(pattern, value):
            _refuse(f"{name}={value!r} is no such value; {name} is {meaning}", path, marker.line)
        if name in read and name != "logs":
            _refuse(f"a second {name}; keep one", path, marker.line)
        read.setdefault(name, []).append(value)
    return read


def _split(text: str, marker: _Marker, path: object) -> list[str]:
    """Split text into words, quoted as in a shell."""
    if len(text) > _LONGEST:
        _refuse(f"options of more than {_LONGEST:,} characters; name a folder or a pattern", path, marker.line)
    try:
        return shlex.split(text)
    except ValueError:
        _refuse(f"a quotation mark or a backslash without what it needs in {text.strip()!r}", path, marker.line)
