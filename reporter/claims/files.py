"""Reads documents with the logs that stand in them, and those that they link to."""

from __future__ import annotations

import io
import os
import re
import shlex
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from reporter.claims.check import Checked, Document
from reporter.claims.inline import Inline, filled, has_inline
from reporter.errors import ReporterError, UsageError
from reporter.model import Log
from reporter.reading.many import read_logs
from reporter.reading.reader import read_log
from reporter.sources.bounds import refuse_outside
from reporter.sources.names import ending, find, is_address

_LINK = re.compile(r"\]\(\s*<?([^()\s<>]{1,1000})>?(?:\s+\"[^\"]*\")?\s*\)|\bhref=[\"']([^\"'\s]{1,1000})")
_BLOCK = re.compile(r"(?:BEGIN_REPORTER\b|claim:)([^\n]*?)(?:-->|\*/\})")
_LOG_ENDINGS = frozenset({".log", ".txt", ".out", ".err", ".csv", ".json", ".jsonl", ".ipynb"})
_DOCUMENT_ENDINGS = frozenset({".md", ".markdown", ".mdx", ".rst", ".tex", ".ipynb"})
"""Endings of the documents in a folder. HTML is left out, because such folders often hold hundreds of built pages."""

_MOST_LINKS = 200
_MOST_FILES = 500
"""Files of a linked folder among which a log is looked for."""


class _Named(io.StringIO):
    """Is a text that is read as a log, with the name of its file."""

    def __init__(self, text: str, name: str) -> None:
        super().__init__(text, newline="")
        self.name = name


class Documents:
    """Checks documents one after another, and reads a log that several of them link to only once.

    Args:
        logs: Logs that are evidence for all documents.
    """

    def __init__(self, logs: Sequence[Log] = ()) -> None:
        self._logs = logs
        self._linked: dict[str, list[Log]] = {}

    def check_text(self, text: str, path: str) -> Checked:
        """Checks the claims of a document whose text is given."""
        return self._open(text, path).check()

    def fill(self, text: str, path: str) -> tuple[str, list[Inline]]:
        """Writes the numbers that comments bind to a log.

        Args:
            text: The document.
            path: Its path.

        Returns:
            The text with true numbers, the same byte for byte elsewhere; and the numbers that were false.

        Raises:
            MarkerError: A comment is wrong.
        """
        if not has_inline(text):
            return text, []
        document = self._open(text, path)
        wrong = [each for each in document.inline() if each.verdict.outcome == "disagrees"]
        mark = text[: len(text) - len(text.removeprefix("\ufeff"))]
        lines = text.removeprefix("\ufeff").split("\n")
        for index in {each.index for each in wrong}:
            lines[index] = filled(lines[index], [each for each in wrong if each.index == index])
        return mark + "\n".join(lines), wrong

    def _open(self, text: str, path: str) -> Document:
        shown = text.removeprefix("\ufeff")
        given: list[tuple[Log, int | None]] = [(log, None) for log in self._logs if not _is_same(log.path, path)]
        known = {os.path.realpath(log.path) for log, _ in given}
        for name, at in _links(shown):
            if (place := _place(path, name)) and os.path.realpath(place) not in known:
                known.add(os.path.realpath(place))
                for log in self._read_link(place):
                    if os.path.realpath(log.path) not in known or log.path == place:
                        known.add(os.path.realpath(log.path))
                        given.append((log, at))
        return Document(shown, path, own_log(shown, path), given)

    def _read_link(self, place: str) -> list[Log]:
        key = os.path.realpath(place)
        if key not in self._linked:
            try:
                self._linked[key] = read_logs(place)
            except ReporterError:  # a link may lead to anything
                self._linked[key] = []
        return self._linked[key]


def find_documents(source: str) -> list[str]:
    """Finds the documents that a source names.

    Args:
        source: A document; a folder, which means the documents below it; or a pattern such as `docs/**/*.md`.

    Returns:
        The documents, sorted.

    Raises:
        NoRunError: No file matches the pattern.
        UsageError: There is no document in the folder.
    """
    found = find(source)
    if found.kind != "folder":
        return found.files
    documents = [path for path in found.files if ending(path) in _DOCUMENT_ENDINGS]
    if not documents:
        endings = ", ".join(sorted(_DOCUMENT_ENDINGS))
        raise UsageError(f"no document in the folder {source!r}; name a file, or a folder that holds {endings}")
    return documents


def own_log(text: str, path: str) -> Log | None:
    """Reads the runs that a document itself holds; None if there are none."""
    try:
        return read_log(_Named(text, path))
    except ReporterError:
        return None


def _links(text: str) -> Iterable[tuple[str, int | None]]:
    """Finds the names that a document links to, with the index of the line, and the logs of its blocks."""
    found: dict[str, int | None] = {}
    for match in _LINK.finditer(text):
        if len(found) >= _MOST_LINKS:
            break
        found.setdefault((match[1] or match[2]).split("#")[0], None)
    for match in _BLOCK.finditer(text):
        try:
            words = shlex.split(match[1])
        except ValueError:
            continue
        for word in words:
            if word.startswith("logs="):
                found |= dict.fromkeys(word.removeprefix("logs=").split(), None)
    return found.items()


def _place(path: str, name: str) -> str | None:
    """Gives the path of a log that a document links to; None if it is no log, or not here."""
    if not name or is_address(path) or is_address(name) or "://" in name or name.startswith(("mailto:", "/")):
        return None
    place = Path(path).parent / name
    try:
        refuse_outside(place)
        is_log = _holds_logs(place) if place.is_dir() else ending(place) in _LOG_ENDINGS and place.is_file()
    except (OSError, ReporterError):
        return None
    return str(place) if is_log and not _is_same(str(place), path) else None


def _holds_logs(folder: Path) -> bool:
    """Tells whether there is a log among the first files of a folder."""
    return any(ending(each) in (".log", ".csv", ".out") for each in islice(folder.rglob("*"), _MOST_FILES))


def _is_same(one: str, other: str) -> bool:
    return one == other or os.path.realpath(one) == os.path.realpath(other)
