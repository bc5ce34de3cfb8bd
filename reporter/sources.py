"""Opens what a log may be in, a file, a folder, standard input, and gives its text piece by piece."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from reporter import notebook
from reporter.compression import Readable, decompress
from reporter.errors import NoRunError, SourceError
from reporter.notebook import Cell, is_notebook

STDIN = "-"
SUFFIXES = (".log", ".txt", ".md", ".ipynb", ".csv")
"""The endings that a log is looked for under in a folder."""

_PIECE = 1 << 16
_PICKLE = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def expand(source: str) -> list[str]:
    """Give the files that a source stands for.

    Args:
        source: A file, `-` for standard input, or a folder, which stands for all logs below it.

    Returns:
        The file itself, or the logs of the folder in the order of their paths.

    Raises:
        NoRunError: The folder holds no file that could be a log.
    """
    folder = Path(source)
    if source == STDIN or not folder.is_dir():
        return [source]
    found = sorted(str(path) for path in folder.rglob("*") if path.suffix in SUFFIXES and path.is_file())
    if not found:
        raise NoRunError(f"no log in this folder; a log ends in {', '.join(SUFFIXES)}", source)
    return found


def pieces(source: str) -> Iterator[str | Cell]:
    """Read the text of a source.

    Args:
        source: A file, or `-` for standard input.

    Yields:
        The text, in pieces of no particular size; of a notebook, its cells and their text.

    Raises:
        SourceError: The source cannot be opened, or is no text.
    """
    try:
        if source == STDIN:
            yield from _text(sys.stdin.buffer, source)
        else:
            with open(source, "rb") as file:
                yield from _text(file, source)
    except OSError as error:
        raise SourceError(f"{error.strerror}; name a readable log", source) from None


def _text(file: BinaryIO, source: str) -> Iterator[str | Cell]:
    """Give the text of a file, or of the notebook that it holds."""
    decoded = _decoded(decompress(file, source), source)
    head = next(decoded, "")
    if is_notebook(source, head):
        yield from notebook.pieces(head + "".join(decoded), source)
    else:
        yield head
        yield from decoded


def _decoded(file: Readable, source: str) -> Iterator[str]:
    """Decode bytes as the mark at their beginning says, else as UTF-8, a bad byte becoming U+FFFD."""
    piece = file.read(_PIECE)
    if piece.startswith(_PICKLE):
        raise SourceError("a pickle, which can run any code when it is read; save the history as JSON or CSV", source)
    encoding = next((name for mark, name in _MARKS if piece.startswith(mark)), "utf-8")
    if encoding != "utf-16" and b"\0" in piece:
        raise SourceError("not text but binary; name a log as Keras printed it", source)
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    while piece:
        yield decoder.decode(piece)
        piece = file.read(_PIECE)
    yield decoder.decode(b"", final=True)
