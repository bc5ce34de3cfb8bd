"""Reads numbers that an author binds to a log, and writes them from it.

<!-- claim: best val_acc run=code9 -->99.53 %<!-- /claim -->
"""

from __future__ import annotations

import re
import shlex
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from reporter.claims.claim import Claim, Kind, Metric, Verdict, Which
from reporter.claims.counts import epoch_evidence, parameter_evidence, time_evidence
from reporter.claims.evidence import Evidence, Known, metric_evidence
from reporter.claims.judge import Match, fits, told, verdict
from reporter.claims.metrics import metric
from reporter.claims.numbers import NUMBER, Number, parse
from reporter.claims.prose import Line, Spot
from reporter.claims.scope import Scopes
from reporter.errors import MarkerError

_INLINE = re.compile(
    r"(?P<open><!--|\{/\*)[ \t]*claim:(?![ \t]*ignore\b)[ \t]*(?P<words>(?:(?!-->|\*/).){1,400}?)[ \t]*(?:-->|\*/\})"
    r"(?P<text>(?:(?!<!--|\{/\*).){0,400}?)(?:<!--|\{/\*)[ \t]*/claim[ \t]*(?:-->|\*/\})"
)
_OPEN = re.compile(r"(?:<!--|\{/\*)[ \t]*claim:(?![ \t]*ignore\b)")
_NUMBER = re.compile(NUMBER)
_WHICH: dict[str, Which] = {"best": "best", "last": "last", "score": "score", "epoch": "best"}
_COUNTS: dict[str, Kind] = {"epochs": "epochs", "params": "params", "time": "time"}
_ADVICE = "write it like 'best val_acc', 'last loss', 'score acc', 'epoch val_acc', 'epochs', 'params' or 'time'"


@dataclass(frozen=True, slots=True)
class Inline:
    """Holds a number that is bound to a log.

    Attributes:
        index: Index of its line in the document.
        start: Where the text between its comments starts in the line, counted from 0.
        end: Where that text ends.
        verdict: What the log says about it.
        text: The text that is true: the same if it agrees already.
    """

    index: int
    start: int
    end: int
    verdict: Verdict
    text: str


def has_inline(text: str) -> bool:
    """Tells whether a text may hold a number that is bound to a log."""
    return bool(_OPEN.search(text))


def find_inline(lines: Sequence[Line], known: Sequence[Known], scopes: Scopes, path: str) -> Iterator[Inline]:
    """Finds the bound numbers of a document, and compares them with their runs.

    Args:
        lines: The lines of the document.
        known: All runs.
        scopes: Finds the runs of a section.
        path: The document, for error messages.

    Yields:
        Each bound number, in order.

    Raises:
        MarkerError: The words of a comment are wrong, its end is missing, or its run is not known.
    """
    for index, line in enumerate(lines):
        if line.code or "claim:" not in line.raw:
            continue
        ticks = [at for at, sign in enumerate(line.raw) if sign == "`"]
        found = [each for each in _INLINE.finditer(line.raw) if bisect_left(ticks, each.start()) % 2 == 0]
        starts = [each for each in _OPEN.finditer(line.raw) if bisect_left(ticks, each.start()) % 2 == 0]
        if len(starts) > len(found):
            raise MarkerError("a claim without <!-- /claim --> in the same line; add it", path, line.spot.line)
        for each in found:
            yield _inline(index, line, each, known, scopes, path)


def _inline(index: int, line: Line, found: re.Match[str], known: Sequence[Known], scopes: Scopes, path: str) -> Inline:
    written = _NUMBER.search(found["text"])
    number = parse(written[0]) if written else None
    if written is None or number is None:
        raise MarkerError("no number between the comments of a claim; write one, such as 0.0", path, line.spot.line)
    claim, name = _claim(found["words"], number, line, path)
    run = _run(name, claim, known, scopes, path)
    every = _evidence(claim, run)
    if not every:
        raise MarkerError(
            f"the run {run.run.name!r} has no {claim.words or claim.metric}; {_ADVICE}", path, line.spot.line
        )
    truth = every[0]
    value = Decimal(truth.epochs[0]) if claim.kind == "epoch_of_best" else truth.value
    right = number.scaled in map(Decimal, truth.epochs) if claim.kind == "epoch_of_best" else fits(claim, truth)
    text = found["text"]
    start = found.start("text")
    shown = claim_text(claim, found, start)
    if right:
        return Inline(index, start, found.end("text"), _verdict(shown, "agrees", told(truth), run, truth), text)
    new = text[: written.start()] + rewritten(written[0], number, value, claim) + text[written.end() :]
    return Inline(
        index, start, found.end("text"), _verdict(shown, "disagrees", f"the log has {told(truth)}", run, truth), new
    )


def claim_text(claim: Claim, found: re.Match[str], start: int) -> Claim:
    """Gives a claim its words and its column."""
    return replace(claim, text=found["text"].strip(), column=start + 1)


