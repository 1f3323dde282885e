"""A small gateway with canned replies: the contract without the assistant, to look at every state of the front end."""

import asyncio
import gzip
import json
import secrets
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import yaml
from aiohttp import web

from bot.catalogue.cards import Card
from bot.gateway.replies import Care, Choice, Message, Reply
from bot.widget.pages import HERE, chat_page, demo_page, embed_page, embed_script, options_from, plain_page

CANNED = yaml.safe_load((Path(__file__).parent / "replies.yml").read_text("utf-8"))
TYPES = {".js": "text/javascript", ".css": "text/css", ".json": "application/json"}
EXIT = "https://weather.example/"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-src 'self'; require-trusted-types-for 'script'; frame-ancestors {hosts}"
)


@dataclass(slots=True, kw_only=True)
class Fake:
    """What a test may set before, and what it may look at after."""

    hosts: str = "*"
    idle_seconds: int = 1800
    opening: bool = True
    delay: float = 0.0
    failing: list[int] = field(default_factory=list)  # statuses of the next messages
    lost_answers: int = 0  # messages that are answered, but whose answer never arrives
    sessions: dict[str, dict[str, Reply]] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)
    said: list[dict[str, Any]] = field(default_factory=list)
    opened: list[dict[str, Any]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    sockets: set[web.WebSocketResponse] = field(default_factory=set)
    loop: asyncio.AbstractEventLoop | None = None
    url: str = ""

    def push(self, event: dict[str, Any]) -> None:
        """Send an event to every open live connection."""
        self._run(self._push(event))

    def drop(self) -> None:
        """Cut every live connection."""
        self._run(self._drop())

    def _run(self, work: Awaitable[None]) -> None:
        assert self.loop
        asyncio.run_coroutine_threadsafe(work, self.loop).result(5)  # type: ignore[arg-type]

    async def _push(self, event: dict[str, Any]) -> None:
        for socket in list(self.sockets):
            await socket.send_json(event)

    async def _drop(self) -> None:
        for socket in list(self.sockets):
            await socket.close()


FAKE: web.AppKey[Fake] = web.AppKey("fake", Fake)


def _card(name: str | dict[str, Any]) -> Card:
    values = CANNED["cards"][name] if isinstance(name, str) else name
    return msgspec.convert({"open": None, **values}, Card)


def _message(values: dict[str, Any]) -> Message:
    return Message(
        id=secrets.token_urlsafe(6),
        sender=values.get("from", "service"),
        text=values["text"],
        topic=values.get("topic"),
        choices=tuple(Choice(title=title, payload=payload) for title, payload in values.get("choices", ())),
        services=tuple(_card(name) for name in values.get("services", ())),
    )


def reply(values: dict[str, Any]) -> Reply:
    """A reply from its canned values."""
    care = values.get("care")
    return Reply(
        messages=tuple(_message(one) for one in values["messages"]),
        care=Care(
            level=care["level"],
            kinds=tuple(care["kinds"]),
            lines=tuple(care["lines"]),
            services=tuple(_card(one) for one in care["services"]),
        )
        if care
        else msgspec.UNSET,
        role=values.get("role"),
        state=values.get("state", "bot"),
        degraded=values.get("degraded", False),
    )


def answer(said: str) -> Reply:
    """The canned reply to a choice or to words."""
    return reply(next(one for one in CANNED["replies"] if one["said"] in said or not one["said"]))


def _json(value: Any, status: int = 200) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), status=status, content_type="application/json")


def _error(status: int, message: str = "A line that says what happened.") -> web.Response:
    return _json({"error": {"code": "failed", "message": message}}, status)


async def open_session(request: web.Request) -> web.Response:
    fake = request.app[FAKE]
    fake.opened.append(await request.json())
    token = secrets.token_urlsafe(16)
    fake.sessions[token] = {}
    return _json({"token": token, "idle_seconds": fake.idle_seconds, "reply": reply(CANNED["opening"])}, 201)


async def post_message(request: web.Request) -> web.Response:
    fake = request.app[FAKE]
    await asyncio.sleep(fake.delay)
    if fake.failing:
        return _error(fake.failing.pop(0))
    session = fake.sessions.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
    if session is None:
        return _error(401)
    sent = await request.json()
    if sent["id"] not in session:
        fake.said.append(sent)
        session[sent["id"]] = answer(sent.get("choice") or sent["text"].lower())
    if fake.lost_answers:
        fake.lost_answers -= 1
        assert request.transport
        request.transport.abort()
    return _json(session[sent["id"]])


async def end_session(request: web.Request) -> web.Response:
    fake = request.app[FAKE]
    token = json.loads(await request.read())["token"]
    fake.sessions.pop(token, None)
    fake.ended.append(token)
    return web.Response(status=204)


