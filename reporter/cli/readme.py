"""`reporter readme`: refreshes the marked blocks of Markdown files, or says which are stale."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from reporter.documents.refresh import Refreshed, refreshed
from reporter.errors import UsageError


@click.command(short_help="Refresh the marked blocks of FILE..., or check them.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if a block or a figure is stale.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@click.option("--skip-unmarked", is_flag=True, help="Pass over files that have no block.")
@click.option("--force", is_flag=True, help="Replace blocks that were edited by hand.")
def readme(files: tuple[Path, ...], check: bool, diff: bool, skip_unmarked: bool, force: bool) -> None:
    """Refresh the marked blocks of FILE..., and nothing else in them.

    A block stands between two comments, each alone on its line, and its first says what it shows:

    \b
      <!-- BEGIN_REPORTER id=results logs=logs -->
      <!-- END_REPORTER -->

    \b
    logs=PATH        file, folder, pattern or address, seen from FILE; repeatable
    id=NAME          what errors call the block
    template=NAME    report, or summary: only the table  [default: report]
    monitor=METRIC   metric a run is judged by
    mode=min         which way of it is better, min or max
    level=N          level of the headings of experiments  [default: 3]

    Values are quoted as in a shell. In MDX the comments are {/* BEGIN_REPORTER ... */}. Figures go to figures/ beside
    FILE. The last marker keeps a checksum: what was edited by hand is not replaced without --force. Nothing is
    written unless every block of every FILE could be made.

    \b
      reporter readme README.md
      reporter readme --check --diff README.md docs/*.md
    """
    made = list(_refresh_all(files, skip_unmarked=skip_unmarked, force=force or check or diff))
    _refuse_shared_figures(made)
    if diff:
        for each in made:
            _show("".join(each.diff()))
    if check:
        _check(made)
    elif not diff:
        for each in made:
            each.write()


def _refresh_all(files: Iterable[Path], *, skip_unmarked: bool, force: bool) -> Iterator[Refreshed]:
    from reporter.documents.blocks import read_blocks

    for path in dict.fromkeys(files):
        text, found = read_blocks(path, force=force, needed=not skip_unmarked)
        if found:
            yield refreshed(path, text, found)


def _refuse_shared_figures(made: Iterable[Refreshed]) -> None:
    """Stop where two files want one figure to look different ways, which could never both be up to date."""
    drawn: dict[Path, tuple[str, Path]] = {}
    for each in made:
        for block, place, drawing in each.figures:
            other, owner = drawn.setdefault(place, (drawing, each.path))
            if other != drawing:
                message = f"{place} is another figure in {owner}; keep the two files in different folders"
                raise UsageError(message, each.path, block.begin)


def _show(patch: str) -> None:
    """Print a patch as it is, or on a terminal what that can show of it."""
    from reporter.reading.screen import visible

    if sys.stdout.isatty():
        patch = "".join(f"{visible(line)}\n" for line in patch.split("\n")[:-1])
    click.echo(patch, nl=False, color=True)  # else click drops escapes where no terminal is


def _check(made: Iterable[Refreshed]) -> None:
    from reporter.cli.files import say

    fresh = True
    for each in made:
        errors = list(each.stale())
        for error in errors:
            say(error)
        if not errors:
            click.echo(f"{each.path}: up to date", err=True)
        fresh = fresh and not errors
    if not fresh:
        raise SystemExit(1)
