"""The pages around the chat API: the chat, the files it is made of, and how to put it on a site."""

import gzip
from collections.abc import Mapping
from functools import lru_cache

from aiohttp import web

from bot.gateway.conversation import Conversation
from bot.gateway.replies import Reply
from bot.gateway.security_txt import add_security_txt
from bot.gateway.sessions import Session
from bot.settings import Settings
from bot.widget.pages import (
    HERE,
    chat_page,
    demo_page,
    embed_page,
    embed_script,
    nation_of,
    options_from,
    script_or_style,
)

# What may be served: nothing else of the folder ever leaves.
TYPES = {".js": "text/javascript", ".css": "text/css"}
FOREIGN = {"Cross-Origin-Resource-Policy": "cross-origin"}  # what other sites may load
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def opening(conversation: Conversation, *, language: str, nation: str) -> Reply:
    """The first screen as any new session would begin, without opening one: looking costs and keeps nothing."""
    nobody = Session(conversation="", started=0.0)
    return conversation.open(nobody, language=language, nation=nation or None)


def keeps(conversation: Conversation) -> bool:
    """Whether messages that were not understood are kept, which every page then says."""
    return conversation.noticing is not None and conversation.noticing.keeps


@lru_cache(maxsize=64)
def _packed(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


def _public(
    request: web.Request, text: str, kind: str = "text/html", headers: Mapping[str, str] | None = None
) -> web.Response:
    """An answer with nothing secret in it: the same for everyone, so it may be compressed and kept in memory packed."""
    body = text.encode()
    sent = {**(headers or {}), "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        body = _packed(body)
        sent["Content-Encoding"] = "gzip"
    return web.Response(body=body, content_type=kind, charset="utf-8", headers=sent)


async def static(request: web.Request) -> web.Response:
    """GET /static/{part}/{file}"""
    path = HERE / request.match_info["part"] / request.match_info["file"]
    kind = TYPES.get(path.suffix)
    if kind is None or not path.is_file():
        raise web.HTTPNotFound
    return _public(request, script_or_style(path.parent.name, path.name), kind)


async def embed(request: web.Request) -> web.Response:
    """GET /embed"""
    # Outside a developer's own machine the chat is always behind TLS.
    scheme = "http" if request.host.rpartition(":")[0] in _LOOPBACK else "https"
    return _public(request, embed_page(origin=f"{scheme}://{request.host}"))


async def demo(request: web.Request) -> web.Response:
    """GET /demo"""
    return _public(request, demo_page())


def add_pages(app: web.Application, settings: Settings, conversation: Conversation) -> None:
    """Add the pages to the gateway."""

    async def chat(request: web.Request) -> web.Response:
        """GET /chat, GET /chat/frame"""
        framed = request.path.endswith("/frame")
        language, nation = request.query.get("language", "en"), nation_of(request.query.get("nation", ""))
        page = chat_page(
            language=language,
            exit_url=settings.exit_url,
            options=options_from(request.query, frame=framed, second_tab=settings.exit_second_tab),
            opening=opening(conversation, language=language, nation=nation),
            inbox=keeps(conversation),
        )
        return _public(request, page, headers=FOREIGN if framed else None)

    async def script(request: web.Request) -> web.Response:
        """GET /embed.js"""
        text = embed_script(exit_url=settings.exit_url, second_tab=settings.exit_second_tab)
        return _public(request, text, "text/javascript", FOREIGN)

    app.router.add_get("/chat", chat)
    app.router.add_get("/chat/frame", chat)
    app.router.add_get("/embed", embed)
    app.router.add_get("/embed.js", script)
    app.router.add_get("/demo", demo)
    app.router.add_get("/static/{part:[a-z]+}/{file:[a-z]+\\.[a-z]+}", static)
    add_security_txt(app, settings)
