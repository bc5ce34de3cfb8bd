"""Simulates reproductions: how often the interval holds one more run, and which verdicts there are.

`python -m tests.interval_coverage` writes the tables of the documentation.
"""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reporter.facts.noise import TWO_RUNS
from reporter.facts.prediction import half_width

PAGE = Path(__file__).parents[1] / "docs" / "reproduce.md"
SIZES = (3, 5, 10)
SHIFTS = (0, 2, 4, 8)
STATISTICS = ("best", "last", "score")
EPOCHS, SAMPLES, UNIT = 20, 10_000, 1e-4
BEGIN, END = "<!-- simulated: python -m tests.interval_coverage -->", "<!-- end -->"

Values = NDArray[np.float64]
Histories = Callable[[np.random.Generator, tuple[int, ...]], tuple[Values, Values]]
"""Draws runs of a shape: the accuracy of each epoch (one axis more), and the score on other images."""


def usual(random: np.random.Generator, shape: tuple[int, ...]) -> tuple[Values, Values]:
    """Draw trainings like those of this repository.

    The accuracy rises to 0.9948. Each seed has a level of its own (standard deviation 0.0003); around it the accuracy
    drifts, as a first-order autoregression (coefficient 0.8, standard deviation 0.0003), and each epoch adds noise,
    which falls from 0.0035 to 0.00065. The score is that of 10,000 other images, with their binomial error.
    """
    epoch = np.arange(1, EPOCHS + 1)
    drift = random.normal(0, 0.0003, (*shape, EPOCHS))
    for each in range(1, EPOCHS):
        drift[..., each] = 0.8 * drift[..., each - 1] + 0.6 * drift[..., each]
    model = 0.9948 - 0.013 / epoch + random.normal(0, 0.0003, (*shape, 1)) + drift
    printed = rounded(model + random.normal(0, 1, model.shape) * (0.0005 + 0.003 / epoch))
    return printed, rounded(random.binomial(SAMPLES, model[..., -1]) / SAMPLES)


def near_one(random: np.random.Generator, shape: tuple[int, ...]) -> tuple[Values, Values]:
    """Draw trainings that get all but about two of 10,000 images right."""
    errors = random.poisson(2 + 100 / np.arange(1, EPOCHS + 1) ** 3, (*shape, EPOCHS))
    return rounded(1 - errors / SAMPLES), rounded(1 - random.poisson(2, shape) / SAMPLES)


def failing(random: np.random.Generator, shape: tuple[int, ...]) -> tuple[Values, Values]:
    """Draw trainings of which one in ten stays 0.01 below the others."""
    histories, scores = usual(random, shape)
    lost = 0.01 * (random.random(shape) < 0.1)
    return histories - lost[..., None], scores - lost


def rounded(values: Values) -> Values:
    return np.round(values, 4)


@dataclass(frozen=True)
class Simulated:
    """Holds the simulated values of one statistic, for many originals and their reproductions.

    Attributes:
        original: The value of each original.
        runs: The values of its reproductions: a row for each original.
        margin: The margin of each original.
    """

    original: Values
    runs: Values
    margin: Values

    def shares(self, shift: float = 0) -> Mapping[str, Values]:
        """Tell for each original whether it is reproduced, inconclusive or not reproduced.

        Args:
            shift: How many standard deviations of a run the originals are better than their reproductions.
        """
        runs = self.runs - shift * self.original.std()
        count = runs.shape[1]
        spread = np.maximum(runs.std(axis=1, ddof=1), UNIT / 2)
        reach = half_width(count) * spread
        outside = np.abs(self.original - runs.mean(axis=1)) > reach
        return {
            "reproduced": ~outside & (reach <= self.margin),
            "inconclusive": ~outside & (reach > self.margin),
            "not reproduced": outside,
        }

    @property
    def out_of_range(self) -> float:
        """The share of originals that are better or worse than all of their reproductions."""
        beyond = (self.original > self.runs.max(axis=1)) | (self.original < self.runs.min(axis=1))
        return float(beyond.mean())


