"""Disturbs what is printed within an epoch: callbacks that predict or evaluate, forked workers, warnings."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

from messes.document import CannotApplyError, Document, Line, Training
from messes.runs import choose, choose_training, evaluation_line, predict_line

NOISE = (
    "2024-01-31 12:00:00.123456: I tensorflow/core/platform/cpu_feature_guard.cc:182] This binary is optimized.",
    "WARNING:tensorflow:Method (on_train_batch_end) is slow compared to the batch update (0.118247).",
    "/usr/lib/python3/site-packages/keras/callbacks.py:95: RuntimeWarning: Method on_batch_end() is slow.",
    "W0131 12:00:00.123456 140735 loader.py:7] 3 files were skipped - this is fine",
    "GPU 0: 71% memory, 64 C",
    "100%|██████████| 938/938 [00:12<00:00, 75.21it/s]",
    "",
)


def some_results(random: Random, document: Document, training: Training, metric: str = "") -> list[Line]:
    """Choose one result of a training, or all of them; those that were disturbed or have no such metric are left out."""
    results = [line for line in document.lines_of(training, "result") if not line.touched]
    results = [line for line in results if any(name.startswith(metric) for name in line.facts or ())]
    one = choose(random, results)
    return results if random.random() < 0.4 else [one]


def split_before_result(document: Document, result: Line) -> Line | None:
    """End the line before the last bar is drawn over it; give that line, if there was something on it."""
    drawn = re.search(r"\x08*\r(?=[^\r]*$)", result.text)
    if not drawn or not drawn.start():
        return None
    running = Line(result.text[: drawn.start()], "running", result.training, result.epoch)
    result.text = result.text[drawn.start() :]
    document.insert(result, running)
    return running


def print_within(document: Document, random: Random) -> None:
    """A callback prints metrics of its own before the result of the epoch."""
    training = choose_training(random, document)
    template = random.choice(
        (" — val_f1: {:.6f} — val_recall: {:.6f}", "f1 {:.3f} kappa {:.3f}", "AUC: {:.4f}, {:.4f}")
    )
    for result in some_results(random, document, training):
        split_before_result(document, result)
        document.insert(result, Line(template.format(random.random(), random.random()), "other", training))


def predict_within(document: Document, random: Random) -> None:
    """A callback predicts at the end of an epoch: its bar is drawn before the result of the epoch."""
    training = choose_training(random, document)
    for result in some_results(random, document, training):
        split_before_result(document, result)
        document.insert(result, predict_line(random, training))


def predict_over_bar(document: Document, random: Random) -> None:
    """The bar of `predict` is drawn over that of the epoch, whose end stays behind it."""
    training = choose_training(random, document, lambda each: each.printer.mode == "terminal" and not document.copied)
    found = False
    for result in some_results(random, document, training):
        if running := split_before_result(document, result):
            running.text += "\r" + predict_line(random, training).text
            running.touched = found = True
    if not found:
        raise CannotApplyError


def evaluate_within(document: Document, random: Random) -> None:
    """A callback evaluates at the end of an epoch that is validated, on other data."""
    training = choose_training(random, document)
    for result in some_results(random, document, training, "val_"):
        line = evaluation_line(random, training)
        split_before_result(document, result)
        document.insert(result, line)
    training.pristine = False


def echo_header(document: Document, random: Random) -> None:
    """A forked worker prints an earlier header again while an epoch is running."""
    training, _, result = _later_epoch(document, random)
    headers = [line for line in document.lines_of(training, "header") if (line.epoch or 0) < (result.epoch or 0)]
    echo = choose(random, headers[1:])
    split_before_result(document, result)
    document.insert(result, replace(echo, kind="echo"))
    training.pristine = False


def echo_result(document: Document, random: Random) -> None:
    """A forked worker prints the result of an earlier epoch again, before that of the running epoch."""
    training, earlier, result = _later_epoch(document, random)
    split_before_result(document, result)
    document.insert(result, _echo(earlier))
    training.pristine = False


def echo_result_after(document: Document, random: Random) -> None:
    """A forked worker prints the result of an earlier epoch again, after the header of the next one."""
    training, earlier, result = _later_epoch(document, random)
    headers = [line for line in document.lines_of(training, "header") if line.epoch == result.epoch]
    document.insert(choose(random, headers), _echo(earlier), after=True)
    training.pristine = False


def echo_epoch(document: Document, random: Random) -> None:
    """A forked worker prints the header and the result of an earlier epoch again, within a later one."""
    training, earlier, result = _later_epoch(document, random)
    if earlier.epoch == 1:
        raise CannotApplyError
    headers = [line for line in document.lines_of(training, "header") if line.epoch == earlier.epoch]
    header = replace(choose(random, headers), kind="echo")
    split_before_result(document, result)
    document.insert(result, header, _echo(earlier))
    training.pristine = False


def repeat_result(document: Document, random: Random) -> None:
    """The result of an epoch is printed twice."""
    training = choose_training(random, document)
    for result in some_results(random, document, training):
        document.insert(result, _echo(result), after=True)
    training.pristine = False


def _later_epoch(document: Document, random: Random) -> tuple[Training, Line, Line]:
    """Choose a training with headers, and two of its results."""
    training = choose_training(random, document, lambda each: len(each.fit.history) > 2 and each.declared is not None)
    results = [line for line in document.lines_of(training, "result") if not line.touched]
    if len(results) < 3:
        raise CannotApplyError
    later = random.randrange(2, len(results))
    return training, results[random.randrange(later)], results[later]


def _echo(result: Line) -> Line:
    """Repeat a result as it was drawn last."""
    text = result.text.rpartition("\r")[2].rstrip()
    return replace(result, text=text, kind="echo", facts=None, end="\n", cell=False)


def warn_between(document: Document, random: Random) -> None:
    """Warnings of libraries, and empty lines, stand between the lines."""
    for _ in range(random.randint(1, 6)):
        line = choose(random, document.lines)
        document.insert(line, Line(random.choice(NOISE), "other", line.training))


def count_past_end(document: Document, random: Random) -> None:
    """The counter passes its end, as in `391/390`, because the number of steps was rounded down."""
    training = choose_training(random, document, lambda each: each.fit.steps > 2 and each.printer.mode != "one line")
    total, changed = training.printer.total(training.fit), False
    for line in document.lines_of(training, "result", "running"):
        before, drawn, last = line.text.rpartition("\r")
        text = re.sub(rf"(?<!\d){total}/{total}(?!\d)", f"{total}/{total - 1}", last)
        if line.kind == "result" and text != last:
            line.text, changed = before + drawn + text, True
    if not changed:
        raise CannotApplyError
    training.pristine = False


def reach_unknown_total(document: Document, random: Random) -> None:
    """The number of steps is unknown while the first epoch runs."""
    training = choose_training(random, document, lambda each: each.partial is None)
    first = [line for line in document.lines_of(training, "running", "result") if line.epoch == 1]
    changed = False
    for line in first:
        pattern = r" *(\d+)/\d+ \[[=>.]*\] - ETA: [\d:]+s?"
        text = re.sub(pattern, lambda match: f"{match[1]:>7}/Unknown - 3s", line.text)
        changed, line.text = changed or text != line.text, text
    if not changed:
        raise CannotApplyError
    training.pristine = False


def stop_on_nan(document: Document, random: Random) -> None:
    """TerminateOnNaN says in which batch the loss became invalid."""
    training = choose_training(random, document, lambda each: each.fit.evaluation is None and each.partial is None)
    result = document.lines_of(training, "result")[-1]
    split_before_result(document, result)
    document.insert(result, Line("Batch 7: Invalid loss, terminating training", "other", training))
    training.status = training.status if training.status == "completed" else None
