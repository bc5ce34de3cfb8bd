"""Defines what a log format is, and detects the format of a log.

To add a format, write a module here and add it to `FORMATS`. Another package adds one through an entry point in the
group `reporter.formats` that names such a module, or an object with the same attributes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Protocol

from reporter.errors import UsageError
from reporter.reading.events import Event
from reporter.reading.formats import history, keras, table
from reporter.reading.lines import Line

GROUP = "reporter.formats"


class FormatReader(Protocol):
    """Reads one log. What it remembers from one call to the next is up to the format.

    It may have an attribute `unfinished_bar`: what `reporter.reading.skim.skeleton` gives for the last line, with its
    newline, if later lines of the same skeleton replace this line, as the updates of a progress bar do; otherwise None.
    Of such lines only the last one is then fed.
    """

    def feed(self, lines: Sequence[Line]) -> Iterable[Event]:
        """Reads the next lines.

        Args:
            lines: Some lines, at least one. A log is cut into such batches anywhere between two lines.

        Returns:
            The events of these lines, and of earlier ones that had to wait for them, in the order of the lines.
        """

    def close(self) -> Iterable[Event]:
        """Ends the log.

        Returns:
            The remaining events.
        """


class Format(Protocol):
    """A log format: a module, or another object, with these attributes.

    It may have one attribute more, `DATA_FILE = True`, if its logs are data files, such as CSV or JSON, and not
    console text. A data file may not have lines of over a million characters (of console text, the rest of such a
    line is left out, with a warning), has no prefixes of MPI ranks, and is never the output of a notebook cell.

    Attributes:
        NAME: Name of the format; no two formats have the same name.
    """

    NAME: str

    @property
    def SAMPLES(self) -> Mapping[str, str]:
        """What prints a log, such as `CSVLogger`, to a short example of it, which the format must recognise."""

    def sniff(self, head: Sequence[Line]) -> float:
        """Estimates how likely a source has this format.

        Args:
            head: Its first lines, up to about 200.

        Returns:
            A confidence from 0 (no) to 1 (certain).
        """

    def reader(self) -> FormatReader:
        """Creates a reader for one log."""


FORMATS: tuple[Format, ...] = (keras, table, history)


def detect(head: Sequence[Line], *, data_files: bool = True) -> Format:
    """Detects the format of a source; formats of other packages are loaded only if none of ours is certain.

    Args:
        head: Its first lines.
        data_files: Whether the source may be a data file.

    Returns:
        The format with the highest confidence; the first one of several.

    Raises:
        UsageError: Two formats have the same name.
    """
    return detect_with_confidence(head, data_files=data_files)[0]


def detect_with_confidence(head: Sequence[Line], *, data_files: bool = True) -> tuple[Format, float]:
    """Detects the format of a source, like `detect`.

    Args:
        head: Its first lines.
        data_files: Whether the source may be a data file.

    Returns:
        The format, and its confidence.
    """
    ours = [(each, each.sniff(head)) for each in FORMATS if data_files or not is_data_file(each)]
    found = max(ours, key=itemgetter(1))
    if found[1] == 1.0:
        return found
    others = [(each, each.sniff(head)) for each in _installed() if data_files or not is_data_file(each)]
    return max((found, *others), key=itemgetter(1))


def is_data_file(format: Format) -> bool:
    """Tells whether the logs of a format are data files, and not console text."""
    return bool(getattr(format, "DATA_FILE", False))


@cache
def _installed() -> list[Format]:
    """Loads the formats of other packages."""
    from importlib.metadata import entry_points

    formats: list[Format] = [entry.load() for entry in entry_points(group=GROUP)]
    names = [each.NAME for each in (*FORMATS, *formats)]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"two formats are called {name!r}; uninstall the package of one of them")
    return formats
