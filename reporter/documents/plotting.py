"""Imports matplotlib without reading a `matplotlibrc` of the current folder: releases before 3.9 can run code in it.

Matplotlib looks for that file in the current folder before anywhere else, also if `MATPLOTLIBRC` is set
(https://matplotlib.org/stable/users/explain/customizing.html#the-matplotlibrc-file).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def _in_our_folder() -> Iterator[None]:
    """Changes to the folder of this module, which holds no settings, while the block runs."""
    try:
        before = os.getcwd()
    except FileNotFoundError:  # it was deleted, so it holds no file
        yield
        return
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    try:
        yield
    finally:
        os.chdir(before)


with _in_our_folder():
    import matplotlib as mpl
    from matplotlib.axes import Axes
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

__all__ = ["Axes", "Figure", "FigureCanvasAgg", "mpl"]
