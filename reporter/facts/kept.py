"""Collects which weights a training kept: those of the last epoch, those restored, and those of checkpoints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from reporter.model import Message, Run, direction
from reporter.model.best import best_of

Kind = Literal["last", "restored", "checkpoint", "epoch", "unknown"]
"""Whose weights: of the last epoch, restored by `EarlyStopping`, of a file of `ModelCheckpoint`, of another epoch."""

_TIES = 3
"""Most epochs of one best value that count."""

_MONITORS = 3
"""Most metrics whose checkpoints count."""

_METRICS = 8
"""Most validation metrics whose best epochs count."""


class Reason(NamedTuple):
    """Holds a piece of evidence.

    Attributes:
        line: The line of the log, counted from 1.
        text: What it says.
    """

    line: int
    text: str


class Model(NamedTuple):
    """Holds which weights the model has.

    Attributes:
        kind: Whose weights they are.
        epoch: The epoch; None if no line names it.
        reason: The line of a callback that says so; None if there is none.
        evaluated: Whether an evaluation has the values of the epoch.
    """

    kind: Kind
    epoch: int | None
    reason: Reason | None = None
    evaluated: bool = False


class Kept:
    """Holds the epochs of a run whose weights exist when training has ended.

    Attributes:
        last: The last finished epoch; None if there is none.
        restored: The message that `EarlyStopping` restores weights.
        stopped: The message that `EarlyStopping` stops training.
        checkpoints: For each metric that a `ModelCheckpoint` monitors, the message that it saves the best model.
        peaks: The validation metrics, each with the first epochs of its best value: printed values may be tied.
        saved_best: The epochs of `checkpoints`.
        likely: The epochs whose weights people evaluate: the last one, and the best ones.
    """

    def __init__(self, run: Run) -> None:
        self.last = run.epochs[-1].epoch if run.epochs else None
        kinds = {message.kind: message for message in run.messages}
        self.restored, self.stopped = kinds.get("restored_weights"), kinds.get("early_stopping")
        saved = [message for message in run.messages if message.saved]
        best = {message.monitor: message for message in saved if message.monitor}
        self.checkpoints = [message for message in best.values() if message.epoch is not None][-_MONITORS:]
        files = {message.saved: message for message in saved}
        self._saved = {message.epoch: message for message in (*files.values(), *self.checkpoints)}
        self.peaks = dict(_peaks(run))
        self.saved_best = {message.epoch for message in self.checkpoints if message.epoch is not None}
        peaks = {epoch for epochs in self.peaks.values() for epoch in epochs}
        known = {each for each in (self.last, self.restored_epoch) if each is not None}
        self.likely = known | peaks | self.saved_best

    @property
    def restored_epoch(self) -> int | None:
        """The epoch whose weights were restored; Keras prints it from 2.7 on."""
        return int(self.restored.value) if self.restored and self.restored.value else None

    def peak(self, epoch: int | None) -> str | None:
        """Names a validation metric that has its best value at an epoch."""
        return next((name for name, epochs in self.peaks.items() if epoch in epochs), None)

    def saving(self, epoch: int) -> Message | None:
        """Finds the message that the model of an epoch is saved to a file that no later epoch replaces."""
        return self._saved.get(epoch)


def _peaks(run: Run) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Gives each validation metric and the first epochs of its best value, the losses last."""
    validated = [name for name in run.metrics if name.startswith("val_")]
    for name in sorted(validated[:_METRICS], key=lambda name: "loss" in name):
        mode = direction(name)
        if mode and (best := best_of(run.epochs, name, mode)):
            yield name, best.epochs[:_TIES]


def after_training(kept: Kept) -> Model:
    """Tells which weights the model has when training ends.

    `EarlyStopping` prints that it restores weights if it prints that it stops. In Keras 2.2.3 to 2.15 it restores only
    when it stops, in Keras 3 and tf_keras 2.16 also if training runs to its end.
    """
    if kept.restored:
        return Model("restored", kept.restored_epoch, quoted(kept.restored))
    stopped = kept.stopped and Reason(kept.stopped.line, f"{kept.stopped.text}; no weights are restored")
    return Model("last", kept.last, stopped)


def kind_of(epoch: int, kept: Kept) -> Kind:
    """Tells whose weights those of an epoch are."""
    if kept.restored and (kept.restored_epoch == epoch or (kept.restored_epoch is None and epoch != kept.last)):
        return "restored"
    if epoch == kept.last:
        return "last"
    return "checkpoint" if kept.saving(epoch) else "epoch"


def quoted(message: Message) -> Reason:
    """Quotes a message as a piece of evidence."""
    return Reason(message.line, message.text)
