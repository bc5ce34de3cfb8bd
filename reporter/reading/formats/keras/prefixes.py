"""Removes what a logger, a container or `grep -n` puts before each line."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Every repetition is bounded: reading any line, also a malicious one, takes linear time.
_WORDS = (
    r"[\w.-]{1,40}\s{1,4}\|",  # a container: `trainer_1  |`
    r"[^\s|]{0,60}[:|\])}]",  # `INFO:root:`, `[12:00:00]`, `io_utils.py:50]`
    r"\[?[\d:.,/TZ+-]{1,40}",  # a date, a time, the number of the line
    r"[IWE]\d{4}",  # a level and a date of absl
    "INFO|WARN|WARNING|DEBUG|ERROR|//|;|%",
)
_HEADER = re.compile(
    rf"""
    (?!.{{0,60}}[a-z]:\ ?-?\d+\.\d)
    (\s{{0,8}}(?:(?:{"|".join(_WORDS)})\s{{1,8}}){{1,5}}|\S{{0,60}}[:\])])
    Epoch\ \d{{1,9}}(?:/\d{{1,9}}\s{{0,8}})?$
    """,
    re.VERBOSE,
)
"""A header of an epoch behind a time, the name of a logger or a container, a level, or the number of the line.

The end of a wrapped result, such as `val_loss: 0.5`, is no prefix.
"""

_DIGITS = re.compile(r"\d+")


class Prefixes:
    """Learns from the header of an epoch what stands before each line, and removes it from the lines that follow."""

    def __init__(self) -> None:
        self._prefix: re.Pattern[str] | None = None

    def strip(self, texts: Sequence[str]) -> Sequence[str]:
        """Removes the prefix of lines.

        Args:
            texts: The next lines of the log.

        Returns:
            The lines, without the prefix of the last header if they have one that differs from it in digits only.
        """
        if self._prefix is None and all("Epoch " not in text or text.startswith("Epoch ") for text in texts):
            return texts
        return [self._strip(text) for text in texts]

    def _strip(self, text: str) -> str:
        if self._prefix and (match := self._prefix.match(text)):
            return text[match.end() :]
        if "Epoch " not in text or text.startswith("Epoch ") or not (match := _HEADER.match(text)):
            return text
        before = _DIGITS.sub(r"\\d{1,40}", re.escape(match[1].strip()))
        blanks = r"\s?" * (len(match[1]) - len(match[1].rstrip()))
        self._prefix = re.compile(rf"\s{{0,8}}{before}{blanks}")
        return text[match.end(1) :]
