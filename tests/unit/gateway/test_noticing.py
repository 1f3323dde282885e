"""What editors learn: nothing of a visitor when off, only what was promised when on, and never in the way."""

import logging
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.editor.inbox import FILE, Inbox, Missed, Pile
from bot.editor.insight import Counted, Entry, monday
from bot.editor.insight_file import FILE as COUNTS
from bot.editor.insight_file import InsightFile
from bot.gateway.dialogue import Said
from bot.gateway.noticing import MOST_ASKED, Noticing
from bot.gateway.plain import add_plain
from bot.sealing import Seal
from bot.vocabulary import Language, Topic
from tests.fakes import NOW, Client, FakeDialogue, MakeClient, make_gateway
from tests.handoffs import make_desk, sqlite_queue
from tests.unit.gateway.test_api import opened, said

CANARY = "zebracanary7731"
FIRST, NOTICE = "Some is kept.", "Kept for 14 days."
TODAY = date(2026, 11, 25)
MISSED = [Said(custom={"missed": True, "guesses": [["housing", 0.31], ["money", 0.2]]}), Said(text="I didn't follow.")]


def answer(topic: str, **more: Any) -> list[Said]:
    return [Said(text=f"About {topic}."), Said(custom={"topic": topic, "guesses": [[topic, 0.8]], **more})]


class Place:
    """A gateway over a folder, and what lies in the folder afterwards."""

    def __init__(self, folder: Path, *, keeps: bool) -> None:
        self.folder = folder
        self.inbox = Inbox(folder / FILE, Seal([b"k" * 32]))
        self.dialogue = FakeDialogue()
        self.noticing = Noticing(
            counts=InsightFile(folder / COUNTS),
            inbox=self.inbox,
            keeps=keeps,
            first=dict.fromkeys(Language, FIRST),
            notice=dict.fromkeys(Language, NOTICE),
            vector=lambda words: (float(len(words)),),
            today=lambda: TODAY,
        )
        self.client: Client

    async def say(self, session: dict[str, str], answers: list[Said], **message: str) -> dict[str, Any]:
        self.dialogue.answers = answers
        return await said(self.client, session, **message)

    async def press(self, session: dict[str, str], topic: str, verdict: str) -> int:
        body = {"topic": topic, "verdict": verdict}
        return (await self.client.post("/api/feedback", json=body, headers=session)).status

    async def stop(self) -> None:
        await self.client.close()

    def kept(self, pile: Pile = Pile.EDITORS) -> list[Missed]:
        return list(self.inbox.read(pile, today=TODAY).values())

    def counted(self) -> Mapping[tuple[Topic, Counted], int]:
        found = self.noticing.counts.read()
        assert all(isinstance(entry, Entry) and entry.week == monday(TODAY) for entry in found)
        return {(entry.topic, entry.what): count for entry, count in found.items()}


@pytest.fixture(params=[True])
async def place(tmp_path: Path, aiohttp_client: MakeClient, request: pytest.FixtureRequest) -> Place:
    made = Place(tmp_path, keeps=request.param)
    app = make_gateway(made.dialogue, noticing=made.noticing)
    add_plain(app)
    made.client = await aiohttp_client(app)
    return made


off = pytest.mark.parametrize("place", [False], indirect=True)


@off
async def test_nothing_of_a_visitor_stays_while_the_inbox_is_off(place: Place) -> None:
    """Not understood, sent back, pressed: there are counts, and not a file more."""
    session = await opened(place.client)
    await place.say(session, MISSED, text=f"{CANARY} flibbert")
    await place.say(session, answer("housing"), text=f"{CANARY} where do i go")
    assert await place.press(session, "housing", "not_it") == 204
    await place.say(session, answer("deny"), text="that's not it")
    await place.stop()
    assert [path.name for path in place.folder.iterdir()] == [COUNTS]
    assert CANARY.encode() not in (place.folder / COUNTS).read_bytes()
    assert place.counted() == {(Topic.HOUSING, Counted.ANSWERED): 1, (Topic.HOUSING, Counted.NOT_HELPED): 1}


