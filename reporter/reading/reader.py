"""Reads a source into a `Log`: detects its format, and separates the processes that printed it."""

from __future__ import annotations

import gc
import itertools
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypeAlias

from reporter.errors import SourceError
from reporter.model import Log
from reporter.reading.diagnosis import Diagnosis
from reporter.reading.events import CellBegin, Notice
from reporter.reading.formats import Format, detect, is_data_file
from reporter.reading.lines import Lines
from reporter.reading.process import Observer, Process
from reporter.reading.ranks import find_rank, has_ranks
from reporter.reading.records import with_record
from reporter.reading.runs.conclude import with_distinct_names
from reporter.reading.screen import WIDTH, Screen
from reporter.reading.skim import Skimmer
from reporter.sources.names import STDIN
from reporter.sources.notebook import Cell
from reporter.sources.text import open_pieces, pieces

Source: TypeAlias = str | os.PathLike[str] | IO[str] | IO[bytes]

_HEAD = 200
"""Number of lines from which the format is detected."""


class Reader:
    """Reads a log that arrives in pieces; the result is the same however it was cut.

    Args:
        path: The source of the log, as it is shown to users.
        keep_lines: Whether the log keeps the lines that have an event.
        observer: Follows the lines and their events.

    Attributes:
        diagnosis: Explains why the log holds no run, if it holds none.
    """

    def __init__(self, path: str = STDIN, *, keep_lines: bool = False, observer: Observer | None = None) -> None:
        self._path = path
        self._keep_lines = keep_lines
        self._observer = observer
        self._screen = Screen()
        self._skimmer = Skimmer()
        self.diagnosis = Diagnosis()
        self._line_count = 0
        self._cells: list[tuple[int, int]] = []
        self._undetected: list[Lines | CellBegin] = []
        self._format: Format | None = None
        self._processes: dict[str, Process] = {}
        self._current = ""
        self._has_ranks = False
        self._reported_cuts = 0

    def feed_text(self, text: str) -> None:
        """Reads the next piece of text, which may end anywhere."""
        for skipped, rest in self._skimmer.feed(text, self._unfinished_bar):
            self._screen.skip_lines(skipped)
            self._line_count += skipped
            self._show(rest)

    def _show(self, text: str) -> None:
        self._add_lines(self._screen.feed_text(text))

    def _unfinished_bar(self) -> bytes | None:
        """Returns the skeleton of the last line, if it is an unfinished bar; None also if all lines must be read."""
        if self._observer or self._has_ranks or not self._format or not self._screen.at_line_start:
            return None
        return self._processes[""].unfinished_bar

    def begin_cell(self, number: int) -> None:
        """Begins the output of another cell of a notebook.

        Args:
            number: Number of the cell, counted from 1.
        """
        self._show(self._skimmer.flush())
        self._add_lines(self._screen.close())
        cell = CellBegin(self._line_count + 1, number)
        self._cells.append((cell.line, cell.cell))
        if self._format:
            self._begin_cell(cell)
        else:
            self._undetected.append(cell)

    def close(self) -> Log:
        """Ends the log.

        Returns:
            The log with all its runs; it may have none.
        """
        self._show(self._skimmer.flush())
        self._add_lines(self._screen.close(), ended=False)
        found = self._format or self.detect_format()
        for process in self._processes.values():
            process.close()
        name = "stdin" if self._path == STDIN else Path(self._path).stem.strip("<>")
        runs = [run for rank, process in self._processes.items() for run in process.runs(f"{name} {rank}".strip())]
        runs.sort(key=lambda run: run.line)
        lines = dict(sorted(line for process in self._processes.values() for line in process.kept.items()))
        return Log(self._path, found.NAME, tuple(with_distinct_names(runs)), tuple(self._cells), lines)

    def _add_lines(self, texts: Sequence[str], *, ended: bool = True) -> None:
        if not texts:
            return
        first = self._line_count + 1
        self._line_count += len(texts)
        redrawn, self._screen.redrawn = self._screen.redrawn, {}
        lines = Lines(range(first, first + len(texts)), texts, ended, redrawn)
        self.diagnosis.add_lines(lines)
        if self._format:
            self._read(lines)
            return
        self._undetected.append(lines)
        if self._line_count >= _HEAD:
            self.detect_format()

    def detect_format(self) -> Format:
        """Detects the format from the lines so far, and reads them; it is called once, by 200 lines at the latest."""
        waiting, self._undetected = self._undetected, []
        lines = itertools.chain.from_iterable(each for each in waiting if isinstance(each, Lines))
        head = list(itertools.islice(lines, _HEAD))
        self._format = detect(head, data_files=not self._cells)
        self._has_ranks = not is_data_file(self._format) and has_ranks(head)
        self._start_process("")
        for each in waiting:
            if isinstance(each, Lines):
                self._read(each)
            else:
                self._begin_cell(each)
        return self._format

    def _start_process(self, rank: str) -> None:
        assert self._format
        self._processes[rank] = Process(self._format, self._observer, keep_lines=self._keep_lines)

    def _read(self, lines: Lines) -> None:
        if self._observer:
            self._observer.add_lines(lines)
        if self._has_ranks:
            for rank, part in self._by_rank(lines).items():
                self._processes[rank].feed_lines(part)
        else:
            self._processes[""].feed_lines(lines)
        self._report_cut_lines(lines.numbers[-1])

    def _by_rank(self, lines: Lines) -> dict[str, Lines]:
        """Separates the lines of the ranks; a line that names no rank belongs to the rank of the line before."""
        found: dict[str, tuple[list[int], list[str]]] = {}
        for number, text in zip(lines.numbers, lines.texts, strict=True):
            self._current = find_rank(text) or self._current
            numbers, texts = found.setdefault(self._current, ([], []))
            numbers.append(number)
            texts.append(text)
        for rank in found:
            if rank not in self._processes:
                self._start_process(rank)
        return {
            rank: Lines(numbers, texts, lines.ended or rank != self._current, lines.redrawn)
            for rank, (numbers, texts) in found.items()
        }

    def _begin_cell(self, cell: CellBegin) -> None:
        for process in self._processes.values():
            process.begin_cell(cell)

    def _report_cut_lines(self, last: int) -> None:
        """Warns about lines, up to the last one read, that were too long; in a data file they are an error."""
        assert self._format
        for line in self._screen.cut[self._reported_cuts :]:
            if line > last:
                break
            self._reported_cuts += 1
            if is_data_file(self._format):
                raise SourceError(f"longer than {WIDTH:,} characters; break it into lines", self._path, line)
            notice = Notice(line, "line-cut", f"longer than {WIDTH:,} characters; the rest was not read")
            self._processes[self._current].add_event(notice)


