"""Who is sent where: at most three services, best first, one of them open now or round the clock.

A service collects the points of every reason it fits for. A cue or topic that one pick has answered counts
half for the next, so three lines about housing do not crowd out somebody to talk to.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

import numpy as np

from bot.catalogue.records import Access, Catalogue, Gender, Medium, Purpose, Service
from bot.catalogue.table import OPEN, UNKNOWN, Flags, Numbers, Table
from bot.catalogue.wording import WhyWords, Wording, default_wording
from bot.vocabulary import Kind, Level, Nation, Role, Topic

POINTS = {
    "emergency": 1000,
    "children": 500,
    "life cue": 300,  # suicide and self-harm, also someone else's
    "channel": 240,
    "nation": 200,
    "cue": 120,
    "topic": 115,
    "women": 100,
    "general": 60,
    "men": 40,
    "own side": 35,  # the line for those who hurt stays in sight, for who is not sure too
    "language": 30,
    "access": 30,
    "listening": 15,
    "open": 25,
    "perhaps open": 10,
    "exact channel": 10,
}
LIFE = frozenset({Kind.SUICIDE, Kind.SELF_HARM, Kind.SUICIDE_OTHER})
WIDE, FITTING = 3, 2  # nations a service must cover when the visitor's is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What is known of a visitor, perhaps nothing. `about` is the gender of the person worried about."""

    role: Role | None = None
    nation: Nation | None = None
    topics: tuple[Topic, ...] = ()
    kinds: frozenset[Kind] = field(default_factory=frozenset)
    level: Level = Level.NONE
    language: str | None = None
    channel: Medium | None = None
    gender: Gender | None = None
    about: Gender | None = None
    access: frozenset[Access] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A service and the one line that says why it was picked."""

    service: Service
    why: str


def match(
    catalogue: Catalogue, need: Need, at: datetime, limit: int = 3, *, wording: Wording | None = None
) -> tuple[Match, ...]:
    """The best services for a need at an aware instant."""
    table = _table(catalogue)
    words = (wording or default_wording()).why
    allowed = _allowed(table, need, at)
    state = table.open_at(at, need.channel)
    fixed = _fixed_points(table, need) + np.where(state == OPEN, POINTS["open"], 0)
    fixed += np.where((state == UNKNOWN) & table.answered, POINTS["perhaps open"], 0)
    aspects = _aspects(table, need)
    answering = _answering(table, need, allowed, state)
    picked: list[int] = []
    while len(picked) < limit and allowed.any():
        place = _best(fixed, aspects, allowed)
        if len(picked) == limit - 1 and not answering[[*picked, place]].any() and (allowed & answering).any():
            place = _best(fixed, aspects, allowed & answering)
        picked.append(place)
        allowed[place] = False
        aspects = [(flags, points // 2 if flags[place] else points) for flags, points in aspects]
    return tuple(
        Match(service=table.services[place], why=reason(table.services[place], need, words)) for place in picked
    )


@lru_cache(maxsize=4)
def _table(catalogue: Catalogue) -> Table:
    return Table(catalogue.services, catalogue.policy)


def _answering(table: Table, need: Need, allowed: Flags, state: Numbers) -> Flags:
    """Who answers at this minute, in the way asked for; if nobody does, who answers at all."""
    answers: Flags = state == OPEN
    by_wish = answers & table.reach[need.channel] if need.channel else answers
    return by_wish if (allowed & by_wish).any() else answers


def _best(fixed: Numbers, aspects: list[tuple[Flags, int]], allowed: Flags) -> int:
    total = fixed.copy()
    for flags, points in aspects:
        total += flags * points
    return int(np.argmax(np.where(allowed, total, -1)))


def _allowed(table: Table, need: Need, at: datetime) -> Flags:
    """Who may be shown at all: the rules no ranking can overrule."""
    fits = _fitting(table, need)
    allowed = table.roles[need.role or Role.UNSURE] & table.usable(at.date())
    if need.nation in (None, Nation.ELSEWHERE):
        wide = table.nation_count >= WIDE
        allowed &= wide if need.nation else wide | (fits & (table.nation_count >= FITTING))
    else:
        allowed &= table.nations[need.nation]
    if need.level is not Level.EMERGENCY:
        allowed &= ~table.purposes[Purpose.EMERGENCY]
    allowed &= ~table.purposes[Purpose.SPECIALIST] | fits
    allowed &= ~table.closed_circle | _any(table.none, (table.communities[topic] for topic in need.topics))
    if Kind.CHILD_USER in need.kinds:
        return allowed & (table.kinds[Kind.CHILD_USER] | table.purposes[Purpose.EMERGENCY])
    allowed &= ~table.children_only
    if not _helps_a_woman(need):
        allowed &= ~table.genders[Gender.WOMAN]
    elif need.role is not Role.SUPPORTER or need.about:
        allowed &= ~table.genders[Gender.MAN]
    return allowed


def _helps_a_woman(need: Need) -> bool:
    """True when the visitor said that the person who needs the line is a woman; unknown is no."""
    if need.role is Role.SUPPORTER and need.about:
        return need.about is Gender.WOMAN
    return need.gender is Gender.WOMAN


def _fitting(table: Table, need: Need) -> Flags:
    named = (*(table.topics[t] for t in need.topics), *(table.kinds[k] for k in need.kinds))
    return _any(table.none, named)


def _any(none: Flags, columns: Iterable[Flags]) -> Flags:
    found = none.copy()
    for flags in columns:
        found |= flags
    return found


def _fixed_points(table: Table, need: Need) -> Numbers:
    """Points that do not depend on what else is picked."""
    total = table.purposes[Purpose.EMERGENCY] * POINTS["emergency"]
    total = total + table.purposes[Purpose.LISTENING] * POINTS["listening"]
    if Kind.CHILD_USER in need.kinds:
        total += table.children_only * POINTS["children"]
    if need.nation and need.nation is not Nation.ELSEWHERE:
        total += (table.national & table.nations[need.nation]) * POINTS["nation"]
    if need.channel:
        total += table.reach[need.channel] * POINTS["channel"]
        total += table.media[need.channel] * POINTS["exact channel"]
    if need.language and need.language != "en":
        total += table.languages.get(need.language, table.none) * POINTS["language"]
    for wanted in need.access:
        total += table.access[wanted] * POINTS["access"]
    if need.role in (None, Role.UNSURE, Role.OWN_BEHAVIOUR):
        own = table.roles[Role.OWN_BEHAVIOUR] & table.purposes[Purpose.GENERAL]
        total += own * POINTS["own side"]
    return total.astype(np.int64)


def _aspects(table: Table, need: Need) -> list[tuple[Flags, int]]:
    """What a pick can answer, with its points: cues, topics, abuse as such, one's own gender."""
    cues = sorted(need.kinds - {Kind.CHILD_USER})
    aspects = [(table.kinds[kind], POINTS["life cue" if kind in LIFE else "cue"]) for kind in cues]
    aspects += [(table.topics[topic], POINTS["topic"]) for topic in dict.fromkeys(need.topics)]
    aspects.append((table.purposes[Purpose.GENERAL], POINTS["general"]))
    aspects.append((table.genders[Gender.MAN], POINTS["men"]))
    aspects.append((table.genders[Gender.WOMAN], POINTS["women"]))
    return aspects


def reason(service: Service, need: Need, words: WhyWords) -> str:
    """The strongest reason for a pick, in the order of the points; a word without wording gives none."""
    cues = {kind for kind in service.kinds & need.kinds if kind in words.cue}
    topics = [topic for topic in need.topics if topic in service.topics and topic in words.topic]
    life = sorted(cues & LIFE)
    other = sorted(cues - LIFE - {Kind.CHILD_USER})
    wanted = service.reach(need.channel) if need.channel else None
    if service.purpose is Purpose.EMERGENCY:
        return words.emergency
    if Kind.CHILD_USER in cues and service.maximum_age is not None:
        return words.children
    if life:
        return words.cue[life[-1]]
    if wanted:
        return words.channel[wanted.medium]
    if service.national_line and need.nation in service.nations:
        return words.nation
    if other:
        return words.cue[other[0]]
    if topics:
        return words.topic[topics[0]]
    if service.gender:
        return words.women if service.gender is Gender.WOMAN else words.men
    if need.language and need.language != "en" and need.language in service.languages:
        return words.language
    if need.access & service.access:
        return words.access
    if service.purpose is Purpose.LISTENING:
        return words.listening
    return words.role[need.role] if need.role else words.general
