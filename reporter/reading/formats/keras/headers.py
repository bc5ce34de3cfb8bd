"""Reads the headers of epochs, such as `Epoch 1/20`."""

from __future__ import annotations

import re

from reporter.reading.events import EpochBegin
from reporter.reading.formats.keras.shapes import Shape, place

_HEADER = re.compile(r"Epoch (\d{1,9})/(\d{1,9})[\s*_`|\\,;:.\"')\]>]*(?:\s(?:#|//|<-|←).{0,200})?$")
_HEADER_WITHOUT_TOTAL = re.compile(r"Epoch (\d{1,9})$")  # Keras 0.x, which counts from 0


def find_header(text: str) -> Shape | None:
    """Reads the header that a text ends with; None if it has none."""
    if match := _HEADER.search(text):
        epoch, epochs = place(match, 1), place(match, 2)
        return Shape(lambda number, text: EpochBegin(number, int(text[epoch]), int(text[epochs])))
    if match := _HEADER_WITHOUT_TOTAL.match(text):
        epoch = place(match, 1)
        return Shape(lambda number, text: EpochBegin(number, int(text[epoch]), None))
    return None
