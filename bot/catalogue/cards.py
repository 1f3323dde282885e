"""A service as a visitor sees it: the card of the chat API."""

from datetime import datetime

import msgspec

from bot.catalogue.hours import status
from bot.catalogue.matching import Need, match
from bot.catalogue.records import UK, Catalogue, Channel, Medium, Service
from bot.catalogue.wording import CardWords, Wording, default_wording
from bot.vocabulary import Nation


class Card(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the widget shows; a field without a value is left out of the JSON. `audience` is `for` there."""

    id: str
    name: str
    audience: str = msgspec.field(name="for")
    hours: str
    open: bool | None
    phone: str | None = None
    text: str | None = None
    webchat: str | None = None
    url: str | None = None
    cost: str | None = None
    note: str | None = None


def cards(catalogue: Catalogue, need: Need, at: datetime) -> tuple[Card, ...]:
    """The cards of the best services for a need at an aware instant."""
    found = match(catalogue, need, at)
    return tuple(card(one.service, at, nation=need.nation, medium=need.channel) for one in found)


def card(
    service: Service,
    at: datetime,
    *,
    nation: Nation | None = None,
    medium: Medium | None = None,
    wording: Wording | None = None,
) -> Card:
    """The card of a service at an aware instant; hours and `open` are those of the channel wished for."""
    words = wording or default_wording()
    state = status(service, at, channel=service.reach(medium), wording=words)
    webchat = service.channel(Medium.WEBCHAT)
    text = service.channel(Medium.TEXT)
    return Card(
        id=service.id,
        name=service.name,
        audience=service.audience,
        phone=_phone(service, nation),
        text=_text(text, words.card) if text else None,
        webchat=(webchat.value or service.url) if webchat else None,
        url=service.url,
        hours=state.text,
        open=state.open,
        cost=words.card.cost.get(service.cost, service.cost) if service.cost else None,
        note=_note(service, nation, words.card),
    )


def _local(service: Service, nation: Nation | None) -> list[Channel]:
    """The numbers that are each for one part of the country, narrowed to the visitor's nation if known."""
    areas = [channel for channel in service.public if channel.area]
    return [c for c in areas if c.nation is nation] or areas


def _phone(service: Service, nation: Nation | None) -> str | None:
    """The number to ring; none when it depends on a part of the country that is not known."""
    local = _local(service, nation)
    if len(local) == 1:
        return local[0].value
    phone = next((c for c in service.public if c.medium is Medium.PHONE and not c.area), None)
    return phone.value if phone else None


def _text(channel: Channel, words: CardWords) -> str | None:
    return words.text.format(word=channel.say, number=channel.value) if channel.say else channel.value


def _note(service: Service, nation: Nation | None, words: CardWords) -> str | None:
    """Where it works, the record's own note, and the numbers of the areas."""
    parts = []
    if not service.nations >= set(UK):
        parts.append(
            words.only_in.format(nations=_joined([words.nations[n] for n in UK if n in service.nations], words))
        )
    if service.note:
        parts.append(service.note)
    local = _local(service, nation)
    if len(local) > 1:
        parts += [words.number_in.format(area=c.area, number=c.value) for c in local]
    return " ".join(parts) or None


def _joined(names: list[str], words: CardWords) -> str:
    if len(names) < 2:
        return "".join(names)
    return words.joined.format(first=", ".join(names[:-1]), last=names[-1])
