"""A verdict rests on noise: what a log moves between epochs, what an accuracy can tell, what seeds differ by."""

import json
import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import false_alarms
import pytest
from conftest import ROOT, reporter, runs_of
from scipy import stats

from reporter import compare
from reporter.facts.changes import Change, Comparison
from reporter.facts.deltas import MinDelta, least_difference
from reporter.facts.display import as_decimal
from reporter.facts.noise import Floor, movement, noise_floor
from reporter.facts.seeds import group_seeds
from reporter.facts.significance import Sample, mean_exceeds_p, noise_of_difference
from reporter.model import Epoch, Record, Run, Samples

ORIGINAL = (ROOT / "logs/original/gap.log").read_text(encoding="utf-8")
Edit = Callable[[int, float], float]
"""Gives the new accuracy of an epoch, from its number and its old accuracy."""


def edited(edit: Edit) -> str:
    """Change the validation accuracy of each epoch of the original log."""
    epochs = iter(range(1, 21))
    return re.sub(r"val_acc: ([\d.]+)", lambda found: f"val_acc: {edit(next(epochs), float(found[1])):.4f}", ORIGINAL)


def lower(by: float) -> str:
    return edited(lambda _, value: value - by)


def collapsed(level: float) -> str:
    """Make a training that stays at one level from the fourth epoch on."""
    return edited(lambda epoch, _: level if epoch > 3 else 0.2)


def seed(number: int) -> str:
    """Make another seed: a little noise on each epoch."""
    return edited(lambda epoch, value: value + 1e-4 * ((epoch * (number + 3)) % 7 - 3))


def ending_at_chance(number: int) -> str:
    """Make a seed whose last epoch is as good as guessing."""
    return edited(lambda epoch, value: 0.1 + 1e-4 * number if epoch == 20 else value - 1e-4 * number)


COLLAPSED = [collapsed(level) for level in (0.1135, 0.1009)]
ENDS_AT_CHANCE = [ending_at_chance(number) for number in range(3)]
UNSTABLE = edited(lambda epoch, value: 0.95 if epoch == 20 else value - 0.06 * (epoch % 2))
SEEDS = [seed(number) for number in range(3)]

CASES: dict[str, tuple[Sequence[str], Sequence[str], str, str, int]] = {
    "four images of 10,000 are noise": ([ORIGINAL], [lower(0.0004)], "best val_acc", "no meaningful difference (noise ±0.002)", 0),
    "fifty images of 10,000 are none, with one seed too": ([ORIGINAL], [lower(0.005)], "best val_acc", "worse (noise ±0.0024)", 1),
    "two seeds that collapsed against one original": (
        [ORIGINAL], COLLAPSED, "best val_acc", "worse (interval −0.7964 to −0.7936, p<0.0001, exact p=0.33, n=1 and 2)", 1,
    ),
    "three seeds that end at chance against three": (
        SEEDS, ENDS_AT_CHANCE, "last val_acc", "worse (interval −0.89433 to −0.89387, p<0.0001, exact p=0.1, n=3 and 3)", 1,
    ),
    "one seed that became unstable": (
        [ORIGINAL], [UNSTABLE], "last val_acc", "worse (all runs differ by more than 6 noise floors of 0.00077)", 1,
    ),
    "three equal seeds that are one unit of the last digit lower": (
        [ORIGINAL] * 3, [lower(0.0001)] * 3, "best val_acc",
        "no meaningful difference (interval −0.00021 to +0.00001, p=0.07, exact p=0.1, n=3 and 3)", 0,
    ),
    "three equal seeds": (SEEDS, SEEDS, "best val_acc", "same", 0),
}  # fmt: skip


def write(folder: Path, side: str, texts: Sequence[str]) -> str:
    (folder / side).mkdir()
    for number, text in enumerate(texts):
        (folder / side / f"{number}.log").write_text(text, encoding="utf-8")
    return side


def change(found: Comparison, name: str) -> Change:
    (wanted,) = [each for each in found.pairs[0].changes if each.name == name]
    return wanted


