"""Uses the public API as a typed program of a user does; `.ci/run` checks it with `mypy --strict` against the wheel."""

from __future__ import annotations

import io
from typing import Any

import reporter


def best_epoch(log: reporter.Log, monitor: str) -> int | None:
    """Find the first best epoch of the first run."""
    best: reporter.Best | None = log.runs[0].best(monitor, mode="max")
    return best.epochs[0] if best else None


def losses(run: reporter.Run) -> list[float]:
    """List the loss of each epoch."""
    return [epoch.logs["loss"] for epoch in run.epochs]


def places(log: reporter.Log) -> dict[str, str]:
    """Name the line of each warning."""
    return {warning.text: log.place(warning.line) for run in log.runs for warning in run.warnings}


def table(run: reporter.Run) -> Any:
    """Make a DataFrame with times."""
    return run.to_frame(times=True)


def main() -> None:
    """Read a log, and show what is in it."""
    try:
        log = reporter.read_log(io.StringIO("Epoch 1/1\n2/2 - 1s - loss: 0.5 - val_acc: 0.75\n"))
    except reporter.SourceError as error:
        raise SystemExit(f"{error}, exit code {error.exit_code}") from error
    changed = reporter.compare(log.runs, log.runs)
    print(reporter.__version__, best_epoch(log, "val_acc"), losses(log.runs[0]), places(log), changed.regressions)
    print(table(log.runs[0]).shape, reporter.report([log], "text"))


if __name__ == "__main__":
    main()