async def live(request: web.Request) -> web.WebSocketResponse:
    fake = request.app[FAKE]
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    first = await socket.receive_json()
    assert first["token"] in fake.sessions
    fake.sockets.add(socket)
    async for _ in socket:
        pass
    fake.sockets.discard(socket)
    return socket


async def plain(request: web.Request) -> web.Response:
    fake = request.app[FAKE]
    form = {name: str(value) for name, value in (await request.post()).items()}
    page: dict[str, Any] = {"language": form.get("language", "en"), "exit_url": EXIT}
    token = form.get("token") or secrets.token_urlsafe(16)
    if form.get("end"):
        fake.sessions.pop(token, None)
        fake.ended.append(token)
        return web.Response(text=plain_page(**page, ended=True), content_type="text/html")
    session = fake.sessions.setdefault(token, {"": reply(CANNED["opening"])})
    said, message_id, problem = form.get("choice") or form.get("text", "").strip(), form.get("id", ""), ""
    if fake.failing:
        fake.failing.pop(0)
        problem = "A line that says what happened."
    elif said and message_id not in (known := {name for name in session if name}):
        session[message_id or f"first{len(known)}"] = answer(said.lower())
        fake.said.append({"text": said})
    text = plain_page(
        **page,
        token=token,
        message_id=secrets.token_urlsafe(9),
        replies=tuple(session.values()),
        wrote="" if form.get("choice") else form.get("text", "").strip(),
        draft=form.get("text", "") if problem or form.get("choice") else "",
        problem=problem,
    )
    return web.Response(text=text, content_type="text/html")


async def chat(request: web.Request) -> web.Response:
    fake = request.app[FAKE]
    options = options_from(request.query, frame=request.path.endswith("/frame"))
    opening = reply(CANNED["opening"]) if fake.opening else None
    text = chat_page(language=request.query.get("language", "en"), exit_url=EXIT, options=options, opening=opening)
    return web.Response(text=text, content_type="text/html")


async def static(request: web.Request) -> web.Response:
    path = HERE / request.match_info["part"] / request.match_info["file"]
    if path.suffix not in TYPES or not path.is_file():
        raise web.HTTPNotFound
    return web.Response(body=path.read_bytes(), content_type=TYPES[path.suffix], charset="utf-8")


async def embed_js(_: web.Request) -> web.Response:
    return web.Response(text=embed_script(exit_url=EXIT), content_type="text/javascript")


async def embed(request: web.Request) -> web.Response:
    return web.Response(text=embed_page(origin=str(request.url.origin())), content_type="text/html")


async def demo(_: web.Request) -> web.Response:
    return web.Response(text=demo_page(), content_type="text/html")


@web.middleware
async def headers(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    fake = request.app[FAKE]
    fake.requests.append(f"{request.method} {request.path_qs} referer={request.headers.get('Referer', '')}")
    response = await handler(request)
    if isinstance(response, web.Response) and response.body:
        response.headers["Content-Security-Policy"] = POLICY.format(hosts=fake.hosts)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cross-Origin-Resource-Policy"] = (
            "cross-origin" if request.path == "/embed.js" else "same-origin"
        )
        if "gzip" in request.headers.get("Accept-Encoding", "") and isinstance(response.body, bytes):
            response.body = gzip.compress(response.body)
            response.headers["Content-Encoding"] = "gzip"
    return response


def make_app(fake: Fake) -> web.Application:
    """The made-up gateway over its state."""
    app = web.Application(middlewares=[headers])
    app[FAKE] = fake
    app.router.add_post("/api/sessions", open_session)
    app.router.add_post("/api/messages", post_message)
    app.router.add_post("/api/sessions/end", end_session)
    app.router.add_get("/api/live", live)
    app.router.add_post("/plain", plain)
    app.router.add_get("/chat", chat)
    app.router.add_get("/chat/frame", chat)
    app.router.add_get("/static/{part}/{file}", static)
    app.router.add_get("/embed.js", embed_js)
    app.router.add_get("/embed", embed)
    app.router.add_get("/demo", demo)
    return app


@contextmanager
def serving(app: web.Application) -> Iterator[tuple[asyncio.AbstractEventLoop, int]]:
    """Serve an app on a free port of loopback, in a thread of its own."""
    loop = asyncio.new_event_loop()

    async def start() -> tuple[web.AppRunner, int]:
        runner = web.AppRunner(app, shutdown_timeout=0.5)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return runner, runner.addresses[0][1]

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    runner, port = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    yield loop, port
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
    loop.close()


@contextmanager
def running(fake: Fake) -> Iterator[Fake]:
    """The made-up gateway, running."""
    with serving(make_app(fake)) as (loop, port):
        fake.loop, fake.url = loop, f"http://127.0.0.1:{port}"
        yield fake
