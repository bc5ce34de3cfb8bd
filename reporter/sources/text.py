"""Opens a source and decodes its text, piece by piece."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Iterator
from typing import BinaryIO

from reporter.errors import SourceError
from reporter.sources import git, notebook, tensorboard
from reporter.sources.compression import Readable, decompress
from reporter.sources.names import STDIN
from reporter.sources.notebook import Cell, is_notebook
from reporter.sources.remote import is_remote, open_remote

_PIECE = 1 << 16
_PICKLE = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def pieces(source: str) -> Iterator[str | Cell]:
    """Read the text of a source.

    Args:
        source: A file, an address, `git:REF:PATH`, or `-` for standard input.

    Yields:
        The text in pieces of any size; for a notebook, each `Cell` and then its text.

    Raises:
        SourceError: The source cannot be opened or is not text.
    """
    try:
        if source == STDIN:
            yield from _text(sys.stdin.buffer, source)
        else:
            with _open(source) as file:
                yield from _text(file, source)
    except OSError as error:
        raise SourceError(f"{error.strerror}; name a readable log", source) from None


def _open(source: str) -> BinaryIO:
    if is_remote(source):
        return open_remote(source)
    return git.open_blob(source) if git.is_git(source) else open(source, "rb")


def _text(file: BinaryIO, source: str) -> Iterator[str | Cell]:
    """Give the text of a file; if it is a notebook, the text of its cells."""
    decoded = _decoded(decompress(file, source), source)
    head = next(decoded, "")
    if is_notebook(source, head):
        yield from notebook.pieces(head + "".join(decoded), source)
    else:
        yield head
        yield from decoded


def _decoded(file: Readable, source: str) -> Iterator[str]:
    """Decode by the byte order mark, otherwise as UTF-8, with U+FFFD for invalid bytes; turn event files into CSV."""
    piece = file.read(_PIECE)
    if tensorboard.is_events(piece):
        yield tensorboard.table(piece + b"".join(iter(lambda: file.read(_PIECE), b"")), source)
        return
    if piece.startswith(_PICKLE):
        raise SourceError("a pickle, which can run any code when it is loaded; save the history as JSON or CSV", source)
    encoding = next((name for mark, name in _MARKS if piece.startswith(mark)), "utf-8")
    if encoding != "utf-16" and b"\0" in piece:
        raise SourceError("binary, not text; name a log as Keras printed it", source)
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    while piece:
        yield decoder.decode(piece)
        piece = file.read(_PIECE)
    yield decoder.decode(b"", final=True)
