"""What the Open Referral UK endpoints answer: the catalogue's objects, filtered and cut into pages."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Generic, TypeVar

import msgspec

from bot.catalogue import openreferral as hsds
from bot.catalogue import publish
from bot.catalogue.freshness import Freshness, freshness
from bot.catalogue.postcodes import nations_of
from bot.catalogue.records import Catalogue
from bot.catalogue.wording import Wording, default_wording
from bot.errors import FingerpostError

T = TypeVar("T")
PER_PAGE, MOST_PER_PAGE = 50, 1000
_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?")


class FilterError(FingerpostError):
    """A parameter can't be read; the message names it, never its value."""


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A page of a list, as the UK profile has it. Pages count from 1; one past the end is empty."""

    total_items: int
    total_pages: int
    page_number: int
    size: int
    first_page: bool
    last_page: bool
    empty: bool
    contents: Sequence[T]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What was asked for, read from a query. Times are HH:MM."""

    search: str = ""
    page: int = 1
    per_page: int = PER_PAGE
    full: bool = False
    taxonomy_term_id: str | None = None
    taxonomy_id: str | None = None
    minimum_age: float | None = None
    maximum_age: float | None = None
    start_time: str | None = None
    end_time: str | None = None
    day: str | None = None
    postcode: str | None = None

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> "Filters":
        """Read a query; parameters we do not know are ignored. Raises `FilterError`."""
        return cls(
            search=query.get("search", "").casefold().strip(),
            page=_whole(query, "page", 1, 1_000_000),
            per_page=_whole(query, "per_page", PER_PAGE, MOST_PER_PAGE),
            full=_flag(query, "full"),
            taxonomy_term_id=query.get("taxonomy_term_id"),
            taxonomy_id=query.get("taxonomy_id"),
            minimum_age=_number(query, "minimum_age"),
            maximum_age=_number(query, "maximum_age"),
            start_time=_time(query, "start_time"),
            end_time=_time(query, "end_time"),
            day=_day(query),
            postcode=_postcode(query),
        )


class Feed:
    """The published objects of a catalogue at an aware instant; expired records are left out."""

    def __init__(self, catalogue: Catalogue, at: datetime, *, wording: Wording | None = None) -> None:
        self._wording = wording or default_wording()
        states = {record: freshness(record, catalogue.policy, at.date()) for record in catalogue.services}
        self.services = tuple(
            publish.service(record, at=at, freshness=state, wording=self._wording)
            for record, state in states.items()
            if state is not Freshness.EXPIRED
        )

    @cached_property
    def service_by_id(self) -> Mapping[str, hsds.Service]:
        """The services by UUID."""
        return {service.id: service for service in self.services}

    @cached_property
    def at_location_by_id(self) -> Mapping[str, tuple[hsds.Service, hsds.ServiceAtLocation]]:
        """The services and their virtual locations by the UUID of the pair."""
        return {place.id: (service, place) for service in self.services for place in service.service_at_locations}

    @cached_property
    def taxonomies(self) -> Mapping[str, hsds.Taxonomy]:
        """Our vocabularies by UUID."""
        return {taxonomy.id: taxonomy for taxonomy in publish.taxonomies(self._wording)}

    @cached_property
    def terms(self) -> Mapping[str, hsds.TaxonomyTerm]:
        """Their words by UUID."""
        return {term.id: term for term in publish.terms(self._wording)}

    def find(self, filters: Filters) -> tuple[hsds.Service, ...]:
        """The services that pass every filter, in the catalogue's order."""
        return tuple(service for service in self.services if _passes(service, filters))


def page_of(things: Sequence[T], filters: Filters) -> Page[T]:
    """The page asked for."""
    pages = max(1, -(-len(things) // filters.per_page))
    start = (filters.page - 1) * filters.per_page
    contents = things[start : start + filters.per_page]
    return Page(
        total_items=len(things),
        total_pages=pages,
        page_number=filters.page,
        size=len(contents),
        first_page=filters.page == 1,
        last_page=filters.page >= pages,
        empty=not contents,
        contents=contents,
    )


def brief(service: hsds.Service) -> hsds.Service:
    """A service with its one-to-one fields only, as lists show it."""
    return msgspec.structs.replace(service, **dict.fromkeys(hsds.MANY, ()))


def _passes(service: hsds.Service, wanted: Filters) -> bool:
    if wanted.search and not all(word in _searchable(service) for word in wanted.search.split()):
        return False
    terms = [attribute.taxonomy_term for attribute in service.attributes]
    if wanted.taxonomy_term_id is not None and wanted.taxonomy_term_id not in {term.id for term in terms}:
        return False
    if wanted.taxonomy_id is not None and wanted.taxonomy_id not in {term.taxonomy_id for term in terms}:
        return False
    if wanted.minimum_age is not None and (service.minimum_age or 0) < wanted.minimum_age:
        return False
    if wanted.maximum_age is not None and (service.maximum_age is None or service.maximum_age > wanted.maximum_age):
        return False
    if wanted.postcode is not None:
        served = {area.uri for area in service.service_areas}
        if not served & {publish.AREAS[nation] for nation in nations_of(wanted.postcode)}:
            return False
    if wanted.start_time is None and wanted.end_time is None and wanted.day is None:
        return True
    return any(_at_times(schedule, wanted) for schedule in service.schedules)


def _at_times(schedule: hsds.Schedule, wanted: Filters) -> bool:
    return (
        (wanted.start_time is None or schedule.opens_at >= wanted.start_time)
        and (wanted.end_time is None or schedule.closes_at <= wanted.end_time)
        and (wanted.day is None or wanted.day in schedule.byday.split(","))
    )


def _searchable(service: hsds.Service) -> str:
    words = (attribute.taxonomy_term.name for attribute in service.attributes)
    texts = (service.name, service.description, service.eligibility_description, service.organization.name)
    return " ".join((*texts, *words)).casefold()


def _whole(query: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= most:
        raise FilterError(f"{name} must be a whole number from 1 to {most}")
    return int(text)


def _number(query: Mapping[str, str], name: str) -> float | None:
    text = query.get(name)
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]{1,6})?", text):
        raise FilterError(f"{name} must be an age in years")
    return float(text)


def _flag(query: Mapping[str, str], name: str) -> bool:
    text = query.get(name, "false").lower()
    if text not in ("true", "false"):
        raise FilterError(f"{name} must be true or false")
    return text == "true"


def _time(query: Mapping[str, str], name: str) -> str | None:
    text = query.get(name)
    if text is not None and not _CLOCK.fullmatch(text):
        raise FilterError(f"{name} must be a time as 09:00")
    return text[:5] if text else None


def _day(query: Mapping[str, str]) -> str | None:
    text = query.get("day")
    if text is None:
        return None
    day = text[:2].upper()
    if day not in publish.DAYS or not text.isalpha():
        raise FilterError("day must be one of " + ", ".join(publish.DAYS))
    return day


def _postcode(query: Mapping[str, str]) -> str | None:
    text = query.get("postcode")
    if text is not None and not nations_of(text):
        raise FilterError("postcode must be a postcode of the United Kingdom, or its first half")
    return text
