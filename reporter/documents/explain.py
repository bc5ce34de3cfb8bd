"""Shows how each line of a log was understood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

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
    Joined,
    ModelSummary,
    Notice,
    ParameterCount,
    Progress,
    Result,
    Score,
)
from reporter.reading.lines import Line
from reporter.reading.runs.evidence import Decision

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


class Explanation:
    """Observes a reader and makes one row of output for each line; of many progress lines, only for the first ones."""

    def __init__(self) -> None:
        self._rows: list[str] = []
        self._count: Counter[str] = Counter()
        self._texts: dict[int, str] = {}
        self._words: dict[int, list[str]] = {}
        self._lines_before_cell = 0
        self._progress = 0
        self._decisions: list[Decision] = []

    def add_lines(self, lines: Sequence[Line]) -> None:
        """Stores lines that the reader is about to interpret."""
        self._texts.update((line.number, line.text) for line in lines)

    def add_events(self, events: Sequence[Event]) -> None:
        """Stores the events found in lines, and makes the rows of the lines that are complete."""
        for event in events:
            match event:
                case CellBegin():
                    self._add_rows(list(self._texts))
                    self._begin_cell(event)
                case Joined():
                    self._texts[event.line] = event.text
                    for number in event.continuations:
                        self._texts.pop(number, None)
                case Progress():
                    for number in (*event.superseded, event.line):
                        self._words.setdefault(number, []).append(_WORDS[Progress])
                case _:
                    words = self._words.setdefault(event.line, [])
                    words += [_WORDS[type(event)]] if type(event) in _WORDS else []
        self._add_rows(list(takewhile(self._words.__contains__, self._texts)))

    def add_decision(self, decision: Decision) -> None:
        """Stores what was decided about a line."""
        self._decisions.append(decision)

    def finish(self, log: Log | None) -> Iterator[str]:
        """Ends the explanation; call it once, after the reader has read everything.

        Args:
            log: The log that was read; None if reading failed.

        Yields:
            A line for each line of the log: its number, the kind of event found in it, and its text. Then the number
            of events of each kind, the decisions with their evidence, and a line for each run and each warning.
        """
        self._add_rows(list(self._texts))
        self._end_progress()
        yield from self._rows
        yield from _tally(self._count)
        if log:
            for decision in sorted(self._decisions, key=lambda each: each.line):
                yield f"decided, {log.place(decision.line)}: {decision}"
            for run in log.runs:
                yield from _run(log, run)

    def _begin_cell(self, event: CellBegin) -> None:
        self._end_progress()
        self._lines_before_cell = event.line - 1
        self._rows.append(f"cell {event.cell}")

    def _add_rows(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            words = self._words.pop(number, [])
            text = self._texts.pop(number)
            self._count.update(words or [_NOTHING])
            if words == [_WORDS[Progress]]:
                self._progress += 1
            else:
                self._end_progress()
            if self._progress <= _FEW:
                place = number - self._lines_before_cell
                self._rows.append(f"{place:>6}  {'+'.join(words) or _NOTHING:<10}  {text}".rstrip())

    def _end_progress(self) -> None:
        """Adds a row with the number of progress lines that were left out."""
        if self._progress > _FEW:
            self._rows.append(f"{'':>6}  {'progress':<10}  ... and {self._progress - _FEW} more lines of progress")
        self._progress = 0


def _tally(count: Counter[str]) -> Iterator[str]:
    passed = count.pop(_NOTHING, 0)
    if count or passed:
        kinds = [f"{number} {word}" for word, number in count.items()]
        yield ""
        yield ", ".join([*kinds, f"{passed} ignored ({_NOTHING})"])


def _run(log: Log, run: Run) -> Iterator[str]:
    yield f"run {run.name!r}, {log.place(run.line)}: {run.status}, {epochs_text(run)} epochs"
    for warning in run.warnings:
        yield f"warning, {log.place(warning.line)}: {warning.text} ({warning.code})"
