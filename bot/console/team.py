"""The supervisor's view: who is on, what each carries, how long people wait, who asked for a debrief."""

from aiohttp import web

from bot.console.access import needs
from bot.console.desk import Chat
from bot.console.keys import CLOCK, DESK, KEEPING, log, me
from bot.console.rendering import page
from bot.vocabulary import HandoffMode, Permission


@needs(Permission.SEE_TEAM)
async def team_page(request: web.Request) -> web.StreamResponse:
    """GET /team"""
    log(request, "team seen")
    return await _team(request, "team.html")


@needs(Permission.SEE_TEAM, quiet=True)
async def team_list(request: web.Request) -> web.StreamResponse:
    """GET /team/list: the part of the page that changes."""
    return await _team(request, "team_list.html")


async def _team(request: web.Request, template: str) -> web.Response:
    who, desk = me(request), request.app[DESK]
    waiting = await desk.queue(who.helpline)
    here = [chat for chat in waiting if chat.mode is HandoffMode.HERE]
    going_on = await desk.going_on(who.helpline)
    now = request.app[CLOCK]()
    chats: dict[str, list[Chat]] = {}
    for chat in going_on:
        chats.setdefault(chat.worker, []).append(chat)
    team = await desk.on_duty(who.helpline)
    return page(
        request,
        template,
        waiting=waiting,
        here=len(here),
        longest=max(((now - chat.since) for chat in here), default=None),
        going_on=going_on,
        chats=chats,
        team=team,
        away=[name for name in chats if name not in {one.worker for one in team}],
        debriefs=request.app[KEEPING].debriefs(who.helpline),
    )


@needs(Permission.SEE_TEAM)
async def debriefed(request: web.Request) -> web.StreamResponse:
    """POST /team/{worker}/debriefed"""
    worker = request.match_info["worker"]
    request.app[KEEPING].debriefed(me(request).helpline, worker)
    log(request, "debrief done", subject=worker)
    raise web.HTTPSeeOther("/team")


def add_routes(app: web.Application) -> None:
    app.router.add_get("/team", team_page)
    app.router.add_get("/team/list", team_list)
    app.router.add_post("/team/{worker:[a-z0-9.-]{1,40}}/debriefed", debriefed)
