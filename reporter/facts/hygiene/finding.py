"""Defines what a rule is, what it looks at, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from reporter.model import Best, Log, Run

Value: TypeAlias = float | int | str | Sequence[int]
"""A number, a text, or numbers of epochs."""


class Case(NamedTuple):
    """Holds a run that rules look at.

    Attributes:
        log: The log that holds the run.
        run: The run.
        best: The best value of the metric that the run is judged by; None if it has none.
    """

    log: Log
    run: Run
    best: Best | None


class Evidence(NamedTuple):
    """Holds what a rule found in a run.

    Attributes:
        line: The line that shows it, counted from 1.
        text: The finding in one sentence, without a full stop.
        numbers: The numbers of the sentence, by name.
    """

    line: int
    text: str
    numbers: Mapping[str, Value] = {}


Check: TypeAlias = Callable[[Sequence[Case]], Iterable[tuple[Case, Evidence]]]
"""Looks for one thing in all runs."""


class Rule(NamedTuple):
    """Holds one question of a reviewer.

    Attributes:
        code: A letter for the topic and three digits, such as `S101`; it never changes.
        name: Its name, such as `tied-best`.
        sentence: What a run has of which the rule finds something.
        check: Finds it.
    """

    code: str
    name: str
    sentence: str
    check: Check


class Finding(NamedTuple):
    """Holds something that a rule found.

    Attributes:
        rule: The rule.
        log: The log.
        run: The run.
        line: The line that shows it, counted from 1.
        text: The finding in one sentence, without a full stop.
        numbers: The numbers of the sentence, by name.
    """

    rule: Rule
    log: Log
    run: Run
    line: int
    text: str
    numbers: Mapping[str, Value]

    @property
    def code(self) -> str:
        """The code of the rule."""
        return self.rule.code

    @property
    def name(self) -> str:
        """The name of the rule."""
        return self.rule.name


def in_each_run(find: Callable[[Case], Iterable[Evidence]]) -> Check:
    """Makes a check of a function that looks at one run at a time."""

    def check(cases: Sequence[Case]) -> Iterator[tuple[Case, Evidence]]:
        for case in cases:
            for found in find(case):
                yield case, found

    return check
