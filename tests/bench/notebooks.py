"""Trains both experiments as their notebooks do: `python -m tests.bench.notebooks EPOCHS SAMPLES`.

They call `fit` on arrays, one model after the other, with the layers and the settings of Keras and TensorFlow.
"""

from __future__ import annotations

import sys

from reporter.training.experiments import EXPERIMENTS, Experiment
from reporter.training.mnist import load


def train(experiment: Experiment, epochs: int, samples: int) -> None:
    x_train, y_train, x_test, y_test = load()
    model = (experiment.reference or experiment.model)()
    model.compile(experiment.optimizer(), loss=experiment.loss, metrics=list(experiment.metrics))
    model.fit(
        x_train[:samples],
        y_train[:samples],
        batch_size=experiment.batch_size,
        epochs=epochs,
        validation_data=(x_test, y_test),
        callbacks=experiment.callbacks(),
    )
    model.evaluate(x_test, y_test, verbose=0)


if __name__ == "__main__":
    for each in EXPERIMENTS.values():
        train(each, *map(int, sys.argv[1:]))
