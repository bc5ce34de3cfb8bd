"""Asks whether the learning rates in the results are those that the callbacks announce."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from reporter.facts.display import number
from reporter.facts.hygiene.finding import Case, Evidence, Rule, in_each_run
from reporter.model import Epoch, look_up
from reporter.reading.agreement import printed_alike


def scheduled_rate(case: Case) -> Iterator[Evidence]:
    """Finds the first epoch whose result prints another learning rate than LearningRateScheduler sets for it."""
    scheduled = _announced(case, schedules=True)
    wrong = [epoch for epoch in case.run.epochs if _differs(epoch, scheduled.get(epoch.epoch))]
    if wrong:
        yield _evidence(wrong[0], scheduled[wrong[0].epoch], "LearningRateScheduler sets", len(wrong))


def reduced_rate(case: Case) -> Iterator[Evidence]:
    """Finds the first epoch that prints another learning rate than ReduceLROnPlateau sets just before it."""
    reduced = _announced(case, schedules=False)
    if not reduced or _announced(case, schedules=True):
        return
    due = {after.epoch: reduced[before.epoch] for before, after in pairwise(case.run.epochs) if before.epoch in reduced}
    wrong = [epoch for epoch in case.run.epochs if _differs(epoch, due.get(epoch.epoch))]
    if wrong:
        yield _evidence(wrong[0], due[wrong[0].epoch], "ReduceLROnPlateau sets before it", len(wrong))


def _announced(case: Case, *, schedules: bool) -> Mapping[int, float]:
    """Gives the learning rates of messages, by the epoch in the message."""
    return {
        message.epoch: message.value
        for message in case.run.messages
        if message.kind == "learning_rate" and message.schedules is schedules
        if message.epoch is not None and message.value is not None
    }


def _differs(epoch: Epoch, announced: float | None) -> bool:
    printed = look_up(epoch.logs, "learning_rate")
    return printed is not None and announced is not None and not printed_alike(printed, announced)


def _evidence(epoch: Epoch, announced: float, words: str, times: int) -> Evidence:
    printed = look_up(epoch.logs, "learning_rate")
    assert printed is not None
    more = f" (as {times - 1} more epochs do)" if times > 1 else ""
    return Evidence(
        epoch.line,
        f"epoch {epoch.epoch} prints a learning rate of {number(printed)}, not the {number(announced)} that {words}"
        f"{more}",
        {"epoch": epoch.epoch, "printed": printed, "announced": announced, "epochs": times},
    )


RULES = (
    Rule(
        "R101",
        "scheduled-rate",
        "A result prints another learning rate than LearningRateScheduler sets.",
        in_each_run(scheduled_rate),
    ),
    Rule(
        "R102",
        "reduced-rate",
        "A result prints another learning rate than ReduceLROnPlateau sets.",
        in_each_run(reduced_rate),
    ),
)
"""The rules about learning rates."""
