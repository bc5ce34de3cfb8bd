"""Lists all rules, and applies them to the runs of logs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reporter.facts.hygiene import curves, epochs, experiments, parameters, rates, reader_warnings, selection
from reporter.facts.hygiene.finding import Case, Finding, Rule
from reporter.model import Log, Mode

RULES: Sequence[Rule] = (
    *selection.RULES,
    *epochs.RULES,
    *curves.RULES,
    *rates.RULES,
    *parameters.RULES,
    *experiments.RULES,
    *reader_warnings.RULES,
)
"""All rules, by topic."""


def cases_of(logs: Iterable[Log], monitor: str | None = None, mode: Mode | None = None) -> list[Case]:
    """Makes a case of each run.

    Args:
        logs: The logs.
        monitor: The metric that the runs are judged by; by default the first of `val_acc`, `val_loss`, `acc`, `loss`.
        mode: `"min"` or `"max"`; by default what the name of the metric tells.

    Returns:
        The cases, in the order of the logs and their lines.

    Raises:
        UsageError: No mode is given, and the name of the metric does not tell.
    """
    return [Case(log, run, run.best(monitor, mode)) for log in logs for run in log.runs]


def find(cases: Sequence[Case], rules: Iterable[Rule] = RULES) -> list[Finding]:
    """Applies rules to runs.

    Args:
        cases: The runs.
        rules: The rules.

    Returns:
        What they found, in the order of the runs and, within a run, of the lines.
    """
    places = {id(case.run): place for place, case in enumerate(cases)}
    found = [
        Finding(rule, case.log, case.run, evidence.line, evidence.text, evidence.numbers)
        for rule in rules
        for case, evidence in rule.check(cases)
    ]
    return sorted(found, key=lambda finding: (places[id(finding.run)], finding.line, finding.code))
