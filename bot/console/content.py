"""Finding content and changing it in plain fields, with what the chat would show beside it."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from hashlib import sha256

from aiohttp import web

from bot.console.access import needs
from bot.console.forms import fields
from bot.console.keys import CATALOGUE, CLOCK, NEWSROOM, Clock, Newsroom, log, me
from bot.console.looks import look_at
from bot.console.missing import Missing
from bot.console.rendering import page
from bot.content.replies import WHEN
from bot.content.services import DUE_SOON
from bot.editor.differences import overlaid
from bot.editor.drafts import Draft, State
from bot.editor.items import Item, Note, Shape, Sort, Tree
from bot.editor.library import Library
from bot.editor.new import FEWEST_EXAMPLES, GOOD_FOR, new_service, new_topic
from bot.editor.parts import (
    away_problem,
    drop_example,
    drop_number,
    new_number,
    new_reply,
    new_wording,
    numbers_of,
    take_away,
)
from bot.editor.publishing import Publisher
from bot.errors import ContentError
from bot.vocabulary import BESIDE_ENGLISH, Language, Nation, Permission, Role, help_topics

MOST_SHOWN = 60
_ID = "{id:[a-z0-9_.-]+}"
Part = Callable[[Library, Item], tuple[Mapping[str, str | None], str]]
"""Changes a part of an item: the new files, and the page to go on with."""
_READERS = ("nation", "role", "language")
LANGUAGES = tuple(sorted(BESIDE_ENGLISH, key=lambda one: one.label))
SORTS = {
    Sort.RESPONSE: "What the chat says", Sort.EXAMPLES: "Example messages", Sort.SERVICE: "Services",
    Sort.CARE: "Emergency wording", Sort.SAFETY_EXAMPLE: "Messages labelled for danger",
    Sort.HANDOFF: "On the way to a person", Sort.REPLY: "Ready replies", Sort.PAGE_TEXT: "Words of the page",
    Sort.NOTE: "Who looks after what",
}  # fmt: skip


def own_draft(request: web.Request) -> Draft | None:
    """The change set that the one who asks works on."""
    return request.app[NEWSROOM].drafts.of(me(request).account.name)


async def library(request: web.Request, draft: Draft | None = None) -> Library:
    """The content as it is published, with a change set over it; it is read beside the loop, which others wait for."""
    return await asyncio.to_thread(_seen, request.app[NEWSROOM], draft)


def _seen(newsroom: Newsroom, draft: Draft | None) -> Library:
    publisher = newsroom.publisher
    texts = publisher.merge(draft.texts, base=draft.base)[0] if draft else {}
    return _library(publisher, publisher.current().commit, tuple(sorted(texts.items())))


@lru_cache(maxsize=8)
def _library(publisher: Publisher, commit: str, texts: tuple[tuple[str, str | None], ...]) -> Library:
    found = Library(overlaid(publisher.tree(commit), dict(texts)))
    _ = found.items  # read now: finding them is what takes long
    return found


def _item(request: web.Request, found: Library) -> Item:
    item = found.items.get(request.match_info["id"])
    if item is None:
        raise Missing(
            title="This text is not there any more",
            text="Somebody has taken it away, or the topic or service it belonged to. Find what stands in its place.",
            onward=("/content", "Find something to change"),
        )
    return item


def _seen_before(item: Item) -> str:
    """A mark of an item as a page shows it, to notice that it is another one by the time its form comes back."""
    return sha256(json.dumps([item.name, item.values]).encode()).hexdigest()


def _check_seen(item: Item, seen: str, values: Mapping[str, str] | None = None) -> None:
    """Raises Missing when a page was left for other words than those that stand there now.

    values: what was typed; that of it which stands there already is no reason to.
    """
    differ = tuple(
        value for name, value in (values or {}).items() if value.strip() and value.split() != item.values[name].split()
    )
    if seen and seen != _seen_before(item) and (differ or values is None):
        raise Missing(
            title="This has changed since you opened it",
            text="Others published other words, or you changed it on another page. Look at it as it stands now, "
            "then do what you still want.",
            onward=(f"/content/item/{item.id}", "Look at it as it stands now"),
            typed=differ,
            status=409,
        )


@needs(Permission.SEE_CONTENT)
async def find_page(request: web.Request) -> web.StreamResponse:
    """GET /content"""
    asked = {
        name: request.query.get(name, "")[:100] for name in ("words", "topic", "nation", "language", "sort", "due")
    }
    today, draft = request.app[CLOCK]().date(), own_draft(request)
    due_by = {"over": today - timedelta(days=1), "soon": today + DUE_SOON}.get(asked["due"])
    here = await library(request, draft)
    sought = {name: asked[name] for name in ("topic", "nation", "language", "sort")}
    found = here.find(asked["words"], **sought, due_by=due_by, unread=asked["due"] == "speaker")
    return page(
        request, "content.html", asked=asked, found=found[:MOST_SHOWN], count=len(found), sorts=SORTS,
        topics=sorted(help_topics()), nations=list(Nation), languages=LANGUAGES, draft=draft,
        today=today, soon=today + DUE_SOON, changed=set(draft.texts) if draft else set(), broken=here.problems,
        waiting=request.app[NEWSROOM].drafts.all(State.WAITING),
    )  # fmt: skip


def _shown(
    request: web.Request, item: Item, here: Library, *, values: Mapping[str, str] | None = None,
    problems: tuple[str, ...] = (), status: int = 200,
) -> web.Response:  # fmt: skip
    values, siblings = values or item.values, here.siblings(item)
    sought = request.query.get("words", "")
    return page(
        request, "content_item.html", status=status, item=item, values=values, problems=problems, sorts=SORTS,
        notes=_notes(request, here, item, values), wordings=_wordings(siblings), destinations=here.destinations, kinds=Sort,
        nations=list(Nation), every_role=list(Role), languages=LANGUAGES, may_go=not away_problem(item, siblings),
        numbers=numbers_of(item),
        draft=own_draft(request), today=request.app[CLOCK]().date(), shapes=Shape, whole=here.items.get(item.within),
        last=next((r for r in request.app[NEWSROOM].publisher.history() if r.touches(item.path)), None),
        look=look_at(request, here, item, values), sought=sought,
        others=here.others(item.topic, sought) if item.sort is Sort.EXAMPLES else [], most=MOST_SHOWN,
        kept=request.query.get("kept", ""), seen=_seen_before(item),
    )  # fmt: skip


def _wordings(siblings: list[Item]) -> dict[str, list[tuple[Item, str]]]:
    """The wordings of the same by their language, each with whom it is for."""
    found: dict[str, list[tuple[Item, str]]] = {}
    for one in siblings:
        tongue = f"in {Language.of(one.language).label}"
        label = one.reader.removesuffix(tongue).rstrip(", ") or (
            "for everyone else" if one.sort is Sort.RESPONSE else tongue
        )
        found.setdefault("" if one.sort is Sort.CARE else tongue, []).append((one, label))
    return found


def _notes(request: web.Request, here: Library, item: Item, values: Mapping[str, str]) -> list[Note]:
    catalogue = request.app[CATALOGUE]
    numbers = {c.number for service in catalogue.services for c in service.channels if c.number}
    return here.check(item.id, values, numbers=numbers | catalogue.policy.other_numbers)


@needs(Permission.SEE_CONTENT)
async def item_page(request: web.Request) -> web.StreamResponse:
    """GET /content/item/{id}"""
    here = await library(request, own_draft(request))
    return _shown(request, _item(request, here), here)


async def _typed(request: web.Request, item: Item) -> dict[str, str]:
    names = [field.name for field in item.fields]
    sent = await request.post()
    values = await fields(request, *names)
    return {name: value for name, value in zip(names, values, strict=True) if name in sent}


@needs(Permission.EDIT_CONTENT)
async def keep(request: web.Request) -> web.StreamResponse:
    """POST /content/item/{id}: into the editor's changes. What can't be taken is said, and what was typed stays."""
    draft, at = own_draft(request), request.app[CLOCK]()
    here = await library(request, draft)
    item = _item(request, here)
    values = await _typed(request, item)
    looked_at, seen = await fields(request, "looked_at", "seen")
    _check_seen(item, seen, values)
    if looked_at:
        values = {"checked": at.date().isoformat(), "review_due": (at.date() + GOOD_FOR).isoformat()}
    try:
        change = here.change(item.id, values)
        if change:
            _keep(request.app[NEWSROOM], me(request).account.name, change, at)
            log(request, "content changed", subject=item.id)
    except ContentError as error:
        return _shown(request, item, here, values={**item.values, **values}, problems=tuple(error.problems), status=400)
    raise web.HTTPSeeOther(f"/content/item/{item.id}?kept={'1' if change else '0'}")


def _keep(newsroom: Newsroom, author: str, texts: Mapping[str, str | None], at: datetime) -> None:
    """Put files into an editor's change set, brought up to the newest version. Raises ContentError when others
    changed the same."""
    draft, newest = newsroom.drafts.of(author), newsroom.publisher.current().commit
    if draft and draft.base != newest:
        merged, conflicts = newsroom.publisher.merge(draft.texts, base=draft.base)
        if conflicts:
            raise ContentError(["Somebody has published other words for what you changed. See My changes first."])
        newsroom.drafts.change(draft.id, at, texts=merged, base=newest)
    newsroom.drafts.put(author, newest, texts, at)


@needs(Permission.SEE_CONTENT)
async def check(request: web.Request) -> web.StreamResponse:
    """POST /content/check/{id}: what to know of the words as they are typed, and how they look in the chat."""
    here = await library(request, own_draft(request))
    item = _item(request, here)
    values = {**item.values, **await _typed(request, item)}
    notes = [{"text": n.text, "stops": n.stops, "field": n.field} for n in _notes(request, here, item, values)]
    look = look_at(request, here, item, values)
    read = {"id": look.read.id, "name": look.read.name} if look.read.id != item.id else None
    return web.json_response({"notes": notes, "preview": look.page, "read": read, "under": look.under})


async def _parted(request: web.Request, part: Part, action: str) -> web.StreamResponse:
    """Put what `part` makes of an item into the editor's changes, and go on where it says."""
    draft, at = own_draft(request), request.app[CLOCK]()
    here = await library(request, draft)
    item = _item(request, here)
    [seen] = await fields(request, "seen")
    _check_seen(item, seen)
    try:
        change, onward = part(here, item)
        _keep(request.app[NEWSROOM], me(request).account.name, change, at)
    except ContentError as error:
        return _shown(request, item, here, problems=tuple(error.problems), status=400)
    log(request, action, subject=item.id)
    raise web.HTTPSeeOther(onward)


