"""Makes the sample of one side of a comparison: the values of its runs with their noise floors."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from reporter.facts.display import rounded
from reporter.facts.noise import noise_floor
from reporter.facts.significance import Sample
from reporter.facts.summary import Which
from reporter.model import Run


def sample_of(side: Sequence[tuple[Run, float]], which: Which, metric: str, unit: Decimal) -> Sample:
    """Makes a sample whose values have the precision that all sides of the comparison have.

    Args:
        side: Each run with its value, at least one.
        which: Which value it is.
        metric: The metric.
        unit: One unit of the last digit that all sides have.

    Returns:
        The sample.
    """
    return Sample(
        [float(rounded(value, unit)) for _, value in side],
        [noise_floor(run, which, metric, value) for run, value in side],
        float(unit),
    )
