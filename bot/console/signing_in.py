"""The way in: password, second factor, and the first sign-in that sets them."""

import asyncio
import contextlib
from typing import Any

from aiohttp import web

from bot.console.access import COOKIES, anyone, halfway, signed_in
from bot.console.browser import browser_of
from bot.console.desk import Duty
from bot.console.forms import fields
from bot.console.keys import DESK, HASHING, SETTINGS, SIGNING_IN, me
from bot.console.rendering import page
from bot.handoff.store import StoreDown
from bot.staff.errors import SecretLost, StaffError, WaitFirst, WeakPassword
from bot.staff.records import Stage
from bot.staff.secrets import totp_address
from bot.staff.slowdown import Client
from bot.vocabulary import Permission
from bot.web import address_of

_LONGEST_NAME = 40


def _client(request: web.Request, name: str) -> Client:
    device = request.cookies.get(request.app[COOKIES].device)
    address = address_of(request, request.app[SETTINGS].proxies)
    return request.app[SIGNING_IN].client(address, name, device)


def _refused(request: web.Request, template: str, problem: StaffError, **context: Any) -> web.Response:
    wait = problem.seconds if isinstance(problem, WaitFirst) else 0
    status = 429 if wait else 400 if isinstance(problem, WeakPassword) else 403
    text = str(problem) if isinstance(problem, WeakPassword | SecretLost) else ""
    response = page(request, template, status=status, wait=wait, refused=not wait and not text, problem=text, **context)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def _start(request: web.Request, token: str, place: str) -> web.Response:
    response = web.Response(status=303, headers={"Location": place})
    request.app[COOKIES].keep_session(response, token)
    return response


@anyone
async def sign_in_page(request: web.Request) -> web.StreamResponse:
    """GET /sign-in"""
    return page(request, "sign_in.html", name="", wait=0, refused=False, problem="")


@anyone
async def sign_in(request: web.Request) -> web.StreamResponse:
    """POST /sign-in"""
    name, password = await fields(request, "name", "password")
    name = name.strip().lower()[:_LONGEST_NAME]
    ways = request.app[SIGNING_IN]
    client, browser = _client(request, name), browser_of(request.headers.get("User-Agent", ""))
    try:
        async with request.app[HASHING]:
            token = await asyncio.to_thread(ways.password, name, password, client=client, browser=browser)
    except StaffError as problem:
        return _refused(request, "sign_in.html", problem, name=name)
    return _start(request, token, "/second-factor")


@anyone
async def first_page(request: web.Request) -> web.StreamResponse:
    """GET /first"""
    return page(request, "first.html", name="", wait=0, refused=False, problem="")


@anyone
async def first(request: web.Request) -> web.StreamResponse:
    """POST /first"""
    name, secret, password, again = await fields(request, "name", "secret", "password", "again")
    name = name.strip().lower()[:_LONGEST_NAME]
    ways = request.app[SIGNING_IN]
    client, browser = _client(request, name), browser_of(request.headers.get("User-Agent", ""))
    try:
        if password != again:
            raise WeakPassword("The two passwords are not the same.")
        async with request.app[HASHING]:
            token = await asyncio.to_thread(ways.first, name, secret, password, client=client, browser=browser)
    except StaffError as problem:
        return _refused(request, "first.html", problem, name=name)
    return _start(request, token, "/authenticator")


def _enrolment(request: web.Request) -> dict[str, Any]:
    who = me(request)
    secret = request.app[SIGNING_IN].totp_secret(who.session)
    spaced = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    return {"secret": spaced, "address": totp_address(secret, name=who.account.name)}


@halfway(Stage.ENROL)
async def authenticator_page(request: web.Request) -> web.StreamResponse:
    """GET /authenticator"""
    return page(request, "authenticator.html", wait=0, refused=False, problem="", **_enrolment(request))


@halfway(Stage.ENROL)
async def authenticator(request: web.Request) -> web.StreamResponse:
    """POST /authenticator: the backup codes, shown once."""
    [code] = await fields(request, "code")
    who, ways = me(request), request.app[SIGNING_IN]
    client = _client(request, who.account.name)
    try:
        codes = ways.enrol(who.session, code, client=client)
    except StaffError as problem:
        return _refused(request, "authenticator.html", problem, **_enrolment(request))
    token = ways.full(who.session, client=client)
    response = page(request, "backup_codes.html", codes=codes, first=True)
    _known(request, response, token)
    return response


@halfway(Stage.SECOND_FACTOR)
async def second_page(request: web.Request) -> web.StreamResponse:
    """GET /second-factor"""
    return page(request, "second_factor.html", wait=0, refused=False, problem="")


@halfway(Stage.SECOND_FACTOR)
async def second(request: web.Request) -> web.StreamResponse:
    """POST /second-factor"""
    [code] = await fields(request, "code")
    who, ways = me(request), request.app[SIGNING_IN]
    client = _client(request, who.account.name)
    try:
        ways.second(who.session, code, client=client)
    except StaffError as problem:
        return _refused(request, "second_factor.html", problem)
    response = web.Response(status=303, headers={"Location": "/"})
    _known(request, response, ways.full(who.session, client=client))
    return response


def _known(request: web.Request, response: web.Response, token: str) -> None:
    cookies = request.app[COOKIES]
    cookies.keep_session(response, token)
    cookies.keep_device(response, request.app[SIGNING_IN].know_device(me(request).account))


@signed_in
async def sign_out(request: web.Request) -> web.StreamResponse:
    """POST /sign-out"""
    who = me(request)
    request.app[SIGNING_IN].sign_out(who.account, who.session)
    if who.account.helpline is not None and who.may(Permission.TAKE_CHATS):
        with contextlib.suppress(StoreDown):  # it runs out by itself
            await request.app[DESK].present(who.account.helpline, who.account.name, who.account.shown_as, Duty.OFF)
    response = web.Response(status=303, headers={"Location": "/sign-in", "Clear-Site-Data": '"cache", "storage"'})
    request.app[COOKIES].drop_session(response)
    return response


def add_routes(app: web.Application) -> None:
    app.router.add_get("/sign-in", sign_in_page)
    app.router.add_post("/sign-in", sign_in)
    app.router.add_get("/first", first_page)
    app.router.add_post("/first", first)
    app.router.add_get("/authenticator", authenticator_page)
    app.router.add_post("/authenticator", authenticator)
    app.router.add_get("/second-factor", second_page)
    app.router.add_post("/second-factor", second)
    app.router.add_post("/sign-out", sign_out)
