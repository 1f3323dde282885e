"""Reads who does what to whom around an act: "my wife hits me" from "I hit my wife".

Works on plain tokens, without a parsed sentence: the nearest person before the act does it and the nearest after
it suffers it, unless the act is passive ("got hit by", "was slapped"). Unsure readings say nothing.
"""

from collections.abc import Sequence
from enum import StrEnum

from bot.vocabulary import Direction


class Person(StrEnum):
    """Whom a word stands for."""

    WRITER = "writer"
    CHILD = "child"
    OTHER = "other"


REACH = 6  # tokens on either side of the act
_WRITER = frozenset(["i", "me", "my", "us", "myself", "we", "meself", "mine", "i'm", "i've", "i'd", "i'll"])
_CHILD = frozenset(
    [
        "kid",
        "kids",
        "child",
        "children",
        "baby",
        "babby",
        "bairn",
        "bairns",
        "wean",
        "weans",
        "toddler",
        "daughter",
        "son",
        "boy",
        "girl",
        "lad's",
        "bab",
        "babies",
    ]
)
_OTHER = frozenset(
    [
        "he",
        "she",
        "they",
        "him",
        "her",
        "them",
        "his",
        "their",
        "himself",
        "herself",
        "wife",
        "husband",
        "partner",
        "girlfriend",
        "boyfriend",
        "ex",
        "missus",
        "fella",
        "bloke",
        "mum",
        "mam",
        "dad",
        "mother",
        "father",
        "brother",
        "sister",
        "mate",
        "friend",
        "man",
        "woman",
        "uncle",
        "aunt",
        "auntie",
        "cousin",
        "nan",
        "grandad",
        "neighbour",
        "lass",
        "lad",
        "fiance",
        "fiancee",
        "stepdad",
        "stepmum",
        "someone",
        "somebody",
        "he's",
        "she's",
        "he'd",
        "she'd",
        "they're",
        "family",
        "brothers",
        "parents",
        "in-laws",
        "pal",
    ]
)
_POSSESSIVE = frozenset(["my", "his", "her", "their", "our", "your", "mi", "wor"])
_PASSIVE = frozenset(["got", "get", "gets", "getting", "been", "being", "was", "were", "is", "are", "am", "be"])
_STOP = frozenset([".", "!", "?", ";", "but", "because", "while", "when", "that", "if", "then", "so", "and"])


def person(tokens: Sequence[str], at: int) -> Person | None:
    """Whom the token at `at` stands for; a possessive before a noun ("my wife") stands for nobody itself."""
    word = tokens[at]
    if word in _POSSESSIVE and at + 1 < len(tokens) and tokens[at + 1].isalpha():
        following = tokens[at + 1]
        if following in _CHILD | _OTHER or word in ("my", "our", "their", "his"):
            return None
    if word in _WRITER:
        return Person.WRITER
    if word in _CHILD:
        return Person.CHILD
    return Person.OTHER if word in _OTHER else None


def direction(tokens: Sequence[str], start: int, end: int) -> Direction | None:
    """Who does the act at `tokens[start:end]` to whom, or None when the words do not tell.

    `tokens` are lower-case words of one message.
    """
    before = _nearest(tokens, range(start - 1, max(-1, start - 1 - REACH), -1))
    after = _nearest(tokens, range(end, min(len(tokens), end + REACH)))
    passive = any(t in _PASSIVE for t in tokens[max(0, start - 2) : start])
    by = next((i for i in range(end, min(len(tokens), end + 4)) if tokens[i] in ("by", "off", "from")), None)
    if passive and (by is not None or after is None):
        agent = _nearest(tokens, range(by + 1, min(len(tokens), by + 1 + REACH))) if by is not None else None
        return _direction(agent or (Person.OTHER if before is Person.WRITER else None), before)
    if before is None and after is not None and start <= 1:
        before = Person.WRITER if after is not Person.WRITER else Person.OTHER  # "grabbed her throat last night"
    return _direction(before, after)


def _nearest(tokens: Sequence[str], places: range) -> Person | None:
    for at in places:
        if tokens[at] in _STOP:
            return None
        found = person(tokens, at)
        if found is not None:
            return found
    return None


def _direction(agent: Person | None, patient: Person | None) -> Direction | None:
    if agent is None or patient is None:
        return None
    if agent is Person.WRITER:
        return Direction.BY_WRITER if patient is not Person.WRITER else None
    if patient is Person.WRITER:
        return Direction.TO_WRITER
    return Direction.TO_CHILD if patient is Person.CHILD else Direction.TO_OTHER
