"""All content as items: found, changed in plain fields, checked as it is typed, and seen as the chat shows it."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property

from bot.catalogue.numbers import numbers_in
from bot.content.care import CareContent
from bot.content.check import MOST_BUTTONS, MOST_TITLE, MOST_WORDS, NUMBERS, STAY, text_problems
from bot.content.noted import NOTES
from bot.content.reading_age import reading_age
from bot.content.responses import FIREWALL, pick
from bot.edition import ADDED, listed
from bot.editor import sorts
from bot.editor.filing import EXAMPLES, TOPICS, examples_in, file_example, file_safety, label_of
from bot.editor.items import Field, Item, Note, Preview, Sensitivity, Shape, Sort, Tree
from bot.editor.noted import note_items, notes_of
from bot.editor.yaml_edit import load, put, value_at
from bot.errors import ContentError
from bot.vocabulary import Language, Topic, help_topics, know_topics, topics

OLD_FOR_READING = 13  # years: above, most people in trouble have to read twice


class Library:
    """The items of one state of the content. `problems` names the files that can't be read."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.problems: list[str] = []

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """Every item by its id."""
        found: list[Item] = []
        know_topics(listed(self.tree.get(ADDED, "")))
        for path, text in self.tree.items():
            try:
                found += _items_of(path, text)
            except (ContentError, KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
                self.problems.append(f"{path}: {' '.join(str(error).split())}")
        titles = {item.topic: item.title for item in found if item.id == f"response.utter_{item.topic}.0"}
        noted = notes_of(self.tree)
        found += [
            sorts.examples(topic, titles.get(topic, sorts.words(topic)), self.tree, len(self.others(topic)), noted)
            for topic in topics()
        ]
        found.append(sorts.safety_example(noted))
        return {item.id: item for item in found}

    def others(self, topic: str, words: str = "") -> list[str]:
        """The example messages of a topic that no editor added, of those the ones that hold every word."""
        sought = words.casefold().split()
        return [one for one in self._others.get(topic, []) if all(word in one.casefold() for word in sought)]

    @cached_property
    def _others(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path, text in self.tree.items():
            if path.startswith(TOPICS) and not path.startswith(EXAMPLES):
                for topic, message in examples_in(text):
                    found.setdefault(topic, []).append(message)
        return found

    @cached_property
    def destinations(self) -> tuple[tuple[str, str], ...]:
        """Where a button may lead: payload and title, the topics first."""
        to_topics = {f"/{topic}": self._title(topic) for topic in [*help_topics(), Topic.PERSON]}
        titles: dict[str, Counter[str]] = {}
        for item in self.items.values():
            values = item.values
            for number in range(MOST_BUTTONS if item.sort is Sort.RESPONSE else 0):
                if payload := values[f"leads_{number}"]:
                    titles.setdefault(payload, Counter())[values[f"button_{number}"]] += 1
        others = {payload: count.most_common(1)[0][0] for payload, count in titles.items() if payload not in to_topics}
        return (*sorted(to_topics.items(), key=lambda one: one[1]), *sorted(others.items(), key=lambda one: one[1]))

    def _title(self, topic: str) -> str:
        item = self.items.get(f"response.utter_{topic}.0")
        return item.title if item else sorts.words(topic)

    def find(
        self, words: str = "", *, topic: str = "", nation: str = "", sort: str = "", language: str = "",
        due_by: date | None = None, unread: bool = False,
    ) -> list[Item]:  # fmt: skip
        """The items that hold every word and fit all that is asked for, those due first in front.

        due_by: what is looked at with another item is not due by itself. unread: only what a speaker of its language
        still has to read.
        """
        sought = words.casefold().split()
        found = [
            item
            for item in self.items.values()
            if all(word in item.words for word in sought)
            and (not topic or item.topic == topic)
            and (not nation or item.nation in ("", nation))
            and (not sort or item.sort == sort)
            and (not language or item.language == language)
            and (not unread or item.review)
            and (due_by is None or (not item.within and item.review_due is not None and item.review_due <= due_by))
        ]
        return sorted(found, key=lambda item: (item.review_due or date.max, item.title, item.id))

    def siblings(self, item: Item) -> list[Item]:
        """The other wordings of the same, and the item itself, as they stand in the file."""
        if item.sort not in (Sort.RESPONSE, Sort.CARE):
            return []
        return [one for one in self.items.values() if one.sort is item.sort and _stem(one) == _stem(item)]

    def change(self, id: str, values: Mapping[str, str]) -> dict[str, str]:
        """The files as they read after a change, by path; empty when nothing changed.

        Raises ContentError with every field that can't be taken, in plain words.
        """
        item = self.items[id]
        given = _given(item, values)
        if problems := [
            f"{field.label}: this can't be left empty"
            for field in item.fields
            if field.required and not given[field.name].strip()
        ]:
            raise ContentError(problems)
        changed = {item.path: _CHANGES.get(item.sort, _put_fields)(item, given, self.tree.get(item.path, ""))}
        for path in item.paths - {item.path}:
            changed[path] = _put_fields(item, given, self.tree.get(path, ""), path)
        return {path: text for path, text in changed.items() if text != self.tree.get(path, "")}

    def check(self, id: str, values: Mapping[str, str], *, numbers: Iterable[str] = ()) -> list[Note]:
        """What an editor should know of what they typed. `numbers`: those of the catalogue, as they are written."""
        item = self.items[id]
        notes: list[Note] = []
        known = set(numbers)
        for field in item.fields:
            value = _clean(values.get(field.name, field.value), field)
            if field.required and not value.strip():
                notes.append(Note(text=f"{field.label} can't be left empty.", stops=True, field=field.name))
            if item.sort in (Sort.RESPONSE, Sort.CARE, Sort.HANDOFF, Sort.PAGE_TEXT) and field.shape is not Shape.DAY:
                spoken = field.name not in ("owner", "source") and not field.name.startswith("leads_")
                notes += _word_notes(field, value, known) if spoken else []
        if item.sort is Sort.RESPONSE:
            notes += self._response_notes(item, values)
        notes += self._language_notes(item, values)
        if item.sort is Sort.EXAMPLES:
            notes += _example_notes(values.get("lines", ""))
        return notes

    def _language_notes(self, item: Item, values: Mapping[str, str]) -> Iterable[Note]:
        if values.get("review", item.review).strip():
            yield Note(text=f"Nobody who speaks {Language.of(item.language).label} has read this yet.", field="review")
        if said := [Language.of(one.language).label for one in self.translations(item)]:
            yield Note(text=f"This is said in {' and '.join(said)} too: what you change here has to change there.")

    def translations(self, item: Item) -> list[Item]:
        """The same for the same readers in other languages than English; none of what is in one of them."""
        if item.language:
            return []
        same = (item.nation, item.role)
        return [one for one in self.siblings(item) if one.language and (one.nation, one.role) == same]

    def _response_notes(self, item: Item, values: Mapping[str, str]) -> Iterable[Note]:
        text = values.get("text", item.values["text"])
        count, age = len(text.split()), 0.0 if item.language else reading_age(text)
        read = f"Read easily from about {age:.0f} years." if age else "How easily it reads is known of English only."
        yield Note(text=f"{count} of {MOST_WORDS} words. {read}", field="text")
        if age > OLD_FOR_READING:
            yield Note(text="Shorter sentences and plainer words would help someone in a hurry.", field="text")
        if item.sensitivity is Sensitivity.FACTUAL and not values.get("source", item.source).strip():
            yield Note(text="This states facts: say where they come from.", stops=True, field="source")
        known = {payload for payload, _ in self.destinations}
        for number in range(MOST_BUTTONS):
            title, leads = values.get(f"button_{number}", ""), values.get(f"leads_{number}", "")
            if bool(title.strip()) != bool(leads.strip()):
                yield Note(
                    text=f"Button {number + 1} needs both a title and a place.", stops=True, field=f"button_{number}"
                )
            elif len(title) > MOST_TITLE:
                yield Note(
                    text=f"Button {number + 1}: at most {MOST_TITLE} characters.", stops=True, field=f"button_{number}"
                )
            elif leads and leads not in known:
                yield Note(text=f"Button {number + 1} leads nowhere.", stops=True, field=f"leads_{number}")

    def preview(self, id: str, values: Mapping[str, str]) -> Preview:
        """An answer as the chat would show it."""
        item = self.items[id]
        given = {**item.values, **values}
        titles = (given.get(f"button_{number}", "").strip() for number in range(MOST_BUTTONS))
        buttons = tuple(title for title in titles if title)
        return Preview(text=given["text"], buttons=buttons, language=item.language or Language.ENGLISH)

    def care(self, id: str, values: Mapping[str, str]) -> CareContent:
        """The emergency wording as it would be with what is typed in one of its items."""
        item = self.items[id]
        return CareContent.read(_put_fields(item, _given(item, values), self.tree[item.path]))

    def read_by(self, id: str, facts: Mapping[str, str]) -> Item:
        """The wording that a visitor gets in the place of this one: picked as the chat does, the firewall with it.

        facts: nation, role and language, as far as they are known of the visitor.
        """
        name, firewall = id.split(".")[1], self.items[f"response.{FIREWALL}.0"]
        paths = dict.fromkeys((firewall.path, self.items[id].path))
        answers = {name: said for path in paths for name, said in load(self.tree[path])["responses"].items()}
        chosen = pick(answers, name, {slot: value for slot, value in facts.items() if value})
        return next(
            self.items[f"response.{one}.{number}"]
            for one in (name, FIREWALL)
            for number, variation in enumerate(answers[one])
            if variation is chosen
        )


def _stem(item: Item) -> str:
    """What is the same of all wordings of a response, and of the lines of a danger in all languages."""
    if item.sort is Sort.CARE:
        return item.id.removesuffix(f".{item.language}")
    return item.id.rpartition(".")[0]


def _given(item: Item, values: Mapping[str, str]) -> dict[str, str]:
    """What the fields of an item say with what was typed."""
    return {field.name: _clean(values.get(field.name, field.value), field) for field in item.fields}


def _clean(value: str, field: Field) -> str:
    """What was typed, as it is kept: line ends of browsers are made one, and so are spaces at the end of lines."""
    lines = [line.rstrip() for line in value.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    text = "\n".join(lines).strip("\n")
    if field.shape is Shape.LIST:
        return "\n".join(line.strip() for line in lines if line.strip())
    return text if field.shape is Shape.TEXT else " ".join(text.split())


def _items_of(path: str, text: str) -> Iterable[Item]:
    if path.startswith(sorts.RESPONSES):
        return sorts.responses(path, text)
    if path.startswith(sorts.SERVICES) and path.count("/") == 2 and path.endswith(".yml"):
        return (sorts.service(path, text),)
    if path.startswith(sorts.PAGES):
        return sorts.page_texts(path, text)
    read = _FILES.get(path)
    return read(path, text) if read else ()


def _word_notes(field: Field, value: str, known: set[str]) -> Iterable[Note]:
    for line in value.split("\n") if field.shape is Shape.LIST else [value]:
        for problem in text_problems(line):
            if not (problem.startswith("the number") and numbers_in(line)):
                yield Note(text=f"{field.label}: {problem}.", stops=True, field=field.name)
    for number in numbers_in(value):
        if number not in known:
            yield Note(text=f"{number} is no number of the catalogue.", stops=True, field=field.name)
        elif number not in NUMBERS:
            yield Note(text=f"{number} stands on its card: leave it out here.", stops=True, field=field.name)


def _example_notes(text: str) -> Iterable[Note]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    doubled = [line for line, count in Counter(line.casefold() for line in lines).items() if count > 1]
    yield Note(text=f"{len(lines)} messages. Different people, different words: that is what it learns from.")
    yield from (Note(text=f"Twice: {line}") for line in doubled)


def _put_fields(item: Item, given: Mapping[str, str], text: str, path: str = "") -> str:
    """The item's file, or another at `path`, with every changed field put in its place."""
    for field in item.fields:
        value = given[field.name]
        if not field.place or field.path != path or value == field.value:
            continue
        if field.name.startswith("hours_"):
            text = put(text, field.place, _hours(field, value))
        elif field.shape is Shape.LIST:
            text = put(text, field.place, value.split("\n"))
        elif value or value_at(load(text), field.place) is not None:
            text = put(text, field.place, value)
    return text


def _hours(field: Field, value: str) -> str | dict[str, str]:
    lines = value.split("\n")
    if len(lines) == 1 and ":" not in lines[0]:
        return lines[0]
    if wrong := [line for line in lines if ": " not in line]:
        raise ContentError([f"{field.label}: write days, a colon and hours, not “{line}”" for line in wrong])
    return dict(line.split(": ", 1) for line in lines)


def _put_response(item: Item, given: Mapping[str, str], text: str) -> str:
    text = _put_fields(item, given, text)
    before = [(item.values[f"button_{n}"], item.values[f"leads_{n}"]) for n in range(MOST_BUTTONS)]
    after = [(given[f"button_{n}"], given[f"leads_{n}"]) for n in range(MOST_BUTTONS)]
    if after == before:
        return text
    if gone := STAY & ({leads for _, leads in before} - {leads for _, leads in after}):
        raise ContentError(
            [
                f"The button to “{sorts.words(leads.strip('/'))}” must stay: it is a way to safety"
                for leads in sorted(gone)
            ]
        )
    if any(bool(title) != bool(leads) for title, leads in after):
        raise ContentError(["A button needs both a title and a place it leads to"])
    _, name, number = item.id.split(".")
    buttons = [{"title": title, "payload": leads} for title, leads in after if title]
    return put(text, ("responses", name, int(number), "buttons"), buttons)


def _put_page_texts(item: Item, given: Mapping[str, str], text: str) -> str:
    document = json.loads(text)
    for field in item.fields:
        *within, name = field.place
        (document[within[0]] if within else document)[name] = given[field.name]
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _put_examples(item: Item, given: Mapping[str, str], _: str) -> str:
    text = ""
    for line in given["lines"].split("\n"):
        if line.strip():
            try:
                text = file_example(Topic(item.topic), line, text)
            except ValueError as error:
                raise ContentError([f"“{line}”: {error}"]) from error
    return text


def _put_safety_example(_: Item, given: Mapping[str, str], text: str) -> str:
    return file_safety(given["message"], label_of(given), text)


_FILES: Mapping[str, Callable[[str, str], Iterable[Item]]] = {
    sorts.CARE: sorts.care,
    sorts.HANDOFF: sorts.handoff,
    sorts.REPLIES: sorts.replies,
    NOTES: note_items,
}
_CHANGES: Mapping[Sort, Callable[[Item, Mapping[str, str], str], str]] = {
    Sort.RESPONSE: _put_response,
    Sort.PAGE_TEXT: _put_page_texts,
    Sort.EXAMPLES: _put_examples,
    Sort.SAFETY_EXAMPLE: _put_safety_example,
}