@needs(Permission.EDIT_CONTENT)
async def add_wording(request: web.Request) -> web.StreamResponse:
    """POST /content/item/{id}/wording: one more wording, for other readers."""
    readers = dict(zip(_READERS, await fields(request, *_READERS), strict=True))

    def part(here: Library, item: Item) -> tuple[Mapping[str, str | None], str]:
        if item.sort not in (Sort.RESPONSE, Sort.CARE):
            raise web.HTTPNotFound
        change, id = new_wording(here.tree, item, readers)
        return change, f"/content/item/{id}?kept=1"

    return await _parted(request, part, "wording added")


@needs(Permission.EDIT_CONTENT)
async def add_number(request: web.Request) -> web.StreamResponse:
    """POST /content/item/{id}/number: one more telephone number of a service."""
    [number] = await fields(request, "number")
    return await _parted(request, _of_service(lambda here, item: new_number(here.tree, item, number)), "number added")


@needs(Permission.EDIT_CONTENT)
async def remove_number(request: web.Request) -> web.StreamResponse:
    """POST /content/item/{id}/number/away: a number of a service."""
    [number] = await fields(request, "number")
    return await _parted(request, _of_service(lambda here, item: drop_number(here, item, number)), "number taken away")


@needs(Permission.EDIT_CONTENT)
async def remove_example(request: web.Request) -> web.StreamResponse:
    """POST /content/item/{id}/example/away: an example message that a topic is learnt from."""
    [message] = await fields(request, "message")

    def part(here: Library, item: Item) -> tuple[Mapping[str, str | None], str]:
        if item.sort is not Sort.EXAMPLES:
            raise web.HTTPNotFound
        return drop_example(here.tree, item, message), f"/content/item/{item.id}?kept=1"

    return await _parted(request, part, "example taken out")


