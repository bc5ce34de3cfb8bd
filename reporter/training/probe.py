"""Measures how fast this computer trains with the settings of its environment: `python -m reporter.training.probe`.

oneDNN is switched on or off when TensorFlow is loaded, so that each setting needs a process of its own.
"""

from __future__ import annotations

import json
import time

import keras
import numpy as np
import tensorflow as tf

from reporter.training.experiments import code9

_WARM_UP = 3
"""Steps that are not measured; the first one builds the graph."""

_SECONDS = 1.0
"""Seconds to measure for."""


def measure() -> float:
    """Measures the processor time of a training step of `code9`.

    The processor time is used because other programs disturb it less than the time of a clock.

    Returns:
        The median in milliseconds.
    """
    random = np.random.default_rng(0)
    images = random.random((code9.batch_size, 28, 28, 1), np.float32)
    labels = keras.utils.to_categorical(random.integers(0, 10, code9.batch_size), 10)
    model = code9.model()
    model.compile(code9.optimizer(), loss=code9.loss)
    for _ in range(_WARM_UP):
        model.train_on_batch(images, labels)
    steps: list[float] = []
    while sum(steps) < _SECONDS:
        begin = time.process_time()
        model.train_on_batch(images, labels)
        steps.append(time.process_time() - begin)
    return float(np.median(steps)) * 1000


def main() -> None:
    """Prints the milliseconds of a step, or null if there is a GPU, where the settings make no difference."""
    print(json.dumps(None if tf.config.list_physical_devices("GPU") else round(measure(), 2)))


if __name__ == "__main__":
    main()
