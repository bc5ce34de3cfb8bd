"""Asks whether the number of parameters follows from the layers of the model."""

from __future__ import annotations

from collections.abc import Iterator

from reporter.facts.display import count
from reporter.facts.hygiene.finding import Case, Evidence, Rule, in_each_run


def other_sum(case: Case) -> Iterator[Evidence]:
    """Finds a number of parameters that is not the sum of those of the layers in the table of `model.summary()`."""
    known = case.run.parameters
    if known and known.layers is not None and known.layers != known.total:
        yield Evidence(
            known.line,
            f"the model has {count(known.total)} parameters, but its layers have {count(known.layers)}",
            {"total": known.total, "layers": known.layers},
        )


RULES = (
    Rule(
        "P101",
        "parameters-of-layers",
        "The number of parameters is not the sum of those of the layers.",
        in_each_run(other_sum),
    ),
)
"""The rules about parameters."""
