"""Simulates comparisons of runs: how many fail without a true difference, and how many with one.

The noise is that of the logs in this repository. `python -m tests.false_alarms` writes the table of the documentation.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reporter import compare, read_log
from reporter.model import Epoch, Evaluation, Run, Samples

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "verdicts.md"
PAIRS = (
    ("logs/original/code9.log", "logs/code9/seed-0.log"),
    ("logs/original/gap.log", "logs/gap/seed-0.log"),
)
"""The two runs of each network of this repository."""

SIZES = (1, 2, 3, 5)
SHIFTS = (0, 1, 2, 4)
BEGIN, END = "<!-- simulated: python -m tests.false_alarms -->", "<!-- end -->"

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Source:
    """Describes how a metric of a run comes about: a curve, a level of the seed, and a movement from epoch to epoch.

    Attributes:
        metric: The metric.
        curve: The expected value of each epoch.
        seeds: Standard deviation of the level between seeds.
        epochs: Standard deviation of the movement from epoch to epoch.
        worse: 1 if a larger value is worse, -1 if a smaller one is.
    """

    metric: str
    curve: Values
    seeds: float
    epochs: float
    worse: int

    @property
    def sd(self) -> float:
        """The standard deviation of the last value between seeds."""
        return float(np.hypot(self.seeds, self.epochs))

    def runs(self, count: int, shift: float, random: np.random.Generator) -> list[Run]:
        """Draw runs that are worse by so many standard deviations."""
        level = self.curve + self.worse * shift * self.sd
        return [self._run(level + random.normal(0, self.seeds), random) for _ in range(count)]

    def _run(self, level: Values, random: np.random.Generator) -> Run:
        values = np.round(level + random.normal(0, self.epochs, len(level)), 4)
        epochs = tuple(Epoch(n, n, {self.metric: float(value)}) for n, value in enumerate(values, 1))
        score = Evaluation(len(values), {self.metric.removeprefix("val_"): float(values[-1])})
        samples = Samples(60_000, 10_000)
        return Run("net", 1, "completed", epochs, len(epochs), samples=samples, evaluations=(score,))


def source_of(metric: str, worse: int) -> Source:
    """Measure the noise of the logs in this repository, in the last ten epochs."""
    histories = [[read_log(ROOT / log).runs[0].history[metric].to_numpy() for log in pair] for pair in PAIRS]
    every = np.array([history for pair in histories for history in pair])
    epoch = np.arange(1, every.shape[1] + 1)
    terms = np.stack([np.ones_like(epoch), 1 / epoch, 1 / epoch**2], axis=1)
    curve = terms @ np.linalg.lstsq(terms, every.mean(axis=0), rcond=None)[0]
    rest = (every - curve)[:, 10:]
    levels = rest.mean(axis=1)
    movement = float(np.sqrt(((rest - levels[:, None]) ** 2).sum() / (rest.size - len(rest))))
    between = float(np.mean((levels[0::2] - levels[1::2]) ** 2 / 2)) - movement**2 / rest.shape[1]
    return Source(metric, curve, float(np.sqrt(max(between, 0))), movement, worse)


SOURCES = {metric: source_of(metric, worse) for metric, worse in (("val_acc", -1), ("val_loss", 1))}


@dataclass(frozen=True)
class Shares:
    """Holds shares of comparisons: those that fail, and those whose best or last value is better or worse."""

    fails: float
    best: float
    last: float
    unclear: float


def simulate(source: Source, size: int, shift: float, times: int, seed: int = 0) -> Shares:
    """Compare runs many times, so many seeds on each side."""
    random = np.random.default_rng([seed, size, round(10 * shift)])
    found = [
        compare(source.runs(size, 0, random), source.runs(size, shift, random), source.metric) for _ in range(times)
    ]
    outcomes = [{change.measure: change.outcome for change in each.pairs[0].changes} for each in found]
    return Shares(
        float(np.mean([bool(each.regressions) for each in found])),
        float(np.mean([each["best"] in ("better", "worse") for each in outcomes])),
        float(np.mean([each["last"] in ("better", "worse") for each in outcomes])),
        float(np.mean([bool(each.unclear) for each in found])),
    )


def table(times: int) -> Iterator[str]:
    """Lay out the table of the documentation."""
    yield "| metric | seeds a side | best differs | last differs | fails | fails at 1 sd | at 2 sd | at 4 sd | cannot tell |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|"
    for metric, source in SOURCES.items():
        for size in SIZES:
            none, *some = (simulate(source, size, shift, times) for shift in SHIFTS)
            shares: Sequence[float] = (none.best, none.last, none.fails, *(each.fails for each in some), none.unclear)
            yield f"| `{metric}` | {size} | {' | '.join(f'{100 * share:.1f} %' for share in shares)} |"


def main() -> None:
    """Simulate comparisons, and write the table of the documentation."""
    parser = argparse.ArgumentParser(prog="python -m tests.false_alarms", description=main.__doc__)
    parser.add_argument("--times", type=int, default=2000, help="comparisons for each number (default: 2000)")
    parser.add_argument("--print", action="store_true", help="print the table, and write nothing")
    args = parser.parse_args()
    text = "\n".join(table(args.times))
    if args.print:
        print(
            *(f"{each.metric}: seeds {each.seeds:.5f}, epochs {each.epochs:.5f}" for each in SOURCES.values()),
            text,
            sep="\n",
        )
        return
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(re.sub(f"(?s){BEGIN}.*?{END}", f"{BEGIN}\n\n{text}\n\n{END}", page), encoding="utf-8")


if __name__ == "__main__":
    main()
