"""Runs reproduce an original if it is where one more run would be, and that is narrow enough to tell."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import interval_coverage
import numpy as np
import pytest
from conftest import LOGS, ROOT, reporter, runs_of
from markdown_it import MarkdownIt

import reporter as api
from reporter.documents.figures import draw
from reporter.documents.overlay import Series, overlay
from reporter.documents.svg import svg_document
from reporter.errors import UsageError
from reporter.facts.noise import TWO_RUNS, noise_floor
from reporter.facts.prediction import Rank, half_width, normality, rank, runs_needed
from reporter.facts.reproduce import reproduce
from reporter.facts.reproduction import Reproduction
from reporter.facts.statistic import Statistic
from reporter.model import Epoch, Evaluation, Record, Run, Samples

EPOCHS = 12


def text_of(
    last: object,
    *,
    name: str = "net",
    epochs: int = EPOCHS,
    declared: int | None = None,
    head: str = "",
    rate: float | None = None,
    metric: str = "val_acc",
    score: object = None,
    end: str = "",
) -> str:
    """Write the log of a training whose last epoch has a value of the metric; before, it is 0.01 lower, give or take."""
    lines = [f"# {name}\n", head]
    for epoch in range(1, epochs + 1):
        here = last if epoch == epochs or not isinstance(last, float) else round(last - 0.01 + epoch % 2 * 0.0004, 10)
        set_rate = f"Epoch {epoch}: LearningRateScheduler setting learning rate to {rate}.\n" if rate else ""
        loss = 0.5 if not isinstance(last, float) else round(last / 2, 6)
        result = f"8/8 - 1s - loss: {loss} - {metric}: {here}\n"
        lines.append(f"Epoch {epoch}/{declared or epochs}\n{set_rate}{result}")
    return "".join(lines) + ("" if score is None else f"Test loss: 0.1\nTest accuracy: {score}\n") + end


def run_of(last: object, **options: Any) -> Run:
    (run,) = runs_of(text_of(last, **options))
    return run


def judged(original: object, *runs: object, margin: Any = 0.004, **options: Any) -> Reproduction:
    return reproduce(run_of(original, **options), [run_of(each, **options) for each in runs], margin=margin)


def statistic(found: Reproduction, name: str = "best val_acc") -> Statistic:
    (wanted,) = [each for each in found.statistics if each.name == name]
    return wanted


WIDTHS = {2: 15.56, 3: 4.97, 5: 3.04, 10: 2.37, 20: 2.14}
"""Half the width of the interval in standard deviations: the quantile 0.975 of Student's t times √(1+1/n)."""


@pytest.mark.parametrize(("runs", "width"), WIDTHS.items())
def test_the_interval_is_that_of_student_for_one_more_run(runs: int, width: float) -> None:
    assert round(half_width(runs), 2) == width


def test_the_number_of_runs_that_decide_is_the_smallest_whose_interval_is_within_the_margin() -> None:
    for margin in (20, 4.98, 4.96, 3.05, 3.03, 2.38, 2.15, 1.98):
        needed = runs_needed(1, margin)
        assert needed
        assert half_width(needed) <= margin
        assert needed == 2 or half_width(needed - 1) > margin
    assert runs_needed(1, 1.96) is None  # the interval of infinitely many runs is as wide
    assert runs_needed(0.001, 0.0049) == 4


def test_an_interval_is_computed_from_the_mean_and_the_standard_deviation() -> None:
    found = statistic(judged(0.9953, 0.9941, 0.9946, 0.9949, 0.9944, 0.9950))
    assert found.mean == pytest.approx(0.9946)
    assert found.spread == pytest.approx(0.000367423, rel=1e-5)
    assert found.interval == pytest.approx((0.9946 - 0.00111748, 0.9946 + 0.00111748))
    assert found.values_text == "0.9946 (sd 0.00037, n=5, epoch 12)"
    assert found.interval_text == "0.9935 to 0.9957 (±0.0011)"


