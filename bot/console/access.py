"""Who may ask for what: each handler declares it, and a console with a route that does not refuses to start."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from bot.console.keys import ACCOUNTS, ME, SETTINGS, SIGNING_IN, Handler, SignedIn
from bot.errors import StartError
from bot.staff.records import Act, Stage
from bot.staff.secrets import random_token
from bot.staff.signing_in import DEVICE_DAYS
from bot.vocabulary import Permission
from bot.web import NO_FORM

NEXT_STEP = {Stage.ENROL: "/authenticator", Stage.SECOND_FACTOR: "/second-factor", Stage.FULL: "/"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Who may ask. `stage` None: anyone. `permission` None: whoever reached the stage. `quiet`: not an act of theirs."""

    stage: Stage | None
    permission: Permission | None = None
    quiet: bool = False


_RULES: dict[Handler, Rule] = {}


def _declare(rule: Rule) -> Callable[[Handler], Handler]:
    def keep(handler: Handler) -> Handler:
        _RULES[handler] = rule
        return handler

    return keep


def anyone(handler: Handler) -> Handler:
    """Open to all: the way in, and files that say nothing."""
    return _declare(Rule(stage=None))(handler)


def halfway(stage: Stage) -> Callable[[Handler], Handler]:
    """Open to a session at this stage of signing in, and to no other."""
    return _declare(Rule(stage=stage))


def signed_in(handler: Handler) -> Handler:
    """Open to everyone who is signed in: their own account."""
    return _declare(Rule(stage=Stage.FULL))(handler)


def needs(permission: Permission, *, quiet: bool = False) -> Callable[[Handler], Handler]:
    """Open to roles with this permission. `quiet` requests are made by the page itself and keep no session alive."""
    return _declare(Rule(stage=Stage.FULL, permission=permission, quiet=quiet))


def rule_of(handler: Handler) -> Rule | None:
    """What a handler declared."""
    return _RULES.get(handler)


def check_routes(app: web.Application) -> None:
    """Raises StartError when a route declares nothing."""
    for route in app.router.routes():
        if rule_of(route.handler) is None:
            place = route.resource.canonical if route.resource else "?"
            raise StartError(f"the console has a route without a permission: {route.method} {place}")


class Cookies:
    """The names and flags of the console's cookies. Over https they can't be set by any other host."""

    def __init__(self, address: str) -> None:
        self.secure = address.startswith("https://")
        # `__Host-` needs https; on loopback, where a helpline only tries things out, the names are plain.
        prefix = "__Host-" if self.secure else ""
        self.session = f"{prefix}console"
        self.form = f"{prefix}console-form"
        self.device = f"{prefix}console-known"

    def set(self, response: web.StreamResponse, name: str, value: str, *, days: int | None = None) -> None:
        response.set_cookie(
            name, value, path="/", httponly=True, samesite="Strict", secure=self.secure,
            max_age=days * 86400 if days else None,
        )  # fmt: skip

    def keep_session(self, response: web.StreamResponse, token: str) -> None:
        self.set(response, self.session, token)

    def keep_device(self, response: web.StreamResponse, device: str) -> None:
        self.set(response, self.device, device, days=DEVICE_DAYS)

    def drop_session(self, response: web.StreamResponse) -> None:
        response.del_cookie(self.session, path="/", secure=self.secure, httponly=True, samesite="Strict")


COOKIES: web.AppKey[Cookies] = web.AppKey("cookies", Cookies)
_FORM: web.RequestKey[str] = web.RequestKey("form", str)


def form_token(request: web.Request) -> str:
    """The hidden field that every form carries: bound to the session, before one to a cookie of its own."""
    if ME in request:
        return request[ME].session.csrf
    return request.app[SIGNING_IN].seal.marks(f"form {request[_FORM]}")[0]


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let nobody in who may not."""
    if request.match_info.http_exception is not None:
        return await handler(request)
    rule = rule_of(request.match_info.handler)
    if rule is None:
        raise web.HTTPForbidden
    cookies = request.app[COOKIES]
    found = request.app[SIGNING_IN].find(request.cookies.get(cookies.session, ""))
    request[_FORM] = request.cookies.get(cookies.form) or random_token()
    if rule.stage is not None:
        if found is None:
            raise web.HTTPUnauthorized
        if found[1].stage is not rule.stage:
            raise web.HTTPSeeOther(NEXT_STEP[found[1].stage])
        who = request[ME] = SignedIn(account=found[0], session=found[1])
        if rule.permission is not None and not who.may(rule.permission):
            raise web.HTTPForbidden
    if request.method not in ("GET", "HEAD"):
        await _check_form(request)
    if rule.stage is Stage.FULL and not rule.quiet:
        request.app[SIGNING_IN].seen(request[ME].session)
    response = await handler(request)
    if rule.stage is None and not response.prepared and request.method == "GET" and cookies.form not in request.cookies:
        cookies.set(response, cookies.form, request[_FORM])
    return response


async def _check_form(request: web.Request) -> None:
    """A form counts only when it was sent from our own pages."""
    origin = request.headers.get("Origin")
    if origin not in (None, request.app[SETTINGS].console_address):
        raise web.HTTPForbidden
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise web.HTTPForbidden
    try:
        sent = (await request.post()).get("csrf", "")
    except NO_FORM as error:
        raise web.HTTPBadRequest from error
    if not isinstance(sent, str) or not hmac.compare_digest(sent.encode(), form_token(request).encode()):
        raise web.HTTPForbidden


def log_refusal(request: web.Request) -> None:
    """Write into the audit log that someone asked for what they may not see."""
    if ME not in request:
        return
    who = request[ME]
    resource = request.match_info.route.resource
    act = Act(
        actor=who.account.name,
        action="refused",
        helpline=who.account.helpline or "",
        detail=f"{request.method} {resource.canonical if resource else ''}",
    )
    request.app[ACCOUNTS].store.log(act, request.app[SIGNING_IN].clock())
