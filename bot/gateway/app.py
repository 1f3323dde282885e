"""The visitor's web app: routes, headers, and the one shape of every error."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, TypeVar

import aiohttp
import msgspec
import structlog
from aiohttp import web
from aiohttp.typedefs import Middleware

from bot import metrics
from bot.catalogue.freshness import overdue
from bot.gateway.conversation import BadChoice, Conversation
from bot.gateway.dialogue import Dialogue, DialogueDown
from bot.gateway.limits import Limits, MemoryCounts
from bot.gateway.live import add_live
from bot.gateway.oruk import oruk_app
from bot.gateway.pages import add_pages
from bot.gateway.reception import Reception, TooMany
from bot.gateway.replies import End, Feedback, Incoming, Open, Opened
from bot.gateway.sessions import NoSession, Session, Sessions
from bot.settings import Settings
from bot.stores.turns import Busy, Lost, StoreDown
from bot.web import REFUSE, Refuse, add_headers, address_of, beside, route_name

log = structlog.get_logger()

MOST_CHARACTERS = 4000
_MOST_BYTES = 64 * 1024  # 4,000 characters of any script, escaped, with room to spare
_WATCH_SECONDS = 15
BODY_SECONDS = 10.0  # a client that sends slower holds a place for nothing
_REFUSALS: dict[type[Exception], int] = {BadChoice: 400, NoSession: 401, Busy: 409, TooMany: 429}

SETTINGS: web.AppKey[Settings] = web.AppKey("settings", Settings)
SESSIONS: web.AppKey[Sessions] = web.AppKey("sessions", Sessions)
CONVERSATION: web.AppKey[Conversation] = web.AppKey("conversation", Conversation)
DIALOGUE: web.AppKey[Dialogue] = web.AppKey("dialogue", Dialogue)
RECEPTION: web.AppKey[Reception] = web.AppKey("reception", Reception)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
T = TypeVar("T")

# What a person may read when a request fails. Never the cause, never what was written.
ERRORS = {
    400: ("bad_request", "That could not be read."),
    401: ("no_session", "This chat has ended. You can start a new one."),
    404: ("not_found", "There is nothing here."),
    405: ("method_not_allowed", "That can't be done here."),
    408: ("too_slow", "That took too long to arrive. Please send it again."),
    409: ("conflict", "That message is still being answered."),
    413: ("too_long", "That message is too long. Please send it in parts of up to 4,000 characters."),
    415: ("not_json", "Messages must be sent as JSON."),
    429: ("too_many", "Too many messages at once. Please wait a minute. If you are in danger, call 999."),
    500: ("failed", "Something went wrong on our side. If you are in danger, call 999."),
    503: ("not_ready", "The chat is not ready yet. If you are in danger, call 999."),
}


class ApiError(Exception):
    """An answer other than success, by its HTTP status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def error_response(status: int) -> web.Response:
    """The one shape of every error."""
    code, message = ERRORS.get(status, ERRORS[500 if status >= 500 else 400])
    return web.json_response({"error": {"code": code, "message": message}}, status=status)


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every failure becomes the one shape."""
    try:
        return await handler(request)
    except ApiError as error:
        return error_response(error.status)
    except web.HTTPException as error:
        return error_response(error.status) if error.status >= 400 else error
    except web.RequestPayloadError:  # a body that is not in the encoding it says
        return error_response(400)
    except (ConnectionError, asyncio.CancelledError):
        raise
    except Exception as error:  # the last net: its text may quote the visitor, so only its kind is told
        log.error("request failed", error=type(error).__name__, path=route_name(request))
        return error_response(500)


@web.middleware
async def measured(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Counts and times every request by its route."""
    started = time.monotonic()
    response = await handler(request)
    route = route_name(request)
    metrics.requests.labels(route, response.status).inc()
    metrics.request_seconds.labels(route).observe(time.monotonic() - started)
    return response


