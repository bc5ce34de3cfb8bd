"""Says of every line of a log what was understood, and what was passed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from reporter.errors import SourceError
from reporter.facts.summary import epochs_text
from reporter.model import Log, Run
from reporter.reading.events import (
    CallbackMessage,
    CellBegin,
    EpochBegin,
    Event,
    Failure,
    FitBegin,
    Heading,
    Line,
    ModelSummary,
    Notice,
    ParameterCount,
    Progress,
    Result,
    Score,
)
from reporter.reading.reader import read_log

_WORDS: dict[type[Event], str] = {
    Heading: "heading",
    FitBegin: "fit",
    EpochBegin: "epoch",
    Progress: "progress",
    Result: "result",
    CallbackMessage: "message",
    ModelSummary: "model",
    ParameterCount: "parameters",
    Score: "score",
    Notice: "warning",
    Failure: "failure",
}
_NOTHING = "-"
_FEW = 3
"""Lines of progress that are shown before the next ones are only counted."""


class _Lines:
    """Listens to a reader, and keeps a row of each line; of progress, which may be endless, only the first rows."""

    def __init__(self) -> None:
        self.rows: list[str] = []
        self.count: Counter[str] = Counter()
        self._before = 0
        self._progress = 0

    def listen(self, lines: Sequence[Line], events: Sequence[Event]) -> None:
        """Take the next lines, and what they say; or no line, and that a cell of a notebook begins."""
        said = {number: list(each) for number, each in groupby(events, key=lambda event: event.line)}
        for line in lines:
            self._take(line, [_WORDS[type(event)] for event in said.get(line.number, []) if type(event) in _WORDS])
        if not lines:
            self._begin_cells(events)

    def close(self) -> None:
        """End the rows: say how much progress is not among them."""
        if self._progress > _FEW:
            self.rows.append(f"{'':>6}  {'progress':<10}  ... and {self._progress - _FEW} more lines of progress")
        self._progress = 0

    def _take(self, line: Line, words: list[str]) -> None:
        self.count.update(words or [_NOTHING])
        if words == ["progress"]:
            self._progress += 1
        else:
            self.close()
        if self._progress <= _FEW:
            number = line.number - self._before
            self.rows.append(f"{number:>6}  {'+'.join(words) or _NOTHING:<10}  {line.text}".rstrip())

    def _begin_cells(self, events: Sequence[Event]) -> None:
        self.close()
        for event in events:
            if isinstance(event, CellBegin):
                self._before = event.line - 1
                self.rows.append(f"cell {event.cell}")


def explain(source: str) -> Iterator[str]:
    """Read a log, and say how.

    Args:
        source: A file, an address, or `-` for standard input.

    Yields:
        Lines: one for each line of the log, with its number and what it says; then how many there are of each kind,
        the runs they make, and what to know before trusting them.

    Raises:
        SourceError: It cannot be read, or holds no run; what was read of it has been explained.
    """
    lines = _Lines()
    log, error = None, None
    try:
        log = read_log(source, lines.listen)
    except SourceError as caught:
        error = caught
    lines.close()
    yield from lines.rows
    yield from _tally(lines.count)
    if error:
        raise error
    assert log
    for run in log.runs:
        yield from _run(log, run)


def _tally(count: Counter[str]) -> Iterator[str]:
    passed = count.pop(_NOTHING, 0)
    if count or passed:
        kinds = [f"{number} {word}" for word, number in count.items()]
        yield ""
        yield ", ".join([*kinds, f"{passed} passed over ({_NOTHING})"])


def _run(log: Log, run: Run) -> Iterator[str]:
    yield f"run {run.name!r}, {log.place(run.line)}: {run.status}, {epochs_text(run)} epochs"
    for warning in run.warnings:
        yield f"warning, {log.place(warning.line)}: {warning.text} ({warning.code})"
