"""Takes off what Markdown, HTML and log tools put on a line, and joins lines that they broke."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from reporter.reading.events import Line

_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)\b[^<>]{0,400}>")
_BLOCKS = ("br", "p", "div", "li", "tr", "td", "th", "pre")

_SPEAKER = re.compile(
    r"\s*(\[(?:rank ?)?\d+(?:,\d+)?\](?:<std\w+>)?:?|\(\w+ pid=\d+[^)]*\)|\d+:(?= )|[\w.-]+[_-]\d+(?= +\|))"
)
_LONGEST = 10_000
_OFTEN = 3
"""Lines that a process speaks on average; the numbers of `grep -n` speak once."""

_NAME = r"[^\s:-](?:(?! - )[^:]){0,80}?"
_VALUE = r"[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|nan|inf)"
_RESULT = re.compile(r"(?:\d+/\d+|^[\s>]*-?\s?\d+s) .*- ")
_PARTS: tuple[tuple[re.Pattern[str], re.Pattern[str], str], ...] = (
    (re.compile(r"\S$"), re.compile(rf"\s*-\s+{_NAME}: {_VALUE}(?=\s|$)"), " "),
    (re.compile(r"\s-$"), re.compile(rf"\s*{_NAME}: {_VALUE}(?=\s+-|\s*$)"), " "),
    (re.compile(rf"\s-\s+{_NAME}:$"), re.compile(rf"\s*{_VALUE}(?=\s+-|\s*$)"), " "),
    (re.compile(r"\s-\s+[^\s:]+$"), re.compile(rf"[^\s:-][^\s:]*: {_VALUE}(?=\s+-|\s*$)"), ""),
    (re.compile(r"\s-\s+[^\s:]+$"), re.compile(rf":\s+{_VALUE}(?=\s+-|\s*$)"), ""),
    (re.compile(r":\s+[-+]?\d+$"), re.compile(r"\.\d{4}(?:e[-+]\d+)?\s*$"), ""),
    *(
        (re.compile(rf":\s+[-+]?\d+\.\d{{{count}}}$"), re.compile(rf"\d{{{4 - count}}}(?:e[-+]\d+)?\s*$"), "")
        for count in range(4)  # a last number is whole with four decimals, as Keras prints it
    ),
    (re.compile(r"\.\d{4}$"), re.compile(r"e[-+]\d+\s*$"), ""),
    (re.compile(r"\.\d{4}e[-+]?\d?$"), re.compile(r"[-+]?\d+\s*$"), ""),
    (re.compile(r":\s+[-+]?\d+\.?\d*$"), re.compile(rf"(?:\d+|\.\d+|e[-+]\d+)\s+-\s+{_NAME}: {_VALUE}(?=\s|$)"), ""),
)
"""How a result may break: how the line ends, how the next one goes on, and what stands between them when joined."""


def plain(text: str) -> str:
    """Take the markup off a line.

    Args:
        text: The line.

    Returns:
        The line without HTML tags, entities and Markdown's escapes; as it is where it has none.
    """
    if "<" in text:
        text = _TAG.sub(lambda tag: " " if tag[1].lower() in _BLOCKS else "", text)
    if "&" in text:
        import html  # brings 2,000 entities, of which few logs have one

        text = html.unescape(text)
    return text.replace("\\_", "_") if "\\_" in text else text


def speaker(text: str) -> str:
    """Give the process that a launcher names in front of a line: an MPI rank, a worker, a container.

    Args:
        text: The line, with its markup.

    Returns:
        What names the process, or an empty text.
    """
    match = _SPEAKER.match(text)
    return match[1] if match else ""


def is_divided(head: Iterable[Line]) -> bool:
    """Say whether several processes speak in a source, by its first lines: most name one, and each one speaks often."""
    named = [speaker(line.text) for line in head if line.text]
    count = Counter(filter(None, named))
    return len(count) > 1 and 2 * count.total() >= len(named) and count.total() >= _OFTEN * len(count)


class Joiner:
    """Joins the pieces of results that were wrapped, holding a line back until the next one is seen."""

    def __init__(self) -> None:
        self._held: Line | None = None

    def feed(self, lines: Iterable[Line]) -> Iterator[Line]:
        """Take lines, and give those that are whole; a joined one has the number of its first piece."""
        for line in lines:
            held = self._held
            joint = _joint(held.text, line.text) if held else None
            if held and joint is not None:
                self._held = Line(held.number, held.text.rstrip() + joint + line.text.lstrip())
                continue
            if held:
                yield held
            self._held = line if len(line.text) <= _LONGEST and _RESULT.search(line.text) else None
            if self._held is None:
                yield line

    def close(self) -> Iterator[Line]:
        """Give the line that was held back."""
        if self._held:
            yield self._held
        self._held = None


def _joint(text: str, after: str) -> str | None:
    """Give what belongs between two lines of which the second goes on with the first; None where it does not."""
    if not after or len(text) + len(after) > _LONGEST:
        return None
    text = text.rstrip()
    return next((joint for end, start, joint in _PARTS if start.match(after) and end.search(text)), None)
