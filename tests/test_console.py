"""A line looks as a terminal would have left it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.console import Screen, visible

LINES = {
    "plain text stays": ("Epoch 1/20", "Epoch 1/20"),
    "padding goes": ("done   ", "done"),
    "a carriage return writes over the beginning": ("abcdef\rXY", "XYcdef"),
    "a carriage return at the end changes nothing": ("abc\r", "abc"),
    "a backspace moves, and what follows writes over": ("abc\b\bX", "aXc"),
    "more backspaces than text stop at the margin": ("ab\b\b\b\bX", "Xb"),
    "Keras redraws its bar": ("10/20 [=>..]" + "\b" * 12 + "\r20/20 [====]", "20/20 [====]"),
    "colours go": ("\x1b[1m938/938\x1b[0m \x1b[32m━━\x1b[0m\x1b[37m\x1b[0m", "938/938 ━━"),
    "a link goes, its text stays": ("\x1b]8;;http://x\x1b\\text\x1b]8;;\x07", "text"),
    "erasing to the end of the line": ("abcdef\rab\x1b[K", "ab"),
    "erasing to the beginning of the line": ("abcdef\x1b[3G\x1b[1K", "   def"),
    "erasing the line": ("abcdef\x1b[2K\rX", "X"),
    "moving by columns": ("abc\x1b[2DX\x1b[2CY", "aXc Y"),
    "a bell and other controls go": ("a\x07b\x00c\x9d", "abc"),
}


@pytest.mark.parametrize(("text", "wanted"), LINES.values(), ids=LINES.keys())
def test_a_line_is_left_as(text: str, wanted: str) -> None:
    assert visible(text) == wanted


def test_lines_end_at_newlines_and_the_last_one_at_the_end() -> None:
    screen = Screen()
    assert screen.feed("one\r\ntwo\nthr") == ["one", "two"]
    assert screen.current == "thr"
    assert screen.close() == ["thr"]
    assert screen.close() == []


@given(st.text("ab \b\r\n\t\x1b[]0;1KCDGm\x07━", max_size=60), st.lists(st.integers(0, 60)))
def test_cutting_the_text_changes_nothing(text: str, cuts: list[int]) -> None:
    def lines(pieces: list[str]) -> list[str]:
        screen = Screen()
        return [line for piece in pieces for line in screen.feed(piece)] + screen.close()

    bounds = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[start:end] for start, end in zip(bounds, bounds[1:], strict=False)]
    assert lines(pieces) == lines([text])


@given(st.text())
def test_no_control_character_is_left(text: str) -> None:
    screen = Screen()
    for line in screen.feed(text) + screen.close():
        assert not any((ord(char) < 32 and char != "\t") or 127 <= ord(char) < 160 for char in line)
