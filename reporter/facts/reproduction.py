"""Holds whether runs reproduce the results of an original, and why."""

from __future__ import annotations

from dataclasses import dataclass

from reporter.facts.conditions import Condition
from reporter.facts.statistic import Statistic, Verdict


@dataclass(frozen=True, slots=True)
class Reproduction:
    """Holds whether runs reproduce an original.

    Attributes:
        name: The name of the experiment.
        original: Where the original is from: the path of its log.
        runs: Where the reproductions are from, which were trained under the conditions of the original.
        conditions: The conditions that their logs tell.
        left_out: A sentence for each run that is no reproduction: why it is left out.
        statistics: The statistics that the original states.
    """

    name: str
    original: str
    runs: tuple[str, ...]
    conditions: tuple[Condition, ...]
    left_out: tuple[str, ...]
    statistics: tuple[Statistic, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst verdict on a statistic: one that is not reproduced decides, then one that is inconclusive."""
        found = {statistic.verdict for statistic in self.statistics}
        if "not reproduced" in found:
            return "not reproduced"
        return "reproduced" if found == {"reproduced"} else "inconclusive"

    @property
    def reason(self) -> str:
        """The reasons of the statistics that have this verdict; equal reasons once."""
        if not self.statistics:
            return "the original does not state the metric"
        names: dict[str, list[str]] = {}
        for statistic in self.statistics:
            if statistic.verdict == self.verdict:
                names.setdefault(statistic.reason, []).append(statistic.name)
        return "; ".join(f"{', '.join(several)}: {reason}" for reason, several in names.items())

    @property
    def assumption(self) -> str:
        """What the intervals assume, and what holds if values are not normal; empty if there is no interval."""
        if not any(statistic.interval for statistic in self.statistics):
            return ""
        text = "An interval holds one more run in 95 % of cases if the values of runs are normal and exchangeable."
        runs = len(self.runs)
        chance = f"with a probability of at most 2/{runs + 1} = {2 / (runs + 1):.2g}"
        return f"{text} If they are not normal, the original is outside of the range of {runs} runs {chance}."

    @property
    def equal(self) -> list[str]:
        """The conditions that are equal, with their values: `20 epochs`."""
        return [f"{each.name} {each.original}" for each in self.conditions if each.outcome == "equal"]

    @property
    def unknown(self) -> list[str]:
        """The conditions that only one side tells: `batch size 64 (reproductions)`."""
        return [
            f"{each.name} {each.original or each.runs} ({'original' if each.original else 'reproductions'})"
            for each in self.conditions
            if each.outcome == "unknown"
        ]
