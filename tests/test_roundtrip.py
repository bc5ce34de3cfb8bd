"""What any generation of Keras prints of a training is read back as that training."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from conftest import runs_of
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from styles import STYLES, Fit, Logs, Mode, Printer, number

from reporter import Run
from reporter.reading.reader import Reader

STEADY = settings(max_examples=25)

MODES: tuple[Mode, ...] = ("terminal", "file", "one line")
PRINTERS = {f"{name}, {mode}": Printer(style, mode) for name, style in STYLES.items() for mode in MODES}

WORDS = st.text(
    st.characters(categories=["Lu", "Ll", "Lo"], include_characters="0123456789_@/.-"), min_size=1, max_size=8
)
NAMES = (
    st.lists(WORDS, min_size=1, max_size=3)
    .map(" ".join)
    .filter(lambda name: not name.startswith(("val_", "-")) and name not in ("loss", "lr", "learning_rate"))
)
VALUES = st.one_of(
    st.floats(0, 1),
    st.floats(-1e-3, 1e-3),
    st.floats(-1e6, 1e9),
    st.sampled_from([0.0, 1.0, 1e-3, -1e-3, math.nan, math.inf, -math.inf]),
)

NOISE = (
    "",
    "Using TensorFlow backend.",
    "$ python train.py --epochs 20",
    "(venv) me@host:~/work$ ",
    ">>> model.fit(x, y)",
    "The training goes on, and nothing is wrong with it.",
    "2024-01-31 12:00:00.123456: I tensorflow/core/platform/cpu_feature_guard.cc:182] This binary is optimized.",
    "WARNING:tensorflow:Early stopping conditioned on metric `x` which is not available. Available metrics are: loss,acc",
    "WARNING:tensorflow:Method (on_train_batch_end) is slow compared to the batch update (0.118247).",
    "W0131 12:00:00.123456 140735 loader.py:7] 3 files were skipped - this is fine",
)


@st.composite
def fits(draw: st.DrawFn, *, fresh: bool = False) -> Fit:
    """Draw a training; a fresh one begins with the first of several epochs, and so can be told from one before it."""
    metrics = ["loss", *draw(st.lists(NAMES, max_size=3, unique=True))]
    shown = metrics + [f"val_{name}" for name in metrics] * draw(st.booleans())
    assume(len(set(shown)) == len(shown))
    count = draw(st.integers(1, 4))
    history = tuple({name: draw(VALUES) for name in shown} for _ in range(count))
    first = 1 if fresh else draw(st.sampled_from([1, 1, 5]))
    missing = draw(st.integers(1 if fresh and count == 1 else 0, 2))
    end = draw(st.sampled_from(["stopped", "cut", "silent"])) if missing else ""
    trained = {name: draw(VALUES) for name in metrics}
    evaluated = end != "cut" and not _stuck(history) and draw(st.booleans())
    return Fit(
        history,
        declared=first + count - 1 + missing,
        first=first,
        steps=draw(st.sampled_from([1, 2, 20, 1875])),
        seconds=draw(st.sampled_from([0, 5, 150, 3600, 8000])),
        rates=tuple(draw(st.floats(1e-9, 1)) for _ in history) if draw(st.booleans()) else (),
        monitor=draw(st.sampled_from(["", *shown])),
        stops=end == "stopped",
        cut=trained if end == "cut" else None,
        evaluation=trained if evaluated else None,
    )


def _stuck(history: Sequence[Logs]) -> bool:
    """Say whether the last epoch looks like one before: with `evaluate` behind it, that is a known bug, see below."""
    return rounded(history[-1], "terminal") in [rounded(logs, "terminal") for logs in history[:-1]]


def _twice(fit: Fit, printer: Printer) -> bool:
    """Say whether a result is printed twice, on lines of their own, with the same metrics: a known bug, see below."""
    apart = printer.mode == "file" or (printer.mode == "terminal" and fit.monitor)
    return bool(printer.style.sorts and apart and not fit.validates and not fit.rates)


def rounded(logs: Logs, mode: Mode) -> dict[str, str]:
    """Give values as they are after printing; as text, since NaN does not equal itself."""
    return {name: repr(float(number(value, mode))) for name, value in logs.items()}


def exact(logs: Mapping[str, float]) -> dict[str, str]:
    return {name: repr(value) for name, value in logs.items()}


def meant(fit: Fit, printer: Printer) -> dict[str, Any]:
    """Say what must be read of a training."""
    style, mode = printer.style, printer.mode
    headed = fit.declared > 1 or style.heads_alone
    counted = mode != "one line" or style.one_line.startswith("{count}")
    numbers = range(fit.first, fit.last + 1)
    by_script = style.evaluates in ("cut", "bare")
    score = [] if fit.evaluation is None else [exact(fit.evaluation) if by_script else rounded(fit.evaluation, mode)]
    step, so_far = printer.partial(fit) or (None, {})
    return {
        "epochs": [(epoch, rounded(printer.logs(fit, epoch), mode)) for epoch in numbers],
        "seconds": [fit.seconds] * len(fit.history),
        "steps": [printer.total(fit) if counted else None] * len(fit.history),
        "rates": list(fit.rates) if style.rate and fit.rates else [None] * len(fit.history),
        "declared": fit.declared if headed else None,
        "status": "completed" if fit.last == fit.declared else "stopped" if fit.stops else "interrupted",
        "partial": None if fit.cut is None else (fit.last + 1, step, rounded(so_far, mode)),
        "evaluations": score,
        "train samples": printer.total(fit) if style.announces(fit) else None,
    }


def read(run: Run) -> dict[str, Any]:
    """Say what was read, in the same words."""
    return {
        "epochs": [(epoch.epoch, exact(epoch.logs)) for epoch in run.epochs],
        "seconds": [epoch.seconds for epoch in run.epochs],
        "steps": [epoch.steps for epoch in run.epochs],
        "rates": [epoch.learning_rate for epoch in run.epochs],
        "declared": run.epochs_declared,
        "status": run.status,
        "partial": run.partial and (run.partial.epoch, run.partial.step, exact(run.partial.logs)),
        "evaluations": [exact(each.logs) for each in run.evaluations],
        "train samples": run.samples.train,
    }


every_printer = pytest.mark.parametrize("printer", PRINTERS.values(), ids=PRINTERS.keys())
any_printer = st.sampled_from(list(PRINTERS.values()))


@every_printer
@given(fit=fits())
@STEADY
def test_a_printed_training_is_read_back(printer: Printer, fit: Fit) -> None:
    assume(not _twice(fit, printer))
    assert [read(run) for run in runs_of(printer.fit(fit))] == [meant(fit, printer)]


@given(fit=fits(), printer=any_printer, data=st.data())
@STEADY
def test_a_text_may_be_cut_into_any_pieces(fit: Fit, printer: Printer, data: st.DataObject) -> None:
    text = printer.fit(fit)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    reader = Reader("some.log")
    for start, end in itertools.pairwise([0, *cuts, len(text)]):
        reader.feed_text(text[start:end])
    assert reader.close().runs == runs_of(text)


@given(fit=fits(), printer=any_printer)
@STEADY
def test_lines_may_end_as_they_do_on_windows(fit: Fit, printer: Printer) -> None:
    text = printer.fit(fit)
    assert runs_of(text.replace("\n", "\r\n")) == runs_of(text)


@given(fit=fits(), printer=any_printer, data=st.data())
@STEADY
def test_lines_of_others_between_change_nothing(fit: Fit, printer: Printer, data: st.DataObject) -> None:
    assume(not _twice(fit, printer))
    lines = printer.fit(fit).splitlines(keepends=True)
    for _ in range(data.draw(st.integers(1, 6))):
        lines.insert(data.draw(st.integers(0, len(lines) - 1)), data.draw(st.sampled_from(NOISE)) + "\n")
    assert [read(run) for run in runs_of("".join(lines))] == [meant(fit, printer)]


@given(several=st.lists(fits(fresh=True), min_size=2, max_size=4), printer=any_printer)
@STEADY
def test_several_trainings_stay_several(several: list[Fit], printer: Printer) -> None:
    losses = [number(logs["loss"]) for fit in several for logs in fit.history]
    assume(len(set(losses)) == len(losses) and not any(_twice(fit, printer) for fit in several))
    text = "".join(printer.fit(fit) + "\nKeyboardInterrupt\n" * (fit.cut is not None) for fit in several)
    assert [read(run) for run in runs_of(text)] == [meant(fit, printer) for fit in several]


@given(fit=fits(), printer=any_printer, data=st.data())
@STEADY
def test_a_log_that_breaks_off_keeps_the_epochs_before(fit: Fit, printer: Printer, data: st.DataObject) -> None:
    assume(not _twice(fit, printer))
    text = printer.fit(fit)
    runs = runs_of(text[: data.draw(st.integers(0, len(text)))])
    found = [epoch for run in runs for epoch in read(run)["epochs"]]
    assert len(runs) <= 1
    assert len(found) <= len(fit.history)
    assert found[:-1] == meant(fit, printer)["epochs"][: len(found[:-1])]


BUGS: dict[str, tuple[str, Callable[[tuple[Run, ...]], Any], Any]] = {
    "evaluate after a training that is stuck is not its last epoch": (
        "Epoch 1/2\n8/8 [====] - 1s 9ms/step - loss: nan - acc: 0.1000\n"
        "Epoch 2/2\n8/8 [====] - 1s 9ms/step - loss: nan - acc: 0.1000\n"
        "3/3 [====] - 0s 9ms/step - loss: nan - acc: 0.2000\n",
        lambda runs: [(epoch.epoch, epoch.logs["acc"]) for epoch in runs[0].epochs],
        [(1, 0.1), (2, 0.1)],
    ),
    "Keras 3 prints a result twice, also without validation": (
        "Epoch 1/2\n8/8 ━━━━ 0s 9ms/step - loss: 0.4000\n"
        "Epoch 1: loss improved from inf to 0.30000, saving model to best.keras\n"
        "8/8 ━━━━ 1s 9ms/step - loss: 0.3000\n"
        "Epoch 2/2\n8/8 ━━━━ 1s 9ms/step - loss: 0.2000\n",
        lambda runs: ([epoch.logs["loss"] for epoch in runs[0].epochs], runs[0].evaluations),
        ([0.3, 0.2], ()),
    ),
    "a rate set after a training was killed is of the next one": (
        "Epoch 1: LearningRateScheduler setting learning rate to 0.5.\n"
        "Epoch 1/3\n8/8 ━━━━ 1s 9ms/step - loss: 0.4000\n"
        "Epoch 2/3\n3/8 ━━━━ 1s 9ms/step - loss: 0.3000\n\n"
        "Epoch 1: LearningRateScheduler setting learning rate to 0.25.\n"
        "Epoch 1/3\n8/8 ━━━━ 1s 9ms/step - loss: 0.2000\n",
        lambda runs: [[epoch.learning_rate for epoch in run.epochs] for run in runs],
        [[0.5], [0.25]],
    ),
    "a rate set for epoch 1 begins another training, also without headers": (
        "Epoch 1: LearningRateScheduler setting learning rate to 0.5.\n"
        "8/8 ━━━━ 1s 9ms/step - loss: 0.4000 - learning_rate: 0.5000\n"
        "Epoch 1: LearningRateScheduler setting learning rate to 0.25.\n"
        "8/8 ━━━━ 1s 9ms/step - loss: 0.3000 - learning_rate: 0.2500\n",
        lambda runs: [[(epoch.epoch, epoch.learning_rate) for epoch in run.epochs] for run in runs],
        [[(1, 0.5)], [(1, 0.25)]],
    ),
    "evaluate called by a callback is not the epoch that it interrupts": (
        "Epoch 1/1\n8/8 [====] - ETA: 0s - loss: 0.5000\n"
        "3/3 [====] - 0s 9ms/step - loss: 0.7000\n"
        "8/8 [====] - 1s 9ms/step - loss: 0.5000 - val_loss: 0.4000\n",
        lambda runs: [[exact(epoch.logs) for epoch in run.epochs] for run in runs],
        [[{"loss": "0.5", "val_loss": "0.4"}]],
    ),
    "a training killed while it validates has not finished its epoch": (
        "Epoch 1/2\n8/8 ━━━━ 1s 9ms/step - loss: 0.4000 - val_loss: 0.3000\n"
        "Epoch 2/2\n8/8 ━━━━ 0s 9ms/step - loss: 0.3000",
        lambda runs: (runs[0].status, len(runs[0].epochs)),
        ("interrupted", 1),
    ),
    "a number that breaks off in its exponent is no number": (
        "Epoch 1/1\n8/8 [====] - 1s 9ms/step - acc: 0.5000 - loss: 9.8765e-0",
        lambda runs: [epoch.logs.get("loss") for run in runs for epoch in run.epochs if "loss" in epoch.logs],
        [],
    ),
    "a number that breaks off at the end of a log is no number": (
        "Epoch 1/1\n8/8 [====] - 1s 9ms/step - loss: 0.5000 - acc: 0.98",
        lambda runs: [(dict(run.epochs[0].logs), run.warnings[-1].code) for run in runs],
        [({"loss": 0.5}, "value-cut")],
    ),
    "a number that is whole at the end of a log is a number": (
        "Epoch 1/1\n8/8 [====] - 1s 9ms/step - loss: 9.8765e-04 - acc: 0.9876",
        lambda runs: [(dict(run.epochs[0].logs), run.warnings) for run in runs],
        [({"loss": 9.8765e-4, "acc": 0.9876}, ())],
    ),
    "lines may come through the logging of absl": (
        "INFO:absl:Epoch 1/1\nINFO:absl:8/8 - 1s - 3ms/step - loss: 0.5000\n",
        lambda runs: [epoch.logs["loss"] for run in runs for epoch in run.epochs],
        [0.5],
    ),
}


@pytest.mark.parametrize(("text", "look", "wanted"), BUGS.values(), ids=BUGS.keys())
def test_what_was_once_read_wrong_is_read_right(
    text: str, look: Callable[[tuple[Run, ...]], Any], wanted: object
) -> None:
    assert look(runs_of(text)) == wanted