def runs(texts: Sequence[str]) -> list[Run]:
    return [run for text in texts for run in runs_of(text)]


@pytest.mark.parametrize(("base", "new", "measure", "said", "code"), CASES.values(), ids=CASES.keys())
def test_a_difference_is_a_regression_only_beyond_the_noise(
    tmp_path: Path, base: Sequence[str], new: Sequence[str], measure: str, said: str, code: int
) -> None:
    assert change(compare(runs(base), runs(new)), measure).outcome_text == said
    sides = (write(tmp_path, "base", base), "--to", write(tmp_path, "new", new))
    done = reporter("compare", *sides, "--fail-on", "regression", cwd=tmp_path)
    assert (done.returncode, f"{measure} was" in done.stderr) == (code, bool(code))


def test_each_log_of_this_repository_is_within_the_noise_of_the_other() -> None:
    done = reporter("compare", "logs/original", "--to", "logs/gap/seed-0.log", "logs/code9/seed-0.log", "--fail-on", "regression", cwd=ROOT)  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


DELTAS: dict[str, tuple[list[str], str, int]] = {
    "none": ([], "worse (noise ±0.0024)", 1),
    "a smaller one": (["0.004"], "worse (noise ±0.0024)", 1),
    "a larger one": (["0.006"], "no meaningful difference (min delta 0.006, noise ±0.0024)", 0),
    "exactly the difference": (["0.005"], "no meaningful difference (min delta 0.005, noise ±0.0024)", 0),
    "a percentage": (["1%"], "no meaningful difference (min delta 0.01, noise ±0.0024)", 0),
    "one for another metric": (["val_loss=1"], "worse (noise ±0.0024)", 1),
    "one for this metric": (["0", "val_accuracy=0.6%"], "no meaningful difference (min delta 0.006, noise ±0.0024)", 0),
}


@pytest.mark.parametrize(("deltas", "said", "code"), DELTAS.values(), ids=DELTAS.keys())
def test_a_regression_is_also_beyond_the_least_difference(
    tmp_path: Path, deltas: list[str], said: str, code: int
) -> None:
    new = [lower(0.005)]
    assert change(compare(runs([ORIGINAL]), runs(new), min_delta=deltas), "best val_acc").outcome_text == said
    sides = (write(tmp_path, "base", [ORIGINAL]), "--to", write(tmp_path, "new", new))
    options = [word for delta in deltas for word in ("--min-delta", delta)]
    assert reporter("compare", *sides, "--fail-on", "regression", *options, cwd=tmp_path).returncode == code


def test_the_least_difference_decides_which_noise_hides_something() -> None:
    base, new = runs([lower(0.01), ORIGINAL]), runs([lower(0.02), lower(0.005)])
    found = [change(compare(base, new, min_delta=delta), "best val_acc") for delta in (0, 0.02, 0.2)]
    assert [each.outcome for each in found] == ["cannot tell", "cannot tell", "no meaningful difference"]


def test_the_least_difference_of_a_project_is_in_its_configuration(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.reporter]\nmin-delta = ["val_acc=0.006"]\n', encoding="utf-8")
    sides = (write(tmp_path, "base", [ORIGINAL]), "--to", write(tmp_path, "new", [lower(0.005)]))
    assert "(min delta 0.006, noise" in reporter("compare", *sides, cwd=tmp_path).stdout


WRITTEN = {
    "0.001": MinDelta(0.001),
    " 2 % ": MinDelta(2, percent=True),
    "val_acc=.5%": MinDelta(0.5, percent=True, metric="val_acc"),
    "val_acc = 1e-3": MinDelta(0.001, metric="val_acc"),
}


@pytest.mark.parametrize(("text", "delta"), WRITTEN.items())
def test_a_least_difference_is_read(text: str, delta: MinDelta) -> None:
    assert MinDelta.parse(text) == delta


