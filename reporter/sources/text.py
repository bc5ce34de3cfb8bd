"""Opens a source and decodes its text, piece by piece."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Iterator
from typing import IO, BinaryIO, cast

from reporter.errors import BinaryError, SourceError
from reporter.sources import git, notebook, tensorboard
from reporter.sources.bounds import refuse_outside
from reporter.sources.compression import Readable, decompress
from reporter.sources.names import STDIN, refuse_impossible
from reporter.sources.notebook import Cell, is_notebook
from reporter.sources.remote import is_remote, open_remote

_PIECE = 1 << 16
_PICKLE = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def beginning(source: str, size: int) -> bytes:
    """Reads the first bytes of a source, unpacked if it is compressed.

    Args:
        source: A file, an address or `git:REF:PATH`.
        size: Number of bytes.

    Returns:
        The bytes; fewer if there are no more.

    Raises:
        OSError: The source cannot be opened.
        SourceError: The source is compressed and broken, or its backend failed.
    """
    data = b""
    with _open(source) as file:
        unpacked = decompress(file, source)
        while len(data) < size and (piece := unpacked.read(size - len(data))):
            data += piece
    return data


def encoding_of(data: bytes) -> str:
    """Gives the encoding of text by its byte order mark; UTF-8 without one."""
    return next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")


def pieces(source: str) -> Iterator[str | Cell]:
    """Reads the text of a source.

    Args:
        source: A file, an address, `git:REF:PATH`, or `-` for standard input.

    Yields:
        The text, in pieces of any size; of a notebook, the beginning of each cell and its text.

    Raises:
        SourceError: The source cannot be opened, or is not text.
    """
    if source == STDIN:
        yield from open_pieces(sys.stdin.buffer, source)
        return
    refuse_impossible(source)
    try:
        file = _open(source)
    except OSError as error:
        raise _unreadable(error, source) from None
    with file:
        yield from open_pieces(file, source)


def whole_text(source: str) -> str:
    """Reads a document as it is: a notebook as its JSON, and with the line endings of the file.

    Args:
        source: A file, an address, `git:REF:PATH`, or `-` for standard input.

    Returns:
        The text.

    Raises:
        SourceError: The source cannot be opened, or is not text.
    """
    refuse_impossible(source)
    try:
        file = sys.stdin.buffer if source == STDIN else _open(source)
        with file:
            return "".join(_decoded(decompress(file, source), source))
    except OSError as error:
        raise _unreadable(error, source) from None


def open_pieces(file: IO[str] | IO[bytes], source: str) -> Iterator[str | Cell]:
    """Reads the text of an open file, which may be compressed, or hold a notebook.

    Args:
        file: A binary or text file, at its beginning; it is left open.
        source: Its name, for error messages.

    Yields:
        The text, in pieces of any size; of a notebook, the beginning of each cell and its text.

    Raises:
        SourceError: The file cannot be read, or is not text.
    """
    try:
        if isinstance(file.read(0), str):
            yield from _with_cells(_characters(cast("IO[str]", file), source), source)
        else:
            yield from _with_cells(_decoded(decompress(cast("BinaryIO", file), source), source), source)
    except OSError as error:
        raise _unreadable(error, source) from None


def _unreadable(error: OSError, source: str) -> SourceError:
    return SourceError(f"{error.strerror or error}; name a readable log", source)


def _open(source: str) -> BinaryIO:
    refuse_outside(source)
    if is_remote(source):
        return open_remote(source)
    return git.open_blob(source) if git.is_git(source) else open(source, "rb")


def _with_cells(text: Iterator[str], source: str) -> Iterator[str | Cell]:
    """Replaces the JSON of a notebook by the text of its cells."""
    head = next(text, "")
    if is_notebook(source, head):
        yield from notebook.pieces(head + "".join(text), source)
    else:
        yield head
        yield from text


def _characters(file: IO[str], source: str) -> Iterator[str]:
    """Reads a file that decodes its text itself."""
    try:
        yield file.read(_PIECE).removeprefix("\ufeff")  # a byte order mark, which Python leaves in UTF-8 text
        while piece := file.read(_PIECE):
            yield piece
    except UnicodeDecodeError as error:
        message = f"not {error.encoding} text; open it in binary mode, or with its encoding"
        raise SourceError(message, source) from None


def _decoded(file: Readable, source: str) -> Iterator[str]:
    """Decodes by the byte order mark, otherwise as UTF-8, with U+FFFD for invalid bytes; turns event files into CSV."""
    piece = file.read(_PIECE)
    if tensorboard.is_events(piece):
        yield tensorboard.table(piece + b"".join(iter(lambda: file.read(_PIECE), b"")), source)
        return
    if piece.startswith(_PICKLE):
        raise BinaryError("a pickle, which can run any code when it is loaded; save the history as JSON or CSV", source)
    encoding = encoding_of(piece)
    if encoding != "utf-16" and b"\0" in piece:
        raise BinaryError("binary, not text; name a log as Keras printed it", source)
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    while piece:
        yield decoder.decode(piece)
        piece = file.read(_PIECE)
    yield decoder.decode(b"", final=True)
