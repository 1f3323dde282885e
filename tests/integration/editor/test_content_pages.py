"""Editors find, change, look and publish; who may not, may not; what was typed is never lost."""

import asyncio
import html

import pytest

from bot.editor.publishing import Publisher
from bot.vocabulary import StaffRole
from tests.unit.console.conftest import Opener
from tests.unit.console.office import Browser, Office

GREET, HOUSING = "/content/item/response.utter_greet.0", "/content/item/response.utter_housing.1"


@pytest.fixture(autouse=True)
def _no_training(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Publisher, "_make_models", lambda _, folder, like, say: (folder / "models").mkdir())
    monkeypatch.setattr(Publisher, "_rehearsed", lambda *_: [])
    monkeypatch.setattr(Publisher, "_judged", lambda *_: [])
    monkeypatch.setattr("bot.editor.publishing.trained", lambda _: True)


@pytest.fixture
async def ada(office: Office, opened: Opener) -> Browser:
    return await office.entered(await opened(), "ada", StaffRole.EDITOR, helpline=None)


async def change(browser: Browser, place: str, text: str) -> None:
    await browser.get(place)
    await browser.post(place, text=text)


async def approve(browser: Browser, id: str, *, status: int = 200) -> str:
    page = await browser.get(f"/content/changes/{id}")
    return await browser.post(f"/content/changes/{id}/approve", status=status, seen=seen(page))


def seen(page: str) -> str:
    return page.split('name="seen" value="')[1].split('"', maxsplit=1)[0]


async def finished(browser: Browser) -> str:
    for _ in range(400):
        part = await browser.get("/content/progress/part")
        if 'data-state="running"' not in part:
            return part
        await asyncio.sleep(0.05)
    raise AssertionError("not finished")


def draft_of(text: str) -> str:
    return text.split("/content/changes/")[1].split("/", maxsplit=1)[0]


async def test_words_find_an_item_and_a_change_is_kept_shown_and_published(ada: Browser, office: Office) -> None:
    assert "in Wales" in await ada.get("/content?words=priority+need&nation=wales")
    await change(ada, GREET, "Hello there. Say what is going on.")
    page = await ada.get("/content/changes")
    assert "<ins>" in page and "<del>" in page
    id = draft_of(page)
    assert "few words why" in await ada.post(f"/content/changes/{id}/publish", status=400)
    await ada.post(f"/content/changes/{id}/publish", reason="Warmer")
    assert "Published" in await finished(ada)
    history = await ada.get("/content/history")
    assert "Warmer" in history and "what visitors see" in history
    assert "changed nothing" in await ada.get("/content/changes")
    assert "Hello there." in await ada.get(GREET)
    actions = [entry.act.action for entry in office.store.entries()]
    assert actions[-2:] == ["content changed", "publishing begun"]


async def test_emergency_wording_in_a_language_is_added_by_its_english_and_taken_away(ada: Browser) -> None:
    place = "/content/item/care.urgent"
    await ada.get(place)
    assert "Say in which language" in await ada.post(f"{place}/wording", status=400, language="")
    await ada.post(f"{place}/wording", language="pl")
    page = await ada.get(f"{place}.pl")
    assert "in Polish" in page and "needs a Polish speaker" in page and "They then read it in English" in page
    changes = await ada.get("/content/changes")
    assert "Serious danger: first line, in Polish" in changes and "safeguarding lead must agree" in changes
    await ada.post(f"{place}.pl/away")
    assert "differs from what is published" not in await ada.get("/content")
    await ada.get(f"{place}.pl", status=404)


async def test_what_cant_be_taken_is_said_and_what_was_typed_stays(ada: Browser) -> None:
    await ada.get(GREET)
    page = await ada.post(GREET, status=400, text="Kept as typed.", button_0="Only a title", leads_0="")
    assert "Kept as typed." in page and "needs both" in page
    page = await ada.post("/content/item/care.emergency", status=400, writer=" ")
    assert "be left empty" in page