def headers_of(settings: Settings) -> dict[str, str]:
    """Headers of every answer: nothing kept, nothing sent on, nothing foreign let in."""
    return {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
        "X-Robots-Tag": "noindex",
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
            "form-action 'self'; base-uri 'none'; frame-src 'self'; "
            f"require-trusted-types-for 'script'; frame-ancestors {settings.frame_hosts}"
        ),
    }


def headers(always: Mapping[str, str]) -> Middleware:
    """Puts the headers of every answer on it."""

    @web.middleware
    async def add(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await handler(request)
        if not response.prepared:
            add_headers(response, always)
        return response

    return add


def refusing(always: Mapping[str, str]) -> Refuse:
    """Answers what never reached the app as everything else is answered, and counts it."""

    def refuse(status: int) -> web.Response:
        metrics.requests.labels("unknown", status).inc()
        response = error_response(status)
        add_headers(response, always)
        return response

    return refuse


async def _body(request: web.Request, shape: type[T], *, json_only: bool = True) -> T:
    if json_only and request.content_type != "application/json":
        raise ApiError(415)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            raw = await request.read()
    except TimeoutError as error:
        raise ApiError(408) from error
    try:
        return msgspec.json.decode(raw, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ApiError(400) from error


def _token(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise ApiError(401)
    return token


def _address(request: web.Request) -> str:
    return address_of(request, request.app[SETTINGS].proxies)


def _json(value: Any, status: int = 200) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), status=status, content_type="application/json")


async def begin(request: web.Request, wanted: Open) -> Opened:
    """A new session. Raises ApiError."""
    app = request.app
    if await app[RECEPTION].limits.over("sessions", _address(request)):
        raise ApiError(429)
    token, session = app[SESSIONS].new()
    reply = app[CONVERSATION].open(session, language=wanted.language, nation=wanted.nation)
    try:
        await app[SESSIONS].add(token, session)
        metrics.sessions.labels("opened").inc()
    except StoreDown as error:
        # Nobody is turned away: what is written with this token is screened, and answered with lines that work.
        log.warning("session not kept", error=str(error))
        reply = app[RECEPTION].open_alone(session)
    return Opened(token=token, idle_seconds=app[SETTINGS].idle_seconds, reply=reply)


async def take(request: web.Request, token: str, incoming: Incoming) -> bytes:
    """The reply to a message as it is sent. Raises ApiError."""
    if (incoming.text is None) == (incoming.choice is None) or len(incoming.id or "") > 100:
        raise ApiError(400)
    if incoming.text is not None:
        if len(incoming.text) > MOST_CHARACTERS:
            raise ApiError(413)
        if not incoming.text.strip():
            raise ApiError(400)
    try:
        return await request.app[RECEPTION].receive(token, _address(request), incoming)
    except tuple(_REFUSALS) as error:
        raise ApiError(_REFUSALS[type(error)]) from error


async def judge(request: web.Request, token: str, feedback: Feedback) -> None:
    """Take down whether an answer helped. Raises ApiError."""
    try:
        await request.app[RECEPTION].judged(token, _address(request), feedback)
    except tuple(_REFUSALS) as error:
        raise ApiError(_REFUSALS[type(error)]) from error
    except (Lost, StoreDown) as error:
        log.warning("feedback not kept", error=type(error).__name__)
        raise ApiError(503) from error


async def erase(app: web.Application, token: str) -> None:
    """Forget a session everywhere; one that is gone already is no error. Raises ApiError."""
    try:
        session = await app[SESSIONS].end(token)
    except StoreDown as error:
        log.warning("erase failed", error=str(error))
        raise ApiError(503) from error
    if session is not None:
        metrics.sessions.labels("ended").inc()
        await _forget(app, session)


async def open_session(request: web.Request) -> web.Response:
    """POST /api/sessions"""
    wanted = await _body(request, Open) if request.can_read_body else Open()
    return _json(await begin(request, wanted), status=201)


async def post_message(request: web.Request) -> web.Response:
    """POST /api/messages"""
    token = _token(request)
    reply = await take(request, token, await _body(request, Incoming))
    return web.Response(body=reply, content_type="application/json")


async def post_feedback(request: web.Request) -> web.Response:
    """POST /api/feedback"""
    token = _token(request)
    await judge(request, token, await _body(request, Feedback))
    return web.Response(status=204)


async def end_session(request: web.Request) -> web.Response:
    """POST /api/sessions/end, also by sendBeacon, whose content type is its own."""
    await erase(request.app, (await _body(request, End, json_only=False)).token)
    return web.Response(status=204)


async def _forget(app: web.Application, session: Session) -> None:
    if (desk := app[CONVERSATION].desk) is not None:
        await desk.leave(session)
    if (noticing := app[CONVERSATION].noticing) is not None:
        noticing.left(session)
    try:
        await app[DIALOGUE].forget(session.conversation)
    except DialogueDown as error:
        # Rasa forgets by itself what falls silent, and keeps no words.
        log.warning("erase postponed", error=str(error))


async def healthz(_: web.Request) -> web.Response:
    """GET /healthz"""
    return web.json_response({"alive": True})


async def readyz(request: web.Request) -> web.Response:
    """GET /readyz: what is degraded, by name. The gateway itself can always answer."""
    degraded = await _degraded(request.app)
    return web.json_response({"ready": not degraded, "degraded": degraded}, status=503 if degraded else 200)


async def _degraded(app: web.Application) -> list[str]:
    """The parts that don't answer when asked."""
    settings = app[SETTINGS]
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as http:
        checks = {
            "rasa": _alive(http, f"{settings.rasa_url}/readyz"),
            "actions": _alive(http, f"{settings.actions_url}/readyz"),
        }
        if settings.redis_url:
            checks["redis"] = _reachable(app[SESSIONS])
        if (desk := app[CONVERSATION].desk) is not None:
            checks["handoffs"] = desk.alive()
        states = await asyncio.gather(*checks.values())
    for name, alive in zip(checks, states, strict=True):
        metrics.part_up.labels(name).set(alive)
    return [name for name, alive in zip(checks, states, strict=True) if not alive]


async def _reachable(sessions: Sessions) -> bool:
    try:
        await sessions.ping()
    except StoreDown:
        return False
    return True


async def _alive(http: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with http.get(url) as response:
            return response.status == 200
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False


async def _watching(app: web.Application) -> AsyncIterator[None]:
    """Keeps the numbers of what is up and what is due for checking."""

    async def watch() -> None:
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            await _degraded(app)
            conversation = app[CONVERSATION]
            metrics.services_overdue.set(overdue(conversation.catalogue, conversation.now().date()))

    async with beside(watch()):
        yield


async def _finishing(app: web.Application) -> AsyncIterator[None]:
    yield
    await app[RECEPTION].finish()


def make_app(
    settings: Settings, *, sessions: Sessions, conversation: Conversation, limits: Limits | None = None
) -> web.Application:
    """The gateway over its parts."""
    always = headers_of(settings)
    app = web.Application(middlewares=[headers(always), measured, errors], client_max_size=_MOST_BYTES)
    app[REFUSE] = refusing(always)
    limits = limits or Limits(settings.most_a_minute, MemoryCounts())
    app[SETTINGS] = settings
    app[SESSIONS] = sessions
    app[CONVERSATION] = conversation
    app[DIALOGUE] = conversation.dialogue
    app[RECEPTION] = Reception(sessions=sessions, conversation=conversation, limits=limits)
    app.router.add_post("/api/sessions", open_session)
    app.router.add_post("/api/messages", post_message)
    app.router.add_post("/api/feedback", post_feedback)
    app.router.add_post("/api/sessions/end", end_session)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.add_subapp("/oruk", oruk_app(conversation.catalogue))
    add_pages(app, settings, conversation)
    app.cleanup_ctx.extend([_finishing, _watching])
    if conversation.noticing is not None:
        app.cleanup_ctx.append(conversation.noticing.beside)
    if conversation.desk is not None:
        add_live(app, desk=conversation.desk, sessions=sessions)
    return app