@pytest.mark.parametrize("text", ["", "x", "-1", "nan", "=1", "val_acc=", "1%%", "a=b=1"])
def test_a_wrong_least_difference_is_refused_before_any_log_is_read(tmp_path: Path, text: str) -> None:
    done = reporter("compare", "no.log", "--to", "no.log", f"--min-delta={text}", cwd=tmp_path)
    assert (done.returncode, done.stderr.startswith(f"reporter: min delta {text!r}: ")) == (2, True)


def test_the_least_difference_of_a_metric_counts_before_that_of_all() -> None:
    deltas = [MinDelta(1), MinDelta(50, percent=True, metric="val_acc"), MinDelta(2)]
    found = [least_difference(deltas, names, -0.8) for names in (["val_accuracy"], ["acc", "val_acc"], ["loss"])]
    assert found == [0.4, 0.4, 2]
    assert least_difference([], ["loss"], 1) == 0


UNCLEAR = ["Epoch 1/1\n8/8 [==] - 1s - val_acc: 0.9\n"]
CODES: dict[str, tuple[list[str], int]] = {
    "not asked for": ([], 0),
    "regression": (["--fail-on", "regression"], 0),
    "unclear": (["--fail-on", "unclear"], 1),
    "both": (["--fail-on", "regression", "--fail-on", "unclear"], 1),
}


@pytest.mark.parametrize(("options", "code"), CODES.values(), ids=CODES.keys())
def test_cannot_tell_fails_only_if_that_is_asked_for(tmp_path: Path, options: list[str], code: int) -> None:
    texts = [f"Epoch 1/1\n8/8 [==] - 1s - val_acc: 0.{value}\n" for value in (9, 8)]
    sides = (write(tmp_path, "base", texts[:1]), "--to", write(tmp_path, "new", texts[1:]))
    done = reporter("compare", *sides, *options, "--pool", cwd=tmp_path)
    assert done.returncode == code
    assert "cannot tell (one run each, and a log of one epoch shows no noise)" in done.stdout
    assert ("cannot tell" in done.stderr) == bool(options)
    assert ("--fail-on unclear fails on this" in done.stderr) == (options == ["--fail-on", "regression"])


def test_regressions_and_what_is_unclear_are_annotations_on_github(tmp_path: Path) -> None:
    short = "# {}\nEpoch 1/1\n8/8 [==] - 1s - val_acc: {}\n"
    base = [ORIGINAL, short.format("100% | net", 0.9)]
    new = [lower(0.005), short.format("100% | net", 0.8)]
    sides = (write(tmp_path, "base", base), "--to", write(tmp_path, "new", new))
    shown = reporter("compare", *sides, "--format", "annotations", cwd=tmp_path).stdout
    texts = (
        "Using_GAP.ipynb: best val_acc was 0.9950, is 0.9900: −0.005",
        "100%25 | net: best val_acc was 0.9000, is 0.8000: −0.1",
    )
    lines = shown.splitlines()
    assert [line.split("::")[1] for line in lines] == [
        *["error title=reporter%3A regression"] * 2,
        *["warning title=reporter%3A cannot tell"] * 2,
    ]
    assert (lines[0].split("::")[2].startswith(texts[0]), lines[2].split("::")[2].startswith(texts[1])) == (True, True)


def test_unclear_fails_on_a_regression_too(tmp_path: Path) -> None:
    sides = (write(tmp_path, "base", [ORIGINAL]), "--to", write(tmp_path, "new", [lower(0.005)]))
    assert reporter("compare", *sides, "--fail-on", "unclear", cwd=tmp_path).returncode == 1


def test_the_numbers_of_a_verdict_are_in_the_json(tmp_path: Path) -> None:
    sides = (write(tmp_path, "base", [ORIGINAL]), "--to", write(tmp_path, "new", [lower(0.005)]))
    shown = json.loads(reporter("compare", *sides, "--format", "json", "--min-delta", "0.001", cwd=tmp_path).stdout)
    best = shown["pairs"][0]["changes"][0]
    assert best["verdict"] == "worse"
    assert best["interval"] == pytest.approx([-0.00742, -0.00258], abs=1e-5)
    assert best["floors"] == pytest.approx([0.00072, 0.00101], abs=1e-5)
    assert (best["min_delta"], best["permutation_p"]) == (0.001, None)
    assert best["p"] == pytest.approx(2 * stats.norm.sf(0.005 / math.hypot(0.0007187, 0.0010047)), rel=0.02)
    assert (shown["unclear"], len(shown["regressions"])) == ([], 2)


