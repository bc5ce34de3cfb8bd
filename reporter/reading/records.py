"""Gives each run of a log the record of its training, if that record is beside the log."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from reporter.model import Log, LogWarning, Record, Run
from reporter.sources.records import find_record

_TRIAL = re.compile(r"(?:^|[/\\:])trial-\d+\.log(?:\.\w+)?$")
"""Matches the path of a log that `reporter train` writes for a trial, also compressed."""


def with_record(log: Log) -> Log:
    """Finds the record beside a log and gives it to the runs it describes.

    A record with a history describes every run whose numbers agree with it. If none agrees, the first run that the
    record names gets a warning. A record without a history, which a killed training leaves, describes the first run
    that does not contradict it.

    A run that a record describes is a trial if the log is called `trial-N.log`: both are needed, so that a file of
    another program that happens to have this name is an ordinary log.

    Args:
        log: The log.

    Returns:
        The log itself if there is no record beside it; otherwise the log with `Run.record` and `Log.record_path`.
    """
    found = find_record(log.path)
    if not found:
        return log
    record, path = found
    changed = _finished(log.runs, record) if record.history else _unfinished(log.runs, record)
    if is_trial_name(log.path):
        changed = {index: _as_trial(run) for index, run in changed.items()}
    return replace(log, runs=tuple(changed.get(index, run) for index, run in enumerate(log.runs)), record_path=path)


def is_trial_name(path: str) -> bool:
    """Checks whether the name of a log is one that `reporter train` gives to trials: `trial-N.log`."""
    return _TRIAL.search(path) is not None


def _as_trial(run: Run) -> Run:
    """Marks a run as a trial, and says so in its name, so that every table, figure and message shows it."""
    if run.record is None:
        return run
    counts = {"sample": run.record.samples, "epoch": run.record.epochs}
    size = [f"{count:,} {each}{'s' if count != 1 else ''}" for each, count in counts.items() if count is not None]
    return replace(run, name=f"{run.name} (trial: {', '.join(size)})", trial=True)


def record_warnings(log: Log) -> list[LogWarning]:
    """Selects the warnings of runs that differ from the record beside the log."""
    return [each for run in log.runs for each in run.warnings if each.code == "record-differs"]


def _finished(runs: Sequence[Run], record: Record) -> dict[int, Run]:
    """Matches a record that has a history; gives the changed runs by their index."""
    from reporter.reading.agreement import disagreements  # few logs have a record, and a cold start should be quick

    named = _named(runs, record)
    candidates = named or range(len(runs))
    first = {index: next(disagreements(runs[index], record), None) for index in candidates}
    agreeing = {index: replace(runs[index], record=record) for index, found in first.items() if found is None}
    if agreeing or not (named or len(runs) == 1):
        return agreeing
    index, warning = next(iter(first.items()))
    return {index: _with_warning(runs[index], warning)} if warning else {}


def _unfinished(runs: Sequence[Run], record: Record) -> dict[int, Run]:
    """Matches a record that has no history yet; gives the changed run by its index."""
    from reporter.reading.agreement import may_be_of

    candidates = _named(runs, record) if record.name else range(len(runs))
    index = next((index for index in candidates if may_be_of(runs[index], record)), None)
    return {} if index is None else {index: replace(runs[index], record=record)}


def _named(runs: Sequence[Run], record: Record) -> Sequence[int]:
    """Finds the runs that have the name in a record; the reader numbers the second run of a name: `net (2)`."""
    name = re.compile(re.escape(record.name) + r"( \(\d+\))?")
    return [index for index, run in enumerate(runs) if record.name and name.fullmatch(run.name)]


def _with_warning(run: Run, warning: LogWarning) -> Run:
    return replace(run, warnings=tuple(sorted([*run.warnings, warning], key=lambda each: each.line)))
