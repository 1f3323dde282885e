"""A chat: what the visitor passed on, what was said, and everything a worker can do with it."""

import secrets
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.console.access import needs
from bot.console.desk import Chat, Duty
from bot.console.forms import fields
from bot.console.keys import CATALOGUE, CLOCK, DESK, KEEPING, PLACES, REPLIES, SignedIn, log, me
from bot.console.queue import own_duty
from bot.console.rendering import page
from bot.console.services import find_card, search
from bot.console.wording import OUTCOMES, spoken
from bot.content.replies import WHEN, blanks
from bot.vocabulary import HandoffState, Level, Outcome, Permission

MOST_CHARACTERS = 4000
BREAK_MINUTES = 10

CHAT = "/chats/{id:[A-Za-z0-9_-]{1,64}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A chat and how the one who asks stands to it."""

    chat: Chat
    own: bool
    inside: bool


def may_see(who: SignedIn, chat: Chat) -> bool:
    """Whether someone may read what was passed on and said: who has it, and supervisors of its helpline."""
    own = chat.worker == who.account.name
    return own or (bool(chat.worker) and chat.helpline == who.helpline and who.may(Permission.SEE_TEAM))


async def seen(request: web.Request) -> Seen:
    """The chat of the address. Whoever does not have it sees that it waits; only supervisors look into a colleague's.

    Raises HTTPNotFound for chats of other helplines, of other workers, and for what is gone.
    """
    who = me(request)
    chat = await request.app[DESK].get(who.helpline, request.match_info["id"])
    if chat is None:
        raise web.HTTPNotFound
    own = chat.worker == who.account.name
    inside = may_see(who, chat)
    if not inside and not chat.offered(who.account.name) and chat.state is not HandoffState.WAITING:
        raise web.HTTPNotFound
    return Seen(chat=chat, own=own, inside=inside)


async def _own(request: web.Request) -> Chat:
    """The chat of the address, when the one who asks has it now. Raises HTTPConflict when it is someone else's by now."""
    found = await seen(request)
    if not found.own or found.chat.final:
        raise web.HTTPConflict
    return found.chat


async def _shown(request: web.Request, found: Seen, *, status: int = 200, **more: Any) -> web.Response:
    who, desk, chat = me(request), request.app[DESK], found.chat
    if not found.inside:
        return page(request, "chat_waiting.html", chat=chat)
    known = {
        "name": who.account.shown_as,
        "helpline": request.app[PLACES].names.get(who.helpline, who.helpline),
        "reference": chat.reference,
    }
    said = await desk.said(chat.id)
    context: dict[str, Any] = {
        "chat": chat,
        "own": found.own,
        "said": said,
        "quotable": (*chat.lines, *map(spoken, said)),
        "last": said[-1].seq if said else 0,
        "replies": {when: [r for r in request.app[REPLIES] if r.when == when] for when in WHEN},
        "known": known,
        "outcomes": OUTCOMES,
        "colleagues": [one for one in await desk.on_duty(who.helpline) if one.worker != who.account.name],
        "helplines": request.app[PLACES].may_get(chat),
        "message_id": secrets.token_urlsafe(12),
        "duty": await own_duty(request),
        "draft": "",
        "problem": "",
        "cards": (),
        "sought": "",
        "open_part": "",
    }
    return page(request, "chat.html", status=status, **(context | more))


@needs(Permission.TAKE_CHATS)
async def chat_page(request: web.Request) -> web.StreamResponse:
    """GET /chats/{id}"""
    found = await seen(request)
    if found.own:
        await request.app[DESK].beat(found.chat.helpline, found.chat.worker)
    log(request, "chat seen" if found.inside else "waiting chat seen", subject=found.chat.id)
    return await _shown(request, found)


@needs(Permission.TAKE_CHATS, quiet=True)
async def said_since(request: web.Request) -> web.StreamResponse:
    """GET /chats/{id}/said?after=number: what was said since, and where the chat stands."""
    found = await seen(request)
    if not found.inside:
        raise web.HTTPNotFound
    after = request.query.get("after", "0")
    said = await request.app[DESK].said(found.chat.id, int(after) if after.isdecimal() else 0)
    return page(request, "said.html", chat=found.chat, own=found.own, said=said)


@needs(Permission.TAKE_CHATS)
async def claim(request: web.Request) -> web.StreamResponse:
    """POST /chats/{id}/claim"""
    chat = (await seen(request)).chat
    account = me(request).account
    await request.app[DESK].claim(me(request).helpline, chat, account.name, account.shown_as)
    log(request, "chat taken", subject=chat.id)
    raise web.HTTPSeeOther(f"/chats/{chat.id}")


