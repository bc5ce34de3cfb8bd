"""Everything that can go wrong, each with the exit code it ends the program with.

    ReporterError
    ├── SourceError      3   a source cannot be read
    │   └── NoRunError   3   a source was read and holds no training run
    ├── DataError        3   a training set is missing, truncated or altered
    ├── UsageError       2   what was asked for makes no sense
    │   ├── ExperimentError  no experiment of that name, or it is not one
    │   ├── MarkerError      a marker of a Markdown file is missing, misplaced or misspelt
    │   ├── OutputError      a file cannot be written
    │   ├── OverwriteError   a file, or what was edited in it, would be replaced without having been asked to
    │   └── TemplateError    a template misspells a name or breaks a rule
    ├── StaleError       1   a document is not what its logs say
    └── TrainingError    1   a training ended badly, or its log disagrees with its history

Every message is one line: where, what is wrong, and what would be right.
"""

from __future__ import annotations


class ReporterError(Exception):
    """Says where something is wrong, what, and what would be right.

    Args:
        message: What is wrong and what would be right, without a line break.
        path: The file it is about.
        line: The line of that file, counted from 1.
    """

    exit_code = 1

    def __init__(self, message: str, path: object = None, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line

    def __str__(self) -> str:
        place = [str(part) for part in (self.path, self.line) if part is not None]
        return ":".join(place) + ": " + self.message if place else self.message


class SourceError(ReporterError):
    """Says that a source cannot be read."""

    exit_code = 3


class NoRunError(SourceError):
    """Says that a source was read from end to end and holds no training run."""


class DataError(ReporterError):
    """Says that a training set is missing, truncated or altered."""

    exit_code = 3


class UsageError(ReporterError):
    """Says that what was asked for makes no sense."""

    exit_code = 2


class ExperimentError(UsageError):
    """Says that a name leads to no experiment."""


class MarkerError(UsageError):
    """Says that a marker of a Markdown file is missing, misplaced or misspelt."""


class OutputError(UsageError):
    """Says that a file cannot be written."""


class OverwriteError(UsageError):
    """Says that a file, or what was edited in it, would be replaced without having been asked to."""


class TemplateError(UsageError):
    """Says that a template misspells a name or breaks a rule."""


class StaleError(ReporterError):
    """Says that a document is not what its logs say."""


class TrainingError(ReporterError):
    """Says that a training ended badly, or that its log disagrees with its history."""
