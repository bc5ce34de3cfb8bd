"""Finds out what the headings and labels above a number say about it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from reporter.claims.claim import Metric, Which
from reporter.claims.metrics import metric
from reporter.claims.prose import Line
from reporter.claims.words import Token, sentences

_RUN = re.compile(r"(?:attempt|experiment|trial|model(?=\s\d))", re.IGNORECASE)
_TASK = re.compile(r"such that|must|should|requirement|constraint|task|goal|to[ -]?do|need", re.IGNORECASE)
_LONGEST_LIST = 16
_MODEL = re.compile(r"model|network|run|net", re.IGNORECASE)
_ARCHITECTURE = re.compile(r"mlp|perceptron|vgg|\w*net(?!\w*[a-z])|inception|xception|vit|bert", re.IGNORECASE)
"""Matches the names of architectures; the one in the title of a document is its own model, and no other one."""

_TITLE = -1
"""The place of the context of the first heading, beside those of other lines."""


@dataclass(frozen=True, slots=True)
class Context:
    """Holds what a heading or a label says about the numbers below it.

    Attributes:
        metric: The metric that it names.
        which: Which value of the metric it means.
        other: Whether it speaks of another model.
        target: Whether it speaks of a target.
        title: Its text.
        label: Whether it is a label right above, which ends in a colon.
        models: The architectures that it names; above a number, those that the title of the document names.
    """

    metric: Metric | None = None
    which: Which = "any"
    other: bool = False
    target: bool = False
    title: str = ""
    label: bool = False
    models: frozenset[str] = frozenset()


def context_of(text: str) -> Context:
    """Finds out what a heading says about the numbers below it."""
    tokens = [token for sentence in sentences(text + " 0") for token in sentence]
    words = next((token.text for token in tokens if token.letter == "m"), None)
    others = {token.text.lower() for token in tokens if token.letter == "o"}
    models = frozenset(name for name in others if _ARCHITECTURE.match(name))
    return Context(
        metric(words) if words else None,
        which_value(tokens) or "any",
        bool(others - models) or any(_RUN.match(token.text) for token in tokens),
        any(token.letter == "g" for token in tokens),
        " ".join(text.split()),
        models=models,
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
    models = _own_models(lines, contexts)
    found = Context(target=_is_task(lines, index))
    for each in above:
        if each not in contexts:
            contexts[each] = context_of(lines[each].text)
        here = contexts[each]
        found = Context(
            found.metric or here.metric,
            found.which if found.which != "any" or found.metric else here.which,
            found.other or (each in above[:2] and (here.other or not here.models <= models)),
            found.target or (here.target and each in above[:3]),
            found.title or here.title,
            labelled,
        )
    return replace(found, models=models)


def _own_models(lines: Sequence[Line], contexts: dict[int, Context]) -> frozenset[str]:
    """Gives the architectures that the first heading of the document names: the document is about them."""
    if _TITLE not in contexts:
        first = next((line.text for line in lines if line.level), "")
        contexts[_TITLE] = context_of(first)
    return contexts[_TITLE].models


def _is_task(lines: Sequence[Line], index: int) -> bool:
    """Tells whether a line is one of a list of requirements: `The network must have:` stands above it."""
    for back in range(index - 1, max(index - _LONGEST_LIST, -1), -1):
        text = lines[back].text.rstrip()
        if lines[back].level or lines[back].code:
            return False
        if text.endswith(":"):
            return bool(_TASK.search(text))
    return False


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
    after = [token.text for token in tokens[1:]] + [""]
    said = {
        token.letter
        for token, word in zip(tokens, after, strict=False)
        if token.letter in "bl" and not _MODEL.fullmatch(word)
    }
    if len(said) != 1:  # "the best at the last epoch" may be either
        return None
    return "best" if "b" in said else "last"
