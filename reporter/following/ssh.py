"""Reads a growing file of another machine through the user's own `ssh`, which runs `tail` there."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import time
from contextlib import suppress

from reporter.errors import UsageError
from reporter.following.tail import CONNECTING, Piece
from reporter.sources.names import is_address

_ADDRESS = re.compile(r"(?P<host>[^/:\s]+):(?P<path>[^\0]+)")
"""The form that `scp` and `rsync` use; a path with a `/` before the first colon is a file of this machine."""

_SIZE = 1 << 20
_AGAIN = 10
"""Seconds after which a lost connection is made again."""

_LONGEST = 200
"""Characters of a message of `ssh` that are shown."""


def remote(source: str) -> tuple[str, str] | None:
    """Splits `HOST:PATH`.

    Args:
        source: A source, as the user names it.

    Returns:
        The host and the path; None if the source is a file of this machine, or an address such as `https://…`.

    Raises:
        UsageError: The host begins with `-`, so that `ssh` would take it for an option.
    """
    found = _ADDRESS.fullmatch(source)
    if not found or is_address(source) or os.path.exists(source):
        return None
    if found["host"].startswith("-"):
        raise UsageError(f"{source!r}: the name of a host cannot begin with -; write ./{source} for a file")
    return found["host"], found["path"]


class RemoteTail:
    """Reads a growing file of another machine. If the connection is lost, it begins again after ten seconds.

    Args:
        host: The host, as in the configuration of `ssh`; it may be `USER@HOST`.
        path: The file there; a path without `/` at its beginning is relative to the home folder.
    """

    def __init__(self, host: str, path: str) -> None:
        self.trouble = CONNECTING
        self.changed = 0.0
        file = shlex.quote(path.removeprefix("~/"))
        self._command = ["ssh", "-T", "-o", "BatchMode=yes", "--", host, f"exec tail -n +1 -F -- {file}"]
        self._process: subprocess.Popen[bytes] | None = None
        self._begins = False
        self._next_try = 0.0
        self._said = b""

    def read(self) -> Piece:
        """Reads what has arrived, without waiting."""
        if self._process is None and not self._start():
            return Piece()
        assert self._process
        self._said = (self._said + _available(self._process.stderr))[-10 * _LONGEST :]
        data = _available(self._process.stdout)
        if data:
            begins, self._begins = self._begins, False
            self.trouble, self.changed = "", time.time()
            return Piece(data, begins)
        if self._process.poll() is not None:
            lines = self._said.decode("utf-8", "replace").splitlines() or [f"exit status {self._process.returncode}"]
            self.trouble = f"connection lost: {lines[-1][:_LONGEST]}"
            self.close()
        return Piece()

    def close(self) -> None:
        """Ends the connection."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(OSError):
            process.terminate()
        process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe:
                pipe.close()

    def _start(self) -> bool:
        """Starts `ssh`, unless it ended only now; a log that was read before begins again."""
        if time.monotonic() < self._next_try:
            return False
        self._begins, self._next_try = self._next_try > 0, time.monotonic() + _AGAIN
        self._said = b""
        try:
            self._process = subprocess.Popen(  # noqa: S603 -- without a shell here; the path is quoted for the one there
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,  # so that Ctrl-C in the terminal does not end it before this program
            )
        except OSError as error:
            self.trouble = f"ssh: {error.strerror}"
            return False
        for pipe in (self._process.stdout, self._process.stderr):
            assert pipe
            os.set_blocking(pipe.fileno(), False)
        return True


def _available(pipe: object) -> bytes:
    """Reads what a pipe holds now."""
    try:
        return os.read(pipe.fileno(), _SIZE)  # type: ignore[attr-defined]
    except BlockingIOError:
        return b""
