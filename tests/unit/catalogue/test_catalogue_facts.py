"""The shipped records are the facts that were gathered: all of them, nothing beside them."""

import re
from typing import Any

import pytest
import yaml

from bot.catalogue.numbers import normal
from bot.catalogue.records import Catalogue, Medium, Service
from bot.vocabulary import Nation
from tests.unit.catalogue.builders import FACTS

pytestmark = pytest.mark.skipif(not FACTS.exists(), reason="the gathered facts are not beside the project")

NATIONS = {"E": Nation.ENGLAND, "W": Nation.WALES, "S": Nation.SCOTLAND, "NI": Nation.NORTHERN_IRELAND}
# Gathered under the name of one thing the number does; the card stands after injuries as well.
CALLED = {"NHS 111 mental health option": "NHS 111"}
GATHERED: dict[str, Any] = yaml.safe_load(FACTS.read_text("utf-8")) if FACTS.exists() else {"services": []}


def _called(fact: dict[str, Any]) -> str:
    return CALLED.get(fact["name"], fact["name"])


def _record(shipped: Catalogue, fact: dict[str, Any]) -> Service:
    return next(service for service in shipped.services if service.name == _called(fact))


def test_every_fact_has_its_record_and_every_record_its_fact(shipped: Catalogue) -> None:
    """No gathered service is left out and none is made up."""
    assert {service.name for service in shipped.services} == {_called(fact) for fact in GATHERED["services"]}


@pytest.mark.parametrize("fact", GATHERED["services"], ids=lambda fact: fact["name"])
def test_the_record_says_what_was_gathered(fact: dict[str, Any], shipped: Catalogue) -> None:
    """Numbers, nations, roles, confidence, cost and links are those of the facts."""
    record = _record(shipped, fact)
    written = [fact.get("phone"), *fact.get("also", ()), *fact.get("phones_by_area", {}).values()]
    texts = re.sub(r"\D+ to ", "", fact.get("text", ""))
    assert {c.number for c in record.channels if c.medium is Medium.PHONE} == {normal(n) for n in written if n}
    assert {c.number for c in record.channels if c.medium is Medium.TEXT} == ({normal(texts)} if texts else set())
    assert record.nations == {NATIONS[letters] for letters in fact["nations"]}
    if fact["roles"] != ["child"]:
        assert {role.value for role in record.roles} == set(fact["roles"])
    assert record.provenance.confidence == fact["confidence"]
    assert record.cost == fact.get("cost")
    assert record.url == fact.get("url")
    assert set(record.languages) == set(fact.get("languages", ["en"]))
    named = {*record.kinds, *record.topics}
    assert set(fact.get("kinds", ())) <= named
    media = {channel.medium for channel in record.channels}
    assert {Medium(word) for word in fact.get("channels", ())} <= media


@pytest.mark.parametrize("fact", GATHERED["services"], ids=lambda fact: fact["name"])
def test_no_hours_are_claimed_that_were_not_gathered(fact: dict[str, Any], shipped: Catalogue) -> None:
    """Round the clock only where the facts say so, and no hours where they say unknown."""
    schedule = _record(shipped, fact).public[0].schedule
    assert schedule.always is (fact.get("hours") == "24/7")
    if fact.get("hours", "unknown") == "unknown":
        assert schedule.week is None


def test_nothing_that_must_not_be_listed_is(shipped: Catalogue) -> None:
    """Neither the names nor the numbers of the list of what not to list, nor what is unconfirmed."""
    names = " | ".join(service.name for service in shipped.services)
    assert normal("01823 334244") not in shipped.numbers
    for word in ("Ask for ANI", "Safeline", "Male Survivor", *GATHERED.get("unconfirmed", ())):
        assert word not in names
