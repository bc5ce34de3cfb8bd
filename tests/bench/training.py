"""Measures `reporter train` against the two notebooks: `python -m tests.bench.training` (some minutes).

A training of `LONG` epochs minus one of a single epoch is the time of the other epochs, without the start. All sides
are measured by turns, and of each the shortest time counts.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click

from reporter.training import speed
from reporter.training.experiments import EXPERIMENTS
from reporter.training.jobs import Job, train

LONG = 3
"""Epochs of the longer training."""

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
BEGIN, END = "<!-- BEGIN_TRAINING -->", "<!-- END_TRAINING -->"


def notebooks(epochs: int, samples: int) -> None:
    """Trains both experiments as their notebooks do, in a process of their own."""
    words = [sys.executable, "-m", "tests.bench.notebooks", str(epochs), str(samples)]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def reporter_train(epochs: int, samples: int, onednn: str | None) -> float:
    """Trains both experiments as `reporter train` does.

    Returns:
        The processor time of this process, divided by that of the trainings.
    """
    before = processor_times()
    with tempfile.TemporaryDirectory() as folder:
        jobs = [Job(name, 0, epochs, Path(folder) / f"trial-{name}.log", samples) for name in EXPERIMENTS]
        parallel = min(len(jobs), len(speed.cores()))
        for error in train(jobs, parallel=parallel, watch=lambda *_: None, onednn=onednn):
            raise error
    ours, theirs = (now - then for now, then in zip(processor_times(), before, strict=True))
    return ours / theirs


def processor_times() -> list[float]:
    """Returns the processor time of this process and of its finished children, in seconds."""
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return [usage.ru_utime + usage.ru_stime for usage in usages]


def seconds(train: Callable[[int], object]) -> float:
    """Measures the time of all epochs but the first."""
    times = []
    for epochs in (1, LONG):
        begin = time.perf_counter()
        train(epochs)
        times.append(time.perf_counter() - begin)
    return times[1] - times[0]


def measure(samples: int, rounds: int) -> tuple[list[str], bool]:
    """Measures all sides by turns.

    Returns:
        The rows of the table, and whether the probe chose a setting that is not slower than the other one.
    """
    chosen = speed.faster(speed.probe())
    other = "off" if chosen == "on" else "on"
    capture: list[float] = []
    sides: dict[str, Callable[[int], object]] = {
        "notebooks": lambda epochs: notebooks(epochs, samples),
        "chosen": lambda epochs: capture.append(reporter_train(epochs, samples, chosen)),
        "other": lambda epochs: reporter_train(epochs, samples, other),
    }
    turns = [{name: seconds(train) for name, train in sides.items()} for _ in range(rounds)]
    best = {name: min(turn[name] for turn in turns) for name in sides}
    rows = [
        f"| time of both trainings, oneDNN {chosen}, as the probe chose | {best['chosen'] / best['notebooks']:.2f} |",
        f"| time of both trainings, oneDNN {other} | {best['other'] / best['notebooks']:.2f} |",
        f"| processor time of capturing the logs, of that of the trainings | {max(capture):.4f} |",
    ]
    return rows, best["chosen"] <= best["other"] * 1.05


@click.command()
@click.option("--samples", default=12_800, show_default=True, help="Training samples of each epoch.")
@click.option("--rounds", default=2, show_default=True, help="Number of turns.")
@click.option("--update", is_flag=True, help="Put the table into docs/performance.md.")
def main(samples: int, rounds: int, update: bool) -> None:
    """Measure `reporter train` against the two notebooks."""
    rows, sound = measure(samples, rounds)
    table = "\n".join(["| what | ratio to the notebooks |", "|---|---|", *rows])
    click.echo(table)
    if update:
        text = PAGE.read_text(encoding="utf-8")
        before, after = text[: text.index(BEGIN)], text[text.index(END) :]
        PAGE.write_text(f"{before}{BEGIN}\n\n{table}\n\n{after}", encoding="utf-8")
    if not sound:
        sys.exit("the probe chose the slower setting of oneDNN")


if __name__ == "__main__":
    main()
