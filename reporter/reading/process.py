"""Reads the lines printed by one process of a training, and makes runs of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import Protocol

from reporter.model import Run
from reporter.reading.events import CellBegin, Event, Joined, Notice, Progress, Prose, Result
from reporter.reading.formats import Format
from reporter.reading.lines import Line, Lines
from reporter.reading.runs.assemble import Assembler
from reporter.reading.runs.evidence import Decision


class Observer(Protocol):
    """Follows how a log is read."""

    def add_lines(self, lines: Sequence[Line]) -> None:
        """Takes lines that are about to be read."""

    def add_events(self, events: Sequence[Event]) -> None:
        """Takes the events of lines that have been read."""

    def add_decision(self, decision: Decision) -> None:
        """Takes what was decided about a line by weighing evidence."""


class Process:
    """Reads the output of one process.

    Args:
        format: The format of the log.
        observer: Follows the events.
        keep_lines: Whether to keep the lines that have an event.

    Attributes:
        kept: The kept lines, number to text; of the progress of an epoch, only the last line.
    """

    def __init__(self, format: Format, observer: Observer | None = None, *, keep_lines: bool = False) -> None:
        self.kept: dict[int, str] = {}
        self._format = format
        self._reader = format.reader()
        self._assembler = Assembler(observer.add_decision if observer else None)
        self._observer = observer
        self._keep_lines = keep_lines
        self._unread: dict[int, str] = {}
        self._progress_line = 0

    @property
    def unfinished_bar(self) -> bytes | None:
        """What the last line has in common with lines that the next such line replaces; None if it is no such line."""
        return getattr(self._reader, "unfinished_bar", None)

    def feed_lines(self, lines: Lines) -> None:
        """Reads the next lines."""
        if self._keep_lines:
            self._unread.update(zip(lines.numbers, lines.texts, strict=True))
        self._add(self._reader.feed(lines))

    def begin_cell(self, event: CellBegin) -> None:
        """Begins the output of another notebook cell; no line of the cell before continues in it."""
        self._add(self._reader.close())
        self._reader = self._format.reader()
        self.add_event(event)

    def add_event(self, event: CellBegin | Notice) -> None:
        """Adds an event that no line of the log says by itself."""
        self._assembler.add_event(event)
        if self._observer:
            self._observer.add_events([event])

    def close(self) -> None:
        """Ends the output."""
        self._add(self._reader.close())

    def runs(self, default_name: str) -> tuple[Run, ...]:
        """Returns the runs of the process.

        Args:
            default_name: Name of a run that no heading names.
        """
        return self._assembler.runs(default_name)

    def _add(self, events: Iterable[Event]) -> None:
        add_event = self._assembler.add_event
        if not self._keep_lines and not self._observer:
            for event in events:
                add_event(event)
            return
        events = list(events)
        for event in events:
            add_event(event)
        if self._keep_lines:
            self._keep(events)
        if self._observer:
            self._observer.add_events(events)

    def _keep(self, events: Sequence[Event]) -> None:
        """Keeps the lines of events; a bar takes the place of the unfinished bar before it."""
        unread, kept = self._unread, self.kept
        for event in events:
            if isinstance(event, Joined):
                unread[event.line] = event.text
            elif not isinstance(event, Prose) and event.line in unread:
                if self._progress_line and isinstance(event, Progress | Result):
                    kept.pop(self._progress_line, None)
                self._progress_line = event.line if isinstance(event, Progress) else 0
                kept[event.line] = unread[event.line]
        last = events[-1].line if events else 0
        for number in list(takewhile(lambda number: number < last, unread)):
            del unread[number]
