"""Turns facts into text by a Jinja template: Python finds the facts, the template only places them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2

from reporter import summary
from reporter.compare import difference, side_by_side
from reporter.errors import TemplateError
from reporter.model import Log, LogWarning, Run
from reporter.record import Record
from reporter.summary import Best, Mode

_BESIDE = Path(__file__).with_name("templates")
TEMPLATES = _BESIDE if _BESIDE.is_dir() else Path(__file__).parents[1] / "templates"
"""The templates of a wheel, else those of a checkout."""


_RIGHT_BARS = (3, 11)
"""The release of Keras from which the last bar of an epoch is right."""


@dataclass(frozen=True)
class Side:
    """Holds one run as a report shows it, beside the others of its experiment.

    Attributes:
        run: The run itself.
        path: Where its log is, as shown.
        link: Where its log is, as linked.
        best: Its best epoch, or epochs.
        base: The best of the run it is compared with; None for the base itself.
        figure: Where its figure is, as linked, if it has one.
        record: What its training knew, if this tool trained it.
        record_link: Where that is, as linked.
    """

    run: Run
    path: str
    link: str
    best: Best | None
    base: Best | None = None
    figure: str | None = None
    record: Record | None = None
    record_link: str = ""

    @property
    def name(self) -> str:
        """The name of its experiment."""
        return self.run.name

    @property
    def reproduced(self) -> bool:
        """Whether this tool trained it."""
        return self.record is not None

    @property
    def parameters(self) -> int | None:
        """How many parameters its model has."""
        return self.run.parameters.total if self.run.parameters else None

    @property
    def last(self) -> float | None:
        """The metric it is judged by, at its last finished epoch."""
        return summary.last(self.run, self.best.monitor) if self.best else None

    @property
    def seconds(self) -> float | None:
        """How long its epochs took."""
        return summary.seconds(self.run)

    @property
    def warnings(self) -> list[LogWarning]:
        """What its log gives reason to doubt, less what its record rules out."""
        known = self.record is not None and _release(self.record.versions.get("keras", "")) >= _RIGHT_BARS
        return [each for each in self.run.warnings if not (known and each.code == "keras-3-bar")]

    @property
    def best_text(self) -> str:
        """The best value, and the epoch or the tied epochs that reached it."""
        if self.best is None:
            return "–"
        epochs = ", ".join(map(str, self.best.epochs))
        return f"{number(self.best.value)} (epoch{'s' if len(self.best.epochs) > 1 else ''} {epochs})"

    @property
    def difference_text(self) -> str:
        """How far its best value is from that of the base."""
        return signed(difference(self.base, self.best))

    @property
    def score_text(self) -> str:
        """What `evaluate` returned last."""
        logs = self.run.evaluations[-1].logs if self.run.evaluations else {}
        return ", ".join(f"{name} {number(value)}" for name, value in logs.items()) or "–"

    @property
    def best_log(self) -> str:
        """The log lines of the best epoch."""
        return summary.excerpt(self.run, self.best.epochs[0]) if self.best else ""

    @property
    def log(self) -> str:
        """The log lines of all finished epochs."""
        return summary.excerpt(self.run)

    @property
    def alt(self) -> str:
        """What the figure shows, for those who cannot see it."""
        return f"Metrics of {self.name} by epoch; best {self.best.monitor if self.best else ''} {self.best_text}"


@dataclass(frozen=True)
class Links:
    """Says where a report finds what belongs to a log, as seen from where the report is.

    Attributes:
        log: The log.
        figures: One figure a run of it, or none at all.
        record: The record of its training.
    """

    log: str
    figures: Sequence[str | None] = ()
    record: str = ""


def sides(
    logs: Iterable[tuple[Log, Links, Record | None]], monitor: str | None = None, mode: Mode | None = None
) -> list[list[Side]]:
    """Gather the facts of a report.

    Args:
        logs: Each log, where the report finds it, and the record of its training if there is one.
        monitor: The metric that runs are judged by; by default the one that `summary.best` chooses.
        mode: Which way of it is better.

    Returns:
        The runs of each experiment, the base first.
    """
    found = []
    for log, links, record in logs:
        for index, run in enumerate(log.runs):
            figure = links.figures[index] if links.figures else None
            best = summary.best(run, monitor, mode)
            found.append(Side(run, log.path, links.log, best, None, figure, record, links.record))
    return [_compared(group) for group in side_by_side(found)]


def _compared(group: list[Side]) -> list[Side]:
    """Give every run but the first its base."""
    return [group[0], *(replace(side, base=group[0].best) for side in group[1:])]


def render(groups: list[list[Side]], *, format: str = "md", title: str = "", level: int = 2) -> str:
    """Render a report.

    Args:
        groups: The runs of each experiment, the base first.
        format: Which report: the template `report.FORMAT.j2`.
        title: The heading of the document; none by default, where the report goes into another document.
        level: The level of the headings of experiments.

    Returns:
        The report, ending in one newline.

    Raises:
        TemplateError: The template misspells a name, or breaks a rule of Jinja.
    """
    template = f"report.{format}.j2"
    monitors = {side.best.monitor for group in groups for side in group if side.best}
    facts: dict[str, Any] = {
        "groups": groups,
        "title": title,
        "level": level,
        "monitor": monitors.pop() if len(monitors) == 1 else None,
        "compared": any(len(group) > 1 for group in groups),
    }
    try:
        return _environment().get_template(template).render(facts).rstrip("\n") + "\n"
    except jinja2.TemplateSyntaxError as error:
        raise TemplateError(f"{error.message}; see the Jinja documentation", error.name, error.lineno) from None
    except jinja2.TemplateError as error:
        raise TemplateError(f"{error}; see reporter/render.py for what a report offers", template) from None


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 -- this is Markdown, which the filters `md`, `fence` and `url` escape for
    )
    environment.filters.update(md=md, fence=fence, url=url, number=number, count=count, duration=duration)
    return environment


def _release(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())


def md(text: str) -> str:
    """Escape text for a line or a table cell of Markdown, so that it shows as it is and nothing more.

    An underscore between letters or digits opens no emphasis in GitHub's Markdown and is left alone.
    """
    flat = " ".join(text.split())
    safe = flat.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*\[\]|~#$]|(?<![^\W_])_|_(?![^\W_]))", r"\\\1", safe)


def fence(text: str) -> str:
    """Put text into a code fence that is longer than any it holds."""
    longest = max((len(ticks) for ticks in re.findall(r"`+", text)), default=0)
    ticks = "`" * max(3, longest + 1)
    return f"{ticks}text\n{text}\n{ticks}"


def url(path: str) -> str:
    """Escape a path for a link of Markdown."""
    return quote(path, safe="/.-_~:")


def number(value: float | None) -> str:
    """Write a metric as Keras does: four decimals, or an exponent where four would hide it."""
    if value is None:
        return "–"
    return f"{value:.4e}" if 0 < abs(value) < 1e-3 else f"{value:.4f}"


def count(value: int | None) -> str:
    """Write a whole number with thousands separators."""
    return "–" if value is None else f"{value:,}"


def signed(value: Decimal | None) -> str:
    """Write a difference with its sign; none is `±0`."""
    if value is None:
        return "–"
    return f"{value:+f}".replace("-", "−") if value else "±0"


def duration(seconds: float | None) -> str:
    """Write a time as people say it: `45 s`, `6 min 23 s`, `2 h 05 min`."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60:02d} min"
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
