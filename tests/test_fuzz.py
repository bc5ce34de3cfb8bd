"""Whatever a log holds, reading it ends well, and what is read stands in it."""

from __future__ import annotations

import json
import math
import re
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import KILLED, SECTION, log_of
from hypothesis import given, settings
from hypothesis import strategies as st
from styles import STYLES, Fit, Mode, Printer

from reporter import Run
from reporter.documents.export import to_csv, to_json
from reporter.reading.formats.keras.markup import without_markup
from reporter.reading.screen import Screen

STEADY = settings(max_examples=300)

MODES: tuple[Mode, ...] = ("terminal", "file", "one line")
FIT = Fit(
    [
        {"loss": 0.6, "acc": 0.71, "val_loss": math.nan, "val_acc": 0.88},
        {"loss": 4.9e-4, "acc": 0.98, "val_loss": -0.2, "val_acc": 0.9953},
    ],
    declared=4,
    steps=3,
    rates=(0.01, 0.0018315018),
    monitor="val_acc",
    stops=True,
    evaluation={"loss": 0.3, "acc": 0.8},
)
LOGS = [Printer(style, mode).fit(FIT) for style in STYLES.values() for mode in MODES] + [
    SECTION,
    KILLED,
    "epoch,acc,loss\n0,0.5,0.9\n1,0.6,0.8\n2,0.7,nan\n",
    '{"acc": [0.5, 0.6],\n"loss": [0.9, NaN]}\n',
]
"""Texts to take pieces of."""

WORDS = (
    *("Epoch ", "Epoch 1/3", "Epoch 2/3\n", "Epoch 00002: ", "Train on 60 samples", ", validate on 10 samples", "Unknown"),
    *("1/8", "8/8", "2/", "8", "0", "1234567", "-1", "[==>.]", "[====]", "━━━━", " - ", "- ", ": ", "loss", "val_acc"),
    *(" - loss: 0.5", " - val_acc: 0.75", " - acc: 9.0e-04", "nan", "inf", "-inf", "1e999", "1.5e-7", "ETA: ", "1:02:03"),
    *("5s", " 3ms/step", " 3us/sample", " 5s/epoch", "[0.5, nan]", "Test loss: ", "Test accuracy: 50%", "Total params: 1,234"),
    *("early stopping", "val_acc improved from inf to 0.5, saving model", "LearningRateScheduler setting learning rate to "),
    *("reducing learning rate to 1e-5.", "Restoring model weights from the end of the best epoch", "KeyboardInterrupt"),
    *("Batch 3: Invalid loss, terminating training", "Traceback (most recent call last):", "Layer (type)", "# ", "## Two", "**"),
    *("\n", "\n", "\n", "\r", "\b", "\b\b\b\b\b\b\b\b", "\x1b[1m", "\x1b[2K", "\x1b[9C", "\x1b]0;", "\x07", "\x00", "\t", "  "),
    *("\u00a0", "\u2028", "٣", "²", "é", "\ufeff", "{", '"loss": [1, 2]', "}", "epoch,loss\n1,0.5\n", ",", "|", "<b>", '"', ";"),
)  # fmt: skip
"""What logs are made of, and what they should not be made of."""


def numbers(text: str) -> set[str]:
    """Give all numbers of a text, as Python shows them."""
    found = re.findall(r"[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|nan|inf)", text, re.IGNORECASE)
    return {repr(float(number)) for number in found}


def lines_of(text: str) -> list[str]:
    screen = Screen()
    return screen.feed_text(text) + screen.close()


def _dense(text: str) -> str:
    """Take the spaces out, of which a join of wrapped lines may add one."""
    return "".join(text.split())


def check_run(run: Run, lines: list[str], console: bool) -> None:
    """Check what is true of every run."""
    assert all(one.epoch < other.epoch and one.line <= other.line for one, other in pairwise(run.epochs))
    for epoch in run.epochs:
        assert 1 <= epoch.line <= len(lines)
        near = lines[epoch.line - 1 : epoch.line + 2]
        assert _dense(epoch.text) in _dense("".join(map(without_markup, near) if console else near))
        shown = numbers(epoch.text if console else "\n".join(lines))
        assert {repr(value) for value in epoch.logs.values()} <= shown
    top = run.best()
    assert top is None or set(top.epochs) <= {epoch.epoch for epoch in run.epochs}
    assert run.partial is None or run.partial.epoch not in {epoch.epoch for epoch in run.epochs}


def check(text: str) -> None:
    """Check that a text is read, that it holds what was read, and that it can be given away."""
    log, lines = log_of(text), lines_of(text)
    assert log_of(text, 7) == log
    for run in log.runs:
        check_run(run, lines, log.format == "keras")
    given = json.loads(to_json([log]), parse_constant=pytest.fail)
    assert len(given["sources"][0]["runs"]) == len(log.runs)
    to_csv([log])


@given(st.binary(max_size=2000))
@STEADY
def test_bytes(data: bytes) -> None:
    check(data.decode("utf-8", "replace"))


@given(st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=3)), max_size=60))
@STEADY
def test_words_in_any_order(words: list[str]) -> None:
    check("".join(words))


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Draw a log of which pieces are deleted, printed again, moved, or taken from another log."""
    text = draw(st.sampled_from(LOGS))
    for _ in range(draw(st.integers(1, 5))):
        other = draw(st.sampled_from([text, *LOGS]))
        start, length = draw(st.integers(0, len(other))), draw(st.integers(0, 200))
        piece = draw(st.sampled_from([other[start : start + length], "", *WORDS]))
        start, length = draw(st.integers(0, len(text))), draw(st.sampled_from([0, 0, 1, 5, 80]))
        text = text[:start] + piece + text[start + length :]
    return text


@given(mutated())
@STEADY
def test_logs_that_were_tampered_with(text: str) -> None:
    check(text)


REGRESSIONS = sorted((Path(__file__).parent / "regressions").iterdir())


@pytest.mark.parametrize("path", REGRESSIONS, ids=[path.stem for path in REGRESSIONS])
def test_what_once_broke_the_reader(path: Path) -> None:
    check(path.read_bytes().decode("utf-8", "replace"))
