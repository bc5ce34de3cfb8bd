"""Checks the claims of a document against the runs in it and in other logs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from reporter.claims.claim import Claim, Verdict
from reporter.claims.decide import decide
from reporter.claims.evidence import Known
from reporter.claims.excerpts import Excerpts, find_excerpts
from reporter.claims.extract import find_claims
from reporter.claims.inline import Inline, covers, find_inline
from reporter.claims.prose import Line, Spot, ignored, read_lines
from reporter.claims.scope import Scopes, regions, runs_of, with_twins
from reporter.claims.tables import find_tables, table_claims
from reporter.model import Log

_PRINTED = (".txt", ".log", ".out")
"""Files whose lines are output of programs."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Holds a document whose claims were checked.

    Attributes:
        path: The document.
        verdicts: One verdict for each claim, in order.
        lines: The lines of the document.
    """

    path: str
    verdicts: tuple[Verdict, ...]
    lines: tuple[Line, ...] = field(default=(), repr=False)

    @property
    def coverage(self) -> float:
        """The share of the claims that agree; 1 if there are none."""
        return self.count("agrees") / len(self.verdicts) if self.verdicts else 1.0

    def count(self, outcome: str) -> int:
        """Counts the claims with an outcome."""
        return sum(each.outcome == outcome for each in self.verdicts)


class Document:
    """Holds a document and the runs that its claims may be about.

    Args:
        text: The document.
        path: Its path.
        own: The document read as a log, if it holds a run.
        logs: Other logs, each with the index of the line that links to it, or None.
    """

    def __init__(
        self, text: str, path: str, own: Log | None = None, logs: Sequence[tuple[Log, int | None]] = ()
    ) -> None:
        self.path = path
        self.lines = read_lines(text, path)
        self._own = runs_of(own, self.lines) if own else []
        self.known = with_twins(self._own, [each for log, at in logs for each in runs_of(log, None, at=at)])
        self.scopes = Scopes(self.lines, self.known)

    def inline(self) -> list[Inline]:
        """Finds the numbers that are bound to a log by a comment.

        Raises:
            MarkerError: A comment is wrong.
        """
        return list(find_inline(self.lines, self.known, self.scopes, self.path))

    def check(self) -> Checked:
        """Checks all claims."""
        skipped = ignored(self.lines)
        outside = [index for index in _outside(self.lines, self._own) if index not in skipped]
        quoted = dict(find_excerpts(self.lines, outside))
        inlines = self.inline()
        claims = [claim for claim in self._claims(outside, quoted) if not covers(inlines, claim.spot, claim.column)]
        verdicts = decide(claims, self.scopes, self.known)
        verdicts += [each.verdict for each in inlines]
        excerpts = Excerpts(self.known, self._log_lines(outside, skipped), self.path)
        for index, claim in quoted.items():
            if self.known or not self.lines[index].code:
                verdicts.append(excerpts.judge(claim, self.scopes.of(claim)))
        ordered = sorted(verdicts, key=lambda each: (each.claim.spot, each.claim.column))
        return Checked(self.path, tuple(ordered), tuple(self.lines))

    def _claims(self, outside: Sequence[int], quoted: Collection[int]) -> list[Claim]:
        """Finds the claims in sentences and in tables."""
        lines = self.lines
        messages = {known.spot(message.line) for known in self._own for message in known.run.messages}
        prose = [
            index
            for index in outside
            if index not in quoted and not lines[index].code and lines[index].spot not in messages
        ]
        tables = list(find_tables(lines, prose))
        rows = {index for table in tables for index in table}
        claims = list(find_claims(lines, [index for index in prose if index not in rows]))
        for table in tables:
            claims += table_claims(lines, table, -table[0] * 1000 - 1, lambda title: bool(self.scopes.named_in(title)))
        printed = PurePath(self.path).suffix.lower() in _PRINTED
        return [replace(claim, printed=True) if printed else claim for claim in _distinct(claims)]

    def _log_lines(self, outside: Sequence[int], skipped: Collection[int]) -> dict[str, int]:
        """Gives the text of each line that belongs to a log, with its number."""
        prose = {*outside, *skipped}
        return {line.raw.strip(): line.spot.line for index, line in enumerate(self.lines) if index not in prose}


def check_text(text: str, path: str, own: Log | None = None, logs: Sequence[tuple[Log, int | None]] = ()) -> Checked:
    """Checks the claims of a document; for the arguments see `Document`."""
    return Document(text, path, own, logs).check()


def _outside(lines: Sequence[Line], known: Iterable[Known]) -> list[int]:
    """Selects the lines that are no part of a log."""
    parts = sorted(regions(known))
    wanted, at = [], 0
    for index, line in enumerate(lines):
        while at < len(parts) and parts[at][1] < line.spot:
            at += 1
        if not (at < len(parts) and parts[at][0] <= line.spot):
            wanted.append(index)
    return wanted


def _distinct(claims: Sequence[Claim]) -> list[Claim]:
    """Leaves out claims that were found twice at the same place."""
    seen: set[tuple[Spot, int, str, str]] = set()
    kept = []
    for claim in claims:
        key = (claim.spot, claim.column, claim.text, str(claim.number.scaled))
        if key not in seen:
            seen.add(key)
            kept.append(claim)
    return kept