FIVE = (0.9941, 0.9946, 0.9949, 0.9944, 0.9950)
ONE_UNIT = (0.99, 0.99, 0.99, 0.99, 0.9901)
VERDICTS: dict[str, tuple[object, Sequence[object], object, str, str]] = {
    "inside of a narrow interval": (0.9953, FIVE, 0.002, "reproduced", "inside of the interval, which is within the margin"),
    "above the interval": (0.9958, FIVE, 0.002, "not reproduced", "0.9958 is above the interval"),
    "below the interval": (0.9934, FIVE, 0.002, "not reproduced", "0.9934 is below the interval"),
    "outside of an interval that is too wide": (0.9958, FIVE, 0.001, "not reproduced", "0.9958 is above the interval"),
    "inside of an interval that is too wide": (
        0.9953, FIVE, 0.001, "inconclusive",
        "inside of the interval, which is wider than the margin; about 7 runs would decide",
    ),
    "a margin that no number of runs reaches": (
        0.9953, FIVE, 0.0007, "inconclusive",
        "inside of the interval, which is wider than the margin; no number of runs decides, only a wider margin",
    ),
    "a margin in percent of the original": (
        0.9953, FIVE, "0.2%", "reproduced", "inside of the interval, which is within the margin",
    ),
    "a margin of the metric and one of another": (
        0.9953, FIVE, ["0.1", "val_accuracy=0.002", "val_loss=9"], "reproduced",
        "inside of the interval, which is within the margin",
    ),
    "two runs": (
        0.9953, (0.9946, 0.9950), 0.002, "inconclusive",
        "inside of the interval, which is wider than the margin; about 3 runs would decide",
    ),
    "two runs that hardly differ": (
        0.9953, (0.9950, 0.9951), 0.002, "reproduced", "inside of the interval, which is within the margin",
    ),
    "runs that differ by one printed unit": (
        0.9901, ONE_UNIT, 0.002, "reproduced", "inside of the interval, which is within the margin",
    ),
    "an original a little beyond runs that hardly differ": (
        0.9903, ONE_UNIT, 0.002, "not reproduced", "0.9903 is above the interval",
    ),
    "one run": (
        0.9953, (0.9950,), 0.03, "inconclusive",
        "one run has no spread; about 2 runs would decide if they vary by the noise floor of one run",
    ),
    "no run": (
        0.9953, (), 0.03, "inconclusive",
        "no reproduction has it; about 2 runs would decide if they vary by the noise floor of one run",
    ),
    "one run that diverged": (0.9953, (*FIVE, "nan"), 0.002, "inconclusive", "not all are finite numbers"),
    "an original that diverged": ("inf", FIVE, 0.002, "inconclusive", "not all are finite numbers"),
}  # fmt: skip


@pytest.mark.parametrize(("original", "runs", "margin", "verdict", "reason"), VERDICTS.values(), ids=VERDICTS.keys())
def test_the_verdict_is_that_of_the_interval_and_of_the_margin(
    original: object, runs: Sequence[object], margin: Any, verdict: str, reason: str
) -> None:
    distinct = [run_of(each, name=f"run-{index}") for index, each in enumerate(runs)]
    for index, run in enumerate(distinct):  # another loss, so that runs of equal accuracy are no copies
        epochs = tuple(each._replace(logs={**each.logs, "loss": float(index)}) for each in run.epochs)
        distinct[index] = replace(run, epochs=epochs)
    found = statistic(reproduce(run_of(original), distinct, margin=margin))
    assert (found.verdict, found.reason) == (verdict, reason)
    assert len(found.values) == len(runs)


def test_runs_that_are_equal_as_printed_vary_by_half_a_unit_all_the_same() -> None:
    runs = [
        replace(run, epochs=tuple(each._replace(logs={**each.logs, "loss": float(index)}) for each in run.epochs))
        for index, run in enumerate([run_of(0.99)] * 5)
    ]
    found = statistic(reproduce(run_of(0.9901), runs, margin=0.001))
    assert (found.spread, found.verdict, found.normality) == (0.00005, "reproduced", None)
    assert statistic(reproduce(run_of(0.9902), runs, margin=0.001)).verdict == "not reproduced"


def test_the_worst_statistic_decides() -> None:
    found = reproduce(run_of(0.9953, score=0.9953), [run_of(each, score=each - 0.01) for each in FIVE], margin=0.002)
    assert [each.name for each in found.statistics] == ["best val_acc", "last val_acc", "score acc"]
    assert [each.verdict for each in found.statistics] == ["reproduced", "reproduced", "not reproduced"]
    assert found.verdict == "not reproduced"
    assert found.reason == "score acc: 0.9953 is above the interval"


def test_equal_reasons_are_told_once() -> None:
    found = judged(0.9953, *FIVE, margin=0.001)
    assert found.reason.startswith("best val_acc, last val_acc: inside of the interval, which is wider")


def test_only_what_the_original_states_is_judged() -> None:
    runs = [run_of(each, score=each) for each in FIVE]
    assert [each.which for each in reproduce(run_of(0.9953), runs).statistics] == ["best", "last"]
    assert reproduce(run_of(0.9953), runs, "auc").verdict == "inconclusive"
    assert reproduce(run_of(0.9953), runs, "auc").reason == "the original does not state the metric"


def test_a_score_that_only_some_runs_have_counts_only_those() -> None:
    runs = [run_of(each, score=each if index else None) for index, each in enumerate(FIVE)]
    found = reproduce(run_of(0.9953, score=0.9953), runs, margin=0.002)
    assert [len(each.values) for each in found.statistics] == [5, 5, 4]


