"""Opens `http://` and `https://` addresses; a redirect may not lead into the network of this machine."""

from __future__ import annotations

import http.client
import socket
import urllib.request
from ipaddress import ip_address
from typing import IO, Any, cast
from urllib.error import HTTPError
from urllib.parse import urlsplit

_TIMEOUT = 30
"""Seconds to wait for a connection, or for more bytes."""


def open_web(address: str) -> IO[bytes]:
    """Opens a file on a web server.

    Args:
        address: The address. The server may redirect it, but only to the same host or to a public address, and not from
            `https` to another scheme.

    Returns:
        The open response.

    Raises:
        OSError: The server cannot be reached, answers with an error, or redirects to an address that is refused.
    """
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _Redirects(),
        _Http(),
        _Https(),
    ):
        opener.add_handler(handler)
    try:
        response: IO[bytes] = opener.open(_Request(address), timeout=_TIMEOUT)
    except HTTPError as error:
        error.close()
        raise
    return response


class _Request(urllib.request.Request):
    """A request; `must_be_public` is set if a server, and not the user, chose its address."""

    must_be_public = False


class _Redirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        """Makes the request for the address that a server redirects to."""
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        fp.close()
        if new.scheme != old.scheme and (old.scheme, new.scheme) != ("http", "https"):
            raise OSError(f"it redirects from {old.scheme} to {new.scheme}, which is refused")
        following = _Request(newurl)
        following.must_be_public = new.netloc != old.netloc or getattr(req, "must_be_public", False)
        if following.must_be_public and not req.has_proxy():
            for *_, place in socket.getaddrinfo(new.hostname, new.port or new.scheme):
                _refuse_private(str(place[0]))
        return following


def _refuse_private(address: str) -> None:
    known = ip_address(address.partition("%")[0])
    if not (getattr(known, "ipv4_mapped", None) or known).is_global:
        raise OSError(f"it redirects to {address}, an address that is not public, which is refused")


class _Checked:
    """Checks, once it is connected, to which address: a name may have several, and change them."""

    must_be_public = False
    sock: socket.socket

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        if self.must_be_public:
            _refuse_private(str(self.sock.getpeername()[0]))


class _HttpConnection(_Checked, http.client.HTTPConnection): ...


class _HttpsConnection(_Checked, http.client.HTTPSConnection): ...


def _connecting(kind: type[_Checked], request: urllib.request.Request) -> Any:
    """Returns a function that makes the connection of a request; a proxy may be anywhere."""

    def connect(host: str, **options: Any) -> _Checked:
        made = cast("Any", kind)(host, **options)
        made.must_be_public = getattr(request, "must_be_public", False) and not request.has_proxy()
        return cast("_Checked", made)

    return connect


class _Http(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        """Opens a request."""
        return self.do_open(_connecting(_HttpConnection, req), req)


class _Https(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        """Opens a request."""
        return self.do_open(_connecting(_HttpsConnection, req), req)
