"""From the chat to a person and back, as a visitor's page and a worker's console see it: real gateway, real store."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType, web
from aiohttp.test_utils import TestClient

from bot.gateway.dialogue import Said as BotSaid
from bot.gateway.sessions import Sessions
from bot.handoff.queue import Queue
from bot.handoff.records import HandoffId, Happened
from bot.handoff.store import StoreDown
from bot.stores.memory import MemoryTurns
from bot.vocabulary import HandoffMode, HandoffState, Kind, Level, Outcome, Sender
from tests.fakes import FakeDialogue, make_gateway
from tests.handoffs import ANN, BEN, NORTH, SOUTH, Clock, make_desk, said, sqlite_queue

Client = TestClient[web.Request, web.Application]
MakeClient = Callable[[web.Application], Awaitable[Client]]


class Store(Queue):
    """A store that can be out of reach, and slow to keep words."""

    down = False
    stuck: asyncio.Event | None = None  # words that aren't danger are kept once it is set
    held: asyncio.Event | None = None  # set when words are held up
    alarmed: asyncio.Event | None = None  # set when the place was raised

    async def say(self, id: Any, said: Any) -> Any:
        if self.stuck is not None and not said.cues:
            if self.held is not None:
                self.held.set()
            await self.stuck.wait()
        return await super().say(id, said)

    async def raise_severity(self, id: Any, level: Any, cues: Any) -> Any:
        raised = await super().raise_severity(id, level, cues)
        if self.alarmed is not None:
            self.alarmed.set()
        return raised

    async def add(self, handoff: Any) -> Any:
        if self.down:
            raise StoreDown("down")
        return await super().add(handoff)

    async def get(self, id: Any) -> Any:
        if self.down:
            raise StoreDown("down")
        return await super().get(id)

    async def visitor_here(self, id: Any) -> Any:
        if self.down:
            raise StoreDown("down")
        return await super().visitor_here(id)


@dataclass
class Chat:
    """One visitor's page, the worker's store behind it, and the bot that must be silent at times."""

    client: Client
    store: Store
    bot: FakeDialogue
    clock: Clock
    turns: MemoryTurns
    token: str = ""

    async def open(self, role: str | None = "victim") -> "Chat":
        response = await self.client.post("/api/sessions", json={})
        chat = Chat(self.client, self.store, self.bot, self.clock, self.turns, (await response.json())["token"])
        if role:
            await chat.press(f'/door{{"role": "{role}"}}')
        return chat

    async def send(self, **message: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}"}
        response = await self.client.post("/api/messages", json=message, headers=headers)
        assert response.status == 200, await response.text()
        reply: dict[str, Any] = await response.json()
        return reply

    async def write(self, text: str) -> dict[str, Any]:
        return await self.send(text=text)

    async def press(self, payload: str) -> dict[str, Any]:
        return await self.send(choice=payload)

    async def leave(self) -> None:
        assert (await self.client.post("/api/sessions/end", json={"token": self.token})).status == 204

    async def agree(self, mode: str = "here") -> dict[str, Any]:
        """The shortest way to a yes."""
        return await self.press(wanted(await self.to_the_summary(mode), "Yes, pass this on"))

    async def to_the_summary(self, mode: str = "here") -> dict[str, Any]:
        """Past every question, to what would be passed on."""
        await self.press('/handoff{"step": "start"}')
        return await self.skip(await self.press(f'/handoff{{"step": "mode", "pick": "{mode}"}}'))

    async def skip(self, reply: dict[str, Any]) -> dict[str, Any]:
        """Past the questions that are left."""
        while (skip := button(reply, "Skip this")) is not None:
            reply = await self.press(skip)
        return reply

    async def live(self) -> ClientWebSocketResponse:
        socket = await self.client.ws_connect("/api/live")
        await socket.send_json({"token": self.token})
        return socket


def button(reply: dict[str, Any], title: str) -> str | None:
    choices = [choice for message in reply["messages"] for choice in message.get("choices", [])]
    return next((choice["payload"] for choice in choices if choice["title"] == title), None)


def wanted(reply: dict[str, Any], title: str) -> str:
    payload = button(reply, title)
    assert payload is not None, reply
    return payload


def text(reply: dict[str, Any]) -> str:
    return "\n".join(message["text"] for message in reply["messages"])


async def with_ann(chat: "Chat") -> tuple["Chat", HandoffId]:
    """A visitor whose handoff Ann has taken."""
    visitor = await chat.open()
    await visitor.agree()
    handoff_id = (await chat.store.waiting(NORTH))[0].handoff.id
    await chat.store.claim(handoff_id, ANN, "Ann")
    return visitor, handoff_id


async def frame(socket: ClientWebSocketResponse, kind: str, **wanted: Any) -> dict[str, Any]:
    """The next frame of a kind that holds what is wanted."""
    async with asyncio.timeout(30):
        while True:
            got = await socket.receive()
            assert got.type is WSMsgType.TEXT, got
            told: dict[str, Any] = got.json()
            if told["type"] == kind and all(told.get(name) == value for name, value in wanted.items()):
                return told


@pytest.fixture
async def chat(aiohttp_client: MakeClient, tmp_path: Path) -> Chat:
    clock = Clock(datetime.now(UTC))
    made = sqlite_queue(tmp_path / "h.sqlite", clock)
    store = Store(made._shelf, made._seal, now=clock)
    bot = FakeDialogue()
    turns = MemoryTurns(most=100)
    sessions = Sessions(turns, idle_seconds=1800, session_seconds=86400)
    client = await aiohttp_client(make_gateway(bot, sessions, make_desk(store, clock)))
    await store.present(NORTH, ANN, "Ann", until=clock() + timedelta(hours=1))
    return Chat(client, store, bot, clock, turns)


async def test_a_person_is_offered_where_one_is_asked_for(chat: Chat) -> None:
    """The bot's answer about people carries the way to one."""
    chat.bot.answers = [BotSaid(text="There are lines."), BotSaid(custom={"topic": "person"})]
    reply = await (await chat.open()).press("/person")
    assert button(reply, "Pass this to a person") == '/handoff{"step": "start"}'


