"""Answers the requests of browsers: the page, its changes, and the logs it links to."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Hashable, Sequence
from contextlib import asynccontextmanager
from pathlib import PurePath
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from reporter.documents.live import LivePage
from reporter.model import Log
from reporter.serving.folder import Folder
from reporter.serving.guard import Guard
from reporter.serving.hub import Hub
from reporter.sources.names import ending

_PULSE = 15.0
"""Seconds after which a comment is sent to a viewer if nothing changed, so that proxies keep the connection."""

_QUICK = 0.2
"""Seconds that writing the page may take for each viewer."""

_RELOAD = "event: reload\ndata:\n\n"


class Site:
    """Serves the report of some logs, and looks for changes in them.

    Args:
        sources: Files, folders or patterns.
        page: The report.
        interval: Seconds between two looks at the files.
    """

    def __init__(self, sources: Sequence[str], page: LivePage, *, interval: float) -> None:
        self._folder = Folder(sources)
        self._page = page
        self._interval = interval
        self._hub = Hub()
        self._ended = asyncio.Event()
        self._folder.look()
        self._page.update(self._folder.logs)
        self._render(0)

    def app(self, token: str = "") -> ASGIApp:
        """Makes the application, for a server of ASGI.

        Args:
            token: What a browser must send; empty if only this computer can reach the server.
        """
        routes = [
            Route("/", self._show),
            Route("/changes", self._stream),
            Route("/log/{number:int}", self._log),
            Route("/record/{number:int}", self._record),
        ]
        return Guard(Starlette(routes=routes, lifespan=self._lifespan), token)

    def end(self) -> None:
        """Ends the streams of all viewers, which a server waits for before it ends."""
        self._ended.set()

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(self._watch())
        yield
        task.cancel()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._interval)
            await self._hub.publish(await asyncio.to_thread(self._look))

    def _look(self) -> dict[Hashable, str]:
        """Looks at the files, and returns what changed as events of the stream."""
        if not self._folder.look():
            return {}
        changes = self._page.update(self._folder.logs)
        if changes is None:
            self._render(self._hub.count + 1)  # the change that tells viewers to load it
            return {"page": _RELOAD}
        return {(change.number, len(change.html)): f"data: {json.dumps(change._asdict())}\n\n" for change in changes}

    def _render(self, count: int) -> None:
        begin = time.monotonic()
        self._text, self._count = self._page.text(count), count
        self._seconds = time.monotonic() - begin

    async def _show(self, _: Request) -> Response:
        """Sends the page. One that takes long to write is sent as it was once; its viewer then gets all changes."""
        if self._count != self._hub.count and self._seconds < _QUICK:
            await asyncio.to_thread(self._render, self._hub.count)
        return HTMLResponse(self._text)

    async def _stream(self, request: Request) -> Response:
        since = request.headers.get("last-event-id") or request.query_params.get("since", "")
        events = self._events(int(since) if since.isdecimal() and len(since) < 18 else 0)
        return StreamingResponse(events, media_type="text/event-stream")

    async def _events(self, since: int) -> AsyncIterator[str]:
        """Yields the events of one viewer, and a comment whenever nothing has changed for a while."""
        if since > self._hub.count:  # the server was started again
            yield _RELOAD
            return
        changes = self._hub.changes(since)
        ended: asyncio.Task[Any] = asyncio.ensure_future(self._ended.wait())
        waiting: asyncio.Task[Any] = asyncio.ensure_future(anext(changes))
        try:
            while not ended.done():
                await asyncio.wait([waiting, ended], timeout=_PULSE, return_when=asyncio.FIRST_COMPLETED)
                if waiting.done():
                    count, states = waiting.result()
                    yield "".join(f"id: {count}\n{state}" for state in states)
                    waiting = asyncio.ensure_future(anext(changes))
                else:
                    yield ": nothing new\n\n"
        finally:
            waiting.cancel()
            ended.cancel()

    async def _log(self, request: Request) -> Response:
        log = self._numbered(request)
        return _file(log.path) if log else _unknown()

    async def _record(self, request: Request) -> Response:
        log = self._numbered(request)
        return _file(log.record_path) if log and log.record_path else _unknown()

    def _numbered(self, request: Request) -> Log | None:
        """Returns a log by its place in the list; so an address never holds a path."""
        logs, number = self._folder.logs, int(request.path_params["number"])
        return logs[number] if number < len(logs) and self._folder.still_holds(logs[number].path) else None


def _file(path: str) -> Response:
    packed = ending(path) != PurePath(path).suffix.lower()
    return FileResponse(path, media_type="application/octet-stream" if packed else "text/plain; charset=utf-8")


def _unknown() -> Response:
    return PlainTextResponse("no such log; the page may be out of date\n", 404)
