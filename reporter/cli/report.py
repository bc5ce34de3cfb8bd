"""`reporter report`: writes the Markdown report of logs, with its figures."""

from __future__ import annotations

import itertools
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reporter.cli.options import judging, together

if TYPE_CHECKING:
    from reporter.model import Log, Run
    from reporter.record import Record
    from reporter.summary import Mode

report_options = together(
    click.option(
        "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file, figures beside it."
    ),
    click.option(
        "--readme",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Refresh the block between the markers of this Markdown file, figures beside it.",
    ),
    click.option("--title", default="Training results", show_default=True, help="Heading of the report."),
    judging,
    click.option("--force", is_flag=True, help="Replace files that exist."),
)
"""Adds the options of a report to a command."""


@click.command()
@click.argument("logs", nargs=-1, required=True, metavar="LOG...")
@report_options
def report(logs: tuple[str, ...], **options: Any) -> None:
    """Write the report of LOG..., in Markdown.

    LOG is a file or a folder. Logs of one experiment, known by one heading, stand side by side: the first original is
    the base that the others are compared with.

    \b
      reporter report logs -o results.md
      reporter report logs --readme README.md
    """
    make_report(logs, **options)


def make_report(
    sources: tuple[str, ...],
    *,
    output: Path | None,
    readme: Path | None,
    title: str,
    monitor: str | None,
    mode: Mode | None,
    force: bool,
) -> None:
    """Report logs to a file, into a README, or to standard output.

    Args:
        sources: Files or folders.
        output: The file to write.
        readme: The Markdown file whose block is refreshed.
        title: The heading of the report; a README has its own.
        monitor: The metric that runs are judged by.
        mode: Which way of it is better.
        force: Whether files that exist may be replaced.
    """
    from reporter import readme as blocks
    from reporter.cli.files import read_logs, write
    from reporter.render import render

    check_report(output, readme, force=force)
    logs = read_logs(sources)
    if readme:
        groups = _sides(logs, readme.parent, monitor, mode, force=True)
        blocks.write(readme, blocks.refresh(blocks.read(readme), render(groups, level=3), readme))
    if output or not readme:
        groups = _sides(logs, output.parent if output else None, monitor, mode, force=force)
        write(render(groups, title=title), output, force=force)


def check_report(output: Path | None, readme: Path | None, *, force: bool) -> None:
    """Stop before any work is done for a report that could not be written.

    Args:
        output: The file to write.
        readme: The Markdown file whose block is refreshed.
        force: Whether files that exist may be replaced.

    Raises:
        OverwriteError: The file exists.
        MarkerError: The Markdown file has no proper block.
    """
    from reporter import readme as blocks
    from reporter.cli.files import refuse_to_replace

    if output:
        refuse_to_replace(output, force=force)
    if readme:
        blocks.refresh(blocks.read(readme), "", readme)


def _sides(logs: list[Log], folder: Path | None, monitor: str | None, mode: Mode | None, *, force: bool) -> Any:
    """Gather the facts of all logs, drawing their figures where the report is a file."""
    from reporter.record import path_for
    from reporter.render import Links, sides

    taken: set[str] = set()
    facts = []
    for log in logs:
        figures = [_draw(log, run, folder, taken, monitor, mode, force=force) for run in log.runs] if folder else []
        record = _relative(path_for(Path(log.path)), folder)
        facts.append((log, Links(_relative(log.path, folder), figures, record), _record(log)))
    return sides(facts, monitor, mode)


def _draw(
    log: Log, run: Run, folder: Path, taken: set[str], monitor: str | None, mode: Mode | None, *, force: bool
) -> str | None:
    """Draw the figure of a run beside the report, and say where the report finds it."""
    from reporter.cli.files import write
    from reporter.plots import figure
    from reporter.summary import best

    if not run.epochs:
        return None
    path = Path("figures", _unused(_slug(log.path), taken) + ".svg")
    write(figure(run, best(run, monitor, mode)), folder / path, force=force)
    return path.as_posix()


def _relative(path: str | Path, folder: Path | None) -> str:
    """Give a path as a document in that folder links to it; an address stays as it is."""
    from reporter.remote import is_remote

    if is_remote(str(path)):
        return str(path)
    return Path(os.path.relpath(path, folder) if folder else path).as_posix()


def _slug(path: str) -> str:
    """Make a file name of the end of a path: `logs/code9/seed-0.log` is `logs-code9-seed-0`."""
    words = [word for word in Path(path).with_suffix("").parts if word.strip("./\\")]
    return re.sub(r"[^\w.-]+", "-", "-".join(words[-3:]))


def _unused(name: str, taken: set[str]) -> str:
    """Number a name from the second time on."""
    candidates = (name if count == 1 else f"{name}-{count}" for count in itertools.count(1))
    chosen = next(each for each in candidates if each not in taken)
    taken.add(chosen)
    return chosen


def _record(log: Log) -> Record | None:
    """Find what the training of a log knew; what it knew must agree with the log."""
    from reporter.errors import SourceError
    from reporter.record import find
    from reporter.verify import disagreements

    record = find(Path(log.path))
    if record and record.history:
        for difference in disagreements(log.runs[0], record):
            raise SourceError(f"differs from the record beside it: {difference}; train again", log.path)
    return record