@needs(Permission.TAKE_OVER)
async def take_over(request: web.Request) -> web.StreamResponse:
    """POST /chats/{id}/take-over"""
    found = await seen(request)
    account = me(request).account
    if found.own or found.chat.helpline != me(request).helpline:  # offered to us: that is taken, not taken over
        raise web.HTTPConflict
    await request.app[DESK].take_over(found.chat.id, account.name, account.shown_as)
    log(request, "chat taken over", subject=found.chat.id, detail=f"from {found.chat.worker}")
    raise web.HTTPSeeOther(f"/chats/{found.chat.id}")


@needs(Permission.TAKE_CHATS)
async def say(request: web.Request) -> web.StreamResponse:
    """POST /chats/{id}/say"""
    text, message_id = await fields(request, "text", "message_id")
    text = text.strip()
    chat = await _own(request)
    problem = ""
    if not text:
        problem = "Write something first."
    elif not chat.here:
        problem = "They are not in the chat: nobody would read it."
    elif len(text) > MOST_CHARACTERS:
        problem = f"That is longer than {MOST_CHARACTERS} characters. Send it in parts."
    elif left := blanks(text):
        problem = f"Fill in {left[0]} first."
    if problem:
        if "text/html" not in request.headers.get("Accept", ""):
            return web.json_response({"error": {"code": "not_sent", "message": problem}}, status=400)
        return await _shown(request, await seen(request), status=400, draft=text, problem=problem)
    await request.app[DESK].say(chat, message_id[:64] or secrets.token_urlsafe(12), text)
    log(request, "message sent", subject=chat.id)
    return _done(request, chat)


@needs(Permission.TAKE_CHATS)
async def draft(request: web.Request) -> web.StreamResponse:
    """POST /chats/{id}/draft: a canned reply in the box, to change and send. Scripts do it without asking."""
    key, text = await fields(request, "reply", "text")
    chat = await _own(request)
    who = me(request)
    canned = next((reply for reply in request.app[REPLIES] if reply.key == key), None)
    if canned is None:
        raise web.HTTPBadRequest
    filled = canned.filled(
        name=who.account.shown_as,
        helpline=request.app[PLACES].names.get(who.helpline, who.helpline),
        reference=chat.reference,
    )
    return await _shown(request, await seen(request), draft="\n".join(part for part in (text.strip(), filled) if part))


@needs(Permission.TAKE_CHATS)
async def services(request: web.Request) -> web.StreamResponse:
    """POST /chats/{id}/services: look one up without leaving the chat."""
    words, text = await fields(request, "words", "text")
    await _own(request)
    cards = search(request.app[CATALOGUE], words[:100], request.app[CLOCK]())
    if "text/html" not in request.headers.get("Accept", ""):
        return page(request, "chat_cards.html", chat=(await seen(request)).chat, cards=cards, sought=words[:100])
    return await _shown(request, await seen(request), cards=cards, sought=words[:100], draft=text, open_part="services")


@needs(Permission.TAKE_CHATS)
async def send_card(request: web.Request) -> web.StreamResponse:
    """POST /chats/{id}/card: a service as the card that visitors know."""
    service_id, message_id = await fields(request, "service", "message_id")
    chat = await _own(request)
    if not chat.here:
        raise web.HTTPConflict
    card = find_card(request.app[CATALOGUE], service_id, request.app[CLOCK]())
    if card is None:
        raise web.HTTPBadRequest
    await request.app[DESK].say(chat, message_id[:64] or secrets.token_urlsafe(12), card.name, (card,))
    log(request, "service sent", subject=chat.id, detail=card.id)
    return _done(request, chat)


@needs(Permission.TAKE_CHATS)
async def types(request: web.Request) -> web.StreamResponse:
    """POST /chats/{id}/typing"""
    chat = await _own(request)
    await request.app[DESK].types(chat.id)
    return web.json_response({"told": True})


@needs(Permission.TAKE_CHATS)
async def note(request: web.Request) -> web.StreamResponse:
    """POST /chats/{id}/note"""
    [text] = await fields(request, "note")
    chat = await _own(request)
    if not 1 <= len(text.strip()) <= MOST_CHARACTERS:
        raise web.HTTPBadRequest
    await request.app[DESK].note(chat.id, chat.worker, text.strip())
    log(request, "note written", subject=chat.id)
    raise web.HTTPSeeOther(f"/chats/{chat.id}")


@needs(Permission.TAKE_CHATS)
async def offer(request: web.Request) -> web.StreamResponse:
    """POST /chats/{id}/offer: to a colleague, or to another helpline that serves the visitor. It stays until taken.

    The visitor is asked in the chat before another helpline sees it; whoever rings is asked by the worker.
    """
    to, agreed = await fields(request, "to", "agreed")
    chat, who, desk = await _own(request), me(request), request.app[DESK]
    kind, _, name = to.partition(":")
    helplines = request.app[PLACES].may_get(chat)
    colleagues = {one.worker for one in await desk.on_duty(who.helpline)} - {who.account.name}
    if kind == "worker" and name in colleagues:
        await desk.offer(chat.id, chat.worker, helpline=who.helpline, to=name)
    elif kind == "helpline" and name in helplines and (chat.here or agreed == "yes"):
        await desk.offer(chat.id, chat.worker, helpline=name, agreed=not chat.here)
    else:
        raise web.HTTPBadRequest
    log(request, "chat offered", subject=chat.id, detail=to)
    raise web.HTTPSeeOther(f"/chats/{chat.id}")


