"""Runs a command, shows its output unchanged and captures it in a log."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from reporter.capturing.channels import Channel, open_channels
from reporter.capturing.logfile import LogFile
from reporter.capturing.pump import pump
from reporter.errors import UsageError


def run_command(command: Sequence[str], log: LogFile, *, started: Callable[[], None]) -> int:
    """Runs a command as if it was called without this program, and captures its output.

    The command is in a session and a process group of its own, and has the standard input of this process. SIGINT,
    SIGTERM, SIGHUP and SIGWINCH of this process are sent to that group; the second SIGINT kills it.

    Args:
        command: The program and its arguments.
        log: The log.
        started: Called when the command has started.

    Returns:
        The exit status of the command; negative if a signal ended it.

    Raises:
        UsageError: The command cannot be started.
    """
    channels = open_channels(1, 2)
    with _forwarded_signals(channels) as signals:
        child = _start(command, channels)
        signals.send_to(child.pid)
        started()
        pump(channels, log, lambda: child.poll() is not None and (signals.killed or not _has_members(child.pid)))
        return child.wait()


def _start(command: Sequence[str], channels: tuple[Channel, Channel]) -> subprocess.Popen[bytes]:
    stdout, stderr = (channel.target for channel in channels)
    try:
        return subprocess.Popen(command, stdout=stdout, stderr=stderr, start_new_session=True)  # noqa: S603
    except OSError as error:
        reason = "there is no such program" if isinstance(error, FileNotFoundError) else error.strerror
        raise UsageError(f"{reason}; name a program after --", command[0]) from None
    finally:
        for target in {stdout, stderr}:
            os.close(target)


class _Signals:
    """Sends the signals that this process gets to a process group.

    Attributes:
        killed: Whether the group was killed, because SIGINT came twice.
    """

    def __init__(self, channels: Sequence[Channel]) -> None:
        self.killed = False
        self._channels = channels
        self._group = 0
        self._early: list[int] = []
        self._interrupts = 0

    def send_to(self, group: int) -> None:
        """Names the group, and sends it the signals that came before it was there."""
        self._group = group
        for number in self._early:
            _send(group, number)

    def handle(self, number: int, _: FrameType | None) -> None:
        """Is the handler of the signals."""
        self._interrupts += number == signal.SIGINT
        if number == signal.SIGWINCH:
            for channel in self._channels:
                channel.resize()
        if number == signal.SIGINT and self._interrupts > 1:
            self.killed = True
            number = signal.SIGKILL
        if self._group:
            _send(self._group, number)
        else:
            self._early.append(number)


@contextmanager
def _forwarded_signals(channels: Sequence[Channel]) -> Iterator[_Signals]:
    signals = _Signals(channels)
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGWINCH)
    before = {number: signal.getsignal(number) for number in numbers}
    for number, handler in before.items():
        if handler != signal.SIG_IGN:  # `nohup` ignores SIGHUP, and the command inherits that
            signal.signal(number, signals.handle)
    try:
        yield signals
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _send(group: int, number: int) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):  # all of its processes have ended
        return


def _has_members(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
