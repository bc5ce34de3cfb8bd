"""Turns a draft into a run: names its scores, adds up its parameters, and finds the learning rate of each epoch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count

from reporter.model import (
    Epoch,
    Evaluation,
    LogWarning,
    Message,
    Parameters,
    Partial,
    Run,
    Status,
    alias,
    look_up,
    names,
)
from reporter.model.metrics import RATES
from reporter.reading.agreement import printed_alike
from reporter.reading.events import CallbackMessage, ParameterCount, ParameterKind
from reporter.reading.runs.draft import Draft

_GUESSED = "results without headers: their epochs are numbered from 1, and a single one may be that of evaluate()"


def conclude(draft: Draft, name: str) -> Run:
    """Turns a draft into a run.

    Args:
        draft: The draft, which has ended.
        name: Name of the run.

    Returns:
        The run.
    """
    evaluations, warnings = _evaluations(draft)
    warnings = sorted([*draft.warnings, *warnings, *_warnings(draft)], key=lambda warning: warning.line)
    shift = draft.generation == "1" or any(message.epoch == 0 for message in draft.messages)
    return Run(
        name=name,
        line=draft.line,
        status=_status(draft),
        epochs=tuple(_with_rates(draft.epochs, draft.messages, shift)),
        epochs_declared=draft.epochs_declared,
        generation=draft.generation,
        note=" ".join(" ".join(draft.section.prose).split()),
        samples=draft.samples,
        parameters=_parameters(draft.parameters),
        partial=_partial(draft),
        evaluations=tuple(sorted(draft.evaluations + evaluations, key=lambda evaluation: evaluation.line)),
        messages=tuple(_message(each, shift) for each in draft.messages),
        warnings=tuple(warnings),
    )


def with_distinct_names(runs: Sequence[Run]) -> Iterator[Run]:
    """Adds a number to the name of each run whose name an earlier run has.

    Args:
        runs: The runs of a log, in order.

    Yields:
        The runs; the second one called `A` becomes `A (2)`, unless another run has this name.
    """
    taken = {run.name for run in runs}
    numbers: dict[str, Iterator[int]] = {}
    for run in runs:
        if run.name not in numbers:
            numbers[run.name] = count(2)
            yield run
            continue
        candidates = (f"{run.name} ({number})" for number in numbers[run.name])
        yield replace(run, name=next(name for name in candidates if name not in taken))


def _status(draft: Draft) -> Status:
    """Tells how the run ended, as far as the log says."""
    declared = draft.epochs_declared
    if draft.unfinished_epoch is None and (not draft.failure if declared is None else draft.last_epoch >= declared):
        return "completed"
    if any(message.kind == "early_stopping" for message in draft.messages):
        return "stopped"
    return "failed" if draft.failure and not draft.failure.by_user else "interrupted"


def _partial(draft: Draft) -> Partial | None:
    """Returns the epoch that has begun and not finished; None if there is none."""
    epoch, progress = draft.unfinished_epoch, draft.progress
    if draft.header is None or epoch is None:
        return None
    if progress is None:
        return Partial(epoch, draft.header.line)
    return Partial(epoch, progress.line, progress.step, progress.steps, dict(progress.logs))


def _warnings(draft: Draft) -> Iterable[LogWarning]:
    """Warns about results that are doubtful, epochs whose numbers are guesses, and epochs that are missing."""
    for doubt, index in draft.doubts.items():
        yield LogWarning(doubt.code, draft.epochs[index].line, doubt.text)
    partial = _partial(draft)
    if partial and partial.logs and draft.progress and draft.progress.doubt:
        yield LogWarning(draft.progress.doubt.code, partial.line, draft.progress.doubt.text)
    if draft.numbers_guessed:
        yield LogWarning("epoch-guessed", draft.epochs[0].line, _GUESSED)
    pairs = zip(draft.epochs, draft.epochs[1:], strict=False)
    gap = next((epoch for before, epoch in pairs if epoch.epoch > before.epoch + 1), None)
    if gap:
        yield LogWarning("epochs-missing", gap.line, f"epochs before epoch {gap.epoch} are missing")


def _message(message: CallbackMessage, shift: bool) -> Message:
    number = _number(message, shift)
    value, monitor, schedules, saved = message.value, message.monitor, message.schedules, message.saved
    return Message(message.line, message.kind, message.text, number, value, monitor, schedules, saved)


def _number(message: CallbackMessage, shift: bool) -> int | None:
    """Returns the epoch of a message, counted from 1; callbacks of Keras before 2.0.9 count from 0."""
    return message.epoch + shift if message.epoch is not None else None


def _with_rates(epochs: Iterable[Epoch], messages: Iterable[CallbackMessage], shift: bool) -> Iterable[Epoch]:
    """Adds the learning rate to each epoch: the exact one of a message if there is one, else the rounded printed one.

    The message of a `LearningRateScheduler` is about the epoch that begins. That of `ReduceLROnPlateau` comes at the
    end of an epoch, and is about all epochs after it.
    """
    rates = [(_number(each, shift), each) for each in messages if each.kind == "learning_rate"]
    scheduled = {number: each.value for number, each in rates if each.schedules}
    reduced = {number: each.value for number, each in rates if not each.schedules}
    current: float | None = None
    for epoch in epochs:
        if not rates and RATES.isdisjoint(epoch.logs):
            yield epoch
            continue
        printed = look_up(epoch.logs, "learning_rate")
        fits = current is not None and (printed is None or printed_alike(printed, current))
        yield epoch._replace(learning_rate=scheduled.get(epoch.epoch, current if fits else printed))
        current = reduced.get(epoch.epoch, current)


def _parameters(counts: Mapping[ParameterKind, ParameterCount]) -> Parameters | None:
    """Adds up parameter counts: the total of Keras 3 includes the optimizer's variables, so its parts are added."""
    by_kind = {kind: each.number for kind, each in counts.items()}
    trainable, non_trainable = by_kind.get("trainable"), by_kind.get("non_trainable")
    total = by_kind.get("total")
    if trainable is not None and non_trainable is not None:
        total = trainable + non_trainable
    if total is None:
        return None
    line = min(each.line for kind, each in counts.items() if kind != "layer")
    return Parameters(line, total, trainable, non_trainable, by_kind.get("optimizer"), by_kind.get("layer"))


