"""Gives each run and each experiment of a report the path of its figure, and finds the figures that a text shows."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from urllib.parse import unquote

from reporter.documents.drawings import Drawing, drawings, narrow_path
from reporter.documents.overlay import overlay, series_of_rows
from reporter.documents.pictures import Picture, Scale, picture_of_run
from reporter.facts.rows import ReportRow
from reporter.model import Mode
from reporter.sources.names import STDIN

_FIGURE = re.compile(r"figures/[^\s\"'()<>]+?\.svg")
"""Matches the address of a figure in a text."""

_LONGEST = 80
"""Maximum number of characters of the name of a figure, without its number and its ending."""


class Illustrations:
    """Holds the figures of one report. They are described only if the text shows them.

    Args:
        monitor: The metric that decides which epoch is best, if it was chosen.
        mode: Whether the largest or the smallest value is best, if it was chosen.
        scale: The scale of the vertical axes.
        taken: The figures of other blocks of the same file, by path; a different figure gets another path.
    """

    def __init__(self, monitor: str | None, mode: Mode | None, scale: Scale, taken: Mapping[str, Drawing]) -> None:
        self._monitor, self._mode, self._scale, self._taken = monitor, mode, scale, taken
        self._pictures: dict[str, Callable[[], Picture]] = {}
        self._paths: set[str] = set()

    def add(self, group: Sequence[ReportRow]) -> list[ReportRow]:
        """Names the figures of an experiment.

        Args:
            group: Its runs, the base first.

        Returns:
            The runs; each that has a finished epoch has a figure, and the base also has the overlay of all runs, if
            there are several.
        """
        rows = [replace(row, figure=self._path_of_run(row)) if row.run.epochs else row for row in group]
        if sum(bool(row.run.epochs) for row in group) > 1:
            picture = cache(
                partial(
                    overlay,
                    series_of_rows(group),
                    self._monitor,
                    self._mode,
                    self._scale,
                    group[0].name,
                    group[0].reproduction,
                )
            )
            rows[0] = replace(rows[0], overlay=self._unused(f"{group[0].name.removesuffix('.ipynb')}-runs", picture))
        return rows

    def shown(self, text: str) -> Mapping[str, Drawing]:
        """Returns the figures whose paths are in a text, by path."""
        named = {unquote(each) for each in _FIGURE.findall(text)}
        found: dict[str, Drawing] = {}
        for path, picture in self._pictures.items():
            if path in named or narrow_path(path) in named:
                both = drawings(path, picture())
                found |= {name: drawing for name, drawing in both.items() if name in named}
        return found

    def _path_of_run(self, row: ReportRow) -> str:
        parts = ("stdin",) if row.path == STDIN else Path(row.path).with_suffix("").parts
        words = [word for word in parts if word.strip("./\\")]
        return self._unused("-".join(words[-3:]), cache(partial(picture_of_run, row.run, row.best, self._scale)))

    def _unused(self, name: str, picture: Callable[[], Picture]) -> str:
        """Returns the first of `figures/name.svg`, `figures/name-2.svg` … that no other figure has."""
        options = [each for each in (self._monitor, "" if self._scale == "linear" else self._scale) if each]
        stem = "-".join(
            [re.sub(r"[^\w.-]+", "-", name)[-_LONGEST:], *(re.sub(r"[^\w.-]+", "-", each) for each in options)]
        )
        numbered = (f"figures/{stem}{'' if count == 1 else f'-{count}'}.svg" for count in itertools.count(1))
        path = next(each for each in numbered if not self._is_taken(each, picture))
        self._pictures[path] = picture
        self._paths |= {path, narrow_path(path)}
        return path

    def _is_taken(self, path: str, picture: Callable[[], Picture]) -> bool:
        both = (path, narrow_path(path))
        return not self._paths.isdisjoint(both) or any(
            each in self._taken and self._taken[each].digest != drawings(path, picture())[each].digest for each in both
        )
