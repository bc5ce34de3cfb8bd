"""Writes what is known about a command beside its log, while it runs and again when it has ended."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from reporter.capturing.environment import describe, seed_in

_HEAD = 1 << 20
"""Bytes of the log in which a seed is looked for."""


class Sidecar:
    """Writes the file `DATE.json` beside the log `DATE.log`.

    The versions of packages are looked up in a thread, so that the output of the command is never held up. If the file
    cannot be written, it is left out.

    Args:
        command: The program and its arguments.
        log: The log.
        started: The time at which the command was started.
    """

    def __init__(self, command: Sequence[str], log: Path, started: datetime) -> None:
        self._log = log
        self._begin = time.monotonic()
        self._facts: dict[str, object] = {"captured": 1, "started": started.isoformat(timespec="seconds")}
        self._thread = threading.Thread(target=self._look_up, args=(list(command),), daemon=True)

    def start(self) -> None:
        """Begins to look up the facts, and writes them when they are there."""
        self._thread.start()

    def finish(self, status: int) -> None:
        """Adds how the command ended.

        Args:
            status: Its exit status; negative if a signal ended it.
        """
        self._thread.join()
        try:
            with self._log.open(encoding="utf-8", errors="replace") as file:
                seed = seed_in(file.read(_HEAD))
        except OSError:
            seed = None
        seconds = round(time.monotonic() - self._begin, 1)
        self._facts |= {"seed": seed, "status": status, "seconds": seconds}
        self._write()

    def _look_up(self, command: list[str]) -> None:
        self._facts |= describe(command, os.environ, Path.cwd())
        self._write()

    def _write(self) -> None:
        """Replaces the file in one step."""
        path = self._log.with_suffix(".json")
        temporary = path.with_name(f".{path.name}")
        try:
            temporary.write_text(json.dumps(self._facts, indent=1) + "\n", encoding="utf-8")
            os.replace(temporary, path)
        except OSError:
            temporary.unlink(missing_ok=True)
