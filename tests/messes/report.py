"""Counts what becomes of the facts of many messes, and prints the tables."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from messes.document import Document
from messes.operators import DEEPEST, OPERATORS, STAGES, Mess, compose
from messes.score import Fact, Verdict, check, read

VERDICTS: tuple[Verdict, ...] = ("right", "left out", "wrong", "silent")


@dataclass(frozen=True)
class Result:
    """Holds a mess, and what became of its facts."""

    number: int
    mess: Mess
    facts: tuple[Fact, ...]

    @property
    def missed(self) -> list[Fact]:
        """The facts that are not right, the silently wrong ones first."""
        missed = [fact for fact in self.facts if fact.verdict != "right"]
        return sorted(missed, key=lambda fact: -VERDICTS.index(fact.verdict))


def results(count: int, seed: int, names: Sequence[str] = tuple(OPERATORS), deepest: int = DEEPEST) -> Iterator[Result]:
    """Compose messes and read them."""
    for number in range(count):
        mess = compose(Random(f"{seed}/{number}"), names, deepest)
        yield Result(number, mess, tuple(check(mess.document, read(mess.document))))


def tally(facts: Iterable[Fact]) -> Counter[Verdict]:
    """Count verdicts."""
    return Counter(fact.verdict for fact in facts)


def share(counts: Counter[Verdict]) -> float:
    """Give the percentage of facts that are right."""
    return 100 * counts["right"] / (counts.total() or 1)


def row(name: str, documents: int, counts: Counter[Verdict]) -> str:
    """Lay out one row of a table."""
    numbers = "".join(f"{counts[verdict]:>9}" for verdict in VERDICTS[1:])
    return f"{name:<60}{documents:>6}{counts.total():>8}{share(counts):>8.2f}%{numbers}"


HEAD = f"{'':<60}{'docs':>6}{'facts':>8}{'right':>9}" + "".join(f"{verdict:>9}" for verdict in VERDICTS[1:])


def table(found: Sequence[Result], pairs: int) -> str:
    """Lay out the counts of all operators, the worst first, and of the worst pairs of operators."""
    groups: dict[str, list[Result]] = {}
    for result in found:
        for name in result.mess.operators:
            groups.setdefault(name, []).append(result)
    both: dict[str, list[Result]] = {}
    for result in found:
        for one, other in itertools.combinations(result.mess.operators, 2):
            both.setdefault(f"{one} + {other}", []).append(result)
    blocks = [HEAD, row("all", len(found), tally(fact for result in found for fact in result.facts)), ""]
    blocks += [*_rows(groups), "", *_rows({name: each for name, each in both.items() if len(each) > 2})[:pairs]]
    return "\n".join(blocks)


def _rows(groups: dict[str, list[Result]]) -> list[str]:
    counts = {name: tally(fact for result in each for fact in result.facts) for name, each in groups.items()}
    return [row(name, len(groups[name]), counts[name]) for name in sorted(counts, key=lambda name: share(counts[name]))]


def worst(found: Sequence[Result], count: int) -> str:
    """Lay out the messes with most wrong facts; of two that are as bad, the shorter one comes first."""
    bad = [result for result in found if result.missed]
    bad.sort(
        key=lambda result: (
            -tally(result.facts)["silent"],
            -tally(result.facts)["wrong"],
            len(text(result.mess.document)),
        )
    )
    return "\n".join(map(example, bad[:count]))


def example(result: Result) -> str:
    """Lay out one mess, and the facts of it that are not right."""
    facts = "\n".join(f"  {each.verdict}: {each.name}: {each.got!r}, not {each.want!r}" for each in result.missed)
    return f"=== {result.number}: {', '.join(result.mess.operators)}\n{text(result.mess.document)}\n{facts}\n"


def text(document: Document) -> str:
    """Show a document, its control characters as Python writes them."""
    whole = "\n--- next cell ---\n".join(document.cells())
    return whole.replace("\b", "\\b").replace("\r", "\\r").replace("\x1b", "\\e")


def markdown() -> str:
    """Lay out the operators as tables for the documentation."""
    rows = ["| stage | operator | what it does |", "|---|---|---|"]
    for stage, operators in STAGES.items():
        for operator in operators:
            name, sentence = operator.__name__.replace("_", " "), (operator.__doc__ or "").replace("|", "\\|")
            rows.append(f"| {stage} | {name} | {sentence} |")
    return "\n".join(rows) + "\n"