FLAT = [0.5] * 20
FLOORS: dict[str, tuple[list[float], float, float]] = {
    "the mean range of the last half, divided by 1.128": ([9, 9, 9, 9, 9, 1, 2, 1, 2, 1], 1 / 1.12838, 0.62 * 4),
    "the larger half of an odd number": ([9, 9, 9, 9, 9, 1, 2, 1, 2, 1, 2], 1 / 1.12838, 0.62 * 5),
    "at least five values": ([9, 1, 2, 1, 2, 1], 1 / 1.12838, 0.62 * 4),
    "two values": ([1, 2], 1 / 1.12838, 0.62),
    "a jump is left out": ([*FLAT, 0.1, *[0.51, 0.5] * 10], 0.01 / 1.12838, 0.62 * 19),
    "no movement": (FLAT, 0, 0.62 * 9),
}


@pytest.mark.parametrize(("values", "size", "degrees"), FLOORS.values(), ids=FLOORS.keys())
def test_movement_is_measured_near_the_end(values: list[float], size: float, degrees: float) -> None:
    found = movement(values)
    assert found is not None
    assert [found.size, found.degrees] == [pytest.approx(size, rel=1e-4, abs=1e-12), pytest.approx(degrees)]


def test_fewer_than_two_epochs_show_no_movement() -> None:
    assert (movement([]), movement([0.5])) == (None, None)


def floor(
    which: str, metric: str, samples: str = "Train on 60000 samples, validate on 10000 samples\n", move: float = 0.0
) -> Floor:
    text = "".join(
        f"Epoch {n}/5\n8/8 [==] - 1s - loss: 0.5000 - acc: 0.9950 - val_loss: {0.5 + move * (n % 2):.4f} - val_acc: 0.9950\n"
        for n in range(1, 6)
    )
    (run,) = runs_of(samples + text + "Test loss: 0.5\nTest accuracy: 0.9950\n")
    found = noise_floor(run, which, metric, 0.5 if "loss" in metric else 0.995)  # type: ignore[arg-type]
    assert found
    return found


SOURCES: dict[str, tuple[Floor, str, float]] = {
    "an accuracy on 10,000 images": (floor("best", "val_acc"), "binomial", 0.00072),
    "an accuracy on 60,000 images": (floor("last", "acc"), "binomial", 0.00029),
    "a score has the samples of the validation": (floor("score", "accuracy"), "binomial", 0.00072),
    "an accuracy on unknown images": (floor("best", "val_acc", ""), "precision", 0.00005),
    "a loss has no binomial error": (floor("best", "val_loss"), "precision", 0.00005),
    "a loss that moves": (floor("best", "val_loss", move=0.01), "movement", 0.01418),
    "a score moves as the validation does": (floor("score", "loss", move=0.01), "movement", 0.01418),
}


@pytest.mark.parametrize(("found", "source", "size"), SOURCES.values(), ids=SOURCES.keys())
def test_the_noise_floor_is_the_largest_of_three(found: Floor, source: str, size: float) -> None:
    assert [found.source, found.size] == [source, pytest.approx(size, abs=0.00001)]


def test_the_binomial_error_is_not_zero_where_all_are_right() -> None:
    run = runs_of("Train on 8 samples, validate on 100 samples\n" + "Epoch 1/1\n8/8 [==] - 1s - val_acc: 1.0\n" * 2)[0]
    both = Run("net", 1, "completed", run.epochs * 2, samples=run.samples)
    found = noise_floor(both, "best", "val_acc", 1.0)
    assert found is not None
    assert [found.source, found.size] == ["binomial", pytest.approx(0.0135, abs=0.0001)]


