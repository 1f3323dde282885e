"""One's own account: sessions, backup codes, the name visitors read. And where the front door leads."""

from aiohttp import web

from bot.console.access import COOKIES, signed_in
from bot.console.forms import fields
from bot.console.keys import ACCOUNTS, SIGNING_IN, me
from bot.console.rendering import page
from bot.staff.errors import StaffError
from bot.vocabulary import Permission

# Where each kind of work begins.
_FRONT = (
    (Permission.TAKE_CHATS, "/queue"),
    (Permission.SEE_SAFEGUARDING, "/safeguarding"),
    (Permission.MANAGE_STAFF, "/staff"),
    (Permission.LOOK_UP_SERVICES, "/services"),
)


@signed_in
async def front(request: web.Request) -> web.StreamResponse:
    """GET /"""
    place = next((place for permission, place in _FRONT if me(request).may(permission)), "/account")
    raise web.HTTPSeeOther(place)


def _account(request: web.Request, *, status: int = 200, problem: str = "") -> web.Response:
    who = me(request)
    store = request.app[ACCOUNTS].store
    return page(
        request,
        "account.html",
        status=status,
        problem=problem,
        sessions=store.sessions(who.account.id),
        codes_left=store.backup_codes_left(who.account.id),
    )


@signed_in
async def account_page(request: web.Request) -> web.StreamResponse:
    """GET /account"""
    return _account(request)


@signed_in
async def show_as(request: web.Request) -> web.StreamResponse:
    """POST /account/shown-as"""
    [shown] = await fields(request, "shown_as")
    name = me(request).account.name
    try:
        request.app[ACCOUNTS].show_as(name, shown, actor=name)
    except StaffError as problem:
        return _account(request, status=400, problem=str(problem))
    raise web.HTTPSeeOther("/account")


@signed_in
async def end_session(request: web.Request) -> web.StreamResponse:
    """POST /account/sessions/{id}/end"""
    who = me(request)
    if not request.app[SIGNING_IN].revoke(who.account, request.match_info["id"]):
        raise web.HTTPNotFound
    own = request.match_info["id"] == who.session.id
    response = web.Response(status=303, headers={"Location": "/sign-in" if own else "/account"})
    if own:
        request.app[COOKIES].drop_session(response)
    return response


@signed_in
async def backup_codes(request: web.Request) -> web.StreamResponse:
    """POST /account/backup-codes: ten new ones, shown once."""
    codes = request.app[SIGNING_IN].new_backup_codes(me(request).account)
    return page(request, "backup_codes.html", codes=codes, first=False)


@signed_in
async def stay(_: web.Request) -> web.StreamResponse:
    """POST /stay: someone is still here and reading."""
    return web.json_response({"stayed": True})


def add_routes(app: web.Application) -> None:
    app.router.add_get("/", front)
    app.router.add_get("/account", account_page)
    app.router.add_post("/account/shown-as", show_as)
    app.router.add_post("/account/sessions/{id:[0-9a-f]{16}}/end", end_session)
    app.router.add_post("/account/backup-codes", backup_codes)
    app.router.add_post("/stay", stay)
