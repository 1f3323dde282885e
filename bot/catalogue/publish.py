"""Our records into Open Referral objects."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, time
from enum import StrEnum

from bot.catalogue import openreferral as hsds
from bot.catalogue.freshness import Freshness
from bot.catalogue.hours import certain
from bot.catalogue.records import (
    DAY,
    UK,
    BankHolidays,
    Channel,
    Gender,
    Medium,
    Purpose,
    Schedule,
    Service,
    Week,
)
from bot.catalogue.wording import TaxonomyWords, Wording
from bot.vocabulary import Kind, Nation, Role, Topic

# Ids must stay the same for ever, so they are made from names, never at random.
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "fingerpost.catalogue")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
AREAS = {  # codes of the statistics offices
    Nation.ENGLAND: "http://statistics.data.gov.uk/id/statistical-geography/E92000001",
    Nation.SCOTLAND: "http://statistics.data.gov.uk/id/statistical-geography/S92000003",
    Nation.WALES: "http://statistics.data.gov.uk/id/statistical-geography/W92000004",
    Nation.NORTHERN_IRELAND: "http://statistics.data.gov.uk/id/statistical-geography/N92000002",
}
Spans = tuple[tuple[tuple[int, int], ...], ...]  # opens and closes, a tuple for each weekday
TAXONOMIES: dict[str, type[StrEnum]] = {
    "role": Role,
    "topic": Topic,
    "cue": Kind,
    "gender": Gender,
    "use": Purpose,
    "channel": Medium,
}


def identifier(*parts: str) -> str:
    """The UUID of a thing, from what it is."""
    return str(uuid.uuid5(NAMESPACE, "/".join(parts)))


def taxonomies(wording: Wording) -> tuple[hsds.Taxonomy, ...]:
    """Our vocabularies."""
    version = wording.taxonomies.version
    return tuple(
        hsds.Taxonomy(
            id=identifier("taxonomy", name),
            name=_words(wording, name).name,
            description=_words(wording, name).description,
            version=version,
        )
        for name in TAXONOMIES
    )


def terms(wording: Wording) -> tuple[hsds.TaxonomyTerm, ...]:
    """Every word of every vocabulary."""
    return tuple(_term(wording, name, word) for name, words in TAXONOMIES.items() for word in words)


def service(record: Service, *, at: datetime, freshness: Freshness, wording: Wording) -> hsds.Service:
    """A record as Open Referral has it. Hours that nobody is sure of at `at` are left out, not guessed."""
    me = identifier("service", record.id)
    phones = tuple(_phones(record, me))
    emails = [channel.value for channel in record.public if channel.medium is Medium.EMAIL and channel.value]
    return hsds.Service(
        id=me,
        organization_id=identifier("organization", record.organisation.name),
        organization=_organization(record),
        name=record.name,
        description=" ".join(filter(None, (record.summary, record.note))),
        status="active",
        eligibility_description=record.audience,
        url=record.url,
        email=emails[0] if emails else None,
        additional_urls=tuple(_links(record)),
        interpretation_services=_listed(wording.card.access[need] for need in sorted(record.access)),
        fees_description=wording.card.cost.get(record.cost, record.cost) if record.cost else None,
        minimum_age=record.minimum_age,
        maximum_age=record.maximum_age,
        assured_date=record.provenance.checked_on.isoformat(),
        last_modified=datetime.combine(record.provenance.checked_on, time()).isoformat() + ".000Z",
        phones=phones,
        contacts=_contacts(record, me, phones),
        schedules=tuple(_schedules(record, me, at)),
        service_areas=tuple(_areas(record, me, wording)),
        languages=tuple(_languages(record, me, wording)),
        cost_options=_costs(record, me, wording),
        service_at_locations=(_at_location(record, me, wording),),
        attributes=tuple(_attributes(record, me, wording)),
        extension=_extension(record, freshness),
    )


def _words(wording: Wording, taxonomy: str) -> TaxonomyWords:
    found: TaxonomyWords = getattr(wording.taxonomies, taxonomy)
    return found


def _term(wording: Wording, taxonomy: str, code: str) -> hsds.TaxonomyTerm:
    words = _words(wording, taxonomy)
    return hsds.TaxonomyTerm(
        id=identifier("term", taxonomy, code),
        code=code,
        name=words.word(code),
        description=f"{words.name}: {words.word(code)}",
        taxonomy=words.name,
        taxonomy_id=identifier("taxonomy", taxonomy),
    )


def _listed(texts: Iterable[str]) -> str | None:
    return "; ".join(texts) or None


def _organization(record: Service) -> hsds.Organization:
    name = record.organisation.name
    return hsds.Organization(id=identifier("organization", name), name=name, description=name)


def _phones(record: Service, me: str) -> Iterable[hsds.Phone]:
    for channel in record.public:
        if channel.medium in (Medium.PHONE, Medium.TEXT) and channel.value:
            yield hsds.Phone(
                id=identifier("phone", record.id, channel.medium, channel.value),
                service_id=me,
                number=channel.value,
                type="voice" if channel.medium is Medium.PHONE else "text",
                description=channel.area or channel.say,
            )


def _contacts(record: Service, me: str, phones: tuple[hsds.Phone, ...]) -> tuple[hsds.Contact, ...]:
    if not phones:
        return ()
    return (hsds.Contact(id=identifier("contact", record.id), service_id=me, name=record.name, phones=phones),)


def _links(record: Service) -> Iterable[hsds.Link]:
    for channel in record.public:
        url = channel.value or record.url
        if channel.medium in (Medium.WEBCHAT, Medium.BSL) and url:
            yield hsds.Link(id=identifier("link", record.id, channel.medium), label=channel.medium, url=url)


def _schedules(record: Service, me: str, at: datetime) -> Iterable[hsds.Schedule]:
    for place, channel in enumerate(record.public):
        if not certain(record, channel.schedule, at):
            continue
        since = channel.schedule.seen or record.provenance.checked_on
        yield from _weeks(record, me, f"{place}", channel, since)


def _weeks(record: Service, me: str, place: str, channel: Channel, since: date) -> Iterable[hsds.Schedule]:
    schedule = channel.schedule
    always = tuple([((0, DAY),)] * 7) if schedule.always else None
    weeks: list[tuple[Spans, date, date | None]] = [(always or _spans(schedule.week), since, None)]
    weeks += [(_spans(season.week), season.first, season.last) for season in schedule.seasons]
    for week, first, last in weeks:
        for opens, closes in sorted({span for day in week for span in day}):
            days = ",".join(DAYS[number] for number, day in enumerate(week) if (opens, closes) in day)
            yield hsds.Schedule(
                id=identifier("schedule", record.id, place, first.isoformat(), days, str(opens), str(closes)),
                service_id=me,
                freq="WEEKLY",
                interval=1,
                byday=days,
                opens_at=_clock(opens),
                closes_at=_clock(closes),
                attending_type=channel.medium,
                dtstart=first.isoformat(),
                valid_from=first.isoformat(),
                valid_to=last.isoformat() if last else None,
                extension=hsds.ScheduleExtension(time_zone=schedule.zone, bank_holidays=_bank_holidays(schedule)),
            )


def _spans(week: Week | None) -> Spans:
    """A week cut at midnight: what runs past it belongs to the day after, as iCal readers expect."""
    days: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for number, day in enumerate(week or ()):
        for span in day:
            days[number].append((span.opens, min(span.closes, DAY)))
            if span.closes > DAY:
                days[(number + 1) % 7].append((0, span.closes - DAY))
    return tuple(tuple(day) for day in days)


def _clock(minute: int) -> str:
    return "23:59" if minute == DAY else f"{minute // 60:02}:{minute % 60:02}"


def _bank_holidays(schedule: Schedule) -> str | None:
    if schedule.always:
        return None
    if isinstance(schedule.bank_holidays, BankHolidays):
        return schedule.bank_holidays
    return ", ".join(f"{_clock(span.opens)}-{_clock(span.closes % DAY or DAY)}" for span in schedule.bank_holidays)


def _areas(record: Service, me: str, wording: Wording) -> Iterable[hsds.ServiceArea]:
    for nation in UK:
        if nation in record.nations:
            yield hsds.ServiceArea(
                id=identifier("area", record.id, nation),
                service_id=me,
                name=wording.card.nations[nation],
                uri=AREAS[nation],
            )


def _languages(record: Service, me: str, wording: Wording) -> Iterable[hsds.Language]:
    for code in record.languages:
        name = wording.card.languages.get(code, code)
        yield hsds.Language(id=identifier("language", record.id, code), service_id=me, name=name, code=code)


def _costs(record: Service, me: str, wording: Wording) -> tuple[hsds.CostOption, ...]:
    if not record.cost:
        return ()
    text = wording.card.cost.get(record.cost, record.cost)
    free = record.cost == "free"
    return (
        hsds.CostOption(
            id=identifier("cost", record.id),
            service_id=me,
            amount_description=text,
            amount=0 if free else None,
            currency="GBP" if free else None,
        ),
    )


def _at_location(record: Service, me: str, wording: Wording) -> hsds.ServiceAtLocation:
    place = identifier("location", record.id)
    access = tuple(
        hsds.Accessibility(
            id=identifier("access", record.id, need), location_id=place, description=wording.card.access[need]
        )
        for need in sorted(record.access)
    )
    location = hsds.Location(id=place, location_type="virtual", name=record.name, accessibility=access)
    return hsds.ServiceAtLocation(id=identifier("at", record.id), service_id=me, location_id=place, location=location)


def _attributes(record: Service, me: str, wording: Wording) -> Iterable[hsds.Attribute]:
    true_of: dict[str, Iterable[str]] = {
        "role": sorted(record.roles),
        "topic": sorted(record.topics | record.communities),
        "cue": sorted(record.kinds),
        "gender": [record.gender] if record.gender else [],
        "use": [record.purpose],
        "channel": sorted({channel.medium for channel in record.public}),
    }
    for taxonomy, codes in true_of.items():
        for code in codes:
            term = _term(wording, taxonomy, code)
            yield hsds.Attribute(
                id=identifier("attribute", record.id, taxonomy, code),
                link_id=me,
                link_type=taxonomy,
                link_entity="service",
                value=code,
                taxonomy_term_id=term.id,
                taxonomy_term=term,
            )


def _extension(record: Service, freshness: Freshness) -> hsds.Extension:
    source = record.provenance
    closures = {closure for channel in record.public for closure in channel.schedule.closures}
    return hsds.Extension(
        confidence=source.confidence,
        checked_on=source.checked_on.isoformat(),
        review_due=source.review_due.isoformat(),
        freshness=freshness,
        source_note=source.note,
        source_url=source.url,
        closures=tuple(sorted((c.first.isoformat(), c.last.isoformat()) for c in closures)),
    )
