"""Does what `--fail-under` and `--monitor` ask for: judges runs, says which miss, and ends with 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from reporter.cli.files import say
from reporter.errors import ReporterError

if TYPE_CHECKING:
    from reporter.facts.gates import Gate, Verdict
    from reporter.model import Log


def gates(fail_under: Sequence[str]) -> list[Gate]:
    """Read what is asked of runs, before any work is done for what could not be judged.

    Raises:
        UsageError: It is no gate.
    """
    if not fail_under:
        return []
    from reporter.facts.gates import Gate

    return [Gate.parse(text) for text in fail_under]


def verdicts(asked: Sequence[Gate], logs: Sequence[Log]) -> list[Verdict]:
    """Judge the runs of logs.

    Raises:
        UsageError: Something is asked of no run.
    """
    if not asked:
        return []
    from reporter.facts.gates import judge

    return judge(asked, logs)


def refuse_unknown(monitor: str | None, logs: Sequence[Log]) -> None:
    """Stop where the command line names a metric that no run has; what a project says by default need not fit all logs.

    Raises:
        UsageError: There is no such metric.
    """
    source = click.get_current_context().get_parameter_source("monitor")
    if monitor and source is ParameterSource.COMMANDLINE:
        from reporter.facts import summary

        summary.refuse_unknown((run for log in logs for run in log.runs), monitor)


def settle(found: Sequence[Verdict], *, whole: bool) -> None:
    """Say which runs miss their gates.

    Args:
        found: The verdicts.
        whole: Whether all logs could be read: of one that could not, nobody knows what it holds.

    Raises:
        SystemExit: A run misses a gate, or there are gates and not all logs could be read.
    """
    missed = [verdict for verdict in found if not verdict.passed]
    for verdict in missed:
        say(ReporterError(verdict.sentence, verdict.place))
    if missed or (found and not whole):
        raise SystemExit(1)