def _of_service(change: Callable[[Library, Item], dict[str, str]]) -> Part:
    def part(here: Library, item: Item) -> tuple[Mapping[str, str | None], str]:
        if item.sort is not Sort.SERVICE:
            raise web.HTTPNotFound
        return change(here, item), f"/content/item/{item.id}?kept=1"

    return part


@needs(Permission.EDIT_CONTENT)
async def remove(request: web.Request) -> web.StreamResponse:
    """POST /content/item/{id}/away: a wording for some readers, or a ready reply."""
    return await _parted(
        request, lambda here, item: (take_away(here.tree, item, here.siblings(item)), "/content/changes"), "taken away"
    )


_NEW = {"topic": ("title", "text", "examples"), "reply": ("title", "when", "text"),
        "service": ("name", "for", "about", "phone", "website", "nation", "role", "topic", "url")}  # fmt: skip


def _new(request: web.Request, values: Mapping[str, str], problems: tuple[str, ...] = ()) -> web.Response:
    return page(
        request, "content_new.html", status=400 if problems else 200, what=request.match_info["what"], values=values,
        problems=problems, draft=own_draft(request), fewest=FEWEST_EXAMPLES, nations=list(Nation), every_role=list(Role),
        topics=sorted(help_topics()), when=WHEN,
    )  # fmt: skip


