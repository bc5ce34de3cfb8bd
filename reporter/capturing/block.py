"""Captures what a block of Python prints, at the level of file descriptors: children and C++ are captured, too."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import traceback
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from reporter.capturing.channels import Channel, open_channels, open_pipe
from reporter.capturing.logfile import LogFile
from reporter.capturing.streams import direct, flush
from reporter.errors import OutputError, UsageError

_PACKAGES = str(Path(__file__).parents[2])
_RELAY = "import sys; sys.path.insert(0, sys.argv.pop(1)); from reporter.capturing.relay import main; main()"

_RELAY_ENDED = "the process that writes the log has ended"

_PATIENCE = 0.5
"""Seconds that a relay gets to end."""

_open_blocks: list[Block] = []
"""The blocks whose descriptors are in use, the innermost last."""

_relays: list[subprocess.Popen[bytes]] = []
"""The relays that still show what children print, although their logs have ended."""


@contextmanager
def capture(log: str | os.PathLike[str], *, force: bool = False) -> Iterator[Path]:
    """Captures everything that a `with` block prints, and shows it unchanged.

    It captures standard output and standard error of this process, of libraries in other languages, and of child
    processes. In Jupyter, it captures what a cell prints. The log holds the lines as a terminal shows them. It is
    written by another process, so that each finished line is in it even if this process is killed. If the block raises
    an exception, the log ends with its traceback.

    Blocks may be nested: what the inner one prints is in both logs.

    Args:
        log: The file; missing folders are created.
        force: Whether an existing file is replaced.

    Yields:
        The path of the log, for example for `reporter.read_log`.

    Raises:
        OverwriteError: The file exists and is not empty, and `force` is false; or another capture writes it.
        OutputError: The file cannot be written.
        UsageError: The system is not POSIX, or standard output or standard error is closed.
    """
    block = Block(LogFile(Path(log), force=force))
    try:
        yield block.path
    except BaseException as error:
        block.note_error(error)
        raise
    finally:
        block.end()


class Block:
    """Captures everything that is printed from its creation to `end`.

    Args:
        log: The log; it is removed if capturing cannot begin.

    Attributes:
        path: The path of the log.

    Raises:
        UsageError: The system is not POSIX, or standard output or standard error is closed.
    """

    def __init__(self, log: LogFile) -> None:
        self.path = log.path
        self._ended = False
        self._process = os.getpid()
        self._restore = ExitStack()
        try:
            if sys.platform == "win32":
                raise UsageError("capturing needs a POSIX system; use reporter.read_log on a saved log")
            with ExitStack() as restore:
                self._redirect(log, restore)
                self._restore = restore.pop_all()
        except BaseException:
            log.discard()
            raise
        os.close(log.descriptor)
        _open_blocks.append(self)

    def note(self, text: str) -> None:
        """Writes text to the log only, below what was printed before.

        Args:
            text: One or several lines.
        """
        flush()
        for line in text.splitlines() if os.getpid() == self._process else ():
            self._ask(f"+{line}")

    def note_error(self, error: BaseException) -> None:
        """Writes a traceback to the log only.

        Args:
            error: The exception; the function that caught it is left out of the traceback.
        """
        below = error.__traceback__.tb_next if error.__traceback__ else None
        self.note("".join(traceback.format_exception(type(error), error, below)))

    def end(self) -> None:
        """Ends the log when all that was printed is in it, and restores the descriptors.

        Blocks that overlap may end in any order: the descriptors are restored when the inner ones have ended. In a
        forked process, which shares the log, nothing ends.
        """
        if self._ended or os.getpid() != self._process:
            return
        self._ended = True
        try:
            flush()
            error = self._ask(".")
        finally:
            self._control.close()
            while _open_blocks and _open_blocks[-1]._ended:
                _open_blocks.pop()._restore.close()
        _leave(self._relay)
        if error:
            warnings.warn(f"{self.path}: lines are missing: {error}", stacklevel=2)

    def _redirect(self, log: LogFile, restore: ExitStack) -> None:
        """Starts the relay, and directs the descriptors and streams of this process to it."""
        flush()
        saved = [_duplicate(descriptor, log, restore) for descriptor in (1, 2)]
        channels = open_channels(*saved)
        text = open_pipe(None)  # for streams that do not write to a descriptor
        restore.callback(os.close, text.target)
        self._control, theirs = socket.socketpair()
        try:
            self._relay = _start({*channels, text}, log, theirs.fileno())
            theirs.close()
            if self._ask(""):
                self._control.close()
                self._relay.wait()
                raise OutputError(f"{sys.executable} cannot write it; run the training with reporter run", log.path)
            for descriptor, channel, old in zip((1, 2), channels, saved, strict=True):
                restore.callback(os.dup2, old, descriptor)
                os.dup2(channel.target, descriptor)
        finally:
            for opened in {text.source, *(end for channel in channels for end in (channel.source, channel.target))}:
                os.close(opened)
        for descriptor, stream in ((1, sys.stdout), (2, sys.stderr)):
            restore.callback(direct(stream, descriptor, text.target))
        restore.callback(flush)

    def _ask(self, request: str) -> str:
        """Sends a request to the relay, and waits until it is done; gives the reason why lines are missing.

        What inner blocks have taken is moved to this one first.
        """
        if self in _open_blocks and _open_blocks[-1] is not self:
            _open_blocks[_open_blocks.index(self) + 1]._ask("")
        answer = b""
        try:
            self._control.sendall(request.encode("utf-8", "replace") + b"\n")
            while not answer.endswith(b"\n"):
                piece = self._control.recv(1 << 10)
                if not piece:
                    return _RELAY_ENDED
                answer += piece
        except OSError:
            return _RELAY_ENDED
        return answer.decode().strip()


def _duplicate(descriptor: int, log: LogFile, restore: ExitStack) -> int:
    """Duplicates the descriptor of an output; if the output is closed, the log may have got its descriptor."""
    try:
        copy = os.dup(descriptor)
        restore.callback(os.close, copy)
        if descriptor != log.descriptor:
            return copy
    except OSError:
        pass
    name = {1: "standard output", 2: "standard error"}[descriptor]
    raise UsageError(f"{name} is closed; open it, for example with >/dev/null")


def _start(channels: set[Channel], log: LogFile, control: int) -> subprocess.Popen[bytes]:
    """Starts the relay; it is isolated from the current folder, and from Ctrl-C."""
    plan = {
        "path": str(log.path),
        "log": log.descriptor,
        "control": control,
        "channels": [(each.source, each.shown, each.terminal) for each in channels],
    }
    needed = {log.descriptor, control, *(each.source for each in channels), *(each.shown for each in channels)}
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-I", "-c", _RELAY, _PACKAGES, json.dumps(plan)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[descriptor for descriptor in needed if descriptor is not None],
        start_new_session=True,
    )


def _leave(relay: subprocess.Popen[bytes]) -> None:
    """Lets a relay end; if a child can still print, it goes on, and is looked after when another one ends."""
    try:
        relay.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        _relays.append(relay)
    _relays[:] = [each for each in _relays if each.poll() is None]
