"""Asks whether runs of one name are seeds of one experiment: with the same settings, and no copies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reporter.facts.hygiene.finding import Case, Evidence, Rule
from reporter.facts.seeds import describe_settings, group_seeds
from reporter.model.metrics import comparable

_LEAST_VALUES = 6
"""Fewer values agree by chance."""


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
    """Finds runs of at least 6 values whose metrics are all equal to those of an earlier run."""
    seen: dict[tuple[object, ...], Case] = {}
    for case in cases:
        epochs = case.run.epochs
        if sum(len(epoch.logs) for epoch in epochs) < _LEAST_VALUES:
            continue
        first = seen.setdefault(tuple((epoch.epoch, comparable(epoch.logs)) for epoch in epochs), case)
        if first is not case:
            text = f"all metrics of the {len(epochs)} epochs equal those of the run in {_address(first)}"
            yield case, Evidence(case.run.line, f"{text}: it is a copy, or has the same seed", {"epochs": len(epochs)})


def _address(case: Case) -> str:
    return case.log.address(case.run.line)


RULES = (
    Rule("X101", "other-settings", "Runs of one name were trained with other settings.", other_settings),
    Rule("X102", "copy", "A run equals another one in every metric.", copies),
)
"""The rules about experiments."""
