"""Describes the figures of a comparison: for each experiment the runs of the base and the new runs in one figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from reporter.documents.overlay import Series, overlay
from reporter.documents.pictures import Picture, Scale
from reporter.facts.changes import Comparison
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
        series = [*_series(pair.base_runs, paths, is_base=True), *_series(pair.new_runs, paths, is_base=False)]
        if any(run.epochs for each in series for run in each.runs):
            pictures[pair.name] = overlay(series, monitor, mode, scale, pair.name)
    return pictures


def _series(runs: Sequence[Run], paths: Mapping[int, str], *, is_base: bool) -> list[Series]:
    """Makes the series of one side, whose runs are seeds of each other."""
    said = "" if is_base else "new "
    if len(runs) < _POOLED:
        return [Series(f"{said}{paths[id(run)]}", (run,), is_base=is_base) for run in runs]
    return [Series(f"{said}median of {len(runs)} runs", tuple(runs), is_base=is_base)]
