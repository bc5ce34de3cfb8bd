"""Reads a source into a `Log`: detects its format, and drives the format and the assembler."""

from __future__ import annotations

import gc
import itertools
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from reporter.errors import NoRunError, SourceError
from reporter.model import Log, Run
from reporter.reading.events import CellBegin, Line, Notice
from reporter.reading.formats import Format, detect, keras
from reporter.reading.formats.bars import without_cut_value
from reporter.reading.markup import is_divided, speaker
from reporter.reading.process import Listener, Voice
from reporter.reading.records import with_record
from reporter.reading.screen import WIDTH, Screen
from reporter.sources.names import STDIN
from reporter.sources.notebook import Cell
from reporter.sources.text import pieces

_HEAD = 200
"""Lines that are looked at before the format is decided."""


class Reader:
    """Reads a log that arrives in pieces; the result is the same however it was cut.

    Args:
        path: Where the log comes from, as it is to be shown.
        listener: Follows what is read.
        keep: Whether the log keeps the lines that something was read from.
    """

    def __init__(self, path: str = STDIN, listener: Listener | None = None, *, keep: bool = False) -> None:
        self._path = path
        self._new_voice = partial(Voice, listener, keep=keep)
        self._screen = Screen()
        self._voices = {"": self._new_voice()}
        self._voice = self._voices[""]
        self._divided = False
        self._count = 0
        self._told = 0
        self._head: list[str] = []
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
        texts = self._screen.close()
        whole = [without_cut_value(text) for text in texts]
        self._take(whole)
        found = self._format or self._decide()
        name = "stdin" if self._path == STDIN else Path(self._path).stem
        if found.WHOLE:
            self._refuse_cut_lines()
            self._read(found, self._head)
        self._flush()
        if whole != texts:
            self._take_event(Notice(self._count, "value-cut", "the log ends within a number, which is left out"))
        runs = [
            run for speaker, voice in self._voices.items() for run in voice.assembler.runs(f"{name} {speaker}".strip())
        ]
        runs.sort(key=lambda run: run.line)
        lines = dict(sorted(line for voice in self._voices.values() for line in voice.lines.items()))
        return Log(self._path, found.NAME, tuple(_numbered(runs)), tuple(self._cells), lines)

    def _take(self, texts: Sequence[str]) -> None:
        if self._format and not self._format.WHOLE:
            self._read(self._format, texts)
            self._tell_cut_lines()
            return
        self._head += texts
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
        head = [Line(number, text) for number, text in enumerate(self._head[:_HEAD], 1)]
        self._format = detect(head)
        if not self._format.WHOLE:
            self._divided = is_divided(head)
            texts, self._head = self._head, []
            self._read(self._format, texts)
            self._tell_cut_lines()
        return self._format

    def _read(self, chosen: Format, texts: Sequence[str]) -> None:
        first = self._count + 1
        self._count += len(texts)
        if self._divided:
            for number, text in enumerate(texts, first):
                self._choose(text).read(chosen, number, (text,))
        else:
            self._voice.read(chosen, first, texts)

    def _choose(self, text: str) -> Voice:
        """Choose the process that speaks; a line that names none goes on with the one before."""
        if name := speaker(text):
            if name not in self._voices:
                self._voices[name] = self._new_voice()
            self._voice = self._voices[name]
        return self._voice

    def _flush(self) -> None:
        """Read the lines that wait for what might go on with them."""
        if self._format and not self._format.WHOLE:
            for voice in self._voices.values():
                voice.flush(self._format)


def _numbered(runs: Iterable[Run]) -> Iterator[Run]:
    """Number the runs of one name from the second on, past the names that are there, so that no two share one."""
    runs = list(runs)
    taken = {run.name for run in runs}
    numbers: dict[str, Iterator[int]] = {}
    for run in runs:
        if run.name not in numbers:
            numbers[run.name] = itertools.count(2)
            yield run
            continue
        names = (f"{run.name} ({number})" for number in numbers[run.name])
        yield replace(run, name=next(name for name in names if name not in taken))


def read_log(source: str | os.PathLike[str], listener: Listener | None = None, *, keep: bool = False) -> Log:
    """Read a log.

    Args:
        source: A file, an address, or `-` for standard input.
        listener: Follows what is read.
        keep: Whether the log keeps the lines that something was read from.

    Returns:
        All that it says: its runs, and their epochs, scores and messages.

    Raises:
        SourceError: It cannot be read.
        NoRunError: It holds no run.
    """
    path = os.fspath(source)
    reader = Reader(path, listener, keep=keep)
    with _uncollected():
        for piece in pieces(path):
            if isinstance(piece, Cell):
                reader.begin_cell(piece.number)
            else:
                reader.feed(piece)
        log = reader.close()
    if not log.runs:
        raise NoRunError("no training run in it; a log holds lines like 'Epoch 1/20'", path)
    return with_record(log)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the garbage collector from looking through millions of epochs, none of which is in a cycle."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
