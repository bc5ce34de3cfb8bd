"""Passes changes on to any number of viewers, however slow some of them are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Hashable, Mapping


class Hub:
    """Keeps the newest state of each thing that is shown, and the number of the change that made it.

    A viewer gets each thing that changed since it looked last, in its newest state. So a viewer that stalls misses no
    final state, needs no queue, and makes no other viewer wait.
    """

    def __init__(self) -> None:
        self._count = 0
        self._newest: dict[Hashable, tuple[int, str]] = {}
        self._changed = asyncio.Condition()

    @property
    def count(self) -> int:
        """The number of the newest change; a viewer that has seen the state up to it gets only what comes later."""
        return self._count

    async def publish(self, states: Mapping[Hashable, str]) -> None:
        """Sets the newest state of some things.

        Args:
            states: Name of each thing, to its state as text.
        """
        if not states:
            return
        async with self._changed:
            self._count += 1
            for name, state in states.items():
                self._newest.pop(name, None)
                self._newest[name] = (self._count, state)
            self._changed.notify_all()

    async def changes(self, since: int) -> AsyncIterator[tuple[int, list[str]]]:
        """Waits for changes, without end.

        Args:
            since: The number of the last change that the viewer has seen.

        Yields:
            The number of the newest change, and the states that changed after the last one, oldest first.
        """
        seen = since
        while True:
            async with self._changed:
                while self._count <= seen:
                    await self._changed.wait()
                states = [state for count, state in self._newest.values() if count > seen]
                seen = self._count
            yield seen, states
