"""The pages around the chat API: the chat itself and the files it is made of."""

from aiohttp import web

from bot.gateway.security_txt import add_security_txt
from bot.settings import Settings
from bot.widget.pages import HERE, chat_page

# What may be served: nothing else of the folder ever leaves.
TYPES = {".js": "text/javascript", ".css": "text/css"}


async def static(request: web.Request) -> web.Response:
    """GET /static/{part}/{file}"""
    path = HERE / request.match_info["part"] / request.match_info["file"]
    kind = TYPES.get(path.suffix)
    if kind is None or not path.is_file():
        raise web.HTTPNotFound
    return web.Response(body=path.read_bytes(), content_type=kind, charset="utf-8")


def add_pages(app: web.Application, settings: Settings) -> None:
    """Add the pages to the gateway."""

    async def chat(request: web.Request) -> web.Response:
        """GET /chat"""
        page = chat_page(language=request.query.get("language", "en"), exit_url=settings.exit_url)
        return web.Response(text=page, content_type="text/html")

    app.router.add_get("/chat", chat)
    app.router.add_get("/static/{part:[a-z]+}/{file:[a-z]+\\.[a-z]+}", static)
    add_security_txt(app, settings)
