"""`reporter readme`: refreshes the marked blocks of Markdown files, or checks whether they are up to date."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reporter.cli.blocks import make_blocks, write_blocks
from reporter.cli.console import show_error, show_note, verbosity_options
from reporter.cli.options import trials_option
from reporter.cli.trust import trust_options
from reporter.errors import UsageError

if TYPE_CHECKING:
    from reporter.documents.refresh import RefreshedFile


@click.command(short_help="Refresh or check the marked blocks of Markdown files.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; exit with code 1 if a block or a figure is out of date.")
@click.option("--diff", is_flag=True, help="Write nothing; print the changes as a unified diff.")
@click.option("--skip-unmarked", is_flag=True, help="Ignore files that have no block; without it they are an error.")
@trials_option
@click.option("--force", is_flag=True, help="Replace blocks that were edited by hand.")
@trust_options
@verbosity_options
def readme(files: tuple[Path, ...], check: bool, diff: bool, skip_unmarked: bool, trials: bool, force: bool) -> None:
    """Refresh the marked blocks of Markdown files.

    A block starts and ends with a comment on its own line. The text between the two comments is replaced by the report
    of the logs; the rest of FILE stays as it is.

    \b
      <!-- BEGIN_REPORTER id=results logs=logs -->
      <!-- END_REPORTER -->

    \b
    Options of BEGIN_REPORTER:
      logs=PATH       path, pattern or address, relative to FILE; repeatable
      id=NAME         name of the block in messages
      template=NAME   report, or summary (table and figure)  [default: report]
      monitor=METRIC  metric that decides which epoch is best
      mode=MODE       min or max: whether the smallest or largest value is best
      level=N         level of the headings of experiments  [default: 3]
      columns=NAMES   columns of the table, such as run,best,time
      scale=error     logarithmic axes in figures, with 1 - value for an accuracy

    \b
    In MDX, the comments are:
      {/* BEGIN_REPORTER id=results logs=logs */}
      {/* END_REPORTER */}

    The template summary shows the table and one figure for each experiment, with all its runs; report also shows a
    section for each run. Values are quoted as in a shell. Figures are written to the folder figures/ beside FILE. Each
    carries a digest of its numbers, which --check compares; other numbers are stale, another matplotlib is not.

    END_REPORTER keeps a checksum of the block: a block that was edited by hand is only replaced with --force, else
    the exit code is 1. If a
    block of any FILE cannot be made, no file is changed.

    \b
    Examples:
      reporter readme README.md
      reporter readme --check --diff README.md docs/*.md
    """
    made = list(_make_all(files, skip_unmarked=skip_unmarked, force=force or check or diff, trials=trials))
    _refuse_shared_figures(made)
    if diff:
        for each in made:
            _print_patch("".join(each.diff()))
    if check:
        _exit_if_stale(made)
    elif not diff:
        for each in made:
            write_blocks(each)


def _make_all(files: Iterable[Path], *, skip_unmarked: bool, force: bool, trials: bool) -> Iterator[RefreshedFile]:
    for path in dict.fromkeys(files):
        if made := make_blocks(path, force=force, needed=not skip_unmarked, trials=trials):
            yield made


def _refuse_shared_figures(made: Iterable[RefreshedFile]) -> None:
    """Raises an error if two files need different figures at the same path: one of them would always be stale."""
    drawn: dict[Path, tuple[str, Path]] = {}
    for each in made:
        for block, place, drawing in each.figures:
            other, owner = drawn.setdefault(place, (drawing.digest, each.path))
            if other != drawing.digest:
                message = f"its figure {place} differs from the one of {owner}; keep the two files in different folders"
                raise UsageError(message, each.path, block.begin)


def _print_patch(patch: str) -> None:
    """Prints a patch: unchanged to a file or pipe, with control characters made visible on a terminal."""
    from reporter.reading.screen import visible

    if sys.stdout.isatty():
        patch = "".join(f"{visible(line)}\n" for line in patch.split("\n")[:-1])
    click.echo(patch, nl=False, color=True)  # without it, click removes escape codes, and the patch would not apply


def _exit_if_stale(made: Iterable[RefreshedFile]) -> None:
    """Prints whether each file is up to date, and exits with code 1 if one is not."""
    stale = False
    for each in made:
        problems = list(each.problems())
        for problem in problems:
            show_error(problem)
        if not problems:
            show_note(f"{each.path}: up to date")
        stale = stale or bool(problems)
    if stale:
        raise SystemExit(1)
