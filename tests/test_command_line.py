"""The command line answers as good tools do, whatever it is given."""

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import KILLED, ROOT, SECTION, on_a_terminal, reporter, reporter_process

from reporter import read_log

COMMANDS = [
    "parse",
    "report",
    "readme",
    "check",
    "lint",
    "compare",
    "reproduce",
    "plot",
    "templates",
    "run",
    "watch",
    "serve",
    "train",
    "train-and-report",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder of everything a user may name."""
    (tmp_path / "good.log").write_text(SECTION, encoding="utf-8")
    (tmp_path / "killed.log").write_text(KILLED, encoding="utf-8")
    (tmp_path / "empty.log").write_bytes(b"")
    (tmp_path / "binary.log").write_bytes(bytes(range(256)) * 100)
    (tmp_path / "prose.txt").write_text("nothing to see\n", encoding="utf-8")
    (tmp_path / "hollow").mkdir()
    (tmp_path / "plain.md").write_text("# No markers\n", encoding="utf-8")
    return tmp_path


def test_the_command_line_starts_light() -> None:
    heavy = ("pandas", "matplotlib", "keras", "tensorflow", "numpy", "rich", "jinja2")
    code = (
        f"import sys; from reporter.cli import main; [main.get_command(None, name) for name in {COMMANDS}];"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_parsing_to_json_loads_no_heavy_library(folder: Path) -> None:
    code = (
        "import sys; from reporter.cli import main; main(['parse', 'good.log', '--format', 'json'], standalone_mode=False);"
        "print([name for name in ('pandas', 'matplotlib', 'numpy', 'rich', 'jinja2') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=folder)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_has_help(command: str) -> None:
    done = reporter(*command.split(), "--help", COLUMNS="80")
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: reporter")
    assert not re.search(r"\\b|None", done.stdout)
    assert [line for line in done.stdout.splitlines() if len(line) > 80] == []


def test_the_help_names_every_command() -> None:
    _, listed = reporter("--help", COLUMNS="80").stdout.split("Commands:\n")
    assert re.findall(r"^  (\S+)", listed, re.MULTILINE) == COMMANDS
    assert re.findall(r"[a-z]\.\.\.$", listed, re.MULTILINE) == []  # where click cuts a sentence


WRONG: dict[str, tuple[list[str], int, str]] = {
    "a missing file": (["parse", "nope.log"], 3, "nope.log: No such file or directory"),
    "an empty name": (["parse", ""], 3, "the name of a log is empty; name a log, or . for this folder"),
    "an empty file": (["parse", "empty.log"], 3, "empty.log: no training run in it"),
    "a binary file": (["parse", "binary.log"], 3, "binary.log: binary, not text"),
    "text without a run": (["parse", "prose.txt"], 3, "prose.txt: no training run in it"),
    "an empty folder": (["parse", "hollow"], 3, "hollow: no log in this folder"),
    "a missing file, in a report": (["report", "nope.log"], 3, "nope.log: No such file or directory"),
    "a binary file, in a report": (["report", "binary.log"], 3, "binary.log: binary, not text"),
    "an empty folder, in a report": (["report", "hollow"], 3, "hollow: no log in this folder"),
    "an output that exists": (["parse", "good.log", "-o", "prose.txt"], 2, "prose.txt: exists; --force replaces it"),
    "a report that exists": (["report", "good.log", "-o", "prose.txt"], 2, "prose.txt: exists; --force replaces it"),
    "a README without markers": (
        ["report", "good.log", "--readme", "plain.md"],
        2,
        "plain.md: no block in it; add the lines <!-- BEGIN",
    ),
    "a README that is missing": (["report", "good.log", "--readme", "no.md"], 3, "no.md: No such file or directory"),
    "a report in place of a README": (
        ["report", "good.log", "--readme", "plain.md", "-o", "./plain.md", "--force"],
        2,
        "plain.md: --output and --readme name the same file; choose another file for -o",
    ),
    "a report that exists, before any training": (
        ["train-and-report", "nope", "-o", "prose.txt"],
        2,
        "prose.txt: exists; --force replaces it",
    ),
    "an experiment nobody knows": (["train", "nope"], 2, "no experiment named 'nope'; name one of code9, gap"),
    "a module nobody knows": (["train", "no.such:thing"], 2, "no.such: No module named 'no'"),
    "a file that is missing": (["train", "no.py:thing"], 2, "no.py: no such file"),
    "something that is no experiment": (["train", "math:pi"], 2, "math: 'pi' is not an Experiment"),
    "data that is missing": (["train", "gap", "--data", "no.npz"], 3, "no.npz: No such file or directory"),
    "data that is something else": (["train", "gap", "--data", "prose.txt"], 3, "prose.txt: "),
}


@pytest.mark.parametrize(("args", "code", "message"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_one_line_and_an_exit_code(folder: Path, args: list[str], code: int, message: str) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    done = reporter(*args, cwd=folder)
    assert done.returncode == code
    assert done.stdout == ""
    assert done.stderr.startswith(f"reporter: {message}")
    assert done.stderr.count("\n") == 1
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


USAGE: dict[str, tuple[list[str], str, str]] = {
    "an option nobody knows": (["--nope"], "no such option", "reporter"),
    "no file": (["parse"], "missing argument 'FILE...'", "reporter parse"),
    "an option no command knows": (["parse", "--nope"], "no such option", "reporter parse"),
    "an unknown format": (["parse", "x", "--format", "xml"], "invalid value for '--format'", "reporter parse"),
    "a command nobody knows": (["nope"], "no such command 'nope'", "reporter"),
    "an option without its value": (["parse", "x", "--mode"], "option '--mode' requires", "reporter parse"),
    "no epochs": (["train", "--epochs", "0"], "invalid value for '--epochs': 0 is not", "reporter train"),
}


@pytest.mark.parametrize(("args", "message", "command"), USAGE.values(), ids=USAGE.keys())
def test_wrong_usage_is_one_line_and_exit_2(args: list[str], message: str, command: str) -> None:
    done = reporter(*args)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"reporter: {message}")
    assert done.stderr.endswith(f"; see {command} --help\n")
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device without room")
def test_an_output_without_room_is_one_line_and_exit_2() -> None:
    log = ROOT / "logs" / "original" / "gap.log"
    for format in ("csv", "table"):
        with open("/dev/full", "wb") as full:
            command = [sys.executable, "-m", "reporter", "parse", str(log), "--format", format]
            done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
        message = (
            "reporter: standard output: No space left on device; free some space, or write to another file with -o\n"
        )
        assert (done.returncode, done.stderr) == (2, message)


def test_what_can_be_read_is_read_and_the_rest_is_named(folder: Path) -> None:
    done = reporter("parse", "good.log", "empty.log", "nope.log", "--format", "json", cwd=folder)
    assert done.returncode == 0
    assert [source["path"] for source in json.loads(done.stdout)["sources"]] == ["good.log"]
    assert [line.split(":")[1].strip() for line in done.stderr.splitlines()] == ["empty.log", "nope.log"]


def test_a_folder_stands_for_the_logs_below_it(folder: Path) -> None:
    done = reporter("parse", ".", "--format", "json", cwd=folder)
    assert [source["path"] for source in json.loads(done.stdout)["sources"]] == ["good.log", "killed.log"]


def test_a_pattern_takes_no_record_of_a_training_for_a_run_of_its_own(folder: Path) -> None:
    for name in ("seed-0.log", "seed-0.json"):
        (folder / name).write_bytes((ROOT / "logs" / "gap" / name).read_bytes())
    (folder / "alone.json").write_text('{"loss": [0.5]}', encoding="utf-8")
    for command in ("init -q", "add .", "-c user.name=a -c user.email=a@b commit -qm a"):
        subprocess.run(["git", *command.split()], cwd=folder, check=True)

    def named(pattern: str) -> list[str]:
        found = json.loads(reporter("parse", pattern, "--format", "json", cwd=folder).stdout)["sources"]
        return [each["path"].removeprefix("git:HEAD:") for each in found]

    assert named("*[0e].*") == named("git:HEAD:*[0e].*") == ["alone.json", "seed-0.log"]
    assert named("seed-*.json") == named("seed-0.json") == ["seed-0.json"]


def test_a_record_of_a_training_is_reported_when_it_is_named(folder: Path) -> None:
    (folder / "seed-0.json").write_bytes((ROOT / "logs" / "gap" / "seed-0.json").read_bytes())
    done = reporter("report", "seed-0.json", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("command", ["parse", "report"])
def test_a_monitor_that_no_run_has_is_an_error_where_it_was_asked_for(folder: Path, command: str) -> None:
    asked = reporter(command, "good.log", "--monitor", "val_ac", cwd=folder)
    message = "reporter: no run has the metric 'val_ac'; choose one of loss, acc, val_loss, val_acc\n"
    assert (asked.returncode, asked.stdout, asked.stderr) == (2, "", message)
    by_default = reporter(command, "good.log", cwd=folder, REPORTER_MONITOR="f1")
    assert (by_default.returncode, by_default.stderr) == (0, "")


def test_a_monitor_that_no_run_of_a_block_has_is_an_error(folder: Path) -> None:
    block = "<!-- BEGIN_REPORTER logs=good.log monitor=val_ac -->\n<!-- END_REPORTER -->\n"
    (folder / "README.md").write_text(block, encoding="utf-8")
    done = reporter("readme", "README.md", cwd=folder)
    assert done.returncode == 2
    assert done.stderr.startswith(
        "reporter: README.md:1: the block: no run has the metric 'val_ac'; choose one of loss,"
    )


def test_a_log_that_is_named_twice_is_read_once(folder: Path) -> None:
    (folder / "link.log").symlink_to("good.log")
    done = reporter_process(
        "parse", "good.log", "./good.log", "good*", ".", "--format", "json", "--jobs", 2, cwd=folder
    )
    assert [source["path"] for source in json.loads(done.stdout)["sources"]] == ["good.log", "killed.log"]


def test_a_log_that_is_named_twice_is_no_second_seed(folder: Path) -> None:
    done = reporter("compare", "killed.log", "killed.log", "--to", "killed.log", "--all", cwd=folder)
    assert "n=2" not in done.stdout


def test_json_keeps_the_public_contract(folder: Path) -> None:
    done = reporter("parse", "good.log", "--format", "json", cwd=folder)
    answer = json.loads(done.stdout)
    run = answer["sources"][0]["runs"][0]
    assert answer["schema"] == 1
    assert (answer["sources"][0]["path"], answer["sources"][0]["format"]) == ("good.log", "keras")
    assert run["name"] == "First.ipynb"
    assert run["line"] == 17
    assert run["status"] == "completed"
    assert run["epochs_declared"] == 3
    assert run["samples"] == {"train": 60000, "validation": 10000}
    assert run["parameters"].items() >= {"total": 1234, "trainable": None, "non_trainable": None, "line": 7}.items()
    assert run["epochs"][0] == {
        "epoch": 1,
        "line": 21,
        "seconds": 23.0,
        "step_seconds": 0.00038,
        "steps": 60000,
        "learning_rate": 0.003,
        "logs": {"loss": 0.1601, "acc": 0.9497, "val_loss": 0.056, "val_acc": 0.9805},
    }
    assert run["partial"] is None
    assert run["best"] == {"monitor": "val_acc", "mode": "max", "value": 0.9866, "epochs": [2, 3], "line": 25}
    (evaluation,) = run["evaluations"]
    assert evaluation.items() >= {"line": 9, "logs": {"loss": 0.25, "acc": 0.9}}.items()
    assert evaluation["weights"].keys() == {"kind", "epochs", "text", "proof", "evidence"}
    assert run["messages"][0] == {
        "epoch": 1,
        "line": 20,
        "kind": "learning_rate",
        "text": "Epoch 00001: LearningRateScheduler setting learning rate to 0.003.",
        "value": 0.003,
        "monitor": None,
        "schedules": True,
        "saved": None,
    }
    assert run["warnings"] == []


def test_json_has_strings_for_what_it_has_no_numbers_for() -> None:
    log = b"Epoch 1/1\n2/2 [==] - 1s - loss: nan - val_loss: inf - a: -inf\n"
    done = reporter("parse", "-", "--format", "json", stdin=log)
    (run,) = json.loads(done.stdout, parse_constant=lambda name: pytest.fail(name))["sources"][0]["runs"]
    assert run["epochs"][0]["logs"] == {"loss": "nan", "val_loss": "inf", "a": "-inf"}


def test_csv_is_tidy_and_exact(folder: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(reporter("parse", "good.log", "--format", "csv", cwd=folder).stdout)))
    values = [
        ("good.log", run.name, str(epoch.epoch), metric, value)
        for run in read_log(folder / "good.log").runs
        for epoch in run.epochs
        for metric, value in epoch.logs.items()
    ]
    assert [(row["source"], row["run"], row["epoch"], row["metric"], float(row["value"])) for row in rows] == values


def test_a_table_shows_every_epoch_and_stars_the_best(folder: Path) -> None:
    shown = reporter("parse", "good.log", cwd=folder).stdout
    assert re.findall(r"^ *(\*?\d+) ", shown, re.MULTILINE) == ["1", "*2", "*3", "*1", "2"]
    assert "completed, 3 of 3 epochs; 1,234 parameters; best val_acc 0.9866 at epoch 2, 3" in shown
    assert "\x1b" not in shown


def test_a_table_shows_the_score_of_the_last_evaluation(folder: Path) -> None:
    scores = "Test loss: 0.5\nTest accuracy: 0.6\nTest loss: 0.4\nTest accuracy: 0.7\n"
    (folder / "scored.log").write_text(f"Epoch 1/1\n8/8 [==] - 1s - loss: 0.5\n{scores}", encoding="utf-8")
    assert "; score loss 0.4, accuracy 0.7" in reporter("parse", "scored.log", cwd=folder).stdout


@pytest.mark.parametrize("args", [["parse", "good.log"], ["compare", "good.log", "--to", "killed.log", "--pool"]])
def test_a_narrow_terminal_gets_every_digit(folder: Path, args: list[str]) -> None:
    assert "…" not in on_a_terminal(folder, args, columns=40)


def test_a_table_ends_no_line_in_blanks(folder: Path) -> None:
    for args in (["parse", "good.log"], ["compare", "good.log", "--to", "killed.log", "--pool"]):
        assert re.findall(r" $", reporter(*args, cwd=folder).stdout, re.MULTILINE) == []


def test_what_a_log_says_reaches_no_terminal_as_an_escape(tmp_path: Path) -> None:
    hostile = b"# \x1b[31mred\x1b]0;title\x07 [bold]x[/bold]\nEpoch 1/1\n2/2 [==] - 1s - lo\x9bss: 0.5 - [red]m: 0.1\n"
    for format in ("table", "csv", "json"):
        shown = reporter("parse", "-", "--format", format, stdin=hostile).stdout
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown)
        assert "red [bold]x[/bold]" in shown


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_log_may_come_in_the_encodings_of_other_systems(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.log").write_bytes(KILLED.replace("\n", "\r\n").encode(encoding))
    (run,) = read_log(tmp_path / "a.log").runs
    assert (run.name, len(run.epochs), run.partial is not None) == ("killed", 1, True)


def test_an_output_is_replaced_when_asked(folder: Path) -> None:
    assert reporter("parse", "good.log", "--format", "csv", "-o", "prose.txt", "--force", cwd=folder).returncode == 0
    assert (folder / "prose.txt").read_text(encoding="utf-8").startswith("source,run,epoch,metric,value\n")


def test_a_report_goes_into_a_readme_and_nothing_else_changes(folder: Path) -> None:
    readme = folder / "README.md"
    readme.write_bytes(b"# Mine\r\n\r\n<!-- BEGIN_REPORTER -->\r\n<!-- END_REPORTER -->\r\nend")
    assert reporter("report", "good.log", "--readme", "README.md", cwd=folder).returncode == 0
    once = readme.read_bytes()
    assert once.startswith(b"# Mine\r\n\r\n<!-- BEGIN_REPORTER -->\r\n\r\n| Run |")
    assert re.search(rb"\r\n\r\n<!-- END_REPORTER sha256=[0-9a-f]{64} -->\r\nend\Z", once)
    assert b"figures/good.svg" in once
    assert (folder / "figures" / "good.svg").exists()
    assert reporter("report", "good.log", "--readme", "README.md", cwd=folder).returncode == 0
    assert readme.read_bytes() == once


def test_figures_of_logs_of_one_name_do_not_meet(tmp_path: Path) -> None:
    for place in ("a/x.log", "a-x.log", "b/x.log"):
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).write_text(SECTION, encoding="utf-8")
    assert reporter("report", "a", "a-x.log", "b", "-o", "r.md", cwd=tmp_path).returncode == 0
    assert len(list((tmp_path / "figures").iterdir())) == 16


def test_a_figure_that_is_there_already_is_not_replaced(folder: Path) -> None:
    assert reporter("report", "good.log", "-o", "first.md", cwd=folder).returncode == 0
    figures = {path: path.read_bytes() for path in (folder / "figures").iterdir()}
    assert reporter("report", "good.log", "-o", "second.md", cwd=folder).stderr == ""
    assert {path: path.read_bytes() for path in (folder / "figures").iterdir()} == figures


def test_a_report_of_standard_input_links_to_no_log(folder: Path) -> None:
    for name in ("report.md", "report.html"):
        assert reporter("report", "-", "-o", name, cwd=folder, stdin=SECTION.encode()).returncode == 0
    text = (folder / "report.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\((.+?)\)", text)
    assert links == []
    assert re.findall(r'src="(.+?)"', text) == ["figures/stdin.svg", "figures/stdin-2.svg"]
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert [link for link in re.findall(r'<a href="([^"]*)"', page) if not link.startswith("#")] == []


def test_no_figure_is_written_if_one_would_be_replaced(folder: Path) -> None:
    (folder / "figures").mkdir()
    (folder / "figures" / "good-2.svg").write_text("mine", encoding="utf-8")
    done = reporter("report", "good.log", "-o", "report.md", cwd=folder)
    assert (done.returncode, done.stderr) == (2, "reporter: figures/good-2.svg: exists; --force replaces it\n")
    assert [path.name for path in (folder / "figures").iterdir()] == ["good-2.svg"]


def test_a_device_is_written_to_and_nothing_beside_it(folder: Path) -> None:
    done = reporter("report", "good.log", "-o", "/dev/null", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert not Path("/dev/figures").exists()


def test_a_log_that_differs_from_its_record_is_refused(tmp_path: Path) -> None:
    log = (ROOT / "logs" / "gap" / "seed-0.log").read_text(encoding="utf-8")
    (tmp_path / "seed-0.log").write_text(log.replace("val_acc: 0.99", "val_acc: 0.98"), encoding="utf-8")
    record = (ROOT / "logs" / "gap" / "seed-0.json").read_text(encoding="utf-8")
    (tmp_path / "seed-0.json").write_text(record, encoding="utf-8")
    done = reporter("report", "seed-0.log", cwd=tmp_path)
    assert done.returncode == 3
    assert re.match(
        r"reporter: seed-0\.log:\d+: differs from the record beside it: epoch \d+: val_acc 0\.98", done.stderr
    )
