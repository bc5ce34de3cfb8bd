"""Sets runs side by side: which belong together, which is the base, how far are others from it, and is that noise."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from statistics import mean

from reporter.facts.changes import Change, Comparison, Measure, Pair, Value, Word
from reporter.facts.display import number
from reporter.facts.noise import least_p_value, p_value
from reporter.facts.summary import Which, finished, seconds, value
from reporter.model import Mode, Run, alias, direction, known_direction, monitored

ALPHA = 0.05
"""The p-value up to which a difference of several seeds is believed."""


def compare(
    base: Iterable[Run], new: Iterable[Run], monitor: str | None = None, mode: Mode | None = None, alpha: float = ALPHA
) -> Comparison:
    """Say what changed from one side of runs to another.

    Args:
        base: What was; the runs of one name are the seeds of one experiment.
        new: What is. An experiment is compared with the one of its name, or the only one with the only other.
        monitor: The metric that runs are judged by; by default the one that `summary.monitored` chooses.
        mode: Which way of it is better.
        alpha: The p-value up to which a difference of several seeds is believed.

    Returns:
        What changed.

    Raises:
        UsageError: Nobody said, and the name does not tell, which way of the monitor is better.
    """
    was, now = _by_name(base), _by_name(new)
    together = {name: name for name in was if name in now}
    if len(was) == len(now) == 1:
        together = dict(zip(was, now, strict=True))
    return Comparison(
        tuple(Pair(a, b, tuple(_changes(was[a], now[b], monitor, mode, alpha))) for a, b in together.items()),
        tuple(name for name in was if name not in together),
        tuple(name for name in now if name not in together.values()),
    )


def _by_name(runs: Iterable[Run]) -> Mapping[str, list[Run]]:
    groups: dict[str, list[Run]] = {}
    for run in runs:
        groups.setdefault(run.name, []).append(run)
    return groups


def _changes(
    base: Sequence[Run], new: Sequence[Run], monitor: str | None, mode: Mode | None, alpha: float
) -> Iterator[Change]:
    """Measure both sides, first by what they are judged by."""
    judged = monitored(_metrics(base), monitor)
    ways = {judged: mode or known_direction(judged)} if judged else {}
    shared = {alias(name) for name in _metrics(new)}
    for name in _metrics(base):
        if alias(name) in shared and name not in ways and (way := direction(name)):
            ways[name] = way
    for metric, way in ways.items():
        yield _change("best", metric, base, new, way, alpha, judged=metric == judged)
    for metric, way in ways.items():
        yield _change("last", metric, base, new, way, alpha)
    for metric in _spelt(run.evaluations[-1].logs for run in (*base, *new) if run.evaluations):
        yield _change("score", metric, base, new, direction(metric), alpha)
    yield from _facts(base, new)


def _facts(base: Sequence[Run], new: Sequence[Run]) -> Iterator[Change]:
    """Set beside each other what is neither better nor worse; but that a run does not end well is worse."""
    ends = [tuple(run.status for run in side) for side in (base, new)]
    well = [all(finished(run) for run in side) for side in (base, new)]
    word = _word_of_facts(*ends) if well[0] == well[1] else "worse" if well[0] else "better"
    yield Change("status", None, ends[0], ends[1], word, judged=True)
    facts: dict[Measure, Callable[[Run], float | None]] = {
        "parameters": lambda run: run.parameters.total if run.parameters else None,
        "epochs": lambda run: len(run.epochs),
        "seconds": seconds,
    }
    for measure, fact in facts.items():
        was, now = (tuple(each for run in side if (each := fact(run)) is not None) for side in (base, new))
        yield Change(measure, None, was, now, _word_of_facts(was, now))


def _change(
    measure: Which,
    metric: str,
    base: Sequence[Run],
    new: Sequence[Run],
    way: Mode | None,
    alpha: float,
    *,
    judged: bool = False,
) -> Change:
    """Measure a metric on both sides."""
    was, now = (
        tuple(found[0] for run in side if (found := value(run, measure, metric, way or "max"))) for side in (base, new)
    )
    if not was or not now or not all(map(math.isfinite, (*was, *now))):
        return Change(measure, metric, was, now, _word_without_numbers(was, now, way), judged=judged)
    exact = [[Decimal(repr(each)) for each in side] for side in (was, now)]
    if len(was) == len(now) == 1:
        difference = exact[1][0] - exact[0][0]
        word = "same" if _alike(was[0], now[0]) else _word(difference, way)
        return Change(measure, metric, was, now, word, difference, judged=judged)
    return _change_of_means(Change(measure, metric, was, now, "same", judged=judged), exact, way, alpha)


def _change_of_means(change: Change, exact: Sequence[Sequence[Decimal]], way: Mode | None, alpha: float) -> Change:
    """Compare the means of several seeds."""
    was, now = exact
    distance = mean(map(Fraction, now)) - mean(map(Fraction, was))  # exact, so that equal means are equal
    p, least = p_value(was, now), least_p_value(len(was), len(now))
    word = _word(distance, way)
    if word != "same" and p > alpha:
        word = "noise" if least <= alpha else "unclear"
    return replace(change, word=word, difference=Decimal(distance.numerator) / Decimal(distance.denominator), p=p)


def _word(difference: Decimal | Fraction, way: Mode | None) -> Word:
    if not difference:
        return "same"
    if way is None:
        return "differs"
    return "better" if (difference > 0) == (way == "max") else "worse"


def _word_without_numbers(was: Sequence[float], now: Sequence[float], way: Mode | None) -> Word:
    """Say what a change is where a side has no value, or one that is not finite, as of a training that diverged."""
    if not was or not now:
        return "gone" if was else "new"
    if Counter(map(repr, was)) == Counter(map(repr, now)):
        return "same"
    broken = [not all(map(math.isfinite, side)) for side in (was, now)]
    if all(broken) or way is None:
        return "unclear"
    return "worse" if broken[1] else "better"


def _word_of_facts(was: Sequence[Value], now: Sequence[Value]) -> Word:
    if not was or not now:
        return "gone" if was else "new" if now else "same"
    return "same" if set(was) == set(now) else "differs"


def _alike(one: float, other: float) -> bool:
    """Say whether one number may be the other, printed with fewer digits."""
    return abs(Decimal(repr(one)) - Decimal(repr(other))) <= max(_step(one), _step(other)) / 2


def _step(printed: float) -> Decimal:
    """Give the distance to the next number that Keras can print; none where a number has more digits than that."""
    text = number(printed)
    return Decimal(1).scaleb(int(Decimal(text).as_tuple().exponent)) if float(text) == printed else Decimal(0)


def _metrics(runs: Iterable[Run]) -> list[str]:
    return _spelt(run.metrics for run in runs)


def _spelt(metrics: Iterable[Iterable[str]]) -> list[str]:
    """Give each metric in its first spelling."""
    spelt: dict[str, str] = {}
    for name in itertools.chain.from_iterable(metrics):
        spelt.setdefault(alias(name), name)
    return list(spelt.values())
