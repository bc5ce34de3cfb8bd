"""Refuses requests that do not come from the user: of other sites, of other methods, without the token."""

from __future__ import annotations

import ipaddress
import secrets
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Sent with every answer: no other site may show, load or keep it."""

_COOKIE = "reporter-token"
_LOCAL_NAMES = ("localhost",)


@dataclass(frozen=True)
class Guard:
    """Wraps an application (ASGI), and answers each request that it must not see.

    Without a token, only the names of this computer are accepted as `Host`. A page of another site that has made its
    name point to this computer sends its own name there (DNS rebinding), and so is refused.

    Attributes:
        app: The application.
        token: What a browser must send once as `?token=`; it is kept in a cookie. Empty on this computer only.
    """

    app: ASGIApp
    token: str = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request, or passes it on."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # a WebSocket is closed without an answer
        answer = self._refusal(scope) or self._welcome(scope)
        await (answer or self.app)(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if scope["method"] not in ("GET", "HEAD"):
            return PlainTextResponse("only GET is allowed\n", 405, {"Allow": "GET, HEAD"})
        if "upgrade" in headers:
            return PlainTextResponse("there are no WebSockets here\n", 400)
        if not self.token and not _is_local(host):
            return PlainTextResponse("open this page as http://127.0.0.1\n", 403)
        if (origin := headers.get("origin")) and urlsplit(origin).netloc != host:
            return PlainTextResponse("another site may not read this\n", 403)
        return None

    def _welcome(self, scope: Scope) -> Response | None:
        """Asks for the token, or moves it from the address, where others may see it, to a cookie."""
        if not self.token:
            return None
        sent = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if sent and _equal(sent, self.token):
            answer = RedirectResponse(scope["path"] or "/", 303)
            answer.set_cookie(_COOKIE, self.token, httponly=True, samesite="strict")
            return answer
        if _equal(_cookie(Headers(scope=scope).get("cookie", "")), self.token):
            return None
        return PlainTextResponse("open the whole address that reporter printed, with its token\n", 403)


def new_token() -> str:
    """Makes a token that cannot be guessed."""
    return secrets.token_urlsafe(24)


def is_loopback(host: str) -> bool:
    """Tells whether only this computer can reach an address to listen on, such as `127.0.0.1` or `localhost`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() in _LOCAL_NAMES


def _is_local(host: str) -> bool:
    """Tells whether a `Host` header, such as `localhost:8000` or `[::1]:8000`, names this computer."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    return is_loopback(name)


def _cookie(header: str) -> str:
    try:
        found = SimpleCookie(header).get(_COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _equal(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode(), other.encode())


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            extra = [(name.lower().encode(), value.encode()) for name, value in _HEADERS.items()]
            message = {**message, "headers": [*message["headers"], *extra]}
        await send(message)

    return sending
