"""Another directory's feed into draft records for an editor: never live, conflicts shown."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import msgspec
import nh3
import yaml

from bot.catalogue import foreign
from bot.catalogue.numbers import normal
from bot.catalogue.publish import AREAS, DAYS
from bot.catalogue.record import ADDRESS
from bot.catalogue.records import Catalogue, Medium, Problem, Purpose
from bot.catalogue.timetable import DAYS as OUR_DAYS
from bot.errors import ContentError
from bot.vocabulary import Kind, Nation, Role, Topic

MOST_SERVICES, LONGEST_TEXT = 10_000, 400
REVIEW_DAYS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A record to be: its id, its file's text, and where it conflicts with what we have."""

    id: str
    text: str
    conflicts: tuple[str, ...]


def drafts(document: bytes, *, source: str, catalogue: Catalogue, today: date) -> tuple[list[Draft], list[Problem]]:
    """A draft a service that can be read, a problem for each that can't.

    Raises `ContentError` when the document is no feed at all.
    """
    try:
        listed = foreign.services_in(msgspec.json.decode(document))
    except (msgspec.DecodeError, RecursionError) as error:
        raise ContentError([f"{source}: is not JSON"]) from error
    if listed is None:
        raise ContentError([f"{source}: holds no list of services"])
    if len(listed) > MOST_SERVICES:
        raise ContentError([f"{source}: holds more than {MOST_SERVICES} services"])
    made: list[Draft] = []
    problems: list[Problem] = []
    taken: set[str] = set()
    for place, entry in enumerate(listed, 1):
        try:
            service = msgspec.convert(entry, foreign.Service)
        except msgspec.ValidationError as error:
            problems.append(Problem(file=source, line=place, field="service", text=_plain_words(error)))
            continue
        name = _clean(service.name)
        if not name:
            problems.append(Problem(file=source, line=place, field="name", text="is empty"))
            continue
        own_id = _free_id(name, taken)
        told = _record(service, name, source=source, today=today)
        record = _without_addresses(told) if "refuge" in told else told
        text = yaml.safe_dump(record, allow_unicode=True, sort_keys=False, width=100)
        conflicts = list(_conflicts(record, own_id, catalogue))
        if record != told:
            conflicts.append("a refuge's street address or postcode stood in the feed; it was left out")
        if service.status not in (None, "active"):
            conflicts.append(f"the feed calls this service '{_clean(service.status)}'")
        made.append(Draft(id=own_id, text=text, conflicts=tuple(conflicts)))
    return made, problems