def simulate(histories: Histories, count: int, times: int, seed: int = 0) -> dict[str, Simulated]:
    """Simulate originals, each with so many reproductions."""
    random = np.random.default_rng([seed, count])
    pieces = [_piece(histories, count, min(5000, times - start), random) for start in range(0, times, 5000)]
    return {
        name: Simulated(
            *(np.concatenate([getattr(piece[name], part) for piece in pieces]) for part in Simulated.__annotations__)
        )
        for name in STATISTICS
    }


def _piece(histories: Histories, count: int, times: int, random: np.random.Generator) -> dict[str, Simulated]:
    accuracy, score = histories(random, (times, count + 1))
    values = {"best": accuracy.max(axis=2), "last": accuracy[..., -1], "score": score}
    moved = movement(accuracy[:, 0])
    return {
        name: Simulated(each[:, 0], each[:, 1:], TWO_RUNS * np.maximum(moved, binomial_error(each[:, 0])))
        for name, each in values.items()
    }


def movement(histories: Values) -> Values:
    """Estimate the noise of many runs from the last half of their epochs, as `reporter.facts.noise` does for one."""
    ranges = np.abs(np.diff(histories[:, EPOCHS // 2 :], axis=1))
    usual = ranges <= 3.267 * ranges.mean(axis=1, keepdims=True)
    moved: Values = np.maximum((ranges * usual).sum(axis=1) / usual.sum(axis=1) * math.sqrt(math.pi) / 2, UNIT / 2)
    return moved


def binomial_error(accuracy: Values) -> Values:
    share = (accuracy * SAMPLES + 2) / (SAMPLES + 4)
    error: Values = np.sqrt(share * (1 - share) / (SAMPLES + 4))
    return error


def coverage_table(histories: Histories, times: int) -> Iterator[str]:
    """Lay out how often an interval and a range hold the original, if nothing differs."""
    yield "| runs | statistic | in the interval | outside of the range | exact |"
    yield "|--:|---|--:|--:|--:|"
    for count in SIZES:
        for name, found in simulate(histories, count, times).items():
            held = 1 - found.shares()["not reproduced"].mean()
            yield f"| {count} | {name} | {percent(held)} | {percent(found.out_of_range)} | {percent(2 / (count + 1))} |"


def verdict_table(histories: Histories, times: int) -> Iterator[str]:
    """Lay out how many originals are reproduced, inconclusive and not reproduced."""
    yield f"| runs | statistic | {' | '.join(f'better by {shift} sd' if shift else 'no difference' for shift in SHIFTS)} |"
    yield f"|--:|---|{'--:|' * len(SHIFTS)}"
    for count in SIZES:
        found = simulate(histories, count, times)
        verdicts = [{name: each.shares(shift) for name, each in found.items()} for shift in SHIFTS]
        for each in verdicts:
            lost = np.any([shares["not reproduced"] for shares in each.values()], axis=0)
            kept = np.all([shares["reproduced"] for shares in each.values()], axis=0)
            each["all three"] = {"reproduced": kept, "inconclusive": ~lost & ~kept, "not reproduced": lost}
        for name in verdicts[0]:
            cells = (" / ".join(f"{100 * share.mean():.0f}" for share in each[name].values()) for each in verdicts)
            yield f"| {count} | {name} | {' | '.join(cells)} |"


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def tables(times: int) -> Iterator[list[str]]:
    """Make the four tables of the documentation, in the order in which they stand there."""
    yield list(coverage_table(usual, times))
    yield list(verdict_table(usual, times))
    yield list(coverage_table(near_one, times))
    yield list(coverage_table(failing, times))


def main() -> None:
    """Simulate reproductions, and write the tables of the documentation."""
    parser = argparse.ArgumentParser(prog="python -m tests.interval_coverage", description=main.__doc__)
    parser.add_argument("--times", type=int, default=40_000, help="originals for each number (default: 40000)")
    parser.add_argument("--print", action="store_true", help="print the tables, and write nothing")
    args = parser.parse_args()
    texts = iter(["\n".join(table) for table in tables(args.times)])
    if args.print:
        print(*texts, sep="\n\n")
        return
    page = PAGE.read_text(encoding="utf-8")
    filled = re.sub(f"(?s){BEGIN}.*?{END}", lambda _: f"{BEGIN}\n\n{next(texts)}\n\n{END}", page)
    PAGE.write_text(filled, encoding="utf-8")


if __name__ == "__main__":
    main()
