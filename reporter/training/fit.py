"""Trains one experiment in this process and prints its log: `python -m reporter.training.fit --help`."""

from __future__ import annotations

import math
import os
import platform
import sys
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from reporter.model import Record
from reporter.training.experiments import Experiment, find_experiment

_PACKAGES = ("keras-reporter", "keras", "tensorflow", "numpy")


def fit(
    experiment: Experiment,
    *,
    seed: int,
    epochs: int,
    samples: int | None,
    data: Path | None,
    reference: bool,
    keep: Callable[[Record], None],
) -> None:
    """Trains and evaluates one experiment, and prints its log.

    Args:
        experiment: The experiment.
        seed: Seed of all random numbers; on a CPU the same seed gives the same log, except for the times.
        epochs: Number of epochs.
        samples: Number of training samples to use, counted from the first; by default all.
        data: The data file; by default that of the experiment.
        reference: Whether to build the model from layers of Keras, if the experiment has faster ones.
        keep: Called with the record before the first epoch, without a history, and again at the end.
    """
    started = time.monotonic()
    keras.utils.set_random_seed(seed)
    x_train, y_train, x_test, y_test = experiment.data(data)
    batches = Shuffled(x_train[:samples], y_train[:samples], experiment.batch_size, seed)
    build = experiment.reference if reference and experiment.reference else experiment.model
    model = build()
    _print_head(experiment, model, seed, len(batches.x), len(x_test))
    record = replace(
        _record(experiment, model, seed, epochs, len(batches.x), checksum(batches.x, batches.y, x_test, y_test)),
        settings=_settings("Keras" if build != experiment.model or not experiment.reference else "faster"),
    )
    keep(record)
    model.compile(experiment.optimizer(), loss=experiment.loss, metrics=list(experiment.metrics))
    history = model.fit(
        batches,
        shuffle=False,  # the batches are shuffled already
        epochs=epochs,
        validation_data=(x_test, y_test),
        callbacks=experiment.callbacks(),
    )
    score = model.evaluate(x_test, y_test, verbose=0)
    print(score)
    named = dict(zip(("loss", *experiment.metrics), score, strict=True))
    keep(replace(record, history=history.history, score=named, seconds=round(time.monotonic() - started, 1)))


class Shuffled(keras.utils.PyDataset):  # type: ignore[misc]  # Keras has no types
    """Gives batches in a new order in each epoch; the orders depend only on the seed.

    With a seed set, `fit` of Keras 3 on TensorFlow shuffles arrays into the same order in every epoch, so that a batch
    has the same images from the first epoch to the last.

    Args:
        x: Samples, of shape (n, ...).
        y: Targets, of shape (n, ...).
        batch_size: Number of samples per batch.
        seed: Seed of the orders.
    """

    def __init__(self, x: NDArray[Any], y: NDArray[Any], batch_size: int, seed: int) -> None:
        super().__init__()
        self.x, self.y = x, y
        self._batch_size = batch_size
        self._seed = seed
        self._epoch = 0
        self._order = self._draw()

    def __len__(self) -> int:
        return math.ceil(len(self.x) / self._batch_size)

    def __getitem__(self, index: int) -> tuple[NDArray[Any], NDArray[Any]]:
        chosen = self._order[index * self._batch_size : (index + 1) * self._batch_size]
        return self.x[chosen], self.y[chosen]

    def on_epoch_end(self) -> None:
        """Draws the order of the next epoch; called by Keras."""
        self._epoch += 1
        self._order = self._draw()

    def _draw(self) -> NDArray[np.int64]:
        """Draws the order of an epoch from the seed and its number only, so that a resumed training draws the same."""
        return np.random.default_rng((self._seed, self._epoch)).permutation(len(self.x))


