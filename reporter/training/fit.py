"""Trains one experiment in this process and prints its log: `python -m reporter.training.fit --help`."""

from __future__ import annotations

import math
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from reporter.documents.files import replace_file
from reporter.model import Record
from reporter.training.backup import Backup
from reporter.training.checkpoints import Checkpoints
from reporter.training.experiments import Experiment, find_experiment
from reporter.training.identity import checksum, versions
from reporter.training.process import end_with, use_steady_clock


def fit(
    experiment: Experiment,
    *,
    seed: int,
    epochs: int,
    samples: int | None,
    data: Path | None,
    reference: bool,
    keep: Callable[[Record], None],
    checkpoints: Checkpoints | None = None,
    after: int = 0,
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
        checkpoints: Where the state after each epoch is saved; None to save none.
        after: Number of the epoch after which the training is resumed; 0 for a new training.
    """
    started = time.monotonic()
    use_steady_clock()
    keras.utils.set_random_seed(seed)
    x_train, y_train, x_test, y_test = experiment.data(data)
    batches = Shuffled(x_train[:samples], y_train[:samples], experiment.batch_size, seed, after)
    build = experiment.reference if reference and experiment.reference else experiment.model
    model = build()
    if after:
        print(f"Resumed after epoch {after} of {epochs}")
    else:
        _print_head(experiment, model, seed, len(batches.x), len(x_test))
    record = replace(
        _record(experiment, model, seed, epochs, len(batches.x), checksum(batches.x, batches.y, x_test, y_test)),
        settings=_settings("Keras" if build != experiment.model or not experiment.reference else "faster"),
    )
    keep(record)
    model.compile(experiment.optimizer(), loss=experiment.loss, metrics=list(experiment.metrics))
    callbacks = _with_defaults(experiment.callbacks())
    backup = Backup(checkpoints, callbacks, after, started) if checkpoints else None
    history = model.fit(
        batches,
        shuffle=False,  # the batches are shuffled already
        epochs=epochs,
        initial_epoch=epochs if backup and backup.has_stopped else after,
        validation_data=(x_test, y_test),
        callbacks=[*callbacks, *([backup] if backup else [])],
    )
    score = model.evaluate(x_test, y_test, verbose=0)
    print(score)
    named = dict(zip(("loss", *experiment.metrics), score, strict=True))
    seconds = backup.seconds if backup else time.monotonic() - started
    keep(replace(record, history=history.history, score=named, seconds=round(seconds, 1)))


class Shuffled(keras.utils.PyDataset):  # type: ignore[misc]  # Keras has no types
    """Gives batches in a new order in each epoch; the orders depend only on the seed.

    With a seed set, `fit` of Keras 3 on TensorFlow shuffles arrays into the same order in every epoch, so that a batch
    has the same images from the first epoch to the last.

    Args:
        x: Samples, of shape (n, ...).
        y: Targets, of shape (n, ...).
        batch_size: Number of samples per batch.
        seed: Seed of the orders.
        epoch: Number of epochs that are finished already.
    """

    def __init__(self, x: NDArray[Any], y: NDArray[Any], batch_size: int, seed: int, epoch: int = 0) -> None:
        super().__init__()
        self.x, self.y = x, y
        self._batch_size = batch_size
        self._seed = seed
        self._epoch = epoch
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


def _with_defaults(callbacks: Sequence[keras.callbacks.Callback]) -> list[keras.callbacks.Callback]:
    """Adds the callbacks that `fit` adds itself otherwise, behind all that it is given."""
    defaults = (keras.callbacks.History, keras.callbacks.ProgbarLogger)
    missing = [kind() for kind in defaults if not any(isinstance(each, kind) for each in callbacks)]
    return [*callbacks, *missing]


def _record(experiment: Experiment, model: keras.Model, seed: int, epochs: int, samples: int, data: str) -> Record:
    """Makes the record before the first epoch, without a history."""
    return Record(
        experiment=experiment.name,
        seed=seed,
        epochs=epochs,
        samples=samples,
        batch_size=experiment.batch_size,
        parameters=_parameters(model),
        versions=versions(),
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
    replace_file(path, record.to_json())


@click.command()
@click.argument("experiment")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of all random numbers.")
@click.option("--epochs", type=click.IntRange(1), help="Epochs to train.  [default: the experiment's]")
@click.option("--samples", type=click.IntRange(1), help="Training samples to use.  [default: all]")
@click.option("--data", type=click.Path(path_type=Path), help="File to load the data from.")
@click.option("--record", type=click.Path(path_type=Path), default=os.devnull, help="File to write the record to.")
@click.option("--reference", is_flag=True, help="Use the layers of Keras, not faster ones.")
@click.option("--log", type=click.Path(path_type=Path), help="Keep checkpoints beside this log.")
@click.option("--after", type=click.IntRange(0), default=0, help="Resume after this epoch, from its checkpoint.")
@click.option("--lifeline", type=int, help="Descriptor of a pipe; when its other end is closed, the training ends.")
@click.option("--core", "cores", type=int, multiple=True, help="A processor core to use.  [default: all]")
def main(
    experiment: str,
    seed: int,
    epochs: int | None,
    samples: int | None,
    data: Path | None,
    record: Path,
    reference: bool,
    log: Path | None,
    after: int,
    lifeline: int | None,
    cores: tuple[int, ...],
) -> None:
    """Train EXPERIMENT in this process and print its log."""
    sys.stderr = sys.stdout  # Python's warnings and tracebacks go to the log, the messages of C++ libraries do not
    if cores and hasattr(os, "sched_setaffinity"):  # on Linux
        os.sched_setaffinity(0, cores)
    if lifeline is not None:
        end_with(lifeline)
    found = find_experiment(experiment)
    fit(
        found,
        seed=seed,
        epochs=epochs or found.epochs,
        samples=samples,
        data=data,
        reference=reference,
        keep=lambda known: _write(known, record),
        checkpoints=Checkpoints(log) if log else None,
        after=after,
    )


if __name__ == "__main__":
    main()
