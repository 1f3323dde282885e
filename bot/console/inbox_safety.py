"""Messages that showed danger and were not understood: for the safeguarding lead alone, labelled or erased."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from aiohttp import web

from bot.console import wording
from bot.console.access import needs
from bot.console.forms import fields
from bot.console.inbox_pages import GONE, NOT_YET
from bot.console.keys import log, me
from bot.console.learning import learning, today
from bot.console.rendering import page, words
from bot.content.examples import BECAUSE
from bot.editor.filing import SAFETY_EXAMPLES, file_safety, label_of
from bot.editor.inbox import KEPT_DAYS, Missed, Pile
from bot.errors import ContentError
from bot.vocabulary import Kind, Permission

_FIELDS = ("text", "level", "kind", "direction", "time", "words", "because")
DONE = {
    "label": "Added to your changes as a labelled example. The message is erased here.",
    "back": "Given to the editors: it is not about danger.",
    "drop": "Erased.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One message with the form beside it, as it was filled in."""

    name: str
    text: str
    typed: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


async def _messages(request: web.Request) -> dict[str, Missed]:
    return await asyncio.to_thread(learning(request).inbox.read, Pile.SAFETY, today=today(request.app))


async def _page(request: web.Request, *, failed: Shown | None = None, done: str = "") -> web.Response:
    parts = learning(request)
    messages = await _messages(request)
    shown = [
        failed
        if failed and failed.name == name
        else Shown(name=name, text=one.text, typed=dict.fromkeys(_FIELDS, "") | {"text": one.text})
        for name, one in messages.items()
    ]
    return page(
        request,
        "inbox_safety.html",
        status=422 if failed else 200,
        messages=shown,
        on=parts.on,
        days=KEPT_DAYS,
        done=DONE.get(done, ""),
        not_yet="" if parts.drafting else NOT_YET,
        kind_titles=[(kind, words(kind).capitalize()) for kind in Kind],
        level_titles=wording.LEVELS,
        direction_titles=wording.DIRECTIONS,
        time_titles=wording.TIMES,
        reason_titles=[(reason, words(reason).capitalize()) for reason in sorted(BECAUSE)],
    )


@needs(Permission.SEE_SAFEGUARDING)
async def safety_page(request: web.Request) -> web.StreamResponse:
    """GET /content/inbox/safety"""
    log(request, "safety inbox seen")
    return await _page(request, done=request.query.get("done", ""))


@needs(Permission.SEE_SAFEGUARDING)
async def settle(request: web.Request) -> web.StreamResponse:
    """POST /content/inbox/safety: what to do with one message. What was typed stays when it can't be done."""
    name, act = await fields(request, "name", "act")
    typed = dict(zip(_FIELDS, await fields(request, *_FIELDS), strict=True))
    parts, messages = learning(request), await _messages(request)
    if act not in DONE:
        raise web.HTTPBadRequest
    if name not in messages:
        onward = ("/content/inbox/safety", GONE.onward[1])
        raise replace(GONE, typed=(typed["text"], typed["words"]), onward=onward)
    try:
        if act == "label":
            await asyncio.to_thread(_keep, request, typed)
    except ContentError as error:
        failed = Shown(name=name, text=messages[name].text, typed=typed, problems=tuple(error.problems))
        return await _page(request, failed=failed)
    if act == "back":
        await asyncio.to_thread(parts.inbox.move, name, Pile.EDITORS, today=today(request.app))
    else:
        await asyncio.to_thread(parts.inbox.drop, name)
    log(request, f"safety inbox {act}")
    raise web.HTTPSeeOther(f"/content/inbox/safety?done={act}")


def _keep(request: web.Request, typed: Mapping[str, str]) -> None:
    drafting, who = learning(request).drafting, me(request).account.name
    if drafting is None:
        raise ContentError([NOT_YET])
    text = file_safety(typed["text"], label_of(typed), drafting.text(who, SAFETY_EXAMPLES))
    drafting.keep(who, {SAFETY_EXAMPLES: text})


def add_routes(app: web.Application) -> None:
    app.router.add_get("/content/inbox/safety", safety_page)
    app.router.add_post("/content/inbox/safety", settle)