def read_log(source: Source, *, keep_lines: bool = False, observer: Observer | None = None) -> Log:
    """Reads a log.

    Args:
        source: A path, an address (`https://…`, `git:REF:PATH`), `-` for standard input, or an open file: binary, text
            or `io.StringIO`. It may be compressed, or a notebook. Open a text file with `newline=""`: otherwise Python
            turns the carriage returns of progress bars into newlines, and line numbers differ from those of the file.
        keep_lines: Whether `Log.lines` holds the lines that the log was read from: all lines that say something
            about training, and of the progress bars of an epoch the last one. Otherwise it is empty.
        observer: Follows the lines and their events.

    Returns:
        The log, with at least one run. Its path is that of the source, or the `name` of an open file if that is a
        string, else `<stream>`.

    Raises:
        SourceError: The source cannot be read.
        NoRunError: The source holds no run; the error says what it looks like instead.
    """
    if isinstance(source, str | os.PathLike):
        path = os.fspath(source)
        text = pieces(path)
    else:
        path = _name(source)
        text = open_pieces(source, path)
    reader = Reader(path, keep_lines=keep_lines, observer=observer)
    with without_garbage_collection():
        for piece in text:
            if isinstance(piece, Cell):
                reader.begin_cell(piece.number)
            else:
                reader.feed_text(piece)
        log = reader.close()
    if not log.runs:
        raise reader.diagnosis.error(path)
    return with_record(log)


def _name(file: Any) -> str:
    """Names an open file; a file descriptor has a number for a name, which says nothing."""
    name = getattr(file, "name", None)
    return name if isinstance(name, str) else "<stream>"


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Turns the garbage collector off: it would search millions of epochs for cycles, and there are none.

    To freeze and unfreeze makes all objects old; otherwise they would be searched as soon as the collector is on again.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            if not gc.get_freeze_count():  # the program that calls this may have frozen objects itself
                gc.freeze()
                gc.unfreeze()
            gc.enable()
