"""Sets runs side by side: which are of one experiment, which of them is the base, how far the others are from it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Protocol, TypeVar

from reporter.model import alias
from reporter.summary import Best


class Comparable(Protocol):
    """Is a run that can stand beside others; `reproduced` says that this tool trained it."""

    @property
    def name(self) -> str:
        """The name that runs of one experiment share."""

    @property
    def reproduced(self) -> bool:
        """Whether this tool trained it."""


T = TypeVar("T", bound=Comparable)


def side_by_side(runs: Iterable[T]) -> list[list[T]]:
    """Gather the runs of each experiment.

    Args:
        runs: Runs of any number of experiments; those of one name belong to one experiment.

    Returns:
        The runs of each experiment, in the order given, but originals before those that this tool reproduced. The first
        of them is the base that the others are compared with.
    """
    groups: dict[str, list[T]] = {}
    for run in runs:
        groups.setdefault(run.name, []).append(run)
    return [sorted(group, key=lambda run: run.reproduced) for group in groups.values()]


def difference(base: Best | None, best: Best | None) -> Decimal | None:
    """Subtract the best value of the base from another, exactly as they are printed.

    Args:
        base: The best of the base.
        best: The best to compare.

    Returns:
        The difference, or None where the two are not of one metric.
    """
    if base is None or best is None or alias(base.monitor) != alias(best.monitor):
        return None
    return Decimal(repr(best.value)) - Decimal(repr(base.value))
