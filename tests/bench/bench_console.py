"""Measures how fast console text is read: `pytest tests/bench/bench_console.py --benchmark-group-by=param:name`.

A normal run does not collect this file, for its name does not begin with `test`.
"""

import re
from collections.abc import Callable

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from reporter.console import Screen
from reporter.reading import Reader

STEPS = 469
PIECE = 1 << 16


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


def _log(epochs: int, line: Callable[[int], str]) -> str:
    return "".join(f"Epoch {epoch}/{epochs}\n{line(epoch)}\n" for epoch in range(1, epochs + 1))


def _redrawn(epoch: int, update: Callable[[int, int], str]) -> str:
    shown = [update(epoch, step) for step in range(1, STEPS + 1)]
    widths = [len(re.sub(r"\x1b\[\d+m", "", text)) for text in shown]
    return "".join(f"{text}{chr(8) * width}\r" for text, width in zip(shown[:-1], widths, strict=False)) + shown[-1]


def _updates(epoch: int, update: Callable[[int, int], str]) -> str:
    return "\n".join(update(epoch, step) for step in range(1, STEPS + 1))


TEXTS = {
    "dense": _log(5000, lambda epoch: _keras2(epoch, STEPS)),
    "a line an update": _log(10, lambda epoch: _updates(epoch, _keras2)),
    "redrawn, Keras 2": _log(10, lambda epoch: _redrawn(epoch, _keras2)),
    "redrawn, Keras 3": _log(10, lambda epoch: _redrawn(epoch, _keras3)),
}


def _script(text: str) -> dict[str, list[float]]:
    """Read a log as the ten lines do that people write, and that keep the running averages too."""
    history: dict[str, list[float]] = {}
    for line in text.splitlines():
        for match in re.finditer(r"- (\w+): ([-+.e\d]+)", line):
            history.setdefault(match[1], []).append(float(match[2]))
    return history


def _screen(text: str) -> None:
    screen = Screen()
    for start in range(0, len(text), PIECE):
        screen.feed(text[start : start + PIECE])
    screen.close()


def _reader(text: str) -> None:
    reader = Reader()
    for start in range(0, len(text), PIECE):
        reader.feed(text[start : start + PIECE])
    assert reader.close().runs[0].epochs


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("read", [_script, _screen, _reader])
def test_speed(benchmark: BenchmarkFixture, read: Callable[[str], object], name: str) -> None:
    benchmark.extra_info["characters"] = len(TEXTS[name])
    benchmark(read, TEXTS[name])
