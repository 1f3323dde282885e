"""Pages out of templates, times as people read them, and the one shape of every error."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp_jinja2
import jinja2
from aiohttp import web

from bot.console import wording
from bot.console.access import form_token
from bot.console.keys import CLOCK, ME, PLACES
from bot.staff.signing_in import IDLE_MINUTES
from bot.vocabulary import Permission

HERE = Path(__file__).parent
LONDON = ZoneInfo("Europe/London")

# What someone reads when a request fails: the code of the JSON, a heading, and what to do.
ERRORS = {
    400: ("bad_request", "That could not be read", "Go back and try once more."),
    401: ("signed_out", "You are signed out", "Sign in again to go on."),
    403: ("not_allowed", "That is not open to you", "If you need it for your work, ask your administrator."),
    404: ("not_found", "There is nothing here", "It may have been closed or erased, or belong to another helpline."),
    405: ("method_not_allowed", "That can't be done here", "Go back and try once more."),
    409: ("conflict", "Someone was quicker", "It has changed since you saw it."),
    413: ("too_long", "That is too long", "Send it in parts."),
    429: ("too_many", "Please wait", "There were too many tries."),
    500: ("failed", "Something went wrong on our side", "Nothing you wrote was logged. Try once more."),
    503: ("not_ready", "The queue can't be reached", "Chats are kept. Try again in a moment."),
}


def install(app: web.Application) -> None:
    """Set up the templates."""
    environment = aiohttp_jinja2.setup(
        app,
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        filters=FILTERS,
    )
    environment.globals |= {
        "roles": wording.ROLES,
        "levels": wording.LEVELS,
        "directions": wording.DIRECTIONS,
        "times": wording.TIMES,
        "parts": wording.parts,
        "quote": wording.quote,
        "spoken": wording.spoken,
    }


def page(request: web.Request, template: str, *, status: int = 200, **context: Any) -> web.Response:
    """A rendered page or part of one."""
    who = request.get(ME)
    now, places = request.app[CLOCK](), request.app[PLACES]
    helpline = who.account.helpline if who else None
    context |= {
        "who": who,
        "csrf": form_token(request),
        "now": now,
        "path": request.path,
        "Permission": Permission,
        "helpline_name": places.names.get(helpline, helpline) if helpline else "",
        "all_places": places.names,
        "made_up": places.made_up,
        "idle_seconds": IDLE_MINUTES * 60,
    }
    return aiohttp_jinja2.render_template(template, request, context, status=status)


def error(request: web.Request, status: int) -> web.Response:
    """A failure: a page for people, the one JSON shape for scripts."""
    if "text/html" not in request.headers.get("Accept", ""):
        return bare_error(status)
    _, title, text = _said(status)
    template = aiohttp_jinja2.get_env(request.app).get_template("error.html")
    return web.Response(
        text=template.render(title=title, text=text, status=status), status=status, content_type="text/html"
    )


def bare_error(status: int) -> web.Response:
    """A failure in the one JSON shape."""
    code, title, text = _said(status)
    return web.json_response({"error": {"code": code, "message": f"{title}. {text}"}}, status=status)


def _said(status: int) -> tuple[str, str, str]:
    return ERRORS.get(status, ERRORS[500 if status >= 500 else 400])


def clock(at: datetime) -> str:
    """14:05, as clocks on the wall show it."""
    return at.astimezone(LONDON).strftime("%H:%M")


def since(at: datetime, now: datetime) -> str:
    """14:05 of the same day, 2 Mar 14:05 of another."""
    local = at.astimezone(LONDON)
    return clock(at) if local.date() == now.astimezone(LONDON).date() else f"{local.day} {local:%b} {clock(at)}"


def day(at: datetime) -> str:
    """2 March 2026."""
    local = at.astimezone(LONDON)
    return f"{local.day} {local:%B %Y}"


def span(seconds: float | timedelta) -> str:
    """How long, short enough for a table: `40 s`, `12 min`, `2 h 05 min`, `3 days`."""
    total = int(seconds.total_seconds() if isinstance(seconds, timedelta) else seconds)
    if total < 60:
        return f"{max(0, total)} s"
    minutes = total // 60
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60:02d} min"
    return f"{minutes // (24 * 60)} days"


def words(name: str) -> str:
    """A name of the vocabulary as words: `threat_to_kill` reads `threat to kill`."""
    return str(name).replace("_", " ")


FILTERS: dict[str, Callable[..., str]] = {"clock": clock, "since": since, "day": day, "span": span, "words": words}
