"""Runs the user's command when something happened."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import time
from collections import deque
from collections.abc import Mapping

from reporter.errors import UsageError
from reporter.following.notices import Happening
from reporter.reading.screen import visible

KINDS = ("end", "failure", "best", "stall")
"""What a command is run for."""

_LONGEST = 60.0
"""Seconds that the command may take."""

_MOST_WAITING = 100
"""Number of happenings that wait for the command; further ones replace the oldest."""


class Notifier:
    """Runs a command for each happening, one at a time. The facts are in environment variables only.

    Args:
        command: The command with its arguments, split as a shell does; no shell runs it.

    Raises:
        UsageError: The command is empty or cannot be found.
    """

    def __init__(self, command: str) -> None:
        try:
            self._words = shlex.split(command)
        except ValueError as error:
            raise UsageError(f"--notify {command!r}: {error}; close the quotation") from None
        if not self._words or not shutil.which(self._words[0]):
            raise UsageError(f"--notify {command!r}: no such program; name one that can be run")
        self._waiting: deque[Happening] = deque(maxlen=_MOST_WAITING)
        self._process: subprocess.Popen[bytes] | None = None
        self._end = 0.0

    def add(self, happening: Happening) -> None:
        """Takes a happening, if the command is run for its kind."""
        if happening.kind in KINDS:
            self._waiting.append(happening)

    def poll(self) -> str:
        """Starts the command for the next happening, unless it still runs for the one before.

        Returns:
            What went wrong with the command that ended; empty if nothing did.
        """
        trouble = ""
        if self._process:
            status = self._process.poll()
            if status is None and time.monotonic() < self._end:
                return ""
            if status is None:
                self._process.kill()
                self._process.wait()
                trouble = f"the command of --notify was ended after {_LONGEST:.0f} seconds"
            elif status:
                trouble = f"the command of --notify ended with exit code {status}"
            self._process = None
        if self._waiting:
            trouble = self._start(self._waiting.popleft()) or trouble
        return trouble

    def _start(self, happening: Happening) -> str:
        try:
            self._process = subprocess.Popen(  # noqa: S603 -- the command of the user, without a shell
                self._words,
                env=os.environ | variables(happening),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            return f"--notify: {error.strerror}"
        self._end = time.monotonic() + _LONGEST
        return ""


def variables(happening: Happening) -> Mapping[str, str]:
    """Gives the environment variables that tell a command what happened.

    Args:
        happening: What happened.

    Returns:
        Name to value; no value holds a control character. A value that is unknown is empty.
    """
    run, best = happening.run.run, happening.best
    values: dict[str, object] = {
        "EVENT": happening.kind,
        "TEXT": happening.text,
        "LOG": happening.run.path,
        "RUN": run.name if run else "",
        "STATUS": happening.run.phase,
        "EPOCH": run.epochs[-1].epoch if run and run.epochs else "",
        "EPOCHS": (run.epochs_declared if run else None) or "",
        "METRIC": best.monitor if best else "",
        "BEST": best.value if best else "",
        "BEST_EPOCH": best.epochs[0] if best else "",
    }
    return {f"REPORTER_{name}": visible(str(value)) for name, value in values.items()}
