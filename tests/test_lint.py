"""Each rule finds what it is for in a log that Keras printed, and nothing in one that is in order."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, log_of, reporter
from styles import STYLES, Fit, Mode, Printer

from reporter.facts.hygiene.finding import Finding
from reporter.facts.hygiene.rules import RULES, cases_of, find
from reporter.facts.hygiene.selectors import chosen_rules
from reporter.facts.hygiene.series import has_trend
from reporter.model import LogWarning

LOGS = {path.stem: path.read_bytes().decode() for path in sorted((Path(__file__).parent / "lint").glob("*.log"))}
"""The logs that `tests/record/lint.py` recorded, by name."""

CLEAN = LOGS["clean"]
LINES = CLEAN.splitlines(keepends=True)
RESULT = LINES[1]
BAR = "8/8 [==============================] - 1s 9ms/step - loss: 0.3000 - acc: 0.6000\n"
ORIGINAL = (ROOT / "logs" / "original" / "code9.log").read_text(encoding="utf-8")


def found(text: str, monitor: str | None = None) -> list[Finding]:
    return find(cases_of([log_of(text)], monitor))


def codes(text: str, monitor: str | None = None) -> list[str]:
    return [finding.code for finding in found(text, monitor)]


SAMPLES: Mapping[str, tuple[str, str]] = {
    "S101": (LOGS["scored-on-validation"], CLEAN),
    "S102": (LOGS["noisy"], CLEAN),
    "S103": (LOGS["tied"], CLEAN),
    "S104": (LOGS["other-monitor"], CLEAN),
    "S105": (LOGS["no-such-monitor"], LOGS["other-monitor"]),
    "E101": (LOGS["interrupted"], CLEAN),
    "E102": (LOGS["resumed"], LOGS["interrupted"]),
    "E103": (LOGS["resumed"], LOGS["interrupted"]),
    "E104": ("".join(LINES[:4] + LINES[6:]), CLEAN),
    "E105": (CLEAN[: CLEAN.index("Epoch 8") - 4], CLEAN),
    "C101": (LOGS["not-a-number"], CLEAN),
    "C102": (LOGS["diverging"], LOGS["noisy"]),
    "C103": (LOGS["overfitted"], CLEAN),
    "C104": (LOGS["overfitted"], CLEAN),
    "C105": (LOGS["settled"], LOGS["noisy"]),
    "C106": (LOGS["dead"], CLEAN),
    "R101": (LOGS["scheduled-and-set"], LOGS["scheduled"]),
    "R102": (LOGS["reduced-and-set"], LOGS["reduced"]),
    "P101": (LOGS["own-weight"], LOGS["summary"]),
    "W101": (LINES[0] + LINES[1] + LINES[3], CLEAN),
    "W102": ("".join(line for line in LINES if not line.startswith("Epoch")), CLEAN),
    "W103": (f"'a'>{RESULT.partition(' - ')[2]}{CLEAN}", CLEAN),
    "W104": (f"# A\n{LOGS['bars']}# B\n{BAR}", LOGS["bars"]),
    "W105": (f"Epoch 1/1\n{BAR.replace('step - loss', 'step loss')}", f"Epoch 1/1\n{BAR}"),
    "W106": (f"Epoch 1/1\n{BAR.rstrip()}0.8733\n", f"Epoch 1/1\n{BAR}"),
    "W107": ("Epoch 1/1\n8/8 [====] - 1s 9ms/step - loss: 0.3000 - 12:30\n", f"Epoch 1/1\n{BAR}"),
    "W108": (f"{CLEAN}{'x' * 1_000_001}\n", CLEAN),
    "W109": (LOGS["nameless-score"], ORIGINAL),
    "W110": (LOGS["bars"], CLEAN),
    "W111": (LOGS["interrupted"], CLEAN),
}
"""For each rule about a single log: one in which it finds something, and one in which it finds nothing."""


@pytest.mark.parametrize("code", SAMPLES)
def test_a_rule_finds_what_it_is_for_and_nothing_in_a_log_in_order(code: str) -> None:
    wrong, right = SAMPLES[code]
    assert code in codes(wrong)
    assert code not in codes(right)


def test_every_rule_has_a_sample() -> None:
    assert sorted([*SAMPLES, "X101", "X102", "W112", "W199"]) == sorted(rule.code for rule in RULES)


def test_a_log_in_order_has_no_finding() -> None:
    assert found(CLEAN) == []


IN_ORDER = Fit(
    [
        {
            "loss": 2 / epoch,
            "acc": 0.9 - 0.5 / epoch,
            "val_loss": 2.1 / epoch + 0.01 * (epoch % 3),
            "val_acc": 0.88 - 0.5 / epoch + 0.01 * (epoch % 3),
        }
        for epoch in range(1, 13)
    ],
    declared=12,
    rates=[0.003 / epoch for epoch in range(1, 13)],
    monitor="val_acc",
    evaluation={"loss": 0.2143, "acc": 0.8456},
)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("mode", ["terminal", "file", "one line"])
def test_a_training_in_order_has_no_finding_whichever_keras_prints_it(style: str, mode: Mode) -> None:
    expected = ["W110"] if style.startswith("Keras 3") and mode != "one line" else []
    assert codes(Printer(STYLES[style], mode).fit(IN_ORDER)) == expected


SENTENCES: Mapping[str, tuple[str, int, str]] = {
    "S101": (
        ORIGINAL,
        5,
        "the score (loss 0.016543518993379802, acc 0.9947) equals the validation metrics of epoch 20 in all digits, so "
        "it is measured on the validation data and is no independent test",
    ),
    "S102": (
        LOGS["settled"],
        6,
        "the best val_accuracy, 0.9350 at epoch 3, is one of 24; the last 6 epochs have a mean of 0.9267 and a standard "
        "deviation of 0.0020",
    ),
    "S103": (
        LOGS["tied"],
        14,
        "the best val_accuracy, 1.0000, is printed at epochs 7, 8; the digits do not tell which is best",
    ),
    "S104": (
        LOGS["other-monitor"],
        3,
        "ModelCheckpoint keeps the best val_loss (epoch 6), but the best val_accuracy is at epoch 4",
    ),
    "E101": (LOGS["interrupted"], 8, "interrupted after 3 of 8 epochs, in epoch 4, at step 1 of 16; that epoch is not counted"),
    "E102": (LOGS["resumed"], 14, "the first epoch is 4: the training goes on from 'some' (line 1)"),
    "E103": (LOGS["resumed"], 14, "epochs 4 to 5 are here twice: the run 'some' (line 1) has them, too"),
    "C101": (LOGS["not-a-number"], 3, "loss, val_loss are NaN or infinite from epoch 1 on, in 1 of 1 epoch"),
    "C103": (
        LOGS["overfitted"],
        12,
        "val_loss rises from 0.3700 (epoch 6) to 0.4968 on average over the last 3 epochs, while loss falls from 0.3576 "
        "to 0.1308",
    ),
    "C105": (
        LOGS["settled"],
        6,
        "the best val_accuracy, 0.9350, is at epoch 3; the 21 epochs after it bring nothing better (mean 0.9271)",
    ),
    "R101": (
        LOGS["scheduled-and-set"],
        4,
        "epoch 1 prints a learning rate of 0.0020, not the 0.0100 that LearningRateScheduler sets (as 4 more epochs do)",
    ),
    "R102": (
        LOGS["reduced-and-set"],
        10,
        "epoch 4 prints a learning rate of 1.0000e-03, not the 1.0000e-04 that ReduceLROnPlateau sets before it",
    ),
    "P101": (LOGS["own-weight"], 7, "the model has 12 parameters, but its layers have 9"),
}  # fmt: skip


@pytest.mark.parametrize("code", SENTENCES)
def test_a_finding_says_what_was_found_and_where(code: str) -> None:
    text, line, sentence = SENTENCES[code]
    (finding,) = [each for each in found(text) if each.code == code]
    assert (finding.line, finding.text) == (line, sentence)


def test_each_number_of_the_evidence_is_in_the_log() -> None:
    (finding,) = [each for each in found(LOGS["settled"]) if each.code == "S102"]
    last = [epoch.logs["val_accuracy"] for epoch in finding.run.epochs][-6:]
    assert finding.numbers["mean"] == pytest.approx(sum(last) / 6)
    assert finding.numbers["best"] == max(epoch.logs["val_accuracy"] for epoch in finding.run.epochs)


def printed(metric: str, values: Sequence[float], losses: Sequence[float] = ()) -> str:
    """Prints a training with one line an epoch, whose loss falls by 0.01 an epoch if no losses are given."""
    return "".join(
        f"Epoch {epoch}/{len(values)}\n8/8 - 1s - loss: {loss:.4f} - {metric}: {value:.4f}\n"
        for epoch, (value, loss) in enumerate(
            zip(values, losses or [1 - index / 100 for index in range(len(values))], strict=True), 1
        )
    )


NO_FINDING: Mapping[str, tuple[str, str, str | None]] = {
    "the metric that the checkpoint monitors is the reported one": ("S104", LOGS["other-monitor"], "val_loss"),
    "a checkpoint tells that the later epoch is not better": (
        "S103",
        "".join(
            f"\nEpoch {epoch}: val_acc {said}, saving model to a\nEpoch {epoch}/2\n{BAR.rstrip()} - val_acc: 0.9000\n"
            for epoch, said in ((1, "improved from -inf to 0.90004"), (2, "did not improve from 0.90004"))
        ),
        None,
    ),
    "the score is that of other data": ("S101", CLEAN, None),
    "the score is 0 and 1, as that of any perfect model": (
        "S101",
        f"Epoch 1/2\n{BAR.rstrip()} - val_loss: 0.0000e+00 - val_acc: 1.0000\n"
        f"Epoch 2/2\n{BAR.rstrip()} - val_loss: 0.5000 - val_acc: 0.5000\n[0.0, 1.0]\n",
        None,
    ),
    "early stopping ends the run": ("E101", f"Epoch 1/9\n{BAR}Epoch 1: early stopping\n", None),
    "a cell of the table of layers is cut": (
        "P101",
        LOGS["summary"].replace("            72 │", "            7… │"),
        None,
    ),
    "nine epochs without a better value are too few for a plateau": (
        "C105",
        printed("val_acc", [0.5, 0.6, 0.7, 0.8, 0.9, *[0.89, 0.88] * 4, 0.89]),
        None,
    ),
    "the validation loss varies as much as it rises": (
        "C103",
        printed("val_loss", [0.5, 1.0, 0.6, 1.1, 0.5, 1.0, 0.6, 1.1]),
        None,
    ),
    "the training loss rises, too": (
        "C103",
        printed("val_loss", [0.5, 0.6, 0.7, 0.8, 0.9], [0.5, 0.6, 0.7, 0.8, 0.9]),
        None,
    ),
    "another callback schedules the learning rate": (
        "R102",
        "Epoch 1: LearningRateScheduler setting learning rate to 0.001.\n" + LOGS["reduced-and-set"],
        None,
    ),
}


@pytest.mark.parametrize("name", NO_FINDING)
def test_nothing_is_found_if(name: str) -> None:
    code, text, monitor = NO_FINDING[name]
    assert code not in codes(text, monitor)


def test_one_number_agrees_with_one_of_many_epochs_by_chance_but_not_with_the_last() -> None:
    lines = [f"Epoch {epoch}/20\n{BAR.rstrip()} - val_acc: {0.9001 + 0.003 * epoch:.4f}\n" for epoch in range(1, 21)]
    assert "S101" in codes("".join(lines) + "Test accuracy: 0.9601\n")
    assert "S101" not in codes("".join(lines) + "Test accuracy: 0.9211\n")


HUGE: Mapping[str, str] = {
    "numbers beyond any square": "1.7e+308",
    "numbers that add up to no float": "9e+307",
    "zero": "0.0000e+00",
    "negative numbers": "-1.5000",
    "infinities": "inf",
    "no numbers": "nan",
}


@pytest.mark.parametrize("name", HUGE)
def test_any_number_can_be_looked_at(name: str) -> None:
    metrics = " - ".join(f"{metric}: {HUGE[name]}" for metric in ("loss", "acc", "val_loss", "val_acc", "lr"))
    text = "".join(f"Epoch {epoch}/24\n8/8 [====] - 1s 9ms/step - {metrics}\n" for epoch in range(1, 25))
    scores = f"[{HUGE[name]}, {HUGE[name]}]\n"
    assert "C104" not in codes(text + scores)


@pytest.mark.parametrize("generation", ["conv2d_1 (Conv2D)  {} 320\n", "│ conv (Conv2D) │ {} │ 320 │\n"])
@pytest.mark.parametrize("shape", ["(None, 26, 26, 32)", "[(None, 26), (None, 3)]", "(None, 112, 112, 128"])
def test_the_parameters_of_layers_are_added_up(generation: str, shape: str) -> None:
    table = 'Model: "a"\n' + generation.format(shape) * 2 + "Total params: 640\n"
    (run,) = log_of(table + CLEAN).runs
    assert run.parameters
    assert (run.parameters.total, run.parameters.layers) == (640, 640)


def write(folder: Path, logs: Mapping[str, str]) -> None:
    for name, text in logs.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


TOGETHER: Mapping[str, tuple[dict[str, str], dict[str, str]]] = {
    "X101": (
        {"a/net.log": CLEAN, "b/net.log": LOGS["summary"]},
        {"a/net.log": CLEAN, "b/net.log": LOGS["scored-on-validation"]},
    ),
    "X102": (
        {"a/net.log": CLEAN, "b/net.log": re.sub(r"\d+s - \d+ms", "9s - 9ms", CLEAN)},
        {"a/net.log": CLEAN, "b/net.log": LOGS["scored-on-validation"]},
    ),
    "W112": (
        {name: (ROOT / "logs" / "code9" / name).read_text(encoding="utf-8").replace("0.99", "0.98") for name in ("seed-0.log",)}
        | {"seed-0.json": (ROOT / "logs" / "code9" / "seed-0.json").read_text(encoding="utf-8")},
        {name: (ROOT / "logs" / "code9" / name).read_text(encoding="utf-8") for name in ("seed-0.log", "seed-0.json")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("code", TOGETHER)
def test_a_rule_about_several_files_finds_what_it_is_for(code: str, tmp_path: Path) -> None:
    for name, logs in zip(("wrong", "right"), TOGETHER[code], strict=True):
        write(tmp_path / name, logs)
        done = reporter("lint", ".", "--select", code, cwd=tmp_path / name)
        assert (code in done.stdout, done.returncode) == ((True, 1) if name == "wrong" else (False, 0))


ALONE: Mapping[str, tuple[str, dict[str, str]]] = {
    "epochs of a run in another log": ("E103", {"a/net.log": CLEAN, "b/net.log": "".join(LINES[6:])}),
    "single epochs that are equal": ("X102", {"a/net.log": LINES[0] + LINES[1], "b/net.log": LINES[0] + LINES[1]}),
    "a few numbers that are equal": (
        "X102",
        {"a/net.log": printed("val_acc", [0.5, 0.5]), "b/net.log": printed("val_acc", [0.5, 0.5])},
    ),
}


@pytest.mark.parametrize("name", ALONE)
def test_runs_of_several_files_are_no_finding(name: str, tmp_path: Path) -> None:
    code, logs = ALONE[name]
    write(tmp_path, logs)
    assert reporter("lint", ".", "--select", code, cwd=tmp_path).returncode == 0


def test_a_warning_of_another_format_is_a_finding() -> None:
    log = log_of(CLEAN)
    runs = (replace(log.runs[0], warnings=(LogWarning("odd-pass", 2, "a pass is odd"),)),)
    (finding,) = find(cases_of([replace(log, runs=runs)]))
    assert (finding.code, finding.line, finding.text) == ("W199", 2, "a pass is odd (odd-pass)")


def test_every_warning_of_the_reader_is_one_finding() -> None:
    listed = re.findall(
        r"^\| `([a-z0-9-]+)` \|", (ROOT / "docs" / "reference" / "warnings.md").read_text(encoding="utf-8"), re.M
    )
    log = log_of(CLEAN)
    for code in listed:
        runs = (replace(log.runs[0], warnings=(LogWarning(code, 2, "why"),)),)
        assert [each.name for each in find(cases_of([replace(log, runs=runs)]))] == [code]


CHOICES: Mapping[str, tuple[list[str], list[str], list[str]]] = {
    "all": ([], [], ["S101", "S102", "S103"]),
    "ALL by name": (["ALL"], [], ["S101", "S102", "S103"]),
    "a topic": (["E"], [], []),
    "several, joined by a comma": (["E, S101", "S103"], [], ["S101", "S103"]),
    "all but one": ([], ["S102"], ["S101", "S103"]),
    "a topic but for one": (["S"], ["S102"], ["S101", "S103"]),
    "one of an ignored topic": (["S101"], ["S"], ["S101"]),
    "the same in both": (["S101"], ["S101"], []),
    "all are ignored": ([], ["ALL"], []),
    "small letters": (["s102"], [], ["S102"]),
}


@pytest.mark.parametrize("name", CHOICES)
def test_the_longer_selector_decides(name: str) -> None:
    select, ignore, expected = CHOICES[name]
    chosen = [rule.code for rule in chosen_rules(select, ignore)]
    assert [code for code in chosen if code in ("S101", "S102", "S103")] == expected


def test_a_trend_is_told_from_noise() -> None:
    assert has_trend([1, 2, 3, 4, 5])
    assert not has_trend([1, 3, 2, 3, 1, 2])
    assert not has_trend([2, 2, 2])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, {"clean.log": CLEAN, "tied.log": LOGS["tied"], "dead.log": LOGS["dead"]})
    return tmp_path


EXITS: Mapping[str, tuple[list[str], int, str]] = {
    "no finding": (["clean.log"], 0, "no finding in 1 run\n"),
    "a finding": (["tied.log"], 1, "1 finding in 1 of 1 run\n"),
    "a finding that is not counted": (["tied.log", "--exit-zero"], 0, "1 finding in 1 of 1 run\n"),
    "a finding that is ignored": (["tied.log", "--ignore=S"], 0, "no finding in 1 run\n"),
    "no such rule": (["tied.log", "--select=Q"], 2, ""),
    "no such metric": (["tied.log", "--monitor=val_f1"], 2, ""),
    "no such log": (["nope.log"], 3, ""),
    "one log of two": (["clean.log", "nope.log"], 3, "no finding in 1 run\n"),
    "no argument": ([], 2, ""),
}


@pytest.mark.parametrize("name", EXITS)
def test_the_exit_code_tells_whether_there_are_findings(name: str, folder: Path) -> None:
    args, code, last = EXITS[name]
    done = reporter("lint", *args, cwd=folder)
    assert (done.returncode, "".join(done.stdout.splitlines(keepends=True)[-1:])) == (code, last)
    assert done.stderr.count("\n") == (code > 1)


def test_the_file_chooses_rules_and_the_command_line_overrides_it(folder: Path) -> None:
    table = '[tool.reporter]\nlint-select = ["S", "C"]\nlint-ignore = "S103"\n'
    (folder / "pyproject.toml").write_text(table, encoding="utf-8")
    assert re.findall(r" ([A-Z]\d+) ", reporter("lint", "dead.log", cwd=folder).stdout) == ["C106"]
    done = reporter("lint", "dead.log", "--ignore=C", cwd=folder)
    assert re.findall(r" ([A-Z]\d+) ", done.stdout) == ["S103"]


def test_the_list_has_all_rules() -> None:
    shown = reporter("lint", "--list", cwd=ROOT).stdout
    assert re.findall(r"^([A-Z]\d+)  ([a-z0-9-]+) +(\S.*)$", shown, re.MULTILINE) == [
        (rule.code, rule.name, rule.sentence) for rule in RULES
    ]


def test_a_code_and_a_name_stand_for_one_rule_only() -> None:
    for kind in ("code", "name"):
        assert len({getattr(rule, kind) for rule in RULES}) == len(RULES)


def test_json_has_the_numbers(folder: Path) -> None:
    done = reporter("lint", "tied.log", "clean.log", "--format=json", cwd=folder)
    tied, clean = json.loads(done.stdout)["sources"]
    assert clean == {"path": "clean.log", "findings": []}
    (finding,) = tied["findings"]
    assert finding | {"text": ""} == {
        "code": "S103",
        "name": "tied-best",
        "run": "tied",
        "line": 14,
        "text": "",
        "numbers": {"best": 1.0, "epochs": [7, 8]},
    }


def test_json_writes_numbers_that_json_lacks_as_text() -> None:
    assert '"announced": "nan"' in json_of(LOGS["scheduled"].replace("to 0.01.", "to nan."))


def json_of(text: str) -> str:
    from reporter.documents.findings import Findings, to_json

    log = log_of(text)
    return to_json(Findings([log], find(cases_of([log])), RULES))


def test_sarif_lists_the_rules_and_the_places(folder: Path) -> None:
    done = reporter("lint", "tied.log", "-o", "lint.sarif", "--select=S,E", cwd=folder)
    assert done.returncode == 1
    (run,) = json.loads((folder / "lint.sarif").read_text(encoding="utf-8"))["runs"]
    rules: list[dict[str, Any]] = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.code for rule in RULES if rule.code[0] in "SE"]
    (result,) = run["results"]
    place = result["locations"][0]["physicalLocation"]
    assert (result["ruleId"], place["artifactLocation"]["uri"], place["region"]) == (
        "S103",
        "tied.log",
        {"startLine": 14},
    )


def test_github_shows_findings_as_warnings(folder: Path) -> None:
    for format in ("annotations", "github"):
        done = reporter("lint", "tied.log", "--format", format, cwd=folder)
        assert done.stdout.startswith("::warning file=tied.log,line=14,title=reporter%3A S103::tied: the best val_")


def test_a_report_lists_findings_with_their_lines(folder: Path) -> None:
    assert reporter("report", "tied.log", "-o", "tied.md", cwd=folder).returncode == 0
    text = (folder / "tied.md").read_text(encoding="utf-8")
    assert "- `S103` the best val_accuracy, 1.0000, is printed at epochs 7, 8" in text
    assert "([line 14](tied.log#L14))\n" in text


def test_a_report_says_nothing_of_a_run_without_findings(folder: Path) -> None:
    assert "Findings" not in reporter("report", "clean.log", "--format=md", cwd=folder).stdout


def test_text_of_a_log_is_no_control_character(folder: Path) -> None:
    name = "\x1b[31m"
    write(folder, {"odd.log": f"# {name}\n{LOGS['resumed']}"})
    assert "\x1b" not in reporter("lint", "odd.log", cwd=folder).stdout


def test_the_documentation_has_a_section_for_each_rule() -> None:
    text = (ROOT / "docs" / "lint.md").read_text(encoding="utf-8")
    sections = re.findall(r"^### `([A-Z]\d+)` ([a-z0-9-]+)\n\n(.+?)(?=\n##|\Z)", text, re.MULTILINE | re.DOTALL)
    assert [(code, name) for code, name, _ in sections] == [(rule.code, rule.name) for rule in RULES]
    first = {code: next(each.text for each in found(text) if each.code == code) for code, (text, _) in SAMPLES.items()}
    assert [code for code, _, body in sections if f"\n{code} {first.get(code, '')}" not in body and code in first] == []
    lacking = [code for code, _, body in sections for part in ("**To do:**", "**Harmless:**") if part not in body]
    assert lacking == []