async def test_a_person_is_offered_with_danger(chat: Chat) -> None:
    """A cue calls for one too."""
    visitor = await chat.open()
    assert button(await visitor.write("hello"), "Pass this to a person") is None
    assert button(await visitor.write("he slaps me"), "Pass this to a person") is not None


async def test_nothing_goes_to_anyone_before_the_yes(chat: Chat) -> None:
    """Words, answers and a mode are given; without the last yes the queue stays empty."""
    visitor = await chat.open()
    await visitor.write("he slaps me when the kids are in bed")
    reply = await visitor.to_the_summary()
    assert "he slaps me when the kids are in bed" in text(reply)
    assert await chat.store.waiting(NORTH) == []
    reply = await visitor.press(wanted(reply, "No, don't pass anything on"))
    assert "Nothing has been passed on" in text(reply) and reply["state"] == "bot"
    assert await chat.store.waiting(NORTH) == [] == await chat.store.recent(NORTH, since=chat.clock() - timedelta(1))


async def test_what_is_passed_on_is_what_was_shown(chat: Chat) -> None:
    """Every line stood in what the visitor said yes to: own words apart from what was noticed, with the place of the cue."""
    visitor = await chat.open()
    await visitor.write("ring me on 07700 900123, he slaps me")
    await visitor.press('/handoff{"step": "start"}')
    reply = await visitor.press('/handoff{"step": "mode", "pick": "here"}')
    reply = await visitor.write("somewhere to go with the dog")  # what would help most
    reply = await visitor.skip(reply)
    shown = text(reply)
    reply = await visitor.press(wanted(reply, "Yes, pass this on"))
    assert reply["state"] == "waiting"
    handoff = (await chat.store.waiting(NORTH))[0].handoff
    for line in handoff.summary.lines:
        assert f"{line.label}: {line.text}" in shown
    own = {line.key: line.text for line in handoff.summary.lines if line.own}
    assert own == {"told_1": "ring me on [phone], he slaps me", "wants": "somewhere to go with the dog"}
    cue = handoff.summary.reading.cues[0]
    assert own[str(cue.line)][cue.start : cue.end] == "slaps" and cue.kind is Kind.VIOLENCE
    assert handoff.severity is Level.URGENT
    assert handoff.reference.replace("-", " ") in text(reply)


