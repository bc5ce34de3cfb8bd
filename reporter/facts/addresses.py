"""Says which lines of a log speak of which of its runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reporter.model import Log, Run


def lines(log: Log) -> list[Mapping[int, str]]:
    """Share the lines of a log out among its runs.

    A line that a fact of a run stands on is of that run, and may be of several; any other, like the header of an
    epoch, is of the run that the next such line is of; what comes after them all is of the last run.

    Args:
        log: The log.

    Returns:
        For each run, its lines by their numbers, in their order.
    """
    owners: dict[int, list[int]] = {}
    for index, run in enumerate(log.runs):
        for line in set(_addresses(run)):
            owners.setdefault(line, []).append(index)
    shared: list[dict[int, str]] = [{} for _ in log.runs]
    following = [len(log.runs) - 1]
    for line in sorted(log.lines, reverse=True):
        following = owners.get(line, following[:1])
        for index in following:
            shared[index][line] = log.lines[line]
    return [dict(sorted(each.items())) for each in shared]


def _addresses(run: Run) -> Iterator[int]:
    """Name the line of every fact of a run."""
    yield run.line
    yield from (epoch.line for epoch in run.epochs)
    yield from (message.line for message in run.messages)
    yield from (evaluation.line for evaluation in run.evaluations)
    yield from (warning.line for warning in run.warnings)
    if run.parameters:
        yield run.parameters.line
    if run.partial:
        yield run.partial.line
