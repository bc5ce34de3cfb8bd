"""Asks whether runs of one name are seeds of one experiment: with the same settings, and no copies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reporter.facts.hygiene.finding import Case, Evidence, Rule
from reporter.facts.seeds import describe_settings, group_seeds
from reporter.model import Epoch


def other_settings(cases: Sequence[Case]) -> Iterator[tuple[Case, Evidence]]:
    """Finds runs of one name that were trained with other settings than the first of them."""
    for first, *others in group_seeds(cases, lambda case: case.run).values():
        origin = first.members[0]
        for group in others:
            here, there = describe_settings([group, first])
            case = group.members[0]
            text = f"trained with {here}; the run of the same name in {_address(origin)}, with {there}"
            yield case, Evidence(case.run.line, text, {"runs": len(group.members)})


def copies(cases: Sequence[Case]) -> Iterator[tuple[Case, Evidence]]:
    """Finds runs that equal an earlier one in every number of at least 2 epochs."""
    seen: dict[tuple[tuple[Epoch, ...], ...], Case] = {}
    for case in cases:
        if len(case.run.epochs) < 2:
            continue
        numbers = tuple(epoch._replace(line=0, text="") for epoch in case.run.epochs)
        first = seen.setdefault((numbers,), case)
        if first is not case:
            text = (
                f"all {len(numbers)} epochs equal those of the run in {_address(first)} in every number: it is a copy"
            )
            yield case, Evidence(case.run.line, text, {"epochs": len(numbers)})


def _address(case: Case) -> str:
    return case.log.address(case.run.line)


RULES = (
    Rule("X101", "other-settings", "Runs of one name were trained with other settings.", other_settings),
    Rule("X102", "copy", "A run equals another one in every number.", copies),
)
"""The rules about experiments."""
