"""`reporter check` finds what documents state about runs, and what the logs say about it."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from claims import measure
from conftest import ROOT, reporter

from reporter.claims.check import Checked, check_text
from reporter.claims.files import own_log
from reporter.reading.many import read_logs
from reporter.reading.reader import read_log

LOG = """\
Train on 60000 samples, validate on 10000 samples
Epoch 1/4
60000/60000 [==============================] - 20s 333us/step - loss: 0.2001 - acc: 0.9402 - val_loss: 0.0903 - val_acc: 0.9704
Epoch 2/4
60000/60000 [==============================] - 21s 350us/step - loss: 0.0805 - acc: 0.9756 - val_loss: 0.0607 - val_acc: 0.9808
Epoch 3/4
60000/60000 [==============================] - 20s 333us/step - loss: 0.0609 - acc: 0.9810 - val_loss: 0.0511 - val_acc: 0.9853
Epoch 4/4
60000/60000 [==============================] - 20s 333us/step - loss: 0.0513 - acc: 0.9844 - val_loss: 0.0615 - val_acc: 0.9817
"""
SECOND = LOG.replace("0.98", "0.91").replace("0.97", "0.90").replace("loss: 0.0", "loss: 0.3")


def check(prose: str, *logs: str) -> Checked:
    """Check a document: the prose, then a heading and each log."""
    text = f"# Model\n\n{prose}\n\n" + "\n".join(logs or (LOG,))
    return check_text(text, "README.md", own_log(text, "README.md"))


def outcomes(checked: Checked) -> list[str]:
    return [each.outcome for each in checked.verdicts]


VERDICTS: dict[str, tuple[str, list[str]]] = {
    "the best value and its epoch": ("Best val_acc 0.9853 at epoch 3.", ["agrees", "agrees"]),
    "a wrong best value": ("Best val_acc 0.9863 at epoch 3.", ["disagrees", "agrees"]),
    "a wrong epoch": ("Best val_acc 0.9853 at epoch 2.", ["agrees", "disagrees"]),
    "the last value is not the best": ("The best validation accuracy is 98.17 %.", ["disagrees"]),
    "the best value is not the last": ("The final validation accuracy is 98.53 %.", ["disagrees"]),
    "the test accuracy may be that of the last epoch": ("Test accuracy: 98.17%", ["agrees"]),
    "the test accuracy may be that of the best epoch": ("Test accuracy: 98.53%", ["agrees"]),
    "a value between both is neither, but the test data may be others": ("- Test accuracy: 98.32%", ["unsupported"]),
    "a loss": ("The lowest validation loss is 0.0511.", ["agrees"]),
    "a wrong loss": ("The lowest validation loss is 0.0521.", ["disagrees"]),
    "an error": ("The validation error is 1.47 % at best.", ["agrees"]),
    "a number of epochs": ("Trained for four epochs.", ["agrees"]),
    "a wrong number of epochs": ("Trained for 5 epochs.", ["disagrees"]),
    "the bound holds": ("The best validation accuracy is above 98.5 %.", ["agrees"]),
    "the bound does not hold": ("The best validation accuracy is above 98.6 %.", ["disagrees"]),
    "about": ("It reaches about 98 % validation accuracy.", ["agrees"]),
    "a count that is not in the document": ("Total params: 14,864", ["unsupported"]),
    "the words leave the data open": ("Accuracy of 91.2 %", ["unsupported"]),
    "another model": ("The baseline has a best validation accuracy of 91.2 %.", ["unsupported"]),
    "a paper": ("LeNet reaches 99.05 % test accuracy.", ["unsupported"]),
    "a target": ("The goal is 99.4 % validation accuracy.", []),
    "settings": ("Batch size 128, learning rate 0.003, dropout 0.25, patience of 5 epochs.", []),
    "a version and a date": ("Keras 2.3.1 with Python 3.7 of 2020-02-12.", []),
    "several values of one quantity speak of several models": (
        "One try: 91.2 % validation accuracy.\n\nNow the best validation accuracy is 93.1 %.",
        ["unsupported", "unsupported"],
    ),
    "a quoted line": (LOG.splitlines()[4], ["agrees"]),
    "a quoted line with another value": (LOG.splitlines()[4].replace("0.0607", "0.0617"), ["disagrees"]),
    "a quoted line with another time": (LOG.splitlines()[4].replace("21s", "22s"), ["disagrees"]),
    "a line that is ignored": ("Best val_acc 0.9999 <!-- claim: ignore -->", []),
    "a block that is ignored": ("<!-- claim: ignore -->\n\nBest val_acc 0.9999\nBest acc 0.5555", []),
    "code is no claim": ("```python\nbest_val_acc = 0.9999  # best val_acc 0.9999\n```", []),
    "a table of one row": ("| best val_acc | epochs |\n|---|---|\n| 0.9853 | 4 |", ["agrees", "agrees"]),
    "a table with a label in each row": (
        "| what | value |\n|---|---|\n| best val_acc | 0.9873 |\n| epochs | 4 |",
        ["disagrees", "agrees"],
    ),
    "rows of other models": (
        "| model | test accuracy |\n|---|---|\n| LeNet | 99.1 |\n| ours | 98.17 |",
        ["unsupported", "agrees"],
    ),
    "a printed list": ("Score: [0.0615, 0.9817]", ["agrees"]),
    "a wrong printed list, but the test data may be others": ("Score: [0.0615, 0.9818]", ["unsupported"]),
    "a bigger model": ("The best validation accuracy of the bigger model is 99.1 %.", ["unsupported"]),
    "the best of several runs": ("Best of 5 runs: 98.9 % validation accuracy", ["unsupported"]),
    "models with letters": ("Model B: 97.1 % validation accuracy", ["unsupported"]),
    "another number of epochs": ("For 12 epochs the best validation accuracy is 98.9 %.", ["unsupported"] * 2),
    "a run that was stopped early": ("Epochs: 10 (stopped early at 4)", ["unsupported"]),
    "another learning rate": ("With a learning rate of 0.1 the validation accuracy was 95.2 %.", ["unsupported"]),
    "a value after an epoch": ("It overfits after epoch 3: the training accuracy is 98.44 %.", ["agrees"]),
    "a value after some epochs": ("After 2 epochs the validation accuracy is 98.08 %.", ["unsupported", "agrees"]),
    "another data set": ("Validation accuracy on CIFAR-10: 85.3 %", ["unsupported"]),
    "the best value in brackets": ("Validation loss: 0.0615 (best: 0.0511)", ["agrees"]),
    "a limit of epochs": ("We train for 100 epochs with patience 5.", ["unsupported"]),
    "a history in a table": ("| Epoch | val_acc |\n|---|---|\n| 1 | 0.9704 |\n| 2 | 0.9808 |", ["agrees", "agrees"]),
    "a history with an error": (
        "| Epoch | val_acc |\n|---|---|\n| 1 | 0.9704 |\n| 2 | 0.9818 |",
        ["agrees", "unsupported"],
    ),
    "a time": ("The training took 81 seconds.", ["agrees"]),
    "an impossible time": ("The training took 8 seconds.", ["disagrees"]),
    "a value that is best at no epoch": ("Best val_acc 0.9808 at epoch 2.", ["disagrees", "disagrees"]),
    "values beside the best one": (
        "The best validation accuracy of 98.53% is in epoch 3 with train accuracy 98.10%, train loss 0.0609 and"
        " validation loss 0.0511.",
        ["agrees"] * 5,
    ),
    "values of the best epoch": (
        "The validation accuracy is 98.53 %, at which point the training accuracy is 98.10%.",
        ["agrees"] * 2,
    ),
    "other values of an epoch": ("Epoch 2: training accuracy 97.56 %, validation accuracy 98.08 %", ["agrees"] * 3),
    "a sentence after one about the base network": (
        "Final validation accuracy of the base network: 82.78. The best validation score is 82.82 at epoch 43.",
        ["unsupported"] * 3,
    ),
    "a list of requirements": (
        "Write a network such that:\n\n1. it has less than 100,000 parameters\n2. it runs for 50 epochs\n",
        [],
    ),
    "a block without a language": (
        "```\nVacc : 0.8481 at 42nd Epoch\nTotal params: 66,309\n```",
        ["disagrees", "disagrees", "unsupported"],
    ),
    "the best at the last epoch": ("Max validation accuracy at the last epoch: 98.17 %", ["agrees"]),
    "a comment that is not closed": ("A comment starts with `<!--`.\n\nBest val_acc: 0.9853", ["agrees"]),
    "a rounded value at another epoch": ("The best validation accuracy of 98 % is at epoch 2.", ["agrees"] * 2),
    "two statements in one line": (
        "Final validation accuracy: 98.17. Also the best validation score is 98.53 at epoch 3",
        ["agrees"] * 3,
    ),
    "the time of an epoch": ("Each epoch took 20 seconds.", ["agrees"]),
    "a training accuracy": ("Max training accuracy: 0.9844", ["agrees"]),
    "a wrong training accuracy": ("Max training accuracy: 0.9853", ["disagrees"]),
}


@pytest.mark.parametrize("name", VERDICTS)
def test_a_claim_gets_its_verdict(name: str) -> None:
    prose, expected = VERDICTS[name]
    checked = check(prose)
    assert outcomes(checked) == expected, [(each.claim.text, each.reason) for each in checked.verdicts]


SCHEDULED = "".join(
    f"Epoch {epoch}/2\n\nEpoch {epoch:05d}: LearningRateScheduler setting learning rate to 0.00{epoch}.\n"
    f"8/8 [==] - 1s 9ms/step - loss: 0.{9 - epoch}000 - acc: 0.5{epoch}00\n"
    for epoch in (1, 2)
)
MESSAGES = {
    "that the log has": ("Epoch 00002: LearningRateScheduler setting learning rate to 0.002.", "agrees"),
    "with another rate": ("Epoch 00002: LearningRateScheduler setting learning rate to 0.003.", "disagrees"),
    "of another epoch": ("Epoch 00005: LearningRateScheduler setting learning rate to 0.7.", "unsupported"),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_quoted_message_is_compared_with_the_log(name: str) -> None:
    quoted, outcome = MESSAGES[name]
    log = own_log(SCHEDULED, "a.log")
    assert log
    checked = check_text(f"The training printed:\n\n{quoted}\n", "README.md", None, [(log, None)])
    assert outcomes(checked) == [outcome], [each.reason for each in checked.verdicts]


def test_a_log_of_nan_is_no_evidence() -> None:
    log = re.sub(r": 0\.\d{4}", ": nan", LOG)
    prose = "Best val_acc 0.9853 at epoch 2, final val_loss below 0.1, mean val_acc 0.98, test loss [0.1, 0.9]."
    assert "disagrees" not in outcomes(check(prose, log, log.replace("nan", "inf")))


def test_a_disagreement_says_what_is_true() -> None:
    (_, epoch) = check("Best val_acc 0.9853 at epoch 2.").verdicts
    assert epoch.reason == "0.9853 is at epoch 3; epoch 2 has 0.9808"
    assert (epoch.value, epoch.line, epoch.run) == (0.9853, 11, "Model")
    (value,) = check("Best val_acc: 0.9808").verdicts
    assert value.reason == "the log has best val_acc 0.9853 at epoch 3; 0.9808 is val_acc at epoch 2"


DERIVED: dict[str, tuple[str, str]] = {
    "a mean": ("The mean best validation accuracy is 95.03 %.", "agrees"),
    "a wrong mean": ("The mean best validation accuracy is 95.13 %.", "unsupported"),
    "a difference": ("The best validation accuracy is 7.00 points higher.", "agrees"),
    "a gap": ("The gap between training accuracy and validation accuracy is 0.27 %.", "agrees"),
}


@pytest.mark.parametrize("name", DERIVED)
def test_a_derived_number_agrees_or_is_unsupported(name: str) -> None:
    prose, expected = DERIVED[name]
    text = f"# Model\n\n{prose}\n\n## One\n\n{LOG}\n## Two\n\n{SECOND}"
    (found,) = check_text(text, "README.md", own_log(text, "README.md")).verdicts
    assert (found.claim.kind, found.outcome) == ("derived", expected), found


def test_an_accuracy_that_no_count_of_samples_gives_is_told() -> None:
    (value,) = check("Best validation accuracy: 98.535 %", LOG.replace("0.9853", "0.9843")).verdicts
    assert value.outcome == "disagrees"
    assert "no count of right answers among 10,000 samples" in value.reason


def test_the_run_is_found_by_its_section() -> None:
    text = f"# One\n\nBest val_acc: 0.9853\n\n{LOG}\n# Two\n\nBest val_acc: 0.9153\n\n{SECOND}"
    checked = check_text(text, "README.md", own_log(text, "README.md"))
    assert [(each.run, each.outcome) for each in checked.verdicts] == [("One", "agrees"), ("Two", "agrees")]
    swapped = text.replace("Best val_acc: 0.9853", "Best val_acc: x").replace("0.9153\n\nT", "0.9853\n\nT", 1)
    (moved,) = check_text(swapped, "README.md", own_log(swapped, "README.md")).verdicts
    assert moved.outcome == "disagrees"
    assert "it fits another run, One" in moved.reason


def test_a_test_score_is_compared_with_validation_values_if_another_one_is_such_a_value() -> None:
    text = f"# One\n\n- Test accuracy: 98.17%\n\n{LOG}\n# Two\n\n- Test accuracy: 91.27%\n\n{SECOND}"
    checked = check_text(text, "README.md", own_log(text, "README.md"))
    assert outcomes(checked) == ["agrees", "disagrees"]


def test_the_run_is_found_by_the_other_values_of_its_line() -> None:
    text = f"# Summary\n\nval_acc at best: 0.9153, Epochs: 5\n\n# One\n\n{LOG}\n# Two\n\n{SECOND}"
    checked = check_text(text, "README.md", own_log(text, "README.md"))
    assert [(each.run, each.outcome) for each in checked.verdicts] == [("Two", "agrees"), ("Two", "disagrees")]


def original() -> str:
    """Compose the document of two runs whose logs are in the repository, with quoted lines above each log."""
    parts = []
    for name, epoch in (("code9", 18), ("gap", 19)):
        log = (ROOT / "logs" / "original" / f"{name}.log").read_text(encoding="utf-8")
        lines = log.splitlines()
        head = next(index for index, line in enumerate(lines) if line.startswith("Train on"))
        header = lines.index(f"Epoch {epoch}/20")
        quoted = [line for line in lines[header + 1 : header + 4] if line]
        parts += [
            *lines[:head],
            "**Max Validation Accuracy**",
            f"in {quoted[0]}",
            quoted[1],
            "",
            "**Log:**",
            "",
            *lines[head:],
            "",
        ]
    return "\n".join(parts)


def check_original(text: str) -> Checked:
    file = io.StringIO(text, newline="")
    file.name = "README.md"
    logs = [(log, None) for log in read_logs(str(ROOT / "logs" / "original"))]
    return check_text(text, "README.md", read_log(file), logs)


def test_every_claim_of_the_original_document_agrees() -> None:
    checked = check_original(original())
    kinds = [each.claim.kind for each in checked.verdicts]
    assert kinds == ["params", "score", "excerpt", "best_metric"] * 2
    assert set(outcomes(checked)) == {"agrees"}


def test_a_score_of_a_reproduction_or_of_the_original_agrees() -> None:
    text = f"# Model\n\nTest accuracy: 0.9811\n\n{LOG}[0.0500, 0.9815]\n"
    again = own_log(text.replace("0.9815", "0.9811"), "again.md")
    assert again
    assert outcomes(check_text(text, "README.md", own_log(text, "README.md"), [])) == ["disagrees", "agrees"]
    assert outcomes(check_text(text, "README.md", own_log(text, "README.md"), [(again, None)])) == ["agrees"] * 2


def test_the_ending_of_the_output_decides_the_format(folder: Path) -> None:
    done = reporter("check", "README.md", "-o", "claims.json", cwd=folder)
    assert (done.stdout, json.loads((folder / "claims.json").read_text())["schema"]) == ("", 1)
    assert reporter("check", "README.md", "-o", "claims.json", cwd=folder).returncode == 2
    assert reporter("check", "README.md", "-o", "claims.doc", cwd=folder).returncode == 2


def test_a_changed_digit_makes_its_claim_disagree_and_no_other() -> None:
    text = original()
    lines = text.split("\n")
    changed = 0
    for verdict in check_original(text).verdicts:
        index = verdict.claim.spot.line - 1
        line = lines[index]
        begin = line.index(verdict.claim.text, verdict.claim.column - 1)
        for at in range(begin, begin + len(verdict.claim.text)):
            if line[at].isdigit():
                other = f"{line[:at]}{(int(line[at]) + 1) % 10}{line[at + 1 :]}"
                checked = check_original("\n".join([*lines[:index], other, *lines[index + 1 :]]))
                wrong = [each.claim.spot.line for each in checked.verdicts if each.outcome == "disagrees"]
                assert wrong == [index + 1], other
                changed += 1
    assert changed > 150


def test_composed_claims_are_judged_rightly() -> None:
    tally = measure(400)
    assert tally.alarms == 0, tally.misses
    assert tally.right / tally.total >= 0.99, tally.misses


@pytest.mark.slow
def test_ten_thousand_composed_documents_give_no_false_alarm() -> None:
    tally = measure(10_000, seed=1)
    assert tally.alarms == 0, tally.misses
    assert tally.right / tally.total >= 0.99, tally.misses


def test_our_own_documents_are_covered() -> None:
    pages = [ROOT / "README.md", ROOT / "RESULTS.md", *sorted((ROOT / "docs").rglob("*.md"))]
    names = [str(page.relative_to(ROOT)) for page in pages]
    done = reporter("check", *names, "--strict", "--fail-under", "coverage>=1", cwd=ROOT)
    assert done.returncode == 0, done.stdout
    assert "README.md: " in done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "train.log").write_text(LOG, encoding="utf-8")
    (tmp_path / "README.md").write_text(
        "# Model\n\nBest val_acc: 0.9853, see [the log](train.log).\n\nFinal val_acc: 0.9818\n\nTotal params: 14,864\n",
        encoding="utf-8",
    )
    return tmp_path


def test_linked_logs_are_evidence_and_the_exit_code_is_1(folder: Path) -> None:
    done = reporter("check", "README.md", cwd=folder)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        'README.md:5:1: disagrees: "Final val_acc: 0.9818": the log has last val_acc 0.9817 at epoch 4 (train.log:9)',
        'README.md:7:1: unsupported: "Total params: 14,864": no log here gives a parameter count',
        "README.md: 3 numbers, 1 backed, 1 unsupported, 1 disagree",
    ]


def test_a_linked_folder_is_evidence_and_a_link_out_of_the_repository_is_not(tmp_path: Path) -> None:
    (tmp_path / "repository" / "logs").mkdir(parents=True)
    (tmp_path / "repository" / ".git").mkdir()
    for place in ("repository/logs/a.log", "outside.log"):
        (tmp_path / place).write_text(LOG, encoding="utf-8")
    for link, backed in (("logs", 1), ("../outside.log", 0), ("missing.log", 0), ("https://example.org/a.log", 0)):
        (tmp_path / "repository" / "README.md").write_text(f"Best val_acc: 0.9853 ([log]({link}))\n", encoding="utf-8")
        done = reporter("check", "README.md", cwd=tmp_path / "repository")
        assert f"1 number, {backed} backed" in done.stdout, link


def test_the_json_is_that_of_the_contract(folder: Path) -> None:
    done = reporter("check", "README.md", "--format", "json", cwd=folder)
    (source,) = json.loads(done.stdout)["sources"]
    assert source["path"] == "README.md"
    assert source["claims"][0] == {
        "line": 3,
        "cell": None,
        "column": 1,
        "text": "Best val_acc: 0.9853",
        "kind": "best_metric",
        "metric": "val_acc",
        "value": 0.9853,
        "epoch": None,
        "run": "train",
        "verdict": "agrees",
        "log": {"path": "train.log", "value": 0.9853, "line": 7},
        "reason": "best val_acc 0.9853 at epoch 3",
    }


def test_sarif_names_the_place_and_the_log(folder: Path) -> None:
    done = reporter("check", "README.md", "--format", "sarif", cwd=folder)
    (run,) = json.loads(done.stdout)["runs"]
    assert [each["ruleId"] for each in run["results"]] == ["claim-disagrees", "claim-unsupported"]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "README.md"},
        "region": {"startLine": 5, "startColumn": 1, "endColumn": 22},
    }
    log = run["results"][0]["relatedLocations"][0]["physicalLocation"]
    assert (log["artifactLocation"]["uri"], log["region"]["startLine"]) == ("train.log", 9)


def test_annotations_and_markdown_name_the_claims_that_do_not_agree(folder: Path) -> None:
    shown = reporter("check", "README.md", "--format", "annotations", cwd=folder).stdout
    assert shown.startswith("::error file=README.md,line=5,title=reporter%3A disagrees::")
    assert "::notice file=README.md,line=7," in shown
    table = reporter("check", "README.md", "--format", "markdown", cwd=folder).stdout
    assert "3 numbers, 1 backed" in table
    assert (
        "| 5 | Final val\\_acc: 0.9818 | disagrees |" in table or "| 5 | Final val_acc: 0.9818 | disagrees |" in table
    )


EXITS: dict[str, tuple[list[str], str, int]] = {
    "all agree": ([], "Best val_acc: 0.9853", 0),
    "a disagreement": ([], "Best val_acc: 0.9855", 1),
    "unsupported is information": ([], "Total params: 14,864", 0),
    "unsupported with --strict": (["--strict"], "Total params: 14,864", 1),
    "coverage is reached": (["--fail-under", "coverage>=0.5"], "Best val_acc: 0.9853\n\nTotal params: 14,864", 0),
    "coverage is missed": (["--fail-under", "coverage>=0.6"], "Best val_acc: 0.9853\n\nTotal params: 14,864", 1),
    "a document without numbers is covered": (["--fail-under", "coverage>=1"], "Words.", 0),
    "another gate is wrong usage": (["--fail-under", "val_acc>=0.6"], "Words.", 2),
}


@pytest.mark.parametrize("name", EXITS)
def test_the_exit_code(name: str, tmp_path: Path) -> None:
    options, prose, code = EXITS[name]
    (tmp_path / "train.log").write_text(LOG, encoding="utf-8")
    (tmp_path / "a.md").write_text(prose + "\n", encoding="utf-8")
    assert reporter("check", "a.md", "--logs", "train.log", *options, cwd=tmp_path).returncode == code


def test_a_missing_document_is_an_error_and_the_others_are_checked(folder: Path) -> None:
    (folder / "good.md").write_text("Best val_acc: 0.9853\n", encoding="utf-8")
    done = reporter("check", "missing.md", "good.md", "--logs", "train.log", cwd=folder)
    assert done.returncode == 3
    assert "missing.md" in done.stderr
    assert "good.md: 1 number, 1 backed" in done.stdout


def test_a_folder_means_its_documents(folder: Path) -> None:
    for name in ("b.md", "deep/a.rst", "code.py", "page.html", ".hidden.md"):
        (folder / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "docs" / name).write_text("Best val_acc: 0.9853\n", encoding="utf-8")
    shown = "docs/b.md: 1 number, 1 backed, 0 unsupported, 0 disagree"
    done = reporter("check", "docs", "docs/b.md", "--logs", "train.log", cwd=folder)
    assert done.stdout.splitlines() == [shown, shown.replace("b.md", "deep/a.rst")]
    assert reporter("check", "do*/*.md", "--logs", "train.log", cwd=folder).stdout.splitlines() == [shown]


def test_a_folder_without_documents_is_an_error(folder: Path) -> None:
    (folder / "empty").mkdir()
    (folder / "empty" / "code.py").write_text("Best val_acc: 0.9853\n", encoding="utf-8")
    done = reporter("check", "empty", cwd=folder)
    assert done.returncode == 2
    assert "no document in the folder 'empty'; name a file" in done.stderr


def test_the_logs_of_the_configuration_are_evidence(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.reporter]\nlogs = "train.log"\n', encoding="utf-8")
    (folder / "good.md").write_text("Best val_acc: 0.9853\n", encoding="utf-8")
    assert "1 backed" in reporter("check", "good.md", cwd=folder).stdout


NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Model\n", "Best val_acc: 0.9853\n"]},
        {
            "cell_type": "code",
            "metadata": {},
            "source": [],
            "execution_count": 1,
            "outputs": [{"output_type": "stream", "name": "stdout", "text": LOG}],
        },
        {"cell_type": "markdown", "metadata": {}, "source": "Final val_acc: 0.9853"},
    ],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 4,
}


def test_the_prose_of_a_notebook_is_compared_with_its_output(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text(json.dumps(NOTEBOOK), encoding="utf-8")
    done = reporter("check", "a.ipynb", "--format", "json", cwd=tmp_path)
    claims = json.loads(done.stdout)["sources"][0]["claims"]
    assert [(each["cell"], each["line"], each["verdict"]) for each in claims] == [(1, 2, "agrees"), (3, 1, "disagrees")]


FORMATS = {
    "a.rst": "Model\n=====\n\nBest val_acc: **0.9853**\n",
    "a.html": "<h1>Model</h1>\n<p>Best val_acc: <b>0.9853</b></p>\n",
    "a.tex": "\\section{Model}\nBest validation accuracy: \\textbf{98.53\\,\\%}\n",
}


@pytest.mark.parametrize("name", FORMATS)
def test_other_markup_is_read(name: str, tmp_path: Path) -> None:
    (tmp_path / "train.log").write_text(LOG, encoding="utf-8")
    (tmp_path / name).write_text(FORMATS[name], encoding="utf-8")
    done = reporter("check", name, "--logs", "train.log", cwd=tmp_path)
    assert "1 number, 1 backed" in done.stdout, done.stdout