def sample(*values: float, floors: Sequence[Floor | None] = (None,)) -> Sample:
    return Sample(values, floors, 0.0)


@pytest.mark.parametrize(
    ("base", "new"), [([1.0, 2.0], [4.0, 4.5]), ([1.0, 2.0, 4.0], [2.0, 2.1]), ([1.0, 2.0, 3.0, 9.0], [1.0, 1.5, 1.2])]
)
def test_several_seeds_have_the_interval_and_p_of_welch(base: list[float], new: list[float]) -> None:
    found = noise_of_difference(sample(*base), sample(*new), 0.05)
    wanted = stats.ttest_ind(new, base, equal_var=False)
    low, high = wanted.confidence_interval(0.95)
    assert found is not None
    assert [found.p, found.degrees] == [pytest.approx(wanted.pvalue), pytest.approx(wanted.df)]
    assert found.reach == pytest.approx((high - low) / 2)


def test_single_runs_have_the_t_interval_of_their_floors() -> None:
    floors = [Floor(3.0, 6.0, "movement"), Floor(4.0, math.inf, "binomial")]
    found = noise_of_difference(sample(1.0, floors=floors[:1]), sample(9.0, floors=floors[1:]), 0.05)
    assert found is not None
    assert found.degrees == pytest.approx(25**2 / (9**2 / 6))
    assert found.reach == pytest.approx(5 * stats.t.ppf(0.975, found.degrees))
    assert found.p == pytest.approx(2 * stats.t.sf(8 / 5, found.degrees))


def test_a_single_run_among_several_varies_at_least_as_they_do() -> None:
    several, small, large = sample(1.0, 2.0, 3.0), Floor(0.1, 9.0, "movement"), Floor(2.0, 9.0, "movement")
    for single in (sample(9.0), sample(9.0, floors=[small])):
        for sides in ((several, single), (single, several)):
            found = noise_of_difference(*sides, 0.05)
            assert found is not None
            assert [found.degrees, found.reach] == [2, pytest.approx(math.sqrt(4 / 3) * stats.t.ppf(0.975, 2))]
    with_floor = noise_of_difference(several, sample(9.0, floors=[large]), 0.05)
    assert with_floor is not None
    assert with_floor.degrees == pytest.approx((4 + 1 / 3) ** 2 / (4**2 / 9 + (1 / 3) ** 2 / 2))


LONG: dict[str, tuple[float, str]] = {
    "a number of 32 bits": (0.9944000244140625, "0.9944"),
    "a short number": (0.5, "0.5"),
    "a number of 64 bits": (0.9953, "0.9953"),
    "a number of 32 bits with many digits": (0.019540859386324883, "0.01954086"),
    "a number too large for 32 bits": (1e300, "1E+300"),
    "a number too small for 32 bits": (1e-300, "1E-300"),
    "infinity": (math.inf, "Infinity"),
}


@pytest.mark.parametrize(("value", "decimal"), LONG.values(), ids=LONG.keys())
def test_a_value_is_the_decimal_that_was_measured(value: float, decimal: str) -> None:
    assert str(as_decimal(value)) == decimal


def test_the_floor_of_a_side_is_the_root_mean_square_of_the_floors_of_its_runs() -> None:
    floors = [Floor(3.0, 6.0, "movement"), None, Floor(4.0, 6.0, "movement")]
    assert sample(1.0, 2.0, 3.0, floors=floors).floor == pytest.approx(math.sqrt(12.5))
    assert sample(1.0).floor is None


def test_equal_exact_values_differ_by_nothing_else_than_their_difference() -> None:
    found = [noise_of_difference(sample(1.0, 1.0), sample(value, value), 0.05) for value in (1.0, 2.0)]
    assert [each and (each.reach, each.p) for each in found] == [(0, 1), (0, 0)]