def test_another_metric_can_be_judged_in_its_own_direction() -> None:
    original = run_of(0.02, metric="val_loss")
    runs = [run_of(each, metric="val_loss") for each in (0.021, 0.024, 0.019)]
    found = statistic(reproduce(original, runs, "val_loss"), "best val_loss")
    assert found.original == 0.01  # the smallest, which is not the last
    assert found.epochs == (2, 4, 6, 8, 10)
    with pytest.raises(UsageError, match="--mode"):
        reproduce(run_of(1, metric="heat"), [], "heat")


def test_the_default_margin_is_how_far_two_single_runs_differ_by_the_noise_of_the_original() -> None:
    original, run = (api.read_log(ROOT / log).runs[0] for log in LOGS[:2])
    found = statistic(reproduce(original, [run]))
    floor = noise_floor(original, "best", "val_acc", 0.9953)
    assert floor
    assert found.margin == pytest.approx(1.96 * math.sqrt(2) * floor.size)
    assert round(found.margin or 0, 4) == 0.0019


def test_the_rise_of_a_short_curve_is_no_noise_so_a_margin_must_be_stated() -> None:
    runs = [run_of(each, epochs=2) for each in FIVE]
    found = statistic(reproduce(run_of(0.9953, epochs=2), runs))
    assert (found.margin, found.verdict) == (None, "inconclusive")
    assert found.reason.endswith("so there is no margin; state one with --margin")
    assert statistic(reproduce(run_of(0.9999, epochs=2), runs)).verdict == "not reproduced"
    with_samples = [run_of(each, epochs=2, head="Train on 60000 samples, validate on 10000 samples\n") for each in FIVE]
    assert statistic(reproduce(with_samples[0], with_samples[1:])).margin is not None  # the binomial error is known


@pytest.mark.parametrize("margin", ["0", "0%", "val_acc=0", "much", "-1"])
def test_a_margin_is_a_number_above_zero(margin: str) -> None:
    with pytest.raises(UsageError, match="margin"):
        judged(0.99, margin=margin)


def test_an_accuracy_is_not_above_one() -> None:
    found = statistic(judged(1.0, 0.9999, 0.9995, 1.0, 0.9991))
    assert found.interval is not None
    assert found.interval[1] == 1.0
    assert found.mean
    assert found.reach == pytest.approx(found.mean - found.interval[0])  # the width that the margin limits is not cut
    assert found.doubt.startswith("the interval is cut")
    loss = statistic(
        reproduce(run_of(0.9, metric="loss"), [run_of(each, metric="loss") for each in (0.99, 0.97)]), "best loss"
    )
    assert not loss.is_cut


HEAD = "**Total params:** {}\nTrain on {} samples, validate on {} samples\n"
SAME = {"head": HEAD.format("1,234", 60000, 10000), "rate": 0.003}
CONDITIONS: dict[str, tuple[dict[str, Any], str]] = {
    "other parameters": ({"head": HEAD.format("1,235", 60000, 10000)}, "parameters: 1,235 instead of 1,234"),
    "fewer samples": ({"head": HEAD.format("1,234", 2000, 10000)}, "training samples: 2,000 instead of 60,000"),
    "other validation samples": ({"head": HEAD.format("1,234", 60000, 500)}, "validation samples: 500 instead of 10,000"),
    "fewer epochs": ({"epochs": 5}, "epochs: 5 instead of 12"),
    "a run that was interrupted": ({"epochs": 5, "declared": 12}, "epochs: 5 instead of 12"),
    "a run that early stopping ended": (
        {"epochs": 5, "declared": 12, "end": "Epoch 5: early stopping\n"}, "epochs: at most 12, early stopping instead of 12",
    ),
    "another learning rate": ({"rate": 0.004}, "learning rate of epoch 1: 0.004 instead of 0.003"),
}  # fmt: skip


@pytest.mark.parametrize(("options", "reason"), CONDITIONS.values(), ids=CONDITIONS.keys())
def test_a_run_under_other_conditions_is_no_reproduction(options: dict[str, Any], reason: str) -> None:
    runs = [run_of(0.99, **SAME), run_of(0.991, **{**SAME, **options}), run_of(0.992, **SAME)]
    found = reproduce(run_of(0.993, **SAME), runs)
    assert found.left_out == (f"run 2: {reason}",)
    assert found.runs == ("run 1", "run 3")
    assert statistic(found).values == (0.99, 0.992)


def test_if_no_run_has_the_conditions_of_the_original_nothing_is_decided() -> None:
    found = reproduce(run_of(0.9, epochs=4), [run_of(each) for each in FIVE])
    assert (found.verdict, found.runs, len(found.left_out)) == ("inconclusive", (), 5)