@needs(Permission.TAKE_CHATS)
async def decline(request: web.Request) -> web.StreamResponse:
    """POST /chats/{id}/decline: refuse what was offered, or take an offer back."""
    found = await seen(request)
    await request.app[DESK].decline(me(request).helpline, found.chat.id, me(request).account.name)
    log(request, "offer ended", subject=found.chat.id)
    raise web.HTTPSeeOther(f"/chats/{found.chat.id}" if found.own else "/queue")


@needs(Permission.TAKE_CHATS)
async def give_back(request: web.Request) -> web.StreamResponse:
    """POST /chats/{id}/give-back"""
    chat = await _own(request)
    await request.app[DESK].give_back(chat.id, chat.worker)
    log(request, "chat given back", subject=chat.id)
    raise web.HTTPSeeOther("/queue")


@needs(Permission.RAISE_SAFEGUARDING)
async def concern(request: web.Request) -> web.StreamResponse:
    """POST /chats/{id}/safeguarding"""
    about, facts, done = (text.strip()[:MOST_CHARACTERS] for text in await fields(request, "about", "facts", "done"))
    chat = await _own(request)
    if not about or not facts:
        problem = "Say who is at risk and what you know."
        found = await seen(request)
        return await _shown(request, found, status=400, problem=problem, open_part="safeguarding")
    made = request.app[KEEPING].raise_concern(
        helpline=me(request).helpline, chat=chat.id, reference=chat.reference, raised_by=chat.worker, about=about,
        facts=facts, done=done, now=request.app[CLOCK](),
    )  # fmt: skip
    log(request, "safeguarding raised", subject=chat.id, detail=made.id)
    raise web.HTTPSeeOther(f"/chats/{chat.id}")


@needs(Permission.TAKE_CHATS)
async def close(request: web.Request) -> web.StreamResponse:
    """POST /chats/{id}/close"""
    outcome, text, hard = await fields(request, "outcome", "note", "hard")
    chat = await _own(request)
    if outcome not in Outcome.__members__.values():
        found = await seen(request)
        return await _shown(request, found, status=400, problem="Choose how it ended.", open_part="close")
    await request.app[DESK].close(chat.id, chat.worker, Outcome(outcome), text.strip()[:MOST_CHARACTERS])
    log(request, "chat closed", subject=chat.id, detail=outcome)
    heavy = hard or chat.severity is not Level.NONE or outcome == Outcome.SAFEGUARDING_RAISED
    raise web.HTTPSeeOther("/after" if heavy else "/queue")


@needs(Permission.TAKE_CHATS)
async def after_page(request: web.Request) -> web.StreamResponse:
    """GET /after: a breath after a hard chat."""
    return page(request, "after.html", minutes=BREAK_MINUTES)


@needs(Permission.TAKE_CHATS)
async def after(request: web.Request) -> web.StreamResponse:
    """POST /after: a break, a debrief, or back to work."""
    pause, debrief = await fields(request, "pause", "debrief")
    who = me(request)
    if debrief:
        request.app[KEEPING].ask_debrief(who.helpline, who.account.name, request.app[CLOCK]())
        log(request, "debrief asked for")
    if pause:
        await request.app[DESK].present(who.helpline, who.account.name, who.account.shown_as, Duty.BREAK)
        log(request, "duty changed", detail=Duty.BREAK)
    raise web.HTTPSeeOther("/queue")


def _done(request: web.Request, chat: Chat) -> web.Response:
    if "text/html" in request.headers.get("Accept", ""):
        raise web.HTTPSeeOther(f"/chats/{chat.id}")
    return web.json_response({"sent": True})


def add_routes(app: web.Application) -> None:
    app.router.add_get(CHAT, chat_page)
    app.router.add_get(f"{CHAT}/said", said_since)
    for name, handler in (
        ("claim", claim),
        ("take-over", take_over),
        ("say", say),
        ("draft", draft),
        ("services", services),
        ("card", send_card),
        ("typing", types),
        ("note", note),
        ("offer", offer),
        ("decline", decline),
        ("give-back", give_back),
        ("safeguarding", concern),
        ("close", close),
    ):
        app.router.add_post(f"{CHAT}/{name}", handler)
    app.router.add_get("/after", after_page)
    app.router.add_post("/after", after)