async def test_a_line_can_be_struck_and_said_otherwise(chat: Chat) -> None:
    """Struck danger does not even order the queue; new words replace the old ones."""
    visitor = await chat.open()
    await visitor.write("he slaps me")
    reply = await visitor.to_the_summary()
    reply = await visitor.press(wanted(reply, "Change or leave out a line"))
    reply = await visitor.press(wanted(reply, "What this chat noticed"))
    reply = await visitor.press(wanted(reply, "Leave this out"))
    assert "noticed:" not in text(reply)
    reply = await visitor.press(wanted(reply, "Change or leave out a line"))
    assert wanted(reply, "What this chat noticed (left out)")
    reply = await visitor.press(wanted(reply, "In your words"))
    await visitor.press(wanted(reply, "Say it in other words"))
    reply = await visitor.write("we argue a lot")
    assert "he slaps me" not in text(reply) and "In your words: we argue a lot" in text(reply)
    await visitor.press(wanted(reply, "Yes, pass this on"))
    handoff = (await chat.store.waiting(NORTH))[0].handoff
    assert [line.text for line in handoff.summary.lines if line.own] == ["we argue a lot"]
    assert handoff.severity is Level.NONE and handoff.summary.reading.cues == ()


async def test_any_line_can_be_said_otherwise(chat: Chat) -> None:
    """Also what a button or the machine said: the visitor's words then stand for it, and the conclusion is gone."""
    visitor = await chat.open()
    await visitor.write("he slaps me")
    reply = await visitor.to_the_summary()
    for label in ("Who it is about", "What this chat noticed"):
        reply = await visitor.press(wanted(reply, "Change or leave out a line"))
        reply = await visitor.press(wanted(reply, label))
        await visitor.press(wanted(reply, "Say it in other words"))
        reply = await visitor.write("me and my sister")
        assert f"{label}: me and my sister" in text(reply)
    await visitor.press(wanted(reply, "Yes, pass this on"))
    summary = (await chat.store.waiting(NORTH))[0].handoff.summary
    assert [line.text for line in summary.lines if line.own] == ["me and my sister", "he slaps me", "me and my sister"]
    assert summary.reading.role is None and summary.reading.cues == ()


async def test_a_yes_sent_twice_is_one_handoff(chat: Chat) -> None:
    """Pressed again after a lost answer, with another message id."""
    visitor = await chat.open()
    first = await visitor.agree()
    again = await visitor.press('/handoff{"step": "agree"}')
    assert text(first) == text(again) and again["state"] == "waiting"
    assert len(await chat.store.waiting(NORTH)) == 1


async def test_own_behaviour_and_harm_never_meet(chat: Chat) -> None:
    """Who is worried about how they behave reaches the line for that, and nobody else does."""
    await chat.store.present(SOUTH, BEN, "Ben", until=chat.clock() + timedelta(hours=1))
    await (await chat.open("own_behaviour")).agree()
    await (await chat.open("victim")).agree()
    north, south = await chat.store.waiting(NORTH), await chat.store.waiting(SOUTH)
    assert [p.handoff.summary.reading.role for p in north] == ["victim"]
    assert [p.handoff.summary.reading.role for p in south] == ["own_behaviour"]
    nobody = await (await chat.open("supporter")).press('/handoff{"step": "start"}')
    assert "can't pass this to a person" in text(nobody) and nobody["messages"][0]["services"]


async def test_who_it_is_about_is_asked_when_it_is_not_known(chat: Chat) -> None:
    """The door may never have been used."""
    visitor = await chat.open(None)
    reply = await visitor.press('/handoff{"step": "start"}')
    reply = await visitor.press(wanted(reply, "Something is happening to me"))
    assert "North line" in text(reply) and reply["role"] == "victim"


async def test_talking_now_is_offered_only_while_somebody_is_there(chat: Chat) -> None:
    """Nobody on duty is said at once, with lines; a worker on a break does not count."""
    visitor = await chat.open()
    assert button(await visitor.press('/handoff{"step": "start"}'), "Talk here now")
    await chat.store.present(NORTH, ANN, "Ann", until=chat.clock() + timedelta(hours=1), on_break=True)
    reply = await visitor.press('/handoff{"step": "start"}')
    assert button(reply, "Talk here now") is None and button(reply, "Leave it, with a reference")
    assert "Nobody at North line is here" in text(reply) and reply["messages"][0]["services"]


