"""The console's style, scripts and icon, and whether it is alive."""

from aiohttp import web

from bot.console.access import anyone
from bot.console.rendering import HERE
from bot.widget.pages import script_or_style

TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


@anyone
async def static(request: web.Request) -> web.StreamResponse:
    """GET /static/{file}"""
    if request.match_info["file"] == "chat.css":  # for the preview of what visitors will see
        return web.Response(text=script_or_style("chat", "chat.css"), content_type="text/css")
    path = HERE / "static" / request.match_info["file"]
    kind = TYPES.get(path.suffix)
    if kind is None or not path.is_file():
        raise web.HTTPNotFound
    return web.Response(body=path.read_bytes(), content_type=kind, charset="utf-8")


@anyone
async def healthz(_: web.Request) -> web.StreamResponse:
    """GET /healthz"""
    return web.json_response({"alive": True})


def add_routes(app: web.Application) -> None:
    app.router.add_get("/static/{file:[a-z]+\\.[a-z]+}", static)
    app.router.add_get("/healthz", healthz)
