"""Recognises logs of distributed training, in which a launcher puts the rank of a process before each line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from reporter.reading.lines import Line

_RANK = re.compile(
    r"\s*(\[(?:rank ?)?\d+(?:,\d+)?\](?:<std\w+>)?:?|\(\w+ pid=\d+[^)]*\)|\d+:(?= )|[\w.-]+[_-]\d+(?= +\|))"
)
_LINES_PER_RANK = 3
"""Lines that each rank prints at least, on average; the line numbers of `grep -n` look like ranks of one line each."""


def find_rank(text: str) -> str:
    """Finds the rank, worker or container that a launcher puts before a line.

    Args:
        text: The line, such as `[1,0]<stdout>: Epoch 1/20` or `worker-0 | Epoch 1/20`.

    Returns:
        The prefix that names it, or an empty string.
    """
    match = _RANK.match(text)
    return match[1] if match else ""


def has_ranks(head: Iterable[Line]) -> bool:
    """Tells whether a log holds the output of several processes.

    Args:
        head: The first lines of the log.

    Returns:
        True if at least half of the lines name a rank, and there are several ranks with several lines each.
    """
    prefixes = [find_rank(line.text) for line in head if line.text]
    counts = Counter(filter(None, prefixes))
    return len(counts) > 1 and 2 * counts.total() >= len(prefixes) and counts.total() >= _LINES_PER_RANK * len(counts)