def test_conditions_that_are_equal_or_not_told_are_shown() -> None:
    record = Record("net", 3, EPOCHS, 60_000, 64, {"total": 1234}, {}, "Linux", data="0123456789abcdef")
    runs = [replace(run_of(each, **SAME), record=record) for each in FIVE]
    found = reproduce(run_of(0.99, **SAME), runs)
    assert found.equal == [
        "parameters 1,234", "training samples 60,000", "validation samples 10,000", "epochs 12", "learning rates 0.003",
        "steps an epoch 8",
    ]  # fmt: skip
    assert found.unknown == ["batch size 64 (reproductions)", "checksum of the data 0123456789ab (reproductions)"]
    assert found.left_out == ()


def test_reproductions_have_equal_conditions_also_where_the_original_does_not_tell() -> None:
    records = [Record("net", seed, EPOCHS, 60_000, 32 if seed == 2 else 64, {}, {}, "") for seed in range(4)]
    runs = [replace(run_of(each), record=record) for each, record in zip(FIVE, records, strict=False)]
    found = reproduce(run_of(0.99), runs)
    assert found.runs == ("seed 0", "seed 1", "seed 3")
    assert found.left_out == ("seed 2: batch size: 32 instead of 64",)


def test_learning_rates_are_compared_at_the_coarser_of_their_precisions() -> None:
    def rated(value: float, *rates: float) -> Run:
        run = run_of(value)
        return replace(
            run, epochs=tuple(e._replace(learning_rate=r) for e, r in zip(run.epochs, rates * 6, strict=True))
        )

    original = rated(0.99, 0.0022744503, 0.003)
    assert reproduce(original, [rated(0.991, 0.0022744503411675512, 0.003)]).left_out == ()
    assert reproduce(original, [rated(0.991, 0.0023, 0.0030)]).left_out == ()  # as the bars of Keras 3 print it
    (reason,) = reproduce(original, [rated(0.991, 0.0022744503, 0.0031)]).left_out
    assert reason == "run 1: learning rate of epoch 2: 0.0031 instead of 0.003"


def test_runs_that_early_stopping_ends_may_have_any_number_of_epochs() -> None:
    def stopped(value: float, epochs: int) -> Run:
        return run_of(value, epochs=epochs, declared=20, end=f"Epoch {epochs}: early stopping\n")

    found = reproduce(stopped(0.99, 8), [stopped(0.991, 6), stopped(0.989, 9)])
    assert found.left_out == ()
    assert "epochs at most 20, early stopping" in found.equal


def test_a_copy_is_no_further_run() -> None:
    runs = [run_of(each) for each in (0.9946, 0.9953, 0.9949, 0.9946)]
    found = reproduce(run_of(0.9953), runs)
    assert found.runs == ("run 1", "run 3")
    assert found.left_out == (
        "run 2: a copy of net, with the same numbers in all epochs",
        "run 4: a copy of run 1, with the same numbers in all epochs",
    )


RANKS = {
    "above all of five": (6, (1, 2, 3, 4, 5), Rank(5, 0, 0), 2 / 6),
    "below all of three": (0, (1, 2, 3), Rank(0, 0, 3), 2 / 4),
    "in the middle": (2.5, (1, 2, 3, 4), Rank(2, 0, 2), 1.0),
    "second of nine": (8.5, (1, 2, 3, 4, 5, 6, 7, 8, 9), Rank(8, 0, 1), 0.4),
    "equal to the largest": (5, (1, 2, 3, 4, 5), Rank(4, 1, 0), 4 / 6),
}


@pytest.mark.parametrize(("value", "runs", "found", "p"), RANKS.values(), ids=RANKS.keys())
def test_a_rank_is_counted_and_has_an_exact_p_value(value: float, runs: Sequence[float], found: Rank, p: float) -> None:
    assert rank(value, runs) == found
    assert found.p == pytest.approx(p)


def test_the_p_value_of_a_rank_is_exact_if_all_orders_are_equally_likely() -> None:
    """Each of six values may be the original; p is the share of them whose p is at most as large."""
    values = (1, 2, 3, 4, 5, 6)
    found = [rank(value, [*values[:index], *values[index + 1 :]]).p for index, value in enumerate(values)]
    assert found == [pytest.approx(sum(each <= p + 1e-9 for each in found) / 6) for p in found]


def test_the_test_of_normality_is_that_of_shapiro_and_wilk() -> None:
    """The weights of eleven men, the first example of their paper: W is 0.79, beyond the 1 % point."""
    found = normality([148, 154, 158, 160, 161, 162, 166, 170, 182, 195, 236])
    assert found
    assert (round(found.w, 2), round(found.p, 4)) == (0.79, 0.0067)
    assert normality([0.99, 0.99, 0.991]) is None  # two values say nothing


