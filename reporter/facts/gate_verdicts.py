"""Checks runs against gates, each by itself or several seeds together, and says by how much a gate is missed."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import mean, stdev
from typing import NamedTuple

from reporter.errors import UsageError
from reporter.facts.display import as_decimal, exact, p_text, printed_unit
from reporter.facts.gates import Gate
from reporter.facts.seeds import Seeds, group_seeds
from reporter.facts.significance import Sample, mean_exceeds_p
from reporter.facts.summary import describe_end, finished, metric_value, results
from reporter.model import Log, Run, names

_OPERATORS = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
_NAMED = 5
"""Largest number of run names in an error message."""


class _Member(NamedTuple):
    """Holds a run and its log."""

    log: Log
    run: Run


@dataclass(frozen=True, slots=True)
class Verdict:
    """Holds the result of checking one run, or several seeds, against one gate.

    Attributes:
        gate: The gate.
        log: The log of the run; of several seeds, of the one with the worst value.
        run: The run; of several seeds, the one with the worst value.
        line: The line of its value, counted from 1; without a value the first line of the run.
        value: The value that was compared with the limit; None if a run has no such metric.
        passed: Whether the gate is passed.
        seeds: The values of all seeds, if the gate is for several; None where a run has no such metric.
        label: Name of the experiment, with its settings if there are runs with others; empty for a single run.
        p: The p-value of the t test, if the gate has a level and there are at least two seeds.
    """

    gate: Gate
    log: Log
    run: Run
    line: int
    value: float | None
    passed: bool
    seeds: tuple[float | None, ...] = ()
    label: str = ""
    p: float | None = None

    @property
    def place(self) -> str:
        """The place of the value: `a.log:7`, or for a notebook `a.ipynb, cell 3, line 7`."""
        return self.log.address(self.line)

    @property
    def sentence(self) -> str:
        """The result as a sentence: `net: best val_acc 0.9866 misses >= 0.99 by 0.0034`."""
        if self.seeds:
            return f"{self.label}: {self._sentence_of_seeds()}"
        return f"{self.run.name}: {self._sentence()}" + ("" if finished(self.run) else f" ({describe_end(self.run)})")

    def _sentence(self) -> str:
        gate = self.gate
        if self.value is None:
            known = ", ".join(names(each.logs for each in results(self.run, gate.which))) or "no metric"
            return f"no {gate.measure} to compare with {gate.sign} {gate.limit}; the run has {known}"
        return f"{gate.measure} {exact(self.value)} {self._verb} {gate.sign} {gate.limit}{self._distance}"

    def _sentence_of_seeds(self) -> str:
        gate, count = self.gate, len(self.seeds)
        missing = sum(each is None for each in self.seeds)
        if self.value is None:
            return (
                f"no {gate.which} {gate.metric} in {missing} of {count} runs to compare with {gate.sign} {gate.limit}"
            )
        known = [each for each in self.seeds if each is not None]
        spread = f"sd {stdev(known):.2g}, " if count > 1 and all(map(math.isfinite, known)) else ""
        value = _mean_text(known) if gate.pool == "mean" else exact(self.value)
        tested = "" if gate.level is None else "; a t test needs two seeds" if self.p is None else f"; {p_text(self.p)}"
        distance = "" if gate.level is not None else self._distance
        return (
            f"{gate.measure} {value} ({spread}n={count}) {self._verb} {gate.sign} {gate.limit_text}{distance}{tested}"
        )

    @property
    def _verb(self) -> str:
        return "meets" if self.passed else "misses"

    @property
    def _distance(self) -> str:
        if self.passed or self.value is None or not math.isfinite(self.value):
            return ""
        distance = abs(self.gate.limit - as_decimal(self.value))
        short = Decimal(f"{distance:.3g}") if self.gate.pool == "mean" else distance
        return f" by {short:f}" if distance else ""


def judge(gates: Iterable[Gate], logs: Sequence[Log]) -> list[Verdict]:
    """Checks the runs of logs against gates.

    A number is compared as it was measured: 0.9944000244140625, which is 0.9944 in 32 bits, equals 0.9944.

    Args:
        gates: The gates.
        logs: The logs.

    Returns:
        A verdict for each gate and each run that it applies to; for a gate for several seeds, one for each experiment.

    Raises:
        UsageError: A gate applies to no run.
    """
    verdicts: list[Verdict] = []
    for gate in gates:
        members = [_Member(log, run) for log in logs for run in log.runs if gate.applies_to(run)]
        if not members:
            raise UsageError(f"no run is called {gate.run!r}, so {gate} cannot be checked; {_known_names(logs)}")
        verdicts += _judge_seeds(gate, members) if gate.pool else [_judge_run(gate, *member) for member in members]
    return verdicts


def _judge_run(gate: Gate, log: Log, run: Run) -> Verdict:
    """Checks one run; a NaN or a missing metric fails the gate."""
    found, line = metric_value(run, gate.which, gate.metric, gate.mode) or (None, run.line)
    passed = found is not None and not math.isnan(found) and _holds(gate, as_decimal(found))
    return Verdict(gate, log, run, line, found, passed)


def _judge_seeds(gate: Gate, members: Sequence[_Member]) -> Iterator[Verdict]:
    """Checks the seeds of each experiment together."""
    for groups in group_seeds(members, lambda member: member.run).values():
        yield from (_judge_group(gate, group) for group in groups)


def _judge_group(gate: Gate, group: Seeds[_Member]) -> Verdict:
    """Checks the seeds of one experiment; if one of them has no number, they fail the gate."""
    each = [_judge_run(gate, *member) for member in group.members]
    values = tuple(verdict.value for verdict in each)
    worst = min(each, key=lambda verdict: _rank(verdict, gate))
    known = [value for value in values if value is not None]
    if len(known) < len(values) or not all(map(math.isfinite, known)):
        broken = None if len(known) < len(values) else worst.value
        return Verdict(gate, worst.log, worst.run, worst.line, broken, passed=False, seeds=values, label=group.label)
    value, p = _pooled(gate, known)
    passed = _holds(gate, value) if gate.level is None else p is not None and p < gate.level
    return Verdict(gate, worst.log, worst.run, worst.line, float(value), passed, values, group.label, p)


def _pooled(gate: Gate, values: Sequence[float]) -> tuple[Fraction | Decimal, float | None]:
    """Gives the value of several seeds that is compared, and the p-value of the test if there is one."""
    measured = list(map(as_decimal, values))
    if gate.pool == "mean":
        sample = Sample(values, [], float(max(map(printed_unit, values))))
        p = None if gate.level is None else mean_exceeds_p(sample, float(gate.limit), above=gate.mode == "max")
        return mean(map(Fraction, measured)), p
    return (min if gate.pool == "min" or gate.mode == "max" else max)(measured), None


def _holds(gate: Gate, value: Fraction | Decimal) -> bool:
    limit = Fraction(gate.limit) if isinstance(value, Fraction) else gate.limit
    return bool(_OPERATORS[gate.sign](value, limit))


def _rank(verdict: Verdict, gate: Gate) -> float:
    """Orders verdicts, the worst first: without a number, then by the value."""
    if verdict.value is None or math.isnan(verdict.value):
        return -math.inf
    return verdict.value if gate.mode == "max" else -verdict.value


def _mean_text(values: Sequence[float]) -> str:
    """Writes the mean of values with one digit more than they have: `0.99443`."""
    if not all(map(math.isfinite, values)):
        return "nan"
    unit = max(map(printed_unit, values)) / 10
    found = mean(map(Fraction, map(as_decimal, values)))
    return f"{(Decimal(found.numerator) / Decimal(found.denominator)).quantize(unit):f}"


def _known_names(logs: Iterable[Log]) -> str:
    """Lists the names of the runs."""
    known = list(dict.fromkeys(run.name for log in logs for run in log.runs))
    return f"the runs are {', '.join(map(repr, known[:_NAMED]))}{', …' if len(known) > _NAMED else ''}"
