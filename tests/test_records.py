"""A record is given to the runs that agree with it, within the precision that Keras prints, and to no other run."""

import gzip
import json
import math
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT, SECTION, runs_of

from reporter import read_log, report
from reporter.errors import SourceError, TrainingError
from reporter.facts.rows import LinkedLog, report_rows
from reporter.model import Evaluation, Record
from reporter.reading.agreement import disagreements, printed_alike
from reporter.reading.many import read_sources
from reporter.training.jobs import check


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
def test_a_printed_number_is_like_every_value_that_rounds_to_it(printed: float, value: float, alike: bool) -> None:
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
def test_every_difference_is_listed(changes: dict[str, object], wanted: list[str]) -> None:
    found = [each.text for each in disagreements(runs_of(SECTION)[0], record(**changes))]
    assert found == [f"differs from the record beside it: {each}" for each in wanted]


def test_a_difference_names_the_line_that_it_is_on() -> None:
    history = {"loss": [0.1601, 0.0659, 0.8]}
    other = record(history=history, parameters={"total": 1}, score={"loss": 0.3})
    lines = SECTION.splitlines()
    assert [lines[each.line - 1][:20] for each in disagreements(runs_of(SECTION)[0], other)] == [
        "**Total params:** 1,",
        "60000/60000 [=======",
        "**print(score) outpu",
    ]


def test_the_score_is_that_of_the_last_evaluation() -> None:
    (run, _) = runs_of(SECTION)
    scored = replace(run, evaluations=(Evaluation(9, {"loss": 0.5}), *run.evaluations))
    assert list(disagreements(scored, record())) == []


OURS = (ROOT / "logs/code9/seed-0.log").read_text(encoding="utf-8")
GAP = (ROOT / "logs/gap/seed-0.log").read_text(encoding="utf-8")
FOREIGN = (ROOT / "logs/original/code9.log").read_text(encoding="utf-8")
KEPT = Record.from_json((ROOT / "logs/code9/seed-0.json").read_text(encoding="utf-8"))
assert KEPT
NAMED = replace(KEPT, name="Assignment2_code9.ipynb")
CODE9 = replace(KEPT, name="")  # as version 0.1 wrote it
KILLED_RECORD = replace(NAMED, history={}, score={})
RENAMED = OURS.replace("# Assignment2_code9.ipynb", "# copy")
KILLED_LOG = OURS[: OURS.index("Epoch 3/20")]
NO_SAMPLES = KILLED_LOG.replace("Train on 60000 samples, validate on 10000 samples\n", "")
KILLED_COPY = RENAMED[: RENAMED.index("Epoch 3/20")]


def altered(log: str) -> str:
    return log.replace("val_acc: 0.99", "val_acc: 0.98")


BESIDE: dict[str, tuple[str, Record, list[bool], list[str]]] = {
    "a log of this tool": (OURS, NAMED, [True], []),
    "a log of this tool with a record of version 0.1": (OURS, CODE9, [True], []),
    "a foreign run after it": (OURS + FOREIGN, NAMED, [True, False], []),
    "a foreign run before it": (FOREIGN + OURS, NAMED, [False, True], []),
    "a foreign run before it, with a record of version 0.1": (FOREIGN + OURS, CODE9, [False, True], []),
    "the same training twice": (OURS + OURS, NAMED, [True, True], []),
    "the same training under another heading": (OURS + RENAMED, NAMED, [True, False], []),
    "only the same training under another heading": (RENAMED, NAMED, [True], []),
    "another experiment after it": (OURS + GAP, NAMED, [True, False], []),
    "only another experiment": (GAP, NAMED, [False], ["11504 parameters read, 14864 counted"]),
    "an altered number": (altered(OURS), NAMED, [False], ["epoch 4: val_acc 0.9804 read"]),
    "an altered number, with a record of version 0.1": (altered(OURS), CODE9, [False], ["epoch 4: val_acc 0.9804 read"]),
    "an altered number and a foreign run": (altered(OURS) + FOREIGN, NAMED, [False, False], ["epoch 4: val_acc 0.9804 read"]),
    "two runs without a name in the record": (altered(OURS) + GAP, CODE9, [False, False], []),
    "a training that was killed": (KILLED_LOG, KILLED_RECORD, [True], []),
    "a training that was killed and a foreign run": (KILLED_LOG + FOREIGN, KILLED_RECORD, [True, False], []),
    "a training that was killed, a record of another": (GAP, KILLED_RECORD, [False], []),
    "a training that was killed, without a number of samples": (NO_SAMPLES, KILLED_RECORD, [True], []),
    "a training that was killed, another heading": (KILLED_COPY, KILLED_RECORD, [False], []),
    "a training that was killed, other epochs": (KILLED_LOG, replace(KILLED_RECORD, epochs=3), [False], []),
    "a training that was killed, other samples": (KILLED_LOG, replace(KILLED_RECORD, samples=3), [False], []),
    "a training that was killed, another model": (
        KILLED_LOG,
        replace(KILLED_RECORD, parameters={"total": 3}),
        [False],
        [],
    ),
    "a killed training of version 0.1 before another": (KILLED_LOG + GAP, replace(KILLED_RECORD, name=""), [True, False], []),
}  # fmt: skip