@pytest.mark.parametrize("above", [True, False])
def test_the_mean_is_tested_as_by_student(above: bool) -> None:
    values = [0.9951, 0.9948, 0.9953]
    wanted = stats.ttest_1samp(values, 0.9947, alternative="greater" if above else "less").pvalue
    assert mean_exceeds_p(sample(*values), 0.9947, above=above) == pytest.approx(wanted)
    assert mean_exceeds_p(sample(0.9), 0.5, above=above) is None
    assert mean_exceeds_p(sample(0.9, 0.9), 0.5, above=above) == (0 if above else 1)


APART: dict[str, tuple[str, str, str]] = {
    "epochs": ("Epoch {}/20", "Epoch {}/21", "20 epochs; 1 with 21 epochs"),
    "samples": ("Train on 60000", "Train on 2000", "60,000 samples; 1 with 2,000 samples"),
    "validation samples": ("validate on 10000", "validate on 500", "10,000 validation samples; 1 with 500 validation samples"),
    "parameters": ("11,504", "11,505", "11,504 parameters; 1 with 11,505 parameters"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), APART.values(), ids=APART.keys())
def test_runs_that_are_no_seeds_of_each_other_are_not_pooled(old: str, new: str, said: str) -> None:
    other = re.sub(old.replace("{}", r"(\d+)"), new.replace("{}", r"\1"), ORIGINAL)
    found = compare(runs([ORIGINAL, lower(0.0001)]), runs([lower(0.0002), other]))
    assert [(len(pair.changes[0].base), len(pair.changes[0].new)) for pair in found.pairs] == [(2, 1)]
    assert [(len(pair.base_runs), len(pair.new_runs)) for pair in found.pairs] == [(2, 1)]
    assert found.apart[0] == (
        f"Using_GAP.ipynb: the new runs are no seeds of each other, so they are not pooled: 1 with {said}"
    )
    assert found.apart[1].endswith("): only in new, so it is not compared")
    assert found.regressions == []


def trained(
    steps: int | None = 938, *, batch_size: int = 0, data: str = "", epochs: int | None = 20, train: int | None = 60000
) -> Run:
    """Make a run with settings of its log and, if a batch size is given, of its record."""
    record = Record("net", 0, 20, 60000, batch_size, {"total": 1}, {}, "", data=data) if batch_size else None
    done = (Epoch(1, 1, {"val_acc": 0.9}, steps=steps),)
    return Run("net", 1, "completed", done, epochs, samples=Samples(train), record=record)


