"""Trains small networks with Keras and saves what is printed in tests/lint: `python tests/record/lint.py [NAME...]`.

Each function makes one log, of the same name. The data are random numbers of a fixed seed.
"""

from __future__ import annotations

import os
import sys
import traceback
import warnings
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", "COLUMNS": "80"}

import keras
import numpy as np

FOLDER = Path(__file__).parents[1] / "lint"
Data = tuple[np.ndarray, np.ndarray]


def samples(number: int, seed: int, *, noise: float = 0.5) -> Data:
    """Draws points of 8 coordinates, and whether the sum of the first 4 is above 0, as a noisy measurement tells."""
    generator = np.random.default_rng(seed)
    points = generator.normal(size=(number, 8))
    return points, (points[:, :4].sum(axis=1) + generator.normal(scale=noise, size=number) > 0).astype("float32")


TRAIN, VALIDATION, TEST = samples(512, 1), samples(1000, 2), samples(1000, 3)


def network(optimizer: Any = "adam", *, units: int = 8, seed: int = 0, metrics: Any = ("accuracy",)) -> keras.Model:
    """Builds a network of two layers."""
    keras.utils.set_random_seed(seed)
    keras.backend.clear_session(free_memory=True)
    model = keras.Sequential(
        [keras.Input((8,)), keras.layers.Dense(units, "relu"), keras.layers.Dense(1, "sigmoid")], name="net"
    )
    model.compile(optimizer, "binary_crossentropy", metrics=list(metrics))
    return model


def train(model: keras.Model, epochs: int = 8, **options: Any) -> keras.Model:
    """Trains a network, with one line for each epoch unless `verbose` is given."""
    options = {"verbose": 2, "validation_data": VALIDATION, **options}
    model.fit(*options.pop("data", TRAIN), epochs=epochs, batch_size=32, **options)
    return model


class StopAt(keras.callbacks.Callback):  # type: ignore[misc]
    """Stops the program in an epoch, as Ctrl-C does."""

    def __init__(self, epoch: int, step: int) -> None:
        super().__init__()
        self.place, self.epoch = (epoch, step), 0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.epoch = epoch + 1

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if (self.epoch, batch) == self.place:
            raise KeyboardInterrupt


class SetRate(keras.callbacks.Callback):  # type: ignore[misc]
    """Sets the learning rate at the beginning of each epoch, after the callbacks before it."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.model.optimizer.learning_rate = self.rate


class OwnWeight(keras.Model):  # type: ignore[misc]
    """Is a model with a weight that belongs to no layer."""

    def __init__(self) -> None:
        super().__init__(name="own")
        self.dense = keras.layers.Dense(1, "sigmoid")
        self.scale = self.add_weight(shape=(3,), initializer="ones", name="scale")

    def call(self, points: Any) -> Any:
        return self.dense(points) * self.scale[0]


def halved(epoch: int, rate: float) -> float:
    """Halves the learning rate from the third epoch on."""
    return 0.01 if epoch < 2 else 0.005


def clean() -> None:
    train(network(keras.optimizers.Adam(0.003))).evaluate(*TEST, verbose=2)


def scored_on_validation() -> None:
    train(network()).evaluate(*VALIDATION, verbose=2)


def noisy() -> None:
    train(network(keras.optimizers.Adam(0.15)), 20, validation_data=samples(400, 4))


def tied() -> None:
    train(network(keras.optimizers.Adam(0.01)), validation_data=samples(20, 4))


def other_monitor() -> None:
    checkpoint = keras.callbacks.ModelCheckpoint("best.keras", monitor="val_loss", save_best_only=True, verbose=1)
    train(network(keras.optimizers.Adam(0.01), units=256), 12, data=samples(64, 6, noise=2), callbacks=[checkpoint])


def no_such_monitor() -> None:
    train(network(), callbacks=[keras.callbacks.EarlyStopping(monitor="val_acc", mode="max")])


def interrupted() -> None:
    train(network(), callbacks=[StopAt(4, 9)], verbose=1)


def resumed() -> None:
    model = network()
    try:
        train(model, callbacks=[StopAt(6, 9)])
    except KeyboardInterrupt as error:
        traceback.print_exception(error, limit=0)
    train(model, initial_epoch=3)


def not_a_number() -> None:
    points, labels = samples(512, 1)
    labels[300] = np.nan
    train(network(), 4, data=(points, labels), callbacks=[keras.callbacks.TerminateOnNaN()])


def diverging() -> None:
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.9), "mse")
    train(model)


def overfitted() -> None:
    train(network(keras.optimizers.Adam(0.01), units=256), 20, data=samples(64, 6, noise=2))


def settled() -> None:
    train(network(keras.optimizers.Adam(0.05)), 24, validation_data=samples(400, 4))


def dead() -> None:
    train(network(keras.optimizers.SGD(0.0)))


def scheduled() -> None:
    train(network(), 5, callbacks=[keras.callbacks.LearningRateScheduler(halved, verbose=1)])


def scheduled_and_set() -> None:
    train(network(), 5, callbacks=[keras.callbacks.LearningRateScheduler(halved, verbose=1), SetRate(0.002)])


def reduced() -> None:
    plateau = keras.callbacks.ReduceLROnPlateau(monitor="loss", min_delta=1, patience=2, verbose=1)
    train(network(), 5, callbacks=[plateau])


def reduced_and_set() -> None:
    plateau = keras.callbacks.ReduceLROnPlateau(monitor="loss", min_delta=1, patience=2, verbose=1)
    train(network(), 5, callbacks=[plateau, SetRate(0.001)])


def summary() -> None:
    model = network()
    model.summary(line_length=80)
    train(model, 3)


def own_weight() -> None:
    keras.utils.set_random_seed(0)
    model = OwnWeight()
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    model.predict(TEST[0][:1], verbose=0)
    model.summary(line_length=80)
    train(model, 3)


def bars() -> None:
    train(network(), 3, verbose=1)


def nameless_score() -> None:
    model = train(network(metrics=("accuracy", "auc")), 3)
    print(model.evaluate(*TEST, verbose=0))


SCENARIOS: dict[str, Callable[[], None]] = {
    function.__name__.replace("_", "-"): function
    for function in (
        clean,
        scored_on_validation,
        noisy,
        tied,
        other_monitor,
        no_such_monitor,
        interrupted,
        resumed,
        not_a_number,
        diverging,
        overfitted,
        settled,
        dead,
        scheduled,
        scheduled_and_set,
        reduced,
        reduced_and_set,
        summary,
        own_weight,
        bars,
        nameless_score,
    )
}


def record(name: str) -> None:
    """Saves what a scenario prints."""
    with (FOLDER / f"{name}.log").open("w", encoding="utf-8") as log, redirect_stdout(log), redirect_stderr(log):
        try:
            SCENARIOS[name]()
        except KeyboardInterrupt as error:
            traceback.print_exception(error, limit=0)


if __name__ == "__main__":
    warnings.formatwarning = lambda message, *_, **__: f"UserWarning: {message}\n"
    FOLDER.mkdir(exist_ok=True)
    for scenario in sys.argv[1:] or SCENARIOS:
        record(scenario)
    Path("best.keras").unlink(missing_ok=True)
