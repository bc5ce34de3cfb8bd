"""Compares two sets of runs, measure by measure, and tells real changes from rounding and seed noise."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from statistics import mean

from reporter.facts.changes import Change, Comparison, Measure, Outcome, Pair, Value
from reporter.facts.display import number
from reporter.facts.noise import least_p_value, p_value
from reporter.facts.summary import Which, finished, metric_value, seconds
from reporter.model import Mode, Run, alias, direction, known_direction, monitored

ALPHA = 0.05
"""Default significance level for differences between several seeds."""


def compare(
    base: Iterable[Run], new: Iterable[Run], monitor: str | None = None, mode: Mode | None = None, alpha: float = ALPHA
) -> Comparison:
    """Compares two sets of runs.

    Runs that share a name are seeds of one experiment. Experiments are matched by name; if each set has only one
    experiment, those two are matched whatever their names. Differences below the printed precision count as unchanged.

    Args:
        base: The runs to compare with.
        new: The runs to compare.
        monitor: The metric that runs are judged by; by default the first of `val_acc`, `val_loss`, `acc`, `loss`.
        mode: `"min"` or `"max"`; by default what the name of the metric tells.
        alpha: Significance level: with several seeds, a difference counts if its p-value is at most this.

    Returns:
        The changes of each experiment, and the experiments that only one set has.

    Raises:
        UsageError: No mode is given, and the name of the metric does not tell.
    """
    was, now = _by_experiment(base), _by_experiment(new)
    matched = {name: name for name in was if name in now}
    if len(was) == len(now) == 1:
        matched = dict(zip(was, now, strict=True))
    return Comparison(
        tuple(Pair(a, b, tuple(_changes(was[a], now[b], monitor, mode, alpha))) for a, b in matched.items()),
        tuple(name for name in was if name not in matched),
        tuple(name for name in now if name not in matched.values()),
    )


def _by_experiment(runs: Iterable[Run]) -> Mapping[str, list[Run]]:
    groups: dict[str, list[Run]] = {}
    for run in runs:
        groups.setdefault(run.name, []).append(run)
    return groups


def _changes(
    base: Sequence[Run], new: Sequence[Run], monitor: str | None, mode: Mode | None, alpha: float
) -> Iterator[Change]:
    """Compares all measures of two experiments; the monitored metric comes first."""
    judged = monitored(_metrics(base), monitor)
    modes = {judged: mode or known_direction(judged)} if judged else {}
    shared = {alias(name) for name in _metrics(new)}
    for name in _metrics(base):
        if alias(name) in shared and name not in modes and (known := direction(name)):
            modes[name] = known
    for metric, better in modes.items():
        yield _change("best", metric, base, new, better, alpha, judged=metric == judged)
    for metric, better in modes.items():
        yield _change("last", metric, base, new, better, alpha)
    for metric in _unique_metrics(run.evaluations[-1].logs for run in (*base, *new) if run.evaluations):
        yield _change("score", metric, base, new, direction(metric), alpha)
    yield from _facts(base, new)


def _facts(base: Sequence[Run], new: Sequence[Run]) -> Iterator[Change]:
    """Compares status, parameters, epochs and seconds; only the status can get better or worse."""
    ends = [tuple(run.status for run in side) for side in (base, new)]
    well = [all(finished(run) for run in side) for side in (base, new)]
    outcome = _outcome_of_facts(*ends) if well[0] == well[1] else "worse" if well[0] else "better"
    yield Change("status", None, ends[0], ends[1], outcome, judged=True)
    facts: dict[Measure, Callable[[Run], float | None]] = {
        "parameters": lambda run: run.parameters.total if run.parameters else None,
        "epochs": lambda run: len(run.epochs),
        "seconds": seconds,
    }
    for measure, fact in facts.items():
        was, now = (tuple(each for run in side if (each := fact(run)) is not None) for side in (base, new))
        yield Change(measure, None, was, now, _outcome_of_facts(was, now))


def _change(
    measure: Which,
    metric: str,
    base: Sequence[Run],
    new: Sequence[Run],
    mode: Mode | None,
    alpha: float,
    *,
    judged: bool = False,
) -> Change:
    """Compares one value of a metric."""
    was, now = (
        tuple(found[0] for run in side if (found := metric_value(run, measure, metric, mode or "max")))
        for side in (base, new)
    )
    if not was or not now or not all(map(math.isfinite, (*was, *now))):
        return Change(measure, metric, was, now, _outcome_without_numbers(was, now, mode), judged=judged)
    exact = [[Decimal(repr(each)) for each in side] for side in (was, now)]
    if len(was) == len(now) == 1:
        difference = exact[1][0] - exact[0][0]
        outcome = "same" if _equal_as_printed(was[0], now[0]) else _outcome(difference, mode)
        return Change(measure, metric, was, now, outcome, difference, judged=judged)
    return _change_of_means(Change(measure, metric, was, now, "same", judged=judged), exact, mode, alpha)


def _change_of_means(change: Change, exact: Sequence[Sequence[Decimal]], mode: Mode | None, alpha: float) -> Change:
    """Compares the means of several seeds by a permutation test."""
    was, now = exact
    distance = mean(map(Fraction, now)) - mean(map(Fraction, was))  # exact, so that equal means are equal
    p, least = p_value(was, now), least_p_value(len(was), len(now))
    outcome = _outcome(distance, mode)
    if outcome != "same" and p > alpha:
        outcome = "noise" if least <= alpha else "unclear"
    return replace(change, outcome=outcome, difference=Decimal(distance.numerator) / Decimal(distance.denominator), p=p)


def _outcome(difference: Decimal | Fraction, mode: Mode | None) -> Outcome:
    if not difference:
        return "same"
    if mode is None:
        return "differs"
    return "better" if (difference > 0) == (mode == "max") else "worse"


def _outcome_without_numbers(was: Sequence[float], now: Sequence[float], mode: Mode | None) -> Outcome:
    """Decides the outcome if a side has no value, or a NaN or infinity, as when a training diverged."""
    if not was or not now:
        return "gone" if was else "new"
    if Counter(map(repr, was)) == Counter(map(repr, now)):
        return "same"
    broken = [not all(map(math.isfinite, side)) for side in (was, now)]
    if all(broken) or mode is None:
        return "unclear"
    return "worse" if broken[1] else "better"


def _outcome_of_facts(was: Sequence[Value], now: Sequence[Value]) -> Outcome:
    if not was or not now:
        return "gone" if was else "new" if now else "same"
    return "same" if set(was) == set(now) else "differs"


def _equal_as_printed(one: float, other: float) -> bool:
    """Checks whether two numbers differ only because one was printed with fewer digits."""
    return abs(Decimal(repr(one)) - Decimal(repr(other))) <= max(_printed_unit(one), _printed_unit(other)) / 2


def _printed_unit(printed: float) -> Decimal:
    """Gives the unit of the last digit that Keras prints: 0.0001 for 0.9953; 0 for a number with more digits.

    Keras prints `0.0010` for numbers from 0.001 to 0.00105, so 0.001 has four decimals here.
    """
    text = f"{printed:.4f}" if abs(printed) == 1e-3 else number(printed)
    return Decimal(1).scaleb(int(Decimal(text).as_tuple().exponent)) if float(text) == printed else Decimal(0)


def _metrics(runs: Iterable[Run]) -> list[str]:
    return _unique_metrics(run.metrics for run in runs)


def _unique_metrics(metrics: Iterable[Iterable[str]]) -> list[str]:
    """Collects metric names; of two spellings of one metric, like `acc` and `accuracy`, keeps the first."""
    found: dict[str, str] = {}
    for name in itertools.chain.from_iterable(metrics):
        found.setdefault(alias(name), name)
    return list(found.values())
