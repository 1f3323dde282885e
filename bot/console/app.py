"""The console over its parts: routes, headers, and what happens when something fails."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import structlog
from aiohttp import web

from bot.catalogue.records import Catalogue
from bot.console import account, files, services, signing_in, staff
from bot.console.access import COOKIES, Cookies, check_routes, guard, log_refusal
from bot.console.keys import ACCOUNTS, CATALOGUE, CLOCK, HASHING, PLACES, SETTINGS, SIGNING_IN, Clock, Handler, Places
from bot.console.rendering import error, install
from bot.settings import Settings
from bot.staff.accounts import Accounts
from bot.staff.signing_in import SigningIn

log = structlog.get_logger()

_MOST_BYTES = 64 * 1024
_SWEEP_SECONDS = 60
_HASHES_AT_ONCE = 2  # each takes 64 MiB

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",  # the browser names no page to anyone else
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "X-Robots-Tag": "noindex",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
}


@web.middleware
async def headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Headers of every answer: nothing kept, nothing foreign let in."""
    response = await handler(request)
    if not response.prepared:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.app[COOKIES].secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every failure becomes the one shape."""
    try:
        return await handler(request)
    except web.HTTPUnauthorized:
        if request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
            return web.Response(status=303, headers={"Location": "/sign-in"})
        return error(request, 401)
    except web.HTTPException as failure:
        if failure.status < 400:
            return web.Response(status=failure.status, headers={"Location": failure.headers.get("Location", "/")})
        if failure.status == 403:
            log_refusal(request)
        return error(request, failure.status)
    except (ConnectionError, asyncio.CancelledError):
        raise
    except Exception as failure:  # the last net: its text may quote what someone wrote, so only its kind is told
        resource = request.match_info.route.resource
        log.error("request failed", error=type(failure).__name__, path=resource.canonical if resource else "unknown")
        return error(request, 500)


async def _sweeping(app: web.Application) -> AsyncIterator[None]:
    async def sweep() -> None:
        while True:
            app[SIGNING_IN].sweep()
            await asyncio.sleep(_SWEEP_SECONDS)

    task = asyncio.create_task(sweep())
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def make_app(
    settings: Settings, *, accounts: Accounts, signing: SigningIn, catalogue: Catalogue, places: Places, clock: Clock
) -> web.Application:
    """The console over its parts. Raises StartError when a route declares no permission."""
    app = web.Application(middlewares=[headers, errors, guard], client_max_size=_MOST_BYTES)
    app[SETTINGS] = settings
    app[ACCOUNTS] = accounts
    app[SIGNING_IN] = signing
    app[CLOCK] = clock
    app[PLACES] = places
    app[CATALOGUE] = catalogue
    app[COOKIES] = Cookies(settings.console_address)
    app[HASHING] = asyncio.Semaphore(_HASHES_AT_ONCE)
    install(app)
    for part in (files, signing_in, account, services, staff):
        part.add_routes(app)
    check_routes(app)
    app.cleanup_ctx.append(_sweeping)
    return app