async def test_one_left_for_later_asks_how_to_be_reached_and_leaves_the_bot_on(chat: Chat) -> None:
    """Safe contact is asked for; the chat goes on; leaving it keeps what was agreed."""
    visitor = await chat.open()
    await visitor.press('/handoff{"step": "start"}')
    reply = await visitor.press('/handoff{"step": "mode", "pick": "later"}')
    answers = {
        "May they reach you": "By phone",
        "When is it safe": "In the evening",
        "someone else answers": "Hang up or don't reply",
    }
    while (skip := button(reply, "Skip this")) is not None:
        title = next((answer for question, answer in answers.items() if question in text(reply)), None)
        if "Write the number" in text(reply):
            reply = await visitor.write("07700 900123")
        else:
            reply = await visitor.press(wanted(reply, title) if title else skip)
    reply = await visitor.press(wanted(reply, "Yes, pass this on"))
    assert reply["state"] == "bot"
    assert text(await visitor.write("one more thing")) == "An answer."
    await visitor.leave()
    handoff = (await chat.store.waiting(NORTH))[0].handoff
    lines = {line.key: line.text for line in handoff.summary.lines}
    assert handoff.mode is HandoffMode.LATER
    assert lines["contact_to"] == "07700 900123" and lines["contact_when"] == "In the evening"
    assert lines["contact_how"] == "Hang up, or don't reply"


async def test_with_the_store_down_nothing_is_pretended(chat: Chat) -> None:
    """The visitor is told that nobody has it, gets lines, and may try again."""
    visitor = await chat.open()
    reply = await visitor.to_the_summary()
    chat.store.down = True
    failed = await visitor.press(wanted(reply, "Yes, pass this on"))
    assert failed["degraded"] and failed["state"] == "bot" and failed["messages"][0]["services"]
    assert "nobody has it" in text(failed)
    chat.store.down = False
    assert (await visitor.press(wanted(failed, "Yes, pass this on")))["state"] == "waiting"
    assert len(await chat.store.waiting(NORTH)) == 1


async def test_words_that_could_not_be_kept_are_not_pretended_either(chat: Chat) -> None:
    """While talking with the store down the bot stays silent, and the visitor knows."""
    visitor = await chat.open()
    await visitor.agree()
    turns = len(chat.bot.turns)
    chat.store.down = True
    reply = await visitor.write("are you there")
    assert reply["degraded"] and reply["state"] == "waiting" and "has not reached them" in text(reply)
    assert len(chat.bot.turns) == turns
    chat.store.down = False


async def test_the_bot_is_silent_from_the_yes_until_handed_back(chat: Chat) -> None:
    """Words and buttons go to the person or get a short word from us; never an answer of the bot's."""
    visitor = await chat.open()
    handoff_id = (await visitor.agree()) and (await chat.store.waiting(NORTH))[0].handoff.id
    turns = len(chat.bot.turns)
    await visitor.write("I will write while I wait")
    await visitor.press("/housing")
    await chat.store.claim(handoff_id, ANN, "Ann")
    await chat.store.say(handoff_id, said("Hello, I am Ann", Sender.PERSON, ANN, name="Ann"))
    reply = await visitor.write("hello Ann")
    assert reply["state"] == "person"
    assert [m["from"] for m in reply["messages"]] == ["service", "person"]
    await visitor.press("/safe_now")
    assert len(chat.bot.turns) == turns
    texts = [m.text for m in await chat.store.messages(handoff_id)]
    assert texts == ["I will write while I wait", "Hello, I am Ann", "hello Ann"]
    await chat.store.close(handoff_id, ANN, Outcome.HELPED)
    reply = await visitor.write("and now?")
    assert reply["state"] == "bot" and "The talk has ended" in text(reply) and "An answer." in text(reply)
    assert len(chat.bot.turns) == turns + 1


async def test_danger_while_waiting_brings_the_care_block_and_raises_the_place(chat: Chat) -> None:
    """999 is never left to the person who may come."""
    visitor = await chat.open()
    await visitor.agree()
    reply = await visitor.write("he has a bat")
    assert reply["care"]["level"] == "emergency" and reply["state"] == "waiting"
    place = (await chat.store.waiting(NORTH))[0]
    assert place.level is Level.EMERGENCY and place.kinds == (Kind.IMMEDIATE_DANGER,)
    cue = place.handoff.raised[0]
    message = (await chat.store.messages(place.handoff.id))[0]
    assert cue.line == message.id and message.text[cue.start : cue.end] == "bat"


