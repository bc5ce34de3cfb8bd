"""Measures what `reporter run` costs: `pytest tests/bench/bench_running.py`.

Each number is a ratio to the same command alone, or to `tee`, measured by turns; the shortest time of each counts.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.conftest import Table

ROUNDS = 2
LINE = "a warning that is repeated again and again"
FLOODS = {
    "lines that Python prints one by one": f"for _ in range(4_700_000): print({LINE!r})",
    "lines in blocks of 1 MB": f"import os\nfor _ in range(196): os.write(1, b'{LINE}\\n' * 24_000)",
}
"""Code that prints 200 MB."""


def seconds(command: list[str], place: str, folder: Path) -> float:
    """Measure how long a command takes whose output goes to a pipe or to a terminal, and is read at once."""
    source, target = os.openpty() if place == "a terminal" else os.pipe()
    begin = time.monotonic()
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(command, cwd=folder, stdout=target, stderr=target, env=environ)
    os.close(target)
    try:
        while os.read(source, 1 << 16):
            pass
    except OSError:  # Linux says EIO when a terminal is closed
        pass
    process.wait()
    taken = time.monotonic() - begin
    os.close(source)
    return taken


def shortest(commands: list[list[str]], place: str, folder: Path) -> list[float]:
    """Time commands by turns."""
    times = [[seconds(command, place, folder) for command in commands] for _ in range(ROUNDS)]
    return [min(each) for each in zip(*times, strict=True)]


@pytest.mark.parametrize("place", ["a pipe", "a terminal"])
@pytest.mark.parametrize("what", FLOODS)
def test_a_flood_beside_the_command_alone_and_tee(table: Table, tmp_path: Path, what: str, place: str) -> None:
    alone = [sys.executable, "-c", FLOODS[what]]
    wrapped = [sys.executable, "-m", "reporter", "run", "-q", "--log", "a.log", "--force", "--", *alone]
    tee = ["sh", "-c", '"$@" | tee a.log', "sh", *alone]
    first, second, third = shortest([alone, wrapped, tee], place, tmp_path)
    measured = f"{second / first:.2f} times the command alone; `tee` {third / first:.2f} times"
    table.add(f"`reporter run`: 200 MB to {place}, {what}", measured)


def _cheapest(command: list[str], folder: Path) -> float:
    """Measure the processor time of a command and all its children, in seconds."""
    times = []
    for _ in range(ROUNDS):
        before = os.times()
        seconds(command, "a terminal", folder)
        after = os.times()
        times.append(after.children_user + after.children_system - before.children_user - before.children_system)
    return min(times)


def test_the_processor_time_of_a_quiet_hour(table: Table, tmp_path: Path) -> None:
    """Print one redrawn bar every 50 ms, as Keras does, for ten seconds; the command itself takes nearly no time."""
    code = "import time\nfor _ in range(200): print('\\r' + '=' * 80, end='', flush=True); time.sleep(0.05)"
    alone = [sys.executable, "-c", code]
    wrapped = [sys.executable, "-m", "reporter", "run", "-q", "--log", "a.log", "--force", "--", *alone]
    short = [*wrapped[:-2], sys.executable, "-c", "pass"]
    one, many, start = (_cheapest(command, tmp_path) for command in (alone, wrapped, short))
    table.add("`reporter run`: processor time while it runs", f"{100 * (many - one - start) / 10:.2f} % of the time")
    table.add("`reporter run`: processor time to start and to end", f"{1000 * start:.0f} ms")
