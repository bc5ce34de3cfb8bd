"""A log and the record of its training agree within the precision that Keras prints, and not beyond."""

import math
from dataclasses import replace

import pytest
from conftest import SECTION, runs_of

from reporter.facts.verify import disagreements, printed_alike
from reporter.model import Evaluation, Record


@pytest.mark.parametrize(
    ("printed", "value", "alike"),
    [
        (0.9953, 0.99534999, True),
        (0.9953, 0.9954, False),
        (0.9953, 0.99536, False),
        (9.8765e-4, 9.87651e-4, True),
        (9.8765e-4, 9.8775e-4, False),
        (28146315.7692, 28146315.76923, True),
        (0.0, 0.0, True),
        (math.nan, math.nan, True),
        (math.nan, 1.0, False),
        (math.inf, math.inf, True),
        (-math.inf, math.inf, False),
    ],
)
def test_a_printed_number_stands_for_the_values_that_round_to_it(printed: float, value: float, alike: bool) -> None:
    assert printed_alike(printed, value) is alike


def record(**changes: object) -> Record:
    (run, _) = runs_of(SECTION)
    history = {name: [epoch.logs[name] for epoch in run.epochs] for name in run.metrics}
    facts: dict[str, object] = {
        "experiment": "first", "seed": 0, "epochs": 3, "samples": 1, "batch_size": 1, "versions": {}, "platform": "",
        "parameters": {"total": 1234}, "history": history, "score": {"loss": 0.25, "acc": 0.9},
    }  # fmt: skip
    return Record(**facts | changes)  # type: ignore[arg-type]


CHANGES: dict[str, tuple[dict[str, object], list[str]]] = {
    "nothing": ({}, []),
    "another number of parameters": ({"parameters": {"total": 1}}, ["1234 parameters read, 1 counted"]),
    "another score": ({"score": {"loss": 0.3}}, ["score: loss 0.25 read, 0.3 returned by evaluate()"]),
    "an epoch more": ({"history": {"loss": [0.1] * 4}}, ["3 epochs read, 4 values of loss in the history"]),
    "another value": (
        {"history": {"loss": [0.1601, 0.0659, 0.00091]}},
        ["epoch 3: loss 0.0009 read, 0.00091 in the history"],
    ),
    "a metric more": (
        {"history": {"auc": [0.1, 0.2, 0.3]}},
        [f"epoch {n}: auc None read, 0.{n} in the history" for n in (1, 2, 3)],
    ),
}


@pytest.mark.parametrize(("changes", "wanted"), CHANGES.values(), ids=CHANGES.keys())
def test_a_difference_is_told(changes: dict[str, object], wanted: list[str]) -> None:
    assert list(disagreements(runs_of(SECTION)[0], record(**changes))) == wanted


def test_the_score_is_that_of_the_last_evaluation() -> None:
    (run, _) = runs_of(SECTION)
    scored = replace(run, evaluations=(Evaluation(9, {"loss": 0.5}), *run.evaluations))
    assert list(disagreements(scored, record())) == []
