"""A run begins and ends where it does, and has what belongs to it."""

from collections.abc import Callable
from typing import Any

import pytest
from conftest import KILLED, runs_of

from reporter import Run

BAR = "32/32 [======] - 3s 90ms/step - loss: {:.4f} - acc: 0.5000 - val_loss: 0.7000 - val_acc: 0.6000"


def fit(*losses: float, first: int = 1, of: int | None = None) -> str:
    """Print what `fit` prints for epochs with these losses."""
    of = of or first + len(losses) - 1
    return "".join(f"Epoch {epoch}/{of}\n{BAR.format(loss)}\n" for epoch, loss in enumerate(losses, first))


def epochs(runs: tuple[Run, ...]) -> list[list[int]]:
    return [[epoch.epoch for epoch in run.epochs] for run in runs]


RUNS: dict[str, tuple[str, list[list[int]]]] = {
    "one fit is one run": (fit(0.3, 0.2), [[1, 2]]),
    "an epoch that does not go up begins a run": (fit(0.3, 0.2) + fit(0.6, 0.5), [[1, 2], [1, 2]]),
    "another number of epochs begins a run": (fit(0.3, 0.2, of=2) + fit(0.1, first=3, of=9), [[1, 2], [3]]),
    "a resumed fit begins where it says": (fit(0.3, first=64, of=64), [[64]]),
    "a best epoch quoted before the log is no run": (f"**Best** Epoch 2/2\n{BAR.format(0.2)}\n" + fit(0.3, 0.2), [[1, 2]]),
    "a best epoch quoted after the log is no run": (fit(0.3, 0.2) + f"**Best** Epoch 1/2\n{BAR.format(0.3)}\n", [[1, 2]]),
    "an epoch quoted with another value is a run": (fit(0.3, 0.2) + fit(0.9, first=1, of=2), [[1, 2], [1]]),
    "a quoted epoch may be NaN": (f"Epoch 1/2\n{BAR.format(float('nan'))}\n" + fit(float("nan"), 0.2), [[1, 2]]),
    "a heading between epochs does not end a run": (fit(0.3, of=2) + "# saved\n" + fit(0.2, first=2, of=2), [[1, 2]]),
    "a run of one epoch has no header in newer Keras": (BAR.format(0.3) + "\n", [[1]]),
    "a name of two words that is wrapped within a word is whole": (
        "Epoch 1/1\n8/8 [==] - 1s 9ms/step - loss: 0.5000 - my acc: 0.4000 - val_loss: 0.6000 - val_my a\ncc: 0.3000\n",
        [[1]],
    ),
    "a bar of predict over a bar that is drawn again is no result": (
        "Epoch 1/2\n\r4/8 [=>..] - ETA: 1s - loss: 0.9000\b\b\r8/8 [===] - ETA: 0s - loss: 0.5000\r2/2 [===] - 0s\n"
        "\r8/8 [===] - 1s - loss: 0.5000 - val_loss: 0.4000\n",
        [[1]],
    ),
    "a single result of a bar that is drawn again is a run under any heading": (
        "# A\n" + fit(0.3, 0.2) + "# B\n\r16/32 [==>..] - ETA: 3s - loss: 0.9\b\b\r" + BAR.format(0.9) + "\n",
        [[1, 2], [1]],
    ),
    "the comments of a log that is commented out are no headings": (
        "# Epoch 1/2\n# " + BAR.format(0.3) + "\n# f1 0.4\n# Epoch 2/2\n# " + BAR.format(0.2) + "\n",
        [[1, 2]],
    ),
    "warnings of libraries between results without headers divide no run": (
        "WARNING:tensorflow:slow\n".join(f"{BAR.format(loss)}\n" for loss in (0.3, 0.2)),
        [[1, 2]],
    ),
    "results behind the same prefix are one run without headers": (
        "".join(f"app-1  | \napp-1  | {BAR.format(loss)}\n" for loss in (0.3, 0.2)),
        [[1, 2]],
    ),
    "the last result of a list that is wrapped is whole": ("Epoch 1/1\n8/8 [==] - 1s - loss: 2.5000e-0\n4 - acc: 0.5000\n", [[1]]),
    "two epochs under one header, each with its bar, are two epochs": (
        "Epoch 1/3\n"
        + "".join(f"1/2 ━━━━ 0s 0s/step - loss: {loss}\n2/2 ━━━━ 0s 0s/step - loss: {loss}\n" * 1 for loss in (0.9, 0.7))
        + "Epoch 3/3\n2/2 ━━━━ 0s 0s/step - loss: 0.5\n",
        [[1, 2, 3]],
    ),
    "a step printed twice is one epoch": (
        "Epoch 1/2\n8/8 ━━━━ 0s 9ms/step - loss: 0.4\n8/8 ━━━━ 1s 9ms/step - loss: 0.3 - val_loss: 0.2\n",
        [[1]],
    ),
    "a bar of predict is no epoch": ("Epoch 1/2\n1/1 [====] - 0s 20ms/step\n" + BAR.format(0.3), [[1]]),
    "a result whose values are printed again is that of evaluate": (
        2 * "9/9 - 0s - loss: 0.5000 - acc: 0.7000\nLoss: 0.500012345, Accuracy: 0.699987654\n",
        [],
    ),
    "other values below a result leave it a run": (
        "9/9 - 0s - loss: 0.5000 - acc: 0.7000\nLoss: 0.400012345, Accuracy: 0.799987654\n",
        [[1]],
    ),
    "results without headers count up": ("21s - loss: 0.3 - acc: 0.1\n21s - loss: 0.2 - acc: 0.2\n", [[1, 2]]),
    "text between results without headers divides runs": (
        "lr=1\n21s - loss: 0.3\n21s - loss: 0.2\nlr=2\n21s - loss: 0.4\n",
        [[1, 2], [1]],
    ),
    "the first header tells the number of the results before it": (
        BAR.format(0.4) + "\n" + fit(0.3, 0.2, first=41, of=42),
        [[40, 41, 42]],
    ),
    "a header that a forked worker repeats between the two results of an epoch is an echo": (
        "".join(
            f"Epoch {epoch}/3\n8/8 ━━━ 0s 9ms/step - loss: 0.{epoch}\n"
            + ("Epoch 1/3\n" if epoch == 2 else "")
            + f"8/8 ━━━ 1s 9ms/step - loss: 0.{epoch} - val_loss: 0.5\n"
            for epoch in (1, 2, 3)
        ),
        [[1, 2, 3]],
    ),
    "a header that a forked worker repeats is an echo": (
        fit(0.3, of=4) + "Epoch 2/4\nEpoch 1/4\nEpoch 2/4\n" + BAR.format(0.2) + "\n" + fit(0.1, first=3, of=4),
        [[1, 2, 3]],
    ),
    "an echoed header after its result is an echo": (
        fit(0.3, of=3) + "Epoch 1/3\n" + fit(0.2, first=2, of=3),
        [[1, 2]],
    ),
    "a result that a forked worker repeats is an echo": (
        fit(0.3, of=3) + "Epoch 2/3\n" + BAR.format(0.3) + "\n" + BAR.format(0.2) + "\n" + BAR.format(0.3) + "\n",
        [[1, 2]],
    ),
    "a training that is stuck prints the same and is no echo": (fit(0.3, 0.3, 0.3), [[1, 2, 3]]),
    "a training that is stuck and has no headers is no echo": ("21s - loss: nan - acc: 0.1\n" * 3, [[1, 2, 3]]),
    "a result without header that is printed twice is one epoch": ("8/8 ━━━━ 0s 9ms/step - loss: 0.4\n" * 2, [[1]]),
    "a fit that begins again is another run": (fit(0.3, 0.2, of=5) + fit(0.6, 0.5, of=5), [[1, 2], [1, 2]]),
    "evaluate under another heading is no run": (
        fit(0.3) + "# Test\n10/10 [====] - 1s 9ms/step - loss: 0.25 - acc: 0.5500\n",
        [[1]],
    ),
    "a result with val_ is never evaluate": (fit(0.3, 0.2) + BAR.format(0.9) + "\n", [[1, 2], [1]]),
    "headers of another program have no run": ("Epoch 1/3\nTrain Loss: 0.5\nEpoch 2/3\nTrain Loss: 0.4\n", []),
    "evaluate within an epoch is no result of it": (
        fit(0.3, of=2) + "Epoch 2/2\n10/10 [====] - 1s 9ms/step - loss: 0.25 - acc: 0.55\n" + BAR.format(0.2) + "\n",
        [[1, 2]],
    ),
    "a header under another heading does not number the results before": (
        BAR.format(0.4) + "\n# Resumed\n" + fit(0.3, 0.2, first=41, of=42),
        [[1], [41, 42]],
    ),
    "a result that a callback numbered is not numbered anew": (
        f"Epoch 18: LearningRateScheduler setting learning rate to 0.1.\n{BAR.format(0.4)}\n" + fit(0.3, first=41, of=41),
        [[18], [41]],
    ),
    "Keras 0.x counts from 0 and says no total": (
        f"Epoch 0\n{BAR.format(0.3)}\nEpoch 1\n{BAR.format(0.2)}\nEpoch 0\n{BAR.format(0.1)}\n",
        [[1, 2], [1]],
    ),
    "evaluate before training is no run": ("10/10 [====] - 1s 9ms/step - loss: 2.3 - acc: 0.1\n" + fit(0.3, 0.2), [[1, 2]]),
    "a whole epoch that a forked worker repeats is an echo": (
        "".join(
            f"Epoch {epoch}/4\n32/32 ━━━━ 0s 9ms/step - loss: {loss}\n"
            + ("Epoch 2/4\n32/32 ━━━━ 3s 9ms/step - loss: 0.3 - val_loss: 0.7\n" if epoch == 3 else "")
            + f"32/32 ━━━━ 3s 9ms/step - loss: {loss} - val_loss: 0.7\n"
            for epoch, loss in enumerate((0.4, 0.3, 0.2, 0.1), 1)
        ),
        [[1, 2, 3, 4]],
    ),
    "a result after a lost header is the next epoch": (
        f"Epoch 1/4\n{BAR.format(0.4)}\n{BAR.format(0.3)}\n" + fit(0.2, 0.1, first=3, of=4),
        [[1, 2, 3, 4]],
    ),
    "a result after a lost header is the last epoch": (fit(0.4, 0.3, of=3) + BAR.format(0.2) + "\n" + fit(0.9), [[1, 2, 3], [1]]),
    "a validated result after an early stop is a fit of one epoch": (
        fit(0.4, 0.3, of=3) + "Epoch 2: early stopping\n" + BAR.format(0.2) + "\n",
        [[1, 2], [1]],
    ),
    "results printed twice before the first header are epochs once": (
        f"{BAR.format(0.4)}\n" * 2 + fit(0.3, 0.2, first=2, of=3),
        [[1, 2, 3]],
    ),
    "a result that is wrapped within a quotation is whole": (
        "".join(f"> Epoch {epoch}/2\n> 8/8 [==] - 1s 9ms/step - loss: 0.5000 -\n> acc: 0.{epoch}000\n" for epoch in (1, 2)),
        [[1, 2]],
    ),
    "evaluate before a fit without validation is no run": (
        "10/10 [====] - 1s 9ms/step - loss: 2.3\nEpoch 1/2\n8/8 [====] - 1s - loss: 0.5\nEpoch 2/2\n8/8 [====] - 1s - loss: 0.4\n",
        [[1, 2]],
    ),
    "a counter that passes its end is the result of its epoch": (
        "Epoch 1/1\n4/8 [==>..] - ETA: 1s - loss: 0.5\n8/7 [====] - 1s - loss: 0.5\n",
        [[1]],
    ),
    "evaluate before the result of its epoch is no result of it": (
        "Epoch 1/2\n10/10 [====] - 1s 9ms/step - loss: 0.25 - acc: 0.55\n" + BAR.format(0.3) + "\n" + fit(0.2, first=2, of=2),
        [[1, 2]],
    ),
    "a bar of predict over the metrics of the epoch is no result of it": (
        "".join(f"Epoch {epoch}/2\n9/9 [====] - 0s 1ms/step loss: 0.4{epoch} - acc: 0.5\n{BAR.format(0.3)}\n" for epoch in (1, 2)),
        [[1, 2]],
    ),
    "a fit that fails in its first epoch is a run": ("Epoch 1/2\nTraceback (most recent call last):\n" + fit(0.3, 0.2), [[], [1, 2]]),
    "a fit that stops in its first epoch and begins again is two runs": (
        "Epoch 1/2\n4/32 [==>..] - ETA: 3s - loss: 0.9\n" + fit(0.3, 0.2),
        [[], [1, 2]],
    ),
    "a header of epoch 1 that comes at once again is an echo": ("Epoch 1/2\n" + fit(0.3, 0.2), [[1, 2]]),
    "fragments of results before a fit are no run": (
        "('LSTM', 128'>7s - loss: 0.9 - acc: 0.1>6s - loss: 0.8 - acc: 0.2\n" * 3 + fit(0.3, 0.2),
        [[1, 2]],
    ),
    "a single result under a heading of a document with runs is no run": (
        "# A\n" + fit(0.3, 0.2) + "# B\nIn an earlier try:\n" + BAR.format(0.9) + "\n# C\n" + fit(0.4, 0.3),
        [[1, 2], [1, 2]],
    ),
    "single results under headings are runs if no run has headers": (
        "# A\n" + BAR.format(0.9) + "\n# B\n" + BAR.format(0.8) + "\n",
        [[1], [1]],
    ),
    "a header in front of its result begins an epoch": ("Epoch 1/2 - 3s - loss: 0.3\nEpoch 2/2: 3s - loss: 0.2\n", [[1, 2]]),
    "colours whose escape characters were lost are no text": (
        "Epoch 1/1\n[1m8/8[0m [32m━━━━━[0m[37m[0m [1m1s[0m 9ms/step - loss: 0.5\n",
        [[1]],
    ),
    "a result whose last time is wrapped is whole": ("Epoch 1/1\n8/8 - 1s - loss: 0.5000 - 1s/epoch - 9ms/ste\np\n", [[1]]),
    "a result may stand behind a message on the same line": (
        "Epoch 1/1\nEpoch 00001: loss improved from inf to 0.5, saving model to best.h5  - 1s - loss: 0.5\n",
        [[1]],
    ),
    "tabs may divide metrics behind a prefix": ("INFO:absl:Epoch 1/1\nINFO:absl:8/8\t- 1s\t- loss: 0.5\n", [[1]]),
    "blanks behind colons may be lost behind a prefix": ("[INFO] Epoch 1/1\n[INFO]  - 1s - loss:0.5 - acc:0.4\n", [[1]]),
    "a training that is stuck at NaN in its last epoch, and a fit of one epoch": (
        fit(0.3, float("nan"), float("nan")) + BAR.format(0.4) + "\n",
        [[1, 2, 3], [1]],
    ),
    "a single result below its bar is a run under any heading": (
        "# A\n" + fit(0.3, 0.2) + "# B\n16/32 [===>..] - ETA: 3s - loss: 0.9\n" + BAR.format(0.9) + "\n",
        [[1, 2], [1]],
    ),
    "a copy of a whole epoch within the last epoch is an echo": (
        "".join(
            f"Epoch {epoch}/2\n32/32 ━━━━ 0s 9ms/step - loss: 0.{epoch}\n"
            + ("Epoch 1/2\n32/32 ━━━━ 3s 9ms/step - loss: 0.1 - val_loss: 0.7\n" if epoch == 2 else "")
            + f"32/32 ━━━━ 3s 9ms/step - loss: 0.{epoch} - val_loss: 0.7\n"
            for epoch in (1, 2)
        ),
        [[1, 2]],
    ),
    "a score divides two fits": (
        fit(0.3, of=2) + "[0.25, 0.55]\nEpoch 1/2\n" + fit(0.2, first=2, of=2),
        [[1], [2]],
    ),
    "text without epochs has no run": ("hello\n10/10 [=====] - 1s\n[1, 2]\n", []),
}  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), RUNS.values(), ids=RUNS.keys())
def test_runs(text: str, wanted: list[list[int]]) -> None:
    assert epochs(runs_of(text)) == wanted


