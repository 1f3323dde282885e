"""What others did meanwhile is said in plain words on the pages, with what to do, and what was typed is still there."""

from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from bot.editor.drafts import Draft, Drafts, State
from bot.editor.library import Library
from bot.editor.parts import take_away
from bot.vocabulary import StaffRole
from tests.unit.console.conftest import Opener
from tests.unit.console.office import Browser, Office

GREET, SAMARITANS = "/content/item/response.utter_greet.0", "/content/item/service.samaritans"
GREETING, RECORD = "bot/domain/responses/greet.yml", "data/services/samaritans.yml"
ACTS: Mapping[str, Mapping[str, str]] = {
    "try": {}, "publish": {"reason": "typed words"}, "approve": {"seen": "x"}, "back": {"text": "typed words"},
    "comment": {"text": "typed words"}, "out": {"path": GREETING}, "settle": {GREETING: "mine"},
}  # fmt: skip
WAYS = [State.PUBLISHED, State.DROPPED]


@pytest.fixture
async def ada(office: Office, opened: Opener) -> Browser:
    return await office.entered(await opened(), "ada", StaffRole.EDITOR, helpline=None, page="/content/history")


@pytest.fixture
async def grace(office: Office, opened: Opener) -> Browser:
    return await office.entered(await opened(), "grace", StaffRole.EDITOR, helpline=None, page="/content/history")


@pytest.fixture
def draft(office: Office) -> Draft:
    newsroom = office.newsroom
    text = newsroom.publisher.tree()[GREETING].replace("Hello", "Hi")
    return newsroom.drafts.put("ada", newsroom.publisher.current().commit, {GREETING: text}, office.clock())


def publish(office: Office, texts: Mapping[str, str | None]) -> None:
    """As somebody else, at a terminal."""
    history = office.newsroom.publisher._history
    history.add(texts, base=history.current().commit, author="grace", reason="Meanwhile", approved_by=None)


def end(office: Office, draft: Draft, state: State) -> None:
    if state is State.PUBLISHED:
        publish(office, draft.texts)
    office.newsroom.drafts.change(draft.id, office.clock(), state=state)


def test_every_act_on_a_change_set_is_tried_here(office: Office) -> None:
    routes = [route.resource.canonical for route in office.app().router.routes() if route.method == "POST"]
    assert {one.rpartition("/")[2] for one in routes if one.startswith("/content/changes/{id}/")} == set(ACTS)


@pytest.mark.parametrize("state", WAYS)
async def test_a_change_set_that_ended_says_so_to_whatever_is_pressed(
    office: Office, ada: Browser, grace: Browser, draft: Draft, state: State
) -> None:
    end(office, draft, state)
    before = office.newsroom.drafts.get(draft.id)
    for act, fields in ACTS.items():
        page = await (grace if act == "approve" else ada).post(
            f"/content/changes/{draft.id}/{act}", status=409, **fields
        )
        assert f"{state} already" in page and 'role="alert"' in page, act
        assert ("typed words</textarea>" in page) == ("typed words" in fields.values()), act
    page = await ada.get(f"/content/changes/{draft.id}")
    assert "Take it back" not in page and "Put it there" not in page and "Settle it" not in page
    assert office.newsroom.drafts.get(draft.id) == before
    assert 'data-state="idle"' in await ada.get("/content/progress/part")


