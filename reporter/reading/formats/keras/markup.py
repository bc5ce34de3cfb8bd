"""Removes markup from a line: HTML, Markdown, and what remains of colours and of bars that were overwritten."""

from __future__ import annotations

import re

_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)\b[^<>]{0,400}>")
_COLOUR = re.compile(r"(?:[\ufffd\u241b]|\^\[|\\(?:x1b|033|e|u001b))?\[(?:\d{1,3}(?:;\d{1,3}){0,4})?m")
"""A colour whose escape character was lost or replaced (`^[`) when the log was copied, as in `[1m12/12[0m`."""

_OVERWRITTEN = re.compile(
    r"(\[[=>.]{1,60}\]) - ETA: [^\[]{1,4000}"
    r"( - (?:ETA: {0,4}[\d:]{1,18}s?|\d{1,9}s(?: \d{1,9}[mu]?s/(?:step|sample))?) - )"
)
"""Updates of a bar that remain between it and the last one, because the backspaces that removed them were lost."""

_BLOCKS = ("br", "p", "div", "li", "tr", "td", "th", "pre")


def may_hold(text: str) -> bool:
    """Tells whether a line, or another one that differs from it only in its digits, has markup."""
    return "&" in text or without_markup(text) != text


def without_markup(text: str) -> str:
    r"""Removes HTML tags, HTML entities, Markdown's `\_`, and remains of colours and overwritten bars from a line.

    Args:
        text: The line.

    Returns:
        The line without them; a tag that begins a block, such as `<br>`, becomes a space.
    """
    if "<" in text:
        text = _TAG.sub(lambda tag: " " if tag[1].lower() in _BLOCKS else "", text)
    if "&" in text:
        import html  # loads 2,000 entities, and few logs have one

        text = html.unescape(text)
    if "[0m" in text:
        text = _COLOUR.sub("", text)
    if "] - ETA: " in text:
        text = _OVERWRITTEN.sub(r"\1\2", text)
    return text.replace("\\_", "_") if "\\_" in text else text
