"""Measures reading against the scripts that people write, and what else is promised: `pytest tests/bench/bench_reading.py`.

A normal run does not collect this file, for its name does not begin with `test`. Each number is a ratio to a baseline that
was measured in the same run, by turns, for a machine is not equally fast all the time; the shortest time of each counts.
The table at the end is that of docs/performance.md, and `--update-readme` puts it there.
"""

import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bench.conftest import Table
from bench.logs import BARS, LOGS, RESULTS, write
from reporter.reading.reader import read_log

SIZE = 22_000_000
ROUNDS = 4


def _script(path: Path) -> dict[str, list[float]]:
    """Read a log as the ten lines do that people write, which take running averages for results."""
    history: dict[str, list[float]] = {}
    with path.open(encoding="utf-8") as file:
        for line in file:
            for match in re.finditer(r"- (\w+): ([-+.e\d]+)", line):
                history.setdefault(match[1], []).append(float(match[2]))
    return history


def _skipping_script(path: Path) -> dict[str, list[float]]:
    """Read a log as those ten lines do if they skip the bars that show the time to the end."""
    history: dict[str, list[float]] = {}
    with path.open(encoding="utf-8") as file:
        for line in file:
            if "ETA" in line:
                continue
            for match in re.finditer(r"- (\w+): ([-+.e\d]+)", line):
                history.setdefault(match[1], []).append(float(match[2]))
    return history


def _shortest(
    works: Sequence[Callable[[], object]], clock: Callable[[], float] = time.process_time, rounds: int = ROUNDS
) -> list[float]:
    """Time several works by turns, and give the shortest time of each."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, each in zip(works, times, strict=True):
            begin = clock()
            work()
            each.append(clock() - begin)
    return [min(each) for each in times]


def _time_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


@pytest.mark.parametrize("what", LOGS)
def test_speed_beside_the_scripts(table: Table, tmp_path: Path, what: str) -> None:
    path = write(tmp_path / "training.log", what, SIZE)
    ours, script, skipping = _shortest((lambda: read_log(path), lambda: _script(path), lambda: _skipping_script(path)))
    table.add(
        f"speed: {what}", f"{script / ours:.2f} times the script's, {skipping / ours:.2f} times the skipping one's"
    )


@pytest.mark.parametrize(("what", "megabytes"), [(BARS, 8), (RESULTS, 1)])
def test_two_processes_beside_one(table: Table, tmp_path: Path, what: str, megabytes: int) -> None:
    for number in range(32):
        write(tmp_path / f"{number}.log", what, megabytes * 1_000_000)
    code = "import sys; from reporter import read_logs; read_logs(sys.argv[1], jobs=int(sys.argv[2]))"
    works = [lambda jobs=jobs: _run("-c", code, str(tmp_path), jobs) for jobs in ("1", "2")]
    one, two = _shortest(works, _time_of_children)  # a wall clock says little where others use the cores, too
    what = f"speed: `read_logs(..., jobs=2)` of 32 logs of {megabytes} MB, {what}"
    table.add(what, f"at most {2 * one / two:.2f} times that of one process, by the processor time of all")


def test_a_cold_start_beside_that_of_click(table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "small.log", RESULTS, 2_000)
    monkeypatch.chdir(tmp_path)
    command = ("-m", "reporter", "parse", "small.log", "--format", "json")
    _run(*command)
    ours, click = _shortest((lambda: _run(*command), lambda: _run("-c", "import click")), _time_of_children, rounds=40)
    table.add("time: `reporter parse small.log --format json`", f'{ours / click:.2f} times `python -c "import click"`')


@pytest.mark.parametrize("what", [BARS, RESULTS])
def test_memory_beside_that_of_the_start(table: Table, tmp_path: Path, what: str) -> None:
    path = write(tmp_path / "training.log", what, 80_000_000)
    code = (
        "import re, sys; from reporter import read_log; [read_log(path) for path in sys.argv[1:]];"
        "print(re.search(r'VmHWM:\\s+(\\d+) kB', open('/proc/self/status').read())[1])"
    )
    start, peak = int(_run("-c", code)), int(_run("-c", code, str(path)))
    table.add(f"peak memory: 80 MB, {what}", f"{(peak - start) / 1000:.0f} MB above the start")


def _run(*arguments: str) -> str:
    """Run Python as users do, who keep what it has compiled."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run(
        [sys.executable, *arguments], check=True, capture_output=True, text=True, env=environment
    ).stdout
