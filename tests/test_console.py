"""A line looks as a terminal would have left it."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.reading.screen import WIDTH, Screen, visible

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
    "erasing to the end twice": ("abcdef\x1b[4G\x1b[K\x1b[3GX\x1b[2G\x1b[K", "a"),
    "erasing to the beginning twice": ("abcdef\x1b[3G\x1b[1K\x1b[C\x1b[1K", "    ef"),
    "erasing what an erasure left": ("abcdef\x1b[3G\x1b[1K\x1b[2K", ""),
    "erasing the line": ("abcdef\x1b[2K\rX", "X"),
    "moving by columns": ("abc\x1b[2DX\x1b[2CY", "aXc Y"),
    "moving by no column moves by one": ("abc\x1b[0DX\x1b[CY", "abX Y"),
    "a selective erase is another function": ("abc\r\x1b[?K", "abc"),
    "a title that holds a control character is text": ("a\x1b]0;b\rc", "c0;b"),
    "a shorter update leaves the end of a longer one": ("\rabcdef\rghi\rj\r", "jhidef"),
    "an update in the middle that erases": ("\rabcdef\rX\x1b[K\rY\rZ", "Z"),
    "an update that erases, a colour of its length": ("\rabcdef\rX\x1b[0K\rY\x1b[0m\rZ", "Z"),
    "an update in the middle that moves": ("\rabcdef\r\x1b[3CX\rY\rZ", "ZbcXef"),
    "colours take no column": ("\rabcdef\r\x1b[1mX\x1b[0mY\b\b\rZ\r", "ZYcdef"),
    "a bell and other controls go": ("a\x07b\x00c\x9d", "abc"),
}


@pytest.mark.parametrize(("text", "wanted"), LINES.values(), ids=LINES.keys())
def test_a_line_is_left_as(text: str, wanted: str) -> None:
    assert visible(text) == wanted


def test_lines_end_at_newlines_and_the_last_one_at_the_end() -> None:
    screen = Screen()
    assert screen.feed_text("one\r\ntwo\nthr") == ["one", "two"]
    assert screen.current == "thr"
    assert screen.close() == ["thr"]
    assert screen.close() == []


def _lines(pieces: Iterable[str], width: int = WIDTH) -> list[str]:
    screen = Screen(width)
    return [line for piece in pieces for line in screen.feed_text(piece)] + screen.close()


CHARACTERS = st.text("ab \b\r\n\t\x1b\x9b[]P\\0;1KCDGm\x07━", max_size=60)
PARTS = ["abc", "12/469 [=>.] ", "━━", " ", "\t", "\r", "\r\n", "\n", "\b", "\b\b\b\r", "\x1b[K", "\x1b[1K", "\x1b[2K"]
PARTS += [
    "\x1b[1m",
    "\x1b[0m",
    "\x1b[2C",
    "\x9b3D",
    "\x1b[2G",
    "\x1b[1;2m",
    "\x1b[",
    "\x1b]0;t\x07",
    "\x1b\x1b[1m",
    "\x07",
]
UPDATES = [
    "a",
    "b\b",
    "bc",
    "bcd",
    "a\x1b[1m",
    "c\x1b[0m\b",
    "a\x1b[1K",
    "a\x1b[2K",
    "\x1b[3Cd",
    "a\b\bb",
    "\x1b[1m\x1b[0m",
    "━°",
]
TEXTS = (
    CHARACTERS
    | st.lists(st.sampled_from(UPDATES), max_size=20).map("\r".join)
    | st.lists(st.sampled_from(PARTS), max_size=40).map("".join)
)


@given(TEXTS, st.lists(st.integers(0, 200)))
def test_cutting_the_text_changes_nothing(text: str, cuts: list[int]) -> None:
    bounds = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    assert _lines(text[start:end] for start, end in zip(bounds, bounds[1:], strict=False)) == _lines([text])


@given(TEXTS)
def test_a_character_at_a_time_nothing_can_be_left_out_and_the_result_is_the_same(text: str) -> None:
    assert _lines(text) == _lines([text])


@given(TEXTS, st.integers(1, 12))
def test_a_narrow_screen_shows_the_beginning_of_every_line(text: str, width: int) -> None:
    assert _lines([text], width) == [line[:width].rstrip() for line in _lines([text])]


@pytest.mark.parametrize("begin", ["\x1b]", "\x1b[", "\x1b "])
@pytest.mark.parametrize("length", [2047, 2048, 2049, 5000])
def test_cutting_a_long_escape_changes_nothing(begin: str, length: int) -> None:
    text = begin + " " * length + "m\x07."
    for cut in (1, 2, 3, 2000, 2048, 2050, 2051, len(text) - 2, len(text) - 1):
        assert _lines([text[:cut], text[cut:]]) == _lines([text])


HOSTILE = {
    "a long bar": ("=" * 300_000, "=" * 300_000),
    "a long bar, a bell at each character": ("=\x07" * 100_000, "=" * 100_000),
    "a line wider than the screen": ("=" * 3 * WIDTH, "=" * WIDTH),
    "a million backspaces": ("ab" + "\b" * 1_000_000 + "X", "Xb"),
    "a million tiny updates of a long line": ("y" * 1_000_000 + "\rX" * 1_000_000, "X" + "y" * 999_999),
    "a backspace behind every character": ("a\b" * 100_000, "a"),
    "a title that never ends": ("\x1b]" + "a" * 1_000_000, "a" * 1_000_000),
    "an escape of a million digits": ("\x1b[" + "1" * 900_000 + "m", "[" + "1" * 900_000 + "m"),
    "an escape of a million blanks": ("\x1b" + " " * 999_999, ""),
    "escapes that never end": ("\x1b[" * 100_000, "[" * 99_999),
    "updates that grow": ("\r".join("x" * length for length in range(1400)), "x" * 1399),
    "updates that shrink": ("\r".join("x" * length for length in range(1400, 0, -1)), "x" * 1400),
    "erasing a long line, again and again": ("y" * 1_000_000 + "\x1b[1K" * 50_000, ""),
    "erasing a line that is far too wide": ("\x1b[9999C" * 99 + "X\x1b[2K" * 50_000, ""),
    "moving far away": ("\x1b[9999C" * 50_000 + "X", ""),
}


@pytest.mark.parametrize(("text", "wanted"), HOSTILE.values(), ids=HOSTILE.keys())
def test_time_is_linear_whatever_is_printed(text: str, wanted: str) -> None:
    screen = Screen()
    for start in range(0, len(text), 1 << 16):
        assert screen.feed_text(text[start : start + (1 << 16)]) == []
        assert len(screen.current) <= WIDTH
    assert "".join(screen.close()) == wanted


def test_a_line_that_was_cut_is_named() -> None:
    screen = Screen(width=5)
    screen.feed_text("12345\n123456\n\x1b[9C\n\x1b[9CX\r1\n12345\b")
    screen.feed_text("67")
    assert screen.cut == [2, 4]
    assert screen.close() == ["12346"]
    assert screen.cut == [2, 4, 5]


@given(st.text())
def test_no_control_character_is_left(text: str) -> None:
    screen = Screen()
    for line in screen.feed_text(text) + screen.close():
        assert not any((ord(char) < 32 and char != "\t") or 127 <= ord(char) < 160 for char in line)


def test_an_escape_cut_by_a_colour_is_none_where_updates_are_left_out() -> None:
    updates = "".join(f"{step}/9\r" for step in range(1, 10))
    for broken in ("ab\x1b\x1b[1m[2Dc", "ab\x9b2\x1b[0mDc"):
        screen, single = Screen(), Screen()
        whole = screen.feed_text(f"{updates}{broken}\n")
        assert whole == [line for char in f"{updates}{broken}\n" for line in single.feed_text(char)]
