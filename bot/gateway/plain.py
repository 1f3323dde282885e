"""The chat without JavaScript: one form a message, the answer as a page, the token in a hidden field and nowhere else."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from bot.gateway.app import CONVERSATION, ERRORS, SESSIONS, SETTINGS, ApiError, erase, take
from bot.gateway.pages import opening
from bot.gateway.replies import Incoming, Reply
from bot.widget.pages import nation_of, plain_page

Form = Mapping[str, str]


def _page(app: web.Application, form: Form, replies: Sequence[Reply] = (), **shown: Any) -> web.Response:
    text = plain_page(
        language=form.get("language", "en"),
        nation=nation_of(form.get("nation", "")),
        exit_url=app[SETTINGS].exit_url,
        message_id=secrets.token_urlsafe(9),
        replies=(_opening(app, form), *replies),
        **shown,
    )
    return web.Response(text=text, content_type="text/html")


def _opening(app: web.Application, form: Form) -> Reply:
    nation = nation_of(form.get("nation", ""))
    return opening(app[CONVERSATION], language=form.get("language", "en"), nation=nation)


def _incoming(form: Form) -> Incoming | None:
    message_id = form.get("id") or None
    if choice := form.get("choice"):
        return Incoming(id=message_id, choice=choice)
    if (words := form.get("text", "")).strip() and not form.get("look"):
        return Incoming(id=message_id, text=words.replace("\r\n", "\n"))
    return None


async def show(request: web.Request) -> web.Response:
    """GET /plain: the first screen. It opens the session, so that every form carries a token that can be ended."""
    return _page(request.app, request.query, token=_open(request.app, request.query))


async def answer(request: web.Request) -> web.Response:
    """POST /plain: the next screen. A token comes and goes in the body only."""
    app = request.app
    form = {name: str(value) for name, value in (await request.post()).items()}
    token = form.get("token", "")
    if form.get("end"):
        await erase(app, token)
        return _page(app, form, ended=True)
    token = token or _open(app, form)
    session = app[SESSIONS].find(token)
    if session is None:
        # What the browser sends again when somebody steps back: the words must not come up on the screen.
        return _page(app, form, ended=True)
    draft = form.get("text", "")
    if (incoming := _incoming(form)) is None:
        return _page(app, form, tuple(session.replies.values()), token=token, draft=draft)
    again = incoming.id in session.replies
    try:
        session, _ = await take(app, token, incoming)
    except ApiError as error:
        _, problem = ERRORS.get(error.status, ERRORS[500])
        return _page(app, form, tuple(session.replies.values()), token=token, problem=problem, draft=draft)
    wrote = incoming.text if incoming.text and not again else ""
    unsent = draft if incoming.choice and not again else ""
    return _page(app, form, tuple(session.replies.values()), token=token, wrote=wrote, draft=unsent)


def _open(app: web.Application, form: Form) -> str:
    token, session = app[SESSIONS].open()
    app[CONVERSATION].open(session, language=form.get("language"), nation=form.get("nation"))
    return token


def add_plain(app: web.Application) -> None:
    """Add the chat without JavaScript to the gateway."""
    app.router.add_get("/plain", show)
    app.router.add_post("/plain", answer)
