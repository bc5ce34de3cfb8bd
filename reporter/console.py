r"""Gives what a terminal would have left on the screen: `\r`, `\b` and ANSI escapes applied, line by line.

The terminal is endlessly wide, so that nothing wraps. Escapes that only colour, ring or name a window are
dropped, those that erase or move within the line are obeyed (ECMA-48, sections 5.4 and 8.3), and so no
control character is left.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""
    (?P<text>[^\x00-\x08\x0a-\x1f\x7f-\x9f]+)
    | (?P<back>\x08+)
    | (?P<home>\r)
    | (?:\x1b\[|\x9b)(?P<args>[0-?]*)[ -/]*(?P<final>[@-~])
    | \x1b\][^\x07\x1b]*(?:\x07|\x1b\\)
    | \x1b[ -/]*[0-Z\\-~]
    | [\x00-\x1f\x7f-\x9f]
    """,
    re.VERBOSE,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_UNFINISHED = re.compile(r"(?:\x1b(?:[ -/]*|\[[0-?]*[ -/]*|\][^\x07\x1b]*\x1b?)|\x9b[0-?]*[ -/]*)\Z")
_LONGEST_ESCAPE = 4096


class Screen:
    """Follows one line of a terminal while text arrives in pieces of any size."""

    def __init__(self) -> None:
        self._line = ""
        self._column = 0
        self._held = ""

    @property
    def current(self) -> str:
        """The line being written, as it looks now, without padding."""
        return self._line.rstrip()

    def feed(self, text: str) -> list[str]:
        """Take the next piece of text.

        Args:
            text: Any piece, cut anywhere, even within an escape.

        Returns:
            The lines that this piece finished, without their padding.
        """
        text, self._held = self._held + text, ""
        *finished, rest = text.split("\n")
        lines = [self._finish(line) for line in finished]
        if unfinished := _UNFINISHED.search(rest, max(0, len(rest) - _LONGEST_ESCAPE)):
            self._held = unfinished.group()
            rest = rest[: unfinished.start()]
        self._write(rest)
        return lines

    def close(self) -> list[str]:
        """End the text.

        Returns:
            The last line if it was begun and never ended, else nothing.
        """
        self._held = ""
        return [self._finish("")] if self._line else []

    def _finish(self, rest: str) -> str:
        if not self._line and not _CONTROL.search(rest):
            return rest.rstrip()
        self._write(rest)
        line, self._line, self._column = self.current, "", 0
        return line

    def _write(self, text: str) -> None:
        for token in _TOKEN.finditer(text):
            if token["text"]:
                self._print(token["text"])
            elif token["back"]:
                self._column = max(0, self._column - len(token["back"]))
            elif token["home"]:
                self._column = 0
            elif token["final"]:
                self._obey(token["final"], token["args"])

    def _print(self, text: str) -> None:
        line = self._line.ljust(self._column)
        end = self._column + len(text)
        self._line = line[: self._column] + text + line[end:]
        self._column = end

    def _obey(self, final: str, args: str) -> None:
        """Erase or move within the line; what else an escape may ask for leaves no trace in text."""
        count = int(args) if args.isdecimal() and len(args) < 5 else 0
        if final == "K":
            self._erase(count)
        elif final == "C":
            self._column += count or 1
        elif final == "D":
            self._column = max(0, self._column - (count or 1))
        elif final == "G":
            self._column = max(0, count - 1)

    def _erase(self, mode: int) -> None:
        """Erase to the end of the line (0), up to and with the cursor (1), or all of it (2)."""
        before, after = self._line[: self._column], self._line[self._column + 1 :]
        self._line = {0: before, 1: " " * (self._column + 1) + after, 2: ""}.get(mode, self._line)


def visible(text: str) -> str:
    """Give what a terminal shows of one line.

    Args:
        text: The line, without its newline.

    Returns:
        The line with every control character applied and gone.
    """
    screen = Screen()
    return " ".join(screen.feed(text) + screen.close())
