"""A line looks as in the terminal emulator pyte."""

# We differ on purpose where a log is not a terminal: a tab, a wide or a combining character is one character in one
# column; VT, FF and NEL begin no line; an escape that is broken or endless is shown, so that it swallows no text; and
# a newline returns to the margin, as a terminal's driver makes it, so pyte is given `\r\n`.

import pyte
from hypothesis import given
from hypothesis import strategies as st

from reporter.reading.screen import Screen

TEXT = st.text([chr(code) for code in range(32, 127)], min_size=1, max_size=8)
COUNT = st.sampled_from(["", *map(str, range(10))])
UPDATE = st.tuples(TEXT, st.integers(0, 9)).map(lambda update: update[0] + "\b" * update[1] + "\r")
PARTS = st.one_of(
    TEXT,
    UPDATE,
    st.sampled_from(["\r", "\b", "\b\b\b\r", "\n", "\x1b[1m", "\x1b[0m", "\x1b[32m", "\x1b[1;31m", "\x1b[m"]),
    st.builds("\x1b[{}{}".format, COUNT, st.sampled_from("CDG")),
    st.sampled_from(["\x1b[K", "\x1b[0K", "\x1b[1K", "\x1b[2K"]),
)
MOST = 20


def _emulated(text: str) -> list[str]:
    screen = pyte.Screen(columns=18 * MOST, lines=MOST + 1)
    pyte.Stream(screen).feed(text.replace("\n", "\r\n"))
    return [line.rstrip() for line in screen.display]


@given(st.lists(PARTS, max_size=MOST).map("".join))
def test_every_line_is_what_a_terminal_shows(text: str) -> None:
    screen = Screen()
    lines = screen.feed_text(text)
    lines.append(screen.current)
    assert lines == _emulated(text)[: len(lines)]
