"""Makes a document from logs: its text, and the figures that belong beside it."""

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
from reporter.documents.shorten import TextLimit, shorten
from reporter.errors import SourceError
from reporter.facts.rows import LinkedLog, ReportRow, report_rows
from reporter.facts.trials import without_trials
from reporter.model import Log, Mode
from reporter.reading.records import record_warnings
from reporter.sources import git
from reporter.sources.names import STDIN, is_address
from reporter.sources.remote import is_remote


@dataclass(frozen=True)
class Document:
    """Holds the text of a document and its figures.

    Attributes:
        text: The text.
        figures: The figures that the text shows: SVG documents, by their path relative to the document.
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
    limit: TextLimit | None = None,
    colour: bool = False,
    title: str = "",
    level: int = 2,
    taken: Mapping[str, str] = MappingProxyType({}),
) -> Document:
    """Makes the report of logs; writes nothing.

    Args:
        logs: The logs.
        folder: The folder that the document will be in; paths and links in it are relative to that folder. None if the
            document will not be a file; then it has no figures.
        monitor: The metric that decides which epoch is best; by default the first of `val_acc`, `val_loss`, `acc`,
            `loss` that a run has.
        mode: Whether the largest or the smallest value is best; by default the name of the metric decides.
        template: The name of the template; its file is `TEMPLATE.FORMAT.j2`.
        format: The format; only the format `md` has figures beside it.
        templates: A folder that is searched for templates before the built-in ones.
        limit: The maximum length; parts are left out until the text fits.
        colour: Whether a terminal may show colours.
        title: The heading of the document; empty if the report becomes a part of another document.
        level: The level of the headings of experiments.
        taken: The figures of other blocks of the same file, by path. A different figure gets another path.

    Returns:
        The document.

    Raises:
        SourceError: A log differs from the record of its training.
        TemplateError: There is no such template, or it cannot be rendered.
        UsageError: Even a report without any run is longer than `limit`.
    """
    beside = folder if format == "md" else None
    groups = report_rows([_linked(log, folder, beside) for log in logs], monitor, mode)
    illustrated: dict[str, ReportRow] = {}
    if beside is not None:
        groups = [[_with_figure_path(row, monitor, illustrated, taken) for row in group] for group in groups]
    write = partial(render, groups, template, format, title=title, level=level, templates=templates, colour=colour)
    text = shorten(write, sum(map(len, groups)), limit) if limit else write()
    return Document(text, {path: _draw(row) for path, row in illustrated.items() if url(path) in text})


def report(
    logs: Iterable[Log],
    format: str = "md",
    *,
    template: str = "report",
    templates: Path | None = None,
    monitor: str | None = None,
    mode: Mode | None = None,
    title: str = "Training results",
    trials: bool = False,
) -> str:
    """Writes the report of logs, as `reporter report` prints it.

    Args:
        logs: The logs, as `read_log` returns them.
        format: `"md"`, `"html"`, `"text"`, `"github"`, `"json"`, or the format of your own template.
        template: The name of the template; its file is `TEMPLATE.FORMAT.j2`.
        templates: A folder that is searched for templates before the built-in ones.
        monitor: The metric that decides which epoch is best; by default the first of `val_acc`, `val_loss`, `acc`,
            `loss` that a run has.
        mode: `"max"` if a larger value is better, `"min"` if a smaller one is; by default the name of the metric
            decides.
        title: The heading of the report.
        trials: Whether trials are included.

    Returns:
        The report, which ends with one newline. Figures in Markdown are separate files, so the text shows none.

    Raises:
        NoRunError: Every run is a trial.
        SourceError: A log differs from the record of its training.
        TemplateError: There is no such template, or it cannot be rendered.
        UsageError: `mode` is not given, and the name of the metric does not decide it.
    """
    shown = list(logs)
    return document(
        shown if trials else without_trials(shown),
        monitor=monitor,
        mode=mode,
        template=template,
        format=format,
        templates=templates,
        title=title,
    ).text


def _relative_to(log: Log, folder: Path | None) -> Log:
    """Makes the path of a log relative to the folder of the document, whatever the working directory is."""
    if git.is_git(log.path) and folder:
        return replace(log, path=git.relative_to(log.path, folder))
    return log if is_address(log.path) else replace(log, path=_relative(log.path, folder))


def _with_figure_path(
    row: ReportRow, monitor: str | None, illustrated: dict[str, ReportRow], taken: Mapping[str, str]
) -> ReportRow:
    """Chooses the path of the figure of a run with a finished epoch, and adds the run to `illustrated`."""
    if not row.run.epochs:
        return row

    def is_taken(name: str) -> bool:
        return name in illustrated or (name in taken and taken[name] != _draw(row))

    path = _unused(f"figures/{_slug(row.path, monitor)}", is_taken)
    illustrated[path] = row
    return replace(row, figure=path)


def _draw(row: ReportRow) -> str:
    from reporter.documents.figures import draw_svg

    return draw_svg(row.run, row.best)


def _linked(log: Log, folder: Path | None, beside: Path | None) -> LinkedLog:
    """Returns a log with its links; a log from standard input has none."""
    _refuse_differing(log)
    link = "" if log.path == STDIN else _relative(log.path, folder)
    record_link = _relative(log.record_path, folder) if log.record_path else ""
    return LinkedLog(_relative_to(log, beside), link, record_link)


def _refuse_differing(log: Log) -> None:
    """Raises an error if a run differs from the record of its training."""
    for warning in record_warnings(log):
        raise SourceError(f"{warning.text}; train again, or delete the record", log.path, warning.line)


def _relative(source: str, folder: Path | None) -> str:
    """Returns the target of a link to a source: a path relative to the folder, or a URL unchanged."""
    if is_remote(source):
        return source
    path = git.working_tree_path(source) if git.is_git(source) else source
    return Path(os.path.relpath(path, folder) if folder else path).as_posix()


def _slug(path: str, monitor: str | None) -> str:
    """Makes a file name from the end of a path and the metric: `logs/gap/seed-0.log` becomes `logs-gap-seed-0`."""
    parts = ("stdin",) if path == STDIN else Path(path).with_suffix("").parts
    words = [word for word in parts if word.strip("./\\")]
    return re.sub(r"[^\w.-]+", "-", "-".join([*words[-3:], *([monitor] if monitor else [])]))


def _unused(name: str, taken: Callable[[str], bool]) -> str:
    """Returns the first of `name.svg`, `name-2.svg`, `name-3.svg` … that is not taken."""
    candidates = (f"{name}.svg" if count == 1 else f"{name}-{count}.svg" for count in itertools.count(1))
    return next(each for each in candidates if not taken(each))
