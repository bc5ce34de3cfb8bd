"""Checks runs against gates like `val_acc>=0.994`, and says by how much a run misses a gate."""

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
from reporter.facts.summary import Which, describe_end, finished, metric_value, results
from reporter.model import Log, Mode, Run, names

Sign = Literal[">=", "<=", ">", "<"]

_OPERATORS = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
_SHAPE = re.compile(r"(?P<what>.*)(?P<sign>>=|<=|>|<)(?P<limit>[^<>]*)", re.DOTALL)
_ADVICE = "write it like 'val_acc>=0.994', 'last.val_loss<=0.05' or 'RUN:score.acc>0.99'"
_NAMED = 5
"""Largest number of run names in an error message."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Holds a limit for a value of a metric.

    Attributes:
        metric: The metric, spelled as any version of Keras does.
        sign: The comparison: `value sign limit` must be true.
        limit: The limit, exactly as written.
        which: The value: the best, that of the last epoch, or that of the last `evaluate()`. The best value is the
            largest one for `>=` and `>`, the smallest one for `<=` and `<`.
        run: Name of the run to check, or a pattern like `code*`; None for all runs.
    """

    metric: str
    sign: Sign
    limit: Decimal
    which: Which = "best"
    run: str | None = None

    @classmethod
    def parse(cls, text: str) -> Gate:
        """Parses a gate.

        Args:
            text: `[RUN:][best.|last.|score.]METRIC(>=|<=|>|<)NUMBER`; the name of a run may contain colons.

        Returns:
            The gate.

        Raises:
            UsageError: The text has another form; the message names the first wrong character.
        """
        found = _SHAPE.fullmatch(text)
        what = found["what"] if found else text
        run, colon, measure = what.rpartition(":")
        stray = re.search("[<>=]", measure)
        if not found or stray:
            raise _parse_error(text, len(run + colon) + stray.start() if stray else len(text), "no >=, <=, > or <")
        if colon and not run.strip():
            raise _parse_error(text, 0, "no name of a run before the colon")
        which, metric = _split(measure.strip())
        if not metric:
            raise _parse_error(text, found.start("sign"), f"no metric before {found['sign']}")
        limit = _parse_number(found["limit"])
        if limit is None:
            raise _parse_error(text, found.start("limit"), f"no number after {found['sign']}")
        return cls(metric, cast("Sign", found["sign"]), limit, which, run.strip() or None)

    def __str__(self) -> str:
        return f"{self.which} {self.metric} {self.sign} {self.limit}"

    def applies_to(self, run: Run) -> bool:
        """Checks whether the gate applies to a run, by the name of the run."""
        return self.run is None or run.name == self.run or fnmatchcase(run.name, self.run)

    def judge(self, log: Log, run: Run) -> Verdict:
        """Checks one run; a NaN or a missing metric fails the gate."""
        mode: Mode = "max" if ">" in self.sign else "min"
        found, line = metric_value(run, self.which, self.metric, mode) or (None, run.line)
        passed = found is not None and not math.isnan(found) and _OPERATORS[self.sign](Decimal(repr(found)), self.limit)
        return Verdict(self, log, run, line, found, passed)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Holds the result of checking one run against one gate.

    Attributes:
        gate: The gate.
        log: The log of the run.
        run: The run.
        line: The line of the value, counted from 1; without a value the first line of the run.
        value: The value that was compared with the limit; None if the run has no such metric.
        passed: Whether the run passes the gate.
    """

    gate: Gate
    log: Log
    run: Run
    line: int
    value: float | None
    passed: bool

    @property
    def place(self) -> str:
        """The place of the value: `a.log:7`, or for a notebook `a.ipynb, cell 3, line 7`."""
        return f"{self.log.path}, {self.log.place(self.line)}" if self.log.cells else f"{self.log.path}:{self.line}"

    @property
    def sentence(self) -> str:
        """The result as a sentence: `net: best val_acc 0.9866 misses >= 0.99 by 0.0034`."""
        gate = self.gate
        if self.value is None:
            known = ", ".join(names(each.logs for each in results(self.run, gate.which))) or "no metric"
            text = f"no {gate.which} {gate.metric} to compare with {gate.sign} {gate.limit}; the run has {known}"
        else:
            verb = "meets" if self.passed else "misses"
            text = f"{gate.which} {gate.metric} {exact(self.value)} {verb} {gate.sign} {gate.limit}{self._distance}"
        return f"{self.run.name}: {text}" + ("" if finished(self.run) else f" ({describe_end(self.run)})")

    @property
    def _distance(self) -> str:
        if self.passed or self.value is None or not math.isfinite(self.value):
            return ""
        distance = abs(self.gate.limit - Decimal(repr(self.value)))
        return f" by {distance}" if distance else ""


def passes(gate: Gate, value: float) -> bool:
    """Compares a value with the limit of a gate."""
    return bool(_OPERATORS[gate.sign](Decimal(repr(value)), gate.limit))


def judge(gates: Iterable[Gate], logs: Sequence[Log]) -> list[Verdict]:
    """Checks the runs of logs against gates.

    Args:
        gates: The gates.
        logs: The logs.

    Returns:
        A verdict for each gate and each run that it applies to.

    Raises:
        UsageError: A gate applies to no run.
    """
    verdicts = []
    for gate in gates:
        judged = [gate.judge(log, run) for log in logs for run in log.runs if gate.applies_to(run)]
        if not judged:
            raise UsageError(f"no run is called {gate.run!r}, so {gate} cannot be checked; {_known_names(logs)}")
        verdicts += judged
    return verdicts


def _known_names(logs: Iterable[Log]) -> str:
    """Lists the names of the runs."""
    known = list(dict.fromkeys(run.name for log in logs for run in log.runs))
    return f"the runs are {', '.join(map(repr, known[:_NAMED]))}{', …' if len(known) > _NAMED else ''}"


def _split(measure: str) -> tuple[Which, str]:
    """Splits `last.val_acc` into which value and which metric; without a prefix the best value is meant."""
    which, _, metric = measure.partition(".")
    return (
        (cast("Which", which), metric.strip()) if which in ("best", "last", "score") and metric else ("best", measure)
    )


def _parse_number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _parse_error(text: str, index: int, problem: str) -> UsageError:
    return UsageError(f"gate {text!r}, character {index + 1}: {problem}; {_ADVICE}")
