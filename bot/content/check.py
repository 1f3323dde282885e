"""Checks all content at once: every problem with its file, in plain words."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from bot.catalogue.load import load as load_catalogue
from bot.content.care import CareContent
from bot.content.examples import load_safety, load_topics
from bot.content.noted import noted_problems
from bot.content.replies import load as load_replies
from bot.content.responses import LANGUAGE, Responses, Variation, about, answers, conditions, language, load, readers
from bot.edition import added_topics
from bot.errors import ContentError
from bot.handoff.content import Wording
from bot.handoff.helplines import load_helplines
from bot.handoff.references import load_words
from bot.language.foreign import LANGUAGES
from bot.vocabulary import BESIDE_ENGLISH, Kind, Language, Nation, Role, Topic, know_topics

MOST_WORDS = 90  # of a first screen
MOST_BUTTONS = 5
MOST_TITLE = 34
# What must never stand before a visitor.
BANNED = (
    "just leave", "talk to him", "talk to her", "i understand how you feel", "i'm sorry you feel", "perpetrator", "victim",
    "why didn't you", "calm down", "anyone would",
)  # fmt: skip
# The only numbers that may stand in words; all others come from the catalogue, on cards.
NUMBERS = frozenset({"999", "112", "111", "101", "55"})
_DIGITS = re.compile(r"(?<![\w£])\d{3,}(?!\d)")
_YEARS = re.compile(r"(?:19|20)\d\d")
_MORE = re.compile(r'/more\{"topic": "([a-z_]+)"(?:, "part": "([a-z_]+)")?\}')
CHAT = (
    "welcome", "door", "greet_again", "noted", "go_on", "not_understood_1", "not_understood_2", "technical_problem",
    "safe_now", "unsafe_now", "cannot_talk", "for_a_child", "for_a_child_more",
    "firewall", "still_here", "nothing_more", "another_topic", "how_are_you", "inbox_first", "inbox_notice",
    "ask_nation", "ask_children", "ask_safe_to_chat",
    *(f"language_{code}" for code in LANGUAGES), *(f"role_offer_{role}" for role in Role), *(f"care_followup_{kind}" for kind in Kind),
)  # fmt: skip

# Where a button to somewhere stands, it may be reworded and not taken away.
STAY = frozenset({"/leave_quickly", "/safe_now", "/unsafe_now", "/cannot_talk"})
# Whom a wording may be for, by slot.
READERS: Mapping[str, Sequence[str]] = {"nation": list(Nation), "role": list(Role), LANGUAGE: BESIDE_ENGLISH}


def problems(root: Path) -> list[str]:
    """Every problem of the content under `root`."""
    from bot.language.cleanup import Cleaner  # with spaCy behind them, which the console needs for nothing else
    from bot.safety.patterns import Patterns

    found: list[str] = []
    added = added_topics(root)
    know_topics(added)
    for what, read in (
        ("data/safety/voices", lambda: load_safety(root / "data/safety/voices")),
        ("data/nlu", lambda: load_topics(root / "data/nlu")),
    ):
        try:
            read()
        except ContentError as error:
            found += [f"{what}/{line}" for line in error.problems]
    found += handoff_problems(root)
    found += noted_problems(root)
    for place, load_file in (
        ("data/safety/care.yml", _load_care),
        ("data/safety/cleanup.yml", Cleaner.load),
        ("data/safety/patterns", Patterns.load),
        ("data/helplines/replies.yml", load_replies),
    ):
        try:
            load_file(root / place)
        except ContentError as error:
            found += [f"{place}: {line}" for line in error.problems]
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            found.append(f"{place}: {' '.join(str(error).split())}")
    try:
        responses = load(root / "bot/domain/responses")
    except ContentError as error:
        return found + [f"bot/domain/responses/{line}" for line in error.problems]
    return found + list(wording_problems(responses, added))


def _load_care(path: Path) -> None:
    """Raises ContentError also for lines that must not be said."""
    content = CareContent.load(path)
    said = [
        line for words in (content, *content.languages.values()) for place in words.places() for line in words.at(place)
    ]
    if found := [problem for line in dict.fromkeys(said) for problem in text_problems(line)]:
        raise ContentError(found)


def wording_problems(responses: Responses, added: Collection[str] = ()) -> Iterable[str]:
    """Problems of the responses: what is missing, unreachable, too long, banned, unsourced or a stray number.

    `added`: the topics that editors added.
    """
    wanted = {f"utter_{name}" for name in (*Topic, *added, *CHAT)}
    yield from (f"{name} is missing" for name in sorted(wanted - set(responses)))
    explained = {name for name, variations in responses.items() if about(variations, variations[0]).get("explains")}
    # Whoever reads English must reach everything; a button in another language may lead nowhere else.
    reached = wanted | explained | _led_to(responses, Language.ENGLISH)
    led_to = reached.union(*(_led_to(responses, code) for code in Language))
    yield from (f"{name} can't be reached by any button" for name in sorted(set(responses) - reached))
    yield from (f"a button leads to {name}, which is missing" for name in sorted(led_to - set(responses)))
    for name, variations in responses.items():
        if sum(1 for v in variations if not v.get("condition")) != 1:
            yield f"{name} needs exactly one text without a condition"
        yield from (f"{name}: {problem}" for v in variations for problem in reader_problems(variations, v))
        for variation in variations:
            yield from (f"{name}: {problem}" for problem in variation_problems(variation))
        noted = about(variations, variations[0])
        if noted.get("sensitivity") == "factual" and not noted.get("source"):
            yield f"{name} states facts and names no source"


def handoff_problems(root: Path) -> list[str]:
    """Problems of the wording on the way to a person, and of the words that references are made of."""
    found: list[str] = []
    try:
        load_words(root / "data/handoff/words.txt")
    except ContentError as error:
        found += [f"data/handoff/{line}" for line in error.problems]
    try:
        wording = Wording.load(root / "data/handoff/wording.yml")
    except ContentError as error:
        return found + [f"data/handoff/{line}" for line in error.problems]
    picks = [pick.title for ask in wording.asks for pick in ask.choices]
    for text in (*wording.says.values(), *(ask.text for ask in wording.asks)):
        found += [f"data/handoff/wording.yml: {problem}" for problem in text_problems(text)]
    found += [
        f"data/handoff/wording.yml: button too long: {title}"
        for title in (*wording.titles.values(), *picks)
        if len(title) > MOST_TITLE
    ]
    return found


def helpline_problems(folder: Path, services: Path, *, today: date) -> list[str]:
    """Problems of a deployment's helplines; none where the catalogue can't be used at all, which `services` says."""
    try:
        catalogue = load_catalogue(services, today=today, strict=False)
    except ContentError:
        return []
    try:
        found = [str(problem) for problem in load_helplines(folder, catalogue).problems]
    except ContentError as error:
        found = error.problems
    return [f"{folder.name}/{line}" for line in found]


def reader_problems(variations: list[Variation], variation: Variation) -> Iterable[str]:
    """Problems of whom one of the variations is for, and of what it must keep of the one it is a translation of."""
    for slot, known in READERS.items():
        value = conditions(variation).get(slot)
        if value is not None and value not in known:
            yield f"there is no {slot} called {value!r}: {', '.join(known)}"
    code = language(variation)
    if code is None:
        return
    if code in READERS[LANGUAGE]:
        code = Language(code).label
    if "review" not in (variation.get("metadata") or {}):
        yield f"the wording in {code} says nothing of who still has to read it: `review`, empty once a speaker has"
    for one in variations:
        if readers(one) == readers(variation) and language(one) is None:
            lost = (leads(one) & STAY) - leads(variation)
            yield from (f"the wording in {code} lacks the button to {way}, a way to safety" for way in sorted(lost))


def leads(variation: Variation) -> set[str]:
    """Where the buttons of a wording lead."""
    return {str(button["payload"]) for button in variation.get("buttons") or []}


def _led_to(responses: Responses, code: str) -> set[str]:
    """The further parts that what is said in a language leads to."""
    found: set[str] = set()
    for variations in responses.values():
        for one in variations:
            if (language(one) or Language.ENGLISH) == code:
                pressed = [*leads(one), *answers([one], one).values()]
                found |= {f"utter_{m[1]}_{m[2] or 'more'}" for way in pressed if (m := _MORE.fullmatch(way))}
    return found


def variation_problems(variation: dict[str, Any]) -> Iterable[str]:
    """Problems of one wording and its buttons."""
    yield from text_problems(str(variation.get("text", "")))
    buttons = variation.get("buttons") or []
    if len(buttons) > MOST_BUTTONS:
        yield f"{len(buttons)} buttons, at most {MOST_BUTTONS}"
    yield from (f"button too long: {b['title']}" for b in buttons if len(b["title"]) > MOST_TITLE)


def text_problems(text: str) -> Iterable[str]:
    """Problems of words that a visitor reads."""
    if len(text.split()) > MOST_WORDS:
        yield f"{len(text.split())} words, at most {MOST_WORDS}: {text[:50]}…"
    yield from (f"never say {phrase!r}" for phrase in BANNED if phrase in text.lower())
    yield from (f"{mark!r} has no place here: {text[:40]}…" for mark in ("!", "[", "http") if mark in text)
    for number in _DIGITS.findall(text):
        if number not in NUMBERS and not _YEARS.fullmatch(number):
            yield f"the number {number} must come from the catalogue"
