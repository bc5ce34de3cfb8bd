"""Connects a command to this process by pipes or pseudo-terminals, as its output would be connected without us."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

if sys.platform != "win32":
    import fcntl
    import pty
    import termios

_ROOM = 1 << 20
"""Bytes that a pipe holds."""


@dataclass(frozen=True)
class Channel:
    """Is one stream from a command to this process.

    Attributes:
        source: Descriptor that this process reads from.
        target: Descriptor that the command writes to.
        shown: Descriptor of this process that the output is shown on; None if it is not shown.
        terminal: Whether it is a pseudo-terminal.
    """

    source: int
    target: int
    shown: int | None
    terminal: bool

    def resize(self) -> None:
        """Gives the pseudo-terminal the size of the real one."""
        if not self.terminal or self.shown is None:
            return
        try:
            size = fcntl.ioctl(self.shown, termios.TIOCGWINSZ, b"\0" * 8)
            fcntl.ioctl(self.source, termios.TIOCSWINSZ, size)
        except OSError:  # the real terminal was closed
            return


def open_channels(stdout: int, stderr: int) -> tuple[Channel, Channel]:
    """Opens a channel for standard output and one for standard error.

    The two are one channel if they show in the same place, so that the order of their lines is kept.

    Args:
        stdout: Descriptor on which the standard output is shown.
        stderr: Descriptor on which the standard error is shown.

    Returns:
        The two channels; the same one twice if both show in the same place.
    """
    out = _open(stdout)
    return out, out if _same(stdout, stderr) else _open(stderr)


def open_pipe(shown: int | None) -> Channel:
    """Opens a channel that is a pipe.

    Args:
        shown: Descriptor that the output is shown on; None if it is not shown.

    Returns:
        The channel.
    """
    source, target = os.pipe()
    _enlarge(source)
    os.set_blocking(source, False)
    return Channel(source, target, shown, False)


def _open(shown: int) -> Channel:
    if not os.isatty(shown):
        return open_pipe(shown)
    source, target = pty.openpty()
    os.set_blocking(source, False)
    settings = termios.tcgetattr(shown)
    settings[1] &= ~termios.OPOST  # the real terminal turns "\n" into "\r\n", and it should do so once
    settings[3] &= ~termios.ECHO
    termios.tcsetattr(target, termios.TCSANOW, settings)
    channel = Channel(source, target, shown, True)
    channel.resize()
    return channel


def _enlarge(pipe: int) -> None:
    """Lets a pipe hold more than 64 KiB where the system can, so that a command that floods it waits less often."""
    try:
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _ROOM)
    except (AttributeError, OSError):  # not Linux, or the user has used up all room for pipes
        return


def _same(one: int, other: int) -> bool:
    try:
        return os.path.sameopenfile(one, other)
    except OSError:  # one of them is closed
        return False
