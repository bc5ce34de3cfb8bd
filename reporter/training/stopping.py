"""Ends trainings when a signal asks for it: Ctrl-C, SIGTERM or SIGHUP; a second Ctrl-C kills them."""

from __future__ import annotations

import asyncio
import signal
import sys
from types import TracebackType
from typing import TYPE_CHECKING

from reporter.errors import TerminatedError

if TYPE_CHECKING:
    from typing_extensions import Self


class Stopping:
    """Cancels the current task when a signal arrives. It is a context manager, to be used in a running event loop.

    Attributes:
        at_once: Is set when the trainings must be killed.
    """

    def __init__(self) -> None:
        self.at_once = asyncio.Event()
        self._number = 0
        self._task = asyncio.current_task()
        self._before: dict[int, object] = {}

    def __enter__(self) -> Self:
        if sys.platform != "win32":
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                handler = signal.getsignal(number)
                if handler != signal.SIG_IGN:  # `nohup` ignores SIGHUP
                    self._before[number] = handler
                    asyncio.get_running_loop().add_signal_handler(number, self._stop, number)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            asyncio.get_running_loop().remove_signal_handler(number)
            signal.signal(number, handler)  # type: ignore[arg-type]
        if isinstance(error, asyncio.CancelledError) and self._number == signal.SIGINT:
            raise KeyboardInterrupt from None
        if isinstance(error, asyncio.CancelledError) and self._number:
            name = signal.Signals(self._number).name
            raise TerminatedError(f"ended by {name}; --resume goes on with the trainings", self._number) from None

    def _stop(self, number: int) -> None:
        if self._number:
            self.at_once.set()
            return
        self._number = number
        assert self._task is not None
        self._task.cancel()