@pytest.mark.parametrize(("text", "beside", "given", "differences"), BESIDE.values(), ids=BESIDE.keys())
def test_a_record_is_given_to_the_runs_it_describes(
    tmp_path: Path, text: str, beside: Record, given: list[bool], differences: list[str]
) -> None:
    (tmp_path / "a.log").write_text(text, encoding="utf-8")
    (tmp_path / "a.json").write_text(beside.to_json(), encoding="utf-8")
    log = read_log(tmp_path / "a.log")
    assert [run.record == beside for run in log.runs] == given
    assert [run.record is None for run in log.runs] == [not each for each in given]
    assert all(list(run.warnings) == sorted(run.warnings, key=lambda each: each.line) for run in log.runs)
    found = [each.text for run in log.runs for each in run.warnings if each.code == "record-differs"]
    assert len(found) == len(differences)
    for said, wanted in zip(found, differences, strict=True):
        assert said.startswith("differs from the record beside it: ")
        assert wanted in said


FOREIGN_RECORDS: dict[str, dict[str, object]] = {
    "no parameters": {"parameters": {}},
    "a list of parameters": {"parameters": [14864]},
    "a yes for the number of parameters": {"parameters": {"total": True}},
    "a name that is no text": {"name": {}},
    "an experiment that is no text": {"experiment": None},
    "a seed that is no number": {"seed": "0"},
    "versions that are no text": {"versions": {"keras": 3}},
    "a history of words": {"history": {"acc": ["high"]}},
}


@pytest.mark.parametrize("changes", FOREIGN_RECORDS.values(), ids=FOREIGN_RECORDS.keys())
def test_a_file_with_the_keys_of_a_record_and_other_values_is_none(tmp_path: Path, changes: dict[str, object]) -> None:
    (tmp_path / "a.log").write_text(OURS, encoding="utf-8")
    (tmp_path / "a.json").write_text(json.dumps(json.loads(NAMED.to_json()) | changes), encoding="utf-8")
    (run,) = read_log(tmp_path / "a.log").runs
    assert run.record is None
    assert "record-differs" not in {warning.code for warning in run.warnings}