def checksum(*arrays: NDArray[Any]) -> str:
    """Computes a checksum of data, so that runs on other data are not taken for seeds of one experiment.

    Args:
        arrays: The arrays; their types and shapes count, too.

    Returns:
        The CRC-32 as eight hexadecimal digits.
    """
    found = 0
    for array in arrays:
        found = zlib.crc32(f"{array.dtype} {array.shape}".encode(), found)
        found = zlib.crc32(np.ascontiguousarray(array).data, found)
    return f"{found:08x}"


def _record(experiment: Experiment, model: keras.Model, seed: int, epochs: int, samples: int, data: str) -> Record:
    """Makes the record before the first epoch, without a history."""
    return Record(
        experiment=experiment.name,
        seed=seed,
        epochs=epochs,
        samples=samples,
        batch_size=experiment.batch_size,
        parameters=_parameters(model),
        versions={"python": platform.python_version()} | {name: version(name) for name in _PACKAGES},
        platform=f"{platform.system()} {platform.machine()}",
        name=experiment.title or experiment.name,
        data=data,
    )


def _settings(layers: str) -> dict[str, str]:
    """Describes how the training is computed; none of it changes what is computed, but for rounding errors."""
    threads = tf.config.threading.get_intra_op_parallelism_threads()
    return {
        "layers": layers,
        "onednn": {"0": "off", "1": "on"}.get(os.environ.get("TF_ENABLE_ONEDNN_OPTS", ""), "chosen by TensorFlow"),
        "threads": str(threads or os.environ.get("TF_NUM_INTRAOP_THREADS", "chosen by TensorFlow")),
    }


def _print_head(experiment: Experiment, model: keras.Model, seed: int, train: int, validation: int) -> None:
    """Prints the versions, the heading, the model and the number of samples, which `fit` of Keras 3 does not print."""
    print(f"Keras {version('keras')}, TensorFlow {version('tensorflow')}, seed {seed}\n")
    print(f"# {experiment.title or experiment.name}\n")
    if experiment.note:
        print(f"{experiment.note}\n")
    model.summary()
    print(f"Train on {train} samples, validate on {validation} samples")


def _parameters(model: keras.Model) -> dict[str, int]:
    """Counts the parameters of a model, without those of its optimizer."""
    trainable, non_trainable = (
        sum(math.prod(weight.shape) for weight in weights)
        for weights in (model.trainable_weights, model.non_trainable_weights)
    )
    return {"total": trainable + non_trainable, "trainable": trainable, "non_trainable": non_trainable}


def _write(record: Record, path: Path) -> None:
    path.write_text(record.to_json(), encoding="utf-8")


@click.command()
@click.argument("experiment")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of all random numbers.")
@click.option("--epochs", type=click.IntRange(1), help="Epochs to train.  [default: the experiment's]")
@click.option("--samples", type=click.IntRange(1), help="Training samples to use.  [default: all]")
@click.option("--data", type=click.Path(path_type=Path), help="File to load the data from.")
@click.option("--record", type=click.Path(path_type=Path), default=os.devnull, help="File to write the record to.")
@click.option("--reference", is_flag=True, help="Use the layers of Keras, not faster ones.")
@click.option("--core", "cores", type=int, multiple=True, help="A processor core to use.  [default: all]")
def main(
    experiment: str,
    seed: int,
    epochs: int | None,
    samples: int | None,
    data: Path | None,
    record: Path,
    reference: bool,
    cores: tuple[int, ...],
) -> None:
    """Train EXPERIMENT in this process and print its log."""
    sys.stderr = sys.stdout  # Python's warnings and tracebacks go to the log, the messages of C++ libraries do not
    if cores and hasattr(os, "sched_setaffinity"):  # on Linux
        os.sched_setaffinity(0, cores)
    found = find_experiment(experiment)
    fit(
        found,
        seed=seed,
        epochs=epochs or found.epochs,
        samples=samples,
        data=data,
        reference=reference,
        keep=lambda known: _write(known, record),
    )


if __name__ == "__main__":
    main()
