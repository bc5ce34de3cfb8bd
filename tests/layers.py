"""Compares the layers of `reporter.training.layers` with those of Keras, and prints the differences as JSON.

It is a program of its own, because loading TensorFlow takes seconds and prints warnings.
"""

import json
from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from reporter.training import layers
from reporter.training.experiments import EXPERIMENTS

STEPS = 200
"""Training steps to compare."""


Errors = dict[str, float]
"""Name of a result, to its largest difference from the result in float64, relative to the largest value."""


def normalise(layer: keras.layers.Layer, inputs: np.ndarray, upstream: np.ndarray) -> dict[str, np.ndarray]:
    """Runs a layer forwards and backwards on a batch, as a training step does."""
    batch = tf.constant(inputs, layer.compute_dtype)
    with tf.GradientTape() as tape:
        tape.watch(batch)
        outputs = layer(batch, training=True)
        value = tf.reduce_sum(outputs * tf.cast(upstream, outputs.dtype))
    gradients = tape.gradient(value, [batch, *layer.trainable_weights])
    names = ("gradient of inputs", "gradient of gamma", "gradient of beta", "outputs", "mean", "variance")
    results = [*gradients, outputs, *layer.non_trainable_weights]
    return {name: np.asarray(result, np.float64) for name, result in zip(names, results, strict=True)}


def normalisation() -> tuple[Errors, Errors]:
    """Compares both layers at each step with that of Keras in float64, which is exact enough.

    Returns:
        The largest errors of our layer, and of that of Keras in float32.
    """
    exact, theirs = (keras.layers.BatchNormalization(dtype=dtype) for dtype in ("float64", "float32"))
    ours = layers.BatchNormalization()
    worst: tuple[Errors, Errors] = ({}, {})
    random = np.random.default_rng(0)
    for _ in range(STEPS):
        centre, width = random.uniform(0, 2), random.uniform(0.1, 2)
        inputs = np.maximum(random.normal(centre, width, (64, 12, 12, 8)), 0).astype(np.float32)  # as after a ReLU
        upstream = random.normal(0, 1, inputs.shape).astype(np.float32)
        true = normalise(exact, inputs, upstream)
        for layer, errors in zip((ours, theirs), worst, strict=True):
            for name, result in normalise(layer, inputs, upstream).items():
                error = float(np.abs(result - true[name]).max() / np.abs(true[name]).max())
                errors[name] = max(errors.get(name, 0.0), error)
    return worst


def dropout() -> dict[str, float]:
    """Drops ones, so that each value tells whether it was kept."""
    layer = layers.Dropout(0.1, seed=0)
    ones = tf.ones((64, 26, 26, 12))
    first, second = (layer(ones, training=True).numpy() for _ in range(2))
    return {
        "share": float((first == 0).mean()),
        "mean": float(first.mean()),
        "share of both": float(((first == 0) & (second == 0)).mean()),
        "share of neighbours": float(((first[..., 1:] == 0) & (first[..., :-1] == 0)).mean()),
        "values": len(np.unique(first)),
        "changed by evaluate": float(np.abs(layer(ones).numpy() - 1).max()),
    }


def summary(build: Callable[[], keras.Model]) -> list[str]:
    lines: list[str] = []
    keras.utils.clear_session()  # otherwise the names of the layers go on counting
    build().summary(print_fn=lambda line, **_: lines.append(line))
    return lines


def summaries() -> dict[str, bool]:
    """Compares what `model.summary()` prints of each experiment."""
    return {
        name: summary(experiment.model) == summary(experiment.reference)
        for name, experiment in EXPERIMENTS.items()
        if experiment.reference
    }


if __name__ == "__main__":
    print(json.dumps({"normalisation": normalisation(), "dropout": dropout(), "summaries": summaries()}))