async def test_typing_is_checked_and_shown_as_the_chat_shows_it(ada: Browser) -> None:
    await ada.get(GREET)
    seen = await ada.post("/content/check/response.utter_greet.0", text="Just leave. Ring 0808 157 0199.")
    assert "never say" in seen and "no number of the catalogue" in seen and "message service" in seen


async def test_a_wording_is_seen_as_a_visitor_of_a_nation_and_a_door(ada: Browser) -> None:
    """Who lives in Wales reads the Welsh nation's wording; what is typed is shown only to whom it is for."""
    everyone, wales = "/content/item/response.utter_housing.0", "/content/item/response.utter_housing.2"
    page = await ada.get(everyone)
    assert "See it as they do" in page and "They read another wording" not in page
    page = await ada.get(f"{everyone}?nation=wales&role=victim")
    assert f'another wording: <a href="{wales}">' in page and '<option value="wales" selected>' in page
    assert "another wording" not in await ada.get(f"{wales}?nation=wales&role=victim")
    assert "another wording" in await ada.get(f"{wales}?nation=scotland&role=")
    assert "another wording" not in await ada.get(f"{everyone}?nation=atlantis&role=king")
    check = "/content/check/response.utter_housing.0"
    assert "Typed just now." in await ada.post(f"{check}?nation=&role=", text="Typed just now.")
    seen = await ada.post(f"{check}?nation=wales&role=", text="Typed just now.")
    assert "Typed just now." not in seen and "response.utter_housing.2" in seen


async def test_emergency_wording_is_seen_as_a_visitor_in_danger_gets_it(ada: Browser) -> None:
    """The chat's own notice: the lines for who they are, for the kind and how pressing it is, and the lines to ring."""
    weapon = "/content/item/care.kinds.weapon"
    page = html.unescape(await ada.get(weapon))
    assert "A weapon makes this life-threatening. Put distance" in page and "it is not your fault" in page
    assert "They read what stands under “To someone it is done to”" in page and 'class="card"' in page
    page = html.unescape(await ada.get(f"{weapon}?nation=scotland&role=own_behaviour&level=urgent"))
    assert "care urgent" in page and "you did right to write it down" in page and "Respect Phoneline" in page
    assert "“To someone who does it”" in page and '<option value="own_behaviour" selected>' in page
    check = "/content/check/care.urgent"
    typed = {"writer": "Typed just now.", "other": "Typed for a friend."}
    seen = await ada.post(f"{check}?nation=&role=&kind=stalking", **typed)
    assert "Typed just now." in seen and "Typed for a friend." not in seen
    assert "Typed for a friend." in await ada.post(f"{check}?nation=&role=supporter&kind=", **typed)
    page = html.unescape(await ada.get("/content/item/care.frame.cy?nation=wales&role=victim&level=urgent&kind="))
    assert "care urgent again" in page and '<p lang="cy">Os aiff yn beryglus' in page
    child = "/content/item/care.kinds.child_at_risk?nation=&role=child&level=emergency"
    assert "It is not your job to stop it." in html.unescape(await ada.get(child))
    assert "care emergency" in await ada.get(f"{weapon}?nation=atlantis&role=king&level=calm")


@pytest.mark.parametrize("id", ["reply.hello", "page_text.en.page", "note.examples", "examples.money"])
async def test_who_looks_after_it_stands_on_its_page_is_changed_and_counts_as_overdue(ada: Browser, id: str) -> None:
    place = f"/content/item/{id}"
    page = await ada.get(place)
    assert "Looked after by" in page and "Written for this project" in page and "nothing to change" in page
    page = await ada.post(place, owner="content editor", checked="2019-01-01", review_due="2020-01-01")
    assert "<dd>content editor</dd>" in page and "overdue" in page
    sort = id.split(".", maxsplit=1)[0]
    assert place in await ada.get(f"/content?due=over&sort={sort}")


