"""Describes the figures of comparisons and reproductions: all runs of both sides in one figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from reporter.documents.overlay import Series, overlay
from reporter.documents.pictures import Picture, Scale
from reporter.facts.changes import Comparison
from reporter.facts.reproduce import Rules, Source
from reporter.facts.reproduction import Reproduction
from reporter.model import Mode, Run

_POOLED = 3
"""From this many runs of a side on, their median is drawn instead of each of them."""


def compared_pictures(
    found: Comparison,
    runs: Iterable[tuple[str, Run]],
    monitor: str | None = None,
    mode: Mode | None = None,
    scale: Scale = "linear",
) -> Mapping[str, Picture]:
    """Describes one figure for each pair of experiments.

    Args:
        found: The comparison.
        runs: The runs that were compared, each with the path of its log.
        monitor: The metric that decides which epoch is best, if it was chosen.
        mode: Whether the largest or the smallest value is best, if it was chosen.
        scale: The scale of the vertical axes.

    Returns:
        The figures by the name of the pair; a pair without a finished epoch has none.
    """
    paths = {id(run): path for path, run in runs}  # runs of two logs can be equal
    pictures: dict[str, Picture] = {}
    for pair in found.pairs:
        series = [
            *_series(pair.base_runs, paths, is_base=True),
            *_series(pair.new_runs, paths, is_base=False, said="new "),
        ]
        if any(run.epochs for each in series for run in each.runs):
            pictures[pair.name] = overlay(series, monitor, mode, scale, pair.name)
    return pictures


def reproduced_picture(
    found: Reproduction, original: Source, runs: Sequence[Source], rules: Rules, scale: Scale = "linear"
) -> Picture:
    """Describes the figure of a reproduction: the original, its reproductions, and the intervals for one more run.

    Args:
        found: The reproduction.
        original: The original; it has a finished epoch.
        runs: The reproductions.
        rules: What the reproduction is judged by.
        scale: The scale of the vertical axes.

    Returns:
        The figure.
    """
    paths = {id(each.run): each.label for each in (original, *runs)}
    series = [
        *_series([original.run], paths, is_base=True),
        *_series([each.run for each in runs], paths, is_base=False),
    ]
    return overlay(series, rules.monitor, rules.mode, scale, found.name, found)


def _series(runs: Sequence[Run], paths: Mapping[int, str], *, is_base: bool, said: str = "") -> list[Series]:
    """Makes the series of one side, whose runs are seeds of each other."""
    if len(runs) < _POOLED:
        return [Series(f"{said}{paths[id(run)]}", (run,), is_base=is_base) for run in runs]
    return [Series(f"{said}median of {len(runs)} runs", tuple(runs), is_base=is_base)]
