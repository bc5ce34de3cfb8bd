"""Saves the state of a training after each epoch, and restores it when the training is resumed."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Sequence
from types import FunctionType
from typing import Any

import keras
import numpy as np

from reporter.errors import ResumeError
from reporter.training import snapshot
from reporter.training.checkpoints import Checkpoints, announcement

_OF_KERAS = ("params", "_model")
"""Attributes that Keras gives each callback anew."""


class Backup(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Saves and restores everything that the next epochs depend on.

    That is: the variables of the model, with those of its random layers, and of its optimizer; the attributes of the
    other callbacks, among them the history; the states of Python's and NumPy's random numbers; and whether a callback
    has stopped the training.

    `keras.callbacks.BackupAndRestore` restores the weights, the optimizer and the number of the epoch only. It loses
    the seed generators, so that `Dropout` begins with its first masks again, the history, and the state of callbacks
    such as `EarlyStopping` and `ReduceLROnPlateau`. It also writes two files, one after the other: a training that is
    killed between them repeats an epoch.

    It must be the last callback, so that the other ones have done their work when the state is saved. An attribute of
    a callback that is neither a number, a string, an array, a list, tuple or dictionary of them, nor a function of
    Keras is not saved; nor are random numbers that a callback draws from TensorFlow.

    Args:
        checkpoints: The folder for the states.
        callbacks: The other callbacks.
        after: Number of the last finished epoch, whose state is restored when `fit` begins; 0 for a new training.
        begin: The time of `time.monotonic` at which this process began to train.
    """

    def __init__(
        self, checkpoints: Checkpoints, callbacks: Sequence[keras.callbacks.Callback], after: int, begin: float
    ) -> None:
        super().__init__()
        self._checkpoints = checkpoints
        self._callbacks = list(callbacks)
        self._restored: dict[str, Any] = snapshot.read(checkpoints.file(after)) if after else {}
        self._begin: float = begin - self._restored.get("seconds", 0.0)

    @property
    def has_stopped(self) -> bool:
        """Whether a callback had stopped the training after the epoch that is restored."""
        return bool(self._restored.get("stopped"))

    @property
    def seconds(self) -> float:
        """Seconds that the training took, with those before it was resumed."""
        return time.monotonic() - self._begin

    def on_train_begin(self, logs: object = None) -> None:
        """Restores the state; called by Keras."""
        if not self._restored:
            return
        state = self._restored
        self._assign(state["variables"])
        random.setstate(state["random"]["python"])
        np.random.set_state(state["random"]["numpy"])
        for callback, (attributes, functions) in zip(self._callbacks, state["callbacks"], strict=True):
            for name, (module, function) in functions.items():
                if module.startswith("keras."):
                    setattr(callback, name, getattr(sys.modules[module], function))
            for name, value in attributes.items():
                setattr(callback, name, value)

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:
        """Saves the state, and announces it in the output; called by Keras."""
        state = {
            "variables": [(each.path, keras.ops.convert_to_numpy(each)) for each in self._variables()],
            "random": {"python": random.getstate(), "numpy": np.random.get_state()},
            "callbacks": [(_attributes(each), _functions(each)) for each in self._callbacks],
            "stopped": self.model.stop_training,
            "seconds": self.seconds,
        }
        try:
            snapshot.write(self._checkpoints.file(epoch + 1), state)
        except OSError:  # the disk is full, which must not end the training; the state before stays
            return
        print(announcement(epoch + 1), end="", flush=True)

    def _variables(self) -> list[Any]:
        """Lists the variables of the model and its optimizer, without the metrics, which each epoch resets."""
        optimizer = self.model.optimizer
        if not optimizer.built:
            optimizer.build(self.model.trainable_variables)
        metrics = {id(each) for each in self.model.metrics_variables}
        return [each for each in (*self.model.variables, *optimizer.variables) if id(each) not in metrics]

    def _assign(self, saved: Sequence[tuple[str, Any]]) -> None:
        variables = self._variables()
        expected = [(each.path, tuple(each.shape)) for each in variables]
        if expected != [(name, value.shape) for name, value in saved]:
            message = "holds the variables of another model; restore the code, or start anew with --force"
            raise ResumeError(message, self._checkpoints.folder)
        for variable, (_, value) in zip(variables, saved, strict=True):
            variable.assign(value)


def _attributes(callback: keras.callbacks.Callback) -> dict[str, object]:
    found = vars(callback).items()
    return {name: value for name, value in found if name not in _OF_KERAS and snapshot.can_hold(value)}


def _functions(callback: keras.callbacks.Callback) -> dict[str, tuple[str, str]]:
    """Names the functions of Keras in the attributes of a callback, such as `monitor_op` of `EarlyStopping`.

    Functions of other modules are left out: a file must not decide that any function of Python is called.
    """
    functions = {name: each for name, each in vars(callback).items() if isinstance(each, FunctionType)}
    return {
        name: (each.__module__, each.__name__)
        for name, each in functions.items()
        if each.__module__.startswith("keras.") and getattr(sys.modules[each.__module__], each.__name__, None) is each
    }
