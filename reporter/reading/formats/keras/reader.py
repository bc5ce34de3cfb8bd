"""Reads the lines of a log of Keras one batch after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import cast

from reporter.reading.events import Event, Joined, Notice, Progress
from reporter.reading.formats.keras.bars import Bar
from reporter.reading.formats.keras.lines import find_shape, read_line
from reporter.reading.formats.keras.markup import without_markup
from reporter.reading.formats.keras.prefixes import Prefixes
from reporter.reading.formats.keras.shapes import Shape, Shapes
from reporter.reading.formats.keras.wrapping import Joiner, WholeLine, without_cut_value
from reporter.reading.lines import Line, Lines
from reporter.reading.skim import skeleton


class KerasReader:
    """Turns lines into events; between two batches it holds back a result that the next line may continue.

    Most lines of a long log are bars and headers that differ from earlier ones only in their digits. These take a
    short path: the places of their numbers are remembered, and of unfinished bars in a row only the last one is read.

    Attributes:
        unfinished_bar: The skeleton of the last line, if it is an unfinished bar; lines of the same skeleton need not
            be fed, but for the last one.
    """

    def __init__(self) -> None:
        self._prefixes = Prefixes()
        self._joiner = Joiner()
        self._shapes: Shapes[Bar | Shape] = Shapes(find_shape)
        self._cut_line: int | None = None
        self.unfinished_bar: bytes | None = None

    def feed(self, lines: Sequence[Line]) -> list[Event]:
        """Reads the next lines.

        A line of a known shape never continues a whole result, but a wrapped result may start with a bar, and the line
        after an obviously broken one may continue it; so a bar before a line of unknown shape, and such a line after
        one, are read together with it.

        Args:
            lines: The lines.

        Returns:
            The events of all lines up to the one held back.
        """
        raw = Lines.of(lines)
        batch = self._without_cut_value(Lines(raw.numbers, self._prefixes.strip(_without_stale(raw)), raw.ended))
        shapes = self._shapes.look_up(batch.texts)
        unknown = [*(index for index, shape in enumerate(shapes) if shape is None), len(shapes)]
        events: list[Event] = []
        done = begin = 0
        for end in unknown:
            while begin < end and (done < begin or self._joiner.holds) and _may_continue(shapes[begin]):
                begin += 1
            known = end - 1 if end > begin and isinstance(shapes[end - 1], Bar) else end
            if known > begin:
                events += self._read(batch, done, begin)
                events += _read_whole(self._joiner.flush())
                events += _read_shapes(batch, shapes, begin, known)
                done = known
            begin = end + 1
        events += self._read(batch, done, len(batch))
        is_bar = shapes and isinstance(shapes[-1], Bar) and shapes[-1].always_unfinished
        self.unfinished_bar = skeleton(raw.texts[-1] + "\n") if is_bar else None
        return sorted([*self._first_bars(raw), *events], key=attrgetter("line")) if raw.redrawn else events

    def close(self) -> list[Event]:
        """Ends the log.

        Returns:
            The events of the line that was held back, and a notice if the log ends within a number.
        """
        events = _read_whole(self._joiner.flush())
        if self._cut_line is not None:
            text = "the log ends within a number; this number is left out"
            events.append(Notice(self._cut_line, "value-cut", text))
        return events

    def _without_cut_value(self, lines: Lines) -> Lines:
        """Removes the last value of a log that ends within a number."""
        if lines.ended:
            return lines
        *texts, last = lines.texts
        whole = without_cut_value(last)
        if whole != last:
            self._cut_line = lines.numbers[-1]
        return Lines(lines.numbers, [*texts, whole], ended=False)

    def _first_bars(self, lines: Lines) -> Iterator[Progress]:
        """Reads the bars that were drawn first on lines that were drawn several times."""
        redrawn = {number: lines.redrawn[number].first for number in lines.redrawn.keys() & set(lines.numbers)}
        for number, first, shape in zip(
            redrawn, redrawn.values(), self._shapes.look_up([*redrawn.values()]), strict=True
        ):
            if isinstance(shape, Bar) and shape.has_counter:
                yield shape.progress(number, first)

    def _read(self, lines: Lines, begin: int, end: int) -> list[Event]:
        """Reads some of the lines in full: without markup, and joined if they were wrapped."""
        if begin == end:
            return []
        texts = map(without_markup, lines.texts[begin:end])
        return _read_whole(self._joiner.join(zip(lines.numbers[begin:end], texts, strict=True)))


def _without_stale(lines: Lines) -> Sequence[str]:
    """Returns the texts without what was on the line before it was drawn last, such as the end of a longer bar."""
    if not lines.redrawn:
        return lines.texts
    redraws = map(lines.redrawn.get, lines.numbers)
    return [text[: each.stale] if each else text for text, each in zip(lines.texts, redraws, strict=True)]


def _read_whole(lines: Iterable[WholeLine]) -> list[Event]:
    events: list[Event] = []
    for number, text, continuations in lines:
        if continuations:
            events.append(Joined(number, text, continuations))
        events += read_line(number, text)
    return events


def _may_continue(shape: Bar | Shape | None) -> bool:
    return shape is not None and shape.may_continue


def _read_shapes(lines: Lines, shapes: Sequence[Bar | Shape | None], begin: int, end: int) -> list[Event]:
    """Reads lines by the places of their numbers; of unfinished bars in a row only the last one is read."""
    numbers, texts = lines.numbers, lines.texts
    events: list[Event] = []
    progress: Bar | None = None  # the last of the unfinished bars in a row, of which `first` is the index of the first
    first = index = begin
    for always_unfinished, group in groupby(shapes[begin:end], attrgetter("always_unfinished")):
        some = cast("list[Bar | Shape]", list(group))
        if always_unfinished:
            first, progress = first if progress else index, cast("Bar", some[-1])
            index += len(some)
            continue
        for index, shape in enumerate(some, index):  # noqa: B020 - it begins where the group does
            text = texts[index]
            if isinstance(shape, Bar) and shape.is_unfinished(text):
                first, progress = first if progress else index, shape
                continue
            if progress:
                events.append(progress.progress(numbers[index - 1], texts[index - 1], numbers[first : index - 1]))
                progress = None
            events.append(shape.event(numbers[index], text))
        index += 1
    if progress:
        events.append(progress.progress(numbers[end - 1], texts[end - 1], numbers[first : end - 1]))
    return events
