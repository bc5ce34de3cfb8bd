"""Gathers what a report says: the runs of each experiment side by side, each with its best, its base and its figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count
from typing import NamedTuple

from reporter.facts import addresses, summary
from reporter.facts.display import number, signed
from reporter.model import Best, Log, LogWarning, Mode, Record, Run, alias


@dataclass(frozen=True)
class ReportRow:
    """Holds one run as a report shows it, beside the others of its experiment.

    Attributes:
        run: The run itself.
        path: Where its log is, as shown.
        link: Where its log is, as linked; empty if it is nowhere.
        best: Its best epoch, or epochs.
        number: Its number in the report, counted from 1.
        lines: The lines of the log that speak of it, by their numbers.
        base: The best of the run it is compared with; None for the base itself.
        figure: Where its figure is, as linked, if it has one.
        record_link: Link to the record of its training; empty if the run has none.
    """

    run: Run
    path: str
    link: str
    best: Best | None
    number: int = 0
    lines: Mapping[int, str] = field(default_factory=dict)
    base: Best | None = None
    figure: str | None = None
    record_link: str = ""

    @property
    def name(self) -> str:
        """The name of its experiment."""
        return self.run.name

    @property
    def record(self) -> Record | None:
        """The record of its training, if `reporter train` trained it."""
        return self.run.record

    @property
    def reproduced(self) -> bool:
        """Whether `reporter train` trained it."""
        return self.run.record is not None

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
        """The warnings of its log, without those that its record rules out."""
        return summary.remaining_warnings(self.run)

    @property
    def best_text(self) -> str:
        """The best value, and the epoch or the tied epochs that reached it."""
        if self.best is None:
            return "–"
        epochs = ", ".join(map(str, self.best.epochs))
        return f"{number(self.best.value)} (epoch{'s' if len(self.best.epochs) > 1 else ''} {epochs})"

    @property
    def difference(self) -> Decimal | None:
        """Its best value minus that of the base, exactly as printed; None if they are not of one metric."""
        if self.base is None or self.best is None or alias(self.base.monitor) != alias(self.best.monitor):
            return None
        return Decimal(repr(self.best.value)) - Decimal(repr(self.base.value))

    @property
    def difference_text(self) -> str:
        """How far its best value is from that of the base, with its sign."""
        return signed(self.difference)

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


class LinkedLog(NamedTuple):
    """Holds a log and where a report links to it.

    Attributes:
        log: The log.
        link: Link to the log; empty if it came from standard input.
        record_link: Link to the record beside the log; empty if there is none.
    """

    log: Log
    link: str
    record_link: str = ""


def report_rows(
    logs: Iterable[LinkedLog], monitor: str | None = None, mode: Mode | None = None
) -> list[list[ReportRow]]:
    """Make the rows of a report.

    Args:
        logs: The logs, with their links.
        monitor: The metric that runs are judged by; by default the first of `val_acc`, `val_loss`, `acc`, `loss`.
        mode: `"min"` or `"max"`; by default what the name of the metric tells.

    Returns:
        One list of rows per experiment, the base first.

    Raises:
        UsageError: No mode is given, and the name of the metric does not tell.
    """
    rows = []
    for log, link, record_link in logs:
        for run, lines in zip(log.runs, addresses.lines(log), strict=True):
            link_if_any = record_link if run.record else ""
            rows.append(ReportRow(run, log.path, link, run.best(monitor, mode), lines=lines, record_link=link_if_any))
    numbers = count(1)
    return [[replace(row, number=next(numbers)) for row in _with_base(group)] for group in _by_experiment(rows)]


def _by_experiment(rows: Iterable[ReportRow]) -> list[list[ReportRow]]:
    """Group rows by the name of their run; in each group the runs that `reporter train` trained come last."""
    groups: dict[str, list[ReportRow]] = {}
    for row in rows:
        groups.setdefault(row.name, []).append(row)
    return [sorted(group, key=lambda row: row.reproduced) for group in groups.values()]


def _with_base(group: list[ReportRow]) -> list[ReportRow]:
    """Give every row but the first its base."""
    return [group[0], *(replace(row, base=group[0].best) for row in group[1:])]
