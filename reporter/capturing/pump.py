"""Moves output from channels to a log and to the place where it is shown."""

from __future__ import annotations

import os
import select
from collections.abc import Callable, Sequence

from reporter.capturing.channels import Channel
from reporter.capturing.logfile import Lines, LogFile

_PIECE = 1 << 19
"""Bytes that are moved at once; the lines of a piece are shorter than a line that the log can hold."""

_PATIENCE = 200
"""Milliseconds between two checks whether the command has ended."""


def pump(channels: Sequence[Channel], log: LogFile, is_over: Callable[[], bool]) -> None:
    """Reads all channels to their ends. Each finished line is in the log before it is shown.

    If an output cannot be shown any more, because its terminal or pipe was closed, it is still written to the log.

    Args:
        channels: The channels; their targets must be closed in this process.
        log: The log.
        is_over: Tells whether the command has ended. Then only the output that is already there is read, although
            another process may keep a channel open.
    """
    open_ones = {channel.source: Stream(channel, log) for channel in dict.fromkeys(channels)}
    streams = list(open_ones.values())
    poll = select.poll()
    for source in open_ones:
        poll.register(source, select.POLLIN)
    try:
        while open_ones:
            over = is_over()
            ready = poll.poll(_PATIENCE if not over else _PATIENCE // 4)
            for source, _ in ready:
                if not open_ones[source].move():
                    poll.unregister(source)
                    del open_ones[source]
            if over and not ready:
                break
    finally:
        for stream in streams:
            stream.close()


class Stream:
    """Moves the output of one channel.

    Args:
        channel: The channel.
        log: The log.
    """

    def __init__(self, channel: Channel, log: LogFile) -> None:
        self.channel = channel
        self._lines: Lines | None = Lines(log)
        self._shown = channel.shown

    def move(self) -> bool:
        """Moves what is there, up to one piece; tells whether there may be more."""
        piece, has_more = self._read()
        if self._lines:
            self._lines.store(piece)
        if self._shown is not None and not show(self._shown, piece):
            self._shown = None
        return has_more

    def end_log(self) -> None:
        """Writes the last line even if no newline ended it; what comes later is only shown."""
        if self._lines:
            self._lines.close()
        self._lines = None

    def close(self) -> None:
        """Ends the log, and closes the channel."""
        self.end_log()
        os.close(self.channel.source)

    def _read(self) -> tuple[bytes, bool]:
        """Reads what is there; a pseudo-terminal gives at most 4,095 bytes at a time."""
        parts: list[bytes] = []
        size = 0
        while size < _PIECE:
            try:
                part = os.read(self.channel.source, _PIECE - size)
            except BlockingIOError:
                return b"".join(parts), True
            except OSError:  # Linux says EIO when no process has the pseudo-terminal open any more
                part = b""
            if not part:
                return b"".join(parts), False
            parts.append(part)
            size += len(part)
        return b"".join(parts), True


def show(descriptor: int, piece: bytes) -> bool:
    """Writes all bytes to a descriptor.

    Args:
        descriptor: The descriptor; it may be in the non-blocking mode.
        piece: The bytes.

    Returns:
        Whether it worked; if not, nobody reads the output any more, or its disk is full.
    """
    while piece:
        try:
            piece = piece[os.write(descriptor, piece) :]
        except BlockingIOError:
            select.select([], [descriptor], [])
        except OSError:
            return False
    return True
