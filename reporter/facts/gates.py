"""Judges runs by gates like `val_acc>=0.994`: which runs hold them, which miss them, and by how much."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fnmatch import fnmatchcase
from typing import Literal, cast

from reporter.errors import UsageError
from reporter.facts.display import exact
from reporter.facts.summary import Which, end, finished, results, value
from reporter.model import Log, Mode, Run, names

Sign = Literal[">=", "<=", ">", "<"]

_HOLDS = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
_SHAPE = re.compile(r"(?P<what>.*)(?P<sign>>=|<=|>|<)(?P<limit>[^<>]*)", re.DOTALL)
_ADVICE = "write it like 'val_acc>=0.994', 'last.val_loss<=0.05' or 'RUN:score.acc>0.99'"
_NAMED = 5
"""Names of runs that an error tells at most."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Holds what is asked of runs.

    Attributes:
        metric: The metric, as any Keras spells it.
        sign: How its value is to stand to the limit.
        limit: The limit, exactly as it was written.
        which: Its best value, that of the last epoch, or that of the last score. The best is the greatest for a limit
            from below, and the least for one from above.
        run: The run that it is asked of, by its name or a pattern of it; every run if None.
    """

    metric: str
    sign: Sign
    limit: Decimal
    which: Which = "best"
    run: str | None = None

    @classmethod
    def parse(cls, text: str) -> Gate:
        """Read a gate.

        Args:
            text: `[RUN:][best.|last.|score.]METRIC(>=|<=|>|<)NUMBER`; the name of a run may hold colons itself.

        Returns:
            The gate.

        Raises:
            UsageError: It is written in another way; the error says from which character on.
        """
        found = _SHAPE.fullmatch(text)
        what = found["what"] if found else text
        run, colon, measure = what.rpartition(":")
        stray = re.search("[<>=]", measure)
        if not found or stray:
            raise _wrong(text, len(run + colon) + stray.start() if stray else len(text), "no >=, <=, > or <")
        if colon and not run.strip():
            raise _wrong(text, 0, "no name of a run before the colon")
        which, metric = _split(measure.strip())
        if not metric:
            raise _wrong(text, found.start("sign"), f"no metric before {found['sign']}")
        limit = _number(found["limit"])
        if limit is None:
            raise _wrong(text, found.start("limit"), f"no number after {found['sign']}")
        return cls(metric, cast("Sign", found["sign"]), limit, which, run.strip() or None)

    def __str__(self) -> str:
        return f"{self.which} {self.metric} {self.sign} {self.limit}"

    def concerns(self, run: Run) -> bool:
        """Say whether it is asked of a run."""
        return self.run is None or run.name == self.run or fnmatchcase(run.name, self.run)

    def judge(self, log: Log, run: Run) -> Verdict:
        """Judge a run of a log by its finished epochs, or its score."""
        mode: Mode = "max" if ">" in self.sign else "min"
        found, line = value(run, self.which, self.metric, mode) or (None, run.line)
        holds = found is not None and not math.isnan(found) and _HOLDS[self.sign](Decimal(repr(found)), self.limit)
        return Verdict(self, log, run, line, found, holds)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Says whether a run holds a gate.

    Attributes:
        gate: The gate.
        log: The log of the run.
        run: The run.
        line: The line of the value, or where there is none, of the run.
        value: The value; None if the run has none.
        passed: Whether it holds the gate.
    """

    gate: Gate
    log: Log
    run: Run
    line: int
    value: float | None
    passed: bool

    @property
    def place(self) -> str:
        """Where the value is: file and line, or of a notebook file, cell and line."""
        return f"{self.log.path}, {self.log.place(self.line)}" if self.log.cells else f"{self.log.path}:{self.line}"

    @property
    def sentence(self) -> str:
        """Which run holds or misses what, and by how much."""
        gate = self.gate
        if self.value is None:
            there = ", ".join(names(each.logs for each in results(self.run, gate.which))) or "none at all"
            said = f"no {gate.which} {gate.metric} to hold {gate.sign} {gate.limit}; there is {there}"
        else:
            verb = "holds" if self.passed else "misses"
            said = f"{gate.which} {gate.metric} {exact(self.value)} {verb} {gate.sign} {gate.limit}{self._distance}"
        return f"{self.run.name}: {said}" + ("" if finished(self.run) else f" ({end(self.run)})")

    @property
    def _distance(self) -> str:
        if self.passed or self.value is None or not math.isfinite(self.value):
            return ""
        distance = abs(self.gate.limit - Decimal(repr(self.value)))
        return f" by {distance}" if distance else ""


def judge(gates: Iterable[Gate], logs: Sequence[Log]) -> list[Verdict]:
    """Judge the runs of logs.

    Args:
        gates: What is asked of them.
        logs: The logs.

    Returns:
        A verdict for each gate and each run that it is asked of; a run that lacks the metric misses.

    Raises:
        UsageError: A gate is asked of no run.
    """
    verdicts = []
    for gate in gates:
        judged = [gate.judge(log, run) for log in logs for run in log.runs if gate.concerns(run)]
        if not judged:
            raise UsageError(f"no run is called {gate.run!r}, of which {gate} is asked; {_called(logs)}")
        verdicts += judged
    return verdicts


def _called(logs: Iterable[Log]) -> str:
    """Say what runs are called."""
    called = list(dict.fromkeys(run.name for log in logs for run in log.runs))
    return f"there is {', '.join(map(repr, called[:_NAMED]))}{', …' if len(called) > _NAMED else ''}"


def _split(measure: str) -> tuple[Which, str]:
    """Take apart which value is meant, and of which metric."""
    which, _, metric = measure.partition(".")
    return (
        (cast("Which", which), metric.strip()) if which in ("best", "last", "score") and metric else ("best", measure)
    )


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _wrong(text: str, at: int, what: str) -> UsageError:
    return UsageError(f"gate {text!r}, character {at + 1}: {what}; {_ADVICE}")
