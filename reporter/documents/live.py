"""Keeps the HTML page of a report true while its logs grow, by sending the parts of it that changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from reporter.documents.page import packed_run, run_key
from reporter.documents.pictures import Scale
from reporter.documents.render import TEMPLATES, render, report_facts
from reporter.documents.sandbox import render_template
from reporter.facts.reproduce import Rules
from reporter.facts.rows import LinkedLog, ReportRow, group_rows, rows_of_logs
from reporter.model import Log, Mode

_END = "\0"
"""Ends a part. It never occurs in a log line, because `reading.screen` removes it."""


class Change(NamedTuple):
    """Holds what a page needs to show one run, or the figure of one experiment, as it is now.

    Attributes:
        number: Number of the run or of the experiment on the page, counted from 1.
        html: The row of the table and the section of the run, or the figure of the experiment.
        packed: The details of the run, as `packed_run` gives them; empty for an experiment.
    """

    number: int
    html: Sequence[str]
    packed: str = ""


@dataclass
class LivePage:
    """Makes the page of some logs, and afterwards its changes.

    The links to logs and records are `log/N` and `record/N`, where N is the place of the log, counted from 0.

    Args:
        title: The heading.
        monitor: The metric that decides which epoch is best; by default that of `report`.
        mode: Whether the largest or the smallest value is best.
        scale: The scale of the vertical axes of figures.
    """

    title: str
    monitor: str | None = None
    mode: Mode | None = None
    scale: Scale = "linear"

    def __post_init__(self) -> None:
        self._of_log: dict[int, tuple[LinkedLog, list[ReportRow]]] = {}
        self._groups: list[list[ReportRow]] = []
        self._facts: dict[str, Any] = report_facts([])

    def text(self, live: int) -> str:
        """Writes the whole page.

        Args:
            live: Number of the newest change, which the page names when it asks for later ones.
        """
        return render(self._groups, format="html", title=self.title, scale=self.scale, live=live)

    def update(self, logs: Iterable[Log]) -> list[Change] | None:
        """Takes the logs as they are now.

        Returns:
            What changed; None if runs were added or removed, so that the page must be loaded again.
        """
        rows = [row for each in enumerate(logs) for row in self._rows(*each)]
        before, self._groups = self._groups, group_rows(rows, Rules(self.monitor, self.mode))
        facts_before, self._facts = self._facts, report_facts(self._groups)
        if _outline(before, facts_before) != _outline(self._groups, self._facts):
            return None
        return self._changes(before, set(facts_before["leaders"]) ^ set(self._facts["leaders"]))

    def _rows(self, number: int, log: Log) -> list[ReportRow]:
        """Makes the rows of a log, unless they are known: most logs are as they were."""
        linked, rows = self._of_log.get(number, (None, []))
        if not linked or linked.log is not log:
            linked = LinkedLog(log, f"log/{number}", f"record/{number}" if log.record_path else "")
            rows = rows_of_logs([linked], self.monitor, self.mode)
            self._of_log[number] = linked, rows
        return rows

    def _changes(self, before: Sequence[Sequence[ReportRow]], others: set[int]) -> list[Change]:
        groups: list[int] = []
        rows: list[ReportRow] = []
        for number, (old, new) in enumerate(zip(before, self._groups, strict=True), 1):
            changed = [row for was, row in zip(old, new, strict=True) if row != was]
            groups += [number] if changed else []
            rows += changed + [row for row in new if row.number in others and row not in changed]
        parts = iter(self._parts(rows, [self._groups[number - 1] for number in groups]))
        changes = [Change(row.number, (next(parts), next(parts)), packed_run(row)) for row in rows]
        return changes + [Change(number, (next(parts),)) for number in groups]

    def _parts(self, rows: Sequence[ReportRow], groups: Sequence[Sequence[ReportRow]]) -> list[str]:
        """Renders the parts that show some runs and experiments."""
        bases = [group[0].number for group in self._groups if len(group) > 1]
        facts = self._facts | {"changed_runs": rows, "changed_groups": groups, "bases": bases}
        facts |= {"scale": self.scale, "nul": _END}
        return render_template("changed.html", "html", [TEMPLATES], facts).split(_END)[:-1]


def _outline(groups: Sequence[Sequence[ReportRow]], facts: dict[str, Any]) -> object:
    """Returns what must be equal on two pages so that one becomes the other run by run."""
    return [[run_key(row) for row in group] for group in groups], facts["monitor"], facts["compared"]
