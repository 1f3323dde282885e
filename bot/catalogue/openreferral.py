"""The Open Referral objects we publish: HSDS 3.1, of which the UK profile 3.0 is the narrower reading.

The `x-fingerpost` extension carries what the standard has no place for: a time zone by name, how sure we are,
when to look again. There is no object here that could hold a street address.
"""

import msgspec


class Object(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Anything with an id; the ids are UUIDs as text."""

    id: str


class TaxonomyTerm(Object, frozen=True, kw_only=True):
    """A word of one of our closed vocabularies."""

    code: str
    name: str
    description: str
    taxonomy: str
    taxonomy_id: str


class Taxonomy(Object, frozen=True, kw_only=True):
    """One of our closed vocabularies."""

    name: str
    description: str
    version: str


class Attribute(Object, frozen=True, kw_only=True):
    """A word that is true of a service."""

    link_id: str
    link_type: str
    link_entity: str
    value: str
    taxonomy_term_id: str
    taxonomy_term: TaxonomyTerm


class Language(Object, frozen=True, kw_only=True):
    """A language spoken, by its ISO 639 code."""

    service_id: str
    name: str
    code: str


class Phone(Object, frozen=True, kw_only=True):
    """A number, `type` as in RFC 6350: voice or text."""

    service_id: str
    number: str
    type: str
    description: str | None = None


class Contact(Object, frozen=True, kw_only=True):
    """Where readers of the UK profile, which has no phones on a service, find them."""

    service_id: str
    name: str
    phones: tuple[Phone, ...] = ()


class Link(Object, frozen=True, kw_only=True):
    """A further web address."""

    label: str
    url: str


class ScheduleExtension(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The zone by name: an offset can't say British Summer Time."""

    time_zone: str
    bank_holidays: str | None = None


class Schedule(Object, frozen=True, kw_only=True):
    """Days that share the same hours, by the wall clock; round the clock is 00:00 to 23:59 by convention."""

    service_id: str
    freq: str
    interval: int
    byday: str
    opens_at: str
    closes_at: str
    attending_type: str
    dtstart: str
    valid_from: str
    valid_to: str | None = None
    extension: ScheduleExtension = msgspec.field(name="x-fingerpost")


class ServiceArea(Object, frozen=True, kw_only=True):
    """A nation, by the statistics offices' code."""

    service_id: str
    name: str
    uri: str


class CostOption(Object, frozen=True, kw_only=True):
    """What it costs."""

    service_id: str
    amount_description: str
    option: str | None = None
    amount: int | None = None
    currency: str | None = None


class Organization(Object, frozen=True, kw_only=True):
    """Who runs a service."""

    name: str
    description: str


class Accessibility(Object, frozen=True, kw_only=True):
    """What makes a line usable."""

    location_id: str
    description: str


class Location(Object, frozen=True, kw_only=True):
    """Always virtual: a phone line or a website is nowhere."""

    location_type: str
    name: str
    accessibility: tuple[Accessibility, ...] = ()


class ServiceAtLocation(Object, frozen=True, kw_only=True):
    """A service and its virtual location."""

    service_id: str
    location_id: str
    location: Location


class Extension(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How sure we are of a record. Who checked it stays with us: it may be a person's name."""

    confidence: str
    checked_on: str
    review_due: str
    freshness: str
    source_note: str
    source_url: str | None = None
    closures: tuple[tuple[str, str], ...] = ()


class Service(Object, frozen=True, kw_only=True):
    """A service with everything that belongs to it."""

    organization_id: str
    name: str
    description: str
    status: str
    eligibility_description: str
    assured_date: str
    last_modified: str
    organization: Organization
    extension: Extension = msgspec.field(name="x-fingerpost")
    url: str | None = None
    email: str | None = None
    additional_urls: tuple[Link, ...] = ()
    interpretation_services: str | None = None
    fees_description: str | None = None
    minimum_age: int | None = None
    maximum_age: int | None = None
    phones: tuple[Phone, ...] = ()
    contacts: tuple[Contact, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    service_areas: tuple[ServiceArea, ...] = ()
    languages: tuple[Language, ...] = ()
    cost_options: tuple[CostOption, ...] = ()
    service_at_locations: tuple[ServiceAtLocation, ...] = ()
    attributes: tuple[Attribute, ...] = ()


MANY = ("additional_urls", "phones", "contacts", "schedules", "service_areas", "languages", "cost_options",
        "service_at_locations", "attributes")  # fmt: skip
