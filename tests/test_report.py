"""A report shows the facts of runs, escaped for its format; the same numbers always give the same bytes."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import KILLED, SECTION, on_a_terminal, reporter, runs_of
from markdown_it import MarkdownIt

from reporter.documents import escape, render
from reporter.facts import display
from reporter.facts import rows as facts
from reporter.model import Log, Record

RECORD = Record(
    "first", 0, 3, 60000, 64, {"total": 1234}, {"keras": "3.x", "tensorflow": "2.x"}, "Linux", {"loss": [1.0]}
)


def gathered(*texts: str, record: Record | None = None) -> list[list[facts.ReportRow]]:
    logs = [Log(f"logs/{number}.log", "keras", runs_of(text)) for number, text in enumerate(texts)]
    logs[-1] = replace(logs[-1], runs=tuple(replace(run, record=record) for run in logs[-1].runs))
    linked = [facts.LinkedLog(log, log.path, "r.json") for log in logs]
    return [[replace(row, figure="a.svg") for row in group] for group in facts.report_rows(linked)]


def report(*texts: str, record: Record | None = None, format: str = "md") -> str:
    return render.render(gathered(*texts, record=record), format=format, title="Results")


def cells(text: str) -> list[list[str]]:
    """Read the first table of a Markdown text as GitHub would."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    end = next(index for index, token in enumerate(tokens) if token.type == "table_close")
    rows: list[list[str]] = []
    for token, inner in zip(tokens[:end], tokens[1:end], strict=False):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("td_open", "th_open"):
            rows[-1].append("".join(child.content for child in inner.children or []))
    return rows


@pytest.mark.parametrize("format", ["md", "github", "text", "json"])
def test_a_report_of_originals_reproductions_and_a_killed_run(golden: Callable[[str, str], None], format: str) -> None:
    reproduced = SECTION[: SECTION.index("## Second")].replace("val_acc: 0.9866", "val_acc: 0.9861")
    golden(f"report.{format}", report(SECTION, KILLED, reproduced, record=RECORD, format=format))


def test_the_table_groups_runs_with_the_same_name() -> None:
    header, *rows = cells(report(SECTION, SECTION.replace("val_acc: 0.9866", "val_acc: 0.9861"), record=RECORD))
    column = {name: index for index, name in enumerate(header)}
    assert [(row[column["Run"]], row[column["Difference"]]) for row in rows] == [
        ("First.ipynb", "–"),
        ("First.ipynb", "−0.0005"),
        ("Second.ipynb", "–"),
        ("Second.ipynb", "±0"),
    ]
    assert rows[0][column["Best val_acc"]] == "0.9866 (epochs 2, 3)"
    assert rows[0][column["Params"]] == "1,234"
    assert rows[0][column["Epochs"]] == "3 of 3"
    assert rows[0][column["Time"]] == "1 min 01 s"


def test_an_interrupted_run_is_marked_as_interrupted() -> None:
    text = report(KILLED)
    assert "1 of 3" in text
    assert "**interrupted**" in text
    assert "- `E101` interrupted after 1 of 3 epochs, in epoch 2, at step 17 of 32; that epoch is not counted" in text


HOSTILE = """\
# </details><img src=x onerror=alert(1)> | `a` [b](javascript:c) *d* $e$

Epoch 1/1
2/2 [==] - 1s - loss: 0.5 - val_acc: 0.5 - a|b`c<script>: 1.0
Epoch 1: val_acc improved from -inf to 0.5, saving model to ```</details><script>
"""


