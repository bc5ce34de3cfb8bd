"""A gate is checked against the printed values; NaN and a missing metric fail it."""

from decimal import Decimal
from pathlib import Path

import pytest
from conftest import KILLED, SECTION, reporter, runs_of

from reporter.errors import UsageError
from reporter.facts.gate_verdicts import judge
from reporter.facts.gates import Gate
from reporter.model import Log

WRITTEN = {
    "val_acc>=0.994": Gate("val_acc", ">=", Decimal("0.994")),
    " last.val_loss <= 5e-2 ": Gate("val_loss", "<=", Decimal("0.05"), "last"),
    "score.acc>.99": Gate("acc", ">", Decimal("0.99"), "score"),
    "best.mAP@0.5<1": Gate("mAP@0.5", "<", Decimal("1")),
    "train.acc>0": Gate("train.acc", ">", Decimal("0")),
    "Run 3: the last: last.acc>0": Gate("acc", ">", Decimal("0"), "last", "Run 3: the last"),
    "mean.val_acc>=0.9": Gate("val_acc", ">=", Decimal("0.9"), pool="mean"),
    "net:worst.last.val_loss < .05": Gate("val_loss", "<", Decimal("0.05"), "last", "net", "worst"),
    "min.score.acc>0": Gate("acc", ">", Decimal("0"), "score", pool="min"),
    "mean.val_acc>=0.994@p<0.05": Gate("val_acc", ">=", Decimal("0.994"), pool="mean", level=Decimal("0.05")),
    "mean.mAP@0.5>.9 @ p < 1e-3": Gate("mAP@0.5", ">", Decimal("0.9"), pool="mean", level=Decimal("0.001")),
    "mean>0": Gate("mean", ">", Decimal("0")),
    "max.acc>0": Gate("max.acc", ">", Decimal("0")),
    "a<b=c:acc>0": Gate("acc", ">", Decimal("0"), "best", "a<b=c"),
}


@pytest.mark.parametrize(("text", "gate"), WRITTEN.items())
def test_a_gate_is_read(text: str, gate: Gate) -> None:
    assert Gate.parse(text) == gate


WRONG = {
    "val_acc": (8, "no >=, <=, > or <"),
    "val_acc=0.9": (8, "no >=, <=, > or <"),
    "val_acc=>0.9": (8, "no >=, <=, > or <"),
    "a=b:val_acc==0.9": (12, "no >=, <=, > or <"),
    "val_acc<>0.9": (8, "no >=, <=, > or <"),
    "val_acc>==0.9": (10, "no number after >="),
    "val_acc>=99%": (10, "no number after >="),
    "val_acc>nan": (9, "no number after >"),
    "val_acc>": (9, "no number after >"),
    "code9:>=0.9": (7, "no metric before >="),
    ":acc>=0.9": (1, "no name of a run before the colon"),
    "": (1, "no >=, <=, > or <"),
    "val_acc>=0.9@p<0.05": (13, "a level is for the mean of several seeds, so the metric needs mean."),
    "min.val_acc>=0.9@p<0.05": (17, "a level is for the mean of several seeds, so the metric needs mean."),
    "mean.val_acc>=0.9@p<": (21, "no number between 0 and 1 after @p<"),
    "mean.val_acc>=0.9@p<1": (21, "no number between 0 and 1 after @p<"),
}


@pytest.mark.parametrize(("text", "at", "what"), [(text, *wrong) for text, wrong in WRONG.items()])
def test_a_wrong_gate_is_refused_with_the_first_wrong_character(text: str, at: int, what: str) -> None:
    with pytest.raises(UsageError) as error:
        Gate.parse(text)
    assert str(error.value).startswith(f"gate {text!r}, character {at}: {what}; ")


LOG = """\
# Deep: net [1]
Epoch 1/3
8/8 [==] - 1s - loss: 0.5000 - acc: 0.8000 - val_loss: nan - val_acc: 0.9940
Epoch 2/3
8/8 [==] - 1s - loss: nan - acc: 0.9000 - val_loss: nan - val_acc: 0.9950
Epoch 3/3
8/8 [==] - 1s - loss: nan - acc: 0.9500 - val_loss: nan - val_acc: 0.9931
Test loss: 0.03012345
Test accuracy: 0.9925
"""

