"""The fast ranking by columns picks what a slow and obvious one picks, a service at a time."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.catalogue.freshness import Freshness, freshness
from bot.catalogue.hours import status
from bot.catalogue.matching import ABOUT_ONESELF, FITTING, LIFE, OWN_LINE_TOO, POINTS, WIDE, Need, match
from bot.catalogue.records import UK, Access, Catalogue, Confidence, Gender, Medium, Purpose, Service
from bot.vocabulary import Kind, Level, Nation, Role, Topic
from tests.bench.catalogue import many
from tests.unit.catalogue.builders import product, provenance
from tests.unit.catalogue.needs import INSTANTS, NEEDS

Aspect = tuple[Callable[[Service], bool], int]


def _picks(catalogue: Catalogue, need: Need, now: datetime, limit: int) -> list[str]:
    left = sorted((s for s in catalogue.services if _allowed(s, catalogue, need, now)), key=_tie)
    answering = [s for s in left if _open(s, need, now) and (not need.channel or s.reach(need.channel))]
    answering = answering or [s for s in left if _open(s, need, now)]
    picked: list[Service] = []
    while left and len(picked) < limit:
        best = min(left, key=lambda s: -_points(s, picked, need, now))
        there = [s for s in left if s in answering]
        if len(picked) == limit - 1 and there and not any(s in answering for s in (*picked, best)):
            best = min(there, key=lambda s: -_points(s, picked, need, now))
        picked.append(best)
        left.remove(best)
    if not (need.kinds & LIFE or ABOUT_ONESELF & set(need.topics)):
        picked = [s for last in (False, True) for s in picked if (s.purpose is Purpose.LISTENING) is last]
    return [s.id for s in picked]


def _tie(s: Service) -> tuple[int, int, str, str]:
    return -len({channel.medium for channel in s.public}), len(s.topics) + len(s.kinds), s.name, s.id


def _open(s: Service, need: Need, now: datetime) -> bool | None:
    return status(s, now, channel=s.reach(need.channel)).open


def _allowed(s: Service, catalogue: Catalogue, need: Need, now: datetime) -> bool:
    fits = any(_on(s, topic, need) for topic in need.topics) or bool(s.kinds & need.kinds)
    woman = need.about if need.role is Role.SUPPORTER and need.about else need.gender
    if not s.takes(need.role or Role.UNSURE) or freshness(s, catalogue.policy, now.date()) is Freshness.EXPIRED:
        return False
    if need.nation is Nation.ELSEWHERE and len(s.nations) < WIDE:
        return False
    if need.nation is None and len(s.nations) < (FITTING if fits else WIDE):
        return False
    if need.nation not in (None, Nation.ELSEWHERE, *s.nations):
        return False
    if s.purpose is Purpose.EMERGENCY and need.level is not Level.EMERGENCY:
        return False
    if s.purpose is Purpose.SPECIALIST and not fits:
        return False
    if s.communities and not s.communities & set(need.topics):
        return False
    if Kind.CHILD_USER in need.kinds:
        return Kind.CHILD_USER in s.kinds or s.purpose is Purpose.EMERGENCY
    if s.maximum_age is not None and s.maximum_age <= 18:
        return False
    if woman is not Gender.WOMAN:
        return s.gender is not Gender.WOMAN
    return s.gender is not Gender.MAN or (need.role is Role.SUPPORTER and not need.about)


def _points(s: Service, picked: list[Service], need: Need, now: datetime) -> int:
    points = sum(worth for has, worth in _fixed(need, now) if has(s))
    for has, worth in _aspects(need):
        for one in picked:
            worth = worth // 2 if has(one) else worth
        points += worth if has(s) else 0
    return points


def _fixed(need: Need, now: datetime) -> list[Aspect]:
    own_side = need.role in (None, Role.UNSURE, Role.OWN_BEHAVIOUR)
    nation = need.nation if need.nation is not Nation.ELSEWHERE else None
    called = [c for c in Medium if c is not Medium.WEBSITE]
    return [
        (lambda s: s.purpose is Purpose.EMERGENCY, POINTS["emergency"]),
        (lambda s: s.purpose is Purpose.LISTENING, POINTS["listening"]),
        (lambda s: Kind.CHILD_USER in need.kinds and (s.maximum_age or 99) <= 18, POINTS["children"]),
        (lambda s: s.national_line and nation in s.nations, POINTS["nation"]),
        (lambda s: need.nation is None and s.nations >= set(UK), POINTS["everywhere"]),
        (lambda s: bool(need.channel and s.reach(need.channel)), POINTS["channel"]),
        (lambda s: bool(need.channel and s.channel(need.channel)), POINTS["exact channel"]),
        (lambda s: need.language not in (None, "", "en") and need.language in s.languages, POINTS["language"]),
        *((lambda s, one=one: one in s.access, POINTS["access"]) for one in need.access),
        (lambda s: own_side and Role.OWN_BEHAVIOUR in s.roles and s.purpose is Purpose.GENERAL, POINTS["own side"]),
        (lambda s: _open(s, need, now) is True, POINTS["open"]),
        (
            lambda s: _open(s, need, now) is None and any(s.channel(medium) for medium in called),
            POINTS["perhaps open"],
        ),
    ]


def _aspects(need: Need) -> list[Aspect]:
    cues = need.kinds - {Kind.CHILD_USER}
    return [
        *((lambda s, kind=kind: kind in s.kinds, POINTS["life cue" if kind in LIFE else "cue"]) for kind in cues),
        *((lambda s, topic=topic: _on(s, topic, need), POINTS["topic"]) for topic in set(need.topics)),
        (lambda s: s.purpose is Purpose.GENERAL, POINTS["general"]),
        (lambda s: s.gender is Gender.MAN, POINTS["men"]),
        (lambda s: s.gender is Gender.WOMAN, POINTS["women"]),
    ]


def _on(s: Service, topic: Topic, need: Need) -> bool:
    own = need.role is Role.OWN_BEHAVIOUR and topic in OWN_LINE_TOO
    child = need.role is Role.SUPPORTER and topic is Topic.CHILDREN and Topic.CHILD_WORRY in s.topics
    return topic in s.topics or child or (own and Role.OWN_BEHAVIOUR in s.roles and s.purpose is Purpose.GENERAL)


def _varied(size: int, seed: int) -> Catalogue:
    """Made-up services with all that a record may say, some overdue, expired, unsure or for few."""
    chooser = random.Random(seed)
    made = many(size, seed)
    return Catalogue(services=tuple(_vary(s, chooser) for s in made.services), policy=made.policy)


def _vary(s: Service, chooser: random.Random) -> Service:
    due = date(2026, 11, 25) + timedelta(days=chooser.choice((-400, -100, -20, 20, 100, 300)))
    vital = chooser.random() < 0.05
    channels = s.channels
    if chooser.random() < 0.2:
        seen = date(2026, 11, 25) - timedelta(days=chooser.choice((10, 300, 400)))
        channels = tuple(replace(c, schedule=replace(c.schedule, seen=seen)) for c in channels)
    return replace(
        s,
        channels=channels,
        topics=frozenset(chooser.sample(list(Topic), chooser.randint(0, 30))),  # many fit, so that points decide
        kinds=frozenset(chooser.sample(list(Kind), chooser.randint(0, 12))),
        provenance=provenance(review_due=due, confidence=chooser.choice(list(Confidence))),
        national_line=chooser.random() < 0.1,
        emergency_line=vital,
        maximum_age=chooser.choice((None, None, None, None, 18, 25)),
        communities=frozenset(chooser.sample(list(Topic), 1)) if chooser.random() < 0.1 else frozenset(),
        languages=("en", *chooser.sample(("cy", "pl", "ur"), chooser.randint(0, 2))),
        access=frozenset(chooser.sample(list(Access), chooser.randint(0, 2))),
    )


SHIPPED = product()
MADE_UP = [_varied(size, seed) for seed, size in enumerate((2, 30, 120, 400))]


@settings(max_examples=300, deadline=None)
@given(catalogue=st.sampled_from(MADE_UP), need=NEEDS, now=INSTANTS, limit=st.integers(0, 5))
def test_made_up_services_are_picked_as_the_slow_way_picks_them(
    catalogue: Catalogue, need: Need, now: datetime, limit: int
) -> None:
    """Same services, same order, whatever the need, the minute and the catalogue."""
    assert [one.service.id for one in match(catalogue, need, now, limit)] == _picks(catalogue, need, now, limit)


@settings(max_examples=150, deadline=None)
@given(need=NEEDS, now=INSTANTS)
def test_our_services_are_picked_as_the_slow_way_picks_them(need: Need, now: datetime) -> None:
    """The catalogue as shipped, too."""
    assert [one.service.id for one in match(SHIPPED, need, now)] == _picks(SHIPPED, need, now, 3)
