"""Decides whether runs reproduce an original: compares conditions, then each statistic that the original states."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import NamedTuple

from reporter.facts.conditions import Conditions
from reporter.facts.deltas import MinDelta, least_difference, parse_margins
from reporter.facts.display import printed_unit
from reporter.facts.noise import TWO_RUNS, noise_floor
from reporter.facts.reproduction import Reproduction
from reporter.facts.samples import sample_of
from reporter.facts.statistic import Statistic
from reporter.facts.summary import Which, metric_value
from reporter.model import Mode, Run, alias, known_direction, monitored

_LEAST_DEGREES = 2
"""Least degrees of freedom of a noise floor that gives a margin: the movement of about five epochs."""


class Source(NamedTuple):
    """Holds a run and where it is from.

    Attributes:
        run: The run.
        label: Where it is from, such as the path of its log.
    """

    run: Run
    label: str


@dataclass(frozen=True, slots=True)
class Rules:
    """Holds what a reproduction is judged by.

    Attributes:
        monitor: The metric; by default the first of `val_acc`, `val_loss`, `acc`, `loss` that the original has.
        mode: `"min"` or `"max"`; by default what the name of the metric tells.
        margins: How far a result may be from the original to count as the same; by default the noise of two runs.
        statistics: The statistics that are judged, if the original states them.
    """

    monitor: str | None = None
    mode: Mode | None = None
    margins: Sequence[MinDelta] = ()
    statistics: Collection[Which] = ("best", "last", "score")


def reproduce(
    original: Run,
    runs: Iterable[Run],
    monitor: str | None = None,
    mode: Mode | None = None,
    *,
    margin: float | str | Iterable[str] = (),
) -> Reproduction:
    """Decides whether runs reproduce the results of an original.

    The original states its best value, its last value and its evaluated score of one metric. For each, the interval for
    one more run is computed from the runs that were trained under the same conditions.

    Args:
        original: The original.
        runs: The reproductions: seeds of one training.
        monitor: The metric; by default the first of `val_acc`, `val_loss`, `acc`, `loss` that the original has.
        mode: `"min"` or `"max"`; by default what the name of the metric tells.
        margin: How far a result may be from the original to count as the same: a number, or texts such as
            `"val_acc=0.001"` and `"2%"`. By default 2.77 noise floors of the original, which is how far two single runs
            differ by noise alone.

    Returns:
        The conditions, the runs that are left out, each statistic with its interval, and the verdict.

    Raises:
        UsageError: No mode is given, and the name of the metric does not tell; or `margin` has another form.
    """
    sources = [
        Source(run, f"seed {run.record.seed}" if run.record else f"run {index}") for index, run in enumerate(runs, 1)
    ]
    return judge_reproduction(Source(original, original.name), sources, Rules(monitor, mode, parse_margins(margin)))


def reproductions_of(original: Source, runs: Sequence[Source], *, only_one: bool) -> list[Source]:
    """Finds the runs that may be reproductions of an original: those of the same name.

    Args:
        original: The original.
        runs: All runs; the original itself may be among them.
        only_one: Whether there are no other originals: then all runs are taken if none has its name.

    Returns:
        The runs, without the original.
    """
    others = [each for each in runs if each.label != original.label]
    named = [each for each in others if _experiment(each.run) == _experiment(original.run)]
    return others if only_one and not named else named


def _experiment(run: Run) -> str:
    """Gives the name of a run without the number that tells runs of one heading in one log apart: `net (2)`."""
    return re.sub(r" \(\d+\)$", "", run.name)


def judge_reproduction(original: Source, runs: Iterable[Source], rules: Rules) -> Reproduction:
    """Decides whether runs reproduce the results of an original.

    Args:
        original: The original.
        runs: The reproductions.
        rules: The metric and the margins.

    Returns:
        The result.

    Raises:
        UsageError: No mode is given, and the name of the metric does not tell.
    """
    conditions = Conditions(original.run)
    counted: list[Source] = []
    left_out: list[str] = []
    for each in runs:
        reasons = [*_copies(each.run, [original, *counted]), *conditions.differences(each.run)]
        if reasons:
            left_out.append(f"{each.label}: {'; '.join(reasons)}")
        else:
            counted.append(each)
            conditions.add(each.run)
    return Reproduction(
        original.run.name,
        original.label,
        tuple(each.label for each in counted),
        conditions.table(),
        tuple(left_out),
        tuple(_statistics(original.run, [each.run for each in counted], rules)),
    )


def reproduction_in(group: Sequence[Source], rules: Rules) -> Reproduction | None:
    """Judges whether the runs of an experiment that `reporter train` trained reproduce the first run of it.

    Args:
        group: The runs of the experiment.
        rules: The metric and the margins.

    Returns:
        The result; None if `reporter train` trained the first run, too, or none of the others.
    """
    base, *others = group
    trained = [each for each in others if each.run.record]
    return judge_reproduction(base, trained, rules) if trained and not base.run.record else None


def _copies(run: Run, others: Iterable[Source]) -> Iterator[str]:
    """Yields the run that a run is a copy of: two trainings do not give the same numbers in several epochs."""
    if len(run.epochs) > 1:
        same = (each.label for each in others if _numbers(each.run) == _numbers(run))
        yield from (f"a copy of {label}, with the same numbers in all epochs" for label in list(same)[:1])


def _numbers(run: Run) -> list[dict[str, float]]:
    return [{alias(name): value for name, value in epoch.logs.items()} for epoch in run.epochs]


def _statistics(original: Run, runs: Sequence[Run], rules: Rules) -> Iterator[Statistic]:
    monitor = monitored(original.metrics, rules.monitor)
    if monitor is None:
        return
    mode = rules.mode or known_direction(monitor)
    metrics: Mapping[Which, str] = {"best": monitor, "last": monitor, "score": monitor.removeprefix("val_")}
    for which, metric in metrics.items():
        if which in rules.statistics:
            yield from _statistic(original, runs, which, metric, mode, rules.margins)


def _statistic(
    original: Run, runs: Sequence[Run], which: Which, metric: str, mode: Mode, margins: Sequence[MinDelta]
) -> Iterator[Statistic]:
    """Yields a statistic, if the original states it."""
    stated = metric_value(original, which, metric, mode)
    if stated is None:
        return
    valued = [(run, found[0]) for run in runs if (found := metric_value(run, which, metric, mode))]
    bests = [run.best(metric, mode) for run in (original, *(run for run, _ in valued))] if which == "best" else []
    epochs = [best.epochs for best in bests if best]
    values = [value for _, value in valued]
    if not all(map(math.isfinite, (stated[0], *values))):
        yield Statistic(which, metric, stated[0], (), tuple(values), (), None, None, None)
        return
    unit = max(map(printed_unit, (stated[0], *values)))
    alone = sample_of([(original, stated[0])], which, metric, unit)
    sample = sample_of(valued, which, metric, unit)
    floor = _floor([(original, stated[0])], which, metric) or _floor(valued, which, metric)
    names = (metric, f"val_{metric}") if which == "score" else (metric,)
    given = least_difference(margins, names, stated[0])
    yield Statistic(
        which,
        metric,
        alone.values[0],
        epochs[0] if epochs else (),
        tuple(sample.values),
        tuple(each[0] for each in epochs[1:]),
        sample.spread,
        floor,
        given or (None if floor is None else TWO_RUNS * floor),
    )


def _floor(sides: Sequence[tuple[Run, float]], which: Which, metric: str) -> float | None:
    """Gives the noise floor of one of several runs: the root mean square of those that are known."""
    floors = (noise_floor(run, which, metric, value, _LEAST_DEGREES) for run, value in sides)
    known = [floor.size**2 for floor in floors if floor]
    return math.sqrt(fmean(known)) if known else None
