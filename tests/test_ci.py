"""Reports for CI have the right format, whatever the names and texts in a log are."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import KILLED, SECTION, reporter, runs_of

from reporter.documents import ci
from reporter.errors import UsageError
from reporter.facts.gate_verdicts import judge
from reporter.facts.gates import Gate
from reporter.model import Log, Run


def judged(*gates: str, monitor: str | None = None, **texts: str) -> ci.JudgedLogs:
    logs = [Log(f"logs/{name}.log", "keras", runs_of(text)) for name, text in texts.items()]
    return ci.JudgedLogs(logs, judge(map(Gate.parse, gates), logs), monitor)


def cases(text: str) -> list[tuple[str | None, ...]]:
    """Read a JUnit file: of each case its log, run, name, line and failure."""
    root = ElementTree.fromstring(text.encode())
    assert root.tag == "testsuites"
    for each in (root, *root):
        counts = [len(list(each.iter(tag))) for tag in ("testcase", "failure", "error")]
        assert [each.get(name) for name in ("tests", "failures", "errors")] == list(map(str, counts))
    found: list[tuple[str | None, ...]] = []
    for suite in root.iterfind("testsuite"):
        for case in suite.iterfind("testcase"):
            failure = case.find("failure")
            message = None if failure is None else failure.get("message")
            found.append((suite.get("name"), case.get("classname"), case.get("name"), case.get("line"), message))
            assert case.get("file") == suite.get("name")
    return found


def test_junit_has_a_case_for_each_gate_and_run() -> None:
    text = ci.junit(judged("val_acc>=0.986", "Second*:acc<1", good=SECTION))
    miss = "Second.ipynb: best val_acc 0.9852 misses >= 0.986 by 0.0008"
    assert cases(text) == [
        ("logs/good.log", "First.ipynb", "best val_acc >= 0.986", "25", None),
        ("logs/good.log", "Second.ipynb", "best val_acc >= 0.986", "46", miss),
        ("logs/good.log", "Second.ipynb", "best acc < 1", "46", None),
    ]


def test_junit_without_gates_has_a_case_for_each_run() -> None:
    text = ci.junit(judged(good=SECTION, killed=KILLED))
    assert cases(text) == [
        ("logs/good.log", "First.ipynb", "ends well", "17", None),
        ("logs/good.log", "Second.ipynb", "ends well", "42", None),
        ("logs/killed.log", "killed", "ends well", "2", "interrupted"),
    ]
    assert [case.get("time") for case in ElementTree.fromstring(text).iter("testcase")] == ["61.0", "26.0", "3.0"]


def test_junit_leaves_out_a_log_that_no_gate_applies_to() -> None:
    assert [log for log, *_ in cases(ci.junit(judged("killed:acc>0", good=SECTION, killed=KILLED)))] == [
        "logs/killed.log"
    ]
    assert "good.log" not in ci.junit(judged("killed:acc>0", good=SECTION, killed=KILLED))


def test_an_issue_of_a_notebook_is_at_line_1_and_names_the_cell() -> None:
    (log,) = judged(killed=KILLED).logs
    notebook = ci.JudgedLogs([Log("n.ipynb", "keras", log.runs, cells=((1, 7),))])
    notebook = ci.JudgedLogs(notebook.logs, judge([Gate.parse("acc>=0.6")], notebook.logs))
    assert {each["location"]["lines"]["begin"] for each in json.loads(ci.codequality(notebook))} == {1}
    assert "n.ipynb, cell 7, line 4: killed: best acc" in ci.junit(notebook)


OLD_BAR = "Epoch 1/1\n8/8 ━━━━ 1s 9ms/step - acc: 0.5000 - loss: 0.3000\n"


def test_code_quality_issues_have_a_severity_a_place_and_a_fingerprint() -> None:
    report = json.loads(ci.codequality(judged("acc>=0.6", good=SECTION, killed=KILLED, old=f"# Old\n{OLD_BAR}")))
    assert [(each["severity"], each["check_name"], each["location"]) for each in report] == [
        ("major", "missed-gate", {"path": "logs/killed.log", "lines": {"begin": 4}}),
        ("major", "missed-gate", {"path": "logs/old.log", "lines": {"begin": 3}}),
        ("minor", "interrupted", {"path": "logs/killed.log", "lines": {"begin": 6}}),
        ("info", "keras-3-bar", {"path": "logs/killed.log", "lines": {"begin": 4}}),
        ("info", "keras-3-partial", {"path": "logs/killed.log", "lines": {"begin": 6}}),
        ("info", "keras-3-bar", {"path": "logs/old.log", "lines": {"begin": 3}}),
    ]
    assert report[0]["description"].startswith("killed: best acc 0.5000 misses >= 0.6 by 0.1")
    assert len({each["fingerprint"] for each in report}) == len(report)
    assert all(each.keys() == {"description", "check_name", "fingerprint", "severity", "location"} for each in report)


def test_a_fingerprint_does_not_depend_on_value_and_line() -> None:
    before, after = (
        json.loads(ci.codequality(judged("acc>=0.6", killed=text)))
        for text in (KILLED, "\n\n" + KILLED.replace("acc: 0.5000", "acc: 0.5100"))
    )
    assert before[0]["location"] != after[0]["location"]
    assert [each["fingerprint"] for each in before] == [each["fingerprint"] for each in after]


def test_equal_issues_of_runs_with_the_same_name_have_different_fingerprints() -> None:
    log = judged(killed=KILLED).logs[0]
    report = json.loads(ci.codequality(ci.JudgedLogs([log, log])))
    assert len({each["fingerprint"] for each in report}) == len(report) == 6


def test_missed_gates_are_error_annotations_and_warnings_are_warnings() -> None:
    text = ci.workflow_commands(judged("acc>=0.6", killed=KILLED))
    assert [line.split("::")[1] for line in text.splitlines()] == [
        "error file=logs/killed.log,line=4,title=reporter%3A missed-gate",
        "warning file=logs/killed.log,line=6,title=reporter%3A interrupted",
        "warning file=logs/killed.log,line=4,title=reporter%3A keras-3-bar",
        "warning file=logs/killed.log,line=6,title=reporter%3A keras-3-partial",
    ]


BADGES = {
    "without gates": ((), "0.9866", "blue"),
    "all gates hold": (("val_acc>=0.9",), "0.9866", "brightgreen"),
    "a gate is missed": (("val_acc>=0.9", "First*:val_acc>=0.99"), "0.9866", "red"),
}


@pytest.mark.parametrize(("gates", "message", "colour"), BADGES.values(), ids=BADGES.keys())
def test_a_badge_shows_the_best_value_and_its_colour_the_gates(
    gates: tuple[str, ...], message: str, colour: str
) -> None:
    shown = json.loads(ci.badge(judged(*gates, good=SECTION)))
    assert shown == {"schemaVersion": 1, "label": "val_acc", "message": message, "color": colour}


def test_a_badge_of_a_loss_shows_the_smallest_value() -> None:
    shown = json.loads(ci.badge(judged(good=SECTION, monitor="val_loss")))
    assert (shown["label"], shown["message"]) == ("val_loss", "0.0269")


def test_a_badge_without_a_value_is_grey() -> None:
    shown = json.loads(ci.badge(judged(good=SECTION, monitor="val_f1")))
    assert (shown["label"], shown["message"], shown["color"]) == ("val_f1", "no result", "lightgrey")


def test_a_badge_of_two_metrics_is_an_error() -> None:
    with pytest.raises(UsageError, match="val_acc and acc; choose one with --monitor"):
        ci.badge(judged(good=SECTION, old=OLD_BAR))


HOSTILE = "a\x00\x1b[31m\ufffe\r\n::error::x,y:z%0A\udcff<b>&\"'"


@pytest.fixture
def hostile() -> ci.JudgedLogs:
    (run,) = runs_of(KILLED)
    named = Run(HOSTILE, run.line, run.status, run.epochs, warnings=run.warnings)
    log = Log(f"logs/{HOSTILE}.log", "keras", (named,))
    return ci.JudgedLogs([log], judge([Gate.parse("val_f1>0")], [log]))


def test_a_name_cannot_break_out_of_xml(hostile: ci.JudgedLogs) -> None:
    ((suite, classname, *_),) = cases(ci.junit(hostile))
    assert classname == "a\ufffd\ufffd[31m\ufffd\r\n::error::x,y:z%0A\ufffd<b>&\"'"
    assert suite == f"logs/{classname}.log"


def test_a_name_cannot_start_a_workflow_command(hostile: ci.JudgedLogs) -> None:
    for line in ci.workflow_commands(hostile).splitlines():
        found = re.fullmatch(r"::(error|warning) file=([^:,]*),line=\d+,title=([^:,]*)::(.*)", line)
        assert found
        assert "z%250A" in found[2]
        assert "\x1b" not in line


def test_a_name_is_kept_in_json(hostile: ci.JudgedLogs) -> None:
    (miss, *_) = json.loads(ci.codequality(hostile).encode("utf-8"))
    assert miss["location"]["path"] == f"logs/{HOSTILE}.log"
    assert "\x1b" not in miss["description"]


PATHS = {
    "logs/a.log": "logs/a.log",
    "./logs/a.log": "logs/a.log",
    "git:main:./logs/a.log": "logs/a.log",
    "https://example.org/a.log": "https://example.org/a.log",
    "{here}/logs/a.log": "logs/a.log",
    "/elsewhere/a.log": "/elsewhere/a.log",
}


@pytest.mark.parametrize(("path", "told"), PATHS.items())
def test_paths_are_relative_to_the_working_directory(path: str, told: str) -> None:
    log = Log(path.format(here=Path.cwd()), "keras", runs_of(KILLED))
    assert json.loads(ci.codequality(ci.JudgedLogs([log])))[0]["location"]["path"] == told


@pytest.mark.parametrize("format", ci.FORMATS)
def test_the_file_is_written_even_if_a_gate_is_missed(tmp_path: Path, format: str) -> None:
    (tmp_path / "a.log").write_text(KILLED, encoding="utf-8")
    gate = ("--fail-under", "val_acc>=0.7")
    shown = reporter("report", "a.log", *gate, "--format", format, cwd=tmp_path)
    written = reporter("report", "a.log", *gate, "--format", format, "-o", "out", cwd=tmp_path)
    assert (shown.returncode, written.returncode, written.stdout) == (1, 1, "")
    assert (tmp_path / "out").read_text(encoding="utf-8") == shown.stdout != ""
    assert shown.stderr == written.stderr
