"""Finds the claims in the prose of a document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from reporter.claims.build import Build, build
from reporter.claims.claim import Claim
from reporter.claims.contexts import Context, context_at
from reporter.claims.joining import joined
from reporter.claims.numbers import WORD
from reporter.claims.passages import Passage, passages
from reporter.claims.phrasings import CLAIMS
from reporter.claims.prose import Line
from reporter.claims.weight_words import with_weights, without_weights
from reporter.claims.words import Token, sentences

_CLAIMS = [(phrasing.gives, phrasing.compiled()) for phrasing in CLAIMS]
_REACHED = re.compile(
    r"reach|achiev|acheiv|g[oe]t|gave|giv|obtain|attain|hit|scor|rec|yield|result|came|rose|improv|went", re.IGNORECASE
)
_NUMBER = re.compile(rf"\d|\b{WORD}\b", re.IGNORECASE)
_WORTH = re.compile(
    r"acc|loss|error|epoc|param|score|auc|f1|precision|recall|\bm[sa]e\b|iou|dice|perplex|took|time|par[ae]m|weights|"
    r"\[|best|max|%|\d\.\d|percent|sec|min|hour",
    re.IGNORECASE,
)


def find_claims(lines: Sequence[Line], wanted: Iterable[int]) -> Iterator[Claim]:
    """Finds the claims in the prose of a document.

    Args:
        lines: All lines of the document.
        wanted: The indices of the lines that are prose.

    Yields:
        The claims, in order.
    """
    contexts: dict[int, Context] = {}
    group, before = 0, -2
    for passage in passages(lines, wanted):
        first = passage.lines[0]
        if lines[first].level or first != before + 1 or not lines[before].text.strip():
            group += 1
        before = passage.lines[-1]
        if not _NUMBER.search(passage.text) or not _WORTH.search(passage.text):
            continue
        around, spoken = context_at(lines, first, contexts), False
        text, named = without_weights(passage.text)
        end = 0
        for tokens in sentences(text):
            around = replace(around, other=around.other or (spoken and len(passage.lines) == 1))
            spoken = spoken or any(token.letter == "o" for token in tokens)
            start = max(text.rfind(mark, end, tokens[0].start) for mark in ".!?|") + 1 or end
            end = tokens[-1].end
            for found in with_weights(list(_in_sentence(joined(tokens), around)), named, start, end):
                yield _placed(found, passage, lines, group)


def claims_of_text(text: str, around: Context) -> Iterator[Build]:
    """Finds the claims of a text that has no lines of its own, such as the cell of a table with its header."""
    for tokens in sentences(text):
        yield from _in_sentence(joined(tokens), around)


def _in_sentence(tokens: Sequence[Token], around: Context) -> Iterator[Build]:
    """Finds the claims of one sentence."""
    if around.target:
        return
    letters = "".join(token.letter for token in tokens)
    found: list[tuple[int, int, str]] = []
    for gives, pattern in _CLAIMS:
        for match in pattern.finditer(letters):
            start, end = match.span()
            if "#" in letters[start:end] or not _applies(gives, tokens, start, around):
                continue
            found.append((start, end, gives))
            letters = letters[:start] + "#" * (end - start) + letters[end:]
    built = [each for start, end, gives in sorted(found) for each in build(gives, tokens, start, end, around)]
    epochs = {int(each.claim.number.value) for each in built if each.claim.kind == "epoch_of_best"}
    yield from (_at_same_epoch(each, epochs) for each in built)


def _at_same_epoch(found: Build, epochs: set[int]) -> Build:
    """Lets a value be that of the only epoch that its sentence names: `0.9953 at epoch 18, with a loss of 0.0156`."""
    claim = found.claim
    if len(epochs) != 1 or claim.epoch is not None or claim.metric is None or claim.which != "any":
        return found
    return found._replace(claim=replace(claim, epoch=next(iter(epochs))))


def _applies(gives: str, tokens: Sequence[Token], start: int, around: Context) -> bool:
    """Tells whether the words around a phrasing that has no metric of its own make it a claim."""
    if gives == "reached":
        return any(_REACHED.match(token.text) for token in tokens[max(start - 3, 0) : start])
    if gives == "label":
        numbers = [token.numbers[0] for token in tokens if token.letter == "N"]
        return (
            around.metric is not None and len(numbers) == 1 and (numbers[0].unit == "%" or "." in f"{numbers[0].value}")
        )
    if gives == "score":
        printed = next(token for token in tokens[start:] if token.letter == "L")
        return any("." in str(number.value) for number in printed.numbers)
    if gives == "epoch_below":
        return around.which == "best" and around.label
    if gives == "other":
        return any(token.letter == "m" for token in tokens[:start])
    return True


def _is_printed(line: Line, start: int, end: int) -> bool:
    """Tells whether a claim is a whole line without markup, as a program prints it."""
    return not line.spot.cell and line.raw == line.text and not line.raw[:start].strip() and not line.raw[end:].strip()


def _placed(found: Build, passage: Passage, lines: Sequence[Line], group: int) -> Claim:
    """Gives a claim its place and its words: those on the line of its number."""
    index, _ = passage.place(found.number)
    at = passage.lines.index(index)
    begin = passage.starts[at]
    start = max(found.start, begin) - begin
    end = min(found.end - begin, len(lines[index].text))
    line = lines[index]
    return replace(
        found.claim,
        spot=line.spot,
        column=start + 1,
        text=line.raw[start:end].strip(),
        section=line.section,
        group=group,
        printed=_is_printed(line, start, end),
    )
