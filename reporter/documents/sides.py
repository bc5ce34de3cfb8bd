"""Describes the figures of a comparison: for each experiment the runs of the base and the new runs in one figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reporter.documents.overlay import Series, overlay
from reporter.documents.pictures import Picture, Scale
from reporter.facts.changes import Comparison
from reporter.model import Mode, Run, alias, monitored

_POOLED = 3
"""From this many runs of a side on, their median is drawn instead of each of them."""

Named = Sequence[tuple[str, Run]]
"""Runs, each with the path of its log."""


def compared_pictures(
    found: Comparison,
    base: Named,
    new: Named,
    monitor: str | None = None,
    mode: Mode | None = None,
    scale: Scale = "linear",
) -> Mapping[str, Picture]:
    """Describes one figure for each pair of experiments.

    Args:
        found: The comparison.
        base: The runs of the base.
        new: The new runs.
        monitor: The metric that decides which epoch is best, if it was chosen.
        mode: Whether the largest or the smallest value is best, if it was chosen.
        scale: The scale of the vertical axes.

    Returns:
        The figures by the name of the pair; a pair without a finished epoch has none.
    """
    pictures: dict[str, Picture] = {}
    for pair in found.pairs:
        series = [*_series(base, pair.base, "base"), *_series(new, pair.new, "new")]
        if any(run.epochs for each in series for run in each.runs):
            pictures[pair.name] = overlay(series, monitor, mode, scale, pair.name)
    return pictures


def _series(runs: Named, name: str, side: str) -> list[Series]:
    """Makes the series of one side; runs with other metrics are not pooled."""
    chosen = [(path, run) for path, run in runs if run.name == name or name.startswith(f"{run.name} (")]
    kinds: dict[object, list[tuple[str, Run]]] = {}
    for path, run in chosen:
        judged = monitored(run.metrics)
        kinds.setdefault((run.epochs_declared, judged and alias(judged)), []).append((path, run))
    found: list[Series] = []
    is_base, said = side == "base", "" if side == "base" else f"{side} "
    for members in kinds.values():
        if len(members) < _POOLED:
            found += [Series(f"{said}{path}", (run,), is_base=is_base) for path, run in members]
        else:
            found.append(
                Series(f"{said}median of {len(members)} runs", tuple(run for _, run in members), is_base=is_base)
            )
    return found
