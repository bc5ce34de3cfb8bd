"""Describes the figure that overlays several runs: one panel for each metric, all runs in it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from reporter.documents.bars import bars_of
from reporter.documents.pictures import Curve, Picture, Plot, Ring, Scale, rings_of, scaled, values
from reporter.facts.display import number
from reporter.facts.reproduction import Reproduction
from reporter.facts.rows import ReportRow
from reporter.model import Best, Mode, Run, alias, direction, monitored

_POOLED = 3
"""From this many seeds on, their median is drawn instead of each of them."""

_COLOURED = 6
"""Number of curves, besides the base, that have a colour of their own."""

_RINGS = 100
"""Maximum number of rings in a panel for the seeds of one curve."""


@dataclass(frozen=True, slots=True)
class Series:
    """Holds the runs that one curve of an overlay shows.

    Attributes:
        label: Its name in the legend.
        runs: One run, or several seeds, which are shown as their median.
        is_base: Whether the others are compared with it.
    """

    label: str
    runs: tuple[Run, ...]
    is_base: bool = False


def series_of_rows(group: Sequence[ReportRow]) -> list[Series]:
    """Makes the series of an experiment in a report: the base, then the other runs, of which seeds are pooled.

    Args:
        group: The runs of the experiment, the base first.

    Returns:
        The series. Runs that are no seeds of each other are never in one series.
    """
    found = [Series(group[0].path, (group[0].run,), is_base=True)]
    kinds: dict[object, list[ReportRow]] = {}
    for row in group[1:]:
        kinds.setdefault(_kind(row.run), []).append(row)
    for kind, rows in kinds.items():
        seeds = [group[0], *rows] if _kind(group[0].run) == kind else rows
        if len(seeds) < _POOLED:
            found += [Series(row.path, (row.run,)) for row in rows]
        else:
            found.append(Series(f"median of {len(seeds)} runs", tuple(row.run for row in seeds)))
    return found


def series_of_runs(runs: Iterable[Run]) -> list[Series]:
    """Makes one series for each run, the first of which is the base; equal names get the seed or a number."""
    found = list(runs)
    names = [run.name for run in found]
    labels = [
        name if names.count(name) == 1 else f"{name}, {_told_apart(run, index)}"
        for index, (name, run) in enumerate(zip(names, found, strict=True), 1)
    ]
    return [
        Series(label, (run,), is_base=index == 0) for index, (label, run) in enumerate(zip(labels, found, strict=True))
    ]


def overlay(
    series: Sequence[Series],
    monitor: str | None = None,
    mode: Mode | None = None,
    scale: Scale = "linear",
    name: str = "",
    found: Reproduction | None = None,
) -> Picture:
    """Describes the figure of several runs: the metric that decides which epoch is best, and the loss, by epoch.

    Args:
        series: The runs, the base first.
        monitor: The metric that decides which epoch is best; by default the first of `val_acc`, `val_loss`, `acc`,
            `loss` that a run has.
        mode: Whether the largest or the smallest value is best; by default the name of the metric decides.
        scale: The scale of the vertical axes.
        name: The name of the experiment, for the description of the figure.
        found: Whether the other runs reproduce the base: the panel of the metric ends with a bar for each interval.

    Returns:
        The figure, with one or two panels and one legend.

    Raises:
        ValueError: No run has a finished epoch.
        UsageError: No mode is given, and the name of the metric does not tell.
    """
    drawn = [each for each in series if any(run.epochs for run in each.runs)]
    if not drawn:
        raise ValueError("no run has a finished epoch to draw")
    metrics = {
        alias(metric): metric for each in reversed(drawn) for run in each.runs for metric in reversed(run.metrics)
    }
    judged = monitored(metrics.values(), monitor)
    loss = metrics.get("val_loss", metrics.get("loss"))
    shown = dict.fromkeys(each for each in (judged, loss) if each) or dict.fromkeys(list(metrics.values())[:1])
    bests = [[run.best(judged, mode) if judged else None for run in each.runs] for each in drawn]
    roles = _roles(drawn, bests, mode or (direction(judged) if judged else None))
    labels = [_label(each, found, role) for each, found, role in zip(drawn, bests, roles, strict=True)]
    if roles.count("other") > 0:
        first = roles.index("other")
        labels[first] = f"{roles.count('other')} other curves"
    plots = []
    for metric in shown:
        curves = [_curve(each, metric, role, label) for each, role, label in zip(drawn, roles, labels, strict=True)]
        rings = _rings(bests, roles) if metric == judged else ()
        order = sorted(range(len(curves)), key=lambda index: (roles[index] != "other", roles[index] == "base"))
        better = (mode or direction(metric)) if metric == judged else direction(metric)
        drawn_curves = [curves[index] for index in order]
        plot = Plot(metric, better, False, False, tuple(drawn_curves), rings, "best epoch" if rings else "")
        plots.append(scaled(_with_bars(plot, found) if metric == judged else plot, scale))
    named = "; ".join(label for label in labels[:6] if label)
    return Picture(
        tuple(plots), f"{' and '.join(shown)} of {name or 'several runs'} by epoch: {named}", shares_legend=True
    )


def _with_bars(plot: Plot, found: Reproduction | None) -> Plot:
    """Adds a bar for each interval for one more run, with a ring for the original."""
    bars, rings = bars_of(found, max(plot.epochs[0]))
    if not bars:
        return plot
    label = f"{plot.ring_label}, original in a bar"
    return replace(plot, curves=(*plot.curves, *bars), rings=(*plot.rings, *rings), ring_label=label)


def _kind(run: Run) -> object:
    """Returns what all seeds of one training have in common."""
    record = run.record
    trained = (record.experiment, record.samples, record.epochs, record.batch_size) if record else None
    parameters = run.parameters.total if run.parameters else None
    return trained, run.epochs_declared, run.samples, parameters, frozenset(map(alias, run.metrics))


def _told_apart(run: Run, index: int) -> str:
    seed = run.record.seed if run.record else None
    return f"run {index}" if seed is None else f"seed {seed}"


def _roles(series: Sequence[Series], bests: Sequence[Sequence[Best | None]], mode: Mode | None) -> list[str]:
    """Chooses the colour of each series; if there are too many, only the best ones get one."""
    others = [index for index, each in enumerate(series) if not each.is_base]
    coloured = others
    if len(others) > _COLOURED:
        coloured = sorted(others, key=lambda index: _rank(bests[index], mode))[:_POOLED]
    roles = {index: f"run-{count}" for count, index in enumerate(sorted(coloured), 1)}
    return ["base" if each.is_base else roles.get(index, "other") for index, each in enumerate(series)]


def _rank(bests: Sequence[Best | None], mode: Mode | None) -> float:
    """Returns a number that is smaller for a series with better runs."""
    known = [each.value for each in bests if each]
    return (-max(known) if mode == "max" else min(known)) if known else math.inf


def _label(series: Series, bests: Sequence[Best | None], role: str) -> str:
    if role == "other":
        return ""
    known = sorted(each.value for each in bests if each)
    text = f"base {series.label}" if series.is_base else series.label
    if not known:
        return text
    first = next(each for each in bests if each)
    if len(series.runs) == 1:
        return f"{text}: {number(first.value)}, epoch {first.epochs[0]}"
    return f"{text}: best {number(known[0])} to {number(known[-1])}"


def _curve(series: Series, metric: str, role: str, label: str) -> Curve:
    """Makes the curve of one run, or of the median of several, with the band from the lowest to the highest."""
    if len(series.runs) == 1:
        return Curve(label, role, values(series.runs[0], metric))
    by_epoch: dict[int, list[float]] = {}
    for run in series.runs:
        for epoch, value in values(run, metric):
            by_epoch.setdefault(epoch, []).extend([value] if math.isfinite(value) else [])
    known = sorted(by_epoch.items())
    points = tuple((epoch, median(found) if found else math.nan) for epoch, found in known)
    lows, highs = (tuple((epoch, edge(found)) for epoch, found in known if found) for edge in (min, max))
    return Curve(label, role, points, lows, highs)


def _rings(bests: Sequence[Sequence[Best | None]], roles: Sequence[str]) -> tuple[Ring, ...]:
    found: Iterator[Ring] = (
        replace(ring, is_small=len(several) > 1)
        for several, role in zip(bests, roles, strict=True)
        if role != "other"
        for best in several[:_RINGS]
        if best
        for ring in rings_of(best, role)[: None if len(several) == 1 else 1]
    )
    return tuple(found)
