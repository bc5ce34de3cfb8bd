"""Makes one document of logs: its text, and the figures that belong beside it."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

from reporter.documents.escape import url
from reporter.documents.render import render
from reporter.documents.shorten import Room, shortened
from reporter.errors import SourceError
from reporter.facts.record import find, path_for
from reporter.facts.rows import Links, Side, sides
from reporter.facts.verify import disagreements
from reporter.model import Log, Mode, Record
from reporter.sources import git
from reporter.sources.names import STDIN, is_address
from reporter.sources.remote import is_remote


@dataclass(frozen=True)
class Document:
    """Holds a document.

    Attributes:
        text: The document itself.
        figures: Its figures, SVG documents, by their path as seen from the document.
    """

    text: str
    figures: Mapping[str, str]


def document(
    logs: Iterable[Log],
    *,
    folder: Path | None = None,
    monitor: str | None = None,
    mode: Mode | None = None,
    template: str = "report",
    format: str = "md",
    templates: Path | None = None,
    room: Room | None = None,
    colour: bool = False,
    title: str = "",
    level: int = 2,
    taken: Mapping[str, str] = MappingProxyType({}),
) -> Document:
    """Make the report of logs.

    Args:
        logs: The logs.
        folder: Where the document will be; what it shows and links to is named as seen from there. None if it will be
            no file, and then it has no figures.
        monitor: The metric that runs are judged by; by default the one that `summary.best` chooses.
        mode: Which way of it is better.
        template: What to write: the template `TEMPLATE.FORMAT.j2`.
        format: And in which format; only Markdown has figures beside it.
        templates: A folder where templates are looked for first.
        room: How long it may be; by default as long as it is.
        colour: Whether a terminal may have colours.
        title: The heading of the document; none by default, where the report goes into another document.
        level: The level of the headings of experiments.
        taken: The figures of other blocks of the same file, by name; only a figure that looks the same shares a name.

    Returns:
        The document; nothing is written.

    Raises:
        SourceError: A log differs from the record of its training.
        TemplateError: There is no such template, or it cannot be rendered.
        UsageError: Not even a report without any run is so short.
    """
    beside = folder if format == "md" else None
    groups = sides(((_called(log, beside), _links(log, folder), _record(log)) for log in logs), monitor, mode)
    illustrated: dict[str, Side] = {}
    if beside is not None:
        groups = [[_illustrated(side, monitor, illustrated, taken) for side in group] for group in groups]
    write = partial(render, groups, template, format, title=title, level=level, templates=templates, colour=colour)
    text = shortened(write, sum(map(len, groups)), room) if room else write()
    return Document(text, {path: _figure(side) for path, side in illustrated.items() if url(path) in text})


def report(
    logs: Iterable[Log],
    format: str = "md",
    *,
    template: str = "report",
    templates: Path | None = None,
    monitor: str | None = None,
    mode: Mode | None = None,
    title: str = "Training results",
) -> str:
    """Write the report of logs as one text, as `reporter report` prints it.

    Args:
        logs: The logs, as `read_log` gives them.
        format: `"md"`, `"html"`, `"text"`, `"github"`, `"json"`, or the format of a template of your own.
        template: The template: `TEMPLATE.FORMAT.j2`.
        templates: A folder that is searched for templates first.
        monitor: The metric that runs are judged by; by default the first of `val_acc`, `val_loss`, `acc`, `loss`.
        mode: `"min"` or `"max"`; by default what the name of the metric tells.
        title: The heading of the report.

    Returns:
        The report, ending in one newline. Markdown has no figures, because they are files beside it.

    Raises:
        SourceError: A log differs from the record of its training.
        TemplateError: There is no such template, or it cannot be rendered.
        UsageError: No mode is given, and the name of the metric does not tell.
    """
    return document(
        logs, monitor=monitor, mode=mode, template=template, format=format, templates=templates, title=title
    ).text


def _called(log: Log, folder: Path | None) -> Log:
    """Call a log as it is seen from a document beside it, so that this is the same wherever it is made from."""
    if git.is_git(log.path) and folder:
        return replace(log, path=git.seen_as(log.path, folder))
    return log if is_address(log.path) else replace(log, path=_relative(log.path, folder))


def _illustrated(side: Side, monitor: str | None, illustrated: dict[str, Side], taken: Mapping[str, str]) -> Side:
    """Name the figure of a run, if it has a finished epoch; it is drawn if the document shows it."""
    if not side.run.epochs:
        return side

    def is_taken(name: str) -> bool:
        return name in illustrated or (name in taken and taken[name] != _figure(side))

    path = _unused(f"figures/{_slug(side.path, monitor)}", is_taken)
    illustrated[path] = side
    return replace(side, figure=path)


def _figure(side: Side) -> str:
    from reporter.documents.figures import figure

    return figure(side.run, side.best)


def _links(log: Log, folder: Path | None) -> Links:
    """Say where a document finds a log; what came from standard input is nowhere."""
    if log.path == STDIN:
        return Links("")
    return Links(_relative(log.path, folder), _relative(str(path_for(Path(log.path))), folder))


def _relative(source: str, folder: Path | None) -> str:
    """Give a source as a document in that folder links to it: what git keeps by its path, what is remote as it is."""
    if is_remote(source):
        return source
    path = git.path_in(source) if git.is_git(source) else source
    return Path(os.path.relpath(path, folder) if folder else path).as_posix()


def _slug(path: str, monitor: str | None) -> str:
    """Make a file name of the end of a path and the metric asked for: `logs/gap/seed-0.log` is `logs-gap-seed-0`."""
    parts = ("stdin",) if path == STDIN else Path(path).with_suffix("").parts
    words = [word for word in parts if word.strip("./\\")]
    return re.sub(r"[^\w.-]+", "-", "-".join([*words[-3:], *([monitor] if monitor else [])]))


def _unused(name: str, taken: Callable[[str], bool]) -> str:
    """Number a name from the second time on, and give it its ending."""
    candidates = (f"{name}.svg" if count == 1 else f"{name}-{count}.svg" for count in itertools.count(1))
    return next(each for each in candidates if not taken(each))


def _record(log: Log) -> Record | None:
    """Find what the training of a log knew; what it knew must agree with the log."""
    record = find(Path(log.path))
    if record and record.history:
        for difference in disagreements(log.runs[0], record):
            raise SourceError(f"differs from the record beside it: {difference}; train again", log.path)
    return record
