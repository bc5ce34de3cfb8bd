"""Compares what is read of a document with the facts that it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

from messes.document import Document, Facts, Training, written
from reporter import Run
from reporter.reading.reader import Reader

Verdict: TypeAlias = Literal["right", "left out", "wrong", "silent"]

UNRELATED = {"keras-3-bar", "monitor-not-available", "line-cut"}
"""Warnings that do not say that the reader had doubts; a wrong fact beside one of these is silent."""


class Fact(NamedTuple):
    """Holds what became of one fact.

    Attributes:
        name: What it is about.
        verdict: `right`, `left out` (nothing was read), `wrong`, or `silent`: wrong in a run without a warning.
        want: What should be read.
        got: What is read.
    """

    name: str
    verdict: Verdict
    want: object
    got: object


def read(document: Document) -> tuple[Run, ...]:
    """Read a document."""
    reader = Reader("some.log")
    for number, text in enumerate(document.cells()):
        if number:
            reader.begin_cell(number)
        reader.feed_text(text)
    return reader.close().runs


def check(document: Document, runs: Sequence[Run]) -> Iterator[Fact]:
    """Compare the runs that were read with the trainings of the document, in order."""
    trainings = document.trainings
    said = any(_warns(run) for run in runs)
    if not runs:
        yield Fact("number of runs", "left out", len(trainings), 0)
    else:
        right = len(runs) == len(trainings)
        yield Fact("number of runs", "right" if right else _wrong(said), len(trainings), len(runs))
    for index, training in enumerate(trainings):
        run = runs[index] if index < len(runs) else None
        for fact in _check_run(document, training, run):
            if run is None:
                yield fact._replace(verdict="left out")
            elif fact.name.split()[0] not in training.unclear or fact.verdict == "silent":
                yield fact


def _warns(run: Run) -> bool:
    return any(warning.code not in UNRELATED for warning in run.warnings)


def _wrong(said: bool) -> Verdict:
    return "wrong" if said else "silent"


def _check_run(document: Document, training: Training, run: Run | None) -> Iterator[Fact]:
    """Compare a training with the run in its place."""
    want = dict(document.facts_of(training, ["result"]))
    got: dict[int | None, Facts] = {}
    got.update({epoch.epoch: written(epoch.logs) for epoch in run.epochs} if run else {})
    tested = [facts for _, facts in document.facts_of(training, ["evaluation", "score"])]
    evaluations = [written(each.logs) for each in run.evaluations] if run else []
    partial = run.partial and (run.partial.epoch, run.partial.step, written(run.partial.logs)) if run else None
    said = run is not None and _warns(run)
    yield _sequence("epochs", list(want), list(got), said)
    for epoch, facts in want.items():
        yield _sequence(f"values of epoch {epoch}", sorted(facts.items()), sorted(got.get(epoch, {}).items()), said)
    yield _sequence("evaluations", tested, evaluations, said)
    yield _single("declared", training.declared, run and run.epochs_declared, said)
    yield _single("partial", training.partial, partial, said)
    if training.status:
        yield _single("status", training.status, run and run.status, said)


def _single(name: str, want: object, got: object, said: bool) -> Fact:
    verdict: Verdict = "right" if want == got else "left out" if got is None else _wrong(said)
    return Fact(name, verdict, want, got)


def _sequence(name: str, want: list[Any], got: list[Any], said: bool) -> Fact:
    """Compare two lists: one that lacks some of the wanted elements, and has no others, leaves them out."""
    rest = iter(want)
    verdict: Verdict = "right" if want == got else "left out" if all(each in rest for each in got) else _wrong(said)
    return Fact(name, verdict, want, got)
