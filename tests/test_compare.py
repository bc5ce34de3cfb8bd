"""A comparison shows each change with its direction; rounding is no change, and seed noise is no regression."""

import json
import math
import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import KILLED, SECTION, reporter, runs_of
from markdown_it import MarkdownIt

from reporter.errors import UsageError
from reporter.facts.changes import Change, Comparison
from reporter.facts.compare import compare
from reporter.facts.significance import permutation_p
from reporter.model import Run

P_VALUES = [
    (["0.9951", "0.9946", "0.9949"], ["0.9944", "0.9941", "0.9946"], 0.2),
    (["0.9951", "0.9946", "0.9949", "0.9953"], ["0.9944", "0.9941", "0.9940", "0.9938"], 0.02857142857142857),
    (["0.5", "0.5", "0.7"], ["0.5", "0.6", "0.7", "0.8", "0.9"], 0.35714285714285715),
    (["0.5", "0.6", "0.7", "0.8", "0.9"], ["0.5", "0.5", "0.7"], 0.35714285714285715),
    (["0.2", "0.4"], ["0.1", "0.9", "0.8", "0.7"], 0.4),
    (["0.9951", "0.9946", "0.9949", "0.9953", "0.9950"], ["0.9944", "0.9950", "0.9949", "0.9947", "0.9941"], 0.15079365079365079),
    (["1", "1"], ["1", "1"], 1.0),
]  # fmt: skip
"""Values of two sides and their p-value from scipy 1.17.1, with values multiplied by 10000 so that sums are exact:
permutation_test((a, b), lambda a, b, axis: abs(a.mean(axis) - b.mean(axis)), n_resamples=inf, alternative="greater")."""


@pytest.mark.parametrize(("base", "new", "p"), P_VALUES)
def test_a_p_value_is_the_share_of_all_splits_that_differ_as_much(base: list[str], new: list[str], p: float) -> None:
    assert permutation_p([*map(Decimal, base)], [*map(Decimal, new)]) == p


def test_too_many_splits_are_sampled_the_same_way_each_time() -> None:
    base = ["9902", "9899", "9912", "9902", "9909", "9896", "9902", "9910", "9907", "9901", "9889", "9904"]
    new = ["9906", "9912", "9907", "9916", "9904", "9907", "9912", "9894", "9901", "9900"]
    p = permutation_p([*map(Decimal, base)], [*map(Decimal, new)])
    assert p == pytest.approx(0.27392576463783896, abs=0.015)  # of all 646,646 splits, by scipy as above
    assert p == permutation_p([*map(Decimal, base)], [*map(Decimal, new)])
    apart = permutation_p([Decimal(value) for value in range(12)], [Decimal(value) for value in range(100, 112)])
    assert apart == 1 / 10_000  # never zero


def net(
    *values: object,
    name: str = "net",
    metric: str = "val_acc",
    epochs: int = 5,
    move: float = 0,
    head: str = "",
    extra: str = "",
    killed: bool = False,
) -> list[Run]:
    """Make runs that end with a value of the metric, moving down from it and up again before."""
    runs: list[Run] = []
    for value in values:
        text = f"# {name}\n{head}"
        for epoch in range(1, epochs + 1):
            here = value if not isinstance(value, float) or (epochs - epoch) % 2 == 0 else round(value - move, 10)
            text += f"Epoch {epoch}/{epochs + killed}\n8/8 [==] - 1s - loss: 0.5 - {metric}: {here}\n"
        runs += runs_of(text + extra)
    return runs


def change(found: Comparison, name: str) -> Change:
    (wanted,) = [each for each in found.pairs[0].changes if each.name == name]
    return wanted


