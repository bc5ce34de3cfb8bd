"""Finds what a log may be in, a file, a folder, an address, git, standard input, and gives its text piece by piece."""

from __future__ import annotations

import codecs
import glob
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath, PurePosixPath
from typing import BinaryIO

from reporter import git, notebook, scalars
from reporter.compression import Readable, decompress
from reporter.errors import NoRunError, SourceError
from reporter.notebook import Cell, is_notebook
from reporter.remote import is_remote, open_remote

STDIN = "-"
SUFFIXES = (".log", ".txt", ".md", ".ipynb", ".csv")
"""The endings that a log is looked for under in a folder, also with one of `_PACKED` behind."""

_PACKED = (".gz", ".bz2", ".xz", ".zst")
_NO_LOG = f"no log in this folder; a log ends in {', '.join(SUFFIXES)}"
_NO_MATCH = "no file matches; ** stands for folders, * for a part of a name"
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
        source: A file, an address, `-` for standard input, a folder, which stands for all logs below it, or a pattern
            like `logs/**/*.log`, which stands for all files that it matches; what is hidden is not looked at, nor is
            `x.json` beside an `x.log`. Each of the last two, and a file, also as git keeps it: `git:REF:PATH`.

    Returns:
        The source itself, or the files of the folder or of the pattern in the order of their paths.

    Raises:
        NoRunError: The folder holds no file that could be a log, or the pattern matches none.
        SourceError: It has no name, or git cannot be asked.
    """
    if not source:
        raise SourceError("an empty name is no log; name one, or . for this folder")
    if source == STDIN or is_remote(source):
        return [source]
    if git.is_git(source):
        return _kept(source)
    path = Path(source)
    if path.is_dir():
        return _found(_below(path), _NO_LOG, source)
    if not path.exists() and _is_pattern(source):
        return _found(_matching(source), _NO_MATCH, source)
    return [source]


def seen_from(folder: Path, source: str) -> str:
    """Give a source that a file in a folder names as it is called from here; a folder's name is never a pattern."""
    if is_remote(source):
        return source
    if git.is_git(source):
        return git.seen_from(folder, source)
    path = folder / source
    return str(path if path.exists() else glob.escape(str(folder)) / Path(source))


def is_address(source: str) -> bool:
    """Say whether a source is something else than a path: on another machine, or kept by git."""
    return is_remote(source) or git.is_git(source)


def ending(path: str | Path) -> str:
    """Give the ending of a file, or where it is compressed, of the file in it: `.log` of `a.log.gz`."""
    stem, suffix = Path(path).stem, Path(path).suffix.lower()
    return Path(stem).suffix.lower() if suffix in _PACKED else suffix


def _kept(source: str) -> list[str]:
    """Give the files that a source of git stands for."""
    paths = git.below(source)
    if paths is None:
        return _found(git.matching(source), _NO_MATCH, source) if _is_pattern(source) else [source]
    logs = (path for path in paths if ending(path) in SUFFIXES and not _is_hidden(PurePosixPath(path)))
    return _found((git.join(source, path) for path in logs), _NO_LOG, source)


def _is_pattern(source: str) -> bool:
    return any(mark in source for mark in "*?[")


def _is_hidden(path: PurePath) -> bool:
    """Say whether a path leads to or through something hidden."""
    return any(part.startswith(".") for part in path.parts)


def _below(folder: Path) -> Iterator[str]:
    paths = [path for path in folder.rglob("*") if scalars.NAME in path.name or ending(path) in SUFFIXES]
    events = [path for path in paths if scalars.NAME in path.name]
    read_with_others = {each for path in events for each in scalars.companions(path)}
    for path in paths:
        if not _is_hidden(path.relative_to(folder)) and path not in read_with_others and path.is_file():
            yield str(path)


def _matching(pattern: str) -> Iterator[str]:
    return (path for path in glob.iglob(pattern, recursive=True) if Path(path).is_file())


def _found(paths: Iterable[str], otherwise: str, source: str) -> list[str]:
    """Put files in order, less the record of each training whose log is among them: that is no second run."""
    found = set(paths)
    if not found:
        raise NoRunError(otherwise, source)
    return sorted(found - {path.removesuffix(".log") + ".json" for path in found if path.endswith(".log")})


def pieces(source: str) -> Iterator[str | Cell]:
    """Read the text of a source.

    Args:
        source: A file, an address, or `-` for standard input.

    Yields:
        The text, in pieces of no particular size; of a notebook, its cells and their text.

    Raises:
        SourceError: The source cannot be opened, or is no text.
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
    """Give the text of a file, or of the notebook that it holds."""
    decoded = _decoded(decompress(file, source), source)
    head = next(decoded, "")
    if is_notebook(source, head):
        yield from notebook.pieces(head + "".join(decoded), source)
    else:
        yield head
        yield from decoded


def _decoded(file: Readable, source: str) -> Iterator[str]:
    """Decode bytes as the mark at their beginning says, else as UTF-8, a bad byte becoming U+FFFD; lay events out."""
    piece = file.read(_PIECE)
    if scalars.is_events(piece):
        yield scalars.table(piece + b"".join(iter(lambda: file.read(_PIECE), b"")), source)
        return
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
