"""Reads what is new in a growing file, and notices when the file is replaced, renamed or emptied."""

from __future__ import annotations

import os
import time
from typing import NamedTuple, Protocol

_SIZE = 1 << 20
"""The most bytes of one piece."""

_IDLE = 30
"""Seconds without anything new after which a file is closed, so that thousands of logs can be followed."""


CONNECTING = "connecting"
"""The trouble of a log on another machine that has not answered yet."""


class Piece(NamedTuple):
    """Holds what was read.

    Attributes:
        data: The bytes; empty if there is nothing new.
        begins: Whether they are the beginning of a log, and what was read before is no part of it.
    """

    data: bytes = b""
    begins: bool = False


class Source(Protocol):
    """Gives the bytes of a growing log.

    Attributes:
        trouble: Why nothing can be read now; empty if it can.
        changed: When the log grew last, in seconds since 1970; 0 if that is unknown.
    """

    trouble: str
    changed: float

    def read(self) -> Piece:
        """Reads the next piece without waiting for it."""

    def close(self) -> None:
        """Stops reading."""


class Tail:
    """Reads a growing file of this machine.

    A file that was renamed is read to its end, and then the new file of its name goes on, as after `logrotate`. A file
    that was deleted, replaced or emptied begins again.

    Args:
        path: The file; it need not exist yet.
    """

    def __init__(self, path: str) -> None:
        self.trouble = ""
        self.changed = 0.0
        self._path = path
        self._file: int | None = None
        self._identity: tuple[int, int] | None = None
        self._offset = 0
        self._size_and_time: tuple[int, int] | None = None

    def read(self) -> Piece:
        """Reads the next piece of the file, at most 1 MiB."""
        try:
            there = os.stat(self._path)
            self.trouble = ""
        except OSError as error:
            self.trouble = "waiting for it" if isinstance(error, FileNotFoundError) else str(error.strerror)
            return Piece(self._rest())
        identity = there.st_dev, there.st_ino
        begins = False
        if self._identity is not None and identity != self._identity:
            if self._file is not None and (rest := self._rest()):
                return Piece(rest)
            begins = not self._was_renamed()
            self._forget()
        elif there.st_size < self._offset:
            begins = True
            self._forget()
        elif self._size_and_time == (there.st_size, there.st_mtime_ns) and self._offset >= there.st_size:
            if time.time() - self.changed > _IDLE:
                self.close()
            return Piece()
        self._size_and_time, self.changed = (there.st_size, there.st_mtime_ns), there.st_mtime
        return Piece(self._rest(), begins)

    def close(self) -> None:
        """Closes the file; the next `read` opens it again at the same place."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _forget(self) -> None:
        self.close()
        self._identity, self._offset = None, 0

    def _was_renamed(self) -> bool:
        """Tells whether the file that was read until now still has a name."""
        return self._file is not None and os.fstat(self._file).st_nlink > 0

    def _rest(self) -> bytes:
        """Reads on in the file that is open, or was read before and still has its name."""
        try:
            if self._file is None:
                if self.trouble:
                    return b""
                self._file = os.open(self._path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
                opened = os.fstat(self._file)
                self._identity = opened.st_dev, opened.st_ino
            data = os.pread(self._file, _SIZE, self._offset)
        except OSError as error:
            self.trouble = str(error.strerror)
            return b""
        self._offset += len(data)
        return data
