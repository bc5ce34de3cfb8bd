"""Chooses the logs among the files of a folder by their content, whatever their names are."""

from __future__ import annotations

import re
from typing import NamedTuple

from reporter.errors import BinaryError, NoRunError, SourceError, UnreadableLogError
from reporter.model import Log
from reporter.reading.diagnosis import Diagnosis
from reporter.reading.formats import detect_with_confidence
from reporter.reading.lines import Lines
from reporter.reading.reader import read_log
from reporter.reading.screen import Screen
from reporter.sources.names import SUFFIXES, ending
from reporter.sources.notebook import is_notebook
from reporter.sources.tensorboard import is_events
from reporter.sources.text import beginning, encoding_of

_DOCUMENTS = (".md", ".mdx", ".markdown", ".rst", ".adoc", ".org", ".html", ".htm", ".tex", ".ipynb")
"""Endings of documents. They may quote the log of another framework, so this is no error in a folder."""

_SIZE = 1 << 16
_NO_LOG = "no line of a training log in its first 64 KiB"
_CERTAIN = 0.1
"""The confidence that text may be a log although no line of it is recognised; more than that is a sign of a log."""

_MAY_BE = r"(?i:epoch|loss|acc|step|iter|error|exception|killed|aborted|fault|memory|command not found)"
"""What a training log, or that of a training that failed, contains; most other files are skipped by this alone."""

_CURVE = r'"[^"]{0,200}loss[^"]{0,200}"\s{0,80}:\s{0,80}[\[{]|"log_history"'
_CODE = (
    r"(?:import|from \S{1,200} import|(?:async )?def|class|func|function|fn|package|use|using|namespace|template|const"
    r"|let|var|public|private|static|library\(|require)\b|@\w|#include\b|#define\b|#!|.*[;{}]$"
)
_TRAINING = r".{0,40}Epoch \d|\s{0,40}\d{1,18}/\d{1,18} |[\s-]{0,8}\d{1,9}s - "


class Candidate(NamedTuple):
    """Names a file that may be a log: the user named its folder, or a pattern that matches it, and not the file.

    Attributes:
        path: The file.
        matched: Whether a pattern of the user matches it, so that its content decides less: it is read in any case.
    """

    path: str
    matched: bool = False


class Skipped(NamedTuple):
    """Holds a file that was skipped, and why."""

    path: str
    reason: str


def read_candidate(candidate: Candidate, *, keep_lines: bool = False) -> Log | SourceError | Skipped:
    """Reads a file if it is a log.

    A file whose name ends like that of a log is read to its end; of any other one, the first 64 KiB decide.

    Args:
        candidate: The file.
        keep_lines: Whether `Log.lines` holds the lines that the log was read from.

    Returns:
        The log; the error, if the file is a log or looks like one and cannot be read; or why it was skipped.
    """
    path, matched = candidate
    reason = None if matched else reason_to_skip(path)
    if reason:
        return Skipped(path, reason)
    try:
        return read_log(path, keep_lines=keep_lines)
    except SourceError as error:
        return Skipped(path, error.message.partition(";")[0]) if _is_expected(error, candidate) else error


def reason_to_skip(path: str) -> str | None:
    """Explains why a file of a folder is no log.

    Args:
        path: The file.

    Returns:
        The reason; None if the file is a log, if it may be one, or if its first bytes cannot be read.
    """
    return None if ending(path) in SUFFIXES else _reason_of_content(path)


def _reason_of_content(path: str) -> str | None:
    try:
        head = beginning(path, _SIZE)
    except SourceError as error:
        return error.message.partition(";")[0]
    except OSError:
        return None
    if is_events(head):
        return None
    text = head.decode(encoding_of(head), "replace")
    if not re.search(_MAY_BE, text):
        return "binary" if "\0" in text else _NO_LOG
    if _is_binary(text):
        return "binary"
    return None if is_notebook(path, text) else _reason_of_text(path, text)


def _reason_of_text(path: str, text: str) -> str | None:
    if text.lstrip()[:1] == "{" and text.lstrip()[1:].lstrip()[:1] == '"':
        return None if re.search(_CURVE, text) else "JSON that is no history"
    if text.startswith(("<?xml", "<svg")):
        return "XML"
    screen = Screen()
    texts = screen.feed_text(text) + screen.close()
    if _is_code(texts):
        return "source code"
    lines = Lines(range(1, len(texts) + 1), texts)
    if detect_with_confidence(lines)[1] > _CERTAIN:
        return None
    diagnosis = Diagnosis()
    diagnosis.add_lines(lines)
    return None if isinstance(diagnosis.error(path), UnreadableLogError) else _NO_LOG


def _is_expected(error: SourceError, candidate: Candidate) -> bool:
    """Tells whether an error only says that a file of a folder is no log."""
    if ending(candidate.path) == ".log":
        return False
    if isinstance(error, UnreadableLogError):
        return ending(candidate.path) in _DOCUMENTS
    return isinstance(error, NoRunError) or (
        isinstance(error, BinaryError) and not candidate.matched and _reason_of_content(candidate.path) is not None
    )


def _is_binary(text: str) -> bool:
    """Tells whether text that holds NUL characters is that of a binary file; a killed training may leave some, too."""
    if "\0" not in text:
        return False
    rest = text.replace("\0", "")
    strange = sum(not (char.isprintable() or char in "\t\n\r\b\x1b") or char == "\ufffd" for char in rest)
    return not rest or 20 * strange > len(rest)


def _is_code(texts: list[str]) -> bool:
    """Tells whether lines are a program, which may hold lines of a log in its strings or comments."""
    code = sum(re.match(_CODE, text) is not None for text in texts)
    return code >= 3 and 2 * code > sum(re.match(_TRAINING, text) is not None for text in texts)
