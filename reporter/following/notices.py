"""Finds out what happened to followed runs since the last look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from reporter.facts.display import number
from reporter.facts.summary import describe_end
from reporter.following.follow import Following
from reporter.following.judge import Judged, judge
from reporter.model import Best, Mode, Run

Kind = Literal["epoch", "message", "warning", "best", "end", "failure", "stall"]


class Happening(NamedTuple):
    """Holds one thing that happened.

    Attributes:
        kind: What happened.
        run: The run, as it is now.
        text: What happened, in one phrase.
        best: The best value of the run so far.
    """

    kind: Kind
    run: Following
    text: str
    best: Best | None


@dataclass
class _Seen:
    """Holds what has been reported about a run."""

    epochs: int = 0
    messages: int = 0
    warnings: set[str] = field(default_factory=set)
    best: float | None = None
    phase: str = "running"


class Notices:
    """Remembers what was reported about each run, and reports each thing once.

    Args:
        monitor: The metric that decides which epoch is best; by default that of each run.
        mode: Whether a smaller or a larger value is better.
    """

    def __init__(self, monitor: str | None = None, mode: Mode | None = None) -> None:
        self._monitor = monitor
        self._mode = mode
        self._seen: dict[tuple[str, int], _Seen] = {}

    def update(self, runs: Iterable[Following]) -> list[Happening]:
        """Compares runs with the last look.

        Args:
            runs: The runs as they are now.

        Returns:
            What happened, in the order of the runs.
        """
        return [happening for each in runs if each.run for happening in self._compare(each, each.run)]

    def _compare(self, each: Following, run: Run) -> Iterator[Happening]:
        seen = self._seen.setdefault(each.key, _Seen())
        if len(run.epochs) != seen.epochs or len(run.messages) != seen.messages or each.phase != seen.phase:
            judged = judge(run, self._monitor, self._mode)
            for kind, text in self._news(each, run, judged, seen):
                yield Happening(kind, each, text, judged.best)

    def _news(self, each: Following, run: Run, judged: Judged, seen: _Seen) -> Iterator[tuple[Kind, str]]:
        best = judged.best
        for message in run.messages[seen.messages :]:
            yield "message", message.text
        for epoch in run.epochs[seen.epochs :]:
            of = f"/{run.epochs_declared}" if run.epochs_declared else ""
            values = " - ".join(f"{name}: {number(value)}" for name, value in epoch.logs.items())
            yield "epoch", f"epoch {epoch.epoch}{of} - {values}"
        for text in judged.warnings:
            if _without_numbers(text) not in seen.warnings:
                yield "warning", text
        if best and best.value != seen.best:
            yield "best", f"best {best.monitor} {number(best.value)} at epoch {best.epochs[0]}"
        if each.phase != seen.phase and each.phase in _ENDS:
            yield _ENDS[each.phase], "stalled" if each.phase == "stalled" else describe_end(run)
        seen.epochs, seen.messages, seen.phase = len(run.epochs), len(run.messages), each.phase
        seen.warnings |= set(map(_without_numbers, judged.warnings))
        seen.best = best.value if best else None


_ENDS: dict[str, Kind] = {"completed": "end", "stopped": "end", "failed": "failure", "stalled": "stall"}


def _without_numbers(text: str) -> str:
    """Makes the key of a warning: `no better val_acc for 10 epochs` and `… for 11 epochs` are one warning."""
    return "".join(character for character in text if not character.isdigit())
