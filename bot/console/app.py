"""The console over its parts: routes, headers, and what happens when something fails."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import structlog
from aiohttp import web

from bot.catalogue.records import Catalogue
from bot.console import (
    account,
    chats,
    content,
    files,
    inbox_pages,
    inbox_safety,
    insight,
    live,
    numbers,
    publishing,
    queue,
    safeguarding,
    services,
    signing_in,
    staff,
    team,
)
from bot.console.access import COOKIES, Cookies, check_routes, guard, log_refusal
from bot.console.desk import Desk
from bot.console.headers import HEADERS
from bot.console.keeping import Keeping
from bot.console.keys import (
    ACCOUNTS,
    CATALOGUE,
    CLOCK,
    DESK,
    HASHING,
    KEEPING,
    NEWSROOM,
    PLACES,
    REPLIES,
    SETTINGS,
    SIGNING_IN,
    STOPPING,
    Clock,
    Handler,
    Newsroom,
    Places,
)
from bot.console.learning import LEARNING, Learning
from bot.console.missing import Missing, missing
from bot.console.rendering import bare_error, error, install
from bot.content.replies import CannedReply
from bot.handoff.store import NotYours, Over, StoreDown, Taken
from bot.settings import Settings
from bot.staff.accounts import Accounts
from bot.staff.signing_in import SigningIn
from bot.web import REFUSE, add_headers, beside, route_name

log = structlog.get_logger()

_MOST_BYTES = 64 * 1024
_SWEEP_SECONDS = 20
_HASHES_AT_ONCE = 2  # each takes 64 MiB


@web.middleware
async def headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Headers of every answer: nothing kept, nothing foreign let in."""
    response = await handler(request)
    if not response.prepared:
        add_headers(response, _headers_of(request.app))
    return response


def _headers_of(app: web.Application) -> Mapping[str, str]:
    return {**HEADERS, "Strict-Transport-Security": "max-age=31536000"} if app[COOKIES].secure else HEADERS


def _refuse(app: web.Application, status: int) -> web.Response:
    """What never reached the console is answered as everything else is."""
    response = bare_error(status)
    add_headers(response, _headers_of(app))
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
    except (NotYours, Taken, Over):
        return error(request, 409)
    except Missing as what:
        return await missing(request, what)
    except StoreDown:
        log.warning("the store of handoffs can't be reached")
        return error(request, 503)
    except web.RequestPayloadError:  # a body that is not in the encoding it says
        return error(request, 400)
    except (ConnectionError, asyncio.CancelledError):
        raise
    except Exception as failure:  # the last net: its text may quote what someone wrote, so only its kind is told
        log.error("request failed", error=type(failure).__name__, path=route_name(request))
        return error(request, 500)


async def _sweeping(app: web.Application) -> AsyncIterator[None]:
    async def sweep() -> None:
        while True:
            app[SIGNING_IN].sweep()
            app[KEEPING].sweep(app[CLOCK]())
            with contextlib.suppress(StoreDown):
                await app[DESK].sweep()
            await asyncio.sleep(_SWEEP_SECONDS)

    async with beside(sweep()):
        yield


async def _stop_pages(app: web.Application) -> None:
    app[STOPPING].set()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the console is made of."""

    accounts: Accounts
    signing_in: SigningIn
    desk: Desk
    keeping: Keeping
    catalogue: Catalogue
    replies: tuple[CannedReply, ...]
    places: Places
    newsroom: Newsroom
    clock: Clock
    learning: Learning | None = None


def make_app(settings: Settings, parts: Parts) -> web.Application:
    """The console over its parts. Raises StartError when a route declares no permission."""
    app = web.Application(middlewares=[headers, errors, guard], client_max_size=_MOST_BYTES)
    app[SETTINGS] = settings
    app[ACCOUNTS] = parts.accounts
    app[SIGNING_IN] = parts.signing_in
    app[DESK] = parts.desk
    app[KEEPING] = parts.keeping
    app[CATALOGUE] = parts.catalogue
    app[REPLIES] = parts.replies
    app[PLACES] = parts.places
    app[NEWSROOM] = parts.newsroom
    app[CLOCK] = parts.clock
    if parts.learning is not None:
        app[LEARNING] = parts.learning
    app[COOKIES] = Cookies(settings.console_address)
    app[REFUSE] = lambda status: _refuse(app, status)
    app[HASHING] = asyncio.Semaphore(_HASHES_AT_ONCE)
    app[STOPPING] = asyncio.Event()
    install(app)
    parted = (files, signing_in, account, queue, chats, live, services, safeguarding, team, numbers, staff)
    for part in (*parted, content, publishing, insight, inbox_pages, inbox_safety):
        part.add_routes(app)
    check_routes(app)
    app.cleanup_ctx.append(_sweeping)
    app.on_shutdown.append(_stop_pages)
    return app