def _evaluations(draft: Draft) -> tuple[list[Evaluation], list[LogWarning]]:
    """Names the values of printed scores, if the metrics of the epochs leave no doubt about the names."""
    evaluations: list[Evaluation] = []
    warnings: list[LogWarning] = []
    if not draft.scores:
        return evaluations, warnings
    validation = set(draft.validation.values())
    trained = [name for name in names(epoch.logs for epoch in draft.epochs) if name not in validation]
    known = _score_names(trained)
    for score in draft.scores:
        if score.logs:
            evaluations.append(Evaluation(score.line, _spelt(score.logs, trained)))
        elif len(known) == len(score.values):
            evaluations.append(Evaluation(score.line, dict(zip(known, score.values, strict=True))))
        else:
            text = f"a list of {len(score.values)} numbers, of which the log does not say which metric each one is"
            warnings.append(LogWarning("score-without-names", score.line, text))
    return evaluations, warnings


def _spelt(logs: Mapping[str, float], trained: Iterable[str]) -> dict[str, float]:
    """Renames metrics as the epochs name them: a script prints `Test accuracy` for what Keras calls `acc`."""
    known = {alias(name): name for name in trained}
    return {known.get(alias(name), name): value for name, value in logs.items()}


def _score_names(trained: Sequence[str]) -> tuple[str, ...]:
    """Returns the metrics in the order in which `evaluate` returns them: `loss`, then the others as in `compile`.

    Keras 1 and 2 print metrics in this order. Keras 3 sorts them, so that the order of several is unknown.
    """
    others = [name for name in trained if name != "loss" and name not in RATES]
    ordered = list(trained[:1]) == ["loss"] or len(others) == 1
    return ("loss", *others) if ordered and "loss" in trained else ()
