"""Exported data reads back exactly, and text of a log cannot change the structure of a Markdown table."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner
from conftest import KILLED, ROOT, SECTION, reporter, reporter_process
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reporter import read_log
from reporter.cli import main
from reporter.documents import export
from reporter.documents.table import markdown_epoch_tables
from reporter.errors import UsageError
from reporter.model import Epoch, Log, Run

STEADY = settings(max_examples=150)

EXACT: dict[str, Any] = {} if tuple(map(int, pd.__version__.split(".")[:2])) >= (3, 1) else {"float_precision": "round_trip"}  # fmt: skip
"""Arguments that make `pandas.read_csv` read numbers exactly; newer releases do so by default."""

KEY = ["source", "run", "epoch"]
PLAIN = ["loss", "acc", "val_loss", "a metric", "m@1/2"]
HOSTILE = ["NA", "nan", "null", "1", "=1+1", "@x", 'a,"b"', "'", " x ", "#", "\u2028", "\N{PILE OF POO}"]
VALUES = st.floats() | st.sampled_from([5e-324, -0.0, 0.1, 1e22, 1.7976931348623157e308, 2.0**53 + 2])


def made(names: st.SearchStrategy[str]) -> st.SearchStrategy[list[Log]]:
    """Draw logs of runs with these names and metrics, in which a metric may be missing at some epochs."""
    metrics = names.filter(lambda name: name not in KEY)
    history = st.lists(st.dictionaries(metrics, VALUES, min_size=1, max_size=3), max_size=4)
    runs = st.dictionaries(names, st.tuples(history, st.sampled_from([1, 8])), max_size=3)
    return st.dictionaries(names, runs, max_size=2).map(
        lambda drawn: [
            Log(path, "keras", tuple(run(name, *each) for name, each in runs.items())) for path, runs in drawn.items()
        ]
    )


def run(name: str, history: Sequence[dict[str, float]], first: int = 1) -> Run:
    return Run(name, 1, "completed", tuple(Epoch(epoch, epoch, logs) for epoch, logs in enumerate(history, first)))


ORDINARY = made(st.sampled_from(PLAIN))
ANY = made(st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=9))


def exact(history: pd.DataFrame) -> Any:
    """Give all that is in a history so that what is equal is the same, signs of zero and NaN too."""
    values = [[repr(value) for value in row] for row in history.to_numpy().tolist()]
    return list(history.columns), list(history.index), {str(each) for each in history.dtypes}, values


def check(frame: pd.DataFrame, logs: Sequence[Log], *, wide: bool) -> None:
    """Compare a table with the history of each run."""
    groups = dict(iter(frame.groupby(["source", "run"]))) if len(frame) else {}
    runs = {(log.path, run.name): run for log in logs for run in log.runs if run.epochs}
    assert set(groups) == set(runs)
    for key, rows in groups.items():
        table = rows.set_index("epoch") if wide else rows.pivot(index="epoch", columns="metric", values="value")
        assert str(rows["epoch"].dtype) == "int64"
        assert exact(table[list(runs[key].metrics)]) == exact(runs[key].history)


@STEADY
@given(ORDINARY, st.booleans())
def test_pandas_reads_the_history_back_from_csv(logs: list[Log], wide: bool) -> None:
    check(pd.read_csv(io.StringIO(export.to_csv(logs, wide=wide)), **EXACT), logs, wide=wide)


@STEADY
@given(ANY, st.booleans())
def test_pandas_reads_any_names_back_from_csv_if_told_which_columns_are_text(logs: list[Log], wide: bool) -> None:
    text = export.to_csv(logs, wide=wide)
    names = {name for log in logs for run in log.runs for name in run.metrics} if wide else {"value"}
    frame = pd.read_csv(
        io.StringIO(text),
        dtype={"source": str, "run": str, "metric": str},
        keep_default_na=False,
        na_values={name: ["", "nan"] for name in names},
        **EXACT,
    )
    check(frame, logs, wide=wide)


@STEADY
@given(ANY, st.booleans())
def test_pandas_reads_the_history_back_from_parquet(logs: list[Log], wide: bool) -> None:
    content = export.to_parquet(logs, wide=wide)
    check(pd.read_parquet(io.BytesIO(content)), logs, wide=wide)
    assert export.to_parquet(logs, wide=wide) == content


READERS: dict[str, Callable[[Path], pd.DataFrame]] = {
    "csv": lambda path: pd.read_csv(path, **EXACT),
    "parquet": pd.read_parquet,
}


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("format", READERS)
def test_the_logs_of_this_repository_are_read_back_from_a_file(tmp_path: Path, format: str, wide: bool) -> None:
    args = ["--format", format, *["--wide"] * wide, "-o", tmp_path / "history"]
    assert reporter("parse", "logs", *args, cwd=ROOT).returncode == 0
    logs = [read_log(path) for path in sorted((ROOT / "logs").rglob("*.log"))]
    logs = [Log(Path(log.path).relative_to(ROOT).as_posix(), log.format, log.runs) for log in logs]
    check(READERS[format](tmp_path / "history"), logs, wide=wide)


def test_a_wide_table_distinguishes_nan_from_a_missing_value() -> None:
    log = Log("a.log", "keras", (run("a", [{"loss": float("nan")}, {"acc": 0.5}]),))
    assert export.to_csv([log], wide=True) == "source,run,epoch,loss,acc\na.log,a,1,nan,\na.log,a,2,,0.5\n"
    from pyarrow import parquet

    table = parquet.read_table(io.BytesIO(export.to_parquet([log], wide=True)))
    assert [table["loss"].null_count, table["acc"].null_count] == [1, 1]
    assert [str(each) for each in table.schema.types] == ["string", "string", "int64", "double", "double"]


def test_a_wide_table_has_the_metrics_of_all_runs_in_the_order_they_first_appear() -> None:
    logs = [
        Log("a.log", "keras", (run("a", [{"loss": 1.0}, {"loss": 1.0, "b": 2.0}]),)),
        Log("b.log", "keras", (run("a", [{"acc": 1.0, "loss": 2.0}]),)),
    ]
    assert export.to_csv(logs, wide=True).splitlines()[0] == "source,run,epoch,loss,b,acc"


@pytest.mark.parametrize("name", KEY)
def test_a_metric_with_the_name_of_a_column_cannot_be_in_a_wide_table(name: str) -> None:
    logs = [Log("a.log", "keras", (run("a", [{"loss": 1.0}, {"loss": 1.0, name: 2.0}]),))]
    assert export.to_csv(logs).endswith(f"a.log,a,2,{name},2.0\n")
    for to in (export.to_csv, export.to_parquet):
        with pytest.raises(
            UsageError, match=rf"^a\.log:2: its metric '{name}' would be a second column .* leave out --wide"
        ):
            to(logs, wide=True)


def test_a_log_that_is_given_twice_is_exported_once(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(KILLED, encoding="utf-8")
    once, twice = (reporter("parse", *args, "--format", "csv", cwd=tmp_path) for args in (["a.log"], ["a.log", "."]))
    assert once.stdout.count("\n") == 5
    assert twice.stdout == once.stdout


def test_the_name_of_a_file_cannot_add_a_row() -> None:
    log = Log("a\r,\n\udcff\x1b.log", "keras", (run("a", [{"loss": 1.0}]),))
    check_name = r"a\r,\n\udcff\x1b.log"
    assert export.to_csv([log]) == f'source,run,epoch,metric,value\n"{check_name}",a,1,loss,1.0\n'
    assert pd.read_parquet(io.BytesIO(export.to_parquet([log])))["source"].tolist() == [check_name]


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file system that takes any bytes for a name")
def test_undecodable_bytes_in_a_file_name_are_written_as_escapes(tmp_path: Path) -> None:
    (tmp_path / "\udcff.log").write_text(KILLED, encoding="utf-8")
    for format in ("table", "json", "csv", "markdown"):
        done = reporter("parse", ".", "--format", format, "-o", "out", "--force", cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert "udcff.log" in (tmp_path / "out").read_text(encoding="utf-8")
        assert reporter_process("parse", ".", "--format", format, cwd=tmp_path, LC_ALL="C.UTF-8").returncode == 0


def test_parquet_can_be_written_to_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(SECTION, encoding="utf-8")
    args = [sys.executable, "-m", "reporter", "parse", "a.log", "--format", "parquet"]
    piped = subprocess.run(args, cwd=tmp_path, capture_output=True, check=True).stdout
    check(pd.read_parquet(io.BytesIO(piped)), [Log("a.log", "keras", read_log(tmp_path / "a.log").runs)], wide=False)


def test_parquet_is_not_written_to_a_terminal(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    (tmp_path / "a.log").write_text(SECTION, encoding="utf-8")
    _, follower = pty.openpty()
    args = [sys.executable, "-m", "reporter", "parse", "a.log", "--format", "parquet"]
    done = subprocess.run(args, cwd=tmp_path, stdout=follower, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (
        2,
        "reporter: Parquet is binary and cannot be shown on a terminal; write it to a file with -o\n",
    )


def test_parquet_without_pyarrow_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    done = CliRunner().invoke(main, ["parse", "no.log", "--format", "parquet", "-o", "x"])
    assert (
        done.exit_code,
        "Parquet needs the package pyarrow; install it, or reinstall reporter with its extra 'parquet'" in done.output,
    ) == (2, True)


@pytest.mark.parametrize("format", ["table", "json", "markdown"])
def test_wide_is_only_for_csv_and_parquet(format: str) -> None:
    done = reporter("parse", "no.log", "--format", format, "--wide")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert f"--wide is for csv and parquet, not {format}" in done.stderr


def rows(text: str) -> list[list[tuple[str, bool]]]:
    """Read the rows of all tables of a Markdown text as GitHub would: what a cell shows, and whether it is in bold."""
    found: list[list[tuple[str, bool]]] = []
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    for token, inner in zip(tokens, tokens[1:], strict=False):
        if token.type == "tr_open":
            found.append([])
        elif token.type in ("td_open", "th_open"):
            children = inner.children or []
            assert {child.type for child in children} <= {"text", "text_special", "strong_open", "strong_close"}
            found[-1].append(("".join(child.content for child in children), any("strong" in child.type for child in children)))  # fmt: skip
    return found


def test_markdown_has_a_table_of_epochs_for_each_run(golden: Callable[[str, str], None], tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(SECTION, encoding="utf-8")
    (tmp_path / "b.log").write_text(KILLED, encoding="utf-8")
    golden("epochs.md", reporter("parse", "a.log", "b.log", "--format", "markdown", cwd=tmp_path).stdout)


def test_the_best_epochs_are_bold_in_markdown() -> None:
    shown = rows(reporter("parse", "-", "--format", "markdown", "--monitor", "loss", stdin=SECTION.encode()).stdout)
    assert [(row[0][0], {bold for _, bold in row}) for row in shown] == [
        ("epoch", {False}),
        ("1", {False}),
        ("2", {False}),
        ("3", {True}),
        ("epoch", {False}),
        ("1", {False}),
        ("2", {True}),
    ]


SHAPES = ["a|b", "`c`", "<b>", "*d*", "_e_", "~~f~~", "[g](h)", "$i$", "&amp;", "j\\", "**", "| --: |"]


def test_names_cannot_change_the_structure_of_markdown() -> None:
    text = markdown_epoch_tables(
        [Log(" ".join(SHAPES), "keras", (run(" ".join(SHAPES), [dict.fromkeys(SHAPES, 0.5)]),))]
    )
    header, row = rows(text)
    assert [name for name, _ in header] == ["epoch", *SHAPES, "time"]
    assert [value for value, _ in row] == ["1", *["0.5000"] * len(SHAPES), "–"]
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    assert [each.type for each in tokens if each.type.endswith("_open") and not each.level] == [
        "heading_open",
        "paragraph_open",
        "table_open",
    ]
    assert {child.type for each in tokens[:6] for child in each.children or []} <= {"text", "text_special"}
