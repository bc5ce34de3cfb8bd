"""Makes the HTML page of checked documents: their text, with each claim marked by its verdict."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from pathlib import Path
from typing import NamedTuple

from reporter.claims.check import Checked
from reporter.claims.claim import Outcome, Verdict
from reporter.claims.prose import Line, Spot
from reporter.documents.claims import coverage_line, sentence
from reporter.documents.render import TEMPLATES
from reporter.documents.sandbox import render_template
from reporter.sources import git
from reporter.sources.names import STDIN
from reporter.sources.remote import is_remote

_FOLDED = 40
"""Lines without a claim, one below the other, from which on they are folded."""

_AROUND = 3
"""Lines that stay above and below a claim."""

_WORST: tuple[Outcome, ...] = ("agrees", "unsupported", "disagrees")


class Part(NamedTuple):
    """Holds a part of a line.

    Attributes:
        text: The words.
        outcome: The verdict on the claim that it is; empty if it is none.
        title: The reasons.
        link: Link to the line of the log; empty if there is none.
    """

    text: str
    outcome: str = ""
    title: str = ""
    link: str = ""


class MarkedLine(NamedTuple):
    """Holds a line of a document.

    Attributes:
        number: Its number, in a notebook with its cell: `3:7`.
        is_heading: Whether it is a heading.
        parts: Its parts, from left to right.
        notes: Verdicts that are to be read: those that do not agree.
    """

    number: str
    is_heading: bool
    parts: tuple[Part, ...]
    notes: tuple[tuple[str, str], ...]


class Fold(NamedTuple):
    """Holds lines of a document that follow each other, and whether they are folded."""

    folded: bool
    lines: tuple[MarkedLine, ...]


class Page(NamedTuple):
    """Holds a document as the template shows it."""

    path: str
    summary: str
    folds: tuple[Fold, ...]


def to_html(documents: Sequence[Checked], folder: Path | None = None) -> str:
    """Shows documents with their claims marked by verdict, as one HTML page.

    Args:
        documents: The documents, with their lines.
        folder: The folder of the page, which links to logs are relative to; by default the working directory.

    Returns:
        The page. It needs no other file, runs no script, and all text from documents and logs is escaped.
    """
    pages = [Page(each.path, coverage_line(each), tuple(_folds(each, folder))) for each in documents]
    return render_template("claims.html", "html", [TEMPLATES], {"pages": pages})


def _folds(checked: Checked, folder: Path | None) -> Iterator[Fold]:
    """Splits a document into what is shown and what is folded."""
    verdicts: dict[Spot, list[Verdict]] = {}
    for each in checked.verdicts:
        verdicts.setdefault(each.claim.spot, []).append(each)
    lines = [_marked(line, verdicts.get(line.spot, []), folder) for line in checked.lines]
    for shown, stretch in groupby(zip(_shown(checked.lines, verdicts), lines, strict=True), key=lambda pair: pair[0]):
        yield Fold(not shown, tuple(line for _, line in stretch))


def _shown(lines: Sequence[Line], verdicts: dict[Spot, list[Verdict]]) -> list[bool]:
    """Tells for each line whether it is shown at once: long stretches without a claim are not."""
    claims = [index for index, line in enumerate(lines) if line.spot in verdicts]
    ends = [-1, *claims, len(lines)]
    shown = [True] * len(lines)
    for before, after in pairwise(ends):
        if after - before > _FOLDED:
            first, last = before + 1 + _AROUND, after - _AROUND
            shown[first:last] = [False] * (last - first)
    return shown


def _marked(line: Line, verdicts: Sequence[Verdict], folder: Path | None) -> MarkedLine:
    spot = line.spot
    number = f"{spot.cell}:{spot.line}" if spot.cell else str(spot.line)
    notes = tuple((each.outcome, sentence(each)) for each in verdicts if each.outcome != "agrees")
    return MarkedLine(number, line.level > 0, tuple(_parts(line.raw, verdicts, folder)), notes)


def _parts(text: str, verdicts: Sequence[Verdict], folder: Path | None) -> Iterator[Part]:
    """Splits a line at its claims; claims that overlap become one part, with the worst of their verdicts."""
    end = 0
    for start, stop, several in _spans(text, verdicts):
        if text[end:start]:
            yield Part(text[end:start])
        outcome = max((each.outcome for each in several), key=_WORST.index)
        worst = next(each for each in several if each.outcome == outcome)
        yield Part(text[start:stop], outcome, "\n".join(map(sentence, several)), _link(worst, folder))
        end = stop
    if text[end:]:
        yield Part(text[end:])


def _spans(text: str, verdicts: Sequence[Verdict]) -> list[tuple[int, int, list[Verdict]]]:
    spans: list[tuple[int, int, list[Verdict]]] = []
    for each in sorted(verdicts, key=lambda each: each.claim.column):
        start = each.claim.column - 1
        stop = min(start + max(len(each.claim.text), 1), len(text))
        if spans and start < spans[-1][1]:
            first, last, several = spans.pop()
            spans.append((first, max(last, stop), [*several, each]))
        elif start < stop:
            spans.append((start, stop, [each]))
    return spans


def _link(verdict: Verdict, folder: Path | None) -> str:
    """Gives the link to the line of the log; logs in git, packed ones and notebooks have no lines in a browser."""
    path = verdict.path
    if not path or path == STDIN or is_remote(path) or git.is_git(path):
        return ""
    return Path(os.path.relpath(path, folder or ".")).as_posix()
