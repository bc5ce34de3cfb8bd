"""Fills the marked blocks of a Markdown file and leaves everything outside them as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from reporter.documents.files import read_markdown
from reporter.documents.marker_options import BEGIN, END
from reporter.documents.markers import Block, find_blocks, split_lines, with_unix_newlines
from reporter.errors import EditedError, MarkerError, ReporterError


def read_blocks(path: Path, *, force: bool, needed: bool = True) -> tuple[str, list[Block]]:
    """Reads a Markdown file and finds its blocks.

    Args:
        path: The file.
        force: Whether blocks that were edited by hand may be replaced.
        needed: Whether a file without a block is an error.

    Returns:
        The text, with its line endings, and the blocks.

    Raises:
        SourceError: The file cannot be read.
        MarkerError: A marker is wrong, or there is no block although one is needed.
        EditedError: A block was edited by hand, and `force` is false.
    """
    text = read_markdown(path)
    found = find_blocks(text, path)
    if needed and not found:
        raise MarkerError(
            f"no block in it; add the lines <!-- {BEGIN} --> and <!-- {END} --> where the results belong", path
        )
    for block in found:
        if not force and (error := manual_edit(block, path)):
            raise error
    return text, found


def fill_blocks(text: str, contents: Sequence[str], path: object = None) -> str:
    """Replaces the contents of all blocks of a Markdown file.

    Everything outside the blocks stays the same, byte for byte. Each content gets the line endings and the indentation
    of the first marker of its block, and the last marker gets the checksum of the content.

    Args:
        text: The file.
        contents: The new content of each block, in the order of the blocks.
        path: The path of the file, for error messages.

    Returns:
        The new text of the file.

    Raises:
        MarkerError: A marker is wrong, or a content would damage the file: it contains a marker, or it opens code or a
            comment and does not close it.
    """
    lines, parts, after = split_lines(text), list[str](), 0
    found = find_blocks(text, path)
    new = [_indented(content, block.indent) for block, content in zip(found, contents, strict=True)]
    for block, content in zip(found, new, strict=True):
        parts += lines[after : block.begin]
        parts.append(content.replace("\n", _line_ending(lines[block.begin - 1])))
        parts.append(block.end_marker(checksum(content)) + _line_ending(lines[block.end - 1]))
        after = block.end
    filled = "".join([*parts, *lines[after:]])
    if _contents(filled, path) != new:
        line = found[0].begin if len(found) == 1 else None
        message = "the output of the template contains a marker, or leaves code or a comment open; close it"
        raise MarkerError(message, path, line)
    return filled


def checksum(content: str) -> str:
    r"""Computes the SHA-256 of the content of a block, with every line ending counted as `\n`."""
    return sha256(with_unix_newlines(content).encode("utf-8")).hexdigest()


def stale_blocks(before: str, after: str, path: object = None) -> list[Block]:
    """Finds the blocks that differ between two versions of a Markdown file.

    Args:
        before: The text of the file now.
        after: Its text with all blocks filled anew.
        path: The path of the file, for error messages.

    Returns:
        The blocks that differ, as they are in `before`.
    """
    old, new = split_lines(before), split_lines(after)
    pairs = zip(find_blocks(before, path), find_blocks(after, path), strict=True)
    return [block for block, fresh in pairs if old[block.begin : block.end] != new[fresh.begin : fresh.end]]


def manual_edit(block: Block, path: object) -> EditedError | None:
    """Returns an error if the content of a block does not match the checksum in its last marker."""
    if block.checksum in (None, checksum(block.content)):
        return None
    message = f"{block.name} was edited by hand; move the edit out of the block, or replace it with --force"
    return EditedError(message, path, block.begin)


@contextmanager
def errors_name(block: Block, path: object) -> Iterator[None]:
    """Puts the file, the line and the name of a block before the message of any error that is raised inside."""
    try:
        yield
    except ReporterError as error:
        raise type(error)(f"{block.name}: {error}", path, block.begin) from None


def _indented(content: str, indent: str) -> str:
    """Indents a content like its markers and adds a blank line before and after it."""
    lines = with_unix_newlines(content).strip("\n").split("\n")
    return "\n" + "".join(f"{indent if line else ''}{line}\n" for line in lines) + "\n"


def _line_ending(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]


def _contents(text: str, path: object) -> list[str] | None:
    """Returns the contents of the blocks of a text, or None if its markers are wrong."""
    try:
        return [block.content for block in find_blocks(text, path)]
    except MarkerError:
        return None
