"""Explains why a source holds no run: what it looks like instead, and what to save or print."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable

from reporter.errors import NoRunError, UnreadableLogError
from reporter.reading.frameworks import find_framework
from reporter.reading.lines import Line, Lines

_HEAD, _TAIL = 1000, 30
"""Numbers of lines, first and last, in which an explanation is looked for."""

_SHOWN = 80
"""Characters of a line that a message quotes."""

_LONGEST = 400
"""Characters of a line that are kept."""

_HEADER = r"\s{0,40}Epoch \d{1,9}/\d{1,9}\s{0,40}$"
_FAILURE = (
    r"Traceback \(most recent call last\)|[A-Za-z_.]{0,80}(?:Error|Exception)\b(?:: |$)|Segmentation fault|Killed\b"
    r"|Aborted\b|Memory access fault|Out of memory|slurmstepd: error:|.{0,80}: command not found$"
)
_ADVICE = "a log holds lines like 'Epoch 1/20'"


class Diagnosis:
    """Keeps the first and the last lines of a source, to explain why it holds no run."""

    def __init__(self) -> None:
        self._head: list[Line] = []
        self._tail: deque[Line] = deque(maxlen=_TAIL)
        self._last = Lines((), ())  # they follow the tail; most batches are dropped without a look at them

    def add_lines(self, lines: Lines) -> None:
        """Takes the next lines."""
        if len(self._head) < _HEAD:
            self._head += _shortened(lines[: _HEAD - len(self._head)])
        if len(lines) < _TAIL:
            self._tail += _shortened(self._last)
        else:
            self._tail.clear()
        self._last = lines[-_TAIL:]

    def error(self, path: str) -> NoRunError:
        """Makes the error for a source without a run.

        Args:
            path: The source.

        Returns:
            The error, which names what was found: an `UnreadableLogError` if the source looks like a training log.
        """
        self._tail += _shortened(self._last)
        self._last = Lines((), ())
        if not self._tail:
            return NoRunError("no training run in it, because it is empty; name a log with at least one epoch", path)
        if found := find_framework(self._head):
            framework, line = found
            text = (
                f"no training run in it: it looks like the log of {framework.name}, {_quoted(line)}, which is not read"
            )
            return UnreadableLogError(f"{text}; {framework.advice}", path, line.number)
        if failure := self._find_failure():
            text = f"no training run in it: it ends with an error before the first epoch ends: {_quoted(failure)}"
            return UnreadableLogError(f"{text}; correct the error and train again", path, failure.number)
        if header := next((line for line in self._head if re.match(_HEADER, line.text)), None):
            text = f"no training run in it: {_quoted(header)} begins an epoch, and nothing that Keras prints follows"
            return UnreadableLogError(f"{text}; train with verbose=1 or verbose=2", path, header.number)
        return NoRunError(f"no training run in it; {_ADVICE}", path)

    def _find_failure(self) -> Line | None:
        """Finds the last line that reports an error."""
        return next((line for line in reversed(self._tail) if re.match(_FAILURE, line.text.lstrip())), None)


def _shortened(lines: Iterable[Line]) -> list[Line]:
    return [Line(line.number, line.text[:_LONGEST]) for line in lines if line.text]


def _quoted(line: Line) -> str:
    text = line.text.strip()
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")