async def test_danger_beside_an_earlier_message_reaches_the_worker_and_raises_the_place(chat: Chat) -> None:
    """With the message before still held up, nobody waits to hear that there is a bat, and they hear it once."""
    visitor = await chat.open()
    await visitor.agree()
    chat.store.stuck, chat.store.held, chat.store.alarmed = asyncio.Event(), asyncio.Event(), asyncio.Event()
    earlier = asyncio.create_task(visitor.send(id="one", text="hello"))
    async with asyncio.timeout(30):
        await chat.store.held.wait()
    reply = await visitor.send(id="two", text="he has a bat")
    assert reply["care"]["level"] == "emergency" and reply["state"] == "waiting" and not earlier.done()
    async with asyncio.timeout(30):
        await chat.store.alarmed.wait()
    place = (await chat.store.waiting(NORTH))[0]
    assert place.level is Level.EMERGENCY and place.kinds == (Kind.IMMEDIATE_DANGER,)
    assert [one.text for one in await chat.store.messages(place.handoff.id)] == ["he has a bat"]
    chat.store.stuck.set()
    await earlier
    assert await visitor.send(id="two", text="he has a bat") == reply
    kept = await chat.store.messages(place.handoff.id)
    assert sorted(one.text for one in kept) == ["he has a bat", "hello"]
    assert len((await chat.store.get(place.handoff.id)).raised) == 1


async def test_saying_that_it_happens_now_raises_the_place(chat: Chat) -> None:
    """A button is enough, and brings the first lines of an emergency."""
    visitor = await chat.open()
    await visitor.agree()
    reply = await visitor.press("/unsafe_now")
    assert reply["care"]["level"] == "emergency" and reply["state"] == "waiting"
    assert (await chat.store.waiting(NORTH))[0].level is Level.EMERGENCY


async def test_what_is_kept_of_a_chat_can_not_be_read_without_its_token(chat: Chat) -> None:
    """Replies that show the visitor's words are kept for messages sent again, and sealed like the rest."""
    canary = "zebracanary5519"
    visitor = await chat.open()
    await visitor.write(f"{canary} he slaps me")
    reply = await visitor.to_the_summary()
    assert canary in text(reply)
    kept = b"".join(value for _, value in chat.turns._kept.values())
    assert kept and canary.encode() not in kept


async def test_danger_is_not_taken_for_an_answer(chat: Chat) -> None:
    """In the middle of our questions an emergency goes to the bot's care, and the way on is offered."""
    visitor = await chat.open()
    await visitor.press('/handoff{"step": "start"}')
    await visitor.press('/handoff{"step": "mode", "pick": "here"}')
    reply = await visitor.write("he has a bat")
    assert reply["care"]["level"] == "emergency" and "An answer." in text(reply)
    assert button(reply, "Go on with passing it on")


async def test_a_talk_over_the_live_line(chat: Chat) -> None:
    """Both ways, with names, typing, and an end."""
    visitor = await chat.open()
    await visitor.agree()
    handoff_id = (await chat.store.waiting(NORTH))[0].handoff.id
    socket = await visitor.live()
    await frame(socket, "state", state="waiting")
    await chat.store.claim(handoff_id, ANN, "Ann")
    await frame(socket, "state", state="person", name="Ann")
    joined = await frame(socket, "message")
    assert "Ann from North line is here" in joined["message"]["text"] and joined["message"]["from"] == "service"
    await chat.store.typing(handoff_id, Sender.PERSON)
    await frame(socket, "typing", typing=True)
    await chat.store.say(handoff_id, said("Hello", Sender.PERSON, ANN, id="w1"))
    await frame(socket, "typing", typing=False)
    told = await frame(socket, "message")
    assert told["message"] == {"id": "p-w1", "from": "person", "text": "Hello"}
    async with chat.store.subscribe(handoff=handoff_id) as changes:
        await socket.send_json({"type": "typing"})
        async with asyncio.timeout(30):
            while (await anext(changes)).happened is not Happened.TYPING_VISITOR:
                pass
    await visitor.write("hello Ann")
    assert [m.text for m in await chat.store.messages(handoff_id)] == ["Hello", "hello Ann"]
    await chat.store.close(handoff_id, ANN, Outcome.HELPED)
    closing = await frame(socket, "message")
    assert "The talk has ended" in closing["message"]["text"] and closing["message"]["services"]
    await frame(socket, "state", state="bot")
    reply = await visitor.press(closing["message"]["choices"][0]["payload"])
    assert "Thank you" in text(reply)
    day = chat.clock().date()
    counts = {c.what: c.number for c in await chat.store.count_by([NORTH], first=day, last=day + timedelta(days=1))}
    assert counts["feedback.yes"] == counts["outcome.helped"] == 1


