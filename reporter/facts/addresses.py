"""Assigns the lines of a log to its runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reporter.model import Log, Run


def lines_by_run(log: Log) -> list[Mapping[int, str]]:
    """Assigns the kept lines of a log to its runs.

    A line that holds a fact of a run, for example an epoch, belongs to that run; it may belong to several. Every other
    line, for example the header `Epoch 1/20`, belongs to the run of the next line that holds a fact. Lines after the
    last fact belong to the last run.

    Args:
        log: The log; its `lines` are empty if the reader was not asked to keep them.

    Returns:
        For each run a mapping from line number to text, sorted by line number.
    """
    owners: dict[int, list[int]] = {}
    for index, run in enumerate(log.runs):
        for line in set(_fact_lines(run)):
            owners.setdefault(line, []).append(index)
    assigned: list[dict[int, str]] = [{} for _ in log.runs]
    following = [len(log.runs) - 1]
    for line in sorted(log.lines, reverse=True):
        following = owners.get(line, following[:1])
        for index in following:
            assigned[index][line] = log.lines[line]
    return [dict(sorted(lines.items())) for lines in assigned]


def _fact_lines(run: Run) -> Iterator[int]:
    """Gives the line of every fact of a run."""
    yield run.line
    yield from (epoch.line for epoch in run.epochs)
    yield from (message.line for message in run.messages)
    yield from (evaluation.line for evaluation in run.evaluations)
    yield from (warning.line for warning in run.warnings)
    if run.parameters:
        yield run.parameters.line
    if run.partial:
        yield run.partial.line
