"""A line of Keras says one thing, whichever generation printed it."""

import math

import pytest

from reporter.reading import events as e
from reporter.reading.formats import keras
from reporter.reading.formats.keras import bars
from reporter.reading.formats.keras.lines import read_line
from reporter.reading.lines import Line

SAMPLES = list(keras.SAMPLES.items())


GENERATIONS = ["1", None, "2", "tf.keras", "3", "3"]


def said(text: str) -> list[e.Event]:
    return [event for event in read_line(7, text) if not isinstance(event, e.Prose)]


def test_a_result_proves_its_generation_where_only_one_prints_so() -> None:
    results = [said(text)[0] for _, text in SAMPLES]
    assert [result.generation for result in results if isinstance(result, e.Result)] == GENERATIONS


@pytest.mark.parametrize("text", [text for _, text in SAMPLES], ids=[name for name, _ in SAMPLES])
def test_every_generation_says_the_same_of_a_finished_epoch(text: str) -> None:
    (result,) = said(text)
    assert isinstance(result, e.Result)
    assert result.seconds == 23.0
    assert result.logs["loss"] == 0.1601
    assert result.logs["acc"] == 0.9497
    assert result.text == text.strip()
    assert keras.sniff([Line(1, text)]) == 1.0


LINES: dict[str, tuple[str, list[e.Event]]] = {
    "the time of a step is exact": (
        "60000/60000 [====] - 23s 380us/step - loss: 0.1",
        [e.Result(7, "60000/60000 [====] - 23s 380us/step - loss: 0.1", {"loss": 0.1}, 60000, 23.0, 0.00038)],
    ),
    "the time of a step may stand at the end": (
        "20/20 - 5s - loss: 0.1 - 5s/epoch - 250ms/step",
        [e.Result(7, "20/20 - 5s - loss: 0.1 - 5s/epoch - 250ms/step", {"loss": 0.1}, 20, 5.0, 0.25, "tf.keras")],
    ),
    "an exponent belongs to its number": (
        " - 5s - loss: 9.8765e-04 - val_loss: -1.5000e+02",
        [e.Result(7, "- 5s - loss: 9.8765e-04 - val_loss: -1.5000e+02", {"loss": 9.8765e-4, "val_loss": -150.0}, None, 5.0, None, "2", {"loss": "val_loss"})],
    ),
    "a metric may have any name": (
        "2/2 - 1s - mAP@0.5: 0.5 - top 5/acc.x: 0.25 - PSNR-db: 31.0",
        [e.Result(7, "2/2 - 1s - mAP@0.5: 0.5 - top 5/acc.x: 0.25 - PSNR-db: 31.0", {"mAP@0.5": 0.5, "top 5/acc.x": 0.25, "PSNR-db": 31.0}, 2, 1.0, None, "tf.keras")],
    ),
    "a bar with an ETA is progress": (
        " 100/2000 [>.............] - ETA: 3s - loss: 0.8280 - acc: 0.6763",
        [e.Progress(7, 100, 2000, {"loss": 0.828, "acc": 0.6763})],
    ),
    "a bar of Keras 3 that is not full is progress": (
        "  5/938 ━━━━━━━━━━ 1:23 100ms/step - acc: 0.5000",
        [e.Progress(7, 5, 938, {"acc": 0.5}, doubt=bars._KERAS_3_PARTIAL)],
    ),
    "a bar of unknown length is progress": (
        "    100/Unknown - 3s 30ms/step - loss: 1.0",
        [e.Progress(7, 100, None, {"loss": 1.0})],
    ),
    "a message glued to a bar is a message": (
        "1900/2000 [===>..] - ETA: 0s - acc: 1.0000Epoch 00002: val_acc improved from 0.96000 to 0.99530, saving model to b.h5",
        [
            e.Progress(7, 1900, 2000, {"acc": 1.0}),
            e.CallbackMessage(7, "Epoch 00002: val_acc improved from 0.96000 to 0.99530, saving model to b.h5", "checkpoint", 2, 0.9953, "val_acc", saved="b.h5"),
        ],
    ),
    "a number that runs into text is not a number": (
        "10/20 [===>..] - ETA: 0s - loss: 0.5 - acc: 0.66Memory access fault",
        [e.Progress(7, 10, 20, {"loss": 0.5})],
    ),
    "an epoch begins": ("Epoch 3/20", [e.EpochBegin(7, 3, 20)]),
    "a fit begins on samples": ("Train on 60000 samples, validate on 10000 samples", [e.FitBegin(7, 60000, 10000)]),
    "a fit begins on steps": ("Train for 938 steps, validate for 157 steps", [e.FitBegin(7, None, None)]),
    "a learning rate is set": (
        "Epoch 00018: LearningRateScheduler setting learning rate to 0.0004670715.",
        [e.CallbackMessage(7, "Epoch 00018: LearningRateScheduler setting learning rate to 0.0004670715.", "learning_rate", 18, 0.0004670715, schedules=True)],
    ),
    "a learning rate is reduced": (
        "Epoch 4: ReduceLROnPlateau reducing learning rate to 1e-05.",
        [e.CallbackMessage(7, "Epoch 4: ReduceLROnPlateau reducing learning rate to 1e-05.", "learning_rate", 4, 1e-5)],
    ),
    "nothing improved": (
        "Epoch 3: val_loss did not improve from 0.01234",
        [e.CallbackMessage(7, "Epoch 3: val_loss did not improve from 0.01234", "checkpoint", 3, 0.01234, "val_loss")],
    ),
    "a best value runs into text": (
        "Epoch 3: loss did not improve from 0.5Memory",
        [e.CallbackMessage(7, "Epoch 3: loss did not improve from 0.5Memory", "checkpoint", 3, None, "loss")],
    ),
    "training goes on": ("Resumed after epoch 3 of 20", [e.CallbackMessage(7, "Resumed after epoch 3 of 20", "resumed", 3)]),
    "training stops early": ("Epoch 9: early stopping", [e.CallbackMessage(7, "Epoch 9: early stopping", "early_stopping", 9)]),
    "parameters, bold outside": ("**Total params:** 14,864", [e.ParameterCount(7, "total", 14864)]),
    "parameters, bold inside": ("**Total params: 11,504**", [e.ParameterCount(7, "total", 11504)]),
    "parameters, with a size": (" Non-trainable params: 192 (768.00 B)", [e.ParameterCount(7, "non_trainable", 192)]),
    "parameters, without separators": ("Total params: 9507921 (36.27 MB)", [e.ParameterCount(7, "total", 9507921)]),
    "a score alone": ("[0.0165, 0.9947]", [e.Score(7, (0.0165, 0.9947))]),
    "a score with a label": ("**print(score) output:**  [0.5, 1e-03]", [e.Score(7, (0.5, 0.001))]),
    "a list that nobody called a score": ("kernel sizes [3, 5]", []),
    "a tested value": ("Test accuracy: 0.9895", [e.Score(7, logs={"accuracy": 0.9895})]),
    "a tested value in percent": ("Test Accuracy: 57.93%", [e.Score(7, logs={"accuracy": 0.5793})]),
    "a tested loss called score": ("Test score: 0.03", [e.Score(7, logs={"loss": 0.03})]),
    "a tested accuracy above 1 is a percentage": ("Test accuracy: 80.070 loss: 0.851", [e.Score(7, logs={"accuracy": 0.8007, "loss": 0.851})]),
    "two tested values": ("Test Loss: 0.02, Test Accuracy: 0.99", [e.Score(7, logs={"loss": 0.02, "accuracy": 0.99})]),
    "results of a test": ("Test results - Loss: 0.5 - Accuracy: 25%", [e.Score(7, logs={"loss": 0.5, "accuracy": 0.25})]),
    "testing": ("**Testing Loss: 0.5**", [e.Score(7, logs={"loss": 0.5})]),
    "the test set behind the metric": ("loss (test-set): 0.5", [e.Score(7, logs={"loss": 0.5})]),
    "test data behind the metric": ("Accuracy on test data is: 83.5", [e.Score(7, logs={"accuracy": 0.835})]),
    "an evaluation in words": ("Evaluation: loss = 0.5 and acc = 0.25", [e.Score(7, logs={"loss": 0.5, "acc": 0.25})]),
    "a number of test images is no score": ("Test images: 10000", []),
    "a dictionary of scores": ("{'loss': np.float64(0.5), 'acc': 0.25}", [e.Score(7, logs={"loss": 0.5, "acc": 0.25})]),
    "a dictionary that a callback gets is no score": ("{'loss': 0.5, 'val_loss': 0.25}", []),
    "a score in R": ("## $accuracy ## [1] 0.9", [e.Score(7, logs={"accuracy": 0.9})]),
    "a score in a comment": ("#> [0.0165, 0.9947]", [e.Score(7, (0.0165, 0.9947))]),
    "a bar in backticks": ("`4/8 [==>..] - ETA: 3s - loss: 0.5`", [e.Progress(7, 4, 8, {"loss": 0.5})]),
    "an interruption behind the prefix of a logger": ("INFO:absl:KeyboardInterrupt", [e.Failure(7, "INFO:absl:KeyboardInterrupt", by_user=True)]),
    "an interruption in backticks": ("`KeyboardInterrupt`", [e.Failure(7, "`KeyboardInterrupt`", by_user=True)]),
    "a bar of predict over other text": (
        "1/1 [===] - 0s 20ms/step0.7",
        [e.Result(7, "1/1 [===] - 0s 20ms/step0.7", {}, 1, 0.0, 0.02)],
    ),
    "a number alone": ("0.0279299", [e.Score(7, (0.0279299,))]),
    "a score in backticks": ("`[0.0165, 0.9947]`", [e.Score(7, (0.0165, 0.9947))]),
    "a score directly behind an unfinished bar": (
        "99/100 [==>.] - ETA: 0s - acc: 0.9883[0.0316, 0.9904]",
        [e.Progress(7, 99, 100, {"acc": 0.9883}), e.Score(7, (0.0316, 0.9904))],
    ),
    "a sentence that ends in a list": ("7) This gave an accuracy score of [0.04, 0.98]", []),
    "a bar behind what a tool puts in front": (
        "    ## 90/90 - 0s - 2ms/step - loss: 0.5",
        [e.Result(7, "90/90 - 0s - 2ms/step - loss: 0.5", {"loss": 0.5}, 90, 0.0, 0.002, "3")],
    ),
    "a heading": ("## Using_GAP.ipynb ##", [e.Heading(7, "Using_GAP.ipynb", 2)]),
    "the user stops": ("KeyboardInterrupt", [e.Failure(7, "KeyboardInterrupt", by_user=True)]),
    "an error stops": ("ValueError: bad shape", [e.Failure(7, "ValueError: bad shape", by_user=False)]),
    "another framework": ("[1,  2000] loss: 2.190", []),
    "a counter may pass its end": (
        "391/390 [====] - 9s 23ms/step - loss: 0.5",
        [e.Result(7, "391/390 [====] - 9s 23ms/step - loss: 0.5", {"loss": 0.5}, 391, 9.0, 0.023, past_end=True)],
    ),
    "evaluate of TF 2.0 counts to a wrong end": ("100/1 [====] - 0s 9us/sample - loss: 0.5", [e.Score(7, logs={"loss": 0.5})]),
    "blanks around separators may be lost": (
        "8/8 [===] - 1s 9ms/step - loss: 1.3553 -acc: 0.4832- val_loss:2.5000e-04",
        [e.Result(7, "8/8 [===] - 1s 9ms/step - loss: 1.3553 -acc: 0.4832- val_loss:2.5000e-04", {"loss": 1.3553, "acc": 0.4832, "val_loss": 2.5e-4}, 8, 1.0, 0.009, None, {"loss": "val_loss"})],
    ),
    "blanks may be lost behind a timestamp": (
        "2024-01-31T12:00:03Z 45/45- 150s- loss: 0.5- val_loss: 0.4",
        [e.Result(7, "45/45- 150s- loss: 0.5- val_loss: 0.4", {"loss": 0.5, "val_loss": 0.4}, 45, 150.0, None, "tf.keras", {"loss": "val_loss"})],
    ),
    "one metric may be bold": (
        "8/8 [===] - 1s 9ms/step - loss: 0.5 - **acc: 0.4** - auc: 0.3",
        [e.Result(7, "8/8 [===] - 1s 9ms/step - loss: 0.5 - **acc: 0.4** - auc: 0.3", {"loss": 0.5, "acc": 0.4, "auc": 0.3}, 8, 1.0, 0.009)],
    ),
    "the time may have been deleted with the bar": (
        "4160/4160 - loss: 0.5 - acc: 0.4",
        [e.Result(7, "4160/4160 - loss: 0.5 - acc: 0.4", {"loss": 0.5, "acc": 0.4}, 4160, None, None, "tf.keras")],
    ),
    "a mark is no result": ("5/5 - taste: 4.5", []),
    "a time of day is no metric": ("8/8 [===] - 1s 9ms/step - 12:30", [e.Progress(7, 8, 8, {}), e.Notice(7, "unreadable", "a finished epoch whose metrics cannot be read: 12:30")]),
    "separators may have been replaced": (
        "103s:loss:2.4089:val_loss:-1.0",
        [e.Result(7, "103s:loss:2.4089:val_loss:-1.0", {"loss": 2.4089, "val_loss": -1.0}, None, 103.0, None, "1", {"loss": "val_loss"})],
    ),
    "replaced separators, in quotation marks": (
        "'9s; loss=0.5; acc=0.4'",
        [e.Result(7, "9s; loss=0.5; acc=0.4'", {"loss": 0.5, "acc": 0.4}, None, 9.0, None, "1")],
    ),
    "a word behind a dash is no metric": (
        "8/8 [====] - 1s 80us/step - loss: 2.5 - best!",
        [e.Result(7, "8/8 [====] - 1s 80us/step - loss: 2.5", {"loss": 2.5}, 8, 1.0, 8e-5)],
    ),
    "a result may break off before a metric": (
        "8/8 [====] - 1s 80us/step - loss: 2.5 - val_l",
        [e.Result(7, "8/8 [====] - 1s 80us/step - loss: 2.5", {"loss": 2.5}, 8, 1.0, 8e-5), e.Notice(7, "unreadable", "a finished epoch whose metrics cannot be read: val_l")],
    ),
    "the time of a step may have been deleted": (
        "8/8 - 1s - - loss: 2.5",
        [e.Result(7, "8/8 - 1s - - loss: 2.5", {"loss": 2.5}, 8, 1.0, None, "tf.keras")],
    ),
    "a message glued to early stopping is another message": (
        "Epoch 5: early stopping Restoring model weights from the end of the best epoch: 1.",
        [e.CallbackMessage(7, "Epoch 5: early stopping", "early_stopping", 5), e.CallbackMessage(7, "Restoring model weights from the end of the best epoch: 1.", "restored_weights", value=1.0)],
    ),
    "the first value of Keras 3 improved from nothing": (
        "Epoch 1: val_acc improved from None to 0.81500, saving model to a b.keras",
        [e.CallbackMessage(7, "Epoch 1: val_acc improved from None to 0.81500, saving model to a b.keras", "checkpoint", 1, 0.815, "val_acc", saved="a b.keras")],
    ),
    "every epoch is saved": (
        "Epoch 3: saving model to m-03.h5",
        [e.CallbackMessage(7, "Epoch 3: saving model to m-03.h5", "checkpoint", 3, saved="m-03.h5")],
    ),
    "a model that was saved is not saved again": (
        "Epoch 3: finished saving model to m-03.h5",
        [e.CallbackMessage(7, "Epoch 3: finished saving model to m-03.h5", "checkpoint", 3)],
    ),
    "the restored epoch is not always printed": (
        "Restoring model weights from the end of the best epoch.",
        [e.CallbackMessage(7, "Restoring model weights from the end of the best epoch.", "restored_weights")],
    ),
    "separators behind a bar may have been replaced": (
        "8/8 [====]:1s:80us/step:loss:2.5261",
        [e.Result(7, "8/8 [====]:1s:80us/step:loss:2.5261", {"loss": 2.5261}, 8, 1.0, 8e-5)],
    ),
    "replaced separators leave the blank in a name": (
        "8/8 - 1s | loss: 0.5 | binary accuracy: 0.25 - 1s/epoch - 9ms/step",
        [e.Result(7, "8/8 - 1s | loss: 0.5 | binary accuracy: 0.25 - 1s/epoch - 9ms/step", {"loss": 0.5, "binary accuracy": 0.25}, 8, 1.0, 0.009, "tf.keras")],
    ),
    "blanks may be added": (
        "8/8 [===] - 1s 9ms/step\t-  loss : 0.5  -  acc:  0.25",
        [e.Result(7, "8/8 [===] - 1s 9ms/step\t-  loss : 0.5  -  acc:  0.25", {"loss": 0.5, "acc": 0.25}, 8, 1.0, 0.009)],
    ),
    "a finished bar directly behind the remains of an unfinished one": (
        "58/60 [==>.] - ETA: 0s - loss: 0.500059/60 [==>.] - ETA: 0s - loss: 4.0000e-0360/60 [===] - 5s - loss: 0.3000",
        [
            e.Progress(7, 58, 60, {"loss": 0.5}),
            e.Progress(7, 59, 60, {"loss": 0.004}),
            e.Result(7, "60/60 [===] - 5s - loss: 0.3000", {"loss": 0.3}, 60, 5.0, None, "1"),
        ],
    ),
    "a comment behind a result is no part of it": (
        "8/8 [====] - 1s 9ms/step - loss: 0.5000  # why so bad?",
        [e.Result(7, "8/8 [====] - 1s 9ms/step - loss: 0.5000", {"loss": 0.5}, 8, 1.0, 0.009)],
    ),
    "what a script prints behind a result is read, too": (
        "8/8 [====] - 1s 9ms/step - loss: 0.5000 Test loss: 0.49",
        [e.Result(7, "8/8 [====] - 1s 9ms/step - loss: 0.5000", {"loss": 0.5}, 8, 1.0, 0.009), e.Score(7, (), {"loss": 0.49})],
    ),
    "a bar directly behind a word": (
        "Epoch 00001: loss improved from inf to 0.50000, saving mod8/8 [====] - 1s - loss: 0.5000",
        [
            e.CallbackMessage(7, "Epoch 00001: loss improved from inf to 0.50000, saving mod", "checkpoint", 1, 0.5, "loss"),
            e.Result(7, "8/8 [====] - 1s - loss: 0.5000", {"loss": 0.5}, 8, 1.0, None, "1"),
        ],
    ),
    "a full bar is finished, also if a digit of its counter was lost": (
        f"0/40 [{'=' * 30}] - 1s 9ms/step - loss: 0.5000",
        [e.Result(7, f"0/40 [{'=' * 30}] - 1s 9ms/step - loss: 0.5000", {"loss": 0.5}, 40, 1.0, 0.009)],
    ),
    "lines of a terminal, filled with blanks": (
        f"Epoch 7/9{' ' * 191}8/8 [====] - 1s 9ms/step - loss: 0.5000{' ' * 161}Epoch 8/9",
        [
            e.EpochBegin(7, 7, 9),
            e.Result(7, "8/8 [====] - 1s 9ms/step - loss: 0.5000", {"loss": 0.5}, 8, 1.0, 0.009),
            e.EpochBegin(7, 8, 9),
        ],
    ),
    "the time in brackets": (
        "8/8 [1s 9ms/step] - loss: 0.5000",
        [e.Result(7, "8/8 [1s 9ms/step] - loss: 0.5000", {"loss": 0.5}, 8, 1.0, 0.009)],
    ),
    "a list after the name of what evaluate returned": (
        "loss_and_metrics : [0.25, 0.75]",
        [e.Score(7, (0.25, 0.75))],
    ),
    "a comment with a value is no heading": ("# best loss: 0.5", []),
    "a comment with a rule is no heading": ("# ______________", []),
    "an item of a commented list is no heading": ("# - rate = 3e-2", []),
    "a bar of something else": ("100%|█████| 5/5 [00:01<00:00]", []),
}  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), LINES.values(), ids=LINES.keys())
def test_a_line_says(text: str, wanted: list[e.Event]) -> None:
    assert said(text) == wanted