@pytest.mark.parametrize("state", WAYS)
async def test_one_that_ends_while_a_press_is_answered_says_so_too(
    office: Office, ada: Browser, grace: Browser, draft: Draft, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was open, or waiting, when the answer began. Trying out is left out: it changes nothing."""
    end(office, draft, state)
    get = Drafts.get
    for act, fields in ((act, fields) for act, fields in ACTS.items() if act != "try"):
        stale = [replace(draft, state=State.WAITING if act == "approve" else State.OPEN)]
        seen = {"seen": draft.changed.isoformat()} if act == "approve" else fields

        def once(drafts: Drafts, id: str, stale: list[Draft] = stale) -> Draft:
            return stale.pop() if stale else get(drafts, id)

        monkeypatch.setattr(Drafts, "get", once)
        page = await (grace if act == "approve" else ada).post(f"/content/changes/{draft.id}/{act}", status=409, **seen)
        assert f"{state} already" in page and not stale, act
    assert 'data-state="idle"' in await ada.get("/content/progress/part")


async def test_one_that_was_taken_back_is_not_approved(ada: Browser, grace: Browser, draft: Draft) -> None:
    page = await grace.post(f"/content/changes/{draft.id}/approve", status=409, seen=draft.changed.isoformat())
    assert "took these changes back" in page


async def test_a_change_set_nobody_has_says_so(ada: Browser) -> None:
    for act, fields in ACTS.items():
        page = await ada.post(f"/content/changes/{'0' * 16}/{act}", status=404, **fields)
        assert "Nobody has a change set" in page and 'href="/content/changes"' in page, act
        assert ("typed words" in page) == ("typed words" in fields.values()), act
    assert "Nobody has a change set" in await ada.get(f"/content/changes/{'0' * 16}", status=404)


async def test_an_item_that_is_gone_says_so_and_gives_back_what_was_typed(office: Office, ada: Browser) -> None:
    """A wording or a whole service, whatever is pressed on its page."""
    publish(office, {GREETING: None, RECORD: None})
    for place, act, fields in (
        (GREET, "", {"text": "typed words"}), (GREET, "/wording", {"nation": "wales"}), (GREET, "/away", {}),
        (SAMARITANS, "", {"about": "typed words"}), (SAMARITANS, "/number", {"number": "typed words"}),
        (SAMARITANS, "/number/away", {"number": "116 123"}), ("/content/item/reply.none", "/away", {}),
    ):  # fmt: skip
        page = await ada.post(f"{place}{act}", status=404, seen="hidden mark", **fields)
        assert "not there any more" in page and 'href="/content"' in page and "hidden mark" not in page, (place, act)
        assert ("typed words</textarea>" in page) == ("typed words" in fields.values()), (place, act)
    assert "not there any more" in await ada.get(GREET, status=404)
    answer = await ada.raw("POST", GREET.replace("item", "check"), data={"csrf": ada.csrf, "text": "x"})
    assert answer.status == 404 and (await answer.json())["error"]["code"] == "not_found"
    assert office.newsroom.drafts.of("ada") is None


async def test_words_that_others_changed_since_are_not_put_back(office: Office, ada: Browser) -> None:
    """A form opened before is not kept over them; what was typed is given back, the rest of the form is not."""
    page = await ada.get(SAMARITANS)
    seen = page.split('name="seen" value="')[1].split('"')[0]
    before = office.newsroom.publisher.tree()[RECORD]
    publish(office, {RECORD: before.replace("at any hour", "day and night")})
    form = {"seen": seen, "name": "Samaritans", "about": "Someone to talk to at any hour."}
    page = await ada.post(SAMARITANS, status=409, **form)
    assert "changed since you opened it" in page and "at any hour.</textarea>" in page and "Look at it" in page
    assert office.newsroom.drafts.of("ada") is None
    page = await ada.get(SAMARITANS)
    form["seen"] = page.split('name="seen" value="')[1].split('"')[0]
    assert "Kept in" in await ada.post(SAMARITANS, **form)


async def test_another_wording_that_moved_up_is_not_taken_away(office: Office, ada: Browser) -> None:
    """Somebody took away the one that was meant; its number is now that of the next."""
    library = Library(office.newsroom.publisher.tree())
    item = library.items["response.utter_housing.1"]
    page = await ada.get(f"/content/item/{item.id}")
    publish(office, take_away(library.tree, item, library.siblings(item)))
    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert "changed since" in await ada.post(f"/content/item/{item.id}/away", status=409, seen=seen)
    assert "changed since" in await ada.post(f"/content/item/{item.id}", status=409, seen=seen, text="For Wales.")
    assert office.newsroom.drafts.of("ada") is None


async def test_pressing_twice_is_no_conflict(office: Office, ada: Browser) -> None:
    page = await ada.get(SAMARITANS)
    form = {"seen": page.split('name="seen" value="')[1].split('"')[0], "about": "Someone who listens."}
    assert "Kept in" in await ada.post(SAMARITANS, **form)
    assert "Nothing was different" in await ada.post(SAMARITANS, **form)


async def test_a_version_nobody_knows_can_not_be_gone_back_to(office: Office, ada: Browser) -> None:
    for commit in ("0" * 40, "0" * 7, office.newsroom.publisher.current().commit[:12]):
        page = await ada.post(f"/content/history/{commit}", status=404, reason="typed words")
        assert "no such version" in page and "typed words</textarea>" in page and 'href="/content/history"' in page
        assert "no such version" in await ada.get(f"/content/history/{commit}", status=404)
    assert 'data-state="idle"' in await ada.get("/content/progress/part")


async def test_a_number_is_taken_away_on_the_page_of_its_service(office: Office, ada: Browser) -> None:
    page = await ada.get(SAMARITANS)
    assert 'action="/content/item/service.samaritans/number/away"' in page
    page = await ada.post(f"{SAMARITANS}/number/away", status=400, number="116 123")
    assert "only number on which this service can be rung" in page and 'role="alert"' in page
    await ada.post(f"{SAMARITANS}/number", number="0808 164 0123")
    assert "0808 164 0123" not in await ada.post(f"{SAMARITANS}/number/away", number="0808 164 0123")
    await ada.post(f"{GREET}/number/away", status=404, number="116 123")
    assert "number taken away" in [entry.act.action for entry in office.store.entries()]