def test_text_of_a_log_cannot_change_the_structure_of_a_report() -> None:
    text = report(HOSTILE)
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    html = [token.content for token in tokens if token.type == "html_block"]
    inline = [child for token in tokens for child in token.children or []]
    assert html[1:] == ["<details>\n<summary>Full training log: 1 epoch</summary>\n", "</details>\n"]
    picture = ElementTree.fromstring(html[0])
    assert [each.tag for each in picture.iter()] == ["picture", "source", "img"]
    assert picture[1].get("alt") == "Metrics of | `a` [b](javascript:c) *d* $e$ by epoch; best val_acc 0.5000 (epoch 1)"
    assert not [child for child in inline if child.type == "html_inline"]
    assert {child.attrs["href"] for child in inline if child.type == "link_open"} == {
        "logs/0.log",
        "logs/0.log#L4",
    }
    assert {len(row) for row in cells(text)} == {6}


ESCAPES = {
    "a tag": "<img src=x onerror=alert(1)>",
    "an entity": "&lt;b&gt;",
    "a cell": "a | b",
    "emphasis": "*a* _b_ __c__ ~~d~~",
    "code": "`a`",
    "a link": "[a](javascript:b)",
    "a heading": "# a",
    "mathematics": "$a$",
    "an expression of MDX": "{a}",
}


@pytest.mark.parametrize("text", ESCAPES.values(), ids=ESCAPES.keys())
def test_escaped_text_is_displayed_literally(text: str) -> None:
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(f"x {escape.md(text)}\n")
    (inline,) = (token for token in tokens if token.type == "inline")
    assert {child.type for child in inline.children or []} <= {"text", "text_special"}
    assert "".join(child.content for child in inline.children or []) == f"x {text}"


@pytest.mark.parametrize("text", ["```\n</details>", "````", "a ``` b\n~~~"])
def test_fenced_text_stays_in_its_fence(text: str) -> None:
    (block,) = MarkdownIt("commonmark").parse(escape.fence(text))
    assert (block.type, block.content) == ("fence", text + "\n")


def test_a_warning_is_reported_unless_the_record_rules_it_out() -> None:
    log = "# A\nEpoch 1/1\n8/8 ━━━━ 1s 9ms/step - acc: 0.5000 - loss: 0.3000\n"
    versions = {"tensorflow": "2.x"}
    shown = [
        report(log, record=replace(RECORD, versions=versions | {"keras": keras})) for keras in ("3.10.0", "3.11.0")
    ]
    assert ["- `W110` the bars of Keras 3.0 to 3.10" in text for text in [report(log), *shown]] == [
        True,
        True,
        False,
    ]


def test_a_warning_about_unfinished_bars_is_reported_up_to_keras_3_14() -> None:
    log = "# A\nEpoch 1/2\n4/8 ━━── 0s 9ms/step - loss: 0.3000\n".replace("──", "━━")
    versions = {"tensorflow": "2.x"}
    shown = [
        report(log, record=replace(RECORD, versions=versions | {"keras": keras})) for keras in ("3.14.0", "3.15.0")
    ]
    assert ["- `W111` the unfinished bars of Keras 3.0 to 3.14" in text for text in [report(log), *shown]] == [
        True,
        True,
        False,
    ]


NUMBERS = [
    (0.995, "0.9950"),
    (0.001, "1.0000e-03"),
    (-0.001, "-1.0000e-03"),
    (0.0010001, "0.0010"),
    (9.8765e-4, "9.8765e-04"),
    (0.0, "0.0000"),
    (None, "–"),
    (28146315.7692, "28146315.7692"),
]


@pytest.mark.parametrize(("value", "text"), NUMBERS)
def test_a_number_is_written_as_keras_writes_it(value: float | None, text: str) -> None:
    assert display.number(value) == text


DURATIONS = [(0.4, "0 s"), (59, "59 s"), (60, "1 min 00 s"), (383, "6 min 23 s"), (7500, "2 h 05 min"), (None, "–")]


@pytest.mark.parametrize(("seconds", "text"), DURATIONS)
def test_a_duration_has_hours_minutes_and_seconds(seconds: float | None, text: str) -> None:
    assert display.duration(seconds) == text