JUDGED: dict[str, tuple[str, bool, int, str]] = {
    "best is the largest value for >=": ("val_acc>=0.995", True, 5, "best val_acc 0.9950 meets >= 0.995"),
    "best is the smallest value for <=": ("val_acc<=0.9931", True, 7, "best val_acc 0.9931 meets <= 0.9931"),
    "a miss says by how much": ("val_acc>=0.996", False, 5, "best val_acc 0.9950 misses >= 0.996 by 0.001"),
    "the distance is exact in decimals": (
        "val_acc>=0.9959",
        False,
        5,
        "best val_acc 0.9950 misses >= 0.9959 by 0.0009",
    ),
    "an equal value fails >": ("val_acc>0.995", False, 5, "best val_acc 0.9950 misses > 0.995"),
    "the last epoch": ("last.val_acc>=0.994", False, 7, "last val_acc 0.9931 misses >= 0.994 by 0.0009"),
    "the other spelling": ("val_accuracy>=0.995", True, 5, "best val_accuracy 0.9950 meets >= 0.995"),
    "the score": ("score.loss<=0.03", False, 8, "score loss 0.03012345 misses <= 0.03 by 0.00012345"),
    "NaN is ignored if there is a number": ("loss<=0.5", True, 3, "best loss 0.5000 meets <= 0.5"),
    "only NaN fails": ("val_loss<=9", False, 3, "best val_loss nan misses <= 9"),
    "NaN in the last epoch fails last": ("last.loss<=9", False, 7, "last loss nan misses <= 9"),
    "a missing metric": (
        "val_f1>0",
        False,
        2,
        "no best val_f1 to compare with > 0; the run has loss, acc, val_loss, val_acc",
    ),
    "a missing metric of the score": ("score.f1>0", False, 2, "no score f1 to compare with > 0; the run has loss, acc"),
    "a name that looks like a pattern": ("Deep: net [1]:acc>0.9", True, 7, "best acc 0.9500 meets > 0.9"),
    "a pattern of a name": ("Deep*:acc>0.9", True, 7, "best acc 0.9500 meets > 0.9"),
}


@pytest.mark.parametrize(("text", "passed", "line", "said"), JUDGED.values(), ids=JUDGED.keys())
def test_a_run_is_checked_against_a_gate(text: str, passed: bool, line: int, said: str) -> None:
    (verdict,) = judge([Gate.parse(text)], [Log("a.log", "keras", runs_of(LOG))])
    assert (verdict.passed, verdict.line, verdict.sentence) == (passed, line, f"Deep: net [1]: {said}")


def test_the_score_is_that_of_the_last_evaluation() -> None:
    log = Log("a.log", "keras", runs_of(LOG + "Test loss: 0.02\nTest accuracy: 0.9930\n"))
    (verdict,) = judge([Gate.parse("score.acc>0.9929")], [log])
    assert (verdict.passed, verdict.line, verdict.value) == (True, 10, 0.993)


def test_infinities_are_compared_like_numbers() -> None:
    text = "Epoch 1/1\n8/8 [==] - 1s - loss: inf - acc: -inf\n"
    (loss, acc) = judge([Gate.parse("loss<9"), Gate.parse("acc<9")], [Log("a", "keras", runs_of(text))])
    assert (loss.passed, acc.passed) == (False, True)
    assert loss.sentence.endswith("best loss inf misses < 9")


def test_a_killed_run_is_checked_by_its_finished_epochs_and_the_message_says_so() -> None:
    (verdict,) = judge([Gate.parse("acc>=0.6")], [Log("a.log", "keras", runs_of(KILLED))])
    assert verdict.sentence == "killed: best acc 0.5000 misses >= 0.6 by 0.1 (interrupted after 1 of 3 epochs)"


def test_a_gate_that_applies_to_no_run_is_refused_with_the_names_of_the_runs() -> None:
    with pytest.raises(UsageError, match=r"no run is called 'Frist\*'.*the runs are 'First\.ipynb', 'Second\.ipynb'"):
        judge([Gate.parse("Frist*:acc>0")], [Log("a.log", "keras", runs_of(SECTION))])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.log").write_text(SECTION, encoding="utf-8")
    (tmp_path / "killed.log").write_text(KILLED, encoding="utf-8")
    return tmp_path


MISSES = [
    "reporter: good.log:46: Second.ipynb: best val_acc 0.9852 misses >= 0.986 by 0.0008",
    "reporter: killed.log:4: killed: best val_acc 0.6000 misses >= 0.986 by 0.386 (interrupted after 1 of 3 epochs)",
]


@pytest.mark.parametrize("command", [["parse", "--format", "json"], ["report"]])
def test_the_result_is_printed_before_the_missed_gates(folder: Path, command: list[str]) -> None:
    plain = reporter(*command, "good.log", "killed.log", cwd=folder)
    done = reporter(*command, "good.log", "killed.log", "--fail-under", "val_acc>=0.986", cwd=folder)
    assert (plain.returncode, done.returncode) == (0, 1)
    assert done.stdout == plain.stdout
    assert done.stderr.splitlines() == MISSES