BAR = "8/8 ━━━━━━━━━━ {}s 9ms/step - loss: 0.5"
PROVISIONAL = {
    "a bar of Keras 3 that took no time may be printed again": (BAR.format(0), True, "keras-3-bar"),
    "a bar of Keras 3 that took time is final": (BAR.format(1), False, "keras-3-bar"),
    "a bar that was printed without Unicode may be printed again": (
        BAR.replace("━", "=").format(0),
        True,
        "keras-3-bar",
    ),
    "an older bar is final": ("8/8 [====] - 0s 9ms/step - loss: 0.5", False, None),
    "a line of Keras 3 is final and right": ("8/8 - 0s - 9ms/step - loss: 0.5", False, None),
}


@pytest.mark.parametrize(("text", "provisional", "doubt"), PROVISIONAL.values(), ids=PROVISIONAL.keys())
def test_a_result_says_whether_it_may_be_printed_again_or_be_wrong(
    text: str, provisional: bool, doubt: str | None
) -> None:
    (result,) = said(text)
    assert isinstance(result, e.Result)
    assert (result.provisional, result.doubt and result.doubt.code) == (provisional, doubt)


@pytest.mark.parametrize("name", ["acc", "top5"])
def test_a_result_says_which_metrics_are_of_validation(name: str) -> None:
    (result,) = said(f"8/8 - 1s - 9ms/step - {name}: 0.5 - loss: 0.4 - val_{name}: 0.3")
    assert isinstance(result, e.Result)
    assert result.validation == {name: f"val_{name}"}