def test_every_run_is_compared_with_the_first_of_its_experiment() -> None:
    log = "# net\nEpoch 1/1\n8/8 [==] - 1s - val_acc: {}\n"
    header, *rows = cells(report(*map(log.format, (0.9, 0.95, 0.93))))
    assert [row[header.index("Difference")] for row in rows] == ["–", "+0.05", "+0.03"]


SCORED = "# net\nEpoch 1/1\n8/8 [==] - 1s - acc: 0.5\nTest loss: 0.5\nTest accuracy: 0.{}\nTest loss: 0.4\nTest accuracy: 0.{}\n"


def test_the_score_is_that_of_the_last_evaluation() -> None:
    groups = gathered(SCORED.format(6, 7))
    header, row = cells(render.render(groups, columns=["run", "score"]))
    assert row[header.index("Score")] == "loss 0.4000, acc 0.7000"


def test_a_run_without_a_finished_epoch_is_reported_without_a_figure(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("# A\nTrain on 2 samples\nEpoch 1/2\n", encoding="utf-8")
    done = reporter("report", "a.log", "-o", "r.md", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    text = (tmp_path / "r.md").read_text(encoding="utf-8")
    assert "0 of 2" in text
    assert "<picture>" not in text


ENDINGS = {
    "report.html": "<!doctype html>",
    "report.htm": "<!doctype html>",
    "report.json": "{",
    "report.txt": "Training results\n2 runs",
    "report.md": "# Training results",
    "report.markdown": "# Training results",
}


def test_the_ending_of_the_output_file_chooses_the_format(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(SECTION, encoding="utf-8")
    for name, beginning in ENDINGS.items():
        assert reporter("report", "a.log", "-o", name, "--force", cwd=tmp_path).returncode == 0
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(beginning)
    assert reporter("report", "a.log", "-o", "x.md", "--format", "json", cwd=tmp_path).returncode == 0
    assert json.loads((tmp_path / "x.md").read_text(encoding="utf-8"))["schema"] == 1


REFUSED = {
    "an unknown format": (
        ["--format", "pdf"],
        "no template report.pdf.j2; there are report.github.j2, report.html.j2, report.json.j2, report.latex.j2",
    ),
    "an unknown template": (["--template", "diary"], "no template diary.md.j2; there are report.github.j2"),
    "a folder that is not there": (["--templates", "none"], "none: no such folder"),
    "a README in another format than Markdown": (["--readme", "README.md", "--format", "html"], "a README is Markdown"),
}


@pytest.mark.parametrize(("args", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_a_report_that_cannot_be_written_is_refused_before_logs_are_read(
    tmp_path: Path, args: list[str], message: str
) -> None:
    (tmp_path / "README.md").write_text("<!-- BEGIN_REPORTER -->\n<!-- END_REPORTER -->\n", encoding="utf-8")
    done = reporter("report", "missing.log", *args, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"reporter: {message}")
    assert done.stderr.count("\n") == 1


def test_only_markdown_writes_figures_beside_the_report(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(SECTION, encoding="utf-8")
    for format in ("html", "github", "text", "json"):
        assert reporter("report", "a.log", "--format", format, "-o", f"r.{format}", cwd=tmp_path).returncode == 0
    assert not (tmp_path / "figures").exists()


def test_a_curve_in_the_terminal_has_gaps_for_missing_values() -> None:
    log = "# A\nEpoch 1/{n}\n" + "\n".join(f"8/8 [==] - 1s - val_acc: {{}}\nEpoch {n}/9" for n in range(2, 10))
    text = log.format(*["0.1", "nan", "0.9", "0.5", "inf", "0.1", "0.9", "0.9"], n=9)
    assert "▁ █▅ ▁██" in report(text, format="text")
    assert "  ▁▁\n" in report(
        "# A\nEpoch 1/2\n8/8 [==] - 1s - acc: 0.5\nEpoch 2/2\n8/8 [==] - 1s - acc: 0.5\n", format="text"
    )


COLUMNS = {
    140: "run best val_acc vs base last epochs params time status by epoch",
    110: "run best val_acc vs base last epochs time status",
    90: "run best val_acc vs base epochs status",
}


@pytest.mark.parametrize(("width", "names"), COLUMNS.items())
def test_a_narrow_terminal_shows_fewer_columns_and_does_not_wrap_rows(ours: Path, width: int, names: str) -> None:
    shown = re.sub(r"\x1b\[[0-9;]*m", "", on_a_terminal(ours, ["report", "logs", "--format", "text"], width))
    lines = [line.rstrip() for line in shown.splitlines()]
    assert lines[3].split() == names.split()
    assert lines.index("", 3) == 10  # the table ends
    assert max(map(len, lines)) <= width


def test_a_long_name_is_not_wrapped_if_it_fits(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(
        KILLED.replace("killed", "a name that is longer than that of its log"), encoding="utf-8"
    )
    assert (
        "\na name that is longer than that of its log\n  a:2"
        in reporter("report", "a", "--format", "text", cwd=tmp_path).stdout
    )


def test_a_row_names_its_metric_if_the_runs_have_different_metrics() -> None:
    log = "# {}\nEpoch 1/1\n4/4 [==] - 1s - {}: 0.5\n"
    rows = cells(report(log.format("one", "val_acc"), log.format("two", "loss"), log.format("three", "f1")))
    assert [row[rows[0].index("Best metric")] for row in rows] == [
        "Best metric",
        "val_acc 0.5000 (epoch 1)",
        "loss 0.5000 (epoch 1)",
        "–",
    ]


ORDERS = {
    "as a shell sorts them": (["run-1", "run-10", "run-2"], ["run-1", "run-2", "run-10"]),
    "as a person chose": (["run-1", "run-7", "run-3"], ["run-1", "run-7", "run-3"]),
}


@pytest.mark.parametrize(("given", "shown"), ORDERS.values(), ids=ORDERS.keys())
def test_runs_are_in_natural_order_unless_another_order_is_chosen(given: list[str], shown: list[str]) -> None:
    log = "# net\nEpoch 1/1\n8/8 [==] - 1s - val_acc: 0.5\n"
    rows = facts.report_rows([facts.LinkedLog(Log(f"{name}.log", "keras", runs_of(log)), "") for name in given])[0]
    assert [row.path.removesuffix(".log") for row in rows] == shown


def test_the_best_run_of_an_experiment_is_bold() -> None:
    log = "# net\nEpoch 1/1\n8/8 [==] - 1s - val_acc: {}\n"
    lines = report(*map(log.format, (0.9, 0.95, 0.95)), log.replace("net", "alone").format(0.99)).splitlines()
    assert ["**" in line for line in lines if "(epoch 1)** |" in line or "(epoch 1) |" in line] == [
        False,
        True,
        True,
        False,
    ]


def test_the_columns_of_the_table_are_chosen(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(SECTION, encoding="utf-8")
    done = reporter("report", "a.log", "--columns", "status,run,score", cwd=tmp_path)
    assert cells(done.stdout)[0] == ["Status", "Run", "Score"]
    assert cells(done.stdout)[1] == ["completed", "First.ipynb", "loss 0.2500, acc 0.9000"]
    wrong = reporter("report", "missing.log", "--columns", "run,scores", cwd=tmp_path)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr.startswith("reporter: unknown column 'scores'; the columns are run, log, params, best")
    marker = "<!-- BEGIN_REPORTER logs=a.log template=summary columns=run,time scale=error -->\n<!-- END_REPORTER -->\n"
    (tmp_path / "README.md").write_text(marker, encoding="utf-8")
    assert reporter("readme", "README.md", cwd=tmp_path).returncode == 0
    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert cells(text)[0] == ["Run", "Time"]
    assert 'src="figures/a-error.svg"' in text
