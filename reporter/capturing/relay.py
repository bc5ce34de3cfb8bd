"""Writes the log of a block of Python in a process of its own, so that the log survives the death of that Python.

The process that captures talks to this one through a socket: `+TEXT` writes a line to the log only, `.` ends the log,
and an empty line asks whether this process is there. Each is answered by a line that holds the reason why lines are
missing in the log, usually nothing.
"""

from __future__ import annotations

import json
import os
import select
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from reporter.capturing.channels import Channel
from reporter.capturing.logfile import Lines, LogFile
from reporter.capturing.pump import Stream

_PATIENCE = 200
"""Milliseconds between two looks at the size of the terminal."""

_SETTLING = 20
"""Milliseconds in which output arrives that a process has written to a pseudo-terminal."""


class Relay:
    """Moves output to a log and to the place where it is shown.

    If the process that captures is killed, the relay goes on until no process can print to its channels any more. If
    a child of that process prints after the end of the log, its output is still shown.

    Args:
        channels: The channels.
        log: The log.
        control: The socket.
    """

    def __init__(self, channels: Sequence[Channel], log: LogFile, control: socket.socket) -> None:
        self._streams = {channel.source: Stream(channel, log) for channel in channels}
        self._settling = _SETTLING if any(channel.terminal for channel in channels) else 0
        self._log: LogFile | None = log
        self._notes = Lines(log)
        self._control = control
        self._unread = b""
        self._poll = select.poll()
        for descriptor in (control.fileno(), *self._streams):
            self._poll.register(descriptor, select.POLLIN)

    def run(self) -> None:
        """Moves output until all channels have ended."""
        while self._streams:
            ready = [descriptor for descriptor, _ in self._poll.poll(_PATIENCE)]
            for stream in self._streams.values():
                stream.channel.resize()
            self._move(ready)
            if self._control.fileno() in ready:
                self._obey()
        self._end_log()

    def _move(self, ready: Sequence[int]) -> None:
        for source in [descriptor for descriptor in ready if descriptor in self._streams]:
            if not self._streams[source].move():
                self._poll.unregister(source)
                self._streams.pop(source).close()

    def _obey(self) -> None:
        """Does what the socket asks for."""
        piece = self._control.recv(1 << 16)
        if not piece:  # the other process has ended, orderly or not
            self._poll.unregister(self._control)
            return
        *requests, self._unread = (self._unread + piece).split(b"\n")
        for request in requests:
            self._settle()
            if self._log and request.startswith(b"+"):
                self._notes.feed(request[1:] + b"\n")
            error = self._log.error if self._log else ""
            if request == b".":
                error = self._end_log()
            self._control.sendall(error.encode() + b"\n")

    def _settle(self) -> None:
        """Moves what was printed before a request; a process that never stops printing does not hold it up."""
        for _ in range(_SETTLING):
            ready = [descriptor for descriptor, _ in self._poll.poll(self._settling)]
            if self._streams.keys().isdisjoint(ready):
                return
            self._move(ready)

    def _end_log(self) -> str:
        """Ends the log; gives the reason why lines are missing."""
        for stream in self._streams.values():
            stream.end_log()
        error = ""
        if self._log:
            self._log.close()
            error = self._log.error
        self._log = None
        return error


def main() -> None:
    """Runs the relay that the first argument describes."""
    plan = json.loads(sys.argv[1])
    channels = [Channel(source, -1, shown, terminal) for source, shown, terminal in plan["channels"]]
    log = LogFile(Path(plan["path"]), descriptor=plan["log"])
    Relay(channels, log, socket.socket(fileno=plan["control"])).run()
    os._exit(0)  # nothing is left to be done