def test_a_report_claims_no_reproduction_of_a_foreign_run(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(OURS + FOREIGN, encoding="utf-8")
    shutil.copy(ROOT / "logs/code9/seed-0.json", tmp_path / "a.json")
    log = read_log(tmp_path / "a.log")
    text = report([log])
    assert text.count("Trained with Keras 3.15.1") == text.count("Every number agrees") == 1
    rows = [row for group in report_rows([LinkedLog(log, "a.log", "a.json")]) for row in group]
    assert [(row.reproduced, row.record_link) for row in rows] == [(True, "a.json"), (False, "")]


def test_a_report_refuses_a_run_that_differs_from_its_record(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(altered(OURS), encoding="utf-8")
    shutil.copy(ROOT / "logs/code9/seed-0.json", tmp_path / "a.json")
    line = 1 + OURS[: OURS.index("val_acc: 0.99")].count("\n")
    wanted = (
        rf"a\.log:{line}: differs from the record beside it: epoch 4: val_acc 0\.9804 .*; train again, or delete the"
    )
    with pytest.raises(SourceError, match=wanted):
        report([read_log(tmp_path / "a.log")])


FILES = ("original/code9.log", "original/gap.log", "code9/seed-0.log", "code9/seed-0.json", "gap/seed-0.log", "gap/seed-0.json")  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep the logs of this repository in a small git repository, and compressed in folders of their own."""
    folder = tmp_path_factory.mktemp("project")
    for name in FILES:
        data = (ROOT / "logs" / name).read_bytes()
        for place in (Path("logs") / name, Path("packed") / f"{name}.gz", Path("packed-logs") / packed_log(name)):
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            (folder / place).write_bytes(gzip.compress(data) if place.suffix == ".gz" else data)
    for command in ("init -q", "add logs", "-c user.name=a -c user.email=a@b commit -qm logs"):
        subprocess.run(["git", *command.split()], cwd=folder, check=True)
    return folder


def packed_log(name: str) -> str:
    return f"{name}.gz" if name.endswith(".log") else name


@pytest.mark.parametrize("source", ["git:HEAD:logs", "packed", "packed-logs", "packed-logs/*/*"])
def test_the_base_is_the_same_wherever_the_logs_are(
    project: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    monkeypatch.chdir(project)
    kept = comparisons("logs")
    assert kept["Assignment2_code9.ipynb"] == [(False, "–"), (True, "−0.0002")]
    assert comparisons(source) == kept


def comparisons(source: str) -> dict[str, list[tuple[bool, str]]]:
    """Give, for each experiment, which of its runs are reproductions and how far they are from the base."""
    logs = [log for outcome in read_sources([source]) for log in outcome.logs]
    groups = report_rows([LinkedLog(log, "") for log in logs])
    return {group[0].name: [(row.reproduced, row.difference_text) for row in group] for group in groups}


def write_nothing(folder: Path) -> None:
    """Leave the log alone."""


def write_folder(folder: Path) -> None:
    (folder / "a.json").mkdir()


def write_json(folder: Path) -> None:
    (folder / "a.json").write_text('{"loss": [0.5]}', encoding="utf-8")


def write_pickle(folder: Path) -> None:
    (folder / "a.json").write_bytes(b"\x80\x04N.")


def write_broken(folder: Path) -> None:
    (folder / "a.json").write_bytes(gzip.compress(b"{}")[:-5])


def write_far(folder: Path) -> None:
    (folder / "b.json").write_text(NAMED.to_json(), encoding="utf-8")


NO_RECORD: list[Callable[[Path], None]] = [
    write_nothing,
    write_folder,
    write_json,
    write_pickle,
    write_broken,
    write_far,
]


@pytest.mark.parametrize("write", NO_RECORD)
def test_a_file_that_is_not_a_record_is_ignored(tmp_path: Path, write: Callable[[Path], None]) -> None:
    (tmp_path / "a.log").write_text(OURS, encoding="utf-8")
    write(tmp_path)
    log = read_log(tmp_path / "a.log")
    assert (log.record_path, [run.record for run in log.runs]) == (None, [None])


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.json"])
def test_only_a_log_has_a_record(tmp_path: Path, name: str) -> None:
    for beside in ("a.json", f"{name}.json"):
        (tmp_path / beside).write_text(NAMED.to_json(), encoding="utf-8")
    if name != "a.json":
        (tmp_path / name).write_text(OURS, encoding="utf-8")
    assert read_log(tmp_path / name).runs[0].record is None


CHECKED = {
    "an altered number": (altered(OURS), True, "differs from the record beside it: epoch 4: val_acc 0.9804 read"),
    "no record": (OURS, False, "holds 1 runs and no record; it should hold one of each"),
    "two runs": (OURS + GAP, True, "holds 2 runs and a record; it should hold one of each"),
}


@pytest.mark.parametrize(("text", "kept", "message"), CHECKED.values(), ids=CHECKED.keys())
def test_a_finished_training_is_checked(tmp_path: Path, text: str, kept: bool, message: str) -> None:
    (tmp_path / "a.log").write_text(text, encoding="utf-8")
    (tmp_path / "a.json").write_text(NAMED.to_json() if kept else "", encoding="utf-8")
    with pytest.raises(TrainingError) as caught:
        check(tmp_path / "a.log")
    assert message in str(caught.value)


def test_a_finished_training_that_agrees_with_its_record_passes() -> None:
    check(ROOT / "logs/code9/seed-0.log")


@pytest.mark.parametrize(
    ("changes", "origin"),
    [
        ({}, "Keras 3.15 and TensorFlow 2.21, seed 5, 2,000 samples, on Linux"),
        ({"seed": None, "samples": None}, "Keras 3.15 and TensorFlow 2.21, on Linux"),
        (
            {"versions": {"tf-keras": "2.21", "python": "3.11"}, "seed": 0},
            "tf-keras 2.21, seed 0, 2,000 samples, on Linux",
        ),
        ({"versions": {}, "seed": None, "samples": None}, "on Linux"),
    ],
)
def test_a_record_says_where_its_numbers_come_from_as_far_as_it_knows(changes: dict[str, object], origin: str) -> None:
    facts = {"versions": {"keras": "3.15", "tensorflow": "2.21"}, "seed": 5, "samples": 2000, "platform": "Linux"}
    made = record(**facts | changes)
    assert made.origin == origin
    assert Record.from_json(made.to_json()) == made
