"""Who is sent where: at most three services, best first, one of them open now or round the clock.

A service collects the points of every reason it fits for. A cue or topic that one pick has answered counts
half for the next, so three lines about housing do not crowd out somebody to talk to.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.catalogue.records import UK, Access, Catalogue, Gender, Medium, Purpose, Service
from bot.catalogue.table import OPEN, UNKNOWN, Flags, Rows, States, Table
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
    "everywhere": 20,
    "perhaps open": 10,
    "exact channel": 10,
}
LIFE = frozenset({Kind.SUICIDE, Kind.SELF_HARM, Kind.SUICIDE_OTHER})
# What the line for those who hurt is for as much as a line that has the topic: "ring the line below", say these
# wordings to them, and mean that one. Where they name another line, as for mental health, that one stays first.
OWN_LINE_TOO = frozenset({Topic.FEELINGS, Topic.SOMEONE_TO_TALK_TO, Topic.SUBSTANCE_USE})
# What a line that listens to anyone is the first answer to. To all else it comes last: who asks whom to tell that
# they are hit is asking for somebody who knows about that.
ABOUT_ONESELF = frozenset({Topic.FEELINGS, Topic.MENTAL_HEALTH})
POINT = np.int32  # a plain int would make every product an array of 64 bits
Points = NDArray[np.int32]
Weighed = tuple[Flags, np.int32]
GONE = POINT(-1)  # the points of who is picked already: fewer than anybody has, and they only fall
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
    rows = np.flatnonzero(_allowed(table, need, at))  # few of all: whatever follows looks at these alone
    state = table.open_at(at, need.channel, rows)
    aspects = [(flags[rows], points) for flags, points in _aspects(table, need)]
    total = _total(table, need, rows, state)
    for flags, points in aspects:
        total += flags * points
    picked = _pick(total, aspects, _answering(table, need, rows, state), limit)
    services = [table.services[rows[place]] for place in picked]
    if not (need.kinds & LIFE or ABOUT_ONESELF.intersection(need.topics)):
        services.sort(key=lambda service: service.purpose is Purpose.LISTENING)
    return tuple(Match(service=service, why=reason(service, need, words)) for service in services)


@lru_cache(maxsize=4)
def _table(catalogue: Catalogue) -> Table:
    return Table(catalogue.services, catalogue.policy)


def _pick(total: Points, aspects: list[Weighed], answering: Flags, limit: int) -> list[int]:
    """The places with the most points, one after the other; `total` is used up. No place has less than none."""
    picked: list[int] = []
    while len(picked) < min(limit, len(total)):
        place = int(np.argmax(total))
        if len(picked) == limit - 1 and not any(answering[[*picked, place]]) and answering.any():
            place = int(np.argmax(np.where(answering, total, GONE)))
        picked.append(place)
        total[place] = GONE
        for number, (flags, points) in enumerate(aspects):
            if flags[place]:
                aspects[number] = flags, POINT(points // 2)
                total -= flags * POINT(points - points // 2)
    return picked


def _answering(table: Table, need: Need, rows: Rows, state: States) -> Flags:
    """Who answers at this minute, in the way asked for; if nobody does, who answers at all."""
    answers: Flags = state == OPEN
    by_wish = answers & table.reach[need.channel][rows] if need.channel else answers
    return by_wish if by_wish.any() else answers


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
    named = (*(_on(table, t, need) for t in need.topics), *(table.kinds[k] for k in need.kinds))
    return _any(table.none, named)


def _any(none: Flags, columns: Iterable[Flags]) -> Flags:
    found = none.copy()
    for flags in columns:
        found |= flags
    return found


def _total(table: Table, need: Need, rows: Rows, state: States) -> Points:
    """The points of each row that do not depend on what else is picked."""
    total: Points = np.zeros(len(rows), dtype=POINT)
    for flags, points in _fixed(table, need):
        total += flags[rows] * points
    total += (state == OPEN) * POINT(POINTS["open"])
    total += ((state == UNKNOWN) & table.answered[rows]) * POINT(POINTS["perhaps open"])
    return total


def _fixed(table: Table, need: Need) -> list[Weighed]:
    """What a service has for itself, whatever else is picked."""
    fixed = [_weighed(table.purposes[Purpose.LISTENING], "listening")]
    if need.level is Level.EMERGENCY:
        fixed.append(_weighed(table.purposes[Purpose.EMERGENCY], "emergency"))
    if Kind.CHILD_USER in need.kinds:
        fixed.append(_weighed(table.children_only, "children"))
    if need.nation and need.nation is not Nation.ELSEWHERE:
        fixed.append(_weighed(table.national & table.nations[need.nation], "nation"))
    if need.nation is None:
        fixed.append(_weighed(table.nation_count == len(UK), "everywhere"))
    if need.channel:
        fixed.append(_weighed(table.reach[need.channel], "channel"))
        fixed.append(_weighed(table.media[need.channel], "exact channel"))
    if need.language and need.language != "en":
        fixed.append(_weighed(table.languages.get(need.language, table.none), "language"))
    fixed += [_weighed(table.access[wanted], "access") for wanted in need.access]
    if need.role in (None, Role.UNSURE, Role.OWN_BEHAVIOUR):
        fixed.append(_weighed(_own_lines(table), "own side"))
    return fixed


def _aspects(table: Table, need: Need) -> list[Weighed]:
    """What a pick can answer, with its points: cues, topics, abuse as such, one's own gender."""
    cues = sorted(need.kinds - {Kind.CHILD_USER})
    aspects = [_weighed(table.kinds[kind], "life cue" if kind in LIFE else "cue") for kind in cues]
    aspects += [_weighed(_on(table, topic, need), "topic") for topic in dict.fromkeys(need.topics)]
    aspects.append(_weighed(table.purposes[Purpose.GENERAL], "general"))
    aspects.append(_weighed(table.genders[Gender.MAN], "men"))
    aspects.append(_weighed(table.genders[Gender.WOMAN], "women"))
    return aspects


def _on(table: Table, topic: Topic, need: Need) -> Flags:
    """Who answers to a topic. Whoever is no parent here and asks about the children is an adult worried about a child."""
    if need.role is Role.SUPPORTER and topic is Topic.CHILDREN:
        return table.topics[topic] | table.topics[Topic.CHILD_WORRY]
    if need.role is Role.OWN_BEHAVIOUR and topic in OWN_LINE_TOO:
        return table.topics[topic] | _own_lines(table)
    return table.topics[topic]


def _own_lines(table: Table) -> Flags:
    """The lines for those who hurt, whatever the topic."""
    return table.roles[Role.OWN_BEHAVIOUR] & table.purposes[Purpose.GENERAL]


def _weighed(flags: Flags, reason: str) -> Weighed:
    return flags, POINT(POINTS[reason])


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
