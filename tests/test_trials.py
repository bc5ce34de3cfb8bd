"""A trial is known by the name of its log and the record beside it; it is in no result unless asked for."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT, reporter, reporter_process

from reporter import compare, read_log, report
from reporter.cli.train import _jobs, _refuse_only_trials
from reporter.errors import NoRunError, UsageError
from reporter.facts.trials import without_trials
from reporter.model import Record
from reporter.training.describe import Description
from reporter.training.jobs import Job

TRIAL = """\
# Using_GAP.ipynb

Total params: 11,504
Train on 2000 samples, validate on 10000 samples
Epoch 1/1
32/32 ━━━━━━━━━━━━━━━━━━━━ 3s 90ms/step - acc: 0.5000 - loss: 1.5000 - val_acc: 0.1135 - val_loss: 2.3000
"""
HISTORY = {"acc": [0.5], "loss": [1.5], "val_acc": [0.1135], "val_loss": [2.3]}
VERSIONS = {"keras": "3.15.1", "tensorflow": "2.21.0"}
RECORD = Record("gap", 0, 1, 2000, 64, {"total": 11504}, VERSIONS, "", HISTORY, {}, 3.0, "Using_GAP.ipynb")
NAMED = "Using_GAP.ipynb (trial: 2,000 samples, 1 epoch)"


def write(folder: Path, name: str = "trial-0.log", record: Record | None = RECORD, text: str = TRIAL) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    if record:
        (folder / name.replace(".log", ".json")).write_text(record.to_json(), encoding="utf-8")
    return folder / name


KNOWN_BY: dict[str, tuple[str, Record | None, bool]] = {
    "its name and its record": ("trial-0.log", RECORD, True),
    "a number of several digits": ("trial-12.log", RECORD, True),
    "a record of a killed training": ("trial-0.log", replace(RECORD, history={}), True),
    "no record": ("trial-0.log", None, False),
    "a record of another training": ("trial-0.log", replace(RECORD, parameters={"total": 3}), False),
    "another name": ("seed-0.log", RECORD, False),
    "a name that ends like one": ("my-trial-0.log", RECORD, False),
    "a name without a number": ("trial-x.log", RECORD, False),
}


@pytest.mark.parametrize(("name", "record", "trial"), KNOWN_BY.values(), ids=KNOWN_BY.keys())
def test_a_trial_is_known_by_its_name_and_its_record(
    tmp_path: Path, name: str, record: Record | None, trial: bool
) -> None:
    (run,) = read_log(write(tmp_path, name, record)).runs
    assert (run.trial, run.name) == (trial, NAMED if trial else "Using_GAP.ipynb")


def test_a_trial_says_how_many_epochs_and_samples_it_had(tmp_path: Path) -> None:
    text = TRIAL.replace("Epoch 1/1", "Epoch 1/2") + TRIAL.splitlines()[-1].join(["Epoch 2/2\n", "\n"])
    record = replace(RECORD, epochs=2, samples=1, history={name: 2 * values for name, values in HISTORY.items()})
    (run,) = read_log(write(tmp_path, record=record, text=text)).runs
    assert run.name == "Using_GAP.ipynb (trial: 1 sample, 2 epochs)"


@pytest.fixture
def folder(ours: Path, tmp_path: Path) -> Path:
    """Make a copy of the repository's logs, and a README about them; then add a trial."""
    import shutil

    shutil.copytree(ours, tmp_path / "ours")
    marker = "<!-- BEGIN_REPORTER logs=logs template=summary -->\n<!-- END_REPORTER -->\n"
    (tmp_path / "ours" / "README.md").write_text(marker, encoding="utf-8")
    assert reporter("readme", "README.md", cwd=tmp_path / "ours").returncode == 0
    write(tmp_path / "ours" / "logs" / "gap")
    return tmp_path / "ours"


def test_a_readme_stays_the_same_when_a_trial_is_added(folder: Path) -> None:
    done = reporter("readme", "--check", "README.md", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "README.md: up to date\n")
    with_trial = reporter("readme", "--check", "--trials", "README.md", cwd=folder)
    assert with_trial.returncode == 1


COMMANDS: dict[str, tuple[list[str], str]] = {
    "a report": (["report", "logs"], "trial: 2,000 samples, 1 epoch"),
    "a badge": (["report", "logs/gap/trial-0.log", "logs/original/gap.log", "--mode", "min", "--format", "badge"], "0.1135"),
    "a comparison": (["compare", "logs/gap", "--to", "logs/gap", "--all"], NAMED),
}  # fmt: skip


