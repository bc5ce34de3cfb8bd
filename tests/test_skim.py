"""Updates of a progress bar that are skipped leave the log as it is if every line is read."""

import random
from collections.abc import Callable, Sequence

import pytest

from reporter import Log
from reporter.reading.events import Event
from reporter.reading.lines import Line
from reporter.reading.reader import Reader
from reporter.reading.runs.evidence import Decision
from reporter.reading.skim import skeleton, skim


class Observer:
    """Makes the reader read every line."""

    def add_lines(self, lines: Sequence[Line]) -> None: ...

    def add_events(self, events: Sequence[Event]) -> None: ...

    def add_decision(self, decision: Decision) -> None: ...


def bars(begin: int, end: int, metrics: str = "loss: 0.{0:04} - acc: 0.5", rest: str = "") -> str:
    text = "{0:3}/469 [===>....] - ETA: {1}s - " + metrics + rest + "\n"
    return "".join(text.format(step, 469 - step) for step in range(begin, end))


END = "469/469 [========] - 12s 25ms/step - loss: 0.5 - acc: 0.5\n"

LOGS = {
    "epochs": "".join(f"Epoch {epoch}/3\n{bars(1, 469)}{END}" for epoch in (1, 2, 3)),
    "an epoch that does not end": f"Epoch 1/3\n{bars(1, 469)}{END}Epoch 2/3\n{bars(1, 300)}",
    "no newline at the end": f"Epoch 1/3\n{bars(1, 469)}{END}Epoch 2/3\n{bars(1, 300)}".rstrip("\n"),
    "a log that ends within a bar": f"Epoch 1/3\n{bars(1, 469)}{END}Epoch 2/3\n{bars(1, 300)}300/469 [===",
    "text and blank lines between the bars": f"Epoch 1/1\n{bars(1, 200)}\nEpoch 1: early stopping\n{bars(200, 469)}x\n{END}",
    "a wrapped result behind the bars": f"Epoch 1/1\n{bars(1, 469)}{END[:-13]}\n - acc: 0.5\n",
    "a wrapped bar behind bars": f"Epoch 1/2\n{bars(1, 300)}300/469 [===>....] - ETA: 1s - loss: 0.5\n - acc: 0.5\n",
    "other metrics from some step on": f"Epoch 1/2\n{bars(1, 200)}{bars(200, 400, 'loss: 0.{0:04} - mse: 0.1')}",
    "windows newlines": f"Epoch 1/2\n{bars(1, 469)}{END}".replace("\n", "\r\n"),
    "names in Greek": f"Epoch 1/2\n{bars(1, 469, 'loss: 0.5 - μ: 0.5')}{END}",
    "prefixes of ranks": "".join(
        f"[{k % 2}]: {line}\n" for k in range(2) for line in f"Epoch 1/2\n{bars(1, 300)}".split("\n")
    ),
    "a line that is too long": f"Epoch 1/2\n{bars(1, 400)}{'x' * 1_000_001}\n{bars(400, 469)}{END}",
}


def read(text: str, size: int, observer: Observer | None = None, *, keep_lines: bool = False) -> Log:
    reader = Reader("some.log", observer=observer, keep_lines=keep_lines)
    for begin in range(0, len(text), size):
        reader.feed_text(text[begin : begin + size])
    return reader.close()


@pytest.mark.parametrize("text", LOGS.values(), ids=LOGS.keys())
@pytest.mark.parametrize("size", [64, 1000, 5000, 65_536])
def test_a_log_is_the_same_if_bars_are_skipped(text: str, size: int) -> None:
    if size * 2000 < len(text):
        size = 20_000
    assert read(text, size) == read(text, size, Observer())
    assert read(text, size, keep_lines=True) == read(text, size, Observer(), keep_lines=True)


def test_a_block_of_bars_is_skipped_up_to_its_last_line() -> None:
    text = bars(100, 200) + "Epoch 2/3\n"
    lines, begin, end = skim(text, 0, skeleton(bars(9, 10)))
    assert 50 < lines < 100
    assert text[:begin].count("\n") == lines
    assert text[begin:end].endswith("Epoch 2/3\n")


NO_BARS: dict[str, Callable[[str], str]] = {
    "a header": lambda line: "Epoch 2/3\n",
    "a blank line": lambda line: "\n",
    "a result": lambda line: END,
    "a bar with other metrics": lambda line: line.replace("acc", "mse"),
    "a bar with a header behind it": lambda line: line[:-1] + "Epoch 2/3\n",
    "a bar with another one behind it": lambda line: line[:-1] + line,
    "a bar that is redrawn": lambda line: line[:-1] + "\r\n",
    "a bar with an escape": lambda line: line[:-1] + "\x1b[K\n",
}


@pytest.mark.parametrize("change", NO_BARS.values(), ids=NO_BARS.keys())
def test_a_block_with_anything_else_is_not_skipped(change: Callable[[str], str]) -> None:
    lines = bars(100, 120).splitlines(keepends=True)
    place = random.Random(0).randrange(1, 19)
    lines[place] = change(lines[place])
    assert skim("".join(lines), 0, skeleton(lines[0])) == (0, 0, len("".join(lines)))
