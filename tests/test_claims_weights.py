"""A claim that names the weights of a score agrees only if the score is of these."""

from __future__ import annotations

import pytest
from conftest import ROOT

from reporter import read_log
from reporter.claims.check import check_text
from reporter.claims.claim import Verdict

RECORDED = ROOT / "tests" / "weights" / "keras-3.15.1"

LAST = "no-callbacks"
"""Evaluated with the weights of epoch 12: accuracy 0.7950; the best epoch is 2."""

RESTORED = "stopped-and-restored-and-other-data"
"""Evaluated on other data with the restored weights of epoch 4: accuracy 0.7150."""

LOADED = "best-checkpoint-loaded"
"""Evaluated with the weights of epoch 2, a loaded checkpoint: accuracy 0.8350."""

UNKNOWN = "best-checkpoint-and-other-data"
"""Evaluated on other data with weights that the log does not tell: accuracy 0.7050."""

CLAIMS = [
    (LAST, "The test accuracy of the best epoch's weights is 0.7950.", "disagrees"),
    (LAST, "The test accuracy of the last epoch's weights is 0.7950.", "agrees"),
    (LAST, "With the best weights restored, the test accuracy is 79.5 %.", "disagrees"),
    (LAST, "Loading the best checkpoint gives a test accuracy of 0.7950.", "disagrees"),
    (LAST, "The test accuracy with the weights of epoch 2 is 0.7950.", "disagrees"),
    (LAST, "The test accuracy with the weights of epoch 12 is 0.7950.", "agrees"),
    (LAST, "The test accuracy of epoch 4's weights is 0.7950.", "disagrees"),
    (LAST, "The test accuracy is 0.7950.", "agrees"),
    (LAST, "The best way to set the weights gives a test accuracy of 0.7950.", "agrees"),
    (LAST, "We kept the best checkpoint, too. The test accuracy is 0.7950.", "agrees"),
    (
        LAST,
        "The last weights reach a test accuracy of 0.7950, the best checkpoint a test accuracy of 0.8350.",
        "agrees",
    ),
    (RESTORED, "The test accuracy of the best epoch's weights is 0.7150.", "agrees"),
    (RESTORED, "The restored weights have a test accuracy of 71.5 %.", "agrees"),
    (RESTORED, "The final weights have a test accuracy of 0.7150.", "disagrees"),
    (RESTORED, "The test accuracy with the checkpoint of epoch 4 is 0.7150.", "agrees"),
    (LOADED, "The best checkpoint has a test accuracy of 0.8350.", "agrees"),
    (LOADED, "Weights from the best epoch: the test accuracy is 0.8350.", "agrees"),
    (LOADED, "The last weights have a test accuracy of 0.8350.", "disagrees"),
    (UNKNOWN, "The best checkpoint has a test accuracy of 0.7050.", "agrees"),
    (UNKNOWN, "The last weights have a test accuracy of 0.7050.", "agrees"),
]


def verdict(log: str, sentence: str) -> Verdict:
    text = f"# A\n\n[log]({log}.log)\n\n{sentence}\n"
    return check_text(text, "a.md", None, [(read_log(RECORDED / f"{log}.log"), 2)]).verdicts[0]


@pytest.mark.parametrize(("log", "sentence", "outcome"), CLAIMS, ids=[f"{log}: {each}" for log, each, _ in CLAIMS])
def test_the_weights_that_a_claim_names_are_compared(log: str, sentence: str, outcome: str) -> None:
    assert verdict(log, sentence).outcome == outcome


REASONS = [
    (LAST, "The test accuracy is 0.7950.", "; its weights: the last epoch's weights (12); the best val_accuracy was at epoch 2"),
    (LAST, "The best weights have a test accuracy of 0.7950.", "; its weights are others: the last epoch's weights (12); the best val_accuracy was at epoch 2"),
    (RESTORED, "The test accuracy is 0.7150.", "; its weights: restored best weights (epoch 4)"),
    (UNKNOWN, "The test accuracy is 0.7050.", "score accuracy 0.7050"),
    (UNKNOWN, "The best checkpoint has a test accuracy of 0.7050.", "; its weights: unknown: its values match no epoch; training ended with the last epoch's weights (12); the best checkpoint was epoch 2 (0.8350)"),
]  # fmt: skip


@pytest.mark.parametrize(("log", "sentence", "end"), REASONS)
def test_the_reason_names_the_weights_of_a_score(log: str, sentence: str, end: str) -> None:
    assert verdict(log, sentence).reason.endswith(end)


def test_words_that_name_weights_are_quoted_as_they_are() -> None:
    assert verdict(LAST, "The test accuracy of the best epoch's weights is 0.7950.").claim.text == (
        "test accuracy of the best epoch's weights is 0.7950"
    )


def test_weights_that_are_counted_are_parameters() -> None:
    (counted,) = check_text("The best model has 14864 weights.\n", "a.md").verdicts
    assert counted.claim.kind == "params"