ONE: dict[str, tuple[object, object, str, str]] = {
    "a larger accuracy": (0.9944, 0.9953, "better (noise ±0.00014)", "+0.0009"),
    "a smaller accuracy": (0.9953, 0.9944, "worse (noise ±0.00014)", "−0.0009"),
    "one unit of the last printed digit": (0.9953, 0.9952, "no meaningful difference (noise ±0.00014)", "−0.0001"),
    "equal, as printed": (0.9953, 0.9953, "same", "±0"),
    "the same number with more digits": (0.9953, 0.995300012, "same", "±0"),
    "a number that rounds to the other": (0.9953, 0.99525, "same", "±0"),
    "half a unit from the other": (0.99525, 0.9952, "same", "−0.0001"),
    "a number that just rounds to another": (0.9953, 0.995149, "worse (noise ±0.000098)", "−0.0002"),
    "a number with the digits of 32 bits": (0.9942, 0.9944000244140625, "better (noise ±0.00014)", "+0.0002"),
    "many digits on both sides": (0.99530001, 0.9953, "same", "±0"),
    "many digits that differ": (0.99530001, 0.99530004, "better (noise ±0.000000014)", "+0.00000003"),
    "a small number that is printed in four decimals": (0.0010, 0.0009877, "same", "±0"),
    "a number that is printed in the same four decimals": (0.0010, 0.00104, "same", "±0"),
    "a training that diverged": (0.9953, "nan", "worse", "–"),
    "a training that no longer diverges": ("nan", 0.9953, "better", "–"),
    "two trainings that diverged": ("nan", "nan", "same", "–"),
    "two trainings that diverged in different ways": ("nan", "inf", "cannot tell: not all are numbers", "–"),
}


@pytest.mark.parametrize(("base", "new", "outcome", "difference"), ONE.values(), ids=ONE.keys())
def test_single_runs_are_compared_at_the_printed_precision(
    base: object, new: object, outcome: str, difference: str
) -> None:
    found = change(compare(net(base), net(new)), "best val_acc")
    assert (found.outcome_text, found.difference_text, found.judged) == (outcome, difference, True)


SEVERAL: dict[str, tuple[Sequence[object], Sequence[object], float, str]] = {
    "sides that do not overlap": (
        [0.991, 0.992, 0.993, 0.994], [0.995, 0.996, 0.997, 0.998], 0.001,
        "better (interval +0.0018 to +0.0062, p=0.0047, exact p=0.029, n=4 and 4)",
    ),
    "the other way round": (
        [0.995, 0.996, 0.997, 0.998], [0.991, 0.992, 0.993, 0.994], 0.001,
        "worse (interval −0.0062 to −0.0018, p=0.0047, exact p=0.029, n=4 and 4)",
    ),
    "sides that overlap": (
        [0.991, 0.992, 0.995, 0.994], [0.992, 0.993, 0.995, 0.996], 0.001,
        "no meaningful difference (interval −0.0022 to +0.0042, p=0.47, exact p=0.57, n=4 and 4)",
    ),
    "sides that overlap, but vary more than their epochs": (
        [0.991, 0.992, 0.995, 0.994], [0.992, 0.993, 0.995, 0.996], 0.0003,
        "cannot tell (interval −0.0022 to +0.0042, p=0.47, exact p=0.57, n=4 and 4)",
    ),
    "two that vary too much": (
        [0.9, 0.98], [0.95, 0.85], 0.001, "cannot tell (interval −0.33 to +0.25, p=0.6, exact p=0.67, n=2 and 2)",
    ),
    "one against several": (
        [0.9, 0.91, 0.92], [0.89], 0.005, "cannot tell (interval −0.070 to +0.030, p=0.23, exact p=0.5, n=3 and 1)",
    ),
    "equal means": ([0.9, 0.92], [0.91, 0.91], 0, "same"),
    "equal means of thirds": ([0.1, 0.1, 0.2], [0.1, 0.1, 0.2, 0.1, 0.1, 0.2], 0, "same"),
    "one run diverged": ([0.9, 0.91], [0.9, "nan"], 0, "worse"),
    "one run of each side diverged": ([0.9, "nan"], [0.8, "nan"], 0, "cannot tell: not all are numbers"),
}  # fmt: skip


@pytest.mark.parametrize(("base", "new", "move", "said"), SEVERAL.values(), ids=SEVERAL.keys())
def test_several_seeds_are_compared_by_the_interval_of_welch(
    base: Sequence[object], new: Sequence[object], move: float, said: str
) -> None:
    assert change(compare(net(*base, move=move), net(*new, move=move)), "best val_acc").outcome_text == said