async def test_facts_need_another_editor_and_safety_the_lead(office: Office, opened: Opener, ada: Browser) -> None:
    await change(ada, HOUSING, "Yes, the council must help.")
    id = draft_of(await ada.get("/content/changes"))
    await ada.post(f"/content/changes/{id}/publish", reason="Shorter")
    assert "waits for another editor" in await ada.get("/content/changes")
    await ada.post(f"/content/changes/{id}/approve", status=403)
    grace, lead = await opened(), await opened()
    await office.enrol(grace, "grace", StaffRole.EDITOR, helpline=None)
    await office.enrol(lead, "lead", StaffRole.SAFEGUARDING_LEAD)
    await grace.get(f"/content/changes/{id}")
    await grace.post(f"/content/changes/{id}/back", status=400, text="")
    await grace.post(f"/content/changes/{id}/back", text="Name the housing team.")
    assert "Name the housing team." in await ada.get("/content/changes")
    await ada.get("/content/item/care.frame")
    await ada.post("/content/item/care.frame", urgent="If it turns dangerous, call 999.")
    await ada.get("/content/changes")
    await ada.post(f"/content/changes/{id}/publish", reason="Plainer")
    await grace.get(f"/content/changes/{id}")
    await grace.post(f"/content/changes/{id}/approve", status=403)
    await approve(lead, id)
    await finished(lead)
    assert "agreed by lead" in (await lead.get("/content/history")).replace("</td><td>", "agreed by ")


async def test_only_what_was_looked_at_is_approved(office: Office, opened: Opener, ada: Browser) -> None:
    grace = await opened()
    await office.enrol(grace, "grace", StaffRole.EDITOR, helpline=None)
    await change(ada, HOUSING, "Yes, the council must help.")
    id = draft_of(await ada.get("/content/changes"))
    await ada.post(f"/content/changes/{id}/publish", reason="Shorter")
    looked_at = seen(await grace.get(f"/content/changes/{id}"))
    await ada.get("/content/changes")
    await ada.post(f"/content/changes/{id}/back")
    office.clock.move(seconds=1)
    await change(ada, HOUSING, "Ask your landlord.")
    await ada.get("/content/changes")
    await ada.post(f"/content/changes/{id}/publish", reason="Shorter")
    page = await grace.post(f"/content/changes/{id}/approve", status=409, seen=looked_at)
    assert "not as you saw them" in page and "landlord" in page
    assert "Shorter" not in await grace.get("/content/history")
    await approve(grace, id)
    assert "Published" in await finished(grace)


async def test_what_others_changed_too_is_not_approved(office: Office, opened: Opener, ada: Browser) -> None:
    grace = await opened()
    await office.enrol(grace, "grace", StaffRole.EDITOR, helpline=None)
    await change(ada, HOUSING, "Yes, the council must help.")
    await change(grace, HOUSING, "Ask the council.")
    ids = [draft_of(await one.get("/content/changes")) for one in (ada, grace)]
    for one, id in zip((ada, grace), ids, strict=True):
        await one.post(f"/content/changes/{id}/publish", reason="Shorter")
    await approve(ada, ids[1])
    await finished(ada)
    page = await approve(grace, ids[0], status=409)
    assert "whose words stay" in page


async def test_a_lead_reads_and_changes_nothing(office: Office, opened: Opener) -> None:
    lead = await opened()
    await office.enrol(lead, "lead", StaffRole.SAFEGUARDING_LEAD)
    assert "Keep in my changes" not in await lead.get(GREET)
    await lead.post(GREET, status=403, text="x")


async def test_two_editors_of_the_same_words_settle_it(office: Office, opened: Opener, ada: Browser) -> None:
    grace = await opened()
    await office.enrol(grace, "grace", StaffRole.EDITOR, helpline=None)
    await change(ada, GREET, "Hello from Ada.")
    await change(grace, GREET, "Hello from Grace.")
    id = draft_of(await grace.get("/content/changes"))
    await grace.post(f"/content/changes/{id}/publish", reason="Mine")
    await finished(grace)
    page = await ada.get("/content/changes")
    assert "Somebody else has published" in page
    id = draft_of(page)
    await ada.post(f"/content/changes/{id}/publish", status=409, reason="Mine too")
    await ada.post(f"/content/changes/{id}/settle", **{"bot/domain/responses/greet.yml": "mine"})
    assert "<ins>Ada.</ins>" in await ada.get("/content/changes")


