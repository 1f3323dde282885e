"""Each kind of content as items: which fields it has, and where in its file they stand."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.content.check import MOST_BUTTONS
from bot.content.examples import BECAUSE
from bot.content.responses import FIXED, about, language_said
from bot.content.responses import conditions as conditions_of
from bot.editor.filing import SAFETY_EXAMPLES, examples_in, examples_path
from bot.editor.items import Field, Item, Sensitivity, Shape, Sort, Tree
from bot.editor.noted import day, noted, of_examples, of_safety_examples
from bot.editor.noted import fields as note_fields
from bot.editor.yaml_edit import Place, load
from bot.vocabulary import Direction, Kind, Language, Level, Time, topics

RESPONSES, SERVICES, CARE = "bot/domain/responses/", "data/services/", "data/safety/care.yml"
HANDOFF, REPLIES, PAGES = "data/handoff/wording.yml", "data/helplines/replies.yml", "bot/widget/text/"
_READERS = {
    "victim": "for people it is done to",
    "own_behaviour": "for people worried about how they behave",
    "supporter": "for people worried about someone else",
    "unsure": "for people who are not sure",
    "england": "in England",
    "scotland": "in Scotland",
    "wales": "in Wales",
    "northern_ireland": "in Northern Ireland",
    "elsewhere": "outside the United Kingdom",
    **{code.value: f"in {code.label}" for code in Language},
}
_AUDIENCES = {
    "writer": "To someone it is done to",
    "by_writer": "To someone who does it",
    "other": "To someone worried about another person",
    "self": "To someone who may harm themselves",
    "child": "To a child who writes",
    "emergency": "While it may still be happening",
    "urgent": "While it is serious",
}
_ALWAYS = {
    "emergency": "Danger now: first lines",
    "urgent": "Serious danger: first line",
    "frame": "Kept on screen afterwards",
}
_FILLED_IN = "{name}, {helpline} and {reference} are filled in; [what stands in brackets] is left to the worker."
_MEDIA = ("phone", "text", "webchat", "email")


def words(name: object) -> str:
    """A name of the vocabulary as words."""
    return str(name).replace("_", " ")


def _lines(values: Iterable[Any]) -> str:
    return "\n".join(map(str, values))


# Responses


def responses(path: str, text: str) -> Iterator[Item]:
    """Every wording of every response in a file."""
    for name, variations in load(text)["responses"].items():
        for number, variation in enumerate(variations):
            yield _response(path, name, number, variation, about(variations, variation))


def _response(path: str, name: str, number: int, variation: dict[str, Any], about: dict[str, Any]) -> Item:
    conditions = {slot: str(value) for slot, value in conditions_of(variation).items()}
    language = language_said(name, variation) or ""
    short = name.removeprefix("utter_")
    topic = max((t for t in topics() if short == t or short.startswith(f"{t}_")), key=len, default=None)
    part = words(short.removeprefix(topic or "").strip("_"))
    title = str(about.get("title") or words(topic or short).capitalize())
    if name.startswith(FIXED):
        title = f"To whoever writes in {Language.of(language).label}"
    place: Place = ("responses", name, number)
    return Item(
        id=f"response.{name}.{number}",
        sort=Sort.RESPONSE,
        title=f"{title}: {part}" if topic and part else title,
        reader=", ".join(_READERS.get(value, words(value)) for value in conditions.values()),
        path=path,
        topic=topic or "",
        nation=conditions.get("nation", ""),
        role=conditions.get("role", ""),
        language=language,
        review=str(about.get("review", "")),
        **noted(about),
        sensitivity=Sensitivity(about.get("sensitivity", "ordinary")),
        fields=(
            Field(
                name="text", label="What the chat says", value=str(variation.get("text", "")), shape=Shape.TEXT,
                place=(*place, "text"), required=True,
                help="An empty line starts a new paragraph. Lines that begin with 1. or - make a list.",
            ),
            *_buttons(variation.get("buttons") or []),
            *_review(language, str(about.get("review", "")), (*place, "metadata", "review")),
            Field(name="source", label="Source", value=str(about.get("source", "")), place=(*place, "metadata", "source"),
                  help="Where the facts come from, and when they were gathered."),
            Field(name="checked", label="Last checked", value=str(about.get("checked", "")), shape=Shape.DAY,
                  place=(*place, "metadata", "checked")),
            Field(name="review_due", label="To be checked again by", value=str(about.get("review_due", "")),
                  shape=Shape.DAY, place=(*place, "metadata", "review_due")),
        ),
    )  # fmt: skip


def _review(language: str, value: str, place: Place) -> Iterator[Field]:
    """What is in another language is marked until somebody who speaks it has read it."""
    if language not in ("", Language.ENGLISH):
        name = Language.of(language).label
        yield Field(name="review", label="Still to be read", value=value, place=place,
                    help=f"Who has to. Empty it once somebody who speaks {name} has.")  # fmt: skip


def needs_speaker(language: str) -> str:
    """The mark of words that nobody who speaks the language has read."""
    name = Language(language).label
    return f"needs {'an' if name[0] in 'AEIOU' else 'a'} {name} speaker"


def _buttons(buttons: list[dict[str, str]]) -> Iterator[Field]:
    for number in range(MOST_BUTTONS):
        button = buttons[number] if number < len(buttons) else {}
        yield Field(name=f"button_{number}", label=f"Button {number + 1}", value=str(button.get("title", "")))
        yield Field(name=f"leads_{number}", label="leads to", value=str(button.get("payload", "")), shape=Shape.CHOICE)


# Services


def service(path: str, text: str) -> Item:
    """One record of the catalogue."""
    record = load(text)
    about = record.get("source") or {}
    fields = [
        Field(name="name", label="Name", value=str(record.get("name", "")), place=("name",), required=True),
        Field(name="for", label="Whom it is for", value=str(record.get("for", "")), place=("for",), required=True),
        Field(name="about", label="What it is", value=str(record.get("about", "")), shape=Shape.TEXT, place=("about",),
              required=True),
        Field(name="note", label="Note for visitors", value=str(record.get("note", "")), place=("note",)),
        Field(name="cost", label="Cost", value=str(record.get("cost", "")), place=("cost",)),
        Field(name="website", label="Website", value=str(record.get("website", "")), place=("website",)),
    ]  # fmt: skip
    for number, channel in enumerate(record.get("channels") or []):
        fields += _channel(number, channel)
    fields += [
        Field(name="url", label="Checked at (address)", value=str(about.get("url", "")), place=("source", "url")),
        Field(name="confidence", label="How sure we are", value=str(about.get("confidence", "")), shape=Shape.CHOICE,
              place=("source", "confidence"),
              choices=(("own", "seen on their own page"), ("dated", "a dated copy of their page"),
                       ("number", "sure of the number, not of the hours"), ("second", "only other people's pages"))),
        Field(name="source", label="What was seen", value=str(about.get("note", "")), place=("source", "note")),
        Field(name="checked", label="Last checked", value=str(about.get("checked on", "")), shape=Shape.DAY,
              place=("source", "checked on")),
        Field(name="by", label="Checked by", value=str(about.get("checked by", "")), place=("source", "checked by")),
        Field(name="review_due", label="To be checked again by", value=str(about.get("review due", "")),
              shape=Shape.DAY, place=("source", "review due")),
    ]  # fmt: skip
    vital = record.get("emergency line") in (True, "yes")
    return Item(
        id=f"service.{path.rpartition('/')[2].removesuffix('.yml')}", sort=Sort.SERVICE, path=path,
        title=str(record.get("name", path)), reader="", owner=str(about.get("checked by", "")),
        source=str(about.get("url", "")), checked=day(about.get("checked on")), review_due=day(about.get("review due")),
        sensitivity=Sensitivity.SAFETY_CRITICAL if vital else Sensitivity.FACTUAL, fields=tuple(fields),
    )  # fmt: skip


def _channel(number: int, channel: Mapping[str, Any]) -> Iterator[Field]:
    medium = next((m for m in _MEDIA if m in channel), None)
    if medium is None:
        return
    hours, area = channel.get("hours"), channel.get("area")
    yield Field(
        name=f"way_{number}", label=medium.capitalize() + (f" ({area})" if area else ""),
        value=str(channel[medium]), place=("channels", number, medium),
        required=True, help="" if medium in ("phone", "text") else "An address, or the word website.",
    )  # fmt: skip
    yield Field(
        name=f"hours_{number}", label=f"Open ({medium})", shape=Shape.LIST, place=("channels", number, "hours"),
        value=_lines(f"{day}: {when}" for day, when in hours.items()) if isinstance(hours, dict) else str(hours or ""),
        help="24/7, unknown, or days and hours a line: mon-fri: 09:00-17:00",
    )  # fmt: skip


# Emergency wording, the way to a person, canned replies, page texts


def care(path: str, text: str) -> Iterator[Item]:
    """The emergency wording: one item for what is always said, and one for each kind of danger; again by language."""
    document = load(text)
    yield from _care(path, document, document, ())
    for code, said in (document.get("languages") or {}).items():
        yield from _care(path, document, said, ("languages", code))


def _care(path: str, document: Mapping[str, Any], said: Mapping[str, Any], within: Place) -> Iterator[Item]:
    code = str(within[-1]) if within else ""
    review = str(said.get("review", "")) if code else ""
    parts = [(name, title, said.get(name)) for name, title in _ALWAYS.items()]
    parts += [(f"kinds.{kind}", f"Danger: {words(kind)}", lines) for kind, lines in (said.get("kinds") or {}).items()]
    for name, title, audiences in parts:
        if audiences:
            yield Item(
                id=f"care.{name}{f'.{code}' if code else ''}", sort=Sort.CARE, title=title, path=path,
                reader=_READERS.get(code, code), language=code, review=review, sensitivity=Sensitivity.SAFETY_CRITICAL,
                **noted(document),
                fields=(
                    *(Field(name=audience, label=_AUDIENCES[audience], value=_lines(lines), shape=Shape.LIST, required=True,
                            place=(*within, *name.split("."), audience), help="One line of the screen a line.")
                      for audience, lines in audiences.items()),
                    *_review(code, review, (*within, "review")),
                    *note_fields(document),
                ),
            )  # fmt: skip


def handoff(path: str, text: str) -> Iterator[Item]:
    """What is said, and what the buttons say, on the way to a person."""
    document = load(text)
    for part, title, shape in (("says", "On the way to a person: messages", Shape.TEXT),
                               ("titles", "On the way to a person: buttons", Shape.LINE)):  # fmt: skip
        yield Item(
            id=f"handoff.{part}", sort=Sort.HANDOFF, title=title, path=path, **noted(document),
            fields=(
                *(Field(name=name, label=words(name).capitalize(), value=str(value), shape=shape, place=(part, name),
                        required=True)
                  for name, value in document[part].items()),
                *note_fields(document),
            ),
        )  # fmt: skip


def replies(path: str, text: str) -> Iterator[Item]:
    """What workers put into their message with one press."""
    document = load(text)
    for number, reply in enumerate(document["replies"]):
        place: Place = ("replies", number)
        yield Item(
            id=f"reply.{reply['key']}", sort=Sort.REPLY, title=f"Ready reply: {reply['title']}", path=path,
            **noted(document),
            fields=(
                Field(name="title", label="Title", value=reply["title"], place=(*place, "title"), required=True),
                Field(name="text", label="Text", value=reply["text"], shape=Shape.TEXT, place=(*place, "text"),
                      required=True, help=_FILLED_IN),
                *note_fields(document),
            ),
        )  # fmt: skip


def page_texts(path: str, text: str) -> Iterator[Item]:
    """The fixed words of the page in one language."""
    document = json.loads(text)
    language, review = document["language"], document["review"]
    for part, title in (("page", "Words of the page"), ("chat", "Words of the chat window")):
        yield Item(
            id=f"page_text.{language}.{part}", sort=Sort.PAGE_TEXT, path=path, title=title,
            reader=_READERS.get(language, f"in {language}"), language=language, review=review,
            **noted(document),
            sensitivity=Sensitivity.SAFETY_CRITICAL,
            fields=(
                *(Field(name=name, label=words(name).capitalize(), value=value, place=(part, name), required=True,
                        shape=Shape.TEXT if len(value) > 80 else Shape.LINE)
                  for name, value in document[part].items()),
                *_review(language, review, ("review",)),
                *note_fields(document),
            ),
        )  # fmt: skip


# Examples


def examples(topic: str, title: str, tree: Tree, others: int, notes: Mapping[str, Any]) -> Item:
    """The example messages of a topic that editors added."""
    path = examples_path(topic)
    known, (said, changed) = tree.get(path, ""), of_examples(notes, topic)
    return Item(
        id=f"examples.{topic}", sort=Sort.EXAMPLES, title=f"Example messages: {title}", path=path, topic=topic,
        sensitivity=Sensitivity.ORDINARY, **said,
        fields=(
            Field(
                name="lines", label="Messages that are about this topic", shape=Shape.LIST,
                value=_lines(message for _, message in examples_in(known)),
                help=f"One message a line, as people write. {others} others are there already.",
            ),
            *changed,
        ),
    )  # fmt: skip


def safety_example(notes: Mapping[str, Any]) -> Item:
    """A form for one more labelled message; it is added to those that editors proposed."""
    return Item(
        id="safety_example.new", sort=Sort.SAFETY_EXAMPLE, title="Label a message for danger", path=SAFETY_EXAMPLES,
        sensitivity=Sensitivity.SAFETY_CRITICAL, **of_safety_examples(notes),
        fields=(
            Field(name="message", label="The message", value="", shape=Shape.TEXT, required=True),
            Field(name="level", label="How dangerous", value="", choices=_choices(Level), required=True, shape=Shape.CHOICE),
            Field(name="kind", label="What kind", value="", choices=_choices(Kind), shape=Shape.CHOICE),
            Field(name="direction", label="Who does it to whom", value="", choices=_choices(Direction), shape=Shape.CHOICE),
            Field(name="time", label="When", value="", choices=_choices(Time), shape=Shape.CHOICE),
            Field(name="words", label="The words that show it", value="", help="As they stand in the message."),
            Field(name="because", label="If harmless, why", value="", choices=_choices(sorted(BECAUSE)), shape=Shape.CHOICE),
        ),
    )  # fmt: skip


def _choices(names: Iterable[object]) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), words(name)) for name in names)
