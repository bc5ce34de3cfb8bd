"""Draws trainings at random, and prints them below each other."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from styles import STYLES, Fit, Logs, Mode, Printer

from messes.document import Document, Line, Training, printed, training_of

METRICS = (
    ("loss",),
    ("loss", "acc"),
    ("loss", "accuracy"),
    ("loss", "accuracy", "top5_acc"),
    ("loss", "mean_absolute_error"),
    ("loss", "out_loss", "dice@0.5"),
    ("loss", "binary accuracy"),
)
PRINTING: tuple[tuple[Mode, bool], ...] = (
    ("terminal", False),
    ("terminal", True),
    ("terminal", True),
    ("file", False),
    ("file", True),
    ("one line", False),
)
"""Modes, each with whether the text was copied from the screen."""

INTERRUPTIONS = (
    ("KeyboardInterrupt",),
    ("Traceback (most recent call last):", '  File "train.py", line 31, in <module>', "KeyboardInterrupt"),
    ("^CTraceback (most recent call last):", '  File "train.py", line 31, in <module>', "KeyboardInterrupt"),
    ("KeyboardInterrupt                         Traceback (most recent call last)", "----> 1 model.fit(x, y)"),
)


def draw_document(random: Random) -> Document:
    """Draw a document of one to three trainings."""
    mode, copied = random.choice(PRINTING)
    printer = Printer(random.choice(list(STYLES.values())), mode)
    metrics, validates = random.choice(METRICS), random.random() < 0.7
    document = Document(copied=copied)
    for _ in range(random.choice((1, 1, 2, 3))):
        fit = draw_fit(random, metrics, validates=validates)
        document.lines += document.as_copied(print_fit(random, fit, printer)[1])
    return document


def draw_fit(random: Random, metrics: tuple[str, ...], *, validates: bool) -> Fit:
    """Draw a training from its first epoch on."""
    count, missing = random.randint(1, 5), random.choice((0, 0, 0, 1, 3))
    missing = max(missing, 2 - count)
    end = random.choice(("stopped", "cut", "silent")) if missing else ""
    shown = [*metrics, *(f"val_{name}" for name in metrics)] if validates else [*metrics]
    diverges = random.randint(1, count) if random.random() < 0.06 else count
    history = tuple(draw_logs(random, shown, epoch, nan=epoch >= diverges) for epoch in range(count))
    if validates and random.random() < 0.08:
        history = tuple(_without_validation(logs) if index % 2 == 0 else logs for index, logs in enumerate(history))
        history = (*history[:-1], draw_logs(random, shown, count, nan=False))
    return Fit(
        history,
        declared=count + missing,
        steps=random.choice((2, 20, 45, 391, 1875)),
        seconds=random.choice((0, 1, 5, 24, 150, 3700)),
        rates=tuple(round(0.003 / (1 + 0.319 * epoch), 10) for epoch in range(count)) if random.random() < 0.3 else (),
        monitor=random.choice(metrics) if random.random() < 0.3 else "",
        stops=end == "stopped",
        cut=draw_logs(random, metrics, count, nan=False) if end == "cut" else None,
        evaluation=draw_logs(random, metrics, count, nan=False) if end != "cut" and random.random() < 0.3 else None,
    )


def draw_logs(random: Random, names: list[str] | tuple[str, ...], epoch: int, *, nan: bool) -> Logs:
    """Draw the metrics of an epoch: errors that go down, and scores that go up."""
    logs: dict[str, float] = {}
    for name in names:
        error = 2.3 * 0.7**epoch * random.uniform(0.8, 1.2)
        if "loss" in name or "error" in name:
            scale = random.choice((1, 1, 1, 1, 1, 1e-4, 1e4))
            logs[name] = float("nan") if nan else error * scale
        else:
            logs[name] = 0.098 if nan else max(0.0, 1 - error / 4)
    return logs


def _without_validation(logs: Logs) -> Logs:
    return {name: value for name, value in logs.items() if not name.startswith("val_")}


def print_fit(random: Random, fit: Fit, printer: Printer) -> tuple[Training, list[Line]]:
    """Print a training, and how the user interrupted it if it was cut."""
    pieces = list(printer.pieces(fit))
    training = training_of(fit, printer, pieces)
    lines = printed(training, pieces)
    if fit.cut is not None:
        lines[-1].end = "\n"
        lines += errors(training, random.choice(INTERRUPTIONS))
    return training, lines


def errors(training: Training, texts: tuple[str, ...]) -> list[Line]:
    """Give the lines of an error that ends a training."""
    return [Line(text, "error", training) for text in texts]


def again(random: Random, training: Training, **changes: object) -> Fit:
    """Draw another training that is configured as one of the document."""
    names = training.fit.names
    metrics = tuple(name for name in names if not name.startswith("val_"))
    fit = draw_fit(random, metrics, validates=len(metrics) < len(names))
    kept = {"declared": training.fit.declared, "steps": training.fit.steps, "seconds": training.fit.seconds}
    return replace(fit, **{**kept, **changes})  # type: ignore[arg-type]
