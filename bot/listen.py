"""Serves a part: drains when told to stop, and takes up a newly published edition without turning anyone away.

No access log, which would keep addresses, and no greeting.
"""

import asyncio
import contextlib
import re
import signal
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import structlog
from aiohttp import web

from bot.edition import Edition, edition, making_ready, served, take_up
from bot.settings import Settings
from bot.web import REFUSE, Refuse

log = structlog.get_logger()

IDLE_CONNECTION_SECONDS = 75.0  # also for who connects and never finishes a request
MOST_HEADER_BYTES = 8190
WATCH_SECONDS = 1.0
# What was accepted just now has not said yet what it wants; told to close before, it would get no answer.
SETTLE_SECONDS = 0.5
_METHOD = re.compile(rb"[A-Z]+ ")


async def _nothing(_: Settings) -> None:
    """A part that holds nothing beyond its app."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """How a part of the service is made, for the edition that `edition()` names.

    build: its app, quick and on the loop. make_ready: whatever takes long, in a thread before it. close: what the
    apps of all editions share, at the end. Each raises a FingerpostError when it can't.
    """

    build: Callable[[Settings], Awaitable[web.Application]]
    make_ready: Callable[[Settings], object] = lambda _: None
    close: Callable[[Settings], Awaitable[None]] = _nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    """An app that answers, and its handle on the listening socket."""

    runner: web.AppRunner
    handle: socket.socket


def listen(part: Part, settings: Settings, *, host: str, port: int, shared: bool = False) -> None:
    """Serve until the process is told to stop; then take no more, finish what was begun, and return.

    `shared`: other processes listen on the same port, and the kernel deals out the connections.
    """
    with asyncio.Runner() as runner:
        runner.run(_listen(part, settings, host, port, shared))


async def _listen(part: Part, settings: Settings, host: str, port: int, shared: bool) -> None:
    told = asyncio.Event()
    for stop in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(stop, told.set)
    await asyncio.to_thread(part.make_ready, settings)
    app = await part.build(settings)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.create_server((host, port), family=family, backlog=1024, reuse_port=shared)
    leaving: set[asyncio.Task[None]] = set()
    try:
        now = await _open(app, settings, door)
        while not await _told(told):
            new = _wanted(settings)
            if new == edition() or (ready := await _made(part, settings, new)) is None:
                continue
            before, now = now, await _open(ready, settings, door)
            task = asyncio.create_task(_leave(before))
            leaving.add(task)
            task.add_done_callback(leaving.discard)
        await _leave(now)
        if leaving:
            await asyncio.wait(leaving, timeout=settings.drain_seconds)
        await part.close(settings)
    finally:
        door.close()


async def _leave(one: _Open) -> None:
    """Take no more connections, hear what was accepted just now, finish it, and close."""
    # Not by closing the server: asyncio drops a connection that it has accepted in the same turn of the loop.
    asyncio.get_running_loop().remove_reader(one.handle)
    await asyncio.sleep(SETTLE_SECONDS)
    await one.runner.cleanup()


async def _told(told: asyncio.Event) -> bool:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(told.wait(), WATCH_SECONDS)
    return told.is_set()


def _wanted(settings: Settings) -> Edition:
    """What is to be served; while that can't be read, what is served already."""
    try:
        return served(settings)
    except OSError as error:
        _out_of_reach(type(error).__name__)
        return edition()


@cache
def _out_of_reach(error: str) -> None:
    """Told once: it is asked for every second."""
    log.error("content out of reach", error=error)


_refused: set[Edition] = set()


async def _made(part: Part, settings: Settings, new: Edition) -> web.Application | None:
    """The app of a newly published edition; None when it can't be made, and the one before goes on."""
    if new in _refused:
        return None
    try:
        with making_ready(new):
            await asyncio.to_thread(part.make_ready, settings)
            app = await part.build(settings)
    except Exception as error:  # whatever it is, who is being served goes on being served
        _refused.add(new)
        log.error("edition not taken up", edition=new.name, error=type(error).__name__)
        return None
    take_up(new)
    log.info("edition taken up", edition=new.name)
    return app


class _Connection(web.RequestHandler):
    """Answers what is no request in the words of the app. aiohttp's own answer and log line quote what was sent."""

    __slots__ = ("_head", "_refuse")

    def __init__(self, manager: "_Server", refuse: Refuse, **options: Any) -> None:
        super().__init__(manager, **options)
        self._refuse = refuse
        self._head = False

    def data_received(self, data: bytes) -> None:
        """Note a HEAD before it is read: if it can't be, its answer must have no body all the same."""
        if method := _METHOD.match(data):
            self._head = method[0] == b"HEAD "
        super().data_received(data)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The answer to what the parser could not read, and to what failed outside the app's own nets."""
        if status >= 500:
            log.error("request failed", error=type(exc).__name__)
        if request.writer.output_size:
            raise ConnectionError
        response = self._refuse(status)
        if self._head:
            response.body = None
        response.force_close()
        return response


class _Server(web.Server):
    """Makes such connections."""

    def __init__(self, handler: Any, *, refuse: Refuse, **options: Any) -> None:
        super().__init__(handler, **options)
        self._refuse = refuse

    def __call__(self) -> _Connection:
        return _Connection(self, self._refuse, loop=self._loop, **self._kwargs)


class Runner(web.AppRunner):
    """Runs an app that says how it refuses what is no HTTP."""

    __slots__ = ()

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        refuse = self.app.get(REFUSE)
        if refuse is None:
            return made

        async def handle(request: web.BaseRequest) -> web.StreamResponse:
            try:
                return await made.request_handler(request)
            except web.HTTPException as error:  # before the app's own nets: an `Expect` that is none, quoted
                return refuse(error.status)

        return _Server(handle, refuse=refuse, request_factory=made.request_factory, **made._kwargs)


async def _open(app: web.Application, settings: Settings, door: socket.socket) -> _Open:
    """Let `app` answer at the door, beside an app that still does: each has a handle of its own on the socket."""
    runner = Runner(
        app,
        access_log=None,
        shutdown_timeout=settings.drain_seconds,
        keepalive_timeout=IDLE_CONNECTION_SECONDS,
        max_line_size=MOST_HEADER_BYTES,
        max_field_size=MOST_HEADER_BYTES,
    )
    await runner.setup()
    handle = door.dup()
    await web.SockSite(runner, handle, backlog=1024).start()
    return _Open(runner=runner, handle=handle)