def test_several_seeds_are_shown_as_mean_standard_deviation_and_number() -> None:
    found = change(compare(net(0.9, 0.92, 0.94), net(0.95)), "best val_acc")
    assert (found.base_text, found.new_text) == ("0.9200 (sd 0.02, n=3)", "0.9500")


def test_alpha_is_the_share_of_false_alarms() -> None:
    sides = net(0.991, 0.992, 0.993), net(0.9925, 0.9935, 0.9945)
    found = [change(compare(*sides, alpha=alpha), "best val_acc") for alpha in (0.05, 0.2)]
    assert [each.outcome for each in found] == ["cannot tell", "better"]


def test_the_direction_follows_the_mode_or_otherwise_the_name_of_the_metric() -> None:
    sides = net(0.5, metric="val_loss"), net(0.4, metric="val_loss")
    assert [change(compare(*sides, mode=mode), "best val_loss").outcome for mode in (None, "min", "max")] == [
        "better",
        "better",
        "worse",
    ]
    with pytest.raises(UsageError, match="--mode"):
        compare(net(1, metric="heat"), net(2, metric="heat"), "heat")


def test_the_monitor_comes_first_and_no_other_metric_is_a_regression() -> None:
    found = compare(net(0.9, extra="Test loss: 0.5\nTest accuracy: 0.9\n"), net(0.91, extra="Test loss: 0.7\n"))
    assert [(each.name, each.outcome, each.judged) for each in found.pairs[0].changes] == [
        ("best val_acc", "better", True),
        ("best loss", "same", False),
        ("last val_acc", "better", True),
        ("last loss", "same", False),
        ("score loss", "worse", False),
        ("score accuracy", "gone", False),
        ("status", "same", True),
        ("parameters", "same", False),
        ("samples", "same", False),
        ("epochs", "same", False),
        ("seconds", "same", False),
    ]
    assert found.regressions == []


def test_either_spelling_of_a_metric_is_the_same_metric() -> None:
    found = compare(net(0.9, metric="accuracy"), net(0.91, metric="acc"), "loss")
    assert [(each.name, each.outcome) for each in found.pairs[0].changes if each.measure == "best"] == [
        ("best loss", "same"),
        ("best accuracy", "better"),
    ]


def test_the_score_is_that_of_the_last_evaluation() -> None:
    log = "Test loss: 0.5\nTest accuracy: 0.{}\nTest loss: 0.4\nTest {}: 0.{}\n"
    scores = [
        [
            (each.name, each.base_text, each.new_text, each.outcome)
            for each in found.pairs[0].changes
            if each.measure == "score"
        ]
        for found in (
            compare(net(0.9, extra=log.format(6, "accuracy", 7)), net(0.9, extra=log.format(8, "accuracy", 5))),
            compare(net(0.9, extra=log.format(6, "auc", 7)), net(0.9, extra=log.format(8, "auc", 5))),
        )
    ]
    assert [each[-1] for each in scores] == [
        ("score accuracy", "0.7000", "0.5000", "worse"),
        ("score auc", "0.7000", "0.5000", "cannot tell"),
    ]


def test_nan_is_not_worse_than_a_number_if_the_direction_is_unknown() -> None:
    log = "Test loss: {}\nTest heat: {}\n"
    found = compare(net(0.9, extra=log.format(1, 1)), net(0.9, extra=log.format("nan", "nan")))
    assert [change(found, f"score {metric}").outcome for metric in ("loss", "heat")] == ["worse", "cannot tell"]


def test_the_score_of_the_monitor_is_judged_in_the_direction_of_the_monitor() -> None:
    base, new = (net(0.5, metric="val_heat", extra=f"Test loss: 1\nTest heat: {heat}\n") for heat in (5.0, 9.0))
    found = change(compare(base, new, "val_heat", "max"), "score heat")
    assert (found.outcome, found.judged) == ("better", True)


def test_best_and_last_are_compared_separately() -> None:
    log = "# net\n" + "".join(f"Epoch {n}/5\n8/8 [==] - 1s - val_acc: {{}}\n" for n in range(1, 6))
    found = compare(runs_of(log.format(0.9, 0.9, 0.9, 0.9, 0.9)), runs_of(log.format(0.9, 0.9, 0.9, 0.9, 0.7)))
    assert [(each.name, each.outcome) for each in found.pairs[0].changes[:2]] == [
        ("best val_acc", "same"),
        ("last val_acc", "worse"),
    ]


