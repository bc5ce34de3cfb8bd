"""Recognises logs of other frameworks, which are not read, and knows what to save instead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from reporter.reading.lines import Line

_EACH_EPOCH = (
    "log with its CSVLogger, and save one row per epoch: "
    'pandas.read_csv("metrics.csv").groupby("epoch").last().to_csv("history.csv")'
)
_BOOSTING = (
    "save the evaluation results of a metric M as CSV: "
    'pandas.DataFrame({"loss": results["train"]["M"], "val_loss": results["valid"]["M"]}).to_csv("history.csv")'
)


class Framework(NamedTuple):
    """Describes how a framework is recognised, and what its users can save instead.

    Attributes:
        name: Its name, as shown to users.
        patterns: Each one is a sign of the framework; it is searched in the first characters of each line.
        least: Number of lines with a sign that a log must have.
        advice: What to save, so that it can be read.
    """

    name: str
    patterns: tuple[str, ...]
    least: int
    advice: str


FRAMEWORKS: tuple[Framework, ...] = (
    Framework(
        "PyTorch Lightning",
        (
            r"`Trainer\.fit` stopped:",
            r"\bv_num=\w",
            r"^(?:\ufeff)?(?=(?:[^,]{0,80},){0,40}epoch(?:,|$))(?=(?:[^,]{0,80},){0,40}step(?:,|$))[\w/ ,.-]{1,400}$",
            r"^(?:INFO:\S{1,80}:)?GPU available: (?:True|False)",
            r"^LOCAL_RANK: \d+ - CUDA_VISIBLE_DEVICES",
        ),
        1,
        _EACH_EPOCH,
    ),
    Framework(
        "Hugging Face Trainer",
        (
            r"^\*{5} Running (?:training|Evaluation|Prediction) \*{5}",
            r"""^\s{0,40}\{'(?:eval_|train_)?(?:loss|runtime)': .{1,300}'epoch': """,
            r'"log_history"\s{0,4}:',
        ),
        1,
        'with logging_strategy="epoch" and eval_strategy="epoch", save '
        'pandas.DataFrame(trainer.state.log_history).groupby("epoch").last().to_csv("history.csv")',
    ),
    Framework(
        "Ultralytics",
        (r"^\s{0,20}Epoch\s{1,20}(?:GPU_mem|gpu_mem)\b", r"^Ultralytics (?:YOLO\S{0,20}|\d)"),
        1,
        "name the file results.csv that it writes beside its weights",
    ),
    Framework(
        "LightGBM",
        (
            r"^\[LightGBM\] \[",
            r"^\[\d{1,9}\]\s{1,8}\S{1,80}'s \S{1,80}: [-+\d.]",
            r"^Training until validation scores don't improve",
        ),
        1,
        _BOOSTING,
    ),
    Framework("XGBoost", (r"^(?:\[[\d:]{5,12}\] )?\[\d{1,9}\]\s{1,8}\S{1,80}-\S{1,80}:[-+\d.]",), 2, _BOOSTING),
    Framework(
        "fastai",
        (r"^\s{0,20}epoch\s{1,20}train_loss\s{1,20}valid_loss\b", r"^epoch,train_loss,valid_loss,.{0,200}\btime$"),
        1,
        'train with the callback CSVLogger, and save its file without the times: pandas.read_csv("history.csv")'
        '.drop(columns="time").to_csv("history.csv", index=False)',
    ),
    Framework(
        "a training loop of its own",
        (
            r"(?i:^.{0,60}\b(?:epoch|iter|iteration|step)\b[\W_]{0,4}\d.{0,200}?(?:loss|acc|accuracy|error)"
            r"[\s:=(]{1,4}[-+]?[\d.])",
            r"(?i:^\W{0,20}(?:train|training|val|valid|validation|test)?[\s_]{0,2}(?:loss|acc|accuracy)"
            r"\s{0,4}[:=]\s{0,4}[-+]?[\d.])",
        ),
        2,
        "print a table instead: the header epoch,loss,val_loss, then one row per epoch, such as 1,0.35,0.41",
    ),
)
"""In the order in which they are asked for; the last one is the most general."""


def find_framework(lines: Sequence[Line]) -> tuple[Framework, Line] | None:
    """Recognises the framework that printed a log.

    Args:
        lines: The first lines of the log, each with its first few hundred characters.

    Returns:
        The framework and the first line that shows it; None if no framework is recognised.
    """
    for framework in FRAMEWORKS:
        pattern = re.compile("|".join(f"(?:{each})" for each in framework.patterns))
        signs = [line for line in lines if pattern.search(line.text)]
        if len(signs) >= framework.least:
            return framework, signs[0]
    return None