async def test_a_person_is_offered_when_the_bot_is_down(chat: Chat) -> None:
    """What is broken is the automated part; people are there all the same."""
    visitor = await chat.open()
    chat.bot.down = True
    reply = await visitor.write("is anyone there")
    assert reply["degraded"] and reply["messages"][0]["services"]
    assert button(reply, "Pass this to a person")
    assert (await visitor.agree())["state"] == "waiting"


async def test_another_helpline_gets_nothing_before_the_visitors_yes(chat: Chat) -> None:
    """They are asked in the talk, on the live line too; words of their own are no answer, and are asked after again."""
    visitor, handoff_id = await with_ann(chat)
    socket = await visitor.live()
    await frame(socket, "message")
    await chat.store.offer_transfer(handoff_id, by=ANN, to_helpline=SOUTH)
    asked = (await frame(socket, "message"))["message"]
    assert "Ann would like to pass you on to South line" in asked["text"]
    again = await visitor.write("yes that is my name")
    assert "Ann would like to pass you on" in text(again) and again["messages"][-1]["id"] != asked["id"]
    assert await chat.store.offered(SOUTH) == []
    thanks = await visitor.press(wanted({"messages": [asked]}, "Yes, they may have it"))
    assert "Ann stays with you until" in text(thanks)
    assert [one.id for one in await chat.store.offered(SOUTH)] == [handoff_id]
    assert [m.sender for m in await chat.store.messages(handoff_id)] == [Sender.VISITOR, Sender.SERVICE]
    await chat.store.accept_transfer(handoff_id, BEN, "Ben", SOUTH)
    assert "Ben from South line is with you now" in text(await visitor.press('/handoff{"step": "look"}'))


async def test_a_visitor_stays_where_they_are(chat: Chat) -> None:
    """A no ends the offer, and both sides read it; pressed again later, it answers nothing else."""
    visitor, handoff_id = await with_ann(chat)
    await chat.store.offer_transfer(handoff_id, by=ANN, to_helpline=SOUTH)
    asked = await visitor.press('/handoff{"step": "look"}')
    no = wanted(asked, "No, stay here")
    assert "Nothing goes to them" in text(await visitor.press(no))
    assert (await chat.store.get(handoff_id)).offer is None
    chat.clock.pass_(seconds=5)
    await chat.store.offer_transfer(handoff_id, by=ANN, to_helpline=SOUTH)
    assert "Ann would like to pass you on" in text(await visitor.press(no))
    offer = (await chat.store.get(handoff_id)).offer
    assert offer and not offer.agreed


async def test_a_line_that_comes_back_tells_everything_under_the_same_ids(chat: Chat) -> None:
    """A page that lost its network shows each message once; the worker sees the line go and come."""
    visitor, handoff_id = await with_ann(chat)
    socket = await visitor.live()
    await frame(socket, "message")
    async with chat.store.subscribe(handoff=handoff_id) as changes:
        await socket.close()
        async with asyncio.timeout(30):
            while (await anext(changes)).happened is not Happened.LINE_LOST:
                pass
    await chat.store.say(handoff_id, said("are you still there", Sender.PERSON, ANN, id="w1"))
    over_post = await visitor.press('/handoff{"step": "look"}')
    again = await visitor.live()
    ids = [(await frame(again, "message"))["message"]["id"] for _ in range(2)]
    assert ids == [m["id"] for m in over_post["messages"]]