def _verdict(claim: Claim, outcome: str, reason: str, run: Known, truth: Evidence) -> Verdict:
    return verdict(claim, outcome, reason, Match(run, None, ()), truth)


def _claim(words: str, number: Number, line: Line, path: str) -> tuple[Claim, str]:
    """Reads the words of a comment: `best val_acc run=code9`."""
    try:
        parts = shlex.split(words)
    except ValueError as error:
        raise MarkerError(f"claim {words!r}: {error}; {_ADVICE}", path, line.spot.line) from None
    options = dict(part.split("=", 1) for part in parts if "=" in part)
    names = [part for part in parts if "=" not in part]
    if unknown := next((name for name in options if name not in ("run", "logs")), None):
        raise MarkerError(
            f"claim {words!r}: unknown option {unknown!r}; the options are run and logs", path, line.spot.line
        )
    common = Claim(line.spot, 1, "", "derived", (number,), section=line.section)
    if len(names) == 1 and names[0] in _COUNTS:
        part = {"params": "total", "time": "total"}.get(names[0], "")
        return replace(common, kind=_COUNTS[names[0]], words=part), options.get("run", "")
    if len(names) == 2 and names[0] in _WHICH:
        kinds: dict[str, Kind] = {
            "best": "best_metric",
            "last": "last_metric",
            "score": "score",
            "epoch": "epoch_of_best",
        }
        asked = metric(names[1]) if names[0] == "score" else Metric(names[1], verbatim=True)
        return replace(common, kind=kinds[names[0]], metric=asked, which=_WHICH[names[0]]), options.get("run", "")
    raise MarkerError(f"claim {words!r}: not understood; {_ADVICE}", path, line.spot.line)


def _run(name: str, claim: Claim, known: Sequence[Known], scopes: Scopes, path: str) -> Known:
    """Finds the run that a comment names, or the only one of its section."""
    line = claim.spot.line
    if name:
        exact = [each for each in known if name.lower() in each.names]
        named = exact or [each for each in known if any(name.lower() in other for other in each.names)]
        if len(named) == 1:
            return named[0]
        problem = f"{len(named)} runs are" if named else "no run is"
        names = ", ".join(dict.fromkeys(each.run.name for each in known)) or "none"
        raise MarkerError(f"{problem} called {name!r}; the runs are {names}", path, line)
    scope = scopes.of(claim)
    if len(scope.runs) != 1:
        raise MarkerError(f"{len(scope.runs)} runs may be meant; add run=NAME, or a link to the log", path, line)
    return scope.runs[0]


def _evidence(claim: Claim, run: Known) -> list[Evidence]:
    if claim.kind == "params":
        return parameter_evidence(claim, run, None)
    if claim.kind == "epochs":
        return epoch_evidence(run)
    if claim.kind == "time":
        return time_evidence(claim, run)
    wanted = {"best_metric": "best", "epoch_of_best": "best", "last_metric": "last", "score": "score"}[claim.kind]
    return [each for each in metric_evidence(claim, run, None) if each.kind == wanted]


def rewritten(words: str, number: Number, value: Decimal, claim: Claim) -> str:
    """Writes a value in the way a number is written: its unit, its decimals and its thousands separators.

    Args:
        words: The number as it is written, such as `99.52 %`.
        number: The same, parsed.
        value: The value of the log, such as 0.9953.
        claim: What it is; an accuracy above 1 is in percent.

    Returns:
        The value, such as `99.53 %`.
    """
    share = claim.metric is not None and claim.kind != "epoch_of_best"
    if share and number.unit == "" and number.value > 1 and abs(value) <= 1 and "loss" not in str(claim.metric):
        value = value * 100
    factor = number.scaled / number.value if number.value else Decimal(1)
    if number.unit == "%" and not number.value:
        factor = Decimal("0.01")
    exponent = number.value.as_tuple().exponent
    step = Decimal(1).scaleb(exponent if isinstance(exponent, int) and exponent < 0 else 0)
    made = (value / factor).quantize(step, rounding=ROUND_HALF_UP)
    digits = f"{made:,f}" if "," in words or (made >= 10000 and "," in words) else f"{made:f}"
    unit = re.search(r"\s?[^\d\s.,+-][^\d]*$", words)
    return digits + (unit[0] if unit and number.unit else "")


def filled(raw: str, inlines: Sequence[Inline]) -> str:
    """Replaces the texts of the bound numbers of one line."""
    for each in sorted(inlines, key=lambda one: one.start, reverse=True):
        raw = raw[: each.start] + each.text + raw[each.end :]
    return raw


def covers(inlines: Sequence[Inline], spot: Spot, column: int) -> bool:
    """Tells whether a claim of the prose lies in a bound number."""
    return any(each.verdict.claim.spot == spot and each.start - 2 <= column - 1 <= each.end for each in inlines)