async def test_a_new_topic_a_new_service_and_a_labelled_message(ada: Browser) -> None:
    await ada.get("/content/new/topic")
    page = await ada.post("/content/new/topic", status=400, title="Gardens", text="They help.", examples="one")
    assert "at least 10" in page and "They help." in page
    lines = "\n".join(f"may i dig bed number {n}" for n in range(12))
    assert "Gardens" in await ada.post("/content/new/topic", title="Gardens", text="They help.", examples=lines)
    page = await ada.post(
        "/content/new/service", **{"name": "Spade", "for": "all", "about": "Digs.", "phone": "0808 802 4040", "url": "https://example.org"}
    )  # fmt: skip
    assert "Spade" in page
    told = {"message": "she hit me", "level": "urgent", "kind": "violence", "time": "recent", "words": "he did"} | {
        "direction": "to_writer"
    }
    assert "Copy the words" in await ada.post("/content/item/safety_example.new", status=400, **told)


async def test_a_wording_a_ready_reply_and_a_number_come_and_go(ada: Browser, office: Office) -> None:
    money = "/content/item/response.utter_money.0"
    await ada.get(money)
    assert "Say for whom" in await ada.post(f"{money}/wording", status=400)
    page = await ada.post(f"{money}/wording", nation="wales", role="supporter")
    assert "Take this wording away" in page and "in Wales" in page and "Kept in" in page
    place = page.split('action="')[2].split('"')[0]
    await change(ada, place, "In Wales there is money for them.")
    page = await ada.get("/content/changes")
    assert "in Wales" in page and "there is money for them" in page
    await ada.post(f"{place}/away")
    assert "differs" in await ada.get("/content/changes")
    await ada.post(f"{money}/away", status=400)
    await ada.post(f"{money}/number", status=404, number="0808 802 4040")

    await ada.get("/content/new/reply")
    page = await ada.post("/content/new/reply", status=400, title="Thank you", when="closing", text="{age}")
    assert "be filled in" in page and "Thank you" in page
    assert "Thank you" in await ada.post("/content/new/reply", title="Thank you", when="closing", text="Thank you.")
    await ada.get("/content/item/reply.thank_you")
    assert "Ready reply: Thank you" not in await ada.post("/content/item/reply.thank_you/away")

    service = "/content/item/service.samaritans"
    await ada.get(service)
    assert "no telephone number" in await ada.post(f"{service}/number", status=400, number="soon")
    assert "0808 164 0123" in await ada.post(f"{service}/number", number="0808 164 0123")
    actions = [entry.act.action for entry in office.store.entries()]
    assert {"wording added", "taken away", "new reply", "number added"} <= set(actions)


async def test_going_back_is_one_press(ada: Browser, office: Office) -> None:
    await change(ada, GREET, "Hello once.")
    id = draft_of(await ada.get("/content/changes"))
    await ada.post(f"/content/changes/{id}/publish", reason="Once")
    await finished(ada)
    first = (await ada.get("/content/history")).split("/content/history/")[-1][:40]
    assert "Go back to this version" in await ada.get(f"/content/history/{first}")
    await ada.post(f"/content/history/{first}")
    assert "The earlier version is back" in await finished(ada)
    assert "Hello once." not in await ada.get(GREET)


async def test_an_example_that_hurts_is_found_and_taken_out(ada: Browser, office: Office) -> None:
    """Insight leads to it; it is then gone from the page, and shown in the changes as a line that went."""
    topic = "/content/item/examples.money"
    message = html.unescape((await ada.get(topic)).split('name="message" value="')[1].split('"', maxsplit=1)[0])
    found = await ada.get(f"{topic}?words={message[:12]}")
    assert html.escape(message, quote=True).replace("&#x27;", "&#39;") in found
    page = await ada.post(f"{topic}/example/away", message=message)
    assert "Kept in" in page
    assert message in html.unescape(await ada.get("/content/changes"))
    assert "not there any more" in await ada.post(f"{topic}/example/away", status=400, message=message)
    await ada.post(f"{GREET}/example/away", status=404, message=message)
    assert "example taken out" in [entry.act.action for entry in office.store.entries()]
