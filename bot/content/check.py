"""Checks all content at once: every problem with its file, in plain words."""

import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from bot.content.care import CareContent
from bot.content.examples import load_safety, load_topics
from bot.content.replies import load as load_replies
from bot.content.responses import Responses, answers, load
from bot.edition import added_topics
from bot.errors import ContentError
from bot.handoff.content import Wording
from bot.handoff.references import load_words
from bot.language.foreign import LANGUAGES
from bot.vocabulary import Kind, Role, Topic, know_topics

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
    for place, load_file in (
        ("data/safety/care.yml", CareContent.load),
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


def wording_problems(responses: Responses, added: Collection[str] = ()) -> Iterable[str]:
    """Problems of the responses: what is missing, unreachable, too long, banned, unsourced or a stray number.

    `added`: the topics that editors added.
    """
    wanted = {f"utter_{name}" for name in (*Topic, *added, *CHAT)}
    yield from (f"{name} is missing" for name in sorted(wanted - set(responses)))
    reached = wanted | {f"utter_{m[1]}_{m[2] or 'more'}" for m in _MORE.finditer(_payloads(responses))}
    reached |= {name for name, variations in responses.items() if (variations[0].get("metadata") or {}).get("explains")}
    yield from (f"{name} can't be reached by any button" for name in sorted(set(responses) - reached))
    yield from (f"a button leads to {name}, which is missing" for name in sorted(reached - set(responses)))
    for name, variations in responses.items():
        if sum(1 for v in variations if not v.get("condition")) != 1:
            yield f"{name} needs exactly one text without a condition"
        for variation in variations:
            yield from (f"{name}: {problem}" for problem in variation_problems(variation))
        about = variations[0].get("metadata") or {}
        if about.get("sensitivity") == "factual" and not about.get("source"):
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


def _payloads(responses: Responses) -> str:
    variations = [v for vs in responses.values() for v in vs]
    pressed = [b["payload"] for v in variations for b in v.get("buttons") or []]
    return "\n".join(pressed + [p for v in variations for p in answers([v], v).values()])


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
