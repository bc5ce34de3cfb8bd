"""Gathers what a report says: the runs of each experiment side by side, each with its best, its base and its figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count

from reporter.facts import addresses, summary
from reporter.facts.compare import difference, side_by_side
from reporter.facts.display import number, signed
from reporter.model import Best, Log, LogWarning, Mode, Record, Run

_RIGHT_BARS = (3, 11)
"""The release of Keras from which the last bar of an epoch is right."""


@dataclass(frozen=True)
class Side:
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
        record: What its training knew, if this tool trained it.
        record_link: Where that is, as linked.
    """

    run: Run
    path: str
    link: str
    best: Best | None
    number: int = 0
    lines: Mapping[int, str] = field(default_factory=dict)
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
        return doubts(self.run, self.record)

    @property
    def best_text(self) -> str:
        """The best value, and the epoch or the tied epochs that reached it."""
        if self.best is None:
            return "–"
        epochs = ", ".join(map(str, self.best.epochs))
        return f"{number(self.best.value)} (epoch{'s' if len(self.best.epochs) > 1 else ''} {epochs})"

    @property
    def difference(self) -> Decimal | None:
        """How far its best value is from that of the base."""
        return difference(self.base, self.best)

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


def doubts(run: Run, record: Record | None) -> list[LogWarning]:
    """Give what the log of a run gives reason to doubt, less what the record of its training rules out."""
    known = record is not None and _release(record.versions.get("keras", "")) >= _RIGHT_BARS
    return [each for each in run.warnings if not (known and each.code == "keras-3-bar")]


@dataclass(frozen=True)
class Links:
    """Says where a report finds what belongs to a log, as seen from where the report is.

    Attributes:
        log: The log; empty if it is nowhere.
        record: The record of its training.
    """

    log: str
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
        for run, lines in zip(log.runs, addresses.lines(log), strict=True):
            best = run.best(monitor, mode)
            found.append(Side(run, log.path, links.log, best, lines=lines, record=record, record_link=links.record))
    numbers = count(1)
    return [[replace(side, number=next(numbers)) for side in _compared(group)] for group in side_by_side(found)]


def _compared(group: list[Side]) -> list[Side]:
    """Give every run but the first its base."""
    return [group[0], *(replace(side, base=group[0].best) for side in group[1:])]


def _release(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())