REGRESSIONS: dict[str, tuple[list[Run], list[Run], list[str]]] = {
    "a worse value": (net(0.9), net(0.8), [
        "net: best val_acc was 0.9000, is 0.8000: −0.1, worse (noise ±0.00014)",
        "net: last val_acc was 0.9000, is 0.8000: −0.1, worse (noise ±0.00014)",
    ]),
    "a better value": (net(0.8), net(0.9), []),
    "noise": (net(0.8, 0.9, 0.7), net(0.8, 0.6, 0.7), []),
    "an experiment that is missing": (
        net(0.9) + net(0.9, name="b"),
        net(0.9) + net(0.8, name="c"),
        ["b: only in base"],
    ),
    "a metric that is missing": (
        net(0.9),
        net(0.9, metric="x"),
        ["net: best val_acc was 0.9000, is –: gone", "net: last val_acc was 0.9000, is –: gone"],
    ),
    "a run that was killed": (
        net(0.9, head="Train on 8 samples\n"),
        net(0.9, epochs=5, killed=True),
        ["net: status was completed, is interrupted: worse"],
    ),
    "a run that is no longer killed": (net(0.9, killed=True), net(0.9), []),
    "one of two seeds was killed": (
        net(0.9, 0.9, epochs=3),
        net(0.9, epochs=3) + net(0.9, epochs=2, killed=True),
        ["net: status was 2 completed, is 1 completed, 1 interrupted: worse"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("base", "new", "said"), REGRESSIONS.values(), ids=REGRESSIONS.keys())
def test_only_regressions_are_listed(base: list[Run], new: list[Run], said: list[str]) -> None:
    assert compare(base, new).regressions == said


def test_experiments_are_matched_by_name_or_one_to_one() -> None:
    a, b, c = net(1, name="a"), net(1, name="b"), net(1, name="c")
    named = [
        ([pair.name for pair in found.pairs], found.only_base, found.only_new)
        for found in (compare(a, b), compare(a + b, b + c), compare(a, b + c))
    ]
    assert named == [(["a → b"], (), ()), (["b"], ("a",), ("c",)), ([], ("a",), ("b", "c"))]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "old.log").write_text(SECTION, encoding="utf-8")
    (tmp_path / "new.log").write_text(
        SECTION.replace("val_acc: 0.98", "val_acc: 0.88").replace("0.8852", "0.9852"), encoding="utf-8"
    )
    (tmp_path / "killed.log").write_text(KILLED, encoding="utf-8")
    for side, values in (("sgd", (0.99, 0.991, 0.992, 0.993)), ("adam", (0.994, 0.995, 0.996, 0.997))):
        (tmp_path / side).mkdir()
        for seed, value in enumerate(values):
            (tmp_path / side / f"seed-{seed}.log").write_text(f"Epoch 1/1\n8/8 [==] - 1s - val_acc: {value}\n")
    return tmp_path


def test_unchanged_rows_are_hidden_without_all(folder: Path) -> None:
    shown = reporter("compare", "old.log", "--to", "new.log", cwd=folder).stdout
    assert [line.rstrip() for line in shown.splitlines()] == [
        "First.ipynb",
        "              base    new     difference  verdict",
        "best val_acc  0.9866  0.8866        −0.1  worse (noise ±0.0099)",
        "last val_acc  0.9866  0.8866        −0.1  worse (noise ±0.0099)",
        "Second.ipynb",
        "no difference",
    ]
    every = reporter("compare", "old.log", "--to", "new.log", "--all", cwd=folder).stdout
    assert re.search(r"^best val_loss +0\.0269 +0\.0269 +±0 +same", every, re.MULTILINE)
    assert re.search(r"^parameters +1,234 +1,234 +– +same", every, re.MULTILINE)


CODES = {
    "a regression": (["old.log", "--to", "new.log", "--fail-on", "regression"], 1),
    "a regression without --fail-on": (["old.log", "--to", "new.log"], 0),
    "no regression": (["new.log", "--to", "old.log", "--fail-on", "regression"], 0),
    "a regression of another metric": (["old.log", "--to", "new.log", "--fail-on", "regression", "--monitor", "loss"], 0),
    "a log that cannot be read": (["old.log", "--to", "old.log", "no.log", "--fail-on", "regression"], 1),
    "a monitor that no run has": (["old.log", "--to", "new.log", "--fail-on", "regression", "--monitor", "los"], 2),
    "no readable base": (["no.log", "--to", "new.log"], 3),
    "no new logs": (["old.log"], 2),
    "no base": (["--to", "new.log"], 2),
    "an output that exists": (["old.log", "--to", "new.log", "-o", "killed.log"], 2),
    "a wrong alpha": (["old.log", "--to", "new.log", "--alpha", "0"], 2),
}  # fmt: skip


@pytest.mark.parametrize(("args", "code"), CODES.values(), ids=CODES.keys())
def test_the_exit_code_says_whether_there_is_a_regression(folder: Path, args: list[str], code: int) -> None:
    done = reporter("compare", *args, cwd=folder)
    assert (done.returncode, bool(done.stdout), "Traceback" in done.stderr) == (code, code < 2, False)


def test_a_regression_is_one_line_on_standard_error(folder: Path) -> None:
    done = reporter("compare", "old.log", "--to", "new.log", "--fail-on", "regression", cwd=folder)
    assert done.stderr == "".join(
        f"reporter: First.ipynb: {which} val_acc was 0.9866, is 0.8866: −0.1, worse (noise ±0.0099)\n"
        for which in ("best", "last")
    )


def test_a_base_without_a_finished_epoch_shows_no_regression(folder: Path) -> None:
    (folder / "crashed.log").write_text("# killed\nTrain on 8 samples\nEpoch 1/3\n", encoding="utf-8")
    done = reporter("compare", "crashed.log", "--to", "killed.log", "--fail-on", "regression", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")


SIDES = {
    "several on each side": ["old.log", "killed.log", "--to", "new.log", "killed.log"],
    "an option after them": ["old.log", "killed.log", "--to", "new.log", "killed.log", "--format", "json"],
    "an option between": ["old.log", "--to", "new.log", "killed.log", "--format", "json", "killed.log"],
    "each new one by itself": ["--to=new.log", "--to", "killed.log", "--monitor", "val_acc", "old.log", "killed.log"],
}


@pytest.mark.parametrize("args", SIDES.values(), ids=SIDES.keys())
def test_all_logs_between_to_and_the_next_option_are_new(folder: Path, args: list[str]) -> None:
    format = () if "--format" in args else ("--format", "json")
    found = json.loads(reporter("compare", *args, *format, cwd=folder).stdout)
    assert [(pair["base"], len(pair["changes"])) for pair in found["pairs"]] == [
        ("First.ipynb", 2),
        ("Second.ipynb", 0),
        ("killed", 0),
    ]


def test_pool_takes_runs_of_different_names_as_seeds(folder: Path) -> None:
    found = json.loads(reporter("compare", "sgd", "--to", "adam", "--pool", "--format", "json", cwd=folder).stdout)
    (pair,) = found["pairs"]
    assert pair["changes"][0] == {
        "measure": "best",
        "metric": "val_acc",
        "base": [0.99, 0.991, 0.992, 0.993],
        "new": [0.994, 0.995, 0.996, 0.997],
        "difference": 0.004,
        "p": pytest.approx(0.004659214943993928),
        "permutation_p": pytest.approx(2 / math.comb(8, 4)),
        "interval": pytest.approx([0.0017662853048352849, 0.006233714695164715]),
        "floors": [None, None],
        "min_delta": 0,
        "verdict": "better",
        "judged": True,
    }


def test_json_has_strings_for_nan_and_infinities(tmp_path: Path) -> None:
    for name, value in (("a", "nan"), ("b", "-inf")):
        (tmp_path / f"{name}.log").write_text(f"# x\nEpoch 1/1\n8/8 [==] - 1s - loss: {value}\n", encoding="utf-8")
    shown = reporter("compare", "a.log", "--to", "b.log", "--format", "json", cwd=tmp_path).stdout
    (pair,) = json.loads(shown, parse_constant=lambda name: pytest.fail(name))["pairs"]
    assert (pair["changes"][0]["base"], pair["changes"][0]["new"]) == (["nan"], ["-inf"])


HOSTILE = "# </details><img src=x> | `a` \x1b[31m *d*\nEpoch 1/1\n2/2 [==] - 1s - loss: 0.{} - val_acc: 0.{} - a|b`c<s>_loss: 1.{}\n"


def test_names_in_a_log_cannot_add_markup_to_a_comparison(tmp_path: Path) -> None:
    for name in "12":
        (tmp_path / f"{name}\x1b[31m.log").write_text(HOSTILE.replace("{}", name), encoding="utf-8")
    args = ("compare", "1\x1b[31m.log", "--to", "2\x1b[31m.log")
    text = reporter(*args, "--format", "md", cwd=tmp_path).stdout
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    assert not [token for token in tokens if token.type == "html_block"]
    assert not [child for token in tokens for child in token.children or [] if child.type == "html_inline"]
    assert {row.count(" | ") for row in text.splitlines() if row.startswith("| ")} == {4}
    assert "\x1b" not in text + reporter(*args, cwd=tmp_path).stdout


@pytest.mark.parametrize("format", ["table", "md", "json"])
def test_a_metric_name_cannot_send_an_escape_code(tmp_path: Path, format: str) -> None:
    for name, value in (("a", 1), ("b", 2)):
        (tmp_path / f"{name}.json").write_text(json.dumps({"acc": [0.5], "\x1b[31mx_loss": [value]}), encoding="utf-8")
    shown = reporter("compare", "a.json", "--to", "b.json", "--format", format, cwd=tmp_path).stdout
    assert "x_loss" in shown.replace("\\", "")
    assert "\x1b" not in shown


def test_a_comparison_in_markdown(folder: Path) -> None:
    text = reporter("compare", "old.log", "killed.log", "--to", "new.log", "--format", "md", cwd=folder).stdout
    assert text == (
        "### First.ipynb\n\n|  | base | new | difference | verdict |\n| --- | --- | --- | --: | --- |\n"
        "| best val_acc | 0.9866 | 0.8866 | −0.1 | worse (noise ±0.0099) |\n| last val_acc | 0.9866 | 0.8866 | −0.1 | worse (noise ±0.0099) |\n"
        "\n### Second.ipynb\n\nNo difference.\n\nonly in base: killed\n"
    )


def test_the_logs_of_the_configuration_are_new(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.reporter]\nlogs = "new.log"\n', encoding="utf-8")
    assert "0.8866        −0.1  worse" in reporter("compare", "old.log", cwd=folder).stdout


def test_a_comparison_in_markdown_and_html_has_a_figure_of_both_sides(tmp_path: Path) -> None:
    for name, best in (("old", "0.9866"), ("new", "0.9861")):
        (tmp_path / f"{name}.log").write_text(SECTION.replace("0.9866", best), encoding="utf-8")
    for ending in ("md", "html"):
        done = reporter("compare", "old.log", "--to", "new.log", "--format", ending, "-o", f"c.{ending}", cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
    figures = sorted(path.name for path in (tmp_path / "figures").iterdir())
    assert figures == ["c-1-narrow.svg", "c-1.svg", "c-2-narrow.svg", "c-2.svg"]
    text = (tmp_path / "c.md").read_text(encoding="utf-8")
    assert 'src="figures/c-1.svg"' in text
    drawn = (tmp_path / "figures" / "c-1.svg").read_text(encoding="utf-8")
    assert "base old.log: 0.9866, epoch 2" in drawn
    assert "new new.log: 0.9861, epoch 2" in drawn
    page = (tmp_path / "c.html").read_text(encoding="utf-8")
    assert page.count('<figure class="drawing"') == 2
    assert "<script" not in page
    printed = reporter("compare", "old.log", "--to", "new.log", "--format", "md", cwd=tmp_path)
    assert "<picture>" not in printed.stdout
