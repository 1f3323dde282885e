"""Serves a web app: without an access log, which would keep addresses, and without a greeting."""

from collections.abc import Awaitable

from aiohttp import web


def listen(app: web.Application | Awaitable[web.Application], *, host: str, port: int) -> None:
    """Serve `app` until the process is told to stop."""
    web.run_app(app, host=host, port=port, print=lambda _: None, access_log=None)
