"""Adds and takes away parts of what is there: a wording for other readers, a ready reply, a number of a service, an example."""

import re
from collections.abc import Iterator, Mapping

from bot.catalogue.numbers import normal, numbers_in
from bot.content import replies
from bot.content.check import MOST_BUTTONS, NUMBERS, READERS, STAY
from bot.content.responses import FIXED, LANGUAGE, conditions
from bot.editor.differences import named
from bot.editor.filing import TOPICS, without_example
from bot.editor.items import Item, Shape, Sort, Tree
from bot.editor.library import Library
from bot.editor.new import slug
from bot.editor.sorts import CARE, PAGES, REPLIES, RESPONSES, needs_speaker, words
from bot.editor.yaml_edit import append, drop, load, put, value_at
from bot.errors import ContentError
from bot.vocabulary import Role

_THERE = "There is a wording for them already."
_NUMBERED = ("phone", "text")
_SERVICE_WORDS = ("name", "for", "about", "note", "cost")
_WORDINGS = (RESPONSES, "data/services/wording/", CARE, "data/handoff/wording.yml", REPLIES, PAGES)


def new_wording(tree: Tree, item: Item, values: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """The file with one more wording, which says what `item` says until it is changed; and the id of it.

    values: nation, role and language, whom it is for; of emergency wording the language alone. What is in a language is
    marked for somebody who speaks it. Raises ContentError in plain words.
    """
    slots = {name: values[name] for name, known in READERS.items() if values.get(name) in known}
    if item.sort is Sort.CARE:
        return _new_care(tree, item, slots.get(LANGUAGE, ""))
    if not slots:
        raise ContentError(["Say for whom: where they live, who they are, or in which language."])
    text = tree[item.path]
    name = item.id.split(".")[1]
    there = value_at(load(text), ("responses", name))
    if name.startswith(FIXED) and LANGUAGE in slots:
        raise ContentError(["This is said in one language to whoever writes in it."])
    if any(conditions(one) == slots for one in there):
        raise ContentError([_THERE])
    hidden = any((one.get("metadata") or {}).get("firewall") for one in there)
    if hidden and slots.get("role") == Role.OWN_BEHAVIOUR:
        raise ContentError(
            ["This tells how people hide, leave or gather proof: it is never shown to who may hurt them."]
        )
    place = ("responses", name, len(there))
    # of the words that are taken over: they were seen there and then, not now
    noted = {name: item.values[name] for name in ("source", "checked", "review_due") if item.values[name]}
    if code := slots.get(LANGUAGE):
        noted = {"review": needs_speaker(code), **noted}
    asked = [{"type": "slot", "name": slot, "value": str(value)} for slot, value in slots.items()]
    text = append(text, place[:-1], {"condition": asked, "text": "-", "metadata": noted})
    text = put(text, (*place, "text"), item.values["text"])
    pairs = [(item.values[f"button_{n}"], item.values[f"leads_{n}"]) for n in range(MOST_BUTTONS)]
    if buttons := [{"title": title, "payload": leads} for title, leads in pairs if title]:
        text = put(text, (*place, "buttons"), buttons)
    return {item.path: text}, f"response.{name}.{place[-1]}"


def _new_care(tree: Tree, item: Item, code: str) -> tuple[dict[str, str], str]:
    """The lines of a danger in one more language, beside the English ones."""
    if not code:
        raise ContentError(["Say in which language."])
    text, stem = tree[item.path], item.id.removesuffix(f".{item.language}")
    name = stem.removeprefix("care.").split(".")
    if value_at(load(text), ("languages", code, *name)):
        raise ContentError([_THERE])
    lines = {field.name: field.value.split("\n") for field in item.fields if field.shape is Shape.LIST}
    if value_at(load(text), ("languages", code)) is None:
        text = put(text, ("languages", code), {"review": needs_speaker(code)})
    text = put(text, ("languages", code, "review"), needs_speaker(code))  # also where a speaker had read the others
    return {item.path: put(text, ("languages", code, *name), lines)}, f"{stem}.{code}"


def new_reply(tree: Tree, values: Mapping[str, str]) -> dict[str, str]:
    """The file with one more ready reply. values: title, when, text. Raises ContentError in plain words."""
    title, text = " ".join(values["title"].split()), " ".join(values["text"].split())
    there = load(tree[REPLIES])["replies"]
    key = re.sub(r"[^a-z_]", "", slug(title, "_")).strip("_")
    problems = [
        f"{label}: this can't be left empty" for label, value in (("Title", title), ("Text", text)) if not value
    ]
    if title and not key:
        problems.append("Title: it needs letters")
    elif key in {one["key"] for one in there}:
        problems.append("Title: there is a reply of this name already")
    entry = {"key": key, "when": values["when"], "title": title, "text": text}
    problem = replies.problem_of(entry, set()) if not problems else ""
    if problem:
        problems.append(problem[0].upper() + problem[1:])
    if problems:
        raise ContentError(problems)
    return {REPLIES: append(tree[REPLIES], ("replies",), entry)}


def new_number(tree: Tree, item: Item, number: str) -> dict[str, str]:
    """The record of a service with one more telephone number, at hours that are not known yet. Raises ContentError."""
    if (written := normal(number)) is None:
        raise ContentError(["This is no telephone number that can be rung here."])
    text = tree[item.path]
    channels = value_at(load(text), ("channels",)) or []
    if any(normal(str(one.get("phone", ""))) == written for one in channels):
        raise ContentError(["This number is there already."])
    return {item.path: append(text, ("channels",), {"phone": written, "hours": "unknown"})}


def numbers_of(item: Item) -> tuple[tuple[str, str], ...]:
    """The numbers of a service that can be rung or texted, each with what it is labelled as."""
    return tuple(
        (field.value, field.label)
        for field in item.fields
        if field.name.startswith("way_") and field.place[-1] in _NUMBERED
    )


def drop_number(library: Library, item: Item, number: str) -> dict[str, str]:
    """The record of a service without one of its numbers. Raises ContentError when it must stay, or is not there."""
    text, written = library.tree[item.path], normal(number)
    channels = value_at(load(text), ("channels",)) or []
    found = [
        (at, medium) for at, one in enumerate(channels) for medium in _NUMBERED if medium in one
        and normal(str(one[medium])) == written
    ]  # fmt: skip
    if written is None or not found:
        raise ContentError(["This number is not there any more: look at the service as it stands now."])
    at, medium = found[0]
    if not any(medium in one and not one.get("staff only") for place, one in enumerate(channels) if place != at):
        way = "rung" if medium == "phone" else "texted"
        raise ContentError(
            [f"{written} is the only number on which this service can be {way}: change it, or add the new one first."]
        )
    if named := _saying(library, written):
        raise ContentError([f"{written} stands in words too: take it out of “{named}” first."])
    return {item.path: drop(text, ("channels", at))}


def _saying(library: Library, number: str) -> str:
    """What says a number to visitors or workers, by its name; empty when only records have it."""
    for item in library.items.values():
        if item.sort is Sort.SERVICE and any(number in numbers_in(item.values[name]) for name in _SERVICE_WORDS):
            return item.title
    for path, text in library.tree.items():
        # reading a file takes long: only one that may hold the number is read
        if path.startswith(_WORDINGS) and number[-3:] in text and number in numbers_in("\n".join(_strings(load(text)))):
            return named(path, library)
    return ""


def _strings(document: object) -> Iterator[str]:
    match document:
        case dict():
            yield from (text for value in document.values() for text in _strings(value))
        case list():
            yield from (text for value in document for text in _strings(value))
        case _:
            yield str(document)


def drop_example(tree: Tree, item: Item, message: str) -> dict[str, str | None]:
    """The files without an example message of a topic, wherever it stands. Raises ContentError when it is not there."""
    files = {path: text for path, text in tree.items() if path.startswith(TOPICS) and message in text}
    left = {path: without_example(text, item.topic, message) for path, text in files.items()}
    changed = {path: text for path, text in left.items() if text != files[path]}
    if not changed:
        raise ContentError(["This message is not there any more: look at the topic as it stands now."])
    return changed


def away_problem(item: Item, siblings: list[Item]) -> str:
    """Why an item can't be taken away; empty when it can."""
    if item.sort is Sort.REPLY:
        return "It names an emergency number: it must stay." if NUMBERS & set(numbers_in(item.values["text"])) else ""
    if item.sort is Sort.CARE and item.language:
        return ""
    if item.sort is not Sort.RESPONSE or not item.reader:
        return "This can be changed, but not taken away."
    if item.language:
        return ""  # the English wording for the same readers has the same ways to safety
    others = [_leads(one) for one in siblings if not one.reader]
    lost = (_leads(item) & STAY).difference(*others)
    named = ", ".join(words(one.strip("/")) for one in sorted(lost))
    return f"Its button to “{named}” is a way to safety: it must stay." if lost else ""


def take_away(tree: Tree, item: Item, siblings: list[Item]) -> dict[str, str]:
    """The file without a wording or a ready reply. Raises ContentError when it must stay."""
    if problem := away_problem(item, siblings):
        raise ContentError([problem])
    text, place = tree[item.path], item.fields[0].place[:-1]
    document = load(text)
    while item.sort is Sort.CARE and len(value_at(document, place[:-1])) == 1:
        place = place[:-1]  # with the last kind of danger goes what held them
    return {item.path: drop(text, place)}


def _leads(item: Item) -> set[str]:
    return {item.values[f"leads_{n}"] for n in range(MOST_BUTTONS)}
