"""Compares two groups of runs, measure by measure."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean

from reporter.facts.changes import Change, Measure, Value
from reporter.facts.deltas import MinDelta, least_difference
from reporter.facts.display import as_decimal, printed_unit
from reporter.facts.samples import sample_of
from reporter.facts.summary import Which, finished, metric_value, seconds
from reporter.facts.verdicts import Outcome, judge
from reporter.model import Mode, Run, alias, direction, known_direction, monitored

_FACTS: Mapping[Measure, Callable[[Run], float | None]] = {
    "parameters": lambda run: run.parameters.total if run.parameters else None,
    "samples": lambda run: run.samples.train,
    "epochs": lambda run: len(run.epochs),
    "seconds": seconds,
}
"""Measures that can differ, but are neither better nor worse."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Holds what a comparison is judged by.

    Attributes:
        monitor: The metric that runs are judged by; by default the first of `val_acc`, `val_loss`, `acc`, `loss`.
        mode: `"min"` or `"max"`; by default what the name of the metric tells.
        alpha: Share of comparisons without a true difference that may be called better or worse.
        min_deltas: The least differences that count.
    """

    monitor: str | None = None
    mode: Mode | None = None
    alpha: float = 0.05
    min_deltas: Sequence[MinDelta] = ()


def compare_measures(base: Sequence[Run], new: Sequence[Run], rules: Rules) -> Iterator[Change]:
    """Compares all measures of two groups of runs.

    Args:
        base: The seeds to compare with, at least one.
        new: The seeds to compare, at least one.
        rules: The rules.

    Yields:
        The changes, also the unchanged measures. The monitored metric comes first; its best, last and evaluated value
        are judged.

    Raises:
        UsageError: No mode is given, and the name of the metric does not tell.
    """
    judged = monitored(_metrics(base), rules.monitor)
    modes = {judged: rules.mode or known_direction(judged)} if judged else {}
    shared = {alias(name) for name in _metrics(new)}
    for name in _metrics(base):
        if alias(name) in shared and name not in modes and (known := direction(name)):
            modes[name] = known
    sides = (base, new)
    for which in ("best", "last"):
        for metric, better in modes.items():
            yield _change(which, metric, sides, better, rules, judged=metric == judged)
    for metric in _unique_metrics(run.evaluations[-1].logs for run in (*base, *new) if run.evaluations):
        is_judged = judged is not None and alias(metric) == alias(judged.removeprefix("val_"))
        known = modes[judged] if is_judged and judged else direction(metric)
        yield _change("score", metric, sides, known, rules, judged=is_judged)
    yield from _facts(base, new)


def _facts(base: Sequence[Run], new: Sequence[Run]) -> Iterator[Change]:
    """Compares the status and other facts; only the status can get better or worse."""
    ends = [tuple(run.status for run in side) for side in (base, new)]
    well = [all(finished(run) for run in side) for side in (base, new)]
    outcome = _outcome_of_facts(*ends) if well[0] == well[1] else "worse" if well[0] else "better"
    yield Change("status", None, ends[0], ends[1], outcome, judged=True)
    for measure, fact in _FACTS.items():
        was, now = (tuple(each for run in side if (each := fact(run)) is not None) for side in (base, new))
        yield Change(measure, None, was, now, _outcome_of_facts(was, now))


def _change(
    which: Which, metric: str, sides: Sequence[Sequence[Run]], mode: Mode | None, rules: Rules, *, judged: bool
) -> Change:
    """Compares one value of a metric."""
    valued = [
        [(run, found[0]) for run in side if (found := metric_value(run, which, metric, mode or "max"))]
        for side in sides
    ]
    was, now = (tuple(value for _, value in side) for side in valued)
    counts = judged and (which != "score" or bool(was and now))
    if not was or not now or not all(map(math.isfinite, (*was, *now))):
        return Change(which, metric, was, now, _outcome_without_numbers(was, now, mode), judged=counts)
    unit = max(printed_unit(value) for value in (*was, *now))
    base, new = (sample_of(side, which, metric, unit) for side in valued)
    names = (metric, f"val_{metric}") if which == "score" else (metric,)
    least = least_difference(rules.min_deltas, names, fmean(base.values))
    outcome, difference, evidence = judge(base, new, mode, rules.alpha, least)
    if len(was) == len(now) == 1 and abs(as_decimal(was[0]) - as_decimal(now[0])) <= unit / 2:
        outcome = "same"  # one number is the other, rounded
    exact = Decimal(difference.numerator) / Decimal(difference.denominator)
    return Change(which, metric, tuple(base.values), tuple(new.values), outcome, exact, evidence, counts)


def _outcome_without_numbers(was: Sequence[float], now: Sequence[float], mode: Mode | None) -> Outcome:
    """Decides the outcome if a side has no value, or a NaN or infinity, as when a training diverged."""
    if not was or not now:
        return "gone" if was else "new"
    if Counter(map(repr, was)) == Counter(map(repr, now)):
        return "same"
    broken = [not all(map(math.isfinite, side)) for side in (was, now)]
    if all(broken) or mode is None:
        return "cannot tell"
    return "worse" if broken[1] else "better"


def _outcome_of_facts(was: Sequence[Value], now: Sequence[Value]) -> Outcome:
    if not was or not now:
        return "gone" if was else "new" if now else "same"
    return "same" if set(was) == set(now) else "differs"


def _metrics(runs: Iterable[Run]) -> list[str]:
    return _unique_metrics(run.metrics for run in runs)


def _unique_metrics(metrics: Iterable[Iterable[str]]) -> list[str]:
    """Collects metric names; of two spellings of one metric, like `acc` and `accuracy`, keeps the first."""
    found: dict[str, str] = {}
    for name in itertools.chain.from_iterable(metrics):
        found.setdefault(alias(name), name)
    return list(found.values())
