"""The two logs that this project starts from are read to the last digit."""

import csv
from pathlib import Path

import pytest
from conftest import ROOT, SECTION, runs_of

from reporter import Run, read_log

TRUTH = list(csv.DictReader((ROOT / "tests" / "original.csv").read_text(encoding="utf-8").splitlines()))
"""Every value of the 40 epochs, cut out of the original document by its columns."""

FACTS = {
    "code9": ("Assignment2_code9.ipynb", "", 14864, [0.016543518993379802, 0.9947], 0.9953, (18,)),
    "gap": (
        "Using_GAP.ipynb",
        "Tried using Global average pooling",
        11504,
        [0.019802276400377742, 0.9942],
        0.9950,
        (19,),
    ),
}


def original(name: str) -> Run:
    (run,) = read_log(ROOT / "logs" / "original" / f"{name}.log").runs
    return run


def test_the_truth_is_forty_epochs() -> None:
    assert [row["epoch"] for row in TRUTH] == [str(epoch) for _ in range(2) for epoch in range(1, 21)]


@pytest.mark.parametrize("name", FACTS)
def test_every_value_of_every_epoch_is_read(name: str) -> None:
    run = original(name)
    rows = [row for row in TRUTH if row["run"] == run.name]
    assert len(run.epochs) == len(rows) == 20
    for epoch, row in zip(run.epochs, rows, strict=True):
        assert epoch.epoch == int(row["epoch"])
        assert epoch.seconds == float(row["seconds"])
        assert epoch.step_seconds == float(row["step_us"] + "e-6")
        assert epoch.steps == 60000
        assert epoch.learning_rate == float(row["learning_rate"])
        assert dict(epoch.logs) == {metric: float(row[metric]) for metric in ("loss", "acc", "val_loss", "val_acc")}


@pytest.mark.parametrize("name", FACTS)
def test_the_facts_around_the_epochs_are_read(name: str) -> None:
    heading, note, parameters, score, value, epochs = FACTS[name]
    run = original(name)
    found = run.best()
    assert (run.name, run.note, run.status, run.epochs_declared) == (heading, note, "completed", 20)
    assert run.parameters is not None
    assert run.parameters.total == parameters
    assert [list(evaluation.logs.values()) for evaluation in run.evaluations] == [score]
    assert (run.samples.train, run.samples.validation) == (60000, 10000)
    assert found is not None
    assert (found.monitor, found.value, found.epochs) == ("val_acc", value, epochs)


def test_a_history_is_a_data_frame_of_floats_indexed_by_epoch() -> None:
    history = original("code9").history
    assert history.index.name == "epoch"
    assert list(history.index) == list(range(1, 21))
    assert list(history.columns) == ["loss", "acc", "val_loss", "val_acc"]
    assert set(map(str, history.dtypes)) == {"float64"}
    assert history.loc[18, "val_acc"] == 0.9953


def test_a_document_that_quotes_its_best_epochs_has_one_run_a_section() -> None:
    first, second = runs_of(SECTION)
    assert (first.name, first.line, len(first.epochs), first.epochs_declared) == ("First.ipynb", 17, 3, 3)
    assert (second.name, second.line, len(second.epochs), second.epochs_declared) == ("Second.ipynb", 42, 2, 2)
    assert (first.note, second.note) == ("Tried a | pipe and *stars*", "")
    assert first.parameters is not None
    assert second.parameters is not None
    assert (first.parameters.total, first.parameters.line) == (1234, 7)
    assert (second.parameters.total, second.parameters.line) == (567, 33)
    assert [(each.line, dict(each.logs)) for each in first.evaluations] == [(9, {"loss": 0.25, "acc": 0.9})]
    assert [(each.line, dict(each.logs)) for each in second.evaluations] == [(35, {"loss": 0.5, "acc": 0.8})]
    assert len(first.messages) == 3
    assert [epoch.line for epoch in first.epochs] == [21, 25, 29]


def test_a_tie_is_a_best_at_both_epochs_the_earliest_first() -> None:
    found = runs_of(SECTION)[0].best()
    assert found is not None
    assert (found.epochs, found.line) == ((2, 3), 25)


def test_the_committed_trainings_are_whole_and_good() -> None:
    for name, parameters in (("code9", 14864), ("gap", 11504)):
        (run,) = read_log(ROOT / "logs" / name / "seed-0.log").runs
        found = run.best()
        assert found is not None
        assert run.parameters is not None
        assert (run.status, len(run.epochs), run.parameters.total) == ("completed", 20, parameters)
        assert found.monitor == "val_acc"
        assert found.value >= 0.994
        rates = [row["learning_rate"] for row in TRUTH if row["run"] == run.name]
        said = [message.text.split()[-1].rstrip(".") for message in run.messages]
        assert said == rates


def test_the_reader_takes_a_path_object_and_text_alike(tmp_path: Path) -> None:
    file = tmp_path / "some.log"
    file.write_text(SECTION, encoding="utf-8")
    assert read_log(file).runs == read_log(str(file)).runs == runs_of(SECTION)
