"""Reads a log that is still being written: gives its runs so far, and the bar that is being drawn."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from reporter.errors import SourceError
from reporter.model import Log
from reporter.reading.copying import copied
from reporter.reading.events import Event, Joined, Progress, Prose, Result
from reporter.reading.formats.keras.lines import read_line
from reporter.reading.lines import Line, Lines
from reporter.reading.reader import Reader
from reporter.reading.runs.evidence import Decision
from reporter.reading.screen import WIDTH, Screen

_HEAD = 200
"""Number of lines after which a `Reader` chooses the format for good."""


class LiveReader:
    """Reads a growing log. What has been read is not read again.

    A `Reader` chooses the format from the first 200 lines. A growing log cannot wait for them, so the format is chosen
    from the lines that are there, and again whenever their number has doubled, until there are 200. From then on, the
    log is read as `read_log` reads it.

    Args:
        path: The source of the log, as it is shown to users.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._head = ""
        self._next_choice = 1
        self._unfinished = ""
        self._begin()

    def feed_text(self, text: str) -> None:
        """Reads the next piece of text, which may end anywhere; a line is read when it ends."""
        *finished, rest = (self._unfinished + text).rpartition("\n")
        lines, self._unfinished = "".join(finished), rest
        if len(rest) > WIDTH:
            lines, self._unfinished = lines + rest, ""
        if not lines:
            return
        self._news.lines += lines.count("\n")
        if self._next_choice:
            self._head += lines
        if self._next_choice and self._news.lines >= self._next_choice:
            self._choose_format()
        else:
            self._reader.feed_text(lines)

    def snapshot(self) -> Log:
        """Gives the log as if it ended here; of a line that has not ended, only an unfinished bar counts.

        Returns:
            The log; it may have no run.

        Raises:
            SourceError: A format of another package has a state that cannot be copied.
        """
        self._news.has_event, self._news.last_event = False, self._news.last_line
        try:
            ended = copied(self._reader)
        except TypeError as error:
            raise SourceError(f"its format cannot be followed ({error}); read it when it ends", self._path) from None
        if isinstance(self._last_bar(), Progress):
            ended.feed_text(self._unfinished)
        return ended.close()

    @property
    def has_news(self) -> bool:
        """Whether anything but an unfinished bar was read since the last snapshot."""
        return self._news.has_event or self._news.last_event < self._news.last_line

    @property
    def progress(self) -> Progress | Result | None:
        """The newest bar, if nothing else follows it; a `Result` if the bar is full and its line has no end yet."""
        return self._last_bar() or self._news.progress

    def _last_bar(self) -> Progress | Result | None:
        """Reads the bar on the line that has not ended; each update of a bar begins with a carriage return."""
        screen = Screen()
        shown = screen.feed_text(self._unfinished.rstrip("\r\b").rpartition("\r")[2] + "\n")
        events = read_line(self._news.lines + 1, shown[0])
        return next((event for event in events if isinstance(event, Progress | Result)), None)

    def _begin(self) -> None:
        self._news = _News()
        self._reader = Reader(self._path, observer=self._news)

    def _choose_format(self) -> None:
        """Reads the lines so far again, with the format that they have."""
        lines = self._news.lines
        self._begin()
        self._news.lines = lines
        self._reader.feed_text(self._head)
        if lines >= _HEAD:
            self._next_choice, self._head = 0, ""
        else:
            self._reader.detect_format()
            self._next_choice = min(2 * lines, _HEAD)


class _News:
    """Follows the events of a log.

    Attributes:
        lines: Number of newlines so far.
        last_line: Number of the last line that was read.
        last_event: Number of the last line that had an event; a format may hold lines back. The bar that a line showed
            before its last state does not count.
        has_event: Whether an event came that is no unfinished bar.
        progress: The newest bar, if nothing else follows it.
    """

    def __init__(self) -> None:
        self.lines = self.last_line = self.last_event = 0
        self.has_event = False
        self.progress: Progress | None = None
        self._redrawn: Collection[int] = ()

    def add_lines(self, lines: Sequence[Line]) -> None:
        """Takes lines that are about to be read."""
        self.last_line = lines[-1].number
        self._redrawn = Lines.of(lines).redrawn

    def add_events(self, events: Sequence[Event]) -> None:
        """Takes the events of lines that have been read."""
        for event in events:
            if not isinstance(event, Progress) or event.line not in self._redrawn:
                self.last_event = event.line
            if isinstance(event, Progress):
                self.progress = event
            elif not isinstance(event, Prose | Joined):
                self.progress, self.has_event = None, True

    def add_decision(self, decision: Decision) -> None:
        """Does nothing: decisions change no event."""