FACTS: dict[str, tuple[str, Callable[[Any], Any], Any]] = {
    "all declared epochs are a completed run": (fit(0.3, 0.2), lambda run: run.status, "completed"),
    "fewer epochs are an interrupted run": (fit(0.3, 0.2, of=5), lambda run: run.status, "interrupted"),
    "early stopping is told from an interruption": (
        fit(0.3, 0.2, of=5) + "Epoch 00002: early stopping\n",
        lambda run: run.status,
        "stopped",
    ),
    "an error that ends the log is a failed run": (
        fit(0.3, of=5) + "Epoch 2/5\nTraceback (most recent call last):\n",
        lambda run: run.status,
        "failed",
    ),
    "an error after an early stop does not make a run failed": (
        fit(0.3, 0.2, of=5) + "Epoch 2: early stopping\nTraceback (most recent call last):\nValueError: no such file\n",
        lambda run: run.status,
        "stopped",
    ),
    "an error after the last epoch does not make a run failed": (
        fit(0.3, 0.2) + "Traceback (most recent call last):\n",
        lambda run: run.status,
        "completed",
    ),
    "an error before an epoch that finished does not make a run failed": (
        fit(0.3, of=5) + "ValueError: caught by a callback\n" + fit(0.2, first=2, of=5),
        lambda run: run.status,
        "interrupted",
    ),
    "a traceback that ends with an interruption by the user is no error": (
        fit(0.3, of=5) + 'Epoch 2/5\nTraceback (most recent call last):\n  File "a.py", line 3\nKeyboardInterrupt\n',
        lambda run: run.status,
        "interrupted",
    ),
    "an error after results without headers makes a run failed": (
        "21s - loss: 0.3\n21s - loss: 0.2\nTraceback (most recent call last):\nMemoryError: x\n",
        lambda run: (run.status, len(run.epochs)),
        ("failed", 2),
    ),
    "the user ends a run without headers": (
        "21s - loss: 0.3\n21s - loss: 0.2\nKeyboardInterrupt\n",
        lambda run: run.status,
        "interrupted",
    ),
    "an error between results without headers does not make a run failed": (
        "21s - loss: 0.3\nValueError: caught\n21s - loss: 0.2\n",
        lambda run: run.status,
        "completed",
    ),
    "an error in another section does not make a run without headers failed": (
        "21s - loss: 0.3\n21s - loss: 0.2\n# Troubleshooting\nMemoryError: x\n",
        lambda run: run.status,
        "completed",
    ),
    "early stopping without headers": (
        "21s - loss: 0.3\n21s - loss: 0.2\nEpoch 2: early stopping\nMemoryError: x\n",
        lambda run: run.status,
        "stopped",
    ),
    "the user ends a run": (fit(0.3, of=5) + "Epoch 2/5\nKeyboardInterrupt\n", lambda run: run.status, "interrupted"),
    "an unfinished epoch is no epoch": (KILLED, lambda run: len(run.epochs), 1),
    "an unfinished epoch is kept apart": (
        KILLED,
        lambda run: (run.partial.epoch, run.partial.line, run.partial.step, run.partial.steps, dict(run.partial.logs)),
        (2, 6, 17, 32, {"acc": 0.65, "loss": 1.1}),
    ),
    "an epoch that only began is unfinished too": (
        fit(0.3, of=2) + "Epoch 2/2\n",
        lambda run: (run.partial.epoch, run.partial.step),
        (2, None),
    ),
    "a finished run has no unfinished epoch": (fit(0.3), lambda run: run.partial, None),
    "evaluate is kept apart from the last epoch": (
        fit(0.3) + "10/10 [====] - 1s 9ms/step - loss: 0.25 - acc: 0.5500\n",
        lambda run: (len(run.epochs), [(each.line, dict(each.logs)) for each in run.evaluations]),
        (1, [(3, {"loss": 0.25, "acc": 0.55})]),
    ),
    "a printed score has the names of the metrics": (
        fit(0.3) + "[0.25, 0.55]\n",
        lambda run: [dict(each.logs) for each in run.evaluations],
        [{"loss": 0.25, "acc": 0.55}],
    ),
    "a number alone is the loss of a model without metrics": (
        "Epoch 1/1\n8/8 [==] - 1s - loss: 0.5 - val_loss: 0.25\n0.2512\n",
        lambda run: [dict(each.logs) for each in run.evaluations],
        [{"loss": 0.2512}],
    ),
    "a number alone is nothing for a model with metrics": (
        fit(0.3) + "0.2512\n",
        lambda run: (run.evaluations, run.warnings),
        ((), ()),
    ),
    "a dictionary of several lines is one score": (
        fit(0.3) + "{'acc': 0.25,\n 'loss': 0.5}\n",
        lambda run: [dict(each.logs) for each in run.evaluations],
        [{"acc": 0.25, "loss": 0.5}],
    ),
    "a list in R is one score": (
        fit(0.3) + "## $accuracy\n## [1] 0.25\n##\n## $loss\n## [1] 0.5\n",
        lambda run: [dict(each.logs) for each in run.evaluations],
        [{"acc": 0.25, "loss": 0.5}],
    ),
    "counts of a summary without its table wait for their run under the next heading": (
        "# Model\nTotal params: 20\nTrainable params: 20\n# Log\n" + fit(0.3),
        lambda run: run.parameters.total,
        20,
    ),
    "a score of sorted metrics has no names to guess": (
        "Epoch 1/1\n8/8 - 1s - 9ms/step - acc: 0.5 - auc: 0.6 - loss: 0.3\n[0.3, 0.5, 0.6]\n",
        lambda run: (run.evaluations, [(warning.code, warning.line) for warning in run.warnings]),
        ((), [("score-without-names", 3)]),
    ),
    "the optimizer's variables are not the model's": (
        " Total params: 34,514\n Trainable params: 11,000\n Non-trainable params: 504\n Optimizer params: 23,010\n"
        + fit(0.3),
        lambda run: (run.parameters.total, run.parameters.optimizer),
        (11504, 23010),
    ),
    "of several summaries the last before the run counts": (
        'Model: "a"\nTotal params: 10\nTrainable params: 4\nModel: "b"\nTotal params: 20\n' + fit(0.3),
        lambda run: (run.parameters.total, run.parameters.trainable),
        (20, None),
    ),
    "a summary printed at the end counts where there is no other": (
        fit(0.3) + "Total params: 20\n",
        lambda run: run.parameters.total,
        20,
    ),
    "a table under a heading is no note": (
        '# A\n\nWhy.\n\nModel: "a"\nTotal params: 20\n' + fit(0.3),
        lambda run: (run.name, run.note),
        ("A", "Why."),
    ),
    "an announced learning rate is exact": (
        "Epoch 1/1\nEpoch 1: LearningRateScheduler setting learning rate to 0.0018315018.\n"
        + BAR.format(0.3)
        + " - lr: 0.0018\n",
        lambda run: (run.epochs[0].learning_rate, run.epochs[0].logs["lr"]),
        (0.0018315018, 0.0018),
    ),
    "a learning rate on the line is kept": (
        "Epoch 1/1\n" + BAR.format(0.3) + " - learning_rate: 0.0018\n",
        lambda run: run.epochs[0].learning_rate,
        0.0018,
    ),
    "ReduceLROnPlateau sets the rate of all epochs after the one it ends": (
        "".join(
            f"Epoch {epoch}/4\n"
            + ("Epoch 2: ReduceLROnPlateau reducing learning rate to 0.0123456.\n" if epoch == 2 else "")
            + f"{BAR.format(0.3)} - lr: {rate}\n"
            for epoch, rate in enumerate(("0.0500", "0.0500", "0.0123", "0.0123"), 1)
        ),
        lambda run: [epoch.learning_rate for epoch in run.epochs],
        [0.05, 0.05, 0.0123456, 0.0123456],
    ),
    "ReduceLROnPlateau sets rates that no line prints": (
        fit(0.3, of=3)
        + "Epoch 1: ReduceLROnPlateau reducing learning rate to 0.0123456.\n"
        + fit(0.2, 0.1, first=2, of=3),
        lambda run: [epoch.learning_rate for epoch in run.epochs],
        [None, 0.0123456, 0.0123456],
    ),
    "a rate printed with an epoch counts if it is not the one that ReduceLROnPlateau set": (
        fit(0.3, of=2)
        + "Epoch 1: ReduceLROnPlateau reducing learning rate to 0.0123456.\n"
        + f"Epoch 2/2\n{BAR.format(0.2)} - lr: 0.0200\n",
        lambda run: [epoch.learning_rate for epoch in run.epochs],
        [None, 0.02],
    ),
    "a small rate is compared with all the digits that are printed": (
        fit(0.3, of=3)
        + "Epoch 1: ReduceLROnPlateau reducing learning rate to 9.999999747378752e-05.\n"
        + f"Epoch 2/3\n{BAR.format(0.2)} - lr: 1.0000e-04\nEpoch 3/3\n{BAR.format(0.1)} - lr: 6.0000e-05\n",
        lambda run: [epoch.learning_rate for epoch in run.epochs],
        [None, 9.999999747378752e-05, 6e-05],
    ),
    "older Keras counts the epochs of messages from 0": (
        "Epoch 1/2\n"
        "1900/2000 [==>..] - ETA: 0s - loss: 0.5Epoch 00000: val_acc improved from -inf to 0.6, saving model to b.h5\n"
        + BAR.format(0.3),
        lambda run: [message.epoch for message in run.messages],
        [1],
    ),
    "a bar of predict over the metrics of the epoch is no evaluation": (
        "Epoch 1/1\n9/9 [====] - 0s 1ms/step loss: 0.4 - acc: 0.5\n" + BAR.format(0.3) + "\n",
        lambda run: (run.epochs[0].logs["loss"], run.evaluations, run.warnings),
        (0.3, (), ()),
    ),
    "metrics without a dash before them count if no other result follows": (
        "Epoch 1/1\n32/32 [====] - 3s 1ms/step loss: 0.4 - acc: 0.5\n",
        lambda run: (run.epochs[0].logs["loss"], [warning.code for warning in run.warnings]),
        (0.4, ["painted-over"]),
    ),
    "the end of a bar that other text has overwritten is no evaluation beside a validated result": (
        "Epoch 1/2\n800/800 [====] - 2s - loss: 0.5 - val_loss: 0.6\nEpoch 2/2\n"
        "The room is quiet today. 0s - loss: 0.4\n"
        "700/800 [==>.] - ETA: 0s - loss: 0.4\n800/800 [====] - 2s - loss: 0.3 - val_loss: 0.4\n",
        lambda run: (len(run.epochs), run.evaluations, [warning.code for warning in run.warnings]),
        (2, (), ["painted-over"]),
    ),
    "an evaluation that took no second after a validated epoch of Keras 3 is kept apart": (
        "Epoch 1/2\n3/3 ━━━ 0s 69ms/step - loss: 0.7 - val_loss: 0.6\nEpoch 2/2\n3/3 ━━━ 0s 45ms/step - loss: 0.6 - val_loss: 0.5\n"
        "4/4 ━━━ 0s 5ms/step - loss: 0.55\n",
        lambda run: (len(run.epochs), [dict(each.logs) for each in run.evaluations]),
        (2, [{"loss": 0.55}]),
    ),
    "an evaluation before the result of its epoch is kept apart": (
        "Epoch 1/1\n10/10 [====] - 1s 9ms/step - loss: 0.25 - acc: 0.55\n" + BAR.format(0.3) + "\n",
        lambda run: (run.epochs[0].logs["loss"], [dict(each.logs) for each in run.evaluations]),
        (0.3, [{"loss": 0.25, "acc": 0.55}]),
    ),
    "a callback that evaluates before the result of each epoch is not the epoch": (
        "".join(f"Epoch {epoch}/3\n7/7 - 1s - loss: 0.9\n8/8 - 1s - loss: 0.{epoch}\n" for epoch in (1, 2, 3)),
        lambda run: (
            [dict(each.logs) for each in run.epochs],
            len(run.evaluations),
            [each.code for each in run.warnings],
        ),
        ([{"loss": 0.1}, {"loss": 0.2}, {"loss": 0.3}], 3, ["ambiguous"]),
    ),
    "a callback that evaluates between the two results of an epoch is not the epoch": (
        "Epoch 1/2\n8/8 ━━━ 0s 9ms/step - loss: 0.4\n3/3 ━━━ 1s 9ms/step - loss: 0.9\n8/8 ━━━ 2s 9ms/step - loss: 0.4\n"
        "Epoch 2/2\n8/8 ━━━ 2s 9ms/step - loss: 0.3\n",
        lambda run: ([dict(each.logs) for each in run.epochs], [dict(each.logs) for each in run.evaluations]),
        ([{"loss": 0.4}, {"loss": 0.3}], [{"loss": 0.9}]),
    ),
    "epochs may differ in their steps": (
        "".join(f"Epoch {epoch}/3\n{epoch}/{epoch} - 1s - loss: 0.{epoch}\n" for epoch in (1, 2, 3)),
        lambda run: ([dict(each.logs) for each in run.epochs], run.evaluations),
        ([{"loss": 0.1}, {"loss": 0.2}, {"loss": 0.3}], ()),
    ),
    "a name that was wrapped at its blank keeps it": (
        "Epoch 1/1\n8/8 [==] - 1s 9ms/step - loss: 0.5000 - binary\naccuracy: 0.4000 - val_binary accuracy: 0.3000\n",
        lambda run: dict(run.epochs[0].logs),
        {"loss": 0.5, "binary accuracy": 0.4, "val_binary accuracy": 0.3},
    ),
    "a validation metric that was wrapped at its blank keeps it": (
        "Epoch 1/1\n8/8 [==] - 1s 9ms/step - loss: 0.5000 - binary accuracy: 0.4000 - val_binary\naccuracy: 0.3000\n",
        lambda run: dict(run.epochs[0].logs),
        {"loss": 0.5, "binary accuracy": 0.4, "val_binary accuracy": 0.3},
    ),
    "a result that is wrapped within a comment has all metrics": (
        "// Epoch 1/1\n// 8/8 [==] - 1s 9ms/step - loss: 0.5000 -\n// acc: 0.4000\n",
        lambda run: dict(run.epochs[0].logs),
        {"loss": 0.5, "acc": 0.4},
    ),
    "of bars in a row the last one counts": (
        "Epoch 1/1\n2/9 [=>..] - ETA: 1s - loss: 0.9\n4/8 [==>..] - ETA: 1s - loss: 0.5\n8/8 [====] - 1s - loss: 0.3\n",
        lambda run: len(run.epochs),
        1,
    ),
    "headers of another run whose results cannot be read are told": (
        "".join(f"Epoch {epoch}/3\nno result\n" for epoch in (1, 2, 3)) + fit(0.3),
        lambda run: [(warning.code, warning.line) for warning in run.warnings],
        [("unreadable", 1)],
    ),
    "a result that is wrapped within a quotation has all metrics": (
        "> Epoch 1/1\n> 8/8 [==] - 1s 9ms/step - loss: 0.5000\n> - acc: 0.4000\n",
        lambda run: dict(run.epochs[0].logs),
        {"loss": 0.5, "acc": 0.4},
    ),
    "a provisional result that is printed again and breaks off is no evaluation": (
        "Epoch 1/1\n8/8 ━━━ 0s 9ms/step - acc: 0.4000 - loss: 0.5000\n8/8 ━━━ 1s 9ms/step - acc: 0.4000\n",
        lambda run: (len(run.epochs), run.evaluations),
        (1, ()),
    ),
    "an evaluation with the steps of an epoch may be a fit, which is told": (
        "Epoch 1/1\n8/8 [==] - 1s - loss: 0.5\n8/8 [==] - 2s - loss: 0.4\n",
        lambda run: ([dict(each.logs) for each in run.evaluations], [warning.code for warning in run.warnings]),
        ([{"loss": 0.4}], ["ambiguous"]),
    ),
    "a lost header is told": (
        f"Epoch 1/3\n{BAR.format(0.4)}\n{BAR.format(0.3)}\n" + fit(0.2, first=3, of=3),
        lambda run: [(warning.code, warning.line) for warning in run.warnings],
        [("ambiguous", 3)],
    ),
    "fragments before a fit are told": (
        "'a'>7s - loss: 0.9\n" + fit(0.3),
        lambda run: [(warning.code, warning.line) for warning in run.warnings],
        [("fragment", 1)],
    ),
    "the facts before a single result are of the run after it": (
        "# A\nTotal params: 20\n" + BAR.format(0.9) + "\nFull log:\n" + fit(0.3, 0.2),
        lambda run: run.parameters.total,
        20,
    ),
    "a single result under a heading is told": (
        "# A\n" + fit(0.3, 0.2) + "# B\n" + BAR.format(0.9) + "\n",
        lambda run: [(warning.code, warning.line) for warning in run.warnings],
        [("lone-result", 7)],
    ),
    "a quotation below another heading is no evaluation": (
        fit(0.3, 0.2) + "# B\n" + BAR.format(0.3).partition(" - val")[0] + "\n",
        lambda run: len(run.epochs),
        2,
    ),
    "a list that is wrapped is a score": (
        "Epoch 1/1\n8/8 [==] - 1s - loss: 0.5 - acc: 0.4\n3/8 [=>..] - ETA: 0s[0.2500,\n0.7500]\n",
        lambda run: [dict(each.logs) for each in run.evaluations],
        [{"loss": 0.25, "acc": 0.75}],
    ),
    "the loss has four decimals, and the digits behind them are stale": (
        "Epoch 1/1\n8/8 [==] - 1s 9ms/step - loss: 0.50008733\n",
        lambda run: (run.epochs[0].logs["loss"], [warning.code for warning in run.warnings]),
        (0.5, ["stale-tail"]),
    ),
    "a list behind a rank is a score": (
        "(Trainer pid=7) Epoch 1/1\n(Trainer pid=7) 8/8 [==] - 1s - loss: 0.5 - acc: 0.4\n(Trainer pid=7) [0.25, 0.75]\n",
        lambda run: [dict(each.logs) for each in run.evaluations],
        [{"loss": 0.25, "acc": 0.75}],
    ),
    "an echoed result leaves the true values": (
        fit(0.3, of=2) + "Epoch 2/2\n" + BAR.format(0.3) + "\n" + BAR.format(0.2) + "\n",
        lambda run: [epoch.logs["loss"] for epoch in run.epochs],
        [0.3, 0.2],
    ),
    "a rate set before the header of another run is not of this run": (
        "# A\nEpoch 1: LearningRateScheduler setting learning rate to 0.5.\n"
        + fit(0.3)
        + "Epoch 1: LearningRateScheduler setting learning rate to 0.25.\n",
        lambda run: [epoch.learning_rate for epoch in run.epochs],
        [0.5],
    ),
    "a score under the next heading is of the run before": (
        fit(0.3) + "# Result of evaluate\n[0.25, 0.55]\n# Notes\n",
        lambda run: [dict(each.logs) for each in run.evaluations],
        [{"loss": 0.25, "acc": 0.55}],
    ),
    "a printed summary waits for its run under the next heading": (
        'Model: "a"\nTotal params: 20\n# Train\n' + fit(0.3),
        lambda run: run.parameters.total,
        20,
    ),
    "a monitor that does not exist is told once": (
        fit(0.3, of=9)
        + 2 * "WARNING: Early stopping conditioned on metric `val_acc` which is not available. Available\n",
        lambda run: [(warning.code, warning.line) for warning in run.warnings],
        [("monitor-not-available", 3)],
    ),
    "the values of an unfinished epoch of Keras 3 are doubted": (
        KILLED,
        lambda run: [(warning.code, warning.line) for warning in run.warnings],
        [("keras-3-bar", 4), ("keras-3-partial", 6)],
    ),
    "an unfinished epoch of Keras 3 without values is not doubted": (
        "Epoch 1/2\n8/8 ━━━━ 1s 9ms/step - loss: 0.3\nEpoch 2/2\n",
        lambda run: [warning.code for warning in run.warnings],
        ["keras-3-bar"],
    ),
    "an unfinished epoch of another Keras is not doubted": (
        fit(0.3, of=2) + "Epoch 2/2\n4/32 [=>....] - ETA: 3s - loss: 0.5\n",
        lambda run: run.warnings,
        (),
    ),
    "epochs that are missing are told": (
        fit(0.3, of=5) + fit(0.2, first=4, of=5),
        lambda run: [warning.text for warning in run.warnings],
        ["epochs before epoch 4 are missing"],
    ),
    "results without header are told": (
        "21s - loss: 0.3\n",
        lambda run: [warning.code for warning in run.warnings],
        ["epoch-guessed"],
    ),
    "evaluate before training is kept": (
        "10/10 [====] - 1s 9ms/step - loss: 2.3 - acc: 0.1\n" + fit(0.3),
        lambda run: [dict(each.logs) for each in run.evaluations],
        [{"loss": 2.3, "acc": 0.1}],
    ),
    "a result of evaluate between two trainings belongs to the one before": (
        "# A\n" + fit(0.3) + "# B\n9/9 - 0s - loss: 0.5000 - acc: 0.7000\nLoss: 0.500012345, Accuracy: 0.699987654\n",
        lambda run: [(each.line, dict(each.logs)) for each in run.evaluations],
        [(5, {"loss": 0.5, "acc": 0.7})],
    ),
    "evaluate after a single quoted epoch is in no doubt": (
        fit(0.3, first=9, of=9) + "9/9 [====] - 0s 9ms/step - loss: 0.5000 - acc: 0.7000\n",
        lambda run: (run.warnings, [dict(each.logs) for each in run.evaluations]),
        ((), [{"loss": 0.5, "acc": 0.7}]),
    ),
    "a bar of evaluate may count to an unknown end": (
        fit(0.3) + "    4/Unknown - 1s 9ms/step - loss: 0.6000\n    9/Unknown - 1s 9ms/step - loss: 0.5000\ndone\n",
        lambda run: ([dict(each.logs) for each in run.evaluations], run.status),
        ([{"loss": 0.5}], "completed"),
    ),
    "a bar of evaluate that an error ends is no score": (
        fit(0.3) + "    4/Unknown - 1s 9ms/step - loss: 0.6000\nValueError: no such file\n",
        lambda run: run.evaluations,
        (),
    ),
    "a bar to an unknown end that is finished is that of a result": (
        fit(0.3) + "    4/Unknown - 1s 9ms/step - loss: 0.6000\n9/9 [====] - 1s 9ms/step - loss: 0.5000\n",
        lambda run: [dict(each.logs) for each in run.evaluations],
        [{"loss": 0.5}],
    ),
    "a percentage is divided exactly": (
        fit(0.3) + "Test accuracy: 71.4%\n",
        lambda run: [dict(each.logs) for each in run.evaluations],
        [{"acc": 0.714}],
    ),
    "a number that cannot be read is told": (
        "Epoch 1/1\n8/8 [==] - 1s 1ms/step - loss: 0,5 - val_acc: 0,5\n",
        lambda run: (len(run.epochs), [(each.code, each.line) for each in run.warnings]),
        (0, [("unreadable", 2)]),
    ),
    "tested values in lines of their own are one score": (
        fit(0.3) + "Test loss: 0.25\nTest accuracy: 0.55\n",
        lambda run: [dict(each.logs) for each in run.evaluations],
        [{"loss": 0.25, "acc": 0.55}],
    ),
    "a bar without metrics whose counter passes its end is no score": (
        "Epoch 1/1\n8/8 - 1s - 9ms/step - acc: 0.5 - auc: 0.6 - loss: 0.3\n2/1 [==] - 1s 9ms/step\n",
        lambda run: run.evaluations,
        (),
    ),
    "a log without heading is named after its file": (fit(0.3), lambda run: run.name, "some"),
}