async def test_a_worker_who_vanishes_is_said_to_have_gone(chat: Chat) -> None:
    """The visitor is told, waits again, and is told when somebody else comes."""
    visitor = await chat.open()
    await visitor.agree()
    handoff_id = (await chat.store.waiting(NORTH))[0].handoff.id
    socket = await visitor.live()
    await chat.store.claim(handoff_id, ANN, "Ann")
    await frame(socket, "state", state="person", name="Ann")
    await frame(socket, "message")
    chat.clock.pass_(seconds=61)
    await chat.store.release_stale()
    await frame(socket, "state", state="waiting")
    assert "back in the queue" in (await frame(socket, "message"))["message"]["text"]
    await chat.store.claim(handoff_id, BEN, "Ben")
    await frame(socket, "state", state="person", name="Ben")
    assert "Ben from North line is here" in (await frame(socket, "message"))["message"]["text"]


async def test_the_way_out_is_seen_as_left_and_the_line_closes(chat: Chat) -> None:
    """The session is erased, the agreed handoff stays, the worker sees `left` and nothing more."""
    visitor, handoff_id = await with_ann(chat)
    socket = await visitor.live()
    await frame(socket, "state", state="person", name="Ann")
    await visitor.leave()
    await frame(socket, "state", state="ended")
    left = await chat.store.get(handoff_id)
    assert left.state is HandoffState.LEFT and left.claimed_by == ANN
    headers = {"Authorization": f"Bearer {visitor.token}"}
    assert (await chat.client.post("/api/messages", json={"text": "x"}, headers=headers)).status == 401


async def test_waiting_long_is_never_a_dead_end(chat: Chat) -> None:
    """After five minutes other ways are offered again; leaving it keeps it, stopping erases it."""
    first, second = await chat.open(), await chat.open()
    await first.agree()
    await second.agree()
    chat.clock.pass_(seconds=301)
    reply = await first.press('/handoff{"step": "look"}')
    assert "It is taking a while" in text(reply) and reply["messages"][0]["id"].endswith("-wait")
    reply = await first.press(wanted(reply, "Leave it, with a reference"))
    assert reply["state"] == "bot" and reply["messages"][0]["services"]
    assert text(await first.write("hello")) == "An answer."
    reply = await second.write("hello?")
    reply = await second.press(wanted(reply, "Stop waiting"))
    assert reply["state"] == "bot" and "erased" in text(reply)
    places = await chat.store.waiting(NORTH)
    assert [p.handoff.mode for p in places] == [HandoffMode.LATER]


async def test_who_went_off_duty_before_the_yes_is_not_promised(chat: Chat) -> None:
    """Somebody was there when the questions began and is gone at the end: that is said with the yes, with lines."""
    visitor = await chat.open()
    await visitor.press('/handoff{"step": "start"}')
    reply = await visitor.press('/handoff{"step": "mode", "pick": "here"}')
    await chat.store.absent(NORTH, ANN)
    reply = await visitor.skip(reply)
    reply = await visitor.press(wanted(reply, "Yes, pass this on"))
    assert reply["state"] == "waiting" and "Nobody there is taking chats" in text(reply)
    assert reply["messages"][0]["services"] and button(reply, "Leave it, with a reference")
    assert "Nobody" not in text(await visitor.press('/handoff{"step": "look"}'))


async def test_the_last_worker_going_off_duty_is_said_to_who_waits(chat: Chat) -> None:
    """Once, with lines and other ways, on the live line and to who looks without one; and again when it happens again."""
    visitor = await chat.open()
    await visitor.agree()
    handoff_id = (await chat.store.waiting(NORTH))[0].handoff.id
    assert "Nobody" not in text(await visitor.press('/handoff{"step": "look"}'))
    await chat.store.absent(NORTH, ANN)
    socket = await visitor.live()
    told = (await frame(socket, "message"))["message"]
    assert "Nobody at North line is taking chats" in told["text"] and told["services"]
    reply = await visitor.press('/handoff{"step": "look"}')
    assert [m["id"] for m in reply["messages"]] == [told["id"]] and button(reply, "Leave it, with a reference")
    assert "Nobody" not in text(await visitor.press('/handoff{"step": "look"}'))
    await chat.store.claim(handoff_id, ANN, "Ann")
    await chat.store.give_back(handoff_id, ANN)
    assert "Nobody at North line" in text(await visitor.press('/handoff{"step": "look"}'))