KINDS: dict[str, tuple[list[Run], list[str]]] = {
    "other steps": ([trained(938), trained(469)], ["938 steps an epoch", "469 steps an epoch"]),
    "one step": ([trained(1), trained(2)], ["1 step an epoch", "2 steps an epoch"]),
    "samples that Keras 1 counts as steps": ([trained(938), trained(60000)], [""]),
    "another batch size": ([trained(batch_size=64), trained(batch_size=32)], ["batch size 64", "batch size 32"]),
    "other data": (
        [trained(batch_size=64, data="00c0ffee"), trained(batch_size=64, data="12345678")],
        ["data 00c0ffee", "data 12345678"],
    ),
    "a record without a checksum": ([trained(batch_size=64, data="00c0ffee"), trained(batch_size=64)], [""]),
    "no record": ([trained(batch_size=64), trained()], [""]),
    "what a later run tells counts, too": (
        [trained(None), trained(938), trained(469), trained(None)], ["938 steps an epoch", "469 steps an epoch"],
    ),
    "two settings": (
        [trained(epochs=1, train=10), trained(epochs=2, train=20)], ["10 samples, 1 epoch", "20 samples, 2 epochs"],
    ),
    "a setting that one log does not tell": (
        [trained(epochs=1), trained(epochs=2), trained(469, epochs=None)],
        ["1 epoch, 938 steps an epoch", "2 epochs, 938 steps an epoch", "unknown epochs, 469 steps an epoch"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("given", "differences"), KINDS.values(), ids=KINDS.keys())
def test_seeds_are_runs_whose_settings_do_not_contradict(given: list[Run], differences: list[str]) -> None:
    assert [group.difference for group in group_seeds(given, lambda run: run)["net"]] == differences


def test_each_kind_of_runs_is_compared_with_its_own() -> None:
    short = re.sub(r"Epoch (\d+)/20", r"Epoch \1/21", lower(0.005))
    found = compare(runs([ORIGINAL, short]), runs([short, ORIGINAL]))
    assert [pair.name for pair in found.pairs] == ["Using_GAP.ipynb (20 epochs)", "Using_GAP.ipynb (21 epochs)"]
    assert {change.outcome for pair in found.pairs for change in pair.changes} == {"same"}
    assert len(found.apart) == 2


def test_a_kind_that_only_the_base_has_is_no_regression_if_another_kind_is_compared() -> None:
    found = compare(runs([ORIGINAL, ORIGINAL.replace("60000", "2000")]), runs([ORIGINAL]))
    assert (len(found.pairs), found.only_base, found.regressions) == (1, (), [])
    assert found.apart[1] == "Using_GAP.ipynb (2,000 samples): only in base, so it is not compared"


def test_one_kind_on_each_side_is_compared_whatever_differs() -> None:
    found = compare(runs([ORIGINAL]), runs([ORIGINAL.replace("60000", "2000")]))
    assert [pair.name for pair in found.pairs] == ["Using_GAP.ipynb"]
    assert change(found, "samples").outcome == "differs"


def test_an_experiment_none_of_whose_runs_has_a_partner_is_a_regression() -> None:
    kinds = [re.sub(r"Epoch (\d+)/20", rf"Epoch \1/{n}", ORIGINAL) for n in (20, 21, 22)]
    found = compare(runs(kinds[:1]), runs(kinds[1:]))
    assert (found.only_base, found.only_new) == (
        ("Using_GAP.ipynb",),
        ("Using_GAP.ipynb (21 epochs)", "Using_GAP.ipynb (22 epochs)"),
    )
    assert found.regressions == ["Using_GAP.ipynb: only in base"]


def test_pool_does_not_pool_them_either(tmp_path: Path) -> None:
    sides = (write(tmp_path, "base", [ORIGINAL, ORIGINAL.replace("60000", "2000")]), "--to", "base")
    done = reporter("compare", *sides, "--pool", "--all", cwd=tmp_path)
    assert "all runs (60,000 samples)" in done.stdout
    assert "all runs: the base runs are no seeds of each other" in done.stdout


def test_a_report_shows_them_apart_too(tmp_path: Path) -> None:
    other = [lower(0.001), re.sub("60000 samples", "2000 samples", ORIGINAL)]
    write(tmp_path, "logs", [ORIGINAL, *other])
    shown = reporter("report", "logs", cwd=tmp_path).stdout
    assert shown.count("\n## ") == 2
    assert "## Using_GAP.ipynb (2,000 samples)" in shown
    assert shown.count("−0.0010") + shown.count("−0.001 ") == 1


@pytest.mark.parametrize("metric", ["val_acc", "val_loss"])
@pytest.mark.parametrize("size", false_alarms.SIZES)
def test_at_most_one_comparison_in_twenty_fails_without_a_difference(metric: str, size: int) -> None:
    source = false_alarms.SOURCES[metric]
    assert false_alarms.simulate(source, size, 0, 400).fails <= 0.06
    assert false_alarms.simulate(source, size, 4, 40).fails >= 0.4


def test_the_table_of_the_documentation_has_a_row_for_each_number_of_seeds() -> None:
    page = false_alarms.PAGE.read_text(encoding="utf-8").split(false_alarms.BEGIN)[1].split(false_alarms.END)[0]
    rows = re.findall(r"^\| `(\w+)` \| (\d) \| .* \|$", page, re.MULTILINE)
    assert rows == [(metric, str(size)) for metric in false_alarms.SOURCES for size in false_alarms.SIZES]
    shares = [float(row) for row in re.findall(r"^\| `\w+` \|(?: [\d.]+ %? ?\|){3} ([\d.]+) % \|", page, re.MULTILINE)]
    assert len(shares) == len(rows)
    assert max(shares) <= 6