CODES = {
    "all gates are met": (["good.log", "--fail-under", "val_acc>=0.9", "--fail-under", "First*:val_acc>=0.9866"], 0),
    "one of two gates is missed": (["good.log", "--fail-under", "val_acc>=0.9", "--fail-under", "loss<0"], 1),
    "a gate for another run": (["good.log", "killed.log", "--fail-under", "*.ipynb:val_acc>=0.9"], 0),
    "a log that cannot be read": (["good.log", "no.log", "--fail-under", "val_acc>=0.9"], 1),
    "no log that can be read": (["no.log", "--fail-under", "val_acc>=0.9"], 3),
    "a gate that applies to no run": (["good.log", "--fail-under", "nobody:val_acc>=0.9"], 2),
    "a wrong gate": (["good.log", "--fail-under", "val_acc"], 2),
}


@pytest.mark.parametrize("command", ["parse", "report"])
@pytest.mark.parametrize(("args", "code"), CODES.values(), ids=CODES.keys())
def test_the_exit_code_says_whether_all_gates_are_met(folder: Path, command: str, args: list[str], code: int) -> None:
    done = reporter(command, *args, cwd=folder)
    assert (done.returncode, bool(done.stdout)) == (code, code < 2)


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    """A folder with a notebook whose cell prints an epoch that is finished, and one that is not."""
    printed = (
        '["Epoch 1/2\\n", "8/8 [==] - 1s - acc: 0.5\\n", "Epoch 2/2\\n", "1/8 [>.......] - ETA: 1s - acc: 0.5\\n"]'
    )
    cell = f'{{"cell_type": "code", "outputs": [{{"output_type": "stream", "text": {printed}}}]}}'
    (tmp_path / "n.ipynb").write_text(f'{{"nbformat": 4, "cells": [{cell}]}}', encoding="utf-8")
    return tmp_path


PLACES = {
    "parse": (["parse", "n.ipynb"], ["n  n.ipynb, cell 1, line 1"]),
    "parse to Markdown": (["parse", "n.ipynb", "--format", "md"], ["n.ipynb, cell 1, line 1; interrupted"]),
    "report to a terminal": (
        ["report", "n.ipynb", "--format", "text"],
        ["  n.ipynb, cell 1, line 1  ", "n.ipynb, cell 1, line 4: E101 interrupted"],
    ),
    "report to JUnit XML": (["report", "n.ipynb", "--format", "junit"], ["n.ipynb, cell 1, line 4: n: "]),
}


@pytest.mark.parametrize(("args", "places"), PLACES.values(), ids=PLACES.keys())
def test_the_address_of_a_line_of_a_notebook_is_its_cell(notebook: Path, args: list[str], places: list[str]) -> None:
    shown = reporter(*args, cwd=notebook).stdout
    assert [place for place in places if place not in shown] == []
    assert "n.ipynb:" not in shown


def test_a_missed_gate_in_a_notebook_names_the_cell(notebook: Path) -> None:
    done = reporter("parse", "n.ipynb", "--fail-under", "acc>=0.6", cwd=notebook)
    assert (
        done.stderr
        == "reporter: n.ipynb, cell 1, line 2: n: best acc 0.5000 misses >= 0.6 by 0.1 (interrupted after 1 of 2 epochs)\n"
    )


def seeds(*values: object, metric: str = "val_acc", epochs: int = 1) -> list[Log]:
    """Make logs of one experiment, each with a value of the metric."""
    text = f"# net\nEpoch 1/{epochs}\n8/8 [==] - 1s - loss: 0.5000 - {metric}: {{}}\n"
    return [Log(f"{n}.log", "keras", runs_of(text.format(value))) for n, value in enumerate(values)]


