"""The chat without JavaScript: one form a message, the answer as a page, the token in a hidden field and nowhere else."""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from aiohttp import web

from bot.gateway.app import BODY_SECONDS, CONVERSATION, ERRORS, SESSIONS, SETTINGS, ApiError, begin, erase, judge, take
from bot.gateway.pages import keeps, opening
from bot.gateway.replies import Feedback, Incoming, Open, Reply, Verdict
from bot.gateway.sessions import NoSession
from bot.stores.turns import StoreDown
from bot.vocabulary import Topic
from bot.web import NO_FORM
from bot.widget.pages import nation_of, plain_page

Form = Mapping[str, str]
_REPLY = msgspec.json.Decoder(Reply)


def _page(app: web.Application, form: Form, replies: Sequence[Reply] = (), **shown: Any) -> web.Response:
    text = plain_page(
        language=form.get("language", "en"),
        nation=nation_of(form.get("nation", "")),
        exit_url=app[SETTINGS].exit_url,
        message_id=secrets.token_urlsafe(9),
        replies=(_opening(app, form), *replies),
        inbox=keeps(app[CONVERSATION]),
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
    if (words := form.get("text", "")).strip():
        return Incoming(id=message_id, text=words.replace("\r\n", "\n"))
    return None


def _feedback(form: Form) -> Feedback | None:
    """Whether an answer helped, when that was pressed. Raises ApiError."""
    topic, _, verdict = form.get("helped", "").partition(" ")
    if not topic:
        return None
    try:
        return Feedback(topic=Topic(topic), verdict=Verdict(verdict))
    except ValueError as error:
        raise ApiError(400) from error


async def show(request: web.Request) -> web.Response:
    """GET /plain: the first screen. It opens the session, so that every form carries a token that can be ended."""
    try:
        return _page(request.app, request.query, token=await _begin(request, request.query))
    except ApiError:
        return _page(request.app, request.query)  # the first message opens it


async def answer(request: web.Request) -> web.Response:
    """POST /plain: the next screen. A token comes and goes in the body only."""
    app = request.app
    form = await _form(request)
    token, draft = form.get("token", ""), form.get("text", "")
    try:
        if form.get("end"):
            await erase(app, token)
            return _page(app, form, ended=True)
        token = token or await _begin(request, form)
        before = await _replies(app, token)
        if feedback := _feedback(form):
            await judge(request, token, feedback)
            return _page(app, form, tuple(before.values()), token=token, draft=draft, judged=True)
        incoming = _incoming(form)
        if incoming is None:
            return _page(app, form, tuple(before.values()), token=token, draft=draft)
        reply = _REPLY.decode(await take(request, token, incoming))
    except ApiError as error:
        if error.status == 401:
            # Also what a browser sends again when somebody steps back: the words must not come up on the screen.
            return _page(app, form, ended=True)
        _, problem = ERRORS.get(error.status, ERRORS[500])
        kept = await _replies(app, token)
        return _page(app, form, tuple(kept.values()), token=token, problem=problem, draft=draft)
    # An answer once given, or of a chat that is over, may be read by somebody who stepped back: not so the words.
    again = incoming.id in before or reply.state == "ended"
    earlier = [one for name, one in before.items() if name != incoming.id]
    wrote = incoming.text if incoming.text and not again else ""
    unsent = draft if incoming.choice and not again else ""
    return _page(app, form, (*earlier, reply), token=token, wrote=wrote, draft=unsent)


async def _form(request: web.Request) -> Form:
    """What was sent. Raises ApiError when it is no form, or takes too long to arrive."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            sent = await request.post()
    except TimeoutError as error:
        raise ApiError(408) from error
    except NO_FORM as error:
        raise ApiError(400) from error
    return {name: str(value) for name, value in sent.items()}


async def _begin(request: web.Request, form: Form) -> str:
    wanted = Open(language=form.get("language"), nation=form.get("nation"))
    return (await begin(request, wanted)).token


async def _replies(app: web.Application, token: str) -> dict[str, Reply]:
    """The latest answers of a session, oldest first; none when it is gone or out of reach."""
    try:
        session = await app[SESSIONS].find(token)
    except (NoSession, StoreDown):
        return {}
    return {message_id: _REPLY.decode(reply) for message_id, reply in session.replies.items()}


def add_plain(app: web.Application) -> None:
    """Add the chat without JavaScript to the gateway."""
    app.router.add_get("/plain", show)
    app.router.add_post("/plain", answer)