def test_values_that_are_hardly_normal_are_said_to_be() -> None:
    found = statistic(judged(0.99, 0.99, 0.9901, 0.9902, 0.99, 0.9903, 0.9402))
    assert found.doubt == "the values are hardly normal"
    assert found.rank_text == "1 below, 3 above, p=0.8"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make an original and five reproductions, in a folder each."""
    (tmp_path / "original").mkdir()
    (tmp_path / "seeds").mkdir()
    (tmp_path / "original" / "net.log").write_text(text_of(0.9953, score=0.9953), encoding="utf-8")
    for seed, value in enumerate(FIVE):
        (tmp_path / "seeds" / f"seed-{seed}.log").write_text(text_of(value, score=value), encoding="utf-8")
    return tmp_path


EXITS: dict[str, tuple[list[str], int, str]] = {
    "reproduced": (["--margin", "0.002"], 0, ""),
    "inconclusive": (
        ["--margin", "0.001"], 0,
        "reporter: original/net.log: net: INCONCLUSIVE: best val_acc, last val_acc, score acc: inside of the interval, "
        "which is wider than the margin; about 7 runs would decide; --strict fails on this\n",
    ),
    "inconclusive and strict": (
        ["--margin", "0.001", "--strict"], 1,
        "reporter: original/net.log: net: INCONCLUSIVE: best val_acc, last val_acc, score acc: inside of the interval, "
        "which is wider than the margin; about 7 runs would decide\n",
    ),
    "no margin": (["--margin", "0"], 2, "reporter: a margin of 0 allows no difference, so no number of runs is enough; write it like '0.001'\n"),
}  # fmt: skip


@pytest.mark.parametrize(("options", "code", "said"), EXITS.values(), ids=EXITS.keys())
def test_the_exit_code_tells_the_verdict(folder: Path, options: list[str], code: int, said: str) -> None:
    done = reporter("reproduce", "original", "--runs", "seeds", *options, cwd=folder)
    assert (done.returncode, done.stderr) == (code, said)


def test_what_is_not_reproduced_fails(folder: Path) -> None:
    (folder / "original" / "net.log").write_text(text_of(0.9981), encoding="utf-8")
    done = reporter("reproduce", "original/net.log", "--runs", "seeds", cwd=folder)
    assert done.returncode == 1
    assert done.stderr.startswith(
        "reporter: original/net.log: net: NOT REPRODUCED: best val_acc, last val_acc: 0.9981 is above"
    )


def test_a_statistic_can_be_judged_alone(folder: Path) -> None:
    done = reporter("reproduce", "original", "--runs", "seeds", "--statistic", "best", "--format", "json", cwd=folder)
    (found,) = json.loads(done.stdout)["reproductions"]
    assert [each["statistic"] for each in found["statistics"]] == ["best"]


def test_runs_takes_several_values_and_a_missing_log_fails(folder: Path) -> None:
    seeds = sorted((folder / "seeds").iterdir())
    done = reporter("reproduce", "original", "--runs", *seeds, "--margin", "0.002", "--format", "badge", cwd=folder)
    assert json.loads(done.stdout) == {
        "schemaVersion": 1,
        "label": "results",
        "message": "reproduced",
        "color": "brightgreen",
    }
    assert done.returncode == 0
    done = reporter("reproduce", "original", "--runs", *seeds, "gone.log", "--margin", "0.002", cwd=folder)
    assert done.returncode == 1
    assert "gone.log: No such file" in done.stderr
    assert reporter("reproduce", "gone.log", "--runs", "seeds", cwd=folder).returncode == 3
    assert reporter("reproduce", "original", cwd=folder).returncode == 2


BADGES = {
    (0.9953,): ("inconclusive", "yellow"),
    (0.9981,): ("not reproduced", "red"),
    (0.9953, 0.9981): ("0 of 2 reproduced", "red"),
}


@pytest.mark.parametrize(("originals", "shown"), BADGES.items())
def test_a_badge_shows_the_worst_verdict(folder: Path, originals: tuple[float, ...], shown: tuple[str, str]) -> None:
    text = "".join(text_of(value, name="net #") for value in originals)
    (folder / "original" / "net.log").write_text(text, encoding="utf-8")
    done = reporter("reproduce", "original", "--runs", "seeds", "--margin", "0.001", "--format", "badge", cwd=folder)
    badge = json.loads(done.stdout)
    assert (badge["message"], badge["color"]) == shown


def test_each_original_has_the_reproductions_of_its_name_and_is_none_itself(folder: Path) -> None:
    (folder / "original" / "other.log").write_text(text_of(0.9, name="other"), encoding="utf-8")
    (folder / "seeds" / "other-0.log").write_text(text_of(0.91, name="other"), encoding="utf-8")
    done = reporter("reproduce", "original", "--runs", ".", "--format", "json", cwd=folder)
    found = {each["name"]: each for each in json.loads(done.stdout)["reproductions"]}
    assert found["net"]["runs"] == [f"seeds/seed-{seed}.log" for seed in range(5)]
    assert found["other"]["runs"] == ["seeds/other-0.log"]
    assert all(each["left_out"] == [] for each in found.values())


def test_one_original_takes_all_runs_if_none_has_its_name(folder: Path) -> None:
    (folder / "original" / "net.log").write_text(text_of(0.9953, name="as published"), encoding="utf-8")
    (folder / "seeds" / "seed-0.log").write_text(
        "".join(text_of(value, name="five seeds #") for value in FIVE), encoding="utf-8"
    )
    done = reporter("reproduce", "original", "--runs", "seeds/seed-0.log", "--format", "json", cwd=folder)
    (found,) = json.loads(done.stdout)["reproductions"]
    assert len(found["runs"]) == 5
    assert found["runs"][0] == "seeds/seed-0.log:2"


def test_the_json_holds_every_number_of_the_verdict(folder: Path) -> None:
    done = reporter("reproduce", "original", "--runs", "seeds", "-o", "found.json", cwd=folder)
    assert done.returncode == 0
    content = json.loads((folder / "found.json").read_text(encoding="utf-8"))
    assert content["schema"] == 1
    (found,) = content["reproductions"]
    assert found["conditions"][0] == {"name": "epochs", "original": "12", "runs": "12", "outcome": "equal"}
    best = found["statistics"][0]
    assert best | {"reason": "", "normality": None, "interval": None, "mean": None, "sd": None, "half_width": None, "margin": None} == {
        "statistic": "best", "metric": "val_acc", "original": 0.9953, "epochs": [12], "values": list(FIVE),
        "run_epochs": [12] * 5, "mean": None, "sd": None, "half_width": None, "interval": None, "margin": None,
        "normality": None, "rank": {"below": 5, "equal": 0, "above": 0, "p": 1 / 3}, "runs_needed": None,
        "verdict": "reproduced", "reason": "",
    }  # fmt: skip
    assert best["interval"] == pytest.approx([best["mean"] - best["half_width"], best["mean"] + best["half_width"]])


def test_a_training_that_diverged_leaves_numbers_out_of_the_json(folder: Path) -> None:
    (folder / "seeds" / "seed-9.log").write_text(text_of("nan"), encoding="utf-8")
    done = reporter("reproduce", "original", "--runs", "seeds", "--format", "json", cwd=folder)
    best = json.loads(done.stdout)["reproductions"][0]["statistics"][1]
    assert best["values"] == [*FIVE, "nan"]
    assert [best[each] for each in ("mean", "sd", "interval", "rank", "normality")] == [None] * 5


def test_a_markdown_file_has_a_table_and_a_figure_and_escapes_names(folder: Path) -> None:
    name = "a | <b> $x$"
    (folder / "original" / "net.log").write_text(text_of(0.9953, name=name), encoding="utf-8")
    done = reporter("reproduce", "original", "--runs", "seeds", "-o", "found.md", "--margin", "0.002", cwd=folder)
    assert done.returncode == 0
    text = (folder / "found.md").read_text(encoding="utf-8")
    page = MarkdownIt().enable("table").render(text)
    assert "<td>best val_acc</td>\n<td>0.9953 (epoch 12)</td>\n<td>0.9946 (sd 0.00037, n=5, epoch 12)</td>" in page
    assert "<strong>Reproduction: REPRODUCED</strong>" in page
    assert "<b>" not in page
    assert 'src="figures/found-1.svg"' in text
    assert sorted(path.name for path in (folder / "figures").iterdir()) == ["found-1-narrow.svg", "found-1.svg"]


def test_a_page_escapes_names_and_needs_nothing_else(folder: Path) -> None:
    (folder / "original" / "net.log").write_text(text_of(0.9953, name="<script>alert(1)</script>"), encoding="utf-8")
    assert reporter("reproduce", "original", "--runs", "seeds", "-o", "found.html", cwd=folder).returncode == 0
    page = (folder / "found.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "Reproduction: REPRODUCED" in page
    assert page.count("<svg") >= 2
    done = reporter("reproduce", "original", "--runs", "seeds", "-o", "found.html", cwd=folder)
    assert (done.returncode, "--force" in done.stderr) == (2, True)


def test_a_narrow_table_breaks_no_number(folder: Path) -> None:
    done = reporter("reproduce", "original", "--runs", "seeds", "--width", "70", cwd=folder)
    assert max(map(len, done.stdout.splitlines())) <= 70
    for number in ("0.9953", "0.00037,", "0.9935", "0.9957", "REPRODUCED"):
        assert number in done.stdout.split()


def with_records(folder: Path, count: int = 5) -> list[str]:
    """Write logs as `reporter train` does, with a record each, beside an original."""
    head = "**Total params:** 1,234\nTrain on 60000 samples, validate on 10000 samples\n"
    (folder / "first.log").write_text(text_of(0.9953, head=head), encoding="utf-8")
    for seed, value in enumerate(FIVE[:count]):
        record = Record(
            "net",
            seed,
            EPOCHS,
            60_000,
            64,
            {"total": 1234, "trainable": 1234, "non_trainable": 0},
            {"keras": "3.15.1", "tensorflow": "2.21.0"},
            "Linux",
        )
        (folder / f"seed-{seed}.log").write_text(text_of(value, head=head), encoding="utf-8")
        (folder / f"seed-{seed}.json").write_text(record.to_json(), encoding="utf-8")
    return ["first.log", *(f"seed-{seed}.log" for seed in range(count))]


@pytest.mark.parametrize("format", ["md", "github", "html", "text"])
def test_a_report_of_an_original_and_its_reproductions_has_the_verdict(tmp_path: Path, format: str) -> None:
    logs = with_records(tmp_path)
    done = reporter("report", *logs, "--format", format, "--margin", "0.002", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "0.9935 to 0.9957" in done.stdout
    assert done.stdout.count("Shapiro–Wilk") == (1 if format in ("md", "github") else 2)
    assert "REPRODUCED" in done.stdout
    strict = reporter("report", *logs, "--format", format, "--margin", "val_acc=0.0011", cwd=tmp_path).stdout
    assert "INCONCLUSIVE" in strict


def test_a_report_in_json_holds_the_reproduction(tmp_path: Path) -> None:
    logs = with_records(tmp_path)
    (found,) = json.loads(reporter("report", *logs, "--format", "json", cwd=tmp_path).stdout)["experiments"]
    alone = json.loads(reporter("reproduce", logs[0], "--runs", *logs[1:], "--format", "json", cwd=tmp_path).stdout)
    assert found["reproduction"] == alone["reproductions"][0]
    (found,) = json.loads(reporter("report", *logs[1:], "--format", "json", cwd=tmp_path).stdout)["experiments"]
    assert found["reproduction"] is None  # `reporter train` trained all of them


def test_a_readme_block_shows_the_verdict_with_its_own_margin(tmp_path: Path) -> None:
    logs = " ".join(with_records(tmp_path))
    for template in ("summary", "report", "reproduction"):
        marker = f'<!-- BEGIN_REPORTER logs="{logs}" template={template} margin=val_acc=0.002,9% -->'
        (tmp_path / "A.md").write_text(f"{marker}\n<!-- END_REPORTER -->\n", encoding="utf-8")
        assert reporter("readme", "A.md", cwd=tmp_path).returncode == 0
        text = (tmp_path / "A.md").read_text(encoding="utf-8")
        assert "**Reproduction: REPRODUCED**" in text
        assert "\n\n\n" not in text
        assert not re.search(r"^[^\n]+\n#", text, re.MULTILINE)  # a heading has an empty line above it
        assert reporter("readme", "--check", "A.md", cwd=tmp_path).returncode == 0
    marker = f'<!-- BEGIN_REPORTER logs="{logs}" margin=0.001 -->'
    (tmp_path / "A.md").write_text(f"{marker}\n<!-- END_REPORTER -->\n", encoding="utf-8")
    assert reporter("readme", "A.md", cwd=tmp_path).returncode == 0
    assert "**Reproduction: INCONCLUSIVE**" in (tmp_path / "A.md").read_text(encoding="utf-8")
    (tmp_path / "A.md").write_text(
        "<!-- BEGIN_REPORTER logs=. margin=much -->\n<!-- END_REPORTER -->\n", encoding="utf-8"
    )
    done = reporter("readme", "A.md", cwd=tmp_path)
    assert (done.returncode, "margin 'much': no number" in done.stderr) == (2, True)


@pytest.mark.parametrize("original", [0.9953, 0.9981, 0.9901, 0.9949])
def test_no_number_of_the_section_is_taken_for_a_claim_that_no_log_backs(tmp_path: Path, original: float) -> None:
    logs = " ".join(with_records(tmp_path))
    (tmp_path / "first.log").write_text(text_of(original, head=HEAD.format("1,234", 60000, 10000)), encoding="utf-8")
    for template in ("summary", "reproduction"):
        marker = f'<!-- BEGIN_REPORTER logs="{logs}" template={template} margin=0.001 -->'
        (tmp_path / "A.md").write_text(f"{marker}\n<!-- END_REPORTER -->\n", encoding="utf-8")
        assert reporter("readme", "A.md", cwd=tmp_path).returncode == 0
        done = reporter("check", "--strict", "--fail-under", "coverage>=1", "A.md", "--logs", ".", cwd=tmp_path)
        assert done.returncode == 0, done.stdout


def picture_texts(runs: int, scale: Any = "linear") -> tuple[str, str]:
    original, others = run_of(0.9953), [run_of(each) for each in FIVE[:runs]]
    found = reproduce(original, others)
    series = [Series("original.log", (original,), is_base=True), Series("seeds", tuple(others))]
    picture = overlay(series, scale=scale, found=found)
    draw(picture)  # matplotlib can, too
    return svg_document(picture), picture.digest


@pytest.mark.parametrize("scale", ["linear", "error"])
def test_the_figure_ends_with_a_bar_for_each_interval(scale: str) -> None:
    drawn, digest = picture_texts(5, scale)
    assert "one more run, best: 0.9935 to 0.9957" in drawn
    assert "one more run, last: 0.9935 to 0.9957" in drawn
    assert drawn.count("V") == 2  # the vertical lines of two bars
    places = [float(each) for each in re.findall(r'd="M([\d.]+) [\d.]+V', drawn)]
    end = max(
        float(each) for each in re.findall(r"L([\d.]+) ", drawn.split("V")[0])
    )  # of the curves in the first panel
    assert end < places[0] < places[1] <= 401  # the second panel begins at 430
    assert f">{EPOCHS + 1}<" not in drawn  # there is no such epoch
    assert digest != picture_texts(4, scale)[1]


def test_the_interval_of_two_runs_would_flatten_the_figure_and_is_not_drawn() -> None:
    drawn, _ = picture_texts(2)
    assert "one more run" not in drawn
    assert drawn.count("V") == 0


def test_reading_and_reporting_without_an_original_imports_no_statistics() -> None:
    code = (
        "import sys; from reporter.cli import main; main(['report', 'logs/original', '--format', 'json'], standalone_mode=False);"
        "sys.exit('scipy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True).returncode == 0


@pytest.mark.parametrize("runs", interval_coverage.SIZES)
def test_the_interval_holds_one_more_run_in_95_of_100_cases(runs: int) -> None:
    found = interval_coverage.simulate(interval_coverage.usual, runs, 10_000)
    held = {name: 1 - each.shares()["not reproduced"].mean() for name, each in found.items()}
    assert all(abs(share - 0.95) <= 0.01 for share in held.values()), held
    assert all(each.out_of_range <= 2 / (runs + 1) + 0.01 for each in found.values())
    assert all(each.shares(8)["not reproduced"].mean() > 0.85 for each in found.values())


def test_the_simulation_judges_as_the_command_does() -> None:
    random = np.random.default_rng(1)
    accuracy, score = interval_coverage.usual(random, (40, 6))
    pieces = {"best": accuracy.max(axis=2), "last": accuracy[..., -1], "score": score}
    moved = interval_coverage.movement(accuracy[:, 0])
    for index in range(40):
        original, *runs = (simulated_run(accuracy[index, each], score[index, each]) for each in range(6))
        for each in reproduce(original, runs).statistics:
            values = pieces[each.which]
            floor = np.maximum(moved, interval_coverage.binomial_error(values[:, 0]))
            simulated = interval_coverage.Simulated(values[:, 0], values[:, 1:], TWO_RUNS * floor)
            assert simulated.shares()[each.verdict][index], (index, each)


def simulated_run(accuracies: Sequence[float], score: float) -> Run:
    epochs = tuple(Epoch(n, n, {"val_acc": float(value)}) for n, value in enumerate(accuracies, 1))
    evaluation = Evaluation(len(epochs), {"acc": float(score)})
    return Run("net", 1, "completed", epochs, len(epochs), samples=Samples(60_000, 10_000), evaluations=(evaluation,))


def test_the_tables_of_the_documentation_are_those_of_the_simulation() -> None:
    """The tables were made with more originals, so their numbers differ a little; the rows are the same."""
    page = interval_coverage.PAGE.read_text(encoding="utf-8")
    tables = [part.split(interval_coverage.END)[0] for part in page.split(interval_coverage.BEGIN)[1:]]
    made = list(interval_coverage.tables(500))
    assert len(tables) == len(made) == 4
    for shown, lines in zip(tables, made, strict=True):
        assert [line.split("|")[1:3] for line in shown.strip().splitlines()] == [line.split("|")[1:3] for line in lines]