@off
async def test_nobody_is_told_of_an_inbox_that_is_off(place: Place) -> None:
    """Neither on the first screen nor when asked about privacy, nor on the pages."""
    first = await (await place.client.post("/api/sessions")).json()
    assert FIRST not in str(first)
    reply = await place.say(await opened(place.client), answer("privacy"), text="what do you keep")
    assert NOTICE not in str(reply)
    for page in ("/chat", "/plain"):
        text = await (await place.client.get(page)).text()
        assert FIRST not in text and "14 days" not in text


async def test_visitors_are_told_before_their_first_message(place: Place) -> None:
    """On the first screen with and without JavaScript, in the page's own words, and when they ask."""
    first = await (await place.client.post("/api/sessions")).json()
    assert FIRST in first["reply"]["messages"][0]["text"]
    for page in ("/chat", "/plain"):
        text = await (await place.client.get(page)).text()
        assert FIRST in text and "14 days" in text
    reply = await place.say(await opened(place.client), answer("privacy"), text="what do you keep")
    assert reply["messages"][0]["text"].endswith(NOTICE)


async def test_what_was_not_understood_is_kept_redacted_and_sealed(
    place: Place, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """With its guesses and the vector of the redacted words; on disk nobody reads it, and no log holds it."""
    caplog.set_level(logging.DEBUG)
    session = await opened(place.client)
    await place.say(session, MISSED, text=f"{CANARY} flibbert 07700 900123")
    await place.stop()
    (kept,) = place.kept()
    redacted = f"{CANARY} flibbert [phone]"
    assert kept == Missed(text=redacted, guesses=(("housing", 0.31), ("money", 0.2)), vector=(float(len(redacted)),))
    for path in place.folder.iterdir():
        assert CANARY.encode() not in path.read_bytes() and b"07700" not in path.read_bytes()
    out, err = capfd.readouterr()
    assert CANARY not in out + err + caplog.text


async def test_an_answer_that_was_not_it_keeps_what_it_answered(place: Place) -> None:
    """Said in words: the message before, once, and not the complaint."""
    session = await opened(place.client)
    await place.say(session, answer("housing"), text=f"{CANARY} where do i go")
    await place.say(session, answer("deny"), text="no that's not what i asked")
    await place.say(session, answer("deny"), text="that's not it")
    await place.stop()
    assert [(one.text, one.guesses) for one in place.kept()] == [(f"{CANARY} where do i go", (("housing", 0.8),))]


async def test_pressing_that_it_was_not_it_keeps_the_message_once(place: Place) -> None:
    """However often it is pressed; "no" alone keeps nothing."""
    session = await opened(place.client)
    reply = await place.say(session, answer("housing"), text=f"{CANARY} where do i go")
    assert reply["messages"][0]["verdicts"] == ["yes", "no", "not_it"]
    assert [await place.press(session, "housing", "not_it") for _ in range(3)] == [204] * 3
    other = await opened(place.client)
    await place.say(other, answer("money"), text="no money")
    await place.press(other, "money", "no")
    await place.stop()
    assert [one.text for one in place.kept()] == [f"{CANARY} where do i go"]
    assert place.counted()[Topic.HOUSING, Counted.NOT_HELPED] == 1


@pytest.mark.parametrize("words", [f"he slaps me {CANARY}", f"{CANARY} hands round my throat"])
async def test_danger_is_for_the_safeguarding_lead_alone(place: Place, words: str) -> None:
    """Urgent or emergency, and whatever is written while danger is in view."""
    session = await opened(place.client)
    await place.say(session, MISSED, text=words)
    await place.say(session, MISSED, text=f"{CANARY} flibbert")
    await place.stop()
    assert place.kept() == []
    assert {one.text for one in place.kept(Pile.SAFETY)} == {words, f"{CANARY} flibbert"}


async def test_nothing_of_a_talk_with_a_person_is_kept(tmp_path: Path, aiohttp_client: MakeClient) -> None:
    """While a person is awaited or there, what is written is theirs, and what came before is no longer held."""
    place = Place(tmp_path / "learned", keeps=True)
    queue = sqlite_queue(tmp_path / "handoffs.sqlite", lambda: NOW)
    desk = make_desk(queue, lambda: NOW)
    place.client = await aiohttp_client(make_gateway(place.dialogue, desk=desk, noticing=place.noticing))
    session = await opened(place.client)
    await place.say(session, answer("housing"), text=f"{CANARY} before")
    await said(place.client, session, choice='/handoff{"step": "start"}')
    await said(place.client, session, text="that's not it")
    await place.stop()
    assert place.kept() == [] and place.kept(Pile.SAFETY) == []


async def test_a_disk_that_fails_costs_nobody_an_answer(place: Place) -> None:
    """The answer comes as ever; what could not be written is counted."""
    (place.folder / FILE).mkdir()
    (place.folder / COUNTS).mkdir()
    reply = await place.say(await opened(place.client), MISSED, text=f"{CANARY} flibbert")
    assert reply["messages"][0]["text"] == "I didn't follow."
    await place.stop()


async def test_it_is_asked_quietly(place: Place) -> None:
    """Once a topic, never twice in a row, not of what is about the chat, and a few times a visit at most."""
    session = await opened(place.client)
    asked = []
    topics = ["greet", "housing", "money", "housing", "money", "police", "work", "pets", "court_orders", "health"]
    for topic in topics:
        reply = await place.say(session, answer(topic), text=f"about {topic}")
        asked += [topic] if "verdicts" in reply["messages"][0] else []
    assert asked == ["housing", "money", "work"] and len(asked) == MOST_ASKED


async def test_in_danger_it_is_not_asked(place: Place) -> None:
    """Neither beside the notice nor while danger is in view."""
    session = await opened(place.client)
    for words in ("he slaps me", "where can i go"):
        reply = await place.say(session, answer("housing"), text=words)
        assert "verdicts" not in reply["messages"][0] and reply["care"]


async def test_counts_hold_topic_verdict_and_week_only(place: Place) -> None:
    """Yes, and where the visit ended. What was not asked can't be counted."""
    session = await opened(place.client)
    await place.say(session, answer("housing"), text="where do i go")
    assert await place.press(session, "money", "yes") == 204
    assert await place.press(session, "housing", "yes") == 204
    token = session["Authorization"].removeprefix("Bearer ")
    await place.client.post("/api/sessions/end", json={"token": token})
    await place.stop()
    assert place.counted() == {
        (Topic.HOUSING, Counted.ANSWERED): 1,
        (Topic.HOUSING, Counted.HELPED): 1,
        (Topic.HOUSING, Counted.LEFT): 1,
    }


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({}, {"topic": "housing", "verdict": "yes"}, 401),
        ({"Authorization": "Bearer " + "x" * 43}, {"topic": "housing", "verdict": "yes"}, 401),
        ({"Authorization": "Bearer " + "x" * 43}, {"topic": "housing", "verdict": "maybe"}, 400),
        ({"Authorization": "Bearer " + "x" * 43}, {"topic": "housing", "verdict": "yes", "text": CANARY}, 400),
    ],
)
async def test_odd_feedback_is_refused(
    place: Place, headers: dict[str, str], body: dict[str, str], status: int
) -> None:
    """It has no room for words."""
    assert (await place.client.post("/api/feedback", json=body, headers=headers)).status == status


async def test_without_javascript_it_is_a_press_too(place: Place) -> None:
    """Pressed on the page of a form: thanked, counted once, and what stood in the box is still there."""
    page = await (await place.client.get("/plain")).text()
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    place.dialogue.answers = answer("housing")
    form = {"token": token[1], "text": "where do i go", "id": "1"}
    page = await (await place.client.post("/plain", data=form)).text()
    assert 'name="helped" value="housing yes"' in page
    pressed = {"token": token[1], "helped": "housing yes", "text": "and also"}
    page = await (await place.client.post("/plain", data=pressed)).text()
    assert "Thank you" in page and "About housing" in page and "and also" in page and "housing yes" not in page
    odd = await place.client.post("/plain", data=pressed | {"helped": f"{CANARY} yes"})
    assert odd.status == 200 and CANARY not in await odd.text()
    await place.stop()
    assert place.counted()[Topic.HOUSING, Counted.HELPED] == 1
