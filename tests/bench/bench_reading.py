"""Measures reading against the script that people write, and what else is promised: `pytest tests/bench/bench_reading.py`.

A normal run does not collect this file, for its name does not begin with `test`. Each number is a ratio to a baseline that
was measured in the same run; the table at the end is that of docs/performance.md, and `--update-readme` puts it there.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from bench.conftest import Table
from reporter.reading.reader import read_log

STEPS = 469
SIZE = 80_000_000
ROUNDS = 5


def _metrics(epoch: int, step: int, names: tuple[str, ...]) -> str:
    values = ((7919 * epoch + 104729 * step) % (9907 + 22 * place) / 10000 for place in range(len(names)))
    return "".join(f" - {name}: {value:.4f}" for name, value in zip(names, values, strict=True))


def _keras2(epoch: int, step: int) -> str:
    done = 30 * step // STEPS
    bar = f"{step:3d}/{STEPS} [" + ("=" * done + ">" + "." * 29)[:30] + "]"
    if step == STEPS:
        return f"{bar} - 12s 25ms/step{_metrics(epoch, step, ('loss', 'accuracy', 'val_loss', 'val_accuracy'))}"
    return f"{bar} - ETA: {12 - 12 * step // STEPS}s{_metrics(epoch, step, ('loss', 'accuracy'))}"


def _keras3(epoch: int, step: int) -> str:
    done = 20 * step // STEPS
    green = f"\x1b[32m{'━' * done}\x1b[0m" if done else ""
    bar = f"\x1b[1m{step:3d}/{STEPS}\x1b[0m {green}\x1b[37m{'━' * (20 - done)}\x1b[0m"
    names = ("accuracy", "loss", *(("val_accuracy", "val_loss") if step == STEPS else ()))
    return f"{bar} \x1b[1m{12 - 12 * step // STEPS}s\x1b[0m 25ms/step{_metrics(epoch, step, names)}"


def _redrawn(epoch: int, update: Callable[[int, int], str]) -> str:
    shown = [update(epoch, step) for step in range(1, STEPS + 1)]
    widths = [len(re.sub(r"\x1b\[\d+m", "", text)) for text in shown]
    return "".join(f"{text}{chr(8) * width}\r" for text, width in zip(shown[:-1], widths, strict=False)) + shown[-1]


def _updates(epoch: int, update: Callable[[int, int], str]) -> str:
    return "\n".join(update(epoch, step) for step in range(1, STEPS + 1))


EPOCHS: dict[str, Callable[[int], str]] = {
    "a finished line an epoch": lambda epoch: _keras2(epoch, STEPS),
    "469 lines an epoch, as Keras 2 writes to a file": lambda epoch: _updates(epoch, _keras2),
    "a bar redrawn 469 times an epoch, Keras 2": lambda epoch: _redrawn(epoch, _keras2),
    "a bar redrawn 469 times an epoch, Keras 3": lambda epoch: _redrawn(epoch, _keras3),
}
BAR_HEAVY = "469 lines an epoch, as Keras 2 writes to a file"


def _write(path: Path, epoch: Callable[[int], str], size: int = SIZE) -> Path:
    """Write a log of about that many bytes."""
    count = size // len(f"Epoch 1/1\n{epoch(1)}\n".encode())
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(f"Epoch {number}/{count}\n{epoch(number)}\n" for number in range(1, count + 1))
    return path


def _script(path: Path) -> dict[str, list[float]]:
    """Read a log as the ten lines do that people write, which take running averages for results."""
    history: dict[str, list[float]] = {}
    with path.open(encoding="utf-8") as file:
        for line in file:
            for match in re.finditer(r"- (\w+): ([-+.e\d]+)", line):
                history.setdefault(match[1], []).append(float(match[2]))
    return history


def _ratio(
    benchmark: BenchmarkFixture, work: Callable[[], object], baseline: Callable[[], object], rounds: int = ROUNDS
) -> float:
    """Time some work and a baseline by turns, for a machine is not equally fast all the time.

    Returns:
        How many times the baseline's the speed of the work is, by the shortest time of each.
    """
    times = []

    def time_baseline() -> None:
        start = time.perf_counter()
        baseline()
        times.append(time.perf_counter() - start)

    benchmark.pedantic(work, setup=time_baseline, rounds=rounds)  # type: ignore[no-untyped-call]
    assert benchmark.stats
    ratio = min(times) / float(benchmark.stats["min"])
    benchmark.extra_info["ratio"] = ratio
    return ratio


@pytest.mark.parametrize("name", EPOCHS)
def test_speed_beside_the_script(benchmark: BenchmarkFixture, table: Table, tmp_path: Path, name: str) -> None:
    path = _write(tmp_path / "training.log", EPOCHS[name])
    ratio = _ratio(benchmark, lambda: read_log(path), lambda: _script(path))
    table.add(f"speed: {name}", f"{ratio:.2f} times the script's")


def test_two_processes_beside_one(benchmark: BenchmarkFixture, table: Table, tmp_path: Path) -> None:
    for number in range(64):
        _write(tmp_path / f"{number}.log", EPOCHS[BAR_HEAVY], 4_000_000)
    one = ("-m", "reporter", "parse", str(tmp_path), "--format", "json")
    ratio = _ratio(benchmark, lambda: _run(*one, "--jobs", "2"), lambda: _run(*one))
    what = "speed: `reporter parse` of 64 logs of 4 MB, 469 lines an epoch, with `--jobs 2`"
    table.add(what, f"{ratio:.2f} times that of one process")


def test_a_cold_start_beside_that_of_click(
    benchmark: BenchmarkFixture, table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _write(tmp_path / "small.log", EPOCHS["a finished line an epoch"], 2_000)
    command = ("-m", "reporter", "parse", str(path), "--format", "json")
    monkeypatch.chdir(tmp_path)
    _run(*command)
    ratio = _ratio(benchmark, lambda: _run(*command), lambda: _run("-c", "import click"), rounds=40)
    table.add("time: `reporter parse small.log --format json`", f'{1 / ratio:.2f} times `python -c "import click"`')


def test_memory_beside_that_of_the_start(table: Table, tmp_path: Path) -> None:
    path = _write(tmp_path / "training.log", EPOCHS[BAR_HEAVY])
    code = (
        "import re, sys; from reporter import read_log; [read_log(path) for path in sys.argv[1:]];"
        "print(re.search(r'VmHWM:\\s+(\\d+) kB', open('/proc/self/status').read())[1])"
    )
    start, peak = int(_run("-c", code)), int(_run("-c", code, str(path)))
    table.add("peak memory: 80 MB, 469 lines an epoch", f"{(peak - start) / 1000:.0f} MB above the start")


def _run(*arguments: str) -> str:
    """Run Python as users do, who keep what it has compiled."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run(
        [sys.executable, *arguments], check=True, capture_output=True, text=True, env=environment
    ).stdout
