"""Finds out what the headings and labels above a number say about it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reporter.claims.claim import Metric, Which
from reporter.claims.metrics import metric
from reporter.claims.prose import Line
from reporter.claims.words import Token, sentences

_RUN = re.compile(r"(?:attempt|experiment|trial|model(?=\s\d))", re.IGNORECASE)
_MODEL = re.compile(r"model|network|run|net", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Context:
    """Holds what a heading or a label says about the numbers below it."""

    metric: Metric | None = None
    which: Which = "any"
    other: bool = False
    target: bool = False
    title: str = ""
    label: bool = False


def context_of(text: str) -> Context:
    """Finds out what a heading says about the numbers below it."""
    tokens = [token for sentence in sentences(text + " 0") for token in sentence]
    words = next((token.text for token in tokens if token.letter == "m"), None)
    return Context(
        metric(words) if words else None,
        which_value(tokens) or "any",
        any(token.letter == "o" or _RUN.match(token.text) for token in tokens),
        any(token.letter == "g" for token in tokens),
        " ".join(text.split()),
    )


def context_at(lines: Sequence[Line], index: int, contexts: dict[int, Context]) -> Context:
    """Gives the context of a line: the label right above it, and the headings that it stands under."""
    own = lines[index]
    above: list[int] = []
    for back in range(index - 1, max(index - 4, -1), -1):
        if lines[back].text.strip():
            above = (
                [back]
                if lines[back].text.rstrip().endswith((":", "-")) and not re.search(r"\d\.\d", lines[back].text)
                else []
            )
            break
    labelled = bool(above)
    at = own.section if own.section != index else _parent(lines, index)
    while at >= 0 and len(above) < 8:
        above.append(at)
        at = _parent(lines, at)
    found = Context()
    for each in above:
        if each not in contexts:
            contexts[each] = context_of(lines[each].text)
        here = contexts[each]
        found = Context(
            found.metric or here.metric,
            found.which if found.which != "any" or found.metric else here.which,
            found.other or (here.other and each in above[:2]),
            found.target or (here.target and each in above[:3]),
            found.title or here.title,
            labelled,
        )
    return found


def _parent(lines: Sequence[Line], index: int) -> int:
    """Gives the heading that a heading stands under, or -1."""
    level, at, steps = lines[index].level, index, 0
    while at > 0 and steps < 50:
        steps += 1
        at = lines[at - 1].section
        if at < 0 or lines[at].level < level:
            return at
    return -1


def which_value(tokens: Sequence[Token]) -> Which | None:
    """Tells which value of a metric the words mean."""
    for index, token in enumerate(tokens):
        after = tokens[index + 1].text if index + 1 < len(tokens) else ""
        if token.letter == "b" and not _MODEL.fullmatch(after):
            return "best"
        if token.letter == "l" and not _MODEL.fullmatch(after):
            return "last"
    return None
