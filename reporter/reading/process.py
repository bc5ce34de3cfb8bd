"""Reads what one process says: lines to events, most of them by their shape, and events to runs."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from reporter.reading.assemble import Assembler
from reporter.reading.events import Event, Line, Progress, Prose, Result
from reporter.reading.formats import Format, keras
from reporter.reading.formats.bars import Bar, Header
from reporter.reading.markup import Joiner, plain
from reporter.reading.shapes import Shapes

Listener: TypeAlias = Callable[[Sequence[Line], Sequence[Event]], None]
"""Is told lines and what they say, in order; or no line, and that a cell of a notebook begins."""


class Voice:
    """Reads what one process says.

    Args:
        listener: Follows what is read.
        keep: Whether the lines are kept that something was read from.

    Attributes:
        assembler: Makes runs of it.
        lines: The lines that are kept, by their numbers; of the progress of an epoch, only the last.
    """

    def __init__(self, listener: Listener | None = None, *, keep: bool = False) -> None:
        self.assembler = Assembler()
        self.lines: dict[int, str] = {}
        self._keeps = keep
        self._progress = 0
        self._joiner = Joiner()
        self._shapes: Shapes[Bar | Header] = Shapes(keras.shape)
        self._listener = listener

    def read(self, chosen: Format, first: int, texts: Sequence[str]) -> None:
        """Read lines, the first of which has that number; a listener wants to be told of each one."""
        if chosen is keras and not self._listener:
            self._skim(first, texts)
        else:
            self._scan(chosen, first, texts)

    def _skim(self, first: int, texts: Sequence[str]) -> None:
        """Read what can be read by its shape so, and the rest line by line.

        What has a shape is never the rest of a line, but a bar may be the beginning of one: it stays with what follows.
        """
        shapes = self._shapes.know(texts)
        begin = closer = 0
        for end in (*(index for index, shape in enumerate(shapes) if shape is None), len(texts)):
            known = end - 1 if end > begin and isinstance(shapes[end - 1], Bar) else end
            if known > begin:
                self._scan(keras, first + closer, texts[closer:begin])
                self._read_known(first + begin, texts[begin:known], shapes[begin:known])
                closer = known
            begin = end + 1
        self._scan(keras, first + closer, texts[closer:])

    def _read_known(self, first: int, texts: Sequence[str], shapes: Sequence[Bar | Header | None]) -> None:
        """Read bars and headers; of unfinished bars in a row, only the last one matters."""
        self.flush(keras)
        feed, keeps = self.assembler.feed, self._keeps
        waiting: tuple[Bar, int, str] | None = None
        for number, text, shape in zip(itertools.count(first), texts, shapes, strict=False):
            assert shape
            if isinstance(shape, Bar) and shape.running(text):
                waiting = shape, number, text
                continue
            if waiting:
                self._wait_no_longer(*waiting)
                waiting = None
            event = shape.result(number, text)
            feed(event)
            if keeps:
                self._keep(event, text)
        if waiting:
            self._wait_no_longer(*waiting)

    def _wait_no_longer(self, bar: Bar, number: int, text: str) -> None:
        self._take(bar.progress(number, text), text)

    def _scan(self, chosen: Format, first: int, texts: Sequence[str]) -> None:
        """Read lines, each of them whole."""
        lines: Iterable[Line] = (Line(number, text) for number, text in enumerate(texts, first))
        if not chosen.WHOLE:
            lines = self._joiner.feed(Line(number, plain(text)) for number, text in lines)
        whole = list(lines)
        self.feed(whole, list(chosen.events(whole)))

    def flush(self, chosen: Format) -> None:
        """Read the line that waits for what might go on with it."""
        whole = list(self._joiner.close())
        self.feed(whole, list(chosen.events(whole)))

    def feed(self, lines: Sequence[Line], events: Sequence[Event]) -> None:
        """Take what lines say, or what is said between the lines."""
        texts = dict(lines) if self._keeps else {}
        for event in events:
            self._take(event, texts.get(event.line))
        if self._listener and (lines or events):
            self._listener(lines, events)

    def _take(self, event: Event, text: str | None) -> None:
        self.assembler.feed(event)
        if self._keeps and text is not None and not isinstance(event, Prose):
            self._keep(event, text)

    def _keep(self, event: Event, text: str) -> None:
        """Keep a line; a bar that moves on, or is finished, takes the place of the one before."""
        if self._progress and isinstance(event, Progress | Result):
            self.lines.pop(self._progress, None)
        self._progress = event.line if isinstance(event, Progress) else 0
        self.lines[event.line] = text
