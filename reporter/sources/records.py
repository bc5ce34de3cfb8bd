"""Opens the record that `reporter train` writes beside a log."""

from __future__ import annotations

from os.path import isfile

from reporter.errors import SourceError
from reporter.model import Record
from reporter.sources.git import is_git
from reporter.sources.names import records_beside
from reporter.sources.text import pieces


def find_record(log: str) -> tuple[Record, str] | None:
    """Finds the record beside a log.

    Args:
        log: The source of the log.

    Returns:
        The record and its source, or None: there is no file of that name, it holds something else, or the log is
        standard input or on another machine.
    """
    for path in records_beside(log):
        if (is_git(path) or isfile(path)) and (record := _read_record(path)):
            return record, path
    return None


def _read_record(path: str) -> Record | None:
    try:
        return Record.from_json("".join(piece for piece in pieces(path) if isinstance(piece, str)))
    except SourceError:  # git does not have it, or it is not text
        return None
