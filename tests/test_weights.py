"""Whose weights an evaluation is of, in trainings with real callbacks, where the weights themselves give the answer."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from conftest import ROOT, Once, needs_tensorflow, runs_of

from reporter import read_log
from reporter.facts.weights import Weights, weights_of

RECORDED = ROOT / "tests" / "weights"
RECORDER = RECORDED / "record.py"
VERSIONS = ("keras-2.15.0", "tf_keras-2.21.0", "keras-3.15.1")

SCENARIOS: dict[str, list[str]] = {
    "no-callbacks": ["last", "unknown"],
    "no-callbacks-and-other-data": ["unknown"],
    "best-checkpoint-not-loaded": ["last"],
    "best-checkpoint-loaded": ["checkpoint", "unknown"],
    "best-checkpoint-and-other-data": ["unknown"],
    "best-checkpoint-of-a-loss": ["checkpoint"],
    "checkpoints-of-two-metrics": ["checkpoint", "checkpoint"],
    "every-epoch-saved-and-one-loaded": ["checkpoint"],
    "stopped-without-restoring": ["last", "last"],
    "stopped-and-restored": ["restored"],
    "stopped-and-restored-and-other-data": ["restored"],
    "stopped-and-restored-in-silence": ["epoch"],
    "a-restore-when-training-ran-to-its-end": ["restored"],
    "a-restore-that-did-not-fire": ["last"],
    "restored-and-a-checkpoint-of-another-epoch": ["unknown", "restored", "checkpoint", "unknown"],
    "a-model-from-elsewhere": ["unknown"],
    "a-model-from-elsewhere-beside-a-checkpoint": ["unknown"],
    "two-digits": ["unknown"],
    "nothing-learned-in-the-end": ["last"],
    "interrupted": ["unknown"],
    "evaluated-before-training": ["unknown"],
}
"""The scenarios of `tests/weights/record.py`, and whose weights each evaluation is of, as far as the log tells."""

EXCEPTIONS = {("keras-2.15.0", "a-restore-when-training-ran-to-its-end"): ["last"]}
"""Keras 2 restores weights only if it stops before the last epoch."""


def answers(path: Path) -> list[Weights]:
    (run,) = read_log(path).runs
    return list(weights_of(run))


def check(folder: Path, name: str, kinds: list[str]) -> None:
    """Compare the answers for a log with the epochs at whose end the model had the weights."""
    truth = json.loads((folder / "answers.json").read_text(encoding="utf-8"))[name]
    found = answers(folder / f"{name}.log")
    assert [each.kind for each in found] == kinds
    for answer, epochs in zip(found, truth, strict=True):
        if answer.kind != "unknown":
            assert len(answer.epochs) == 1
            assert answer.epochs[0] in epochs
        elif answer.epochs:
            assert set(answer.epochs) & set(epochs)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", SCENARIOS)
def test_the_weights_of_a_recorded_evaluation_are_those_that_the_model_had(version: str, name: str) -> None:
    check(RECORDED / version, name, EXCEPTIONS.get((version, name), SCENARIOS[name]))


def record(module: str, folder: Path) -> None:
    done = subprocess.run([sys.executable, RECORDER, module, folder], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@needs_tensorflow
@pytest.mark.parametrize("module", ["keras", "tf_keras"])
def test_the_weights_of_an_evaluation_are_those_that_the_model_had(module: str, once: Once) -> None:
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed")
    folder = once(f"weights-{module}", partial(record, module))
    for name, kinds in SCENARIOS.items():
        check(folder, name, kinds)


TEXTS = {
    "best-checkpoint-not-loaded": "the last epoch's weights (12); the best checkpoint was epoch 2 (0.8350)",
    "best-checkpoint-loaded": "equal to epoch 2's to all digits: the best checkpoint's",
    "every-epoch-saved-and-one-loaded": "equal to epoch 5's to all digits: those of the checkpoint epoch-05.weights.h5",
    "stopped-without-restoring": "the last epoch's weights (7); the best val_accuracy was at epoch 2",
    "stopped-and-restored": "restored best weights (epoch 4)",
    "stopped-and-restored-in-silence": "equal to epoch 4's to all digits, which has the best val_loss",
    "restored-and-a-checkpoint-of-another-epoch": "unknown: its values match no epoch; training ended with restored best weights (epoch 4); the best checkpoint was epoch 2 (0.8350)",
    "a-model-from-elsewhere": "unknown: its values match no epoch; training ended with the last epoch's weights (12); the best val_accuracy was at epoch 2",
    "two-digits": "unknown: the digits of accuracy are too few to tell, epochs 3, 4, 6 and others fit; training ended with the last epoch's weights (12); the best val_accuracy was at epoch 2",
    "interrupted": "unknown: training ended in the middle of epoch 5, and its values match no epoch",
    "evaluated-before-training": "unknown: it stands above the first epoch, and its values match no epoch",
}


@pytest.mark.parametrize(("name", "text"), TEXTS.items(), ids=TEXTS.keys())
def test_the_answer_is_a_phrase(name: str, text: str) -> None:
    assert answers(RECORDED / "keras-3.15.1" / f"{name}.log")[0].text == text


def test_the_evidence_is_lines_of_the_log() -> None:
    (answer,) = answers(RECORDED / "keras-3.15.1" / "stopped-and-restored.log")
    lines = (RECORDED / "keras-3.15.1" / "stopped-and-restored.log").read_text(encoding="utf-8").split("\n")
    assert [each.text for each in answer.evidence] == [
        "accuracy and loss are equal to val_accuracy and val_loss of epoch 4",
        "Restoring model weights from the end of the best epoch: 4.",
    ]
    assert "val_loss: 0.4306" in lines[answer.evidence[0].line - 1]
    assert lines[answer.evidence[1].line - 1] == answer.evidence[1].text


OLD_MESSAGES = {
    "Keras 2.2.3 to 2.3": ("Restoring model weights from the end of the best epoch\n", "Epoch 00006: early stopping\n"),
    "TensorFlow up to 2.6": (
        "Restoring model weights from the end of the best epoch.\n",
        "Epoch 00006: early stopping\n",
    ),
    "Keras 2.7": ("Restoring model weights from the end of the best epoch: 3.\n", "Epoch 00006: early stopping\n"),
}


@pytest.mark.parametrize("messages", OLD_MESSAGES.values(), ids=OLD_MESSAGES.keys())
def test_older_messages_tell_the_same_about_validation_data(messages: tuple[str, str]) -> None:
    (answer,) = weights_of(runs_of(older("stopped-and-restored", *messages))[0])
    assert (answer.kind, answer.epochs, answer.proof) == ("restored", (3,), "values")


def test_a_message_without_an_epoch_does_not_tell_which_weights_other_data_are_evaluated_with() -> None:
    text = older("stopped-and-restored-and-other-data", *OLD_MESSAGES["Keras 2.2.3 to 2.3"])
    (answer,) = weights_of(runs_of(text)[0])
    assert (answer.kind, answer.epochs, answer.proof) == ("restored", (), "messages")
    assert answer.text == "restored best weights (of which epoch is not printed)"


def older(name: str, restoring: str, stopping: str) -> str:
    """Give a log of Keras 2.15 with the messages of an older version."""
    text = (RECORDED / "keras-2.15.0" / f"{name}.log").read_text(encoding="utf-8")
    new = text.replace("Restoring model weights from the end of the best epoch: 3.\n", restoring)
    return new.replace("Epoch 6: early stopping\n", stopping)


def training(*validation: tuple[float, float], after: str, messages: str = "") -> str:
    """Print a training, epoch by epoch, with a validation loss and accuracy each, and what follows it."""
    lines = [
        f"Epoch {number}/{len(validation)}\n8/8 - 1s - loss: 0.5 - acc: 0.5 - val_loss: {loss:.4f} - val_acc: {acc:.4f}\n"
        for number, (loss, acc) in enumerate(validation, 1)
    ]
    return "".join(lines) + messages + after


EVALUATED = "4/4 - 0s - loss: {:.4f} - acc: {:.4f}\n"
TIED = ((0.51, 0.8), (0.43, 0.83), (0.45, 0.81), (0.43, 0.83))
SAVED = "Epoch {}: val_loss improved from 0.50000 to {:.5f}, saving model to m.h5\n"

SMALL = {
    "two epochs have the values, and both are likely": (
        training(*TIED, after=EVALUATED.format(0.43, 0.83)),
        ("unknown", (2, 4)),
    ),
    "the fifth decimal of a checkpoint rules its epoch out": (
        training(*TIED, messages=SAVED.format(2, 0.42997), after="[0.43004, 0.83]\n"),
        ("last", (4,)),
    ),
    "no epoch was validated": (
        "Epoch 1/1\n8/8 - 1s - loss: 0.5 - acc: 0.5\n[0.5, 0.6]\n",
        ("unknown", ()),
    ),
    "only a metric without validation was evaluated": (
        training((0.5, 0.8), (0.4, 0.9), after="Test AUC: 0.9123\n"),
        ("unknown", ()),
    ),
    "the loss alone of the last epoch is as good as nothing": (
        training((0.0165, 0.9), (0.0164, 0.9), after="Test loss: 0.0164\n"),
        ("unknown", ()),
    ),
    "a percentage with two decimals is compared": (
        training((0.9, 0.5), (0.5, 0.8123), (0.4, 0.8345), after="Test loss: 0.4, test accuracy: 83.45%\n"),
        ("last", (3,)),
    ),
    "one digit differs": (
        training((0.9, 0.5), (0.5, 0.8123), (0.4, 0.8345), after=EVALUATED.format(0.4001, 0.8345)),
        ("unknown", ()),
    ),
    "one epoch is enough": (training((0.5432, 0.8123), after=EVALUATED.format(0.5432, 0.8123)), ("last", (1,))),
    "a loss that is not a number is left out": (
        training((0.9, 0.5), (0.5, 0.8), (float("nan"), 0.8345), after="4/4 - 0s - loss: nan - acc: 0.8345\n"),
        ("last", (3,)),
    ),
}


@pytest.mark.parametrize(("text", "expected"), SMALL.values(), ids=SMALL.keys())
def test_values_decide_if_they_can(text: str, expected: tuple[str, tuple[int, ...]]) -> None:
    (answer,) = weights_of(runs_of(text)[0])
    assert (answer.kind, answer.epochs) == expected


def test_bars_that_may_print_wrong_values_are_named() -> None:
    bars = "".join(
        f"Epoch {number}/2\n8/8 ━━━━━━━━━━━━━━━━━━━━ 1s 9ms/step - acc: 0.5 - loss: 0.5 - val_acc: 0.8 - val_loss: 0.{number}\n"
        for number in (1, 2)
    )
    (run,) = runs_of(bars + "8/8 ━━━━━━━━━━━━━━━━━━━━ 0s 9ms/step - acc: 0.8123 - loss: 0.2123\n")
    (answer,) = weights_of(run)
    assert "such bars of Keras 3 may print wrong ones" in answer.text


def test_a_run_without_an_evaluation_has_no_answer() -> None:
    assert weights_of(runs_of(training((0.5, 0.8), after=""))[0]) == ()
