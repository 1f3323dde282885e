"""Cards: what a visitor sees of a service, in the shape of the chat API."""

import json
from datetime import date

import msgspec
import pytest

from bot.catalogue.cards import Card, card
from bot.catalogue.records import Catalogue, Channel, Medium
from bot.vocabulary import Nation
from tests.unit.catalogue.builders import at, hours, service

NOON = at("2026-11-25 12:00")


def _card(shipped: Catalogue, own_id: str, **options: object) -> dict[str, object]:
    found: dict[str, object] = json.loads(
        msgspec.json.encode(card(shipped.by_id[own_id], NOON, **options))  # type: ignore[arg-type]
    )
    return found


def test_a_card_has_the_contracts_fields_and_leaves_out_what_it_lacks() -> None:
    """Always id, name, for, hours and open; the rest only when there is something to say."""
    written = json.loads(msgspec.json.encode(card(service(), NOON)))
    assert written == {
        "id": "example-line",
        "name": "Example line",
        "for": "anyone",
        "hours": "Open day and night",
        "open": True,
        "phone": "0808 157 0000",
    }


def test_open_is_null_in_json_when_nobody_is_sure(shipped: Catalogue) -> None:
    """Programs tell unknown from closed."""
    assert _card(shipped, "mens-advice-line")["open"] is None


def test_a_card_read_back_is_the_same(shipped: Catalogue) -> None:
    """The other side of the wire gets every field."""
    for record in shipped.services:
        one = card(record, NOON)
        assert msgspec.json.decode(msgspec.json.encode(one), type=Card) == one


def test_the_word_to_text_stands_with_its_number(shipped: Catalogue) -> None:
    """Shout answers who texts its word."""
    assert _card(shipped, "shout")["text"] == "SHOUT to 85258"


def test_a_way_to_chat_that_is_on_the_website_leads_there(shipped: Catalogue) -> None:
    """Without an address of its own the chat is reached by the service's site."""
    assert _card(shipped, "mens-advice-line")["webchat"] == "https://mensadviceline.org.uk"


def test_an_england_only_line_says_so(shipped: Catalogue) -> None:
    """A line that is not for the whole country tells for where it is."""
    assert str(_card(shipped, "shelter-england")["note"]).startswith("For people in England.")
    assert "note" not in _card(shipped, "samaritans")
    assert "England and Wales." in str(_card(shipped, "victim-support")["note"])
    assert "England, Scotland and Wales." in str(_card(shipped, "respect-phoneline")["note"])


def test_numbers_of_areas_are_all_told_when_the_area_is_not_known(shipped: Catalogue) -> None:
    """No area's number is passed off as everybody's."""
    one = _card(shipped, "dogs-trust-freedom")
    assert "phone" not in one
    assert all(f"{channel.area}: {channel.value}." in str(one["note"])
               for channel in shipped.by_id["dogs-trust-freedom"].public)  # fmt: skip


def test_the_only_number_of_a_nation_is_the_one_to_ring(shipped: Catalogue) -> None:
    """In Scotland there is one number, and no list."""
    one = _card(shipped, "dogs-trust-freedom", nation=Nation.SCOTLAND)
    assert one["phone"] == "0808 169 4315"
    assert "Yorkshire" not in str(one["note"])


def test_hours_are_those_of_the_channel_wished_for() -> None:
    """A line that is open by phone may be closed by text."""
    text = Channel(medium=Medium.TEXT, value="07700 900123", schedule=hours(mon="09:00-10:00"))
    record = service()
    record = service(channels=(*record.channels, text))
    assert card(record, NOON).open is True
    assert card(record, NOON, medium=Medium.TEXT).open is False
    assert card(record, NOON, medium=Medium.BSL).open is True


@pytest.mark.parametrize(("cost", "told"), [("free", "Free"), ("10p a minute", "10p a minute"), (None, None)])
def test_cost_is_told_in_the_wordings_words(cost: str | None, told: str | None) -> None:
    """`free` has its word; anything else stands as the editor wrote it."""
    assert card(service(cost=cost), NOON).cost == told


def test_no_card_shows_what_is_for_editors(shipped: Catalogue) -> None:
    """Editors' notes and names of checkers stay inside."""
    for record in shipped.services:
        shown = msgspec.json.encode(card(record, NOON)).decode()
        assert record.provenance.checked_by not in shown
        assert record.editor_note is None or record.editor_note not in shown


def test_a_card_is_as_uncertain_as_its_record() -> None:
    """After the review date a card says to check the hours."""
    assert card(service(), at("2027-03-01 12:00")).open is None
    assert date(2027, 3, 1) > service().provenance.review_due