async def test_who_looks_without_a_live_line_keeps_the_place(chat: Chat) -> None:
    """Waiting without scripts for longer than a silent session lasts is not leaving."""
    visitor = await chat.open()
    await visitor.agree()
    for _ in range(4):
        chat.clock.pass_(minutes=20)
        await visitor.press('/handoff{"step": "look"}')
        await chat.store.release_stale()
    assert (await chat.store.waiting(NORTH))[0].handoff.state is HandoffState.WAITING


async def test_who_waits_with_the_page_open_is_not_silent(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """The session lasts as long as the wait, though nothing is written."""
    monkeypatch.setattr("bot.gateway.live._LOOK_SECONDS", 0.05)
    monkeypatch.setattr("bot.gateway.live._TOUCH_SECONDS", 0.1)
    visitor = await chat.open()
    await visitor.agree()
    socket = await visitor.live()
    await frame(socket, "state", state="waiting")
    before = [until for until, _ in chat.turns._kept.values()]
    await asyncio.sleep(2)
    await socket.close()
    assert [until for until, _ in chat.turns._kept.values()] > before


async def test_what_was_left_for_later_can_be_taken_back(chat: Chat) -> None:
    """As long as the chat is open and nobody has taken it."""
    visitor = await chat.open()
    reply = await visitor.agree("later")
    reply = await visitor.press(wanted(reply, "Take back what I passed on"))
    assert "erased" in text(reply) and await chat.store.waiting(NORTH) == []


async def test_stale_and_foreign_buttons_do_no_harm(chat: Chat) -> None:
    """Buttons of a flow that is over lead to where the visitor is; what no button sends is refused."""
    visitor = await chat.open()
    for payload in ("agree", "review", "stop", "leave_it", "look"):
        reply = await visitor.press(f'/handoff{{"step": "{payload}"}}')
        assert reply["state"] == "bot"
    assert await chat.store.waiting(NORTH) == []
    headers = {"Authorization": f"Bearer {visitor.token}"}
    for bad in ("/handoff", '/handoff{"step": "claim"}', '/handoff{"worker": "x"}', '/greet{"step": "start"}'):
        response = await chat.client.post("/api/messages", json={"choice": bad}, headers=headers)
        assert response.status == 400, bad


@pytest.mark.parametrize("first", ['{"token": "nope"}', "{", '{"token": 1}', '["x"]'])
async def test_a_line_without_a_session_is_closed(chat: Chat, first: str) -> None:
    """It says that the chat has ended, and nothing else."""
    socket = await chat.client.ws_connect("/api/live")
    await socket.send_str(first)
    assert (await frame(socket, "state"))["state"] == "ended"
    assert (await socket.receive()).type in (WSMsgType.CLOSE, WSMsgType.CLOSED)


async def test_a_line_from_another_origin_is_refused(chat: Chat) -> None:
    """A page elsewhere can't use a token it may have got hold of."""
    response = await chat.client.get(
        "/api/live", headers={"Origin": "https://elsewhere.example", "Connection": "Upgrade", "Upgrade": "websocket"}
    )
    assert response.status == 403
    assert set((await response.json())["error"]) == {"code", "message"}


async def test_a_frame_that_is_no_sign_of_typing_closes_the_line(chat: Chat) -> None:
    """Words go by POST, where they are screened; a huge frame is not read."""
    visitor = await chat.open()
    await visitor.agree()
    for sent in ('{"type": "message", "text": "hello"}', "x" * 5000):
        socket = await visitor.live()
        await frame(socket, "state", state="waiting")
        await socket.send_str(sent)
        async with asyncio.timeout(30):
            while (await socket.receive()).type is WSMsgType.TEXT:
                pass
        assert socket.closed


async def test_a_chat_without_helplines_offers_none(aiohttp_client: MakeClient) -> None:
    """As it ships: the same chat as before, and no live line."""
    client = await aiohttp_client(make_gateway(FakeDialogue()))
    token = (await (await client.post("/api/sessions")).json())["token"]
    headers = {"Authorization": f"Bearer {token}"}
    response = await client.post("/api/messages", json={"choice": '/handoff{"step": "start"}'}, headers=headers)
    assert response.status == 400
    assert (await client.get("/api/live")).status == 404
