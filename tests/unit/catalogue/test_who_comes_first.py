"""Who is named first, for every door, nation, topic and cue: what a helpline worker would want it to be."""

from itertools import product as every

import pytest

from bot.catalogue.matching import ABOUT_ONESELF, LIFE, Need, match
from bot.catalogue.records import Catalogue, Gender, Purpose, Service
from bot.vocabulary import Kind, Level, Nation, Role, Topic, help_topics
from tests.unit.catalogue.builders import at

HOURS = (at("2026-11-25 12:00"), at("2026-11-28 03:00"))
ROLES, NATIONS = (None, *Role), (None, *Nation)
ASKED = [
    Need(role=role, nation=nation, topics=(topic,) if topic else ())
    for role, nation, topic in every(ROLES, NATIONS, (None, *help_topics()))
]
NOTICED = [
    Need(role=role, nation=nation, kinds=frozenset({kind}), level=level)
    for role, nation, kind, level in every(ROLES, NATIONS, Kind, (Level.URGENT, Level.EMERGENCY))
]
ALL = [*ASKED, *NOTICED]
SIDES = {Role.VICTIM, Role.OWN_BEHAVIOUR}


def _of_oneself(need: Need) -> bool:
    return bool(need.kinds & LIFE or ABOUT_ONESELF & set(need.topics))


def _named(shipped: Catalogue, need: Need) -> list[list[Service]]:
    """Who is named, 999 aside, at noon and at night."""
    found = [[one.service for one in match(shipped, need, hour)] for hour in HOURS]
    return [[service for service in services if service.purpose is not Purpose.EMERGENCY] for services in found]


def test_who_listens_to_anyone_comes_after_the_lines_about_abuse(shipped: Catalogue) -> None:
    """Unless it is about suicide, self-harm or how somebody feels in themselves."""
    for need in ALL:
        for services in _named(shipped, need):
            last = [service.purpose is Purpose.LISTENING for service in services]
            assert _of_oneself(need) or last == sorted(last), (need, [service.id for service in services])


def test_the_first_line_is_about_abuse_or_about_what_was_asked(shipped: Catalogue) -> None:
    """Somebody to talk to, too; Northern Ireland alone has no checked line for those who hurt."""
    for need in ALL:
        for first, *_ in _named(shipped, need):
            fits = first.topics & {*need.topics} or first.kinds & need.kinds
            child = (
                need.role is Role.SUPPORTER and need.topics == (Topic.CHILDREN,) and Topic.CHILD_WORRY in first.topics
            )
            without = need.role is Role.OWN_BEHAVIOUR and need.nation is Nation.NORTHERN_IRELAND
            assert first.purpose is Purpose.GENERAL or fits or child or without, (need, first.id)


def test_the_first_line_takes_who_is_writing_where_they_live(shipped: Catalogue) -> None:
    """Whoever they are and wherever."""
    for need in ALL:
        for first, *_ in _named(shipped, need):
            assert first.takes(need.role or Role.UNSURE), (need, first.id)
            assert need.nation in (None, Nation.ELSEWHERE, *first.nations), (need, first.id)


@pytest.mark.parametrize("gender", [None, Gender.MAN])
def test_a_man_is_sent_to_no_line_for_women(gender: Gender | None, shipped: Catalogue) -> None:
    """Nor is anybody who has not said that they are a woman."""
    for need in (n for n in ALL if n.role is not Role.SUPPORTER):
        asked = Need(role=need.role, nation=need.nation, topics=need.topics, kinds=need.kinds, gender=gender)
        for services in _named(shipped, asked):
            assert all(service.gender is not Gender.WOMAN for service in services), need


def test_each_of_both_sides_gets_the_line_of_its_own(shipped: Catalogue) -> None:
    """Nobody who hurts is sent to a line for those who are hurt, nor the other way round."""
    for need in (n for n in ALL if n.role in SIDES):
        (other,) = SIDES - {need.role}
        for services in _named(shipped, need):
            assert all(s.roles & SIDES != {other} for s in services), need


@pytest.mark.parametrize("kind", [Kind.STRANGULATION, Kind.MEDICAL])
def test_what_the_body_needs_is_not_under_the_name_of_mental_health(kind: Kind, shipped: Catalogue) -> None:
    """The number that gives medical advice is named as what it is, and its mental health option is told beside it."""
    need = Need(role=Role.VICTIM, nation=Nation.ENGLAND, kinds=frozenset({kind}), level=Level.EMERGENCY)
    for first, *_ in _named(shipped, need):
        assert (first.id, first.name) == ("nhs-111", "NHS 111")
        assert "medical advice" in first.audience and "mental health press 2" in (first.note or "")
    for need in ALL:
        for first, *_ in _named(shipped, need):
            assert _of_oneself(need) or "mental health" not in first.name.casefold(), need
