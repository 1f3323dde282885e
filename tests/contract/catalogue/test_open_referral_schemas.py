"""What we publish is valid by the standard's own schemas, and stricter than they are."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from bot.catalogue import openreferral as hsds
from bot.catalogue.feed import Feed, brief
from bot.catalogue.records import Catalogue
from tests.unit.catalogue.builders import ROOT, at, catalogue, hours, plain, product, service

STANDARDS = ROOT.parent / "shared" / "standards"
PROFILES = ("hsds-3.1", "oruk-3.0")
pytestmark = pytest.mark.skipif(not STANDARDS.exists(), reason="the standard's schemas are not beside the project")
NOW = at("2026-11-25 12:00")


def _schemas(profile: str) -> dict[str, Any]:
    files = (path for path in sorted((STANDARDS / profile).glob("*.json")) if path.stem != "openapi")
    return {path.name: json.loads(path.read_text("utf-8")) for path in files}


def _validator(profile: str, kind: str) -> Draft202012Validator:
    schemas = _schemas(profile)
    named = {name: Resource.from_contents(schema, DRAFT202012) for name, schema in schemas.items()}
    registry: Registry[Any] = Registry().with_resources(named.items())
    return Draft202012Validator(schemas[f"{kind}.json"], registry=registry, format_checker=FormatChecker())


def _errors(profile: str, kind: str, thing: Any) -> list[str]:
    found = _validator(profile, kind).iter_errors(plain(thing))
    return [f"{error.json_path}: {error.message}" for error in found]


FEED = Feed(product(), NOW) if STANDARDS.exists() else None
SERVICES = FEED.services if FEED else ()


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("published", SERVICES, ids=lambda one: one.name)
def test_every_service_is_valid(profile: str, published: hsds.Service) -> None:
    """Whole and in brief, by HSDS 3.1 and by the UK profile."""
    assert _errors(profile, "service", published) == []
    assert _errors(profile, "service", brief(published)) == []


@pytest.mark.parametrize("profile", PROFILES)
def test_our_vocabularies_are_valid(profile: str) -> None:
    """Taxonomies and their terms too."""
    assert FEED
    assert [error for one in FEED.taxonomies.values() for error in _errors(profile, "taxonomy", one)] == []
    assert [error for one in FEED.terms.values() for error in _errors(profile, "taxonomy_term", one)] == []


@pytest.mark.parametrize("profile", PROFILES)
def test_the_validator_sees_what_is_wrong(profile: str) -> None:
    """A validator that passes all would prove nothing: it passes the example and stops a spoilt one."""
    example = json.loads((STANDARDS / "example-service.json").read_text("utf-8"))
    validator = _validator(profile, "service")
    assert validator.is_valid(example)
    assert not validator.is_valid({**example, "status": "open"})
    assert not validator.is_valid({**example, "schedules": [{"id": 7}]})


def _objects(thing: Any, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of a document with the name of the property it stands under."""
    if isinstance(thing, list):
        for entry in thing:
            yield from _objects(entry, name)
    elif isinstance(thing, dict):
        yield name, thing
        for key, value in thing.items():
            yield from _objects(value, key)


_OBJECTS = {
    "service": "service",
    "organization": "organization",
    "phones": "phone",
    "contacts": "contact",
    "additional_urls": "url",
    "schedules": "schedule",
    "service_areas": "service_area",
    "languages": "language",
    "cost_options": "cost_option",
    "service_at_locations": "service_at_location",
    "location": "location",
    "accessibility": "accessibility",
    "attributes": "attribute",
    "taxonomy_term": "taxonomy_term",
}


@pytest.mark.parametrize("published", SERVICES, ids=lambda one: one.name)
def test_no_property_is_ours_but_the_extension(published: hsds.Service) -> None:
    """The schemas allow more, so a stricter check: only properties HSDS knows, and `x-fingerpost`."""
    known = {name: set(schema["properties"]) for name, schema in _schemas("hsds-3.1").items()}
    for name, thing in _objects(plain(published), "service"):
        if name != "x-fingerpost":
            assert set(thing) - known[f"{_OBJECTS[name]}.json"] <= {"x-fingerpost"}, name


def test_no_address_is_published_anywhere() -> None:
    """Every location is virtual and none has an address."""
    for published in SERVICES:
        text = json.dumps(plain(published))
        assert '"addresses"' not in text
        assert {place.location.location_type for place in published.service_at_locations} == {"virtual"}


def test_ids_are_unique_and_stay() -> None:
    """Every id is one thing's alone, and is the same each time it is made."""
    again = Feed(product(), NOW).services
    assert [one.id for one in again] == [one.id for one in SERVICES]
    assert len({one.id for one in SERVICES}) == len(SERVICES)
    schedules = [schedule.id for one in SERVICES for schedule in one.schedules]
    assert len(set(schedules)) == len(schedules)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(
    ("days", "published"),
    [
        ({"mon": "09:00-17:00", "tue": "09:00-17:00"}, {("MO,TU", "09:00", "17:00")}),
        ({"fri": "20:00-02:00"}, {("FR", "20:00", "23:59"), ("SA", "00:00", "02:00")}),
        ({"sun": "20:00-02:00"}, {("SU", "20:00", "23:59"), ("MO", "00:00", "02:00")}),
        ({"mon": "09:00-12:00, 13:00-24:00"}, {("MO", "09:00", "12:00"), ("MO", "13:00", "23:59")}),
        ({}, set()),
    ],
)
def test_hours_are_published_as_weekly_rules(
    profile: str, days: dict[str, str], published: set[tuple[str, str, str]]
) -> None:
    """Days that share hours are one rule; what runs past midnight is cut there; the zone stands beside it."""
    (one,) = Feed(catalogue(service(schedule=hours(**days))), NOW).services
    assert {(rule.byday, rule.opens_at, rule.closes_at) for rule in one.schedules} == published
    assert all(rule.extension.time_zone == "Europe/London" for rule in one.schedules)
    assert _errors(profile, "service", one) == []


def test_hours_nobody_is_sure_of_are_not_published(shipped_services: dict[str, hsds.Service]) -> None:
    """What a visitor is told to check, another directory is not told as fact."""
    assert shipped_services["Men's Advice Line"].schedules == ()
    assert shipped_services["Galop LGBT+ abuse helpline"].schedules == ()
    assert len(shipped_services["Samaritans"].schedules) == 1


def test_who_checked_a_record_is_not_published(shipped_services: dict[str, hsds.Service]) -> None:
    """It may be the name of a member of staff."""
    assert all("nobody has rung the line" not in str(plain(one)) for one in shipped_services.values())


@pytest.fixture(scope="module")
def shipped_services() -> dict[str, hsds.Service]:
    """The published services by name."""
    return {one.name: one for one in SERVICES}


def test_an_expired_record_is_not_published() -> None:
    """What visitors no longer see, other directories do not get either."""
    catalogue_: Catalogue = catalogue(service())
    assert Feed(catalogue_, at("2027-05-02 12:00")).services
    assert Feed(catalogue_, at("2027-05-03 12:00")).services == ()


def test_the_schemas_are_read_from_beside_the_project() -> None:
    """The product does not carry the standard's files."""
    assert not list(Path(ROOT / "bot").rglob("service_at_location.json"))
