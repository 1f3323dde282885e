"""Safeguarding records, for the lead alone: read, answered, closed, and erased on the day they say."""

from aiohttp import web

from bot.console.access import needs
from bot.console.forms import fields
from bot.console.keeping import Concern
from bot.console.keys import KEEPING, log, me
from bot.console.rendering import page
from bot.vocabulary import Permission

_MOST_CHARACTERS = 4000


@needs(Permission.SEE_SAFEGUARDING)
async def list_page(request: web.Request) -> web.StreamResponse:
    """GET /safeguarding"""
    log(request, "safeguarding list seen")
    keeping = request.app[KEEPING]
    return page(request, "safeguarding.html", concerns=keeping.concerns(me(request).helpline), days=keeping.days)


def _found(request: web.Request) -> Concern:
    found = request.app[KEEPING].concern(me(request).helpline, request.match_info["id"])
    if found is None:
        raise web.HTTPNotFound
    return found


@needs(Permission.SEE_SAFEGUARDING)
async def concern_page(request: web.Request) -> web.StreamResponse:
    """GET /safeguarding/{id}"""
    found = _found(request)
    log(request, "safeguarding seen", subject=found.id)
    return page(request, "concern.html", concern=found, erased=request.app[KEEPING].erased_on(found))


@needs(Permission.SEE_SAFEGUARDING)
async def answer(request: web.Request) -> web.StreamResponse:
    """POST /safeguarding/{id}"""
    found = _found(request)
    text, closed = await fields(request, "answer", "closed")
    request.app[KEEPING].answer(
        found, answer=text.strip()[:_MOST_CHARACTERS], answered_by=me(request).account.name, closed=bool(closed)
    )
    log(request, "safeguarding answered", subject=found.id, detail="closed" if closed else "open")
    raise web.HTTPSeeOther(f"/safeguarding/{found.id}")


def add_routes(app: web.Application) -> None:
    app.router.add_get("/safeguarding", list_page)
    app.router.add_get("/safeguarding/{id:[0-9a-f]{16}}", concern_page)
    app.router.add_post("/safeguarding/{id:[0-9a-f]{16}}", answer)
