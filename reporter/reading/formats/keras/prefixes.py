"""Removes what a logger, a container or `grep -n` puts before each line."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Every repetition is bounded: reading any line, also a malicious one, takes linear time.
_WORDS = (
    r"[\w.-]{1,40}\s{1,4}\|",  # a container: `trainer_1  |`
    r"[\[(][^\[\]()]{1,60}[\])]",  # a process: `(Trainer pid=701)`
    r"[^\s|]{0,60}[:|\])}]",  # `INFO:root:`, `[12:00:00]`, `io_utils.py:50]`
    r"\[?(?=\S{0,39}\d)[\d:.,/TZ+-]{1,40}",  # a date, a time, the number of the line
    r"[IWE]\d{4}",  # a level and a date of absl
    "INFO|WARN|WARNING|DEBUG|ERROR|//|;|%",
)
_BAR = r"\s{0,18}\d{1,18}/(?:\d{1,18}|Unknown) (?:\[[=>.]|━|={20} |- \d{1,9}s )|(?: ?- )?\d{1,9}s - \w"


def _behind(line: str, *words: str) -> re.Pattern[str]:
    """Returns the pattern of a line behind a prefix."""
    several = rf"(?:(?:{'|'.join([*_WORDS, *words])})\s{{1,8}}){{1,5}}?"
    return re.compile(rf"(\s{{0,8}}{several}|\S{{0,60}}[:\])])(?:{line})")


_HEADER = _behind(r"Epoch \d{1,9}(?:/\d{1,9}\s{0,8})?$", "-")
_BAR_BEHIND = _behind(_BAR, "#{1,3}")
"""A header of an epoch, and a bar, behind a prefix; a `#` before a header may make it a heading instead."""

_METRIC = re.compile(r"[a-z]: ?-?\d+\.\d")
"""What no prefix has, but the end of a wrapped result, such as `val_loss: 0.5`."""

_PLAIN = re.compile(rf"\s{{0,40}}(?:Epoch \d|{_BAR})")
_DIGITS = re.compile(r"\d+")


class Prefixes:
    """Learns from the first bar, and from headers of epochs, what stands before each line, and removes it."""

    def __init__(self) -> None:
        self._prefix: re.Pattern[str] | None = None
        self._has_begun = False

    def strip(self, texts: Sequence[str]) -> Sequence[str]:
        """Removes the prefix of lines.

        Args:
            texts: The next lines of the log.

        Returns:
            The lines, without the last prefix that was learned, if they have one that differs from it in digits only.
        """
        may_have = self._prefix or not self._has_begun
        if not may_have and all("Epoch " not in text or text.startswith("Epoch ") for text in texts):
            return texts
        return [self._strip(text) for text in texts]

    def _strip(self, text: str) -> str:
        if self._prefix and (match := self._prefix.match(text)):
            return text[match.end() :]
        is_plain = not self._has_begun and _PLAIN.match(text) is not None
        find = _HEADER if self._has_begun or "Epoch " in text else _BAR_BEHIND
        match = None if is_plain or text.startswith("Epoch ") else find.match(text)
        self._has_begun = self._has_begun or is_plain or match is not None
        if not match or _METRIC.search(match[1]):
            return text
        before = _DIGITS.sub(r"\\d{1,40}", re.escape(match[1].strip()))
        blanks = r"\s?" * (len(match[1]) - len(match[1].rstrip()))
        self._prefix = re.compile(rf"\s{{0,8}}{before}{blanks}")
        return text[match.end(1) :]