TAILS = ["8733", "0.8733", ": 0.8733", "ss: 0.8733", " - loss: 0.8733", ".87"]


@pytest.mark.parametrize("tail", TAILS)
def test_the_end_of_a_longer_line_behind_a_result_is_ignored_and_told(tail: str) -> None:
    (result,) = said(f"8/8 [====] - 1s 9ms/step - loss: 0.5000 - acc: 0.9812{tail}")
    assert isinstance(result, e.Result)
    assert dict(result.logs) == {"loss": 0.5, "acc": 0.9812}
    assert result.doubt is not None
    assert result.doubt.code == "stale-tail"


def test_digits_behind_an_exponent_are_told_and_not_guessed() -> None:
    *_, notice = said("8/8 [====] - 1s 9ms/step - loss: 0.5000 - acc: 9.8120e-048733")
    assert isinstance(notice, e.Notice)
    assert notice.code == "unreadable"


@pytest.mark.parametrize("text", ["x 1s - a: 1.0000 ", "'x'>7s - loss: 0.9 - acc: 0.1>6s - loss: 0.8", "3s - "])
def test_a_line_of_many_results_is_read_without_recursion(text: str) -> None:
    assert len(said(text * 580)) <= 2000


def test_values_with_more_than_four_decimals_are_whole() -> None:
    (result,) = said("8/8 [====] - 1s 9ms/step - loss: 0.51234567 - acc: 0.98123456")
    assert isinstance(result, e.Result)
    assert (dict(result.logs), result.doubt) == ({"loss": 0.51234567, "acc": 0.98123456}, None)


def test_nan_and_infinity_are_values() -> None:
    (result,) = said("2/2 - 1s - loss: nan - val_loss: -inf")
    assert isinstance(result, e.Result)
    assert math.isnan(result.logs["loss"])
    assert result.logs["val_loss"] == -math.inf


@pytest.mark.parametrize(
    "text",
    [
        "=" * 300_000,
        "1/" * 100_000,
        "test a is: 0.1 " * 130 + "x",
        "test a  = 0.1 ," * 100 + "x",
        "{'a': 1, " * 900,
        " - " * 100_000,
        "Epoch " * 50_000,
        "[" + "1," * 100_000,
    ],
)
def test_a_line_without_end_is_read_at_once(text: str) -> None:
    assert said(text) == []
