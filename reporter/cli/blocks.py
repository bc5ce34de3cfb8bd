"""Refreshes the blocks of a Markdown file from the logs that its markers or the command line name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from reporter.cli.console import show_note
from reporter.cli.stages import show_stages
from reporter.cli.trust import bounds_beside
from reporter.errors import UsageError
from reporter.progress import track

if TYPE_CHECKING:
    from reporter.documents.markers import Block
    from reporter.documents.refresh import BlockLogs, RefreshedFile


def make_blocks(
    path: Path, *, force: bool, needed: bool = True, default: BlockLogs | None = None, trials: bool = False
) -> RefreshedFile | None:
    """Makes the blocks of a Markdown file; writes nothing.

    Args:
        path: The file.
        force: Whether blocks that were edited by hand may be replaced.
        needed: Whether a file without a block is an error.
        default: The logs of blocks whose markers name none.
        trials: Whether trials are included.

    Returns:
        The file as it is and as it should be, or None if it has no block and no bound number, and none is needed.

    Raises:
        ReporterError: The file or a log cannot be read, or a block cannot be made.
    """
    from reporter.claims.files import Documents
    from reporter.claims.inline import has_inline
    from reporter.documents.blocks import read_blocks
    from reporter.documents.files import read_markdown
    from reporter.documents.refresh import refresh_file
    from reporter.sources.bounds import refuse_outside, within

    bounds = bounds_beside(path)
    with within(bounds):
        refuse_outside(path)
    bound = has_inline(read_markdown(path))
    text, blocks = read_blocks(path, force=force, needed=needed and not bound)
    if not blocks and not bound:
        return None
    shown = _logs_of_blocks(path, blocks, default, trials=trials)
    with show_stages():
        made = refresh_file(path, text, track("documents", shown, len(blocks)))
    with within(bounds):
        for _, place, _ in made.figures:
            refuse_outside(place)
        after, wrong = Documents().fill(made.after, str(path))
    return replace(made, after=after, claims=[each.verdict for each in wrong])


def write_blocks(made: RefreshedFile) -> None:
    """Writes a Markdown file and its figures, and prints whether anything changed."""
    changed = made.write()
    show_note(f"{made.path}: {'refreshed' if changed else 'up to date'}")


def _logs_of_blocks(
    path: Path, blocks: Iterable[Block], default: BlockLogs | None, *, trials: bool
) -> Iterator[tuple[Block, BlockLogs]]:
    """Reads the logs of each block just before the block is made, so that they are not all in memory at once."""
    from reporter.documents.blocks import errors_name
    from reporter.documents.files import link_target
    from reporter.facts.summary import refuse_unknown
    from reporter.facts.trials import without_trials

    for block in blocks:
        with errors_name(block, path):
            shown = _logs_of_block(link_target(path), block, default)
            if not trials:
                shown = replace(shown, logs=without_trials(shown.logs))
            if block.options.monitor:
                refuse_unknown((run for log in shown.logs for run in log.runs), block.options.monitor)
        yield block, shown


def _logs_of_block(path: Path, block: Block, default: BlockLogs | None) -> BlockLogs:
    from reporter.documents.refresh import BlockLogs
    from reporter.reading.many import read_beside
    from reporter.sources.bounds import within

    options = block.options
    if options.logs:
        with within(bounds_beside(path)):
            return BlockLogs(read_beside(path, options.logs), options.monitor, options.mode)
    if default is None:
        raise UsageError(f"its marker names no logs; add logs=PATH, or run: reporter report LOG... --readme {path}")
    return replace(default, monitor=options.monitor or default.monitor, mode=options.mode or default.mode)
