"""Makes a document from logs: its text, and the figures that belong beside it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

from reporter.documents.drawings import Drawing
from reporter.documents.illustrate import Illustrations
from reporter.documents.pictures import Scale
from reporter.documents.render import render
from reporter.documents.shorten import TextLimit, shorten
from reporter.errors import SourceError
from reporter.facts.deltas import MinDelta, parse_margins
from reporter.facts.rows import LinkedLog, report_rows
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
        figures: The figures that the text shows, by their path relative to the document.
    """

    text: str
    figures: Mapping[str, Drawing]


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
    width: int | None = None,
    title: str = "",
    level: int = 2,
    columns: Sequence[str] = (),
    scale: Scale = "linear",
    margins: Sequence[MinDelta] = (),
    taken: Mapping[str, Drawing] = MappingProxyType({}),
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
        width: The maximum width of a table for a terminal, in characters.
        title: The heading of the document; empty if the report becomes a part of another document.
        level: The level of the headings of experiments.
        columns: The columns of the table; at most seven are chosen by default.
        scale: The scale of the vertical axes of figures.
        margins: How far a result may be from an original to count as the same; by default the noise of two runs.
        taken: The figures of other blocks of the same file, by path. A different figure gets another path.

    Returns:
        The document.

    Raises:
        SourceError: A log differs from the record of its training.
        TemplateError: There is no such template, or it cannot be rendered.
        UsageError: Even a report without any run is longer than `limit`.
    """
    beside = folder if format == "md" else None
    groups = report_rows([_linked(log, folder, beside) for log in logs], monitor, mode, margins)
    figures = Illustrations(monitor, mode, scale, taken)
    if beside is not None:
        groups = [figures.add(group) for group in groups]
    facts = partial(render, groups, template, format, title=title, level=level, columns=columns)
    write = partial(facts, scale=scale, templates=templates, colour=colour, width=width)
    text = shorten(write, sum(map(len, groups)), limit) if limit else write()
    return Document(text, figures.shown(text))


def report(
    logs: Iterable[Log],
    format: str = "md",
    *,
    template: str = "report",
    templates: Path | None = None,
    monitor: str | None = None,
    mode: Mode | None = None,
    title: str = "Training results",
    columns: Sequence[str] = (),
    scale: Scale = "linear",
    margin: float | str | Iterable[str] = (),
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
        columns: The columns of the table, such as `["run", "best", "time"]`; at most seven are chosen by default.
        scale: `"error"` for logarithmic axes in figures, with 1 − value for a metric like an accuracy.
        margin: How far a result may be from an original to count as the same, as for `reproduce`.
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
        columns=columns,
        scale=scale,
        margins=parse_margins(margin),
    ).text


def _relative_to(log: Log, folder: Path | None) -> Log:
    """Makes the path of a log relative to the folder of the document, whatever the working directory is."""
    if git.is_git(log.path) and folder:
        return replace(log, path=git.relative_to(log.path, folder))
    return log if is_address(log.path) else replace(log, path=_relative(log.path, folder))


def _linked(log: Log, folder: Path | None, beside: Path | None) -> LinkedLog:
    """Returns a log with its links; a log from standard input has none."""
    _refuse_differing(log)
    link = _relative(log.path, folder) if _has_link(log.path) else ""
    record_link = _relative(log.record_path, folder) if log.record_path else ""
    return LinkedLog(_relative_to(log, beside), link, record_link)


def _has_link(source: str) -> bool:
    """Tells whether a browser can open a source: standard input and addresses such as `s3://` have no link."""
    return source != STDIN and (not is_remote(source) or source.lower().startswith(("http://", "https://")))


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
