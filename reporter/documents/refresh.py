"""Makes the blocks of a Markdown file anew, and says which are stale."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reporter.errors import ReporterError, StaleError, UsageError

if TYPE_CHECKING:
    from reporter.documents.markers import Block
    from reporter.documents.report import Document
    from reporter.model import Log, Mode


@dataclass(frozen=True)
class Given:
    """Holds what a command was given: what blocks show that name no logs.

    Attributes:
        logs: The logs.
        monitor: The metric that runs are judged by.
        mode: Which way of it is better.
    """

    logs: Sequence[Log]
    monitor: str | None
    mode: Mode | None


@dataclass(frozen=True)
class Refreshed:
    """Holds a Markdown file as it is, and as its logs want it.

    Attributes:
        path: The file.
        before: Its text.
        after: Its text with every block refreshed.
        figures: The figures it shows: of which block, where each belongs, and the drawing.
    """

    path: Path
    before: str
    after: str
    figures: Sequence[tuple[Block, Path, str]]

    def stale(self) -> Iterator[ReporterError]:
        """Say of each block and each figure that is not as it should be what is wrong."""
        from reporter.documents.blocks import edit, stale

        remedy = f"run: reporter readme {shlex.quote(str(self.path))}"
        for block in stale(self.before, self.after, self.path):
            told = StaleError(f"{block.name} is stale; {remedy}", self.path, block.begin)
            yield edit(block, self.path) or told
        for block, place in self._figures_to_draw():
            state = "stale" if place.exists() else "missing"
            yield StaleError(f"{place} of {block.name} is {state}; {remedy}", self.path, block.begin)

    def diff(self) -> Iterator[str]:
        """Show what would change: the text as a unified diff, and which figures."""
        from difflib import unified_diff

        from reporter.documents.markers import split

        name = str(self.path)
        for line in unified_diff(split(self.before), split(self.after), name, name):
            yield line if line.endswith(("\n", "\r")) else f"{line}\n\\ No newline at end of file\n"
        for _, place in self._figures_to_draw():
            yield f"{place}: would be drawn anew\n"

    def write(self) -> None:
        """Write what is to change, the figures first, and say whether anything was."""
        from reporter.documents.files import write

        drawings = {place: drawing for _, place, drawing in self.figures}
        places = [place for _, place in self._figures_to_draw()]
        for place in places:
            write(place, drawings[place])
        if self.before != self.after:
            write(self.path, self.after)
        fresh = not places and self.before == self.after
        click.echo(f"{self.path}: {'up to date' if fresh else 'refreshed'}", err=True)

    def _figures_to_draw(self) -> list[tuple[Block, Path]]:
        return [(block, place) for block, place, drawing in self.figures if _bytes(place) != drawing.encode("utf-8")]


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def refreshed(path: Path, text: str, blocks: Iterable[Block], given: Given | None = None) -> Refreshed:
    """Make all blocks of a Markdown file; nothing is written.

    Args:
        path: The file.
        text: Its text.
        blocks: Its blocks.
        given: What blocks show that name no logs.

    Returns:
        The file as it is and as it should be.

    Raises:
        ReporterError: A block cannot be made.
    """
    from reporter.documents.blocks import refresh
    from reporter.documents.files import real

    file = real(path)
    contents: list[str] = []
    figures: dict[str, tuple[Block, Path, str]] = {}
    for block in blocks:
        try:
            made = _document(block, file, given, {name: drawing for name, (_, _, drawing) in figures.items()})
        except ReporterError as error:
            raise type(error)(f"{block.name}: {error}", path, block.begin) from None
        contents.append(made.text)
        figures |= {name: (block, file.parent / name, drawing) for name, drawing in made.figures.items()}
    return Refreshed(path, text, refresh(text, contents, path), list(figures.values()))


def _document(block: Block, path: Path, given: Given | None, taken: Mapping[str, str]) -> Document:
    from reporter.documents.report import document
    from reporter.facts.summary import refuse_unknown
    from reporter.reading.many import read_beside

    options = block.options
    if options.logs:
        given = Given(read_beside(path, options.logs), None, None)
    if given is None:
        raise UsageError(f"no logs in its marker; add logs=PATH, or run: reporter report LOG... --readme {path}")
    if options.monitor:
        refuse_unknown((run for log in given.logs for run in log.runs), options.monitor)
    return document(
        given.logs,
        folder=path.parent,
        monitor=options.monitor or given.monitor,
        mode=options.mode or given.mode,
        template=options.template,
        level=options.level,
        taken=taken,
    )
