"""Reads the headers of epochs, such as `Epoch 1/20`."""

from __future__ import annotations

import re
from typing import NamedTuple

from reporter.reading.events import EpochBegin

_HEADER = re.compile(r"Epoch (\d{1,9})/(\d{1,9})[\s*_`|\\,;:.\"')\]>]*$")
_HEADER_WITHOUT_TOTAL = re.compile(r"Epoch (\d{1,9})()$")  # Keras 0.x, which counts from 0


class Header(NamedTuple):
    """Holds where the numbers of a header are; they are there in every line that differs only in its digits.

    Attributes:
        epoch: Place of the number of the epoch.
        epochs: Place of the number of epochs; empty if the header has none.
        begin: Position of the header in its line.
    """

    epoch: slice
    epochs: slice
    begin: int

    def event(self, number: int, text: str) -> EpochBegin:
        """Reads a line.

        Args:
            number: Number of the line.
            text: The line.

        Returns:
            The event of the epoch that begins.
        """
        epochs = text[self.epochs]
        return EpochBegin(number, int(text[self.epoch]), int(epochs) if epochs else None)


def find_header(text: str) -> Header | None:
    """Finds the header that a text ends with.

    Args:
        text: The text.

    Returns:
        The places of its numbers; None if the text has no header.
    """
    match = _HEADER.search(text) or _HEADER_WITHOUT_TOTAL.match(text)
    return Header(slice(*match.span(1)), slice(*match.span(2)), match.start()) if match else None
