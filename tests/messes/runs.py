"""Disturbs what is trained: trainings that crash, go on, evaluate, or have one epoch only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from random import Random
from typing import TypeVar

from styles import Fit, Piece, Printer

from messes.document import CannotApplyError, Document, Line, Training, printed, rounded, training_of
from messes.trainings import INTERRUPTIONS, again, draw_logs, errors, print_fit

CRASHES = (
    ("Traceback (most recent call last):", '  File "train.py", line 31, in <module>', "MemoryError: cannot allocate"),
    ("ValueError: Input 0 of layer dense is incompatible with the layer",),
    ("Killed",),
)
COMMAND = "(venv) me@host:~/work$ python train.py"
T = TypeVar("T")


def choose(random: Random, items: Iterable[T]) -> T:
    """Choose one of some things, if there is one."""
    items = list(items)
    if not items:
        raise CannotApplyError
    return random.choice(items)


def choose_training(random: Random, document: Document, fits: Callable[[Training], bool] = lambda _: True) -> Training:
    """Choose a training whose lines are as they were printed."""
    return choose(random, [each for each in document.trainings if each.pristine and fits(each)])


def crash_in_first_epoch(document: Document, random: Random) -> None:
    """A training dies in its first epoch with an error, and is started again."""
    training = choose_training(random, document, _shows_bars)
    _insert_unfinished(document, random, training, random.choice(CRASHES), "failed")


def leave_in_first_epoch(document: Document, random: Random) -> None:
    """A training ends in an ETA bar of its first epoch, and is started again by a command or in another cell."""
    training = choose_training(random, document, _shows_bars)
    in_cell = random.random() < 0.5
    _insert_unfinished(document, random, training, () if in_cell else (COMMAND,), "interrupted")
    document.lines_of(training)[0].cell = in_cell


def _shows_bars(training: Training) -> bool:
    return training.printer.mode != "one line" and training.fit.first == 1


def _insert_unfinished(
    document: Document, random: Random, training: Training, words: tuple[str, ...], status: str
) -> None:
    """Insert, before a training, one that ends in its first epoch."""
    fit, printer = again(random, training), training.printer
    pieces = list(printer.pieces(fit))
    ends = [index for index, piece in enumerate(pieces) if _is_running(piece, printer.total(fit)) and piece.epoch == 1]
    begun = pieces[: choose(random, ends) + 1]
    dead = training_of(fit, printer, begun, status)
    lines = printed(dead, begun)
    lines[-1].end = "\n"
    document.insert(document.lines_of(training)[0], *lines, *errors(dead, words))
    dead.pristine = False


def _is_running(piece: Piece, total: int) -> bool:
    return piece.kind == "running" and piece.step is not None and piece.step < total


def interrupt_and_resume(document: Document, random: Random) -> None:
    """A training is stopped by the user, and goes on with `initial_epoch`."""
    training = choose_training(random, document, lambda each: len(each.fit.history) > 1 and each.fit.first == 1)
    fit, printer = training.fit, training.printer
    done = random.randint(1, len(fit.history) - 1)
    pieces = list(printer.pieces(fit))
    ends = [
        index
        for index, piece in enumerate(pieces)
        if piece.epoch == done + 1 and (piece.kind == "header" or _is_running(piece, printer.total(fit))) and piece.text
    ]
    begun = pieces[: choose(random, ends) + 1]
    before = training_of(fit, printer, begun, "interrupted")
    lines = printed(before, begun)
    lines[-1].end = "\n"
    rest = replace(fit, history=fit.history[done:], first=done + 1, rates=fit.rates[done:])
    after, more = print_fit(random, rest, printer)
    _replace(document, training, [*lines, *errors(before, random.choice(INTERRUPTIONS)), *more])
    before.pristine = after.pristine = False


def _replace(document: Document, training: Training, lines: list[Line]) -> None:
    old = document.lines_of(training)
    document.insert(old[0], *lines)
    document.remove(old)


def fit_one_epoch_between(document: Document, random: Random) -> None:
    """A training of one epoch stands between others; newer versions print no header for it."""
    training = choose_training(random, document, _can_stand_alone)
    fit = _one_epoch(random, training)
    single, lines = print_fit(random, fit, training.printer)
    if single.declared is None:
        single.status = None
        single.unclear = {"epochs"}
    lines[-1].end = "\n"
    document.insert(document.lines_of(training)[-1], *lines, after=True)
    single.pristine = False


def fit_one_epoch_many_times(document: Document, random: Random) -> None:
    """A loop calls `fit` for one epoch each, and prints a line before each call."""
    training = choose_training(random, document, _can_stand_alone)
    lines: list[Line] = []
    for turn in range(random.randint(2, 3)):
        single, more = print_fit(random, _one_epoch(random, training), training.printer)
        lines += [Line(f"--- round {turn + 1}: alpha={0.1 * (turn + 1):.1f} ---", "other", single), *more]
        single.pristine = False
        if single.declared is None:
            single.status = None
            single.unclear = {"epochs"}
    document.insert(document.lines_of(training)[-1], *lines, after=True)


def _can_stand_alone(training: Training) -> bool:
    """Tell whether a lone result is no evaluation: it has a header, or validation metrics."""
    ended = training.status in ("completed", "stopped")
    return training.printer.style.heads_alone or (training.fit.validates and ended)


def _one_epoch(random: Random, training: Training) -> Fit:
    fit = again(random, training, declared=1, stops=False, cut=None, evaluation=None, monitor="", rates=())
    return replace(fit, history=fit.history[-1:])


def evaluate_first(document: Document, random: Random) -> None:
    """`evaluate` is called before the first training."""
    training = document.trainings[0]
    if not any(name.startswith("val_") for _, facts in document.facts_of(training, ["result"]) for name in facts):
        raise CannotApplyError  # it might be a training of one epoch
    line = evaluation_line(random, training)
    document.insert(document.lines[0], line)
    training.pristine = False


def evaluate_again(document: Document, random: Random) -> None:
    """`evaluate` is called after a training, on two data sets."""
    training = choose_training(random, document, lambda each: each.fit.cut is None)
    lines = [evaluation_line(random, training), evaluation_line(random, training)]
    document.insert(document.lines_of(training)[-1], *lines, after=True)
    training.pristine = False


def evaluation_line(random: Random, training: Training) -> Line:
    """Print what `evaluate` does, on fewer batches than the training has."""
    printer, fit = training.printer, training.fit
    names = [name for name in fit.names if not name.startswith("val_")]
    logs = draw_logs(random, names, len(fit.history), nan=False)
    text = printer.evaluated(logs, other_total(random, fit, printer))
    if text is None:
        raise CannotApplyError
    return Line(text, "evaluation", training, facts=rounded(logs, printer))


def other_total(random: Random, fit: Fit, printer: Printer) -> int:
    """Choose a number of steps that is not that of the training."""
    return choose(random, {1, 7, 79, 313} - {printer.total(fit), fit.steps})


def predict_after(document: Document, random: Random) -> None:
    """`predict` is called after a training, once or several times."""
    training = choose_training(random, document)
    bars = [predict_line(random, training)] * random.choice((1, 1, 3))
    document.insert(document.lines_of(training)[-1], *(replace(bar) for bar in bars), after=True)


def predict_line(random: Random, training: Training) -> Line:
    """Print what `predict` does."""
    total = other_total(random, training.fit, training.printer)
    return Line(training.printer.predicted(total), "other", training)