@pytest.mark.parametrize(("command", "shown"), COMMANDS.values(), ids=COMMANDS.keys())
def test_results_leave_trials_out_unless_asked(folder: Path, command: list[str], shown: str) -> None:
    plain, asked = reporter(*command, cwd=folder), reporter(*command, "--trials", cwd=folder)
    assert (shown in plain.stdout, shown in asked.stdout) == (False, True)
    assert "--trials includes" in plain.stderr
    assert "trial" not in asked.stderr


@pytest.mark.parametrize("command", ["parse", "report"])
def test_gates_leave_trials_out_unless_asked(folder: Path, command: str) -> None:
    gate = ["--fail-under", "val_acc>=0.99"]
    assert reporter(command, "logs", *gate, cwd=folder).returncode == 0
    missed = reporter(command, "logs", *gate, "--trials", cwd=folder)
    assert missed.returncode == 1
    assert f"{NAMED}: best val_acc 0.1135 misses" in missed.stderr


def test_parse_shows_trials_by_their_name(folder: Path) -> None:
    done = reporter("parse", "logs/gap/trial-0.log", cwd=folder)
    assert (NAMED in done.stdout, done.stderr) == (True, "")
    shown = json.loads(reporter("parse", "logs/gap", "--format", "json", cwd=folder).stdout)
    assert [run["trial"] for source in shown["sources"] for run in source["runs"]] == [False, True]


def test_python_leaves_trials_out_of_a_comparison_unless_asked(folder: Path) -> None:
    runs = [run for name in ("seed-0", "trial-0") for run in read_log(folder / "logs" / "gap" / f"{name}.log").runs]
    found = [[pair.name for pair in compare(runs, runs, trials=trials).pairs] for trials in (False, True)]
    assert found == [["Using_GAP.ipynb"], ["Using_GAP.ipynb", NAMED]]


def test_only_trials_are_an_error_that_names_the_option(folder: Path) -> None:
    done = reporter("report", "logs/gap/trial-0.log", cwd=folder)
    message = "reporter: logs/gap/trial-0.log: every run is a trial; add --trials to include trials\n"
    assert (done.returncode, done.stdout, done.stderr) == (3, "", message)
    log = read_log(folder / "logs" / "gap" / "trial-0.log")
    with pytest.raises(NoRunError):
        report([log])
    assert "trial: 2,000 samples" in report([log], trials=True)
    assert without_trials([]) == []


def test_one_log_may_hold_a_trial_and_another_run(tmp_path: Path) -> None:
    log = read_log(write(tmp_path, text=TRIAL + TRIAL.replace("GAP", "other").replace("0.1135", "0.2")))
    assert [run.trial for run in log.runs] == [True, False]
    assert [run.name for kept in without_trials([log]) for run in kept.runs] == ["Using_other.ipynb"]


SIZES: dict[str, tuple[int | None, int | None, bool]] = {
    "as the experiment has": (None, None, False),
    "as many as it has": (20, 60000, False),
    "more": (30, 70000, False),
    "fewer epochs": (19, None, True),
    "fewer samples": (None, 59999, True),
    "more epochs of fewer samples": (30, 10, True),
}


@pytest.mark.parametrize(("epochs", "samples", "trial"), SIZES.values(), ids=SIZES.keys())
def test_a_training_is_a_trial_if_it_has_fewer_samples_or_epochs(
    epochs: int | None, samples: int | None, trial: bool
) -> None:
    assert Description("gap", 20, 60000).is_shortened(epochs, samples) is trial


def test_a_trial_gets_a_log_of_its_own(tmp_path: Path) -> None:
    def plan(samples: int | None) -> list[str]:
        jobs = _jobs(
            experiments=("gap",),
            epochs=None,
            seeds=(3,),
            samples=samples,
            logs=tmp_path,
            data=None,
            reference=False,
            resume=False,
            force=False,
        )
        return [job.log.name for job in jobs]

    assert (plan(2000), plan(None)) == (["trial-3.log"], ["seed-3.log"])


def test_a_report_of_nothing_but_trials_is_refused_before_the_training(tmp_path: Path) -> None:
    trial, seed = (Job("gap", 0, 1, tmp_path / "gap" / name) for name in ("trial-0.log", "seed-0.log"))
    with pytest.raises(UsageError, match="add --trials"):
        _refuse_only_trials([trial], tmp_path)
    _refuse_only_trials([trial, seed], tmp_path)
    write(tmp_path / "gap", "trial-1.log")
    with pytest.raises(UsageError, match="add --trials"):
        _refuse_only_trials([trial], tmp_path)
    write(tmp_path / "gap", "seed-0.log")
    _refuse_only_trials([trial], tmp_path)


def test_the_help_names_trials() -> None:
    for command in ("parse", "report", "readme", "compare", "train-and-report"):
        assert "--trials" in reporter_process(command, "--help", cwd=ROOT).stdout
