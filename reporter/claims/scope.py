"""Decides which runs a claim may be about: by name, section, link and order."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import NamedTuple

from reporter.claims.claim import Claim
from reporter.claims.evidence import Known
from reporter.claims.prose import Line, Spot
from reporter.model import Log, Run

_SHORTEST_NAME = 3
_MANY = 1000
"""Most epochs with the same value of a metric that are compared with a line."""


class Scope(NamedTuple):
    """Holds the runs that a claim may be about.

    Attributes:
        runs: The runs; empty if there is none.
        sure: Whether the place or the words leave no doubt that it is one of these.
        why: What tells, for people.
    """

    runs: tuple[Known, ...]
    sure: bool
    why: str


class Scopes:
    """Finds the runs of claims.

    Args:
        lines: The lines of the document.
        known: All runs.
    """

    def __init__(self, lines: Sequence[Line], known: Sequence[Known]) -> None:
        self._lines = lines
        self._known = known
        self._parents: dict[int, int] = {}
        self._chains = {id(each): self._chain(self._section_of(each)) for each in known if each.at is not None}
        named: dict[str, list[Known]] = {}
        for each in known:
            for name in each.names:
                named.setdefault(name, []).append(each)
        self._named = named
        self._titles: dict[int, tuple[Known, ...]] = {}

    def of(self, claim: Claim) -> Scope:
        """Finds the runs that a claim may be about."""
        if claim.hint and (named := self.named_in(claim.hint)):
            return Scope(named, len(named) == 1, "named in its row")
        if claim.hint:
            return Scope(tuple(self._known), False, "a row that names no run")
        everything = tuple(self._known)
        chain = self._chain(claim.section)
        for depth, section in enumerate(chain):
            if section >= 0 and (named := self._named_by(section)):
                return Scope(named, len(named) == 1, "named in the heading")
            inside = self._inside(section, depth)
            if inside:
                own = depth == 0 or (depth == 1 and section >= 0 and self._is_heading(claim))
                sure = (
                    own
                    and len(inside) == 1
                    and (section >= 0 or len(everything) == 1 or self._before(claim, inside[0]))
                )
                return Scope(inside, sure, "in the same section")
        placed = [each for each in self._known if each.at is not None]
        alone = len(everything) == 1 and not placed
        return Scope(everything, alone, "the only run" if alone else "all runs")

    def _inside(self, section: int, depth: int) -> tuple[Known, ...]:
        """Finds the runs of a section; in a part above the first heading, those without a heading come first."""
        inside = tuple(each for each in self._known if section in self._chains.get(id(each), ()))
        without = tuple(each for each in inside if self._chains[id(each)] == (-1,))
        return without if section < 0 and depth == 0 and without else inside

    def named_in(self, text: str) -> tuple[Known, ...]:
        """Finds the runs whose name stands in a text, those with the longest name."""
        low = text.lower()
        found = [(name, runs) for name, runs in self._named.items() if name in low and _is_word(name, low)]
        if not found:
            return ()
        longest = max(len(name) for name, _ in found)
        return tuple({id(run): run for name, runs in found if len(name) == longest for run in runs}.values())

    def _named_by(self, section: int) -> tuple[Known, ...]:
        if section not in self._titles:
            placed = {id(each) for each in self._known if each.at is not None}
            found = self.named_in(self._lines[section].text)
            self._titles[section] = tuple(each for each in found if id(each) not in placed)
        return self._titles[section]

    def _before(self, claim: Claim, known: Known) -> bool:
        """Tells whether a claim stands before the end of the only run of a part without headings."""
        return known.at is not None and known.log.runs[-1] is not known.run

    def _is_heading(self, claim: Claim) -> bool:
        return claim.section >= 0 and self._lines[claim.section].spot == claim.spot

    def _section_of(self, known: Known) -> int:
        assert known.at is not None
        return self._lines[known.at - 1].section if 0 < known.at <= len(self._lines) else -1

    def _chain(self, section: int) -> tuple[int, ...]:
        """Gives a section and all that it is part of; -1, the whole document, is the last."""
        chain: list[int] = []
        while section >= 0 and len(chain) < 60:
            chain.append(section)
            section = self._parent(section)
        return (*chain, -1)

    def _parent(self, index: int) -> int:
        if index not in self._parents:
            level, at, steps = self._lines[index].level, index, 0
            while at > 0 and steps < 200:
                at = self._lines[at - 1].section
                if at < 0 or self._lines[at].level < level:
                    break
                steps += 1
            self._parents[index] = at if at != index and (at < 0 or self._lines[at].level < level) else -1
        return self._parents[index]


def _is_word(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", text) is not None


def runs_of(log: Log, lines: Sequence[Line] | None, *, at: int | None = None) -> list[Known]:
    """Prepares the runs of a log for the search for evidence.

    Args:
        log: The log.
        lines: The lines of the document, if the log is the document itself.
        at: For a log that the document links to, the index of the line of the link.

    Returns:
        The runs.
    """
    spots = [line.spot for line in lines] if lines is not None else []
    known = []
    quoted = _quoted(log.runs) if lines is not None else set()
    for run in log.runs:
        if id(run) in quoted:
            continue
        made = Known(run, log, None, _names(run, log, alone=len(log.runs) == 1))
        place = bisect_left(spots, made.spot(_first_line(run))) if lines is not None else at
        evaluations = tuple((log, each) for each in run.evaluations if lines is None or each.line >= _first_line(run))
        counts = run.parameters if run.parameters and (lines is None or run.parameters.trainable is not None) else None
        known.append(Known(run, log, place, made.names, evaluations, (log, counts) if counts else None))
    return known


def _quoted(runs: Sequence[Run]) -> set[int]:
    """Finds runs that may be a quoted line: half of the values of their epoch are those of another, or all are such.

    A document in which all runs are single lines shows examples of lines, and no training.
    """
    single = [run for run in runs if len(run.epochs) == 1 and run.epochs_declared is None]
    if not single or len(runs) == 1:
        return set()
    if len(single) == len(runs):
        return set(map(id, single))
    places: dict[tuple[str, float], list[int]] = {}
    for epoch in (epoch for run in runs for epoch in run.epochs):
        for pair in epoch.logs.items():
            places.setdefault(pair, []).append(id(epoch))
    found = set()
    for run in single:
        (epoch,) = run.epochs
        same = Counter(place for pair in epoch.logs.items() for place in places[pair][:_MANY] if place != id(epoch))
        if same and max(same.values()) * 2 >= len(epoch.logs):
            found.add(id(run))
    return found


def _first_line(run: Run) -> int:
    return min(run.line, run.epochs[0].line) if run.epochs else run.line


def _names(run: Run, log: Log, *, alone: bool) -> frozenset[str]:
    """Gives the names that a text may use for a run: its own, without its ending, and the path of its log."""
    path = PurePath(log.path)
    names = {run.name, PurePath(run.name).stem, *((path.as_posix(), path.name, path.stem) if alone else ())}
    names |= {f"{path.parent.name}/{path.name}"} if alone else set()
    return frozenset(name.lower() for name in names if len(name) >= _SHORTEST_NAME and not name.isdigit())


def with_twins(own: Sequence[Known], others: Sequence[Known]) -> list[Known]:
    """Joins runs of the document with the same runs in other files, which may say more.

    Args:
        own: The runs of the document.
        others: The runs of other files.

    Returns:
        The runs of the document, with the evidence of their twins, then the other runs.
    """
    by_values = {_values(each.run): each for each in reversed(others)}
    joined, used = [], set()
    for each in own:
        twin = by_values.get(_values(each.run))
        if twin is None or not each.run.epochs:
            joined.append(each)
            continue
        used.add(id(twin))
        evaluations = (*each.evaluations, *twin.evaluations)
        joined.append(
            Known(each.run, each.log, each.at, each.names | twin.names, evaluations, twin.parameters or each.parameters)
        )
    return [*joined, *(each for each in others if id(each) not in used)]


def _values(run: Run) -> tuple[tuple[tuple[str, float], ...], ...]:
    return tuple(tuple(epoch.logs.items()) for epoch in run.epochs)


def regions(known: Iterable[Known]) -> list[tuple[Spot, Spot]]:
    """Gives the parts of a document that are logs, from the first to the last line of each run."""
    found = []
    for each in known:
        run = each.run
        if run.epochs or run.partial:
            last = max([*(epoch.line for epoch in run.epochs[-1:]), *([run.partial.line] if run.partial else [])])
            found.append((each.spot(run.line), each.spot(last)))
    return found
