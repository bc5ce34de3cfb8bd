"""Makes the blocks of a Markdown file from logs and compares them with the file."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from reporter.claims.claim import Verdict
from reporter.documents.blocks import errors_name, fill_blocks, manual_edit, stale_blocks
from reporter.documents.drawings import Drawing
from reporter.documents.files import link_target, replace_file
from reporter.documents.markers import Block, split_lines
from reporter.documents.report import Document, document
from reporter.errors import ReporterError, StaleError
from reporter.model import Log, Mode


@dataclass(frozen=True)
class BlockLogs:
    """Holds the logs that a block reports, and the metric that decides which epoch is best.

    Attributes:
        logs: The logs.
        monitor: The metric; by default the first of `val_acc`, `val_loss`, `acc`, `loss` that a run has.
        mode: Whether the largest or the smallest value is best; by default the name of the metric decides.
    """

    logs: Sequence[Log]
    monitor: str | None = None
    mode: Mode | None = None


@dataclass(frozen=True)
class RefreshedFile:
    """Holds a Markdown file as it is now, and as it should be according to the logs.

    Attributes:
        path: The file.
        before: Its text now.
        after: Its text with every block filled anew.
        figures: The figures that the new text shows: the block, the path and the content of each.
        claims: The numbers outside of the blocks that a comment binds to a log, and that differ from it.
    """

    path: Path
    before: str
    after: str
    figures: Sequence[tuple[Block, Path, Drawing]]
    claims: Sequence[Verdict] = ()

    def problems(self) -> Iterator[ReporterError]:
        """Yields an error for each block, claim and figure that is out of date, missing, or edited by hand."""
        remedy = f"run: reporter readme {shlex.quote(str(self.path))}"
        for block in stale_blocks(self.before, self.after, self.path):
            stale = StaleError(f"{block.name} is stale; {remedy}", self.path, block.begin)
            yield manual_edit(block, self.path) or stale
        for claim in self.claims:
            words = f"the claim {claim.claim.text!r} is wrong: {claim.reason}; {remedy}"
            yield StaleError(words, self.path, claim.claim.spot.line)
        for block, place in self._stale_figures():
            state = "stale" if place.exists() else "missing"
            yield StaleError(f"{place} of {block.name} is {state}; {remedy}", self.path, block.begin)

    def diff(self) -> Iterator[str]:
        """Yields the lines of a unified diff of the text, then a line for each figure that would be written."""
        name = str(self.path)
        for line in unified_diff(split_lines(self.before), split_lines(self.after), name, name):
            yield line if line.endswith(("\n", "\r")) else f"{line}\n\\ No newline at end of file\n"
        for _, place in self._stale_figures():
            yield f"{place}: would be written\n"

    def write(self) -> bool:
        """Writes the figures and the text that changed, the figures first.

        Returns:
            Whether anything changed.

        Raises:
            OutputError: A file cannot be written.
        """
        drawings = {place: drawing for _, place, drawing in self.figures}
        places = [place for _, place in self._stale_figures()]
        for place in places:
            replace_file(place, drawings[place].svg())
        if self.before != self.after:
            replace_file(self.path, self.after)
        return bool(places) or self.before != self.after

    def _stale_figures(self) -> list[tuple[Block, Path]]:
        return [(block, place) for block, place, drawing in self.figures if not drawing.is_in(place)]


def refresh_file(path: Path, text: str, shown: Iterable[tuple[Block, BlockLogs]]) -> RefreshedFile:
    """Makes all blocks of a Markdown file; writes nothing.

    Args:
        path: The file.
        text: Its text.
        shown: Every block of the file, in order, with the logs that it reports.

    Returns:
        The file as it is and as it should be.

    Raises:
        ReporterError: A block cannot be made; the message names it.
    """
    folder = link_target(path).parent  # links in the text start from the real file
    contents: list[str] = []
    figures: dict[str, tuple[Block, Path, Drawing]] = {}
    for block, logs in shown:
        with errors_name(block, path):
            made = _make_block(block, logs, folder, {name: drawing for name, (_, _, drawing) in figures.items()})
        contents.append(made.text)
        figures |= {name: (block, folder / name, drawing) for name, drawing in made.figures.items()}
    return RefreshedFile(path, text, fill_blocks(text, contents, path), list(figures.values()))


def _make_block(block: Block, shown: BlockLogs, folder: Path, figures: Mapping[str, Drawing]) -> Document:
    """Makes one block; `figures` are those of the blocks before it."""
    return document(
        shown.logs,
        folder=folder,
        monitor=shown.monitor,
        mode=shown.mode,
        template=block.options.template,
        level=block.options.level,
        columns=block.options.columns,
        scale=block.options.scale,
        margins=block.options.margins,
        taken=figures,
    )
