"""Checks the claims of a document against the runs in it and in other logs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from reporter.claims.claim import Claim, Verdict
from reporter.claims.decide import decide
from reporter.claims.evidence import Known
from reporter.claims.excerpts import Excerpts, find_excerpts
from reporter.claims.extract import find_claims
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
    """

    path: str
    verdicts: tuple[Verdict, ...]

    @property
    def coverage(self) -> float:
        """The share of the claims that agree; 1 if there are none."""
        return self.count("agrees") / len(self.verdicts) if self.verdicts else 1.0

    def count(self, outcome: str) -> int:
        """Counts the claims with an outcome."""
        return sum(each.outcome == outcome for each in self.verdicts)


def check_text(text: str, path: str, own: Log | None = None, logs: Sequence[tuple[Log, int | None]] = ()) -> Checked:
    """Checks the claims of a document.

    Args:
        text: The document.
        path: Its path.
        own: The document read as a log, if it holds a run.
        logs: Other logs, each with the index of the line that links to it, or None.

    Returns:
        The verdicts.
    """
    lines = read_lines(text, path)
    mine = runs_of(own, lines) if own else []
    known = with_twins(mine, [each for log, at in logs for each in runs_of(log, None, at=at)])
    skipped = ignored(lines)
    outside = [index for index in _outside(lines, mine) if index not in skipped]
    quoted = dict(find_excerpts(lines, outside))
    messages = {known.spot(message.line) for known in mine for message in known.run.messages}
    prose = [
        index
        for index in outside
        if index not in quoted and not lines[index].code and lines[index].spot not in messages
    ]
    in_logs = {lines[index].raw.strip(): lines[index].spot.line for index in sorted(set(range(len(lines))) - set(outside) - skipped)}
    excerpts = Excerpts(known, in_logs, path)
    tables = list(find_tables(lines, prose))
    rows = {index for table in tables for index in table}
    claims = list(find_claims(lines, [index for index in prose if index not in rows]))
    for table in tables:
        claims += table_claims(lines, table, -table[0] * 1000 - 1)
    claims = _distinct(claims)
    if PurePath(path).suffix.lower() in _PRINTED:
        claims = [replace(claim, printed=True) for claim in claims]
    scopes = Scopes(lines, known)
    verdicts = decide(claims, scopes, known)
    verdicts += [excerpts.judge(claim, scopes.of(claim)) for index, claim in quoted.items() if known or not lines[index].code]
    return Checked(path, tuple(sorted(verdicts, key=lambda each: (each.claim.spot, each.claim.column))))


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
