"""Makes the run of a draft at its end: names its scores, adds up its parameters, gives its epochs their rates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from reporter.model import Epoch, Evaluation, LogWarning, Message, Parameters, Run, alias, look_up, names
from reporter.reading.draft import Draft
from reporter.reading.events import CallbackMessage, ParameterCount, ParameterKind, Score

_KERAS_3_BAR = (
    "the bars of Keras 3.0 to 3.10 print wrong train metrics, and so does evaluate() there; "
    "val_ metrics are right, and so is all from 3.11 on"
)
_GUESSED = "results without header: their epochs are counted from 1, and one alone may be of evaluate()"
_ROUNDED = 0.5001e-4
"""How far a rate on a line, which has four decimals, may be from the one announced."""


def conclude(draft: Draft, name: str) -> Run:
    """Make the run of a draft.

    Args:
        draft: The draft, ended.
        name: What the run is called.

    Returns:
        The run.
    """
    evaluations, warnings = _evaluations(draft.scores, draft.epochs)
    warnings = sorted([*draft.warnings, *warnings, *_doubts(draft)], key=lambda warning: warning.line)
    shift = draft.generation == "1" or any(message.epoch == 0 for message in draft.messages)
    return Run(
        name=name,
        line=draft.line,
        status=draft.status,
        epochs=tuple(_with_rates(draft.epochs, draft.messages, shift)),
        epochs_declared=draft.declared,
        generation=draft.generation,
        note=" ".join(" ".join(draft.section.prose).split()),
        samples=draft.samples,
        parameters=_parameters(draft.parameters),
        partial=draft.partial,
        evaluations=tuple(sorted(draft.evaluations + evaluations, key=lambda evaluation: evaluation.line)),
        messages=tuple(_message(each, shift) for each in draft.messages),
        warnings=tuple(warnings),
    )


def _doubts(draft: Draft) -> Iterable[LogWarning]:
    """Say what the style of the log gives reason to doubt."""
    bar = next((epoch for epoch in draft.epochs if "━" in epoch.text), None)
    if bar:
        yield LogWarning("keras-3-bar", bar.line, _KERAS_3_BAR)
    if draft.guessed:
        yield LogWarning("epoch-guessed", draft.epochs[0].line, _GUESSED)
    pairs = zip(draft.epochs, draft.epochs[1:], strict=False)
    gap = next((epoch for before, epoch in pairs if epoch.epoch > before.epoch + 1), None)
    if gap:
        yield LogWarning("epochs-missing", gap.line, f"epochs before epoch {gap.epoch} are missing")


def _message(message: CallbackMessage, shift: bool) -> Message:
    number = _number(message, shift)
    return Message(message.line, message.kind, message.text, number, message.value, message.monitor)


def _number(message: CallbackMessage, shift: bool) -> int | None:
    """Give the epoch of a message, counted from 1; callbacks of Keras before 2.0.9 count from 0."""
    return message.epoch + shift if message.epoch is not None else None


def _with_rates(epochs: Iterable[Epoch], messages: Iterable[CallbackMessage], shift: bool) -> Iterable[Epoch]:
    """Give each epoch the learning rate that a callback announced in full, else the rounded one on its line.

    A scheduler speaks of the epoch that begins, `ReduceLROnPlateau` of all that follow the one that ends.
    """
    said = [(_number(each, shift), each) for each in messages if each.kind == "learning_rate"]
    scheduled = {number: each.value for number, each in said if _schedules(each)}
    reduced = {number: each.value for number, each in said if not _schedules(each)}
    current: float | None = None
    for epoch in epochs:
        if not said and "lr" not in epoch.logs and "learning_rate" not in epoch.logs:
            yield epoch
            continue
        printed = look_up(epoch.logs, "learning_rate")
        fits = current is not None and (printed is None or abs(current - printed) <= _ROUNDED)
        yield epoch._replace(learning_rate=scheduled.get(epoch.epoch, current if fits else printed))
        current = reduced.get(epoch.epoch, current)


def _schedules(message: CallbackMessage) -> bool:
    return "LearningRateScheduler" in message.text


def _parameters(counts: Mapping[ParameterKind, ParameterCount]) -> Parameters | None:
    """Add up a summary: Keras 3 counts the optimizer's variables in its total, so that the parts are trusted first."""
    by_kind = {kind: count.number for kind, count in counts.items()}
    trainable, non_trainable = by_kind.get("trainable"), by_kind.get("non_trainable")
    total = by_kind.get("total")
    if trainable is not None and non_trainable is not None:
        total = trainable + non_trainable
    if total is None:
        return None
    line = min(count.line for count in counts.values())
    return Parameters(line, total, trainable, non_trainable, by_kind.get("optimizer"))


def _evaluations(scores: Sequence[Score], epochs: Iterable[Epoch]) -> tuple[list[Evaluation], list[LogWarning]]:
    """Name the values of printed scores, where the epochs prove the names."""
    evaluations: list[Evaluation] = []
    warnings: list[LogWarning] = []
    if not scores:
        return evaluations, warnings
    trained = [name for name in names(epoch.logs for epoch in epochs) if not name.startswith("val_")]
    known = _score_names(trained)
    for score in scores:
        if score.logs:
            evaluations.append(Evaluation(score.line, _spelt(score.logs, trained)))
        elif len(known) == len(score.values):
            evaluations.append(Evaluation(score.line, dict(zip(known, score.values, strict=True))))
        else:
            text = f"a list of {len(score.values)} numbers, of which the log does not say which metric each one is"
            warnings.append(LogWarning("score-without-names", score.line, text))
    return evaluations, warnings


def _spelt(logs: Mapping[str, float], trained: Iterable[str]) -> dict[str, float]:
    """Spell metrics as the epochs do: a script prints `Test accuracy` of a metric that Keras calls `acc`."""
    known = {alias(name): name for name in trained}
    return {known.get(alias(name), name): value for name, value in logs.items()}


def _score_names(trained: Sequence[str]) -> tuple[str, ...]:
    """Give the metrics that `evaluate` returns: `loss`, then the others in the order `compile` was given them.

    Keras 1 and 2 print metrics in that order, loss first. Keras 3 sorts them, so that more than one is ambiguous.
    """
    others = [name for name in trained if name not in ("loss", "lr", "learning_rate")]
    ordered = list(trained[:1]) == ["loss"] or len(others) == 1
    return ("loss", *others) if ordered and "loss" in trained else ()
