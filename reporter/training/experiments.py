"""Defines what an experiment is, and the two this project reproduces."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from reporter.errors import ExperimentError
from reporter.training import mnist

if TYPE_CHECKING:
    import keras

LEARNING_RATE = 0.003


def learning_rate(epoch: int) -> float:
    """Give the learning rate that the original notebooks schedule.

    Args:
        epoch: The epoch, counted from 0 as `keras.callbacks.LearningRateScheduler` does.

    Returns:
        The learning rate, rounded to ten decimals as the notebooks round it.
    """
    return round(LEARNING_RATE / (1 + 0.319 * epoch), 10)


def adam() -> keras.optimizers.Optimizer:
    """Build the optimizer of the original notebooks."""
    import keras

    return keras.optimizers.Adam(LEARNING_RATE)


def scheduled() -> list[keras.callbacks.Callback]:
    """Build the callbacks of the original notebooks: the schedule, announced at each epoch."""
    import keras

    return [keras.callbacks.LearningRateScheduler(learning_rate, verbose=1)]


@dataclass(frozen=True)
class Experiment:
    """Says all that is needed to train one model: what `compile` and `fit` are called with.

    Nothing here is built before it is needed, so that an experiment can be named and listed without loading Keras.

    Attributes:
        name: The folder its logs go to.
        model: Builds the network, not yet compiled.
        title: The heading of its log, by which its runs are known; `name` by default.
        note: A sentence on what is tried, printed under the heading.
        data: Loads the data, given the file named by `--data` or None.
        optimizer: Builds the optimizer.
        loss: The loss, as Keras names it.
        metrics: The metrics, as Keras names them.
        callbacks: Builds the callbacks of `fit`.
        epochs: How many epochs a full training has.
        batch_size: How many samples a step has.
    """

    name: str
    model: Callable[[], keras.Model]
    title: str = ""
    note: str = ""
    data: Callable[[Path | None], mnist.Data] = mnist.load
    optimizer: Callable[[], keras.optimizers.Optimizer] = adam
    loss: str = "categorical_crossentropy"
    metrics: Sequence[str] = ("acc",)
    callbacks: Callable[[], list[keras.callbacks.Callback]] = scheduled
    epochs: int = 20
    batch_size: int = 64


def _block(filters: int, *, use_bias: bool) -> list[keras.layers.Layer]:
    """Build the unit that both networks repeat: convolution, normalisation, dropout."""
    from keras import layers

    return [
        layers.Conv2D(filters, 3, activation="relu", use_bias=use_bias),
        layers.BatchNormalization(),
        layers.Dropout(0.1),
    ]


def _body(first: int, second: int, *, use_bias: bool) -> list[keras.layers.Layer]:
    """Build what comes before the head: two blocks, a 1x1 convolution, a pooling, four blocks."""
    from keras import layers

    return [
        layers.Input((28, 28, 1)),
        *_block(first, use_bias=use_bias),
        *_block(second, use_bias=use_bias),
        layers.Conv2D(10, 1, activation="relu", use_bias=use_bias),
        layers.MaxPooling2D(2),
        *(layer for _ in range(4) for layer in _block(16, use_bias=use_bias)),
    ]


def code9_model() -> keras.Model:
    """Build the network of `Assignment2_code9.ipynb`: 14,864 parameters, a 4x4 convolution as its head."""
    import keras
    from keras import layers

    body = _body(12, 28, use_bias=True)
    head = [layers.Conv2D(10, 4), layers.Flatten(), layers.Activation("softmax")]
    return keras.Sequential(body + head, name="code9")


def gap_model() -> keras.Model:
    """Build the network of `Using_GAP.ipynb`: 11,504 parameters, global average pooling as its head."""
    import keras
    from keras import layers

    body = _body(16, 16, use_bias=False)
    head = [layers.Conv2D(10, 1, use_bias=False), layers.GlobalAveragePooling2D(), layers.Activation("softmax")]
    return keras.Sequential(body + head, name="gap")


code9 = Experiment("code9", code9_model, title="Assignment2_code9.ipynb")
gap = Experiment("gap", gap_model, title="Using_GAP.ipynb", note="Tried using Global average pooling")

EXPERIMENTS = {experiment.name: experiment for experiment in (code9, gap)}


def find(name: str) -> Experiment:
    """Find an experiment by its name.

    Args:
        name: One of `EXPERIMENTS`, or `module:attribute`, or `file.py:attribute`.

    Returns:
        The experiment.

    Raises:
        ExperimentError: There is none of that name, or what is there is no `Experiment`.
    """
    if name in EXPERIMENTS:
        return EXPERIMENTS[name]
    place, colon, attribute = name.rpartition(":")
    if not colon:
        known = ", ".join(EXPERIMENTS)
        raise ExperimentError(f"no experiment named {name!r}; name one of {known}, or module:attribute")
    module = _import_file(Path(place)) if place.endswith(".py") else _import_module(place)
    found = getattr(module, attribute, None)
    if not isinstance(found, Experiment):
        raise ExperimentError(f"{attribute!r} is not an Experiment there; assign one to that name", place)
    return found


def _import_module(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise ExperimentError(f"{error}; name a module that can be imported, or a file.py", name) from None


def _import_file(path: Path) -> ModuleType:
    """Import a file by its path, its folder first on the search path as for a script."""
    if not path.is_file():
        raise ExperimentError("no such file; name the Python file that defines the experiment", path)
    sys.path.insert(0, str(path.parent.resolve()))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # dataclasses and pickles of that module look it up there
    spec.loader.exec_module(module)
    return module
