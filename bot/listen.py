"""Serves a web app: without an access log, which would keep addresses, and without a greeting; drains when told to stop."""

from collections.abc import Awaitable

from aiohttp import web

from bot.settings import Settings

IDLE_CONNECTION_SECONDS = 75.0  # also for who connects and never finishes a request
MOST_HEADER_BYTES = 8190


def listen(
    app: web.Application | Awaitable[web.Application], settings: Settings, *, host: str, port: int, shared: bool = False
) -> None:
    """Serve `app` until the process is told to stop; then take no more, finish what was begun, and return.

    `shared`: other processes listen on the same port, and the kernel deals out the connections.
    """
    web.run_app(
        app,
        host=host,
        port=port,
        print=lambda _: None,
        access_log=None,
        reuse_port=shared or None,
        backlog=1024,
        shutdown_timeout=settings.drain_seconds,
        keepalive_timeout=IDLE_CONNECTION_SECONDS,
        max_line_size=MOST_HEADER_BYTES,
        max_field_size=MOST_HEADER_BYTES,
    )
