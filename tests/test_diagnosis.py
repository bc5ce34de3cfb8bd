"""A log that cannot be read gets an answer that helps: what it looks like, and what to save or print."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pandas as pd
import pytest
from conftest import reporter, runs_of

from reporter import read_log
from reporter.errors import NoRunError, UnreadableLogError
from reporter.reading.frameworks import FRAMEWORKS

LIGHTNING_CSV = (
    "epoch,step,train_loss,val_loss\n0,49,0.5,\n0,99,0.4,\n0,99,,0.35\n1,149,0.3,\n1,199,0.25,\n1,199,,0.2\n"
)
FASTAI_CSV = "epoch,train_loss,valid_loss,accuracy,time\n0,0.5,0.4,0.9,00:12\n1,0.4,0.3,0.95,00:12\n"

LOGS: dict[str, tuple[str, str, int]] = {
    "the bar of Lightning": (
        "Epoch 0: 100%|█████| 938/938 [00:12<00:00, 75.41it/s, v_num=0, train_loss=0.123]\n",
        "PyTorch Lightning",
        1,
    ),
    "the first lines of Lightning": (
        "Seed set to 1\nGPU available: True (cuda), used: True\n",
        "PyTorch Lightning",
        2,
    ),
    "the end of Lightning": ("x\n`Trainer.fit` stopped: `max_epochs=3` reached.\n", "PyTorch Lightning", 2),
    "metrics.csv of Lightning": (LIGHTNING_CSV, "PyTorch Lightning", 1),
    "metrics.csv of Lightning with learning rates": (
        "lr,step,train_loss,epoch,val_loss\n0.1,0,,,\n,49,0.5,0,\n,99,,0,0.3\n",
        "PyTorch Lightning",
        1,
    ),
    "a dict of Hugging Face": (
        "\n{'loss': 0.6932, 'grad_norm': 2.1, 'learning_rate': 4.9e-05, 'epoch': 0.03}\n",
        "Hugging Face Trainer",
        2,
    ),
    "the beginning of Hugging Face": (
        "***** Running training *****\n  Num examples = 3668\n",
        "Hugging Face Trainer",
        1,
    ),
    "trainer_state.json of Hugging Face": (
        json.dumps({"epoch": 3.0, "log_history": [{"epoch": 1.0, "loss": 0.5}]}, indent=2),
        "Hugging Face Trainer",
        3,
    ),
    "Ultralytics": (
        "      Epoch    GPU_mem   box_loss   cls_loss   dfl_loss  Instances       Size\n"
        "        1/100      2.41G      1.234      2.345      1.123         45        640\n",
        "Ultralytics",
        1,
    ),
    "XGBoost": ("[0]\ttrain-rmse:0.5\teval-rmse:0.6\n[1]\ttrain-rmse:0.4\teval-rmse:0.5\n", "XGBoost", 1),
    "LightGBM": ("[10]\ttraining's binary_logloss: 0.5\tvalid_1's binary_logloss: 0.52\n", "LightGBM", 1),
    "fastai": (
        "epoch     train_loss  valid_loss  accuracy  time    \n0         0.5213      0.3310      0.9012    00:12\n",
        "fastai",
        1,
    ),
    "history.csv of fastai": (FASTAI_CSV, "fastai", 1),
    "a loop that prints an epoch a line": ("Epoch [1/10], Loss: 0.5\nEpoch [2/10], Loss: 0.4\n", "a training loop", 1),
    "a loop of the examples of PyTorch": (
        "Train Epoch: 1 [0/60000 (0%)]\tLoss: 2.303\nTrain Epoch: 1 [640/60000 (1%)]\tLoss: 2.2\n",
        "a training loop",
        1,
    ),
    "a loop with headers like those of Keras": (
        "Epoch 1/3\nTrain Loss: 0.5\nEpoch 2/3\nTrain Loss: 0.4\n",
        "a training loop",
        2,
    ),
    "a loop that counts iterations": ("iter 0: loss 4.2, 12ms\niter 10: loss 4.1, 12ms\n", "a training loop", 1),
}


@pytest.mark.parametrize(("text", "framework", "line"), LOGS.values(), ids=LOGS.keys())
def test_a_log_of_another_framework_is_named(text: str, framework: str, line: int) -> None:
    with pytest.raises(
        UnreadableLogError, match=rf"^<stream>:{line}: .*looks like the log of {framework}.*; "
    ) as caught:
        read_log(io.StringIO(text))
    assert text.splitlines()[line - 1].strip()[:20] in str(caught.value).replace("\\t", "\t")
    assert "\n" not in str(caught.value)


def test_each_framework_has_a_log_here() -> None:
    assert {name for _, name, _ in LOGS.values()} == {each.name.removesuffix(" of its own") for each in FRAMEWORKS}


OTHER = {
    "an empty log": ("\n\n", NoRunError, "it is empty"),
    "a text about anything else": (
        "hello\nThe loss of one epoch.\n",
        NoRunError,
        "a log holds lines like 'Epoch 1/20'",
    ),
    "a table of one step an epoch that is no metric": ("epoch,step,x\n0,1,2\n", NoRunError, "Lightning"),
    "a training that fails before its first epoch": (
        'Using TensorFlow backend.\nTraceback (most recent call last):\n  File "a.py", line 1\n'
        "ModuleNotFoundError: No module named 'keras'\n",
        UnreadableLogError,
        ':4: no training run in it: it ends with an error before the first epoch ends: "ModuleNotFoundError',
    ),
    "a job that ran out of time": (
        "loading data\nslurmstepd: error: *** JOB 4711 ON node7 CANCELLED AT 2026-11-24T20:00:00 DUE TO TIME LIMIT ***\n",
        UnreadableLogError,
        ":2: .*CANCELLED",
    ),
    "an epoch without a result": (
        "Epoch 1/3\n",
        UnreadableLogError,
        ":1: no training run in it: 'Epoch 1/3' begins an",
    ),
}


@pytest.mark.parametrize(("text", "kind", "message"), OTHER.values(), ids=OTHER.keys())
def test_a_log_without_a_run_says_what_was_found(text: str, kind: type[NoRunError], message: str) -> None:
    with pytest.raises(kind, match=message):
        read_log(io.StringIO(text))


def test_what_is_advised_for_lightning_is_read(tmp_path: Path) -> None:
    (tmp_path / "metrics.csv").write_text(LIGHTNING_CSV, encoding="utf-8")
    assert reporter("parse", "metrics.csv", cwd=tmp_path).returncode == 3
    code = re.findall(r"pandas\S+", FRAMEWORKS[0].advice)[0].replace("pandas", "pd")
    exec(code.replace('"metrics', f'"{tmp_path}/metrics').replace('"history', f'"{tmp_path}/history'), {"pd": pd})
    (run,) = read_log(tmp_path / "history.csv").runs
    assert [(each.epoch, each.logs["train_loss"], each.logs["val_loss"]) for each in run.epochs] == [
        (1, 0.4, 0.35),
        (2, 0.25, 0.2),
    ]


def test_what_is_advised_for_hugging_face_is_read() -> None:
    history = [
        {"epoch": 1.0, "loss": 0.5, "step": 10},
        {"epoch": 1.0, "eval_loss": 0.4, "step": 10},
        {"epoch": 2.0, "loss": 0.3, "step": 20},
        {"epoch": 2.0, "eval_loss": 0.2, "step": 20},
    ]
    (run,) = runs_of(pd.DataFrame(history).groupby("epoch").last().to_csv())
    assert [(each.epoch, each.logs["loss"], each.logs["eval_loss"]) for each in run.epochs] == [
        (1, 0.5, 0.4),
        (2, 0.3, 0.2),
    ]


def test_what_is_advised_for_fastai_is_read() -> None:
    (run,) = runs_of(pd.read_csv(io.StringIO(FASTAI_CSV)).drop(columns="time").to_csv(index=False))
    assert [(each.epoch, each.logs["valid_loss"]) for each in run.epochs] == [(1, 0.4), (2, 0.3)]


def test_the_results_csv_of_ultralytics_is_read() -> None:
    (run,) = runs_of(
        "                  epoch,         train/box_loss,   metrics/mAP50(B)\n  1, 0.5, 0.3\n  2, 0.4, 0.5\n"
    )
    assert [(each.epoch, each.logs["train/box_loss"]) for each in run.epochs] == [(1, 0.5), (2, 0.4)]


def test_a_table_with_one_row_an_epoch_may_count_steps_too() -> None:
    (run,) = runs_of("epoch,step,loss\n0,10,0.4\n1,20,0.3\n")
    assert [each.epoch for each in run.epochs] == [1, 2]
