"""The live line of a chat while a person is awaited or there: `GET /api/live`, a WebSocket."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import msgspec
import structlog
from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from bot import metrics
from bot.gateway.handoff import HandoffDesk
from bot.gateway.sessions import NoSession, Session, Sessions
from bot.handoff.flow import Passed
from bot.handoff.records import HELD, Change, Happened
from bot.handoff.store import HandoffError, NoHandoff
from bot.stores.turns import Busy, Lost
from bot.stores.turns import StoreDown as SessionsDown
from bot.vocabulary import HandoffMode, HandoffState, Level, Sender
from bot.web import beside

log = structlog.get_logger()

_FIRST_SECONDS = 5.0  # for the first frame
_LOOK_SECONDS = 15.0  # between two looks at what no change tells: the session, the wait
_TYPING_SECONDS = 6.0  # how long a sign of typing holds
_TOUCH_SECONDS = 60.0  # between two signs that who waits with the page open is still there
_TYPING_PAUSE_SECONDS = 2.0  # between two signs of one visitor
_MOST_BYTES = 2048  # of a frame: a token or a sign
_HOUSEKEEPING_SECONDS = 15.0
_PURGE_SECONDS = 300.0


class _First(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    token: str


class _Sign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    type: str


def add_live(app: web.Application, *, desk: HandoffDesk, sessions: Sessions) -> None:
    """The live line and the housekeeping of handoffs."""

    async def live(request: web.Request) -> web.StreamResponse:
        if not _own_origin(request):
            raise web.HTTPForbidden
        socket = web.WebSocketResponse(heartbeat=20, max_msg_size=_MOST_BYTES, compress=False)
        await socket.prepare(request)
        token = await _first(socket)
        session = await _session(sessions, token) if token else None
        if token is None or session is None:
            await _send(socket, {"type": "state", "state": "ended"})
            await socket.close(code=WSCloseCode.POLICY_VIOLATION)
            return socket
        line = _Line(socket=socket, desk=desk, sessions=sessions, session=session, token=token)
        app[_OPEN].add(socket)
        try:
            await line.run()
        finally:
            app[_OPEN].discard(socket)
            await socket.close()
        return socket

    app[_OPEN] = set()
    app.router.add_get("/api/live", live)
    app.on_shutdown.append(_close_all)
    app.cleanup_ctx.append(lambda _: _housekeeping(desk))


_OPEN: web.AppKey[set[web.WebSocketResponse]] = web.AppKey("live", set)


class _Line:
    """One open line. It reads the store and tells; what a visitor writes comes by `POST /api/messages`."""

    def __init__(
        self, *, socket: web.WebSocketResponse, desk: HandoffDesk, sessions: Sessions, session: Session, token: str
    ) -> None:
        self._socket = socket
        self._desk = desk
        self._sessions = sessions
        self._session = session
        self._token = token
        self._told: tuple[str, str | None] | None = None
        self._typing_until = 0.0
        self._touched = time.monotonic()

    async def run(self) -> None:
        """Until either side closes, or there is nothing left to wait for."""
        passed = self._desk.memory(self._session).passed
        if passed is None or passed.mode is HandoffMode.LATER:
            await self._state("bot", None)
            return
        # A page that comes back is told everything: each message has its id, and is shown once.
        passed = replace(passed, state=HandoffState.WAITING, turn=0, seen=0, wait_told=False)
        hearing = asyncio.create_task(self._hear(passed))
        try:
            async with self._desk.store.subscribe(handoff=passed.id) as changes:
                await self._line_is(passed, up=True)
                await self._tell(passed, changes, hearing)
        finally:
            hearing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await hearing
            await self._line_is(passed, up=False)

    async def _tell(self, passed: Passed, changes: AsyncIterator[Change], hearing: asyncio.Task[None]) -> None:
        upcoming: asyncio.Task[Change] | None = None
        change: Change | None = None
        try:
            while True:
                latest = await self._look(passed, change)
                if latest is None:
                    return
                passed = latest
                upcoming = upcoming or asyncio.create_task(_next(changes))
                left = self._typing_until - time.monotonic() if self._typing_until else _LOOK_SECONDS
                await asyncio.wait(
                    {upcoming, hearing},
                    timeout=max(0.05, min(left, _LOOK_SECONDS)),
                    return_when=asyncio.FIRST_COMPLETED,
                )
                if hearing.done():
                    return
                change, upcoming = (upcoming.result(), None) if upcoming.done() else (None, upcoming)
        finally:
            if upcoming is not None:
                upcoming.cancel()

    async def _look(self, passed: Passed, change: Change | None) -> Passed | None:
        """Tell what is new; None when the line is to be closed."""
        if not await self._held():
            await self._desk.leave(self._session)
            await self._state("ended", None)
            return None
        if change is not None and change.happened is Happened.TYPING_PERSON:
            await self._typing(True)
            return passed
        if self._typing_until and time.monotonic() >= self._typing_until:
            await self._typing(False)
        if change is not None and change.happened in (Happened.TYPING_VISITOR, Happened.LINE_LOST, Happened.LINE_BACK):
            return passed
        try:
            handoff = await self._desk.store.get(passed.id)
            said = await self._desk.store.messages(passed.id, after=passed.seen)
            if change is None and handoff.state in (HandoffState.WAITING, *HELD):
                await self._desk.store.visitor_here(passed.id)
            messages, passed = await self._desk.news(self._session, passed, handoff, said)
        except NoHandoff:
            await self._end(passed, closed=False)
            return None
        except HandoffError as error:
            log.warning("handoffs out of reach", error=type(error).__name__)
            return passed
        if handoff.held:
            await self._state("person", handoff.claimed_name)
        elif handoff.state is HandoffState.WAITING and handoff.mode is HandoffMode.HERE:
            await self._state("waiting", None)
            if time.monotonic() - self._touched >= _TOUCH_SECONDS:
                await self._touch()
        for message in messages:
            if message.sender == "person" and self._typing_until:
                await self._typing(False)
            await _send(self._socket, {"type": "message", "message": message})
        if any(message.sender == "person" for message in messages):
            await self._touch()
        if handoff.mode is HandoffMode.LATER or handoff.state is HandoffState.WITHDRAWN:
            await self._state("bot", None)
            return None
        if handoff.final or handoff.state is HandoffState.LEFT:
            await self._end(passed, closed=handoff.state is HandoffState.CLOSED)
            return None
        return passed

    async def _held(self) -> bool:
        """Whether the session is still there; unless told otherwise, it is."""
        try:
            await self._sessions.find(self._token)
        except NoSession:
            return False
        except SessionsDown:
            return True
        return True

    async def _touch(self) -> None:
        """Who waits for a person or is being talked to is not silent: the session lasts longer."""
        self._touched = time.monotonic()
        with contextlib.suppress(NoSession, Busy, Lost, SessionsDown):
            async with self._sessions.turn(self._token, wait=1.0):
                pass

    async def _end(self, passed: Passed, *, closed: bool) -> None:
        message = self._desk.end(self._session, passed.id, closed=closed)
        await _send(self._socket, {"type": "message", "message": message})
        await self._state("bot", None)

    async def _hear(self, passed: Passed) -> None:
        """Pass on signs of typing until the page closes the line."""
        last = 0.0
        async for frame in self._socket:
            if not _is_typing(frame):
                await self._socket.close(code=WSCloseCode.POLICY_VIOLATION)
                return
            if time.monotonic() - last >= _TYPING_PAUSE_SECONDS:
                last = time.monotonic()
                with contextlib.suppress(HandoffError):
                    await self._desk.store.typing(passed.id, Sender.VISITOR)

    async def _typing(self, typing: bool) -> None:
        shown = bool(self._typing_until)
        self._typing_until = time.monotonic() + _TYPING_SECONDS if typing else 0.0
        if typing or shown:
            await _send(self._socket, {"type": "typing", "typing": typing})

    async def _state(self, state: str, name: str | None) -> None:
        if self._told == (state, name):
            return
        self._told = (state, name)
        await _send(self._socket, {"type": "state", "state": state} | ({"name": name} if name else {}))

    async def _line_is(self, passed: Passed, *, up: bool) -> None:
        with contextlib.suppress(HandoffError):
            await self._desk.store.line(passed.id, up=up)


async def _session(sessions: Sessions, token: str) -> Session | None:
    try:
        return await sessions.find(token)
    except (NoSession, SessionsDown):
        return None


async def _next(changes: AsyncIterator[Change]) -> Change:
    return await anext(changes)


async def _first(socket: web.WebSocketResponse) -> str | None:
    """The token of the first frame; None when there is none in time."""
    try:
        frame = await socket.receive(timeout=_FIRST_SECONDS)
        return msgspec.json.decode(frame.data, type=_First).token if frame.type is WSMsgType.TEXT else None
    except (TimeoutError, msgspec.MsgspecError):
        return None


def _is_typing(frame: WSMessage) -> bool:
    if frame.type is not WSMsgType.TEXT:
        return False
    try:
        return msgspec.json.decode(frame.data, type=_Sign).type == "typing"
    except msgspec.MsgspecError:
        return False


async def _send(socket: web.WebSocketResponse, frame: dict[str, Any]) -> None:
    with contextlib.suppress(ConnectionError, RuntimeError):  # closed meanwhile
        await socket.send_str(msgspec.json.encode(frame).decode())


def _own_origin(request: web.Request) -> bool:
    """A browser says where a page comes from: only our own may open a line. Other programs have to have the token."""
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


async def _close_all(app: web.Application) -> None:
    for socket in app[_OPEN].copy():
        await socket.close(code=WSCloseCode.GOING_AWAY)


async def _queue_told(desk: HandoffDesk) -> None:
    """Put into numbers how many wait here for a person, and how long. Raises HandoffError."""
    queues = [await desk.store.waiting(helpline.id) for helpline in desk.helplines.all]
    waiting = [place for queue in queues for place in queue if place.handoff.mode is HandoffMode.HERE]
    metrics.handoffs_waiting.set(len(waiting))
    for level in Level:
        longest = max((place.waited for place in waiting if place.level is level), default=0.0)
        metrics.handoff_wait_seconds.labels(level.value).set(longest)


async def _housekeeping(desk: HandoffDesk) -> AsyncIterator[None]:
    """Give back what vanished workers held, and erase what is due, as long as this process runs."""

    async def keep() -> None:
        purge_at = 0.0
        while True:
            try:
                await desk.store.release_stale()
                await _queue_told(desk)
                if time.monotonic() >= purge_at:
                    await desk.store.purge()
                    purge_at = time.monotonic() + _PURGE_SECONDS
            except HandoffError as error:
                log.warning("housekeeping postponed", error=type(error).__name__)
            await asyncio.sleep(_HOUSEKEEPING_SECONDS)

    async with beside(keep()):
        yield
    await desk.store.aclose()
