"""The facts of a run are what its log says, and nothing is guessed."""

import math

import pytest
from conftest import KILLED, SECTION, runs_of

from reporter.errors import UsageError
from reporter.facts import summary
from reporter.facts.compare import difference, side_by_side
from reporter.model import Mode, direction

DIRECTIONS = {
    "val_acc": "max", "accuracy": "max", "sparse_categorical_accuracy": "max", "top_5_acc": "max", "auc_1": "max",
    "mAP@0.5": "max", "F1_score": "max", "loss": "min", "val_out_loss": "min", "mean_squared_error": "min",
    "mae": "min", "perplexity": "min", "learning_rate": None, "temperature": None, "lossless": None,
}  # fmt: skip


@pytest.mark.parametrize(("metric", "mode"), DIRECTIONS.items())
def test_the_name_of_a_metric_tells_which_way_is_better_or_does_not(metric: str, mode: str | None) -> None:
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
def test_the_best_is_the_best_of_all_numbers(
    values: tuple[str, ...], mode: Mode | None, value: float, epochs: tuple[int, ...]
) -> None:
    found = runs_of(run_with(*values))[0].best("val_acc", mode)
    assert found is not None
    assert (found.value, found.epochs) == (value, epochs)


def test_a_metric_is_found_under_either_spelling() -> None:
    found = runs_of(run_with("0.5", metric="val_accuracy"))[0].best("val_acc")
    assert found is not None
    assert found.monitor == "val_accuracy"


def test_what_has_no_number_has_no_best() -> None:
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


def test_time_is_added_up_only_where_every_epoch_has_it() -> None:
    assert summary.seconds(runs_of(SECTION)[0]) == 61.0
    assert summary.seconds(runs_of("Epoch 1/2\n2/2 [==] - 1s - loss: 0.5\nEpoch 2/2\n")[0]) == 1.0


def test_a_difference_is_exact() -> None:
    bests = [runs_of(run_with(value))[0].best() for value in ("0.9953", "0.9949")]
    assert str(difference(*bests)) == "-0.0004"
    assert difference(None, bests[0]) is None
    assert difference(bests[0], runs_of(KILLED)[0].best("loss")) is None


def test_originals_stand_before_reproductions_and_names_in_the_order_given() -> None:
    class Side:
        def __init__(self, name: str, reproduced: bool) -> None:
            self.name, self.reproduced = name, reproduced

    a1, b, a0, a2 = Side("a", True), Side("b", True), Side("a", False), Side("a", True)
    assert side_by_side([a1, b, a0, a2]) == [[a0, a1, a2], [b]]
