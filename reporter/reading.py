"""Reads a source into a `Log`: detects its format, and drives the format and the assembler."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeAlias

from reporter.assemble import Assembler
from reporter.console import WIDTH, Screen
from reporter.errors import NoRunError, SourceError
from reporter.events import CellBegin, Event, Line, Notice, Progress, Prose, Result
from reporter.formats import Format, detect, keras
from reporter.markup import Joiner, is_divided, plain, speaker
from reporter.model import Log
from reporter.notebook import Cell
from reporter.sources import STDIN, pieces

Listener: TypeAlias = Callable[[Sequence[Line], Sequence[Event]], None]
"""Is told lines and what they say, in order; or no line, and that a cell of a notebook begins."""

_HEAD = 200
"""Lines that are looked at before the format is decided."""


class Reader:
    """Reads a log that arrives in pieces; the result is the same however it was cut.

    Args:
        path: Where the log comes from, as it is to be shown.
        listener: Follows what is read.
    """

    def __init__(self, path: str = STDIN, listener: Listener | None = None) -> None:
        self._path = path
        self._listener = listener
        self._screen = Screen()
        self._voices = {"": _Voice(listener)}
        self._voice = self._voices[""]
        self._divided = False
        self._count = 0
        self._told = 0
        self._head: list[Line] = []
        self._cells: list[tuple[int, int]] = []
        self._format: Format | None = None

    def feed(self, text: str) -> None:
        """Take the next piece of text, cut anywhere."""
        self._take(self._screen.feed(text))

    def begin_cell(self, number: int) -> None:
        """Begin the text of another cell of a notebook; it counts from 1, as lines do."""
        self._take(self._screen.close())
        self._flush()
        self._cells.append((self._count + 1, number))
        self._format = self._format or keras  # a notebook is console text, cell by cell
        self._take_event(CellBegin(self._count + 1, number))

    def close(self) -> Log:
        """End the text.

        Returns:
            All that the text says.
        """
        self._take(self._screen.close())
        found = self._format or self._decide()
        name = "stdin" if self._path == STDIN else Path(self._path).stem
        if found.WHOLE:
            self._refuse_cut_lines()
            self._read(found, self._head)
        self._flush()
        runs = [
            run for speaker, voice in self._voices.items() for run in voice.assembler.runs(f"{name} {speaker}".strip())
        ]
        said = dict(sorted(line for voice in self._voices.values() for line in voice.said.items()))
        return Log(self._path, found.NAME, tuple(sorted(runs, key=lambda run: run.line)), tuple(self._cells), said)

    def _take(self, texts: list[str]) -> None:
        lines = [Line(number, text) for number, text in enumerate(texts, self._count + 1)]
        self._count += len(lines)
        if self._format and not self._format.WHOLE:
            self._read(self._format, lines)
            self._tell_cut_lines()
            return
        self._head += lines
        if not self._format and len(self._head) >= _HEAD:
            self._decide()

    def _refuse_cut_lines(self) -> None:
        """Stop at a line that was cut, in a format where a line cannot do without its end."""
        for line in self._screen.cut:
            raise SourceError(f"longer than {WIDTH:,} characters; break it into lines", self._path, line)

    def _tell_cut_lines(self) -> None:
        """Say which lines were too long to be read to their end."""
        for line in self._screen.cut[self._told :]:
            self._take_event(Notice(line, "line-cut", f"longer than {WIDTH:,} characters, and read no further"))
        self._told = len(self._screen.cut)

    def _take_event(self, event: CellBegin | Notice) -> None:
        """Take what is said between the lines."""
        self._voice.feed((), [event])

    def _decide(self) -> Format:
        self._format = detect(self._head[:_HEAD])
        if not self._format.WHOLE:
            self._divided = is_divided(self._head[:_HEAD])
            self._read(self._format, self._head)
            self._tell_cut_lines()
            self._head = []
        return self._format

    def _read(self, chosen: Format, lines: Iterable[Line]) -> None:
        if self._divided:
            for line in lines:
                self._choose(line).read(chosen, (line,))
        else:
            self._voice.read(chosen, lines)

    def _choose(self, line: Line) -> _Voice:
        """Choose the process that speaks; a line that names none goes on with the one before."""
        if name := speaker(line.text):
            self._voice = self._voices.setdefault(name, _Voice(self._listener))
        return self._voice

    def _flush(self) -> None:
        """Read the lines that wait for what might go on with them."""
        if self._format and not self._format.WHOLE:
            for voice in self._voices.values():
                voice.flush(self._format)


class _Voice:
    """Reads what one process says; keeps the lines that say something, of progress only the last."""

    def __init__(self, listener: Listener | None) -> None:
        self.assembler = Assembler()
        self.said: dict[int, str] = {}
        self._progress = 0
        self._joiner = Joiner()
        self._listener = listener

    def read(self, chosen: Format, lines: Iterable[Line]) -> None:
        if not chosen.WHOLE:
            lines = self._joiner.feed(Line(number, plain(text)) for number, text in lines)
        whole = list(lines)
        self.feed(whole, list(chosen.events(whole)))

    def flush(self, chosen: Format) -> None:
        whole = list(self._joiner.close())
        self.feed(whole, list(chosen.events(whole)))

    def feed(self, lines: Sequence[Line], events: Sequence[Event]) -> None:
        texts = dict(lines)
        for event in events:
            self.assembler.feed(event)
            if event.line in texts and not isinstance(event, Prose):
                self._keep(event, texts[event.line])
        if self._listener and (lines or events):
            self._listener(lines, events)

    def _keep(self, event: Event, text: str) -> None:
        """Keep a line; a bar that moves on, or is finished, takes the place of the one before."""
        if self._progress and isinstance(event, (Progress, Result)):
            self.said.pop(self._progress, None)
        self._progress = event.line if isinstance(event, Progress) else 0
        self.said[event.line] = text


def read_log(source: str | os.PathLike[str], listener: Listener | None = None) -> Log:
    """Read a log.

    Args:
        source: A file, an address, or `-` for standard input.
        listener: Follows what is read.

    Returns:
        All that it says: its runs, and their epochs, scores and messages.

    Raises:
        SourceError: It cannot be read.
        NoRunError: It holds no run.
    """
    path = os.fspath(source)
    reader = Reader(path, listener)
    for piece in pieces(path):
        if isinstance(piece, Cell):
            reader.begin_cell(piece.number)
        else:
            reader.feed(piece)
    log = reader.close()
    if not log.runs:
        raise NoRunError("no training run in it; a log holds lines like 'Epoch 1/20'", path)
    return log
