"""Makes the rows of a report: one per run, grouped by experiment, each compared with the first of its group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count
from pathlib import PurePath
from typing import NamedTuple

from reporter.facts import addresses, summary
from reporter.facts.deltas import MinDelta
from reporter.facts.display import as_decimal, number, signed, value_at
from reporter.facts.hygiene.finding import Finding
from reporter.facts.hygiene.rules import cases_of, find
from reporter.facts.reproduce import Rules, Source, reproduction_in
from reporter.facts.reproduction import Reproduction
from reporter.facts.seeds import group_seeds
from reporter.facts.weights import Weights, weights_of
from reporter.model import Best, Log, LogWarning, Mode, Record, Run, alias
from reporter.model.log import address_in_cells, place_in_cells
from reporter.sources import names


@dataclass(frozen=True)
class ReportRow:
    """Holds one run and everything that a template can show of it.

    Attributes:
        run: The run.
        path: Path of its log, as shown.
        link: Link to its log; empty if the log came from standard input.
        best: Its best value and the epochs that reached it; None if it has no metric to be judged by.
        findings: What a reviewer asks about it, by line.
        number: Number of the row in the report, counted from 1.
        lines: Line number to text of the lines of the log that belong to the run.
        base: The best value of the run it is compared with; None for the base itself.
        figure: Link to its figure; None if it has none.
        record_link: Link to the record of its training; empty if the run has none.
        overlay: Link to the figure of all runs of its experiment; only the base has one, and only if there are others.
        cells: For a notebook, the first line of each cell and the number of the cell.
        is_best: Whether no run of its experiment has a better best value; false if the experiment has only one run.
        reproduction: Whether the trainings of its experiment reproduce it, if it is an original.
        settings: The settings in which it differs from other runs of its name, such as `20 epochs`; else empty.
    """

    run: Run
    path: str
    link: str
    best: Best | None
    findings: Sequence[Finding] = ()
    number: int = 0
    lines: Mapping[int, str] = field(default_factory=dict)
    base: Best | None = None
    figure: str | None = None
    record_link: str = ""
    settings: str = ""
    overlay: str | None = None
    cells: tuple[tuple[int, int], ...] = ()
    is_best: bool = False
    reproduction: Reproduction | None = None

    def place(self, line: int) -> str:
        """Names a line for people: `line 79`, or `fashion.ipynb, cell 3, line 8` for a line of a notebook."""
        if not self.cells:
            return f"line {line}"
        return f"{PurePath(self.path).name}, {place_in_cells(self.cells, line)}"

    def address(self, line: int) -> str:
        """Names a line and the log for people: `a.log:7`, or `a.ipynb, cell 3, line 7` for a line of a notebook."""
        return address_in_cells(self.path, self.cells, line)

    def fragment(self, line: int) -> str:
        """Returns the end of a link to a line: `#L79`; empty for a notebook or a packed file."""
        return "" if self.cells or names.ending(self.path) != PurePath(self.path).suffix.lower() else f"#L{line}"

    @property
    def name(self) -> str:
        """The name of its experiment: that of the run, with its settings if there are runs of this name with others."""
        return f"{self.run.name} ({self.settings})" if self.settings else self.run.name

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
        """Number of parameters of its model; None if the log does not say."""
        return self.run.parameters.total if self.run.parameters else None

    @property
    def last(self) -> float | None:
        """The value of the monitored metric at the last finished epoch."""
        return summary.last(self.run, self.best.monitor) if self.best else None

    @property
    def seconds(self) -> float | None:
        """Duration of all its epochs in seconds; None if the log does not say."""
        return summary.seconds(self.run)

    @property
    def warnings(self) -> list[LogWarning]:
        """The warnings of its log, without those that its record rules out."""
        return summary.remaining_warnings(self.run)

    @property
    def best_text(self) -> str:
        """The best value and the epochs that reached it: `0.9866 (epochs 2, 3)`."""
        return value_at(self.best.value, self.best.epochs) if self.best else "–"

    @property
    def difference(self) -> Decimal | None:
        """Its best value minus that of the base, exactly as printed; None if they are not of one metric."""
        if self.base is None or self.best is None or alias(self.base.monitor) != alias(self.best.monitor):
            return None
        return as_decimal(self.best.value) - as_decimal(self.base.value)

    @property
    def difference_text(self) -> str:
        """The difference to the base with its sign: `+0.0009`."""
        return signed(self.difference)

    @property
    def score_text(self) -> str:
        """The result of the last `evaluate()`: `loss 0.2500, acc 0.9000`."""
        logs = self.run.evaluations[-1].logs if self.run.evaluations else {}
        return ", ".join(f"{name} {number(value)}" for name, value in logs.items()) or "–"

    @property
    def weights(self) -> tuple[Weights, ...]:
        """Which weights each evaluation is of, in their order."""
        return weights_of(self.run)

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
        """Alternative text of the figure, for screen readers."""
        return f"Metrics of {self.name} by epoch; best {self.best.monitor if self.best else ''} {self.best_text}"

    @property
    def overlay_alt(self) -> str:
        """Alternative text of the figure of all runs of its experiment."""
        return f"Metrics of all runs of {self.name} by epoch; base {self.path}, best {self.best_text}"


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
    logs: Iterable[LinkedLog], monitor: str | None = None, mode: Mode | None = None, margins: Sequence[MinDelta] = ()
) -> list[list[ReportRow]]:
    """Makes the rows of a report.

    Args:
        logs: The logs, with their links.
        monitor: The metric that runs are judged by; by default the first of `val_acc`, `val_loss`, `acc`, `loss`.
        mode: `"min"` or `"max"`; by default what the name of the metric tells.
        margins: The margins of reproductions; by default the noise of two runs.

    Returns:
        One list of rows per experiment, the base first; runs of one name with other settings are another experiment.

    Raises:
        UsageError: No mode is given, and the name of the metric does not tell.
    """
    return group_rows(rows_of_logs(logs, monitor, mode), Rules(monitor, mode, margins))


def rows_of_logs(logs: Iterable[LinkedLog], monitor: str | None = None, mode: Mode | None = None) -> list[ReportRow]:
    """Makes the rows of some logs, in the order of the logs; for the arguments see `report_rows`."""
    linked = list(logs)
    cases = cases_of([each.log for each in linked], monitor, mode)
    found: defaultdict[int, list[Finding]] = defaultdict(list)
    for finding in find(cases):
        found[id(finding.run)].append(finding)
    lines = [each for log, *_ in linked for each in addresses.lines_by_run(log)]
    links = [(each.link, each.record_link if run.record else "") for each in linked for run in each.log.runs]
    return [
        ReportRow(run, log.path, link, best, found[id(run)], lines=known, record_link=record, cells=log.cells)
        for (log, run, best), (link, record), known in zip(cases, links, lines, strict=True)
    ]


def group_rows(rows: Iterable[ReportRow], rules: Rules) -> list[list[ReportRow]]:
    """Groups rows by their experiment, compares those of a group, and numbers all; returns what `report_rows` does."""
    numbers = count(1)
    groups = [_with_best(_with_base(group)) for group in _by_experiment(rows)]
    for group in groups:
        group[0] = replace(group[0], reproduction=reproduction_in([Source(row.run, row.path) for row in group], rules))
    return [[replace(row, number=next(numbers)) for row in group] for group in groups]


def _by_experiment(rows: Iterable[ReportRow]) -> list[list[ReportRow]]:
    """Groups rows by their experiment; each group has the base first."""
    return [
        _sorted([replace(row, settings=group.difference) for row in group.members])
        for groups in group_seeds(rows, lambda row: row.run).values()
        for group in groups
    ]


def _sorted(group: list[ReportRow]) -> list[ReportRow]:
    """Puts the base first: the first run that `reporter train` did not train, else the first; the others follow."""
    base, *others = sorted(group, key=lambda row: row.reproduced)
    paths = [row.path for row in others]
    if paths == sorted(paths):  # as the shell gives them for a pattern: 1, 10, 2
        others.sort(key=lambda row: (row.reproduced, names.natural(row.path), row.run.line))
    return [base, *others]


def _with_base(group: list[ReportRow]) -> list[ReportRow]:
    """Gives every row but the first its base."""
    return [group[0], *(replace(row, base=group[0].best) for row in group[1:])]


def _with_best(group: list[ReportRow]) -> list[ReportRow]:
    """Marks the runs that have the best value of an experiment, if all are judged by the same metric."""
    known = [row.best for row in group if row.best]
    if len(known) < 2 or len({(alias(best.monitor), best.mode) for best in known}) > 1:
        return group
    top = (max if known[0].mode == "max" else min)(best.value for best in known)
    return [replace(row, is_best=row.best is not None and row.best.value == top) for row in group]
