"""`reporter serve`: shows logs in a browser, and follows them while trainings write."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

import click

from reporter.cli.console import show_note, verbosity_options
from reporter.cli.options import Source
from reporter.errors import UsageError

if TYPE_CHECKING:
    from types import FrameType

    from reporter.model import Mode


@click.command(short_help="Show logs in a browser, live.")
@click.argument("sources", nargs=-1, type=Source(), metavar="[LOG]...", envvar="REPORTER_LOGS")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
@click.option("--title", default="Training results", show_default=True, help="Heading of the page.")
@click.option("--monitor", metavar="METRIC", help="Metric that decides which epoch is best.")
@click.option("--mode", type=click.Choice(["min", "max"]), help="Whether the smallest or the largest value is best.")
@click.option(
    "--interval", type=click.FloatRange(0.1), default=1.0, show_default=True, help="Seconds between looks at the logs."
)
@verbosity_options
def serve(
    sources: tuple[str, ...],
    host: str,
    port: int,
    title: str,
    monitor: str | None,
    mode: str | None,
    interval: float,
) -> None:
    """Show logs in a browser, and update the page while trainings write.

    LOG is a file, a folder or a quoted pattern; by default the current folder. The page is that of reporter report
    --format html. It is open to this computer only. With another --host, such as 0.0.0.0, the address that is printed
    holds a token, without which nothing is shown.

    \b
    Examples:
      reporter serve logs
      reporter serve logs --monitor val_loss --port 9000
    """
    try:
        import uvicorn

        from reporter.serving.app import Site
    except ModuleNotFoundError as error:
        raise UsageError(
            f"serving needs {error.name}; reinstall reporter with its extra 'serve', "
            "for example in a checkout: pip install '.[serve]'"
        ) from None
    from reporter.documents.live import LivePage
    from reporter.serving.guard import is_loopback, new_token
    from reporter.serving.listen import listen

    token = "" if is_loopback(host) else new_token()
    site = Site(sources or (".",), LivePage(title, monitor, cast("Mode | None", mode)), interval=interval)
    socket = listen(host, port)
    name = f"[{host}]" if ":" in host else host
    show_note(f"open http://{name}:{socket.getsockname()[1]}/{f'?token={token}' if token else ''}; Ctrl-C ends it")
    config = uvicorn.Config(
        site.app(token), ws="none", log_level="error", server_header=False, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    end = server.handle_exit

    def end_streams(sig: int, frame: FrameType | None) -> None:
        asyncio.get_running_loop().call_soon_threadsafe(site.end)
        end(sig, frame)

    server.handle_exit = end_streams  # type: ignore[method-assign]
    server.run(sockets=[socket])
