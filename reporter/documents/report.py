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
from reporter.facts.rows import LinkedLog, ReportRow, report_rows
from reporter.model import Log, Mode
from reporter.reading.records import record_warnings
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
    groups = report_rows([_linked(log, folder, beside) for log in logs], monitor, mode)
    illustrated: dict[str, ReportRow] = {}
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
        return replace(log, path=git.relative_to(log.path, folder))
    return log if is_address(log.path) else replace(log, path=_relative(log.path, folder))


def _illustrated(
    side: ReportRow, monitor: str | None, illustrated: dict[str, ReportRow], taken: Mapping[str, str]
) -> ReportRow:
    """Name the figure of a run, if it has a finished epoch; it is drawn if the document shows it."""
    if not side.run.epochs:
        return side

    def is_taken(name: str) -> bool:
        return name in illustrated or (name in taken and taken[name] != _figure(side))

    path = _unused(f"figures/{_slug(side.path, monitor)}", is_taken)
    illustrated[path] = side
    return replace(side, figure=path)


def _figure(side: ReportRow) -> str:
    from reporter.documents.figures import figure

    return figure(side.run, side.best)


def _linked(log: Log, folder: Path | None, beside: Path | None) -> LinkedLog:
    """Give a log with its links; a log from standard input has none."""
    _refuse_differing(log)
    link = "" if log.path == STDIN else _relative(log.path, folder)
    record_link = _relative(log.record_path, folder) if log.record_path else ""
    return LinkedLog(_called(log, beside), link, record_link)


def _refuse_differing(log: Log) -> None:
    """Stop at a run that differs from the record of its training."""
    for warning in record_warnings(log):
        raise SourceError(f"{warning.text}; train again, or delete the record", log.path, warning.line)


def _relative(source: str, folder: Path | None) -> str:
    """Give a source as a document in that folder links to it: what git keeps by its path, what is remote as it is."""
    if is_remote(source):
        return source
    path = git.working_tree_path(source) if git.is_git(source) else source
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