@pytest.mark.parametrize(("text", "look", "wanted"), FACTS.values(), ids=FACTS.keys())
def test_facts(text: str, look: Callable[[Run], Any], wanted: object) -> None:
    (run,) = runs_of(text)
    assert look(run) == wanted


NAMES = {
    "runs of one heading are numbered": (["A", "", "B"], ["A", "A (2)", "B"]),
    "no number makes the name of another heading": (["A", "", "A (2)", "", ""], ["A", "A (3)", "A (2)", "A (2) (2)", "A (2) (3)"]),
    "headings may come again": (["A", "B", "A", "B"], ["A", "B", "A (2)", "B (2)"]),
}  # fmt: skip


@pytest.mark.parametrize(("headings", "names"), NAMES.values(), ids=NAMES.keys())
def test_no_two_runs_of_a_log_share_a_name(headings: list[str], names: list[str]) -> None:
    text = "".join((f"# {heading}\n" if heading else "") + fit(0.3 + index) for index, heading in enumerate(headings))
    assert [run.name for run in runs_of(text)] == names


def test_a_note_does_not_end_a_document_of_many_headings_in_quadratic_time() -> None:
    assert runs_of("# A\ntext\n" * 100_000) == ()


def test_hundreds_of_quotations_are_dropped_at_once() -> None:
    quoted = "".join(f"Epoch {epoch}/600\n{BAR.format(epoch)}\nx\n" for epoch in range(600, 300, -1))
    assert epochs(runs_of(quoted + fit(*range(1, 601)))) == [list(range(1, 601))]
