"""Reads the logs named by the arguments of a command."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from reporter.cli.console import is_verbose, show_error, show_note

if TYPE_CHECKING:
    from pathlib import Path

    from reporter.model import Log
    from reporter.reading.candidates import Skipped


def read_logs(
    sources: Iterable[str],
    *,
    jobs: int = 1,
    strict: bool = False,
    keep_lines: bool = False,
    output: Path | None = None,
) -> tuple[list[Log], bool]:
    """Reads all logs that can be read, and prints an error for each of the others.

    Args:
        sources: Files, folders, patterns, addresses, or `-` for standard input.
        jobs: Number of processes that read.
        strict: Whether one unreadable log ends the program.
        keep_lines: Whether `Log.lines` holds the text of the lines that the log was read from.
        output: The file for the result, which is never read as a log of the folder that it is in.

    Returns:
        At least one log, in the order of the sources, and whether no error was printed.

    Raises:
        SystemExit: With code 3: nothing could be read, or `strict` is set and a log could not be read.
    """
    from reporter.cli.stages import show_stages
    from reporter.reading.many import read_sources

    logs: list[Log] = []
    skipped: list[Skipped] = []
    all_read = True
    with show_stages():
        outcomes = list(read_sources(sources, jobs=jobs, keep_lines=keep_lines, output=output))
    for outcome in outcomes:
        logs += outcome.logs
        skipped += outcome.skipped
        for error in outcome.errors:
            show_error(error)
            all_read = False
    if is_verbose() or logs:
        show_skipped(skipped)
    if not logs or (strict and not all_read):
        raise SystemExit(3)
    return logs, all_read


def leave_out_trials(logs: Sequence[Log]) -> list[Log]:
    """Removes the runs that are trials, and prints on standard error how many there are.

    Args:
        logs: The logs.

    Returns:
        The logs of the other runs, at least one.

    Raises:
        NoRunError: Every run is a trial.
    """
    from reporter.facts.trials import without_trials

    kept = without_trials(logs)
    left_out = sum(run.trial for log in logs for run in log.runs)
    if left_out:
        what = "1 trial; --trials includes it" if left_out == 1 else f"{left_out} trials; --trials includes them"
        show_note(f"reporter: left out {what}")
    return kept


def show_skipped(skipped: Sequence[Skipped]) -> None:
    """Prints on standard error how many files were skipped because they are no logs; with `-v`, names each.

    Args:
        skipped: The files.
    """
    if is_verbose():
        for each in skipped:
            show_note(f"reporter: {each.path}: skipped: {each.reason}")
    elif skipped:
        files = "1 file that is no log" if len(skipped) == 1 else f"{len(skipped)} files that are no logs"
        show_note(f"reporter: skipped {files}; -v says why")
