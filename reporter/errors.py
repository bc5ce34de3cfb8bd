"""Defines the errors of this package, each with its exit code.

    ReporterError
    ├── SourceError      3   a source cannot be read
    │   ├── NoRunError   3   a source was read and holds no training run
    │   │   └── UnreadableLogError  it looks like a training log all the same
    │   └── BinaryError  3   a source is not text
    ├── DataError        3   a data set is missing, truncated or altered
    ├── UsageError       2   an argument or an option is wrong
    │   ├── ExperimentError  a name does not lead to an experiment
    │   ├── MarkerError      a marker in a Markdown file is missing, misplaced or misspelled
    │   ├── OutputError      a file cannot be written
    │   ├── OverwriteError   a file exists, and --force is not given
    │   ├── ResumeError      a training cannot be resumed
    │   └── TemplateError    a template has an unknown name or breaks a rule
    ├── StaleError       1   a document differs from what its logs give
    │   └── EditedError      a block was edited by hand, and --force is not given
    ├── TrainingError    1   a training failed, or its log differs from its record
    └── TerminatedError  128 + N  signal N ended the trainings

Every message is one line: `FILE:LINE: what is wrong; what would be right`.
"""

from __future__ import annotations


class ReporterError(Exception):
    """Is the base class of all errors of this package.

    Args:
        message: What is wrong and what would be right, in one line.
        path: The file concerned.
        line: The line of that file, counted from 1.

    Attributes:
        exit_code: Exit code of the command line.
        message: The message without file and line; `str(error)` has them.
        path: The file concerned, or None.
        line: The line of that file, counted from 1, or None.
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
    """Is raised when a source cannot be read."""

    exit_code = 3


class NoRunError(SourceError):
    """Is raised when a source was read to its end and holds no training run."""


class UnreadableLogError(NoRunError):
    """Is raised when a source looks like a training log, but of another framework, or of a training that failed."""


class BinaryError(SourceError):
    """Is raised when a source is not text, and no kind of binary file that can be read."""


class DataError(ReporterError):
    """Is raised when a data set is missing, truncated or altered."""

    exit_code = 3


class UsageError(ReporterError):
    """Is raised when an argument or an option is wrong."""

    exit_code = 2


class ExperimentError(UsageError):
    """Is raised when a name does not lead to an experiment."""


class MarkerError(UsageError):
    """Is raised when a marker in a Markdown file is missing, misplaced or misspelled."""


class OutputError(UsageError):
    """Is raised when a file cannot be written."""


class OverwriteError(UsageError):
    """Is raised when a file exists, and replacing it was not asked for."""


class ResumeError(UsageError):
    """Is raised when a training cannot be resumed, because it was begun in another way."""


class TemplateError(UsageError):
    """Is raised when a template has an unknown name or breaks a rule."""


class StaleError(ReporterError):
    """Is raised when a document differs from what its logs give."""


class EditedError(StaleError):
    """Is raised when a block was edited by hand, and replacing it was not asked for."""


class TrainingError(ReporterError):
    """Is raised when a training failed, or when its log differs from its record."""


class TerminatedError(ReporterError):
    """Is raised when SIGTERM or SIGHUP ends trainings.

    Args:
        message: What is wrong and what would be right, in one line.
        number: The signal.

    Attributes:
        exit_code: 128 + the signal, as in a shell.
    """

    def __init__(self, message: str, number: int) -> None:
        super().__init__(message)
        self.exit_code = 128 + number
