"""The action server: the SDK's executor behind a plain web app on a private address."""

from typing import Any

import structlog
from aiohttp import web
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionNotFoundException

from bot.bootstrap import load_catalogue, load_parts, load_terms
from bot.listen import Part, listen
from bot.settings import Settings

from .needs import keeping

log = structlog.get_logger()

EXECUTOR: web.AppKey[ActionExecutor] = web.AppKey("executor", ActionExecutor)


async def _webhook(request: web.Request) -> web.Response:
    call: dict[str, Any] = await request.json()
    try:
        result = await request.app[EXECUTOR].run(call)
    except ActionNotFoundException:
        return web.json_response({"error": "no such action", "action_name": call.get("next_action")}, status=404)
    return web.json_response(result)


async def _ready(_: web.Request) -> web.Response:
    return web.json_response({"ready": True})


def make_app() -> web.Application:
    """The action server with every action of this package."""
    executor = ActionExecutor()
    executor.register_package("actions")
    app = web.Application(client_max_size=256 * 1024)
    app[EXECUTOR] = executor
    app.cleanup_ctx.append(keeping)
    app.router.add_post("/webhook", _webhook)
    app.router.add_get("/readyz", _ready)
    return app


async def build(_: Settings) -> web.Application:
    """The action server of this edition."""
    return make_app()


def make_ready(_: Settings) -> None:
    """Read the content. Raises ContentError when it can't be trusted."""
    load_catalogue()
    load_parts()
    load_terms()


def run(settings: Settings, *, shared: bool = False) -> None:
    """Serve until stopped; `shared` with other processes."""
    part = Part(build=build, make_ready=make_ready)
    listen(part, settings, host=settings.internal_host, port=settings.actions_port, shared=shared)
