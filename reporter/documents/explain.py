"""Shows how each line of a log was understood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from reporter.errors import SourceError
from reporter.facts.summary import counted
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
"""Number of consecutive progress lines that are shown; further ones are only counted."""


class _Lines:
    """Collects one row of output for each line that a reader reads; of many progress lines, only the first ones."""

    def __init__(self) -> None:
        self.rows: list[str] = []
        self.count: Counter[str] = Counter()
        self._before = 0
        self._progress = 0

    def listen(self, lines: Sequence[Line], events: Sequence[Event]) -> None:
        """Adds rows for lines and the events found in them; if there are no lines, the events start notebook cells."""
        said = {number: list(each) for number, each in groupby(events, key=lambda event: event.line)}
        for line in lines:
            self._take(line, [_WORDS[type(event)] for event in said.get(line.number, []) if type(event) in _WORDS])
        if not lines:
            self._begin_cells(events)

    def close(self) -> None:
        """Adds a row with the number of progress lines that were left out."""
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
    """Reads a log and explains each line.

    Args:
        source: A file, an address, or `-` for standard input.

    Yields:
        A line for each line of the log: its number, the kind of event found in it, and its text. Then the number of
        events of each kind, and a line for each run and each warning.

    Raises:
        SourceError: The log cannot be read or has no run; the lines that were read are yielded before.
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
        yield ", ".join([*kinds, f"{passed} ignored ({_NOTHING})"])


def _run(log: Log, run: Run) -> Iterator[str]:
    yield f"run {run.name!r}, {log.place(run.line)}: {run.status}, {counted(run)} epochs"
    for warning in run.warnings:
        yield f"warning, {log.place(warning.line)}: {warning.text} ({warning.code})"
