"""Defines the class `Experiment` and the two experiments of this project."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from reporter.errors import ExperimentError
from reporter.training import mnist

if TYPE_CHECKING:
    import keras

LEARNING_RATE = 0.003


def learning_rate(epoch: int) -> float:
    """Computes the learning rate of an epoch, with the schedule of the original notebooks.

    Args:
        epoch: The epoch, counted from 0 as in `keras.callbacks.LearningRateScheduler`.

    Returns:
        `0.003 / (1 + 0.319 * epoch)`, rounded to ten decimals as in the notebooks.
    """
    return round(LEARNING_RATE / (1 + 0.319 * epoch), 10)


def adam() -> keras.optimizers.Optimizer:
    """Builds the optimizer of the original notebooks."""
    import keras

    return keras.optimizers.Adam(LEARNING_RATE)


def scheduler_callbacks() -> list[keras.callbacks.Callback]:
    """Builds the callback of the original notebooks: a scheduler that prints the rate of each epoch."""
    import keras

    return [keras.callbacks.LearningRateScheduler(learning_rate, verbose=1)]


@dataclass(frozen=True)
class Experiment:
    """Holds everything that is needed to train one model: the arguments of `compile` and `fit`.

    Model, data, optimizer and callbacks are functions, so that an experiment can be listed without importing Keras.

    Attributes:
        name: Name of the folder of its logs.
        model: Builds the model, which must not be compiled.
        title: The heading of its log, which becomes the name of its runs; by default `name`.
        note: A sentence about the experiment, printed under the heading.
        data: Loads the data; its argument is the file given with `--data`, or None.
        optimizer: Builds the optimizer.
        loss: Name of the loss in Keras.
        metrics: Names of the metrics in Keras.
        callbacks: Builds the callbacks for `fit`.
        reference: Builds the model from layers of Keras, if `model` builds it from faster ones.
        epochs: Number of epochs of a full training.
        batch_size: Number of samples per step.
    """

    name: str
    model: Callable[[], keras.Model]
    title: str = ""
    note: str = ""
    data: Callable[[Path | None], mnist.Data] = mnist.load
    optimizer: Callable[[], keras.optimizers.Optimizer] = adam
    loss: str = "categorical_crossentropy"
    metrics: Sequence[str] = ("acc",)
    callbacks: Callable[[], list[keras.callbacks.Callback]] = scheduler_callbacks
    reference: Callable[[], keras.Model] | None = None
    epochs: int = 20
    batch_size: int = 64


def _block(filters: int, *, use_bias: bool, faster: bool) -> list[keras.layers.Layer]:
    """Builds one block of layers: convolution, batch normalisation, dropout."""
    import keras

    if faster:
        from reporter.training import layers
    else:
        layers = keras.layers
    return [
        keras.layers.Conv2D(filters, 3, activation="relu", use_bias=use_bias),
        layers.BatchNormalization(),
        layers.Dropout(0.1),
    ]


def _body(first: int, second: int, *, use_bias: bool, faster: bool) -> list[keras.layers.Layer]:
    """Builds all layers before the head: two blocks, a 1x1 convolution, a pooling, four blocks."""
    from keras import layers

    return [
        layers.Input((28, 28, 1)),
        *_block(first, use_bias=use_bias, faster=faster),
        *_block(second, use_bias=use_bias, faster=faster),
        layers.Conv2D(10, 1, activation="relu", use_bias=use_bias),
        layers.MaxPooling2D(2),
        *(layer for _ in range(4) for layer in _block(16, use_bias=use_bias, faster=faster)),
    ]


def code9_model(*, faster: bool = True) -> keras.Model:
    """Builds the model of `Assignment2_code9.ipynb`: 14,864 parameters, with a 4x4 convolution as head.

    Args:
        faster: Whether to use the layers of `reporter.training.layers` instead of those of Keras.
    """
    import keras
    from keras import layers

    body = _body(12, 28, use_bias=True, faster=faster)
    head = [layers.Conv2D(10, 4), layers.Flatten(), layers.Activation("softmax")]
    return keras.Sequential(body + head, name="code9")


def gap_model(*, faster: bool = True) -> keras.Model:
    """Builds the model of `Using_GAP.ipynb`: 11,504 parameters, with global average pooling as head.

    Args:
        faster: Whether to use the layers of `reporter.training.layers` instead of those of Keras.
    """
    import keras
    from keras import layers

    body = _body(16, 16, use_bias=False, faster=faster)
    head = [layers.Conv2D(10, 1, use_bias=False), layers.GlobalAveragePooling2D(), layers.Activation("softmax")]
    return keras.Sequential(body + head, name="gap")


code9 = Experiment("code9", code9_model, title="Assignment2_code9.ipynb", reference=partial(code9_model, faster=False))
gap = Experiment(
    "gap",
    gap_model,
    title="Using_GAP.ipynb",
    note="Tried using Global average pooling",
    reference=partial(gap_model, faster=False),
)

EXPERIMENTS = {experiment.name: experiment for experiment in (code9, gap)}


def find_experiment(name: str) -> Experiment:
    """Finds an experiment by its name.

    Args:
        name: A key of `EXPERIMENTS`, `module:attribute` or `file.py:attribute`.

    Returns:
        The experiment.

    Raises:
        ExperimentError: There is nothing of that name, or it is not an `Experiment`.
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


def module_of(name: str) -> ModuleType:
    """Gives the module in which `find_experiment` has found an experiment."""
    place = name.rpartition(":")[0] or __name__
    return sys.modules[Path(place).stem if place.endswith(".py") else place]


def _import_module(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise ExperimentError(f"{error}; name a module that can be imported, or a file.py", name) from None


def _import_file(path: Path) -> ModuleType:
    """Imports a file by its path, with its folder first in `sys.path`, as Python does for a script."""
    if not path.is_file():
        raise ExperimentError("no such file; name the Python file that defines the experiment", path)
    sys.path.insert(0, str(path.parent.resolve()))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # dataclasses and pickle look the module up there
    spec.loader.exec_module(module)
    return module
