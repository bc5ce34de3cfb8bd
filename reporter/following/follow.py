"""Follows one log: reads what is new, and holds its runs so far."""

from __future__ import annotations

import codecs
import time
from dataclasses import dataclass
from typing import Literal

from reporter.errors import ReporterError
from reporter.facts.pace import seconds_left
from reporter.following.tail import CONNECTING, Source
from reporter.model import Log, Run
from reporter.reading.events import Progress, Result
from reporter.reading.live import LiveReader
from reporter.reading.records import with_record
from reporter.sources.text import encoding_of

_LONGEST = 0.5
"""Seconds that one look at one log takes at most, so that a huge log does not stop the display."""

Phase = Literal["waiting", "running", "stalled", "completed", "stopped", "interrupted", "failed"]


@dataclass(frozen=True, slots=True)
class Following:
    """Holds what is known about a run of a followed log.

    Attributes:
        path: The log.
        run: The run; None if the log has none yet.
        phase: Whether it runs, or how it ended. A run that is not the last of its log, and has no end, is
            `interrupted`.
        position: Number of finished epochs, with the part of the one that runs, such as 2.5.
        left: Seconds until its last epoch ends; None if that is unknown.
        changed: When the log grew last, in seconds since 1970.
        trouble: Why the log cannot be read; empty if it can.
    """

    path: str
    run: Run | None
    phase: Phase
    position: float = 0.0
    left: float | None = None
    changed: float = 0.0
    trouble: str = ""

    @property
    def key(self) -> tuple[str, int]:
        """What identifies the run: its log and its first line."""
        return self.path, self.run.line if self.run else 0


class Follower:
    """Follows a log.

    Args:
        path: Its name, as it is shown.
        source: Gives its bytes.
        stalled: Seconds without growth after which a run that has not ended is stalled.
    """

    def __init__(self, path: str, source: Source, stalled: float) -> None:
        self.path = path
        self._source = source
        self._stalled = stalled
        self._begin()

    def poll(self) -> bool:
        """Reads what is new.

        Returns:
            Whether there was anything.
        """
        end = time.monotonic() + _LONGEST
        has_read = False
        while time.monotonic() < end:
            piece = self._source.read()
            if piece.begins:
                self._begin()
            if not piece.data:
                break
            has_read = True
            if not self._trouble:
                self._read(piece.data)
        if has_read and not self._trouble and (self._reader.has_news or self.log is None or not self.log.runs):
            self._look()
        return has_read

    @property
    def is_connecting(self) -> bool:
        """Whether the log is on another machine that has not answered yet."""
        return self._source.trouble == CONNECTING

    def close(self) -> None:
        """Stops following."""
        self._source.close()

    def runs(self, now: float) -> list[Following]:
        """Gives the runs of the log as they are now.

        Args:
            now: The time, in seconds since 1970.

        Returns:
            The runs in their order; one without a `Run` if there is none yet.
        """
        changed = self._source.changed
        trouble = self._trouble or self._source.trouble
        runs = self.log.runs if self.log else ()
        if not runs:
            return [Following(self.path, None, "waiting", changed=changed, trouble=trouble)]
        *earlier, last = runs
        position = self._position(last)
        phase: Phase = last.status
        if last.status == "interrupted":
            phase = "stalled" if now - changed > self._stalled else "running"
        left = seconds_left(last, position, self._pace.seconds) if phase == "running" else None
        done = [Following(self.path, run, run.status, len(run.epochs), changed=changed) for run in earlier]
        return [*done, Following(self.path, last, phase, position, left, changed, trouble)]

    def _begin(self) -> None:
        self._reader = LiveReader(self.path)
        self._decoder: codecs.IncrementalDecoder | None = None
        self._pace = _Pace()
        self._trouble = ""
        self.log: Log | None = None

    def _read(self, data: bytes) -> None:
        if self._decoder is None:
            if b"\0" in data and encoding_of(data) != "utf-16":
                self._trouble = "binary, not text"
                return
            self._decoder = codecs.getincrementaldecoder(encoding_of(data))("replace")
        try:
            self._reader.feed_text(self._decoder.decode(data))
        except ReporterError as error:
            self._trouble = error.message

    def _look(self) -> None:
        try:
            self.log = self._reader.snapshot()
        except ReporterError as error:
            if not self.log:
                self._trouble = error.message
            return
        if self.log.runs:
            if self.log.runs[-1].status in ("completed", "stopped"):
                self.log = with_record(self.log)
            self._pace.add(self.log.runs[-1], time.monotonic())

    def _position(self, run: Run) -> float:
        """Gives the number of finished epochs of a run, with the part of the one that runs."""
        finished = run.epochs[-1].epoch if run.epochs else 0
        if not run.partial:
            return finished
        bar = self._reader.progress
        match bar:
            case Result():
                part = 1.0
            case Progress(step=step, steps=int(steps)) if steps:
                part = step / steps
            case _:
                part = (run.partial.step or 0) / (run.partial.steps or 1)
        return run.partial.epoch - 1 + min(part, 1.0)


class _Pace:
    """Measures by the clock how long an epoch takes, for logs that do not say.

    Attributes:
        seconds: Duration of an epoch; None until two of them were seen to end.
    """

    def __init__(self) -> None:
        self.seconds: float | None = None
        self._line = 0
        self._first: tuple[float, int] | None = None

    def add(self, run: Run, now: float) -> None:
        """Takes the run as it is now."""
        count = len(run.epochs)
        if run.line != self._line or self._first is None:
            self._line, self._first, self.seconds = run.line, (now, count), None
        elif count > self._first[1]:
            self.seconds = (now - self._first[0]) / (count - self._first[1])
