"""Facts of a run come from its log alone; a missing fact stays missing."""

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
from conftest import KILLED, SECTION, runs_of

from reporter.errors import UsageError
from reporter.facts import summary
from reporter.facts.rows import LinkedLog, ReportRow, report_rows
from reporter.model import Log, Mode, Record, Run, direction

DIRECTIONS = {
    "val_acc": "max", "accuracy": "max", "sparse_categorical_accuracy": "max", "top_5_acc": "max", "auc_1": "max",
    "mAP@0.5": "max", "F1_score": "max", "loss": "min", "val_out_loss": "min", "mean_squared_error": "min",
    "mae": "min", "perplexity": "min", "learning_rate": None, "temperature": None, "lossless": None,
}  # fmt: skip


@pytest.mark.parametrize(("metric", "mode"), DIRECTIONS.items())
def test_the_direction_of_a_metric_is_known_by_its_name_or_unknown(metric: str, mode: str | None) -> None:
    assert direction(metric) == mode


def run_with(*values: str, metric: str = "val_acc") -> str:
    lines = (
        f"Epoch {n}/{len(values)}\n2/2 - 1s - loss: 0.5 - {metric}: {value}\n" for n, value in enumerate(values, 1)
    )
    return "".join(lines)


@pytest.mark.parametrize(
    ("values", "mode", "value", "epochs"),
    [
        (("0.5", "0.7", "0.6"), None, 0.7, (2,)),
        (("0.7", "0.5", "0.7"), None, 0.7, (1, 3)),
        (("0.5", "0.7", "0.6"), "min", 0.5, (1,)),
        (("nan", "0.7", "nan"), None, 0.7, (2,)),
        (("0.7", "inf"), None, math.inf, (2,)),
    ],
)
def test_the_best_value_ignores_nan_and_lists_all_tied_epochs(
    values: tuple[str, ...], mode: Mode | None, value: float, epochs: tuple[int, ...]
) -> None:
    found = runs_of(run_with(*values))[0].best("val_acc", mode)
    assert found is not None
    assert (found.value, found.epochs) == (value, epochs)


def test_a_metric_is_found_under_either_spelling() -> None:
    found = runs_of(run_with("0.5", metric="val_accuracy"))[0].best("val_acc")
    assert found is not None
    assert found.monitor == "val_accuracy"


def test_a_metric_without_a_number_has_no_best() -> None:
    (run,) = runs_of(run_with("nan"))
    assert run.best("val_acc") is None
    assert run.best("val_auc") is None


def test_a_metric_of_unknown_direction_is_refused() -> None:
    (run,) = runs_of(run_with("0.5", metric="temperature"))
    with pytest.raises(UsageError, match="--mode"):
        run.best("temperature")


def test_an_excerpt_is_the_lines_of_an_epoch_in_the_order_printed() -> None:
    (run, _) = runs_of(SECTION)
    assert summary.excerpt(run, 1).splitlines() == SECTION.splitlines()[17:18] + SECTION.splitlines()[19:21]
    assert summary.excerpt(run).count("Epoch 3/3") == 1


def test_the_excerpt_of_one_epoch_leaves_out_that_the_training_was_resumed_behind_it() -> None:
    result = SECTION.splitlines()[20]
    (run, _) = runs_of(SECTION.replace(f"{result}\nEpoch 2", f"{result}\nResumed after epoch 1 of 3\nEpoch 2"))
    assert "Resumed" not in summary.excerpt(run, 1)
    assert "Resumed after epoch 1 of 3" in summary.excerpt(run)


def test_seconds_are_added_up_only_if_every_epoch_has_them() -> None:
    assert summary.seconds(runs_of(SECTION)[0]) == 61.0
    assert summary.seconds(runs_of("Epoch 1/2\n2/2 [==] - 1s - loss: 0.5\nEpoch 2/2\n")[0]) == 1.0
    (run, _) = runs_of(SECTION)
    first, *others = run.epochs
    assert summary.seconds(replace(run, epochs=(first._replace(seconds=None), *others))) is None


RECORD = Record("a", 0, 1, 8, 8, {"total": 1}, {}, "")


def rows_of(runs: Sequence[Run], monitor: str | None = None) -> list[list[ReportRow]]:
    return report_rows([LinkedLog(Log("a.log", "keras", tuple(runs)), "")], monitor)


@pytest.mark.parametrize(
    ("base", "new", "monitor", "difference"),
    [
        (run_with("0.9953"), run_with("0.9949"), None, "-0.0004"),
        (run_with("0.9953"), run_with("0.9953"), None, "0.0000"),
        (run_with("nan"), run_with("0.9949"), "val_acc", "None"),
        (run_with("0.9953"), run_with("nan"), "val_acc", "None"),
        (run_with("0.9953"), run_with("0.9949", metric="val_accuracy"), None, "-0.0004"),
        (run_with("0.9953"), run_with("0.9949", metric="val_auc"), None, "None"),
    ],
)
def test_a_difference_is_exact_and_needs_the_same_metric(
    base: str, new: str, monitor: str | None, difference: str
) -> None:
    ((first, second),) = rows_of([*runs_of(base), *runs_of(new)], monitor)
    assert (first.difference, str(second.difference)) == (None, difference)


def test_rows_are_grouped_by_name_with_reproductions_last() -> None:
    (run,) = runs_of(KILLED)
    runs = [
        replace(run, name=name, record=RECORD if trained else None)
        for name, trained in (("a", True), ("b", True), ("a", False), ("a", True))
    ]
    groups = rows_of(runs)
    assert [[row.run for row in group] for group in groups] == [[runs[2], runs[0], runs[3]], [runs[1]]]
    assert [[row.number for row in group] for group in groups] == [[1, 2, 3], [4]]


def test_every_run_is_compared_with_the_first_of_its_name() -> None:
    (group,) = rows_of([run for value in ("0.5", "0.7", "0.9") for run in runs_of(run_with(value))])
    assert [row.difference_text for row in group] == ["–", "+0.2", "+0.4"]
