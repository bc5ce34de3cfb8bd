"""Reads console text of Keras, as `fit`, `evaluate`, `summary` and the callbacks print it in every generation."""

from __future__ import annotations

from collections.abc import Sequence

from reporter.reading.events import EpochBegin, Progress, Result
from reporter.reading.formats.keras.lines import read_line
from reporter.reading.formats.keras.reader import KerasReader
from reporter.reading.lines import Line

NAME = "keras"

SAMPLES = {
    "Keras 1.2, bar": "60000/60000 [==============================] - 23s - loss: 0.1601 - acc: 0.9497",
    "Keras 2.2, bar": "60000/60000 [==============================] - 23s 380us/step - loss: 0.1601 - acc: 0.9497",
    "Keras 2.2, one line": " - 23s - loss: 0.1601 - acc: 0.9497 - val_loss: 9.8765e-04 - val_acc: 0.9805",
    "tf.keras 2.15, one line": "938/938 - 23s - loss: 0.1601 - acc: 0.9497 - 23s/epoch - 25ms/step",
    "Keras 3, bar": "938/938 ━━━━━━━━━━━━━━━━━━━━ 23s 25ms/step - acc: 0.9497 - loss: 0.1601",
    "Keras 3, one line": "938/938 - 23s - 25ms/step - acc: 0.9497 - loss: 0.1601",
}
"""A finished epoch as each generation prints it; all have the same loss and accuracy."""

_LOWEST = 0.1
"""Confidence in any text, because a log of Keras may begin with many lines of something else."""


def sniff(head: Sequence[Line]) -> float:
    """Estimates how likely a source is console text of Keras.

    Args:
        head: Its first lines.

    Returns:
        A confidence: 1 if a line is a header, a bar or a result, else 0.1.
    """
    events = (event for line in head for event in read_line(line.number, line.text))
    return 1.0 if any(isinstance(event, Result | Progress | EpochBegin) for event in events) else _LOWEST


def reader() -> KerasReader:
    """Creates a reader for one log."""
    return KerasReader()
