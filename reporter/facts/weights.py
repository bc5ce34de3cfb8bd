"""Tells which weights an evaluation is of: those of the last epoch, restored ones, or those of a checkpoint."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from reporter.facts.equality import Equality, ValidationValues
from reporter.facts.kept import Kept, Kind, Model, Reason, after_training, kind_of, quoted
from reporter.facts.summary import remaining_warnings
from reporter.facts.weights_wording import SHOWN, epochs_text, equal_metrics, equal_to, note, phrase
from reporter.model import Evaluation, Run

_ACCIDENT = 0.05
"""Equal values are no evidence if the evaluation of other data would give them with this probability."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Tells which weights an evaluation is of.

    Attributes:
        line: The line of the evaluation, counted from 1.
        kind: Whose weights they are.
        epochs: The epoch at whose end the model had them; several if the log leaves a choice, none if it does not say.
        text: The answer: `the last epoch's weights (20)`.
        proof: What decides: equal `values`, or the `messages` of callbacks, after which weights may have been loaded
            without a message; None if the answer is unknown.
        evidence: What the answer follows from.
    """

    line: int
    kind: Kind
    epochs: tuple[int, ...]
    text: str
    proof: Literal["values", "messages"] | None = None
    evidence: tuple[Reason, ...] = ()


def weights_of(run: Run) -> tuple[Weights, ...]:
    """Tells which weights the evaluations of a run are of.

    Values decide first: an evaluation of the validation data gives the validation metrics of the epoch whose weights it
    is of. If they are those of no epoch, the messages of callbacks decide, unless they leave a choice.

    Args:
        run: The run.

    Returns:
        One answer for each evaluation, in their order.
    """
    return tuple(_Answers(run).all()) if run.evaluations else ()


class _Answers:
    """Finds the answers for the evaluations of a run."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._kept = Kept(run)
        self._values = ValidationValues(run)
        self._lines = {epoch.epoch: epoch.line for epoch in run.epochs}
        self._model = after_training(self._kept)

    def all(self) -> Iterator[Weights]:
        """Gives the answers, in the order of the evaluations."""
        for evaluation in self._run.evaluations:
            found = self._values.find(evaluation, self._kept.likely)
            epoch = self._chosen(found)
            yield self._by_messages(evaluation, found) if epoch is None else self._by_values(evaluation, epoch, found)

    def _chosen(self, found: Equality) -> int | None:
        """Chooses the epoch that has the values of the evaluation; None if there is none, or a choice."""
        likely = [each for each in found.epochs if each in self._kept.likely]
        if not found.epochs or self._is_accident(found):
            return None
        if self._model.reason and self._model.epoch in found.epochs:
            return self._model.epoch
        choice = likely or found.epochs
        return choice[0] if len(choice) == 1 else None

    def _is_accident(self, found: Equality) -> bool:
        """Tells whether other data may have the same values: the more epochs are tried, the likelier it is."""
        likely = self._kept.likely
        tried = len(likely) if likely.intersection(found.epochs) else len(self._lines)
        return tried * found.accident >= _ACCIDENT

    def _by_values(self, evaluation: Evaluation, epoch: int, found: Equality) -> Weights:
        kind = kind_of(epoch, self._kept)
        evidence = [Reason(self._lines[epoch], f"{equal_metrics(found)} of epoch {epoch}")]
        others = [each for each in found.epochs if each != epoch][:SHOWN]
        evidence += [Reason(self._lines[each], f"epoch {each} has the same values") for each in others]
        message = self._kept.restored if kind == "restored" else self._kept.saving(epoch)
        if message and kind in ("restored", "checkpoint"):
            evidence.append(quoted(message))
        self._model = Model(kind, epoch, self._model.reason if kind == self._model.kind else None, evaluated=True)
        text = equal_to(kind, epoch, self._kept) if kind in ("checkpoint", "epoch") else phrase(self._model, self._kept)
        text += note(self._model, self._kept)
        return Weights(evaluation.line, kind, (epoch,), text, "values", tuple(evidence))

    def _by_messages(self, evaluation: Evaluation, found: Equality) -> Weights:
        """Answers by the messages of callbacks, where the values do not decide."""
        model, doubt = self._model, self._doubt(evaluation)
        rivals, why = self._kept.saved_best - {model.epoch}, self._why(found)
        text = phrase(model, self._kept) + note(model, self._kept)
        epochs = (model.epoch,) if model.epoch else ()
        if not doubt and model.reason and not rivals:
            evidence = (model.reason, Reason(evaluation.line, why))
            return Weights(evaluation.line, model.kind, epochs, text, "messages", evidence)
        if doubt:
            return Weights(evaluation.line, "unknown", (), f"unknown: {doubt}, and {why}")
        choice = tuple(found.epochs[:SHOWN]) if found.epochs and not self._is_accident(found) else ()
        if not choice and model.reason:
            choice = tuple(sorted({*rivals, *epochs}))
        before = "the evaluation before is of" if model.evaluated else "training ended with"
        return Weights(evaluation.line, "unknown", choice, f"unknown: {why}; {before} {text}")

    def _doubt(self, evaluation: Evaluation) -> str:
        """Gives a reason why the weights after training need not be those of an evaluation; empty if there is none."""
        epochs, partial = self._run.epochs, self._run.partial
        if not epochs:
            return "the run has no finished epoch"
        if evaluation.line < epochs[0].line:
            return "it stands above the first epoch"
        if evaluation.line < epochs[-1].line:
            return "it was printed during training"
        if partial and self._model.kind == "last" and not self._model.reason:
            return f"training ended in the middle of epoch {partial.epoch}"
        return ""

    def _why(self, found: Equality) -> str:
        """Says why the values of an evaluation do not decide."""
        if not found.metrics:
            return "no epoch has validation metrics to compare it with"
        if not found.epochs:
            wrong = any(each.code == "keras-3-bar" for each in remaining_warnings(self._run))
            return "its values match no epoch" + (", but such bars of Keras 3 may print wrong ones" if wrong else "")
        epochs = epochs_text(found.epochs)
        if self._is_accident(found):
            names = " and ".join(name for name, _ in found.metrics)
            return f"the digits of {names} are too few to tell, {epochs} fit{'s' if len(found.epochs) == 1 else ''}"
        return f"its values are those of {epochs}, to all digits"
