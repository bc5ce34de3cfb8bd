"""Writes a log line by line, so that a crash of this process loses no finished line."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from reporter.errors import OutputError, OverwriteError
from reporter.reading.screen import Screen

if sys.platform != "win32":
    import fcntl

_MOST_PENDING = 1 << 26
"""Bytes that are kept in memory while the disk is full; further lines are lost."""


class LogFile:
    """Is a log that only one process writes, without a buffer: a line is in the file when `write` returns.

    If the disk is full, lines are kept in memory, and each later call tries again. An error is never raised, because
    the training that prints the lines must go on.

    Args:
        path: The file; missing folders are created.
        force: Whether an existing file is replaced.
        append: Whether an existing file is kept, and lines are added to it.

    Attributes:
        path: The file.
        error: The reason why lines are missing in the file; empty if all of them are there.

    Raises:
        OverwriteError: The file exists and is not empty, and `force` and `append` are false; or another process
            writes it.
        OutputError: The file cannot be written.
    """

    def __init__(self, path: Path, *, force: bool = False, append: bool = False) -> None:
        self.path = path
        self.error = ""
        self._pending = b""
        self._lost = False
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        except OSError as error:
            raise OutputError(f"{error.strerror}; name a file that can be written", path) from None
        try:
            self._lock()
            if self.size and not (force or append):
                raise OverwriteError("exists; --force replaces it", path)
            if not append:
                self.cut(0)
        except BaseException:
            os.close(self._file)
            raise

    @property
    def size(self) -> int:
        """Number of bytes in the file."""
        return os.fstat(self._file).st_size

    def cut(self, size: int) -> None:
        """Removes what the file holds behind its first bytes.

        Args:
            size: Number of bytes to keep.
        """
        if os.path.isfile(self.path):
            os.ftruncate(self._file, size)

    def write(self, lines: Sequence[str]) -> None:
        """Appends finished lines.

        Args:
            lines: The lines, without newlines.
        """
        text = "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")
        if len(self._pending) + len(text) <= _MOST_PENDING or not self._pending:
            self._pending += text
        else:
            self._lost = True
        self._flush()

    def close(self) -> None:
        """Closes the file and gives up its lock."""
        self._flush()
        os.close(self._file)

    def discard(self) -> None:
        """Closes the file and removes it, because nothing ran that could print a line."""
        os.unlink(self.path)
        os.close(self._file)

    def _flush(self) -> None:
        try:
            while self._pending:
                self._pending = self._pending[os.write(self._file, self._pending) :]
            if not self._lost:
                self.error = ""
        except OSError as error:
            self.error = error.strerror or str(error)

    def _lock(self) -> None:
        """Locks the file; the system gives up the lock when this process ends, even if it is killed."""
        if sys.platform == "win32":
            return
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OverwriteError("another process writes it now; name another log", self.path) from None
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
