"""Keeps the marked blocks of a Markdown file equal to what the logs say, and touches nothing else in it."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from reporter.documents.files import read
from reporter.documents.markers import BEGIN, END, Block, blocks, normalised, split
from reporter.errors import MarkerError, OverwriteError


def refresh(text: str, contents: Sequence[str], path: object = None) -> str:
    """Put contents into the blocks of a Markdown file.

    Args:
        text: The file.
        contents: What each of its blocks is to hold, in order.
        path: Where it is, for errors.

    Returns:
        The file, byte for byte as it was but for what stands between the markers of each block, and for its last
        marker, which has the checksum of that. A block takes over line endings and indentation of its first marker.

    Raises:
        MarkerError: A marker is wrong, or would be: a content holds one, or leaves code or a comment open.
    """
    lines, parts, after = split(text), list[str](), 0
    found = blocks(text, path)
    laid_out = [_laid_out(content, block.indent) for block, content in zip(found, contents, strict=True)]
    for block, content in zip(found, laid_out, strict=True):
        parts += lines[after : block.begin]
        parts.append(content.replace("\n", _ending(lines[block.begin - 1])))
        parts.append(block.end_marker(checksum(content)) + _ending(lines[block.end - 1]))
        after = block.end
    refreshed = "".join([*parts, *lines[after:]])
    if _contents(refreshed, path) != laid_out:
        line = found[0].begin if len(found) == 1 else None
        raise MarkerError("what a template made holds a marker, or leaves code or a comment open; end it", path, line)
    return refreshed


def checksum(content: str) -> str:
    """Compute the checksum of what a block holds, line endings normalised."""
    return sha256(normalised(content).encode("utf-8")).hexdigest()


def _laid_out(content: str, indent: str) -> str:
    """Give a content as it stands in its block: indented, an empty line before and behind it."""
    lines = normalised(content).strip("\n").split("\n")
    return "\n" + "".join(f"{indent if line else ''}{line}\n" for line in lines) + "\n"


def _ending(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]


def _contents(text: str, path: object) -> list[str] | None:
    try:
        return [block.content for block in blocks(text, path)]
    except MarkerError:
        return None


def stale(before: str, after: str, path: object = None) -> list[Block]:
    """Find the blocks of a Markdown file that refreshing it changes.

    Args:
        before: The file as it is.
        after: The file refreshed.
        path: Where it is.

    Returns:
        Each block as it is.
    """
    old, new = split(before), split(after)
    pairs = zip(blocks(before, path), blocks(after, path), strict=True)
    return [block for block, fresh in pairs if old[block.begin : block.end] != new[fresh.begin : fresh.end]]


def edit(block: Block, path: object) -> OverwriteError | None:
    """Say that a block is not as it was written, if so: its content has another checksum than its last marker."""
    if block.checksum in (None, checksum(block.content)):
        return None
    message = f"{block.name} was edited by hand; move the edit out of it, and give --force to have it written anew"
    return OverwriteError(message, path, block.begin)


def read_blocks(path: Path, *, force: bool, needed: bool = True) -> tuple[str, list[Block]]:
    """Read a Markdown file, its line endings untouched, and find its blocks.

    Args:
        path: The file.
        force: Whether blocks that were edited by hand may be replaced.
        needed: Whether there must be a block.

    Returns:
        The text and its blocks.

    Raises:
        SourceError: It cannot be read.
        MarkerError: A marker is wrong, or there is none and one is needed.
        OverwriteError: A block was edited by hand, and `force` is false.
    """
    text = read(path)
    found = blocks(text, path)
    if needed and not found:
        raise MarkerError(f"no line <!-- {BEGIN} -->; put it and <!-- {END} --> around the place of the results", path)
    for block in found:
        if not force and (error := edit(block, path)):
            raise error
    return text, found
