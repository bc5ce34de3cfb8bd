"""Checks the runs against the gates of `--fail-under` and the metric of `--monitor`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from reporter.cli.console import show_error
from reporter.errors import ReporterError

if TYPE_CHECKING:
    from reporter.facts.gate_verdicts import Verdict
    from reporter.facts.gates import Gate
    from reporter.model import Log


def parse_gates(fail_under: Sequence[str]) -> list[Gate]:
    """Parses gates, before any log is read.

    Args:
        fail_under: Gates such as `val_acc>=0.994`.

    Returns:
        The parsed gates.

    Raises:
        UsageError: A gate is malformed.
    """
    if not fail_under:
        return []
    from reporter.facts.gates import Gate

    return [Gate.parse(text) for text in fail_under]


def judge_runs(gates: Sequence[Gate], logs: Sequence[Log]) -> list[Verdict]:
    """Checks the runs of logs against gates.

    Args:
        gates: The gates.
        logs: The logs.

    Returns:
        A verdict for each gate and each run that the gate applies to.

    Raises:
        UsageError: A gate matches no run.
    """
    if not gates:
        return []
    from reporter.facts.gate_verdicts import judge

    return judge(gates, logs)


def refuse_unknown_monitor(monitor: str | None, logs: Sequence[Log]) -> None:
    """Raises an error if `--monitor` names a metric that no run has.

    A metric from the environment or from `pyproject.toml` is not checked, because a default need not fit every log.

    Args:
        monitor: The metric.
        logs: The logs.

    Raises:
        UsageError: No run has the metric.
    """
    source = click.get_current_context().get_parameter_source("monitor")
    if monitor and source is ParameterSource.COMMANDLINE:
        from reporter.facts import summary

        summary.refuse_unknown((run for log in logs for run in log.runs), monitor)


def exit_if_missed(verdicts: Sequence[Verdict], *, all_read: bool) -> None:
    """Prints each missed gate on standard error, and ends the program if there is one.

    Args:
        verdicts: The verdicts; empty if there are no gates.
        all_read: Whether all logs could be read. An unreadable log misses every gate.

    Raises:
        SystemExit: With code 1: a gate is missed, or there are gates and a log could not be read.
    """
    missed = [verdict for verdict in verdicts if not verdict.passed]
    for verdict in missed:
        show_error(ReporterError(verdict.sentence, verdict.place))
    if missed or (verdicts and not all_read):
        raise SystemExit(1)
