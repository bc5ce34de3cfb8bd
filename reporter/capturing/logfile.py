"""Writes a log line by line, so that a crash of this process loses no finished line."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from reporter.errors import OutputError, OverwriteError
from reporter.reading.screen import WIDTH, Screen

if sys.platform != "win32":
    import fcntl

_MOST_PENDING = 1 << 26
"""Bytes that are kept in memory while the disk is full; further lines are lost."""

_CLEAN = bytes({*range(0x20, 0x7F), *b"\t\n"})


class LogFile:
    """Is a log that only one process writes, without a buffer: a line is in the file when `write` returns.

    If the disk is full, lines are kept in memory, and each later call tries again. An error is never raised, because
    the training that prints the lines must go on.

    Args:
        path: The file; missing folders are created.
        force: Whether an existing file is replaced.
        append: Whether an existing file is kept, and lines are added to it.
        descriptor: Descriptor of the open and locked file, if this process got it from the one that opened the log.

    Attributes:
        path: The file.
        descriptor: Its descriptor.
        error: The reason why lines are missing in the file; empty if all of them are there.

    Raises:
        OverwriteError: The file exists and is not empty, and `force` and `append` are false; or another process
            writes it.
        OutputError: The file cannot be written.
    """

    def __init__(self, path: Path, *, force: bool = False, append: bool = False, descriptor: int | None = None) -> None:
        self.path = path
        self.error = ""
        self._pending = b""
        self._lost = False
        self.descriptor = self._open(force, append) if descriptor is None else descriptor

    @property
    def size(self) -> int:
        """Number of bytes in the file."""
        return os.fstat(self.descriptor).st_size

    def cut(self, size: int) -> None:
        """Removes what the file holds behind its first bytes.

        Args:
            size: Number of bytes to keep.
        """
        if os.path.isfile(self.path):
            os.ftruncate(self.descriptor, size)

    def write(self, lines: Sequence[str]) -> None:
        """Appends finished lines.

        Args:
            lines: The lines, without newlines.
        """
        self.write_bytes("".join(f"{line}\n" for line in lines).encode("utf-8", "replace"))

    def write_bytes(self, text: bytes) -> None:
        """Appends text in UTF-8 that consists of finished lines.

        Args:
            text: The lines, each with its newline.
        """
        if len(self._pending) + len(text) <= _MOST_PENDING or not self._pending:
            self._pending += text
        else:
            self._lost = True
        self._flush()

    def close(self) -> None:
        """Closes the file and gives up its lock."""
        self._flush()
        os.close(self.descriptor)

    def discard(self) -> None:
        """Closes the file and removes it, because nothing ran that could print a line."""
        os.unlink(self.path)
        os.close(self.descriptor)

    def _open(self, force: bool, append: bool) -> int:
        """Opens and locks the file, and empties it unless lines are added; gives its descriptor."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        except OSError as error:
            raise OutputError(f"{error.strerror}; name a file that can be written", self.path) from None
        try:
            _lock(file, self.path)
            if os.fstat(file).st_size and not (force or append):
                raise OverwriteError("exists; --force replaces it", self.path)
            if os.path.isfile(self.path) and not append:
                os.ftruncate(file, 0)
        except BaseException:
            os.close(file)
            raise
        return file

    def _flush(self) -> None:
        try:
            while self._pending:
                self._pending = self._pending[os.write(self.descriptor, self._pending) :]
            if not self._lost:
                self.error = ""
        except OSError as error:
            self.error = error.strerror or str(error)


def _lock(file: int, path: Path) -> None:
    """Locks a file; the system gives up the lock when the last process that has it open ends, even if it is killed."""
    if sys.platform == "win32":
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise OverwriteError("another capture writes it now; name another log", path) from None
    except OSError:  # a file system without locks
        return


class Lines:
    """Turns the bytes of one stream into the lines that a terminal would show, and writes them to a log.

    Args:
        log: The log; several streams may share it.
    """

    def __init__(self, log: LogFile) -> None:
        self._log = log
        self._screen = Screen()
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    @property
    def current(self) -> str:
        """The unfinished line, as it looks now."""
        return self._screen.current

    def store(self, piece: bytes) -> None:
        """Takes the next bytes, and writes the lines that they finish; on plain text it is much faster than `feed`.

        Args:
            piece: The bytes; they may end within a character.
        """
        begin, end = piece.find(b"\n") + 1, piece.rfind(b"\n") + 1
        if begin == end or not _is_clean(piece[begin:end]):
            self.feed(piece)
            return
        self.feed(piece[:begin])
        self._log.write_bytes(piece[begin:end])
        self.feed(piece[end:])

    def feed(self, piece: bytes) -> list[str]:
        """Takes the next bytes, and writes the lines that they finish.

        Args:
            piece: The bytes; they may end within a character.

        Returns:
            The finished lines.
        """
        lines = self._screen.feed_text(self._decoder.decode(piece))
        if lines:
            self._log.write(lines)
        return lines

    def close(self) -> list[str]:
        """Ends the stream: writes the last line even if no newline ended it.

        Returns:
            That line, or an empty list.
        """
        lines = self._screen.close()
        if lines:
            self._log.write(lines)
        return lines


def _is_clean(lines: bytes) -> bool:
    """Tells whether whole lines are already as a terminal shows them: printable ASCII without spaces at their ends."""
    return (
        len(lines) <= WIDTH
        and not lines.translate(None, _CLEAN)
        and b" \n" not in lines
        and (b"\t" not in lines or b"\t\n" not in lines)
    )