TOGETHER: dict[str, tuple[str, list[object], bool, str, str]] = {
    "a mean above": ("mean.val_acc>=0.994", [0.9939, 0.9942], True, "0.log:3", "mean best val_acc 0.99405 (sd 0.00021, n=2) meets >= 0.994"),
    "a mean just below": ("mean.val_acc>=0.994", [0.9941, 0.9938, 0.994], False, "1.log:3", "mean best val_acc 0.99397 (sd 0.00015, n=3) misses >= 0.994 by 0.0000333"),
    "a mean of one": ("mean.val_acc>=0.994", [0.994], True, "0.log:3", "mean best val_acc 0.99400 (n=1) meets >= 0.994"),
    "a mean equal to the limit": ("mean.val_acc>0.1", [0.1, 0.1, 0.1], False, "0.log:3", "mean best val_acc 0.10000 (sd 0, n=3) misses > 0.1"),
    "the smallest": ("min.val_acc>=0.994", [0.995, 0.9939], False, "1.log:3", "min best val_acc 0.9939 (sd 0.00078, n=2) misses >= 0.994 by 0.0001"),
    "the smallest of what should be small": ("min.val_acc<=0.994", [0.995, 0.9939], True, "0.log:3", "min best val_acc 0.9939 (sd 0.00078, n=2) meets <= 0.994"),
    "the worst of what should be large": ("worst.val_acc>0.9", [0.95, 0.9], False, "1.log:3", "worst best val_acc 0.9000 (sd 0.035, n=2) misses > 0.9"),
    "the worst of what should be small": ("worst.val_acc<0.9", [0.85, 0.9], False, "1.log:3", "worst best val_acc 0.9000 (sd 0.035, n=2) misses < 0.9"),
    "one NaN": ("mean.val_acc>=0.5", [0.9, "nan"], False, "1.log:3", "mean best val_acc nan (n=2) misses >= 0.5"),
    "a level that is met": ("mean.val_acc>=0.994@p<0.05", [0.9951, 0.9948, 0.9953], True, "1.log:3", "mean best val_acc 0.99507 (sd 0.00025, n=3) meets >= 0.994 (p<0.05); p=0.009"),
    "a level that is not": ("mean.val_acc>=0.994@p<0.005", [0.9951, 0.9948, 0.9953], False, "1.log:3", "mean best val_acc 0.99507 (sd 0.00025, n=3) misses >= 0.994 (p<0.005); p=0.009"),
    "a level from below": ("mean.val_acc<=0.996@p<0.05", [0.9951, 0.9948, 0.9953], True, "2.log:3", "mean best val_acc 0.99507 (sd 0.00025, n=3) meets <= 0.996 (p<0.05); p=0.012"),
    "a mean on the wrong side": ("mean.val_acc>=0.996@p<0.05", [0.9951, 0.9948, 0.9953], False, "1.log:3", "mean best val_acc 0.99507 (sd 0.00025, n=3) misses >= 0.996 (p<0.05); p=0.99"),
    "a level of equal values": ("mean.val_acc>=0.994@p<0.05", [0.9941, 0.9941], False, "0.log:3", "mean best val_acc 0.99410 (sd 0, n=2) misses >= 0.994 (p<0.05); p=0.11"),
    "a level of one seed": ("mean.val_acc>=0.994@p<0.05", [0.999], False, "0.log:3", "mean best val_acc 0.99900 (n=1) misses >= 0.994 (p<0.05); a t test needs two seeds"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "values", "passed", "place", "said"), TOGETHER.values(), ids=TOGETHER.keys())
def test_seeds_are_checked_together(text: str, values: list[object], passed: bool, place: str, said: str) -> None:
    (verdict,) = judge([Gate.parse(text)], seeds(*values))
    assert (verdict.passed, verdict.place, verdict.sentence) == (passed, place, f"net: {said}")


def test_a_seed_without_the_metric_fails_the_gate() -> None:
    (verdict,) = judge([Gate.parse("mean.val_acc>0")], [*seeds(0.9), *seeds(0.9, metric="x")])
    assert (verdict.passed, verdict.log.path) == (False, "0.log")
    assert verdict.sentence == "net: no best val_acc in 1 of 2 runs to compare with > 0"


def test_runs_that_are_no_seeds_of_each_other_are_checked_apart() -> None:
    verdicts = judge([Gate.parse("mean.val_acc>=0.5")], [*seeds(0.9, 0.8, epochs=3), *seeds(0.1, epochs=1)])
    assert [verdict.sentence for verdict in verdicts] == [
        "net (3 epochs): mean best val_acc 0.85000 (sd 0.071, n=2) meets >= 0.5",
        "net (1 epoch): mean best val_acc 0.10000 (n=1) misses >= 0.5 by 0.4",
    ]


PRECISE: dict[str, tuple[object, str, str]] = {
    "a larger number": (0.9944000244140625, "score.acc>=0.9942", "score acc 0.9944 meets >= 0.9942"),
    "an equal number that 32 bits make larger": (0.9944000244140625, "score.acc>0.9944", "score acc 0.9944 misses > 0.9944"),
    "an equal number that 32 bits make smaller": (0.9941999912261963, "score.acc>=0.9942", "score acc 0.9942 meets >= 0.9942"),
    "a number of 64 bits": (0.9941999912261964, "score.acc>=0.9942", "score acc 0.9941999912261964 misses >= 0.9942 by 0.0000000087738036"),
}  # fmt: skip


@pytest.mark.parametrize(("value", "gate", "said"), PRECISE.values(), ids=PRECISE.keys())
def test_digits_that_only_32_bits_make_are_dropped(value: object, gate: str, said: str) -> None:
    text = f"Epoch 1/1\n8/8 [==] - 1s - acc: 0.9\nTest loss: 0.5\nTest accuracy: {value}\n"
    (verdict,) = judge([Gate.parse(gate)], [Log("a", "keras", runs_of(text))])
    assert verdict.sentence.endswith(f": {said}")
