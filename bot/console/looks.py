"""How wording looks in the chat to a visitor whom the editor chooses."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.console.keys import CATALOGUE, CLOCK
from bot.console.wording import LEVELS as URGENCY
from bot.console.wording import ROLES
from bot.content.care import BY_WRITER, CHILD, LEVELS, OTHER, Place
from bot.content.notice import Notices, Visitor, audience
from bot.editor.items import Field, Item, Shape, Sort
from bot.editor.library import Library
from bot.editor.sorts import words
from bot.vocabulary import Kind, Language, Level, Nation, Role
from bot.widget.pages import preview_notice, preview_page

_LABELS = {
    "nation": "As somebody who lives",
    "role": "Through the door",
    "level": "How pressing it is",
    "kind": "Danger that shows",
}
_OPTIONS: Mapping[str, Mapping[str, str]] = {
    "nation": {
        "": "not said where",
        **{one: "elsewhere" if one is Nation.ELSEWHERE else f"in {words(one).title()}" for one in Nation},
    },
    "role": {"": "not said which", **ROLES},
    "level": {level: URGENCY[level] for level in LEVELS},
    "kind": {"": "no kind", **{kind: words(kind) for kind in Kind}},
}
_DOORS = {BY_WRITER: Role.OWN_BEHAVIOUR, OTHER: Role.SUPPORTER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing to choose of the visitor. options: titles by value."""

    name: str
    label: str
    options: Mapping[str, str]
    chosen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is seen. read: the wording that the visitor gets.

    under: the label of the field that they read, of an item for several readers. page: as the chat draws it; empty for
    what it does not draw like this.
    """

    read: Item
    choices: Iterable[Choice] = ()
    under: str = ""
    page: str = ""


def look_at(request: web.Request, here: Library, item: Item, values: Mapping[str, str]) -> Look:
    """An item with what is typed, as the visitor sees it who was chosen; else one whom it is for."""
    if item.sort is Sort.RESPONSE:
        return _answer(request.query, here, item, values)
    if item.sort is Sort.CARE:
        return _notice(request, here, item, values)
    return Look(read=item)


def _choices(query: Mapping[str, str], otherwise: Mapping[str, str], more: Mapping[str, str]) -> dict[str, Choice]:
    """What can be chosen, each with what was; with what it is `otherwise` while nothing was. more: further doors."""
    asked = not otherwise.keys().isdisjoint(query)
    found = {}
    for name, default in otherwise.items():
        options = {**_OPTIONS[name], **(more if name == "role" else {})}
        value = query.get(name, "") if asked else default
        chosen = value if value in options else next(iter(options))
        found[name] = Choice(name=name, label=_LABELS[name], options=options, chosen=chosen)
    return found


def _answer(query: Mapping[str, str], here: Library, item: Item, values: Mapping[str, str]) -> Look:
    choices = _choices(query, {"nation": item.nation, "role": item.role}, {})
    facts = {name: choice.chosen for name, choice in choices.items()}
    asked = not facts.keys().isdisjoint(query)
    read = here.read_by(item.id, {**facts, "language": item.language}) if asked else item
    seen = here.preview(read.id, values if read.id == item.id else {})
    page = preview_page(seen.text, seen.buttons, language=seen.language)
    return Look(read=read, choices=choices.values(), page=page)


def _notice(request: web.Request, here: Library, item: Item, values: Mapping[str, str]) -> Look:
    """The care block of a message that shows this danger, when nothing in it says who does it to whom but the door."""
    labels = {_place(item, field): field.label for field in item.fields if field.shape is Shape.LIST}
    part, *of_kind, first = next(iter(labels))
    otherwise: dict[str, str] = {"nation": "", "role": _DOORS.get(first, "")}
    if part not in LEVELS:  # little stands above the lines of a kind while it is only serious
        otherwise["level"] = Level.URGENT if of_kind else Level.EMERGENCY
    if not of_kind:
        otherwise["kind"] = ""
    child = {CHILD: "A child writes"} if CHILD in item.values else {}
    choices = _choices(request.query, otherwise, child)
    chosen = {"level": part, "kind": "".join(of_kind)} | {name: choice.chosen for name, choice in choices.items()}
    shown = (chosen["kind"], Kind.CHILD_USER if chosen["role"] == CHILD else "")
    level, kinds = Level(chosen["level"]), tuple(Kind(name) for name in shown if name)
    visitor = Visitor(
        role=Role(chosen["role"]) if chosen["role"] in set(Role) else None,
        nation=Nation(chosen["nation"]) if chosen["nation"] else None,
        page=Language(item.language or Language.ENGLISH),
    )
    notices, kept = Notices(content=here.care(item.id, values), catalogue=request.app[CATALOGUE]), part == "frame"
    to, child_writes = audience(visitor.role, kinds, ()), Kind.CHILD_USER in kinds
    seen = dict.fromkeys(kinds, ())
    places = notices.kept(level) if kept else notices.first(level, seen, to, child=child_writes)
    block = notices.block(level, kinds, (), places, visitor, request.app[CLOCK](), again=kept)
    under = next((labels[place] for place in places if place in labels), "")
    return Look(read=item, choices=choices.values(), under=under, page=preview_notice(block, language=visitor.page))


def _place(item: Item, field: Field) -> Place:
    """Where a field stands in the wording of its language."""
    return tuple(map(str, field.place[2:] if item.language else field.place))