def _without_addresses(value: Any) -> Any:
    """A refuge's record without what could lead to its door: not even a draft may hold it."""
    if isinstance(value, dict):
        return {key: inner if key == "source" else _without_addresses(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_addresses(inner) for inner in value]
    return ADDRESS.sub("(address left out)", value) if isinstance(value, str) else value


def _plain_words(error: msgspec.ValidationError) -> str:
    return str(error).replace("Object missing required field", "lacks the field").replace("`", "'")


def _clean(text: str | None) -> str:
    """A text without markup, control characters or length that nobody reads."""
    bare = html.unescape(nh3.clean(text or "", tags=set()))
    return " ".join("".join(c if c.isprintable() else " " for c in bare).split())[:LONGEST_TEXT].strip()


def _free_id(name: str, taken: set[str]) -> str:
    slug = "-".join(re.findall(r"[a-z0-9]+", name.lower().replace("'", "")))[:60].strip("-") or "service"
    own, number = slug, 2
    while own in taken:
        own, number = f"{slug}-{number}", number + 1
    taken.add(own)
    return own


def _record(service: foreign.Service, name: str, *, source: str, today: date) -> dict[str, Any]:
    """The record's fields, those left out that the feed can't tell: the validator will ask for them."""
    texts = (name, service.description, service.eligibility_description)
    fields = {
        "name": name,
        "run by": _clean(service.organization.name) if service.organization else "",
        "about": _clean(service.description),
        "for": _clean(service.eligibility_description),
        "use": next(iter(_ours(service, "use", Purpose)), None),
        "nations": _nations(service.service_areas or ()),
        "roles": _ours(service, "role", Role),
        "topics": _ours(service, "topic", Topic),
        "cues": _ours(service, "cue", Kind),
        "minimum age": _age(service.minimum_age),
        "maximum age": _age(service.maximum_age),
        "languages": sorted(_codes(service.languages or ())),
        "website": _https(service.url),
        "cost": _cost(service),
        "refuge": "yes" if any("refuge" in (text or "").lower() for text in texts) else None,
        "channels": list(_channels(service)),
        "source": _told(
            {
                "url": _https(service.url),
                "note": f"Imported from {_clean(source)}.",
                "confidence": "second",
                "checked on": today.isoformat(),
                "review due": (today + timedelta(days=REVIEW_DAYS)).isoformat(),
            }
        ),
    }
    return _told(fields)


def _told(fields: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value not in (None, "", [])}


def _ours(service: foreign.Service, taxonomy: str, words: type[StrEnum]) -> list[str]:
    """Words of our own vocabulary, when the feed is ours or kin to it."""
    found = {attribute.value for attribute in service.attributes or () if attribute.link_type == taxonomy}
    return sorted(word.value for word in words if word.value in found)


def _codes(languages: Iterable[foreign.Named]) -> set[str]:
    return {n.code for n in languages if n.code and re.fullmatch(r"[a-z]{2,3}", n.code)}


def _nations(areas: Iterable[foreign.Named]) -> list[str]:
    by_code = {uri.rpartition("/")[2]: nation for nation, uri in AREAS.items()}
    by_name = {nation.value.replace("_", " "): nation for nation in AREAS}
    found: set[Nation] = set()
    for area in areas:
        name = (area.name or "").strip().casefold()
        if name in ("united kingdom", "uk"):
            found |= set(AREAS)
        elif nation := by_code.get((area.uri or "").rpartition("/")[2]) or by_name.get(name):
            found.add(nation)
    return sorted(nation.value for nation in found)


def _age(value: float | None) -> int | None:
    return int(value) if value is not None and 0 <= value <= 120 else None


def _https(url: str | None) -> str | None:
    text = (url or "").strip()
    return text if re.fullmatch(r"https://[\w-]+(\.[\w-]+)+(/[^\s<>\"]*)?", text) else None


def _cost(service: foreign.Service) -> str | None:
    costs = service.cost_options or ()
    if costs and all(cost.amount == 0 for cost in costs):
        return "free"
    text = _clean(service.fees_description) or _clean(next((c.amount_description for c in costs), None))
    return "free" if text.casefold() in ("free", "no charge") else text or None


def _channels(service: foreign.Service) -> Iterable[dict[str, Any]]:
    hours = _hours(service.schedules or ())
    listed = [*(service.phones or ()), *(p for c in service.contacts or () for p in c.phones or ())]
    seen: set[tuple[str, str]] = set()
    for phone in listed:
        medium = Medium.TEXT if phone.type in ("text", "sms") else Medium.PHONE
        number = _clean(phone.number)
        spelling = normal(re.sub(r"^\+44\s*(?:\(0\))?", "0", number)) or number
        if spelling and (medium, spelling) not in seen:
            seen.add((medium, spelling))
            yield {medium.value: spelling, "hours": hours.get(medium, "unknown")}
    if service.email:
        yield {"email": _clean(service.email)}
    if not listed and not service.email and _https(service.url):
        yield {"website": _https(service.url)}


def _hours(schedules: Iterable[foreign.Schedule]) -> dict[str, Any]:
    """Weekly hours by medium as editors write them; a medium with hours we can't express has none."""
    weeks: dict[str, dict[str, list[str]]] = {}
    odd: set[str] = set()
    for schedule in schedules:
        medium = schedule.attending_type if schedule.attending_type in tuple(Medium) else Medium.PHONE.value
        days = [day.strip() for day in (schedule.byday or "").split(",")]
        opens, closes = ((text or "")[:5] for text in (schedule.opens_at, schedule.closes_at))
        ends = schedule.valid_to or schedule.until or schedule.count
        simple = schedule.freq == "WEEKLY" and schedule.interval in (None, 1) and not ends
        clocks = all(re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text) for text in (opens, closes))
        if not simple or not clocks or not set(days) <= set(DAYS):
            odd.add(medium)
            continue
        span = "24 hours" if (opens, closes) == ("00:00", "23:59") else f"{opens}-{closes}"
        for day in days:
            weeks.setdefault(medium, {}).setdefault(OUR_DAYS[DAYS.index(day)], []).append(span)
    return {medium: _week(week) for medium, week in weeks.items() if medium not in odd}


def _week(week: dict[str, list[str]]) -> str | dict[str, str]:
    if all(week.get(day) == ["24 hours"] for day in OUR_DAYS):
        return "24/7"
    return {day: ", ".join(sorted(set(week[day]))) for day in OUR_DAYS if day in week}


def _conflicts(record: dict[str, Any], own_id: str, catalogue: Catalogue) -> Iterable[str]:
    """Where the draft says something else than we do, or the same under another name."""
    mine = {n for c in record.get("channels", ()) for m in ("phone", "text") if (n := normal(c.get(m, "")))}
    name = record["name"].casefold()
    if any(gone in name for gone in catalogue.policy.withdrawn_names):
        yield "this service is on the list not to give out"
    for number in sorted(mine & catalogue.policy.withdrawn_numbers):
        yield f"{number} is on the list of numbers not to give out"
    ours = catalogue.by_id.get(own_id)
    if ours and ours.name.casefold() != name:
        yield f"moved up under this name it would take the place of {ours.file}, '{ours.name}'"
    for service in catalogue.services:
        theirs = {channel.number for channel in service.channels if channel.number}
        if service.name.casefold() == name:
            yield f"we have {service.file} of that name" + (
                "" if mine == theirs else f", with {_listed(theirs)} where this has {_listed(mine)}"
            )
        else:
            for number in sorted(mine & theirs):
                yield f"{number} is in {service.file}, '{service.name}', already"


def _listed(numbers: Iterable[str]) -> str:
    return ", ".join(sorted(numbers)) or "no number"
