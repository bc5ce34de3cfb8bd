"""Prepares the process of a training: gives it a steady clock, and ends it when its parent is killed."""

from __future__ import annotations

import os
import sys
import threading
import time
from types import SimpleNamespace

import keras


def use_steady_clock() -> None:
    """Lets the progress bar of Keras measure times with a clock that nobody can set: no time in a log is negative."""
    progbar = sys.modules[keras.utils.Progbar.__module__]
    progbar.time = SimpleNamespace(**vars(time) | {"time": time.monotonic})  # type: ignore[attr-defined]


def end_with(descriptor: int) -> None:
    """Ends this process as soon as the other end of a pipe is closed, as when its parent is killed.

    Args:
        descriptor: The end for reading of the pipe.
    """

    def wait() -> None:
        os.read(descriptor, 1)
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
