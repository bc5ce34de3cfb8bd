"""Takes over the terminal, shows frames in it, and leaves it as it was, whatever ends the program."""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Sequence
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any

if sys.platform != "win32":
    import termios
    import tty

if TYPE_CHECKING:
    from typing_extensions import Self

_ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l"
"""Shows the other screen, hides the cursor, and cuts long lines."""

_LEAVE = "\x1b[0m\x1b[H\x1b[J\x1b[?7h\x1b[?25h\x1b[?1049l"
_ENDING = ("SIGTERM", "SIGHUP")


class Terminal:
    """Shows frames on the other screen of a terminal, the one without scrolling. It is a context manager."""

    def __init__(self) -> None:
        self._input = sys.stdin.fileno() if sys.stdin and sys.stdin.isatty() else None
        self._output = sys.stdout.fileno()
        self._settings: Any = None if self._input is None else termios.tcgetattr(self._input)
        self._before: dict[int, Any] = {}
        self._shown: list[str] = []
        self._is_stale = True
        self._shown_size = (0, 0)
        self._wakes = os.pipe()

    def __enter__(self) -> Self:
        for end in self._wakes:
            os.set_blocking(end, False)
        self._wakeup = signal.set_wakeup_fd(self._wakes[1], warn_on_full_buffer=False)
        for name in _ENDING:
            self._handle(getattr(signal, name), _exit)
        self._handle(signal.SIGINT, signal.default_int_handler)  # and ignored while the screen is left
        self._handle(signal.SIGTSTP, self._suspend)
        self._handle(signal.SIGCONT, self._enter)
        self._handle(signal.SIGWINCH, self._forget)
        self._enter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number in self._before:
            signal.signal(number, signal.SIG_IGN)  # so that nothing interrupts what follows
        self._leave()
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup)
        for end in self._wakes:
            os.close(end)

    @property
    def size(self) -> tuple[int, int]:
        """Columns and lines."""
        try:
            found = os.get_terminal_size(self._output)
        except OSError:
            return 80, 24
        return max(1, found.columns), max(1, found.lines)

    def show(self, lines: Sequence[str], size: tuple[int, int]) -> None:
        """Shows a frame; only the lines that differ from the frame before are written.

        Args:
            lines: Its lines, with escapes for colours only.
            size: The size that it was drawn for; the terminal may have another one by now.
        """
        is_stale = self._is_stale or size != self._shown_size
        self._is_stale, self._shown_size = False, size
        before = [] if is_stale else self._shown
        changed = ["\x1b[H\x1b[J"] if is_stale else []
        changed += [
            f"\x1b[{number};1H\x1b[2K{line}\x1b[0m"
            for number, line in enumerate(lines, 1)
            if number > len(before) or before[number - 1] != line
        ]
        if len(lines) < len(before):
            changed.append(f"\x1b[{len(lines) + 1};1H\x1b[J")
        self._write("".join(changed))
        self._shown = list(lines)

    def wait(self, seconds: float) -> str:
        """Waits for keys, a new size, or the end of a time.

        Args:
            seconds: The most time to wait.

        Returns:
            What was typed.
        """
        sources = [self._wakes[0]] if self._input is None else [self._wakes[0], self._input]
        ready, _, _ = select.select(sources, [], [], max(0.0, seconds))
        if self._wakes[0] in ready:
            os.read(self._wakes[0], 512)
        if self._input in ready:
            typed = os.read(self._input, 512) if self._input is not None else b""
            if not typed:  # the terminal is gone
                raise SystemExit(128 + signal.SIGHUP)
            return typed.decode("utf-8", "replace")
        return ""

    def _handle(self, number: int, handler: Any) -> None:
        self._before[number] = signal.signal(number, handler)

    def _enter(self, *_: object) -> None:
        if self._input is not None:
            tty.setcbreak(self._input, termios.TCSADRAIN)
        self._write(_ENTER)
        self._is_stale = True

    def _leave(self) -> None:
        try:
            self._write(_LEAVE)
            if self._settings is not None and self._input is not None:
                termios.tcsetattr(self._input, termios.TCSADRAIN, self._settings)
        except (OSError, termios.error):  # the terminal is gone
            pass

    def _suspend(self, number: int, _: FrameType | None) -> None:
        """Leaves the screen while the program is stopped (Ctrl-Z), and takes it again when it goes on."""
        self._leave()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        signal.signal(number, self._suspend)
        self._enter()

    def _forget(self, *_: object) -> None:
        """Lets the next frame be drawn as a whole."""
        self._is_stale = True

    def _write(self, text: str) -> None:
        encoding = sys.stdout.encoding or "utf-8"
        data = text.encode(encoding, "replace")
        while data:
            data = data[os.write(self._output, data) :]


def _exit(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)