@needs(Permission.EDIT_CONTENT)
async def new_page(request: web.Request) -> web.StreamResponse:
    """GET /content/new/{what}"""
    return _new(request, dict.fromkeys(_asked(request), ""))


def _asked(request: web.Request) -> tuple[str, ...]:
    """The fields of what is to be made."""
    if (names := _NEW.get(request.match_info["what"])) is None:
        raise web.HTTPNotFound
    return names


@needs(Permission.EDIT_CONTENT)
async def add_new(request: web.Request) -> web.StreamResponse:
    """POST /content/new/{what}: a topic, a service or a ready reply, into the editor's changes."""
    what, draft, at = request.match_info["what"], own_draft(request), request.app[CLOCK]()
    name = me(request).account.name
    names = _asked(request)
    values = dict(zip(names, await fields(request, *names), strict=True))
    tree = (await library(request, draft)).tree
    try:
        change = _made(what, tree, values, by=name, today=at.date())
        _keep(request.app[NEWSROOM], name, change, at)
    except ContentError as error:
        return _new(request, values, tuple(error.problems))
    log(request, f"new {what}", subject=values["name" if what == "service" else "title"][:80])
    raise web.HTTPSeeOther("/content/changes")


def _made(what: str, tree: Tree, values: Mapping[str, str], *, by: str, today: date) -> dict[str, str]:
    match what:
        case "topic":
            return new_topic(tree, values, today=today)
        case "reply":
            return new_reply(tree, values)
        case _:
            return new_service(tree, values, by=by, today=today)


@dataclass(frozen=True, slots=True)
class Changes:
    """Where the inbox puts what is filed: an editor's change set, over what is published."""

    newsroom: Newsroom
    clock: Clock

    def text(self, author: str, path: str) -> str:
        """A content file as this editor sees it; empty when there is none."""
        return _seen(self.newsroom, self.newsroom.drafts.of(author)).tree.get(path, "")

    def keep(self, author: str, texts: Mapping[str, str]) -> None:
        """Put whole new texts, by path, into this editor's change set. Raises ContentError."""
        _keep(self.newsroom, author, texts, self.clock())


def add_routes(app: web.Application) -> None:
    routes = app.router
    routes.add_get("/content", find_page)
    routes.add_get(f"/content/item/{_ID}", item_page)
    routes.add_post(f"/content/item/{_ID}", keep)
    for name, handler in (
        ("wording", add_wording), ("number", add_number), ("number/away", remove_number), ("away", remove),
        ("example/away", remove_example),
    ):  # fmt: skip
        routes.add_post(f"/content/item/{_ID}/{name}", handler)
    routes.add_get("/content/new/{what:[a-z0-9]+}", new_page)
    routes.add_post("/content/new/{what:[a-z0-9]+}", add_new)
    routes.add_post(f"/content/check/{_ID}", check)
