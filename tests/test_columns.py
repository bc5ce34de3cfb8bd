"""A log that is sent to another process as columns arrives as it was."""

import io
import pickle

import pytest

from reporter import Log, read_log
from reporter.reading.columns import from_columns, to_columns

BAR = "8/8 [==] - 1s 9ms/step - loss: {} - acc: 0.5\n"

LOGS = {
    "one run": "Epoch 1/2\n" + BAR.format(0.5) + "Epoch 2/2\n" + BAR.format("nan"),
    "runs of several lengths": BAR.format(0.5) + "# A\nEpoch 1/1\n" + BAR.format(0.4) + "# B\n" + BAR.format(0.3) * 3,
    "a run without an epoch": "Train on 5 samples\nEpoch 1/2\n4/8 [=>.] - ETA: 1s - loss: 0.5\n",
    "epochs with other metrics": f"Epoch 1/2\n{BAR.format(0.5)}Epoch 2/2\n8/8 - 1s - loss: 0.5 - acc: 0.4 - val_acc: 0.5\n",
    "messages, scores and parameters": (
        f"Total params: 5\nEpoch 1/1\n\nEpoch 00001: LearningRateScheduler setting learning rate to 0.5.\n{BAR.format(1)}"
        "\nEpoch 00001: early stopping\nTest loss: 0.5\n"
    ),
    "a history in CSV": "epoch,loss,acc\n0,0.5,0.4\n1,0.5,\n",
}


@pytest.mark.parametrize("text", LOGS.values(), ids=LOGS.keys())
def test_a_log_is_equal_to_the_one_made_of_its_columns(text: str) -> None:
    log = read_log(io.StringIO(text), keep_lines=True)
    sent = from_columns(pickle.loads(pickle.dumps(to_columns(log))))
    assert sent == log
    assert repr([[each._asdict() for each in run.epochs] for run in sent.runs]) == repr(
        [[each._asdict() for each in run.epochs] for run in log.runs]
    )
    assert {type(each) for run in sent.runs for each in (*run.epochs, *run.messages)} == {
        type(each) for run in log.runs for each in (*run.epochs, *run.messages)
    }


def test_a_log_without_runs_has_columns() -> None:
    log = Log("some.log", "keras", (), ((1, 2),), {3: "x"}, "seed-0.json")
    assert from_columns(to_columns(log)) == log
