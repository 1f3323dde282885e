"""Another directory's Open Referral services, read with patience: every field may be missing or odd.

Locations and addresses are not read at all: one of them might be a refuge's.
"""

from typing import Any

import msgspec


class Named(msgspec.Struct, frozen=True):
    """A thing with a name, and perhaps a link or code."""

    name: str | None = None
    uri: str | None = None
    code: str | None = None
    website: str | None = None


class Phone(msgspec.Struct, frozen=True):
    """A number."""

    number: str | None = None
    type: str | None = None
    description: str | None = None


class Contact(msgspec.Struct, frozen=True):
    """Where the UK profile keeps numbers."""

    phones: list[Phone] | None = None


class Schedule(msgspec.Struct, frozen=True):
    """Hours."""

    freq: str | None = None
    interval: float | None = None
    byday: str | None = None
    opens_at: str | None = None
    closes_at: str | None = None
    valid_to: str | None = None
    until: str | None = None
    count: float | None = None
    attending_type: str | None = None


class Cost(msgspec.Struct, frozen=True):
    """A price."""

    amount: float | None = None
    amount_description: str | None = None


class Attribute(msgspec.Struct, frozen=True):
    """A term; ours come back when the feed is our own."""

    link_type: str | None = None
    value: str | None = None


class Service(msgspec.Struct, frozen=True):
    """What we can use of a service."""

    name: str
    description: str | None = None
    url: str | None = None
    email: str | None = None
    status: str | None = None
    eligibility_description: str | None = None
    fees_description: str | None = None
    minimum_age: float | None = None
    maximum_age: float | None = None
    phones: list[Phone] | None = None
    contacts: list[Contact] | None = None
    schedules: list[Schedule] | None = None
    service_areas: list[Named] | None = None
    languages: list[Named] | None = None
    cost_options: list[Cost] | None = None
    attributes: list[Attribute] | None = None
    organization: Named | None = None


def services_in(data: Any) -> list[Any] | None:
    """The services of a decoded document: a page, an export, a list or one service; None if it is none."""
    if isinstance(data, list):
        return data
    if isinstance(data, dict):
        for name in ("contents", "services"):
            if isinstance(data.get(name), list):
                return list(data[name])
        if "name" in data:
            return [data]
    return None
