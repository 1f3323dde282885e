"""Who is sent where: the cases as data, and the rules that hold for every need there is."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.catalogue.hours import status
from bot.catalogue.matching import POINTS, Match, Need, match
from bot.catalogue.records import Access, Catalogue, Channel, Gender, Medium, Purpose, Schedule, Service
from bot.catalogue.table import OPEN, UNKNOWN, Table
from bot.catalogue.wording import default_wording
from bot.vocabulary import Kind, Level, Nation, Role, Topic
from tests.unit.catalogue.builders import ROOT, at, catalogue, hours, product, provenance, service
from tests.unit.catalogue.needs import INSTANTS, NEEDS

CASES = yaml.load((Path(__file__).parent / "matching_cases.yml").read_text("utf-8"), Loader=yaml.BaseLoader)
SHIPPED = product()
NOON = at("2026-11-25 12:00")


def _need(written: dict[str, Any]) -> Need:
    words: dict[str, Any] = {
        "role": Role,
        "nation": Nation,
        "level": Level,
        "language": str,
        "channel": Medium,
        "gender": Gender,
        "about": Gender,
    }
    return Need(
        topics=tuple(Topic(topic) for topic in written.get("topics", ())),
        kinds=frozenset(Kind(kind) for kind in written.get("kinds", ())),
        access=frozenset(Access(need) for need in written.get("access", ())),
        **{name: words[name](value) for name, value in written.items() if name in words},
    )


def _ids(matches: tuple[Match, ...]) -> list[str]:
    return [one.service.id for one in matches]


@pytest.mark.parametrize("case", CASES, ids=[case["says"] for case in CASES])
def test_the_case_holds(case: dict[str, Any]) -> None:
    """Each case of the data file, and every rule that holds for all of them."""
    need, now = _need(case["need"]), at(case["at"])
    found = match(SHIPPED, need, now)
    ids = _ids(found)
    assert ids[0] == case.get("first", ids[0])
    assert set(case.get("among", ())) <= set(ids)
    assert not set(case.get("without", ())) & set(ids)
    _keeps_the_rules(found, need, now)


def _keeps_the_rules(found: tuple[Match, ...], need: Need, now: datetime) -> None:
    services = [one.service for one in found]
    assert 1 <= len(services) <= 3
    assert len({record.id for record in services}) == len(services)
    assert all(one.why for one in found)
    assert any(status(s, now, channel=s.reach(need.channel)).open for s in services)
    assert (services[0].purpose is Purpose.EMERGENCY) == (need.level is Level.EMERGENCY)
    for record in services:
        _is_fit(record, need)
        if need.nation in (None, Nation.ELSEWHERE):
            assert len(record.nations) > 1
        if Kind.CHILD_USER in need.kinds:
            assert Kind.CHILD_USER in record.kinds or record.purpose is Purpose.EMERGENCY
        else:
            assert record.maximum_age is None


def _is_fit(record: Service, need: Need) -> None:
    assert record.takes(need.role or Role.UNSURE)
    assert record.purpose is not Purpose.EMERGENCY or need.level is Level.EMERGENCY
    if record.gender is Gender.WOMAN:
        assert Gender.WOMAN in (need.gender, need.about)
        assert need.gender is not Gender.MAN or need.role is Role.SUPPORTER
    if need.nation and need.nation is not Nation.ELSEWHERE:
        assert need.nation in record.nations


def test_there_are_enough_cases() -> None:
    """A table of cases that shrinks unnoticed would prove nothing."""
    assert len(CASES) >= 150
    assert len({case["says"] for case in CASES}) == len(CASES)


def test_every_service_is_some_visitors_match(shipped: Catalogue) -> None:
    """No record lies in the catalogue without a case that leads to it."""
    reached = {own for case in CASES for own in (*case.get("among", ()), case.get("first", ""))}
    assert {service.id for service in shipped.services} - reached == {"paladin"}
    need = Need(role=Role.VICTIM, nation=Nation.ENGLAND, gender=Gender.WOMAN, topics=(Topic.STALKING,))
    assert "paladin" in _ids(match(shipped, need, NOON))


@settings(max_examples=600, deadline=None)
@given(need=NEEDS, now=INSTANTS)
def test_the_rules_hold_for_any_need_at_any_minute(need: Need, now: datetime) -> None:
    """Whatever is known of a visitor, whenever they come, somebody fit answers, and nobody unfit is named."""
    found = match(SHIPPED, need, now)
    services = [one.service for one in found]
    assert 1 <= len(services) <= 3
    assert any(status(record, now).open for record in services)
    for record in services:
        _is_fit(record, need)


@settings(max_examples=200, deadline=None)
@given(now=INSTANTS, medium=st.sampled_from([None, *Medium]))
def test_the_columns_say_of_hours_what_the_card_says(now: datetime, medium: Medium | None) -> None:
    """The fast way to know who is open and the words on the card never differ."""
    table = Table(SHIPPED.services, SHIPPED.policy)
    states = table.open_at(now, medium, np.arange(table.size))
    for place, record in enumerate(table.services):
        told = status(record, now, channel=record.reach(medium)).open
        assert (None if states[place] == UNKNOWN else bool(states[place] == OPEN)) is told


def test_one_place_is_given_to_somebody_who_is_open() -> None:
    """With three better lines closed, the last gives way to one that answers."""
    closed = [service(f"day-{n}", schedule=hours(mon="09:00-10:00"), gender=Gender.MAN) for n in range(3)]
    listening = service("night", purpose=Purpose.LISTENING)
    found = match(catalogue(*closed, listening), Need(role=Role.VICTIM), NOON)
    assert _ids(found) == ["day-0", "day-1", "night"]


def test_nobody_open_is_no_reason_to_name_nobody() -> None:
    """When all are closed the best three are named anyway."""
    closed = [service(f"day-{n}", schedule=hours(mon="09:00-10:00")) for n in range(3)]
    assert len(match(catalogue(*closed), Need(), NOON)) == 3


def test_who_cannot_talk_is_given_a_written_line_that_is_open() -> None:
    """An open phone line does not count as open for someone who must write."""
    topics = (Topic.PETS, Topic.HOUSING)
    phone = service("phone", national_line=True, topics=frozenset({Topic.PETS}))
    chats = [_by_text(f"chat-{n}", hours(wed="20:00-21:00"), topics=frozenset({Topic.HOUSING})) for n in (1, 2)]
    text = _by_text("text", hours(wed="09:00-17:00"), purpose=Purpose.LISTENING)
    need = Need(channel=Medium.TEXT, nation=Nation.ENGLAND, topics=topics)
    assert _ids(match(catalogue(phone, *chats), need, NOON)) == ["chat-1", "phone", "chat-2"]
    assert _ids(match(catalogue(phone, *chats, text), need, NOON)) == ["chat-1", "phone", "text"]


def _by_text(own_id: str, schedule: Schedule, **changes: Any) -> Service:
    return service(own_id, channels=(Channel(medium=Medium.TEXT, value="07700 900123", schedule=schedule),), **changes)


@pytest.mark.parametrize(
    ("roles", "taken"),
    [
        ({Role.VICTIM, Role.OWN_BEHAVIOUR}, True),
        ({Role.VICTIM, Role.SUPPORTER}, False),
        ({Role.OWN_BEHAVIOUR, Role.SUPPORTER}, False),
        ({Role.UNSURE}, True),
    ],
)
def test_who_is_not_sure_is_taken_by_what_takes_both_sides(roles: set[Role], taken: bool) -> None:
    """They are one, the other or both; a line for one side must say itself that it takes them."""
    both = catalogue(service(roles=frozenset(roles)))
    assert bool(match(both, Need(), NOON)) is bool(match(both, Need(role=Role.UNSURE), NOON)) is taken


def test_while_the_nation_is_not_known_what_serves_every_nation_goes_first() -> None:
    """Of two that fit alike."""
    part = service("a-part", nations=frozenset({Nation.ENGLAND, Nation.WALES, Nation.SCOTLAND}))
    both = catalogue(part, service("b-whole"))
    assert _ids(match(both, Need(), NOON)) == ["b-whole", "a-part"]
    assert _ids(match(both, Need(nation=Nation.WALES), NOON)) == ["a-part", "b-whole"]


def test_an_adult_is_given_no_line_that_takes_only_children() -> None:
    """Even one that helps whatever the topic."""
    both = catalogue(service("children", maximum_age=18), service("anyone"))
    assert _ids(match(both, Need(role=Role.VICTIM), NOON)) == ["anyone"]


def test_the_limit_is_kept_and_one_pick_alone_is_an_open_one() -> None:
    """Asked for one, the answer is the best of those who are there now."""
    need = Need(role=Role.VICTIM, nation=Nation.ENGLAND)
    assert _ids(match(SHIPPED, need, NOON, limit=1)) == ["samaritans"]
    assert match(SHIPPED, need, NOON, limit=0) == ()


def test_an_empty_catalogue_gives_nothing() -> None:
    """No service is no error."""
    assert match(catalogue(), Need(), NOON) == ()


def test_a_record_past_its_grace_is_replaced_by_the_next() -> None:
    """Ninety days after its review date a record is gone and another stands in."""
    old = service("old", provenance=provenance(review_due=date(2026, 8, 26)), gender=Gender.MAN)
    both = catalogue(old, service("other"))
    assert "old" in _ids(match(both, Need(), at("2026-11-24 12:00")))
    assert _ids(match(both, Need(), at("2026-11-25 12:00"))) == ["other"]


def test_a_line_for_a_community_is_only_for_those_who_spoke_of_it() -> None:
    """Nobody is taken for LGBT+, or of a faith, who has not said a word of it."""
    circle = service("circle", communities=frozenset({Topic.LGBT}))
    assert match(catalogue(circle), Need(role=Role.VICTIM), NOON) == ()
    assert _ids(match(catalogue(circle), Need(topics=(Topic.LGBT,)), NOON)) == ["circle"]


def test_access_needs_and_language_raise_a_line() -> None:
    """Between equals, the line that can be used wins."""
    plain = service("a-plain")
    able = service("b-able", access=frozenset({Access.TEXT_RELAY}), languages=("en", "pl"))
    both = catalogue(plain, able)
    words = default_wording().why
    assert _ids(match(both, Need(), NOON)) == ["a-plain", "b-able"]
    by_access = match(both, Need(access=frozenset({Access.TEXT_RELAY})), NOON)
    by_language = match(both, Need(language="pl"), NOON)
    assert [m.why for m in (by_access[0], by_language[0])] == [words.access, words.language]


def test_staff_only_lines_are_never_a_visitors_way_in() -> None:
    """A professionals' number on a public record does not count as a channel."""
    staff = Channel(medium=Medium.TEXT, value="07700 900123", staff_only=True)
    record = service()
    record = replace(record, channels=(staff, *record.channels))
    assert record.reach(Medium.TEXT) is None
    assert record.public[0].medium is Medium.PHONE


def test_the_guide_lists_the_points_as_they_are() -> None:
    """The ranking that editors read about is the ranking that runs."""
    guide = (ROOT / "deploy" / "docs" / "catalogue.md").read_text("utf-8")
    for name, points in POINTS.items():
        assert f"| {name} | {points} |" in guide
