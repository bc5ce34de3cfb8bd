"""What is read of a line by the shape of another one is what a closer look at it finds."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.reading.events import Event, Line
from reporter.reading.formats import keras
from reporter.reading.formats.bars import Bar
from reporter.reading.reader import Reader
from reporter.reading.shapes import Shapes

LINES = [
    *keras.SAMPLES.values(),
    "Epoch 18/20",
    "Epoch 18",
    " 12/469 [>.............................] - ETA: 1:05 - loss: 2.3011 - acc: 0.1094",
    "  9/469 ━━━━━━━━━━━━━━━━━━━━ 11s 25ms/step - acc: 0.1094 - loss: 2.3011e-04",
    "9/469 ━━━━━━━━━━━━━━━━━━━━ 11s 25ms/step - acc: 0.1094",
    "469/469 ━━━━━━━━━━━━━━━━━━━━ 0s 925us/step - acc: nan - loss: inf",
    "\t9/469 [===>] - 3s - loss: 0.5",
    "\u00a09/469 [===>] - 3s - loss: 0.5",
    " 12/Unknown - 3s 25ms/step - loss: 0.5000",
    "100/10 [==========] - 1s 63us/sample - loss: 0.0300 - acc: 0.9800",
    "10/10 [==========] - 1s - 5s/epoch - 63ms/step - top-5 acc@1: -0.0300",
    "469/469 - 3s",
    "3s - loss: 0.5",
    " 469/469 [==============================] - 3s - loss: 0.5 ` |",
]


def whole(width: int) -> st.SearchStrategy[int]:
    """Draw a number of so many digits; Keras prints none that begins with a zero."""
    return st.integers(10 ** (width - 1), 10**width - 1)


@pytest.mark.parametrize("line", LINES)
@given(data=st.data())
def test_a_line_of_other_digits_is_read_alike(line: str, data: st.DataObject) -> None:
    shape = keras.shape(line)
    assert shape
    other = re.sub("[0-9]+", lambda old: str(data.draw(whole(len(old[0])))), line)
    reading: list[Event] = [
        shape.read(3, other) if isinstance(shape, Bar) and shape.running(other) else shape.result(3, other)
    ]
    assert repr(reading) == repr(list(keras.events([Line(3, other)])))  # repr, for NaN is not itself


CLOSER = {
    "a line of prose": "It took 3s - nice: 1",
    "a result with something behind it": "10/10 [===] - 3s - loss: 0.5 Epoch 3/20",
    "two bars in a line": "9/10 [===>.] - ETA: 3s - loss: 0.5 10/10 [====] - 3s - loss: 0.4",
    "markup": "<b>10/10</b> [===] - 3s - loss: 0.5",
    "a prefix": "[0] Epoch 3/20",
}


@pytest.mark.parametrize("line", CLOSER.values(), ids=CLOSER.keys())
def test_a_line_that_says_more_takes_a_closer_look(line: str) -> None:
    assert keras.shape(line) is None


def test_a_shape_is_learned_once_and_known_for_all_digits() -> None:
    learned: list[str] = []
    shapes = Shapes(lambda text: learned.append(text) or text.upper())  # type: ignore[func-returns-value]
    assert shapes.know(["a 1", "b", "a 2"]) == ["A 2", "B", "A 2"]
    assert shapes.know(["a 3", "a 33"]) == ["A 2", "A 33"]
    assert sorted(learned) == ["a 2", "a 33", "b"]


def test_shapes_without_end_take_no_memory_without_end() -> None:
    learned: list[str] = []
    shapes = Shapes(lambda text: learned.append(text) or text)  # type: ignore[func-returns-value]
    for width in range(100_000, 100_030):
        assert shapes.know(["x" * width, "a 1"]) == ["x" * width, "a 1"]
    assert learned.count("a 1") == 3  # all was forgotten twice


ANY = [*LINES, *CLOSER.values(), "", " - val_loss: 0.5", "Test loss: 0.25"]


@given(st.lists(st.sampled_from(range(len(ANY))), min_size=200))  # numbers: hypothesis warns of a long repr of lines
def test_a_log_is_the_same_to_one_who_listens_to_every_line(numbers: list[int]) -> None:
    lines = [ANY[number] for number in numbers]
    heard, skimmed = Reader("x", lambda *_: None), Reader("x")
    for reader in (heard, skimmed):
        reader.feed("\n".join(lines))
    assert repr(heard.close()) == repr(skimmed.close())
