"""Who works here: accounts added, changed and closed by an administrator, and the log of what everyone did."""

import asyncio
from typing import Any

from aiohttp import web

from bot.console.access import needs
from bot.console.forms import fields, several
from bot.console.keys import ACCOUNTS, PLACES, SETTINGS, log, me
from bot.console.rendering import page
from bot.staff import audit
from bot.staff.accounts import INVITATION_HOURS
from bot.staff.errors import StaffError
from bot.staff.records import Account
from bot.vocabulary import Permission, StaffRole

_ENTRIES = 100


def _within(request: web.Request) -> tuple[Account, ...]:
    """The accounts an administrator looks after: those of their helpline, or all."""
    own = me(request).account.helpline
    return tuple(a for a in request.app[ACCOUNTS].store.accounts() if own is None or a.helpline == own)


def _named(request: web.Request) -> Account:
    name = request.match_info["name"]
    found = next((account for account in _within(request) if account.name == name), None)
    if found is None:
        raise web.HTTPNotFound
    return found


def _staff(request: web.Request, *, status: int = 200, **context: Any) -> web.Response:
    filled = {"problem": "", "secret": "", "newcomer": None} | context
    places = request.app[PLACES].names
    own = me(request).account.helpline
    return page(
        request,
        "staff.html",
        status=status,
        accounts=_within(request),
        roles=tuple(StaffRole),
        places=places if own is None else {own: places.get(own, own)},
        hours=INVITATION_HOURS,
        address=f"{request.app[SETTINGS].console_address}/first",
        **filled,
    )


@needs(Permission.MANAGE_STAFF)
async def staff_page(request: web.Request) -> web.StreamResponse:
    """GET /staff"""
    log(request, "staff seen")
    return _staff(request)


@needs(Permission.MANAGE_STAFF)
async def add(request: web.Request) -> web.StreamResponse:
    """POST /staff: a new account, and its one-time secret, shown once."""
    name, shown_as, helpline = await fields(request, "name", "shown_as", "helpline")
    who = me(request).account
    try:
        account, secret = request.app[ACCOUNTS].add(
            name.strip().lower(),
            shown_as=shown_as or name,
            helpline=who.helpline or helpline or None,
            roles=await _roles(request),
            actor=who.name,
        )
    except StaffError as problem:
        return _staff(request, status=400, problem=str(problem))
    return _staff(request, newcomer=account, secret=secret)


@needs(Permission.MANAGE_STAFF)
async def roles(request: web.Request) -> web.StreamResponse:
    """POST /staff/{name}/roles"""
    account = _not_own(request)
    try:
        request.app[ACCOUNTS].set_roles(account.name, await _roles(request), actor=me(request).account.name)
    except StaffError as problem:
        return _staff(request, status=400, problem=str(problem))
    raise web.HTTPSeeOther("/staff")


@needs(Permission.MANAGE_STAFF)
async def disable(request: web.Request) -> web.StreamResponse:
    """POST /staff/{name}/disable"""
    request.app[ACCOUNTS].disable(_not_own(request).name, actor=me(request).account.name)
    raise web.HTTPSeeOther("/staff")


@needs(Permission.MANAGE_STAFF)
async def reset(request: web.Request) -> web.StreamResponse:
    """POST /staff/{name}/reset: a new one-time secret, shown once."""
    account, secret = request.app[ACCOUNTS].reset(_not_own(request).name, actor=me(request).account.name)
    return _staff(request, newcomer=account, secret=secret)


def _not_own(request: web.Request) -> Account:
    """Nobody changes their own roles or locks themselves out by a slip."""
    account = _named(request)
    if account.id == me(request).account.id:
        raise web.HTTPForbidden
    return account


async def _roles(request: web.Request) -> list[StaffRole]:
    return [StaffRole(role) for role in await several(request, "roles") if role in StaffRole.__members__.values()]


@needs(Permission.SEE_AUDIT)
async def audit_page(request: web.Request) -> web.StreamResponse:
    """GET /audit?before=number: the last entries, newest first, and whether the whole chain holds."""
    before = request.query.get("before", "")
    store, own = request.app[ACCOUNTS].store, me(request).account.helpline
    try:
        # In a thread: a long log takes a while, and meanwhile workers' pages are to be heard of.
        count, head, broken = *await asyncio.to_thread(audit.verify, store.entries()), ""
    except audit.Broken as problem:
        count, head, broken = 0, "", str(problem)
    entries = list(store.entries(before=int(before) if before.isdecimal() else None, most=_ENTRIES))
    log(request, "audit log seen")
    return page(
        request,
        "audit.html",
        entries=[entry for entry in entries if own is None or entry.act.helpline == own],
        older=entries[-1].number if len(entries) == _ENTRIES else None,
        count=count,
        head=head,
        broken=broken,
    )


def add_routes(app: web.Application) -> None:
    app.router.add_get("/staff", staff_page)
    app.router.add_post("/staff", add)
    name = "/staff/{name:[a-z0-9.-]{1,40}}"
    app.router.add_post(f"{name}/roles", roles)
    app.router.add_post(f"{name}/disable", disable)
    app.router.add_post(f"{name}/reset", reset)
    app.router.add_get("/audit", audit_page)
