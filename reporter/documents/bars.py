"""Describes the bars at the end of a figure: the interval for one more run, with the value of the original in it."""

from __future__ import annotations

from collections.abc import Sequence

from reporter.documents.pictures import Curve, Ring
from reporter.facts.reproduction import Reproduction

_ROLES = {"best": "run-2", "last": "run-1", "score": "run-3"}
"""The colour of each bar; that of the last value has the colour of the curves of the reproductions."""

_LEAST = 3
"""Fewer runs have no bar: the interval of two is five times as wide as that of five, and would flatten the curves."""

_GAP = 0.05
"""Space between two bars, as a share of the epochs."""


def bars_of(found: Reproduction | None, epochs: int) -> tuple[Sequence[Curve], Sequence[Ring]]:
    """Describes the bars of a reproduction.

    Args:
        found: The reproduction, if there is one.
        epochs: The last epoch of the curves; the bars are beyond it.

    Returns:
        A bar for each statistic with at least three runs, and a ring at the value of the original.
    """
    curves: list[Curve] = []
    rings: list[Ring] = []
    for each in found.statistics if found else ():
        if each.interval is None or each.mean is None or len(each.values) < _LEAST:
            continue
        at = epochs + max(1, round(epochs * _GAP)) * (len(curves) + 1)
        low, high = each.interval
        label = f"one more run, {each.which}: {each.interval_text.partition(' (')[0]}"
        curves.append(Curve(label, _ROLES[each.which], ((at, each.mean),), ((at, low),), ((at, high),)))
        rings.append(Ring("base", (at, each.original)))
    return curves, rings
