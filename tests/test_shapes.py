"""A line read by the places of its numbers gives the events that a full reading of the line gives."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.reading.events import Event, Progress
from reporter.reading.formats import keras
from reporter.reading.formats.keras.bars import Bar
from reporter.reading.formats.keras.lines import find_shape, read_line
from reporter.reading.formats.keras.shapes import Shapes
from reporter.reading.lines import Line, Lines

LINES = [
    *keras.SAMPLES.values(),
    "Epoch 18/20",
    "Epoch 18",
    " 12/469 [>.............................] - ETA: 1:05 - loss: 2.3011 - acc: 0.1094",
    "  9/469 ━━━━━━━━━━━━━━━━━━━━ 11s 25ms/step - acc: 0.1094 - loss: 2.3011e-04",
    "9/469 ━━━━━━━━━━━━━━━━━━━━ 11s 25ms/step - acc: 0.1094",
    "469/469 ━━━━━━━━━━━━━━━━━━━━ 0s 925us/step - acc: nan - loss: inf",
    "469/469 ━━━━━━━━━━━━━━━━━━━━ 9s 925us/step - acc: 0.5000 - top5: 0.9000 - val_acc: 0.5000 - val_top5: 0.8000",
    "\t9/469 [===>] - 3s - loss: 0.5",
    "\u00a09/469 [===>] - 3s - loss: 0.5",
    " 12/Unknown - 3s 25ms/step - loss: 0.5000",
    "100/10 [==========] - 1s 63us/sample - loss: 0.0300 - acc: 0.9800",
    "10/10 [==========] - 1s - 5s/epoch - 63ms/step - top-5 acc@1: -0.0300",
    "469/469 - 3s",
    "3s - loss: 0.5",
    " 469/469 [==============================] - 3s - loss: 0.5 ` |",
    "",
    "  some prose of 12 words",
    "__________ 4711 ====",
    "dense_1 (Dense)              (None, 10)                1290      ",
    "Model: 'sequential_3' is tested with 12 words",
    'Model: "sequential_3"',
    "│ conv2d_1 (Conv2D)   │ (None, 26, 26, 10) │   100 │",
    "Total params: 14,864 (58.06 KB)",
    " Trainable params: 14,864",
    "Train on 60000 samples, validate on 10000 samples",
    "Train on 60000 samples",
    "Train for 300 steps",
    "Epoch 00001: LearningRateScheduler setting learning rate to 0.0022744503.",
    "Epoch 12: ReduceLROnPlateau reducing learning rate to 1.0000e-04.",
    "Epoch 1: val_loss improved from inf to 0.06213, saving model to w-01-0.9812.h5",
    "  Epoch 00004: val_f1 did not improve from 0.06213",
    "Epoch 00004: val_f1 did not improve",
    "Epoch 7: early stopping",
    "Restoring model weights from the end of the best epoch: 12.",
    "Batch 17: Invalid loss, terminating training",
    "Early stopping conditioned on metric `val_f1` which is not available. Available metrics are: loss",
    "ValueError: 12 is not 13",
    "## Try 12 ##",
    "the test takes 12 minutes: see below",
]


def whole(width: int) -> st.SearchStrategy[int]:
    """Draw a number of so many digits; Keras prints none that begins with a zero."""
    return st.integers(10 ** (width - 1), 10**width - 1)


@pytest.mark.parametrize("line", LINES)
@given(data=st.data())
def test_a_line_with_other_digits_is_read_by_the_same_places(line: str, data: st.DataObject) -> None:
    shape = find_shape(line)
    assert shape
    other = re.sub("[0-9]+", lambda old: str(data.draw(whole(len(old[0])))), line)
    event = shape.progress_or_result(3, other) if isinstance(shape, Bar) else shape.event(3, other)
    assert repr([event]) == repr(list(read_line(3, other)))  # repr, because NaN does not equal itself


NO_SHAPES = {
    "a line of prose": "It took 3s - nice: 1",
    "a result with something behind it": "10/10 [===] - 3s - loss: 0.5 Epoch 3/20",
    "two bars in a line": "9/10 [===>.] - ETA: 3s - loss: 0.5 10/10 [====] - 3s - loss: 0.4",
    "markup": "<b>10/10</b> [===] - 3s - loss: 0.5",
    "a header behind a prefix": "[0] Epoch 3/20",
    "a message behind the time": "2026-01-01 12:00:01 Epoch 00004: early stopping",
    "a result in a quotation": "| - 24s - loss: 0.5 |",
    "a header glued to its result": "Epoch 3/20 10/10 [===] - 3s - loss: 0.5",
    "a score": "Test loss: 0.03",
    "a count that is a score if it has one digit": "Test images: 2",
    "a score in R, which is one behind a [1]": "$loss [2] 0.03",
    "a dictionary": "{'loss': 0.03}",
    "a list": "Test: [0.03, 0.98]",
    "a number": "0.9812",
    "the beginning of a wrapped result": "10/10 [===] - 3s - loss:",
    "the rest of a wrapped result": " - val_loss: 0.5",
    "the rest of a wrapped result in a quotation": "> - val_loss: 0.5",
    "the rest of a wrapped number": ".9812 - acc: 0.5",
    "an HTML entity, which its digits name": "it&#39;s here",
}


@pytest.mark.parametrize("line", NO_SHAPES.values(), ids=NO_SHAPES.keys())
def test_a_line_that_holds_anything_else_has_no_shape(line: str) -> None:
    assert find_shape(line) is None


def test_a_shape_is_learned_once_and_known_for_all_digits() -> None:
    learned: list[str] = []
    shapes = Shapes(lambda text: learned.append(text) or text.upper())  # type: ignore[func-returns-value]
    assert shapes.look_up(["a 1", "b", "a 2"]) == ["A 2", "B", "A 2"]
    assert shapes.look_up(["a 3", "a 33"]) == ["A 2", "A 33"]
    assert sorted(learned) == ["a 2", "a 33", "b"]


def test_endless_new_shapes_take_bounded_memory() -> None:
    learned: list[str] = []
    shapes = Shapes(lambda text: learned.append(text) or text)  # type: ignore[func-returns-value]
    for width in range(100_000, 100_030):
        assert shapes.look_up(["x" * width, "a 1"]) == ["x" * width, "a 1"]
    assert learned.count("a 1") == 3  # all shapes were forgotten twice


def without_superseded(events: list[Event]) -> list[Event]:
    """Remove the progress that a later bar replaces, and the record of it, which depends on the batches."""
    replaced = {line for event in events if isinstance(event, Progress) for line in event.superseded}
    kept = [event._replace(superseded=()) if isinstance(event, Progress) else event for event in events]
    return [
        event
        for event, after in zip(kept, [*kept[1:], None], strict=True)
        if event.line not in replaced and not (isinstance(event, Progress) and isinstance(after, Progress))
    ]


MIXED = [
    *LINES,
    *NO_SHAPES.values(),
    "10/10 [===] - 3s - loss: 0.5 -",
    "10/10 [===] - 3s - loss: 0.5 - val",
    "val_loss: 0.5",
    "_loss: 0.5",
    ": 0.5",
    "0.5",
    "{'loss': 0.5,",
    " 'acc': 0.5}",
    "$loss",
    "[1] 0.5",
]


@settings(max_examples=40)
@given(st.lists(st.integers(0, len(MIXED) - 1), min_size=1), st.integers(1, 70))  # indices have a short repr
def test_batches_of_any_size_give_the_events_of_single_lines(indices: list[int], size: int) -> None:
    texts = [MIXED[index] for index in indices]
    lines = Lines(range(1, len(texts) + 1), texts)
    batched, single = keras.reader(), keras.reader()
    events = [each for start in range(0, len(texts), size) for each in batched.feed(lines[start : start + size])]
    one_by_one = [each for line in lines for each in single.feed([line])]
    wanted = without_superseded([*one_by_one, *single.close()])
    assert repr(without_superseded([*events, *batched.close()])) == repr(wanted)


def test_the_lines_that_a_bar_supersedes_are_named() -> None:
    bars = [Line(number, f" {number}/9 [===>] - ETA: 3s - loss: 0.5") for number in (3, 5, 8)]
    (first, *_) = keras.reader().feed([*bars, Line(9, "Epoch 2/2")])
    assert isinstance(first, Progress)
    assert (first.line, list(first.superseded)) == (8, [3, 5])
