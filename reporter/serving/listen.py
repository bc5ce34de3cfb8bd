"""Opens the socket that a server listens on."""

from __future__ import annotations

import socket

from reporter.errors import UsageError


def listen(host: str, port: int) -> socket.socket:
    """Opens a socket.

    Args:
        host: The address or the name to listen on.
        port: The port; 0 takes a free one.

    Returns:
        The socket.

    Raises:
        UsageError: The address is not one of this computer, or the port is taken.
    """
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, reuse_port=False
        )
    except OSError as error:
        raise UsageError(
            f"cannot listen on {host}, port {port}: {error.strerror or error}; try another --port"
        ) from None
