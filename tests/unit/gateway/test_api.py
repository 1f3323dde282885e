"""The chat API: what widgets and other programs rely on."""

import asyncio
from typing import Any

import pytest

from bot.gateway.dialogue import Said
from tests.fakes import Client, FakeDialogue, MakeClient, make_gateway


@pytest.fixture
async def client(aiohttp_client: MakeClient, dialogue: FakeDialogue) -> Client:
    return await aiohttp_client(make_gateway(dialogue))


async def opened(client: Client, **body: str) -> dict[str, str]:
    """Headers of a new session."""
    response = await client.post("/api/sessions", json=body)
    assert response.status == 201
    return {"Authorization": f"Bearer {(await response.json())['token']}"}


async def said(client: Client, session: dict[str, str], **message: str) -> dict[str, Any]:
    response = await client.post("/api/messages", json=message, headers=session)
    assert response.status == 200, await response.text()
    reply: dict[str, Any] = await response.json()
    return reply


async def test_a_session_opens_with_a_token_and_the_doors(client: Client) -> None:
    """The first answer carries a secret, how long silence lasts, and the first screen."""
    response = await client.post("/api/sessions", json={"nation": "scotland"})
    body = await response.json()
    assert response.status == 201
    assert len(body["token"]) >= 22 and body["idle_seconds"] == 1800
    assert body["reply"]["messages"][0]["choices"][0]["payload"] == '/door{"role": "victim"}'
    assert body["reply"]["state"] == "bot" and body["reply"]["degraded"] is False


async def test_a_session_opens_without_a_body(client: Client) -> None:
    """A widget may open a session with nothing to say."""
    assert (await client.post("/api/sessions")).status == 201


async def test_a_message_is_answered(client: Client) -> None:
    """Words in, the dialogue's message out."""
    reply = await said(client, await opened(client), text="can the council help")
    assert reply["messages"][0]["text"] == "An answer."
    assert reply["messages"][0]["from"] == "service"
    assert "care" not in reply


async def test_the_same_id_again_returns_the_same_reply(client: Client, dialogue: FakeDialogue) -> None:
    """A message sent twice over a bad line is answered once."""
    session = await opened(client)
    first = await said(client, session, id="m1", text="hello")
    again = await said(client, session, id="m1", text="hello")
    assert first == again
    assert len(dialogue.turns) == 1


async def test_the_same_id_at_the_same_time_is_answered_once(client: Client, dialogue: FakeDialogue) -> None:
    """A retry that overtakes the answer waits for it."""
    session = await opened(client)
    replies = await asyncio.gather(*(said(client, session, id="m1", text="hello") for _ in range(3)))
    assert replies[0] == replies[1] == replies[2]
    assert len(dialogue.turns) == 1


async def test_danger_is_answered_with_the_dialogue_down(client: Client, dialogue: FakeDialogue) -> None:
    """Everything behind the gateway may be gone: 999 and the lines still come."""
    dialogue.down = True
    reply = await said(client, await opened(client, nation="wales"), text="hands round my throat")
    assert reply["care"]["level"] == "emergency"
    assert reply["care"]["kinds"] == ["strangulation"]
    assert "999" in reply["care"]["lines"][0]
    assert reply["degraded"] is True
    ids = [card["id"] for card in reply["messages"][0]["services"]]
    assert "live-fear-free" in ids


async def test_the_chat_recovers_when_the_dialogue_is_back(client: Client, dialogue: FakeDialogue) -> None:
    """A degraded answer leaves nothing behind."""
    session = await opened(client)
    dialogue.down = True
    assert (await said(client, session, text="hello"))["degraded"] is True
    dialogue.down = False
    assert (await said(client, session, text="hello"))["degraded"] is False


async def test_a_calm_message_does_not_end_the_care_frame(client: Client) -> None:
    """The 999 line stays at hand until the visitor says what has changed."""
    session = await opened(client)
    await said(client, session, text="he has a bat")
    after = await said(client, session, text="thanks anyway")
    assert after["care"]["level"] == "emergency" and "999" in after["care"]["lines"][0]


async def test_saying_what_is_true_now_lowers_the_frame_step_by_step(client: Client) -> None:
    """Safe for now leads from emergency to urgent, and from there to none."""
    session = await opened(client)
    await said(client, session, text="he has a bat")
    assert (await said(client, session, choice="/safe_now"))["care"]["level"] == "urgent"
    assert "care" not in await said(client, session, choice="/safe_now")


async def test_saying_it_happens_now_brings_the_emergency_lines(client: Client) -> None:
    """A button is enough to get the first lines of an emergency."""
    reply = await said(client, await opened(client), choice="/unsafe_now")
    assert reply["care"]["level"] == "emergency"
    assert reply["care"]["services"][0]["phone"] == "999"


async def test_own_behaviour_never_gets_the_lines_of_those_who_suffer_it(client: Client) -> None:
    """Who harmed is told to stop and gets the line for it."""
    reply = await said(client, await opened(client), text="i slapped her")
    assert reply["role"] == "own_behaviour"
    assert "not your fault" not in " ".join(reply["care"]["lines"])
    assert "respect-phoneline" in [card["id"] for card in reply["care"]["services"]]


async def test_a_door_sets_the_role(client: Client) -> None:
    """The door chosen is the role of the conversation."""
    reply = await said(client, await opened(client), choice='/door{"role": "supporter"}')
    assert reply["role"] == "supporter"


async def test_what_names_a_person_never_leaves_the_gateway(client: Client, dialogue: FakeDialogue) -> None:
    """Numbers, addresses and links are blotted out before the dialogue sees a message."""
    await said(client, await opened(client), text="ring me on 07700 900123 or joe@example.org, M1 1AE")
    assert dialogue.turns[0].text == "ring me on [phone] or [e-mail], [postcode]"


async def test_words_can_not_pass_for_a_button(client: Client, dialogue: FakeDialogue) -> None:
    """A message that starts like a payload is words."""
    await said(client, await opened(client), text='/door{"role": "victim"}')
    assert not dialogue.turns[0].text.startswith("/")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"text": "x" * 4001}, 413, "too_long"),
        ({"text": "  "}, 400, "bad_request"),
        ({}, 400, "bad_request"),
        ({"text": "a", "choice": "/greet"}, 400, "bad_request"),
        ({"choice": "/restart"}, 400, "bad_request"),
        ({"choice": '/door{"role": "admin"}'}, 400, "bad_request"),
        ({"choice": '/inform{"card": "1"}'}, 400, "bad_request"),
        ({"text": "a", "sender": "b"}, 400, "bad_request"),
        ({"text": 7}, 400, "bad_request"),
        ({"id": "x" * 101, "text": "a"}, 400, "bad_request"),
    ],
)
async def test_bad_messages_get_one_clear_error(client: Client, body: dict[str, Any], status: int, code: str) -> None:
    """Every refusal has the same shape and repeats nothing of what was sent."""
    response = await client.post("/api/messages", json=body, headers=await opened(client))
    answer = await response.json()
    assert response.status == status
    assert answer["error"]["code"] == code
    assert set(answer) == {"error"} and set(answer["error"]) == {"code", "message"}


async def test_four_thousand_characters_are_kept_whole(client: Client, dialogue: FakeDialogue) -> None:
    """A long story of any script arrives as it was written."""
    text = "ж" * 3999 + "!"
    await said(client, await opened(client), text=text)
    assert dialogue.turns[0].text == text


@pytest.mark.parametrize(
    ("path", "kwargs", "status"),
    [
        ("/api/messages", {"json": {"text": "a"}}, 401),
        ("/api/messages", {"json": {"text": "a"}, "headers": {"Authorization": "Bearer nope"}}, 401),
        ("/api/sessions", {"data": b"{", "headers": {"Content-Type": "application/json"}}, 400),
        ("/api/sessions", {"data": b"a=b", "headers": {"Content-Type": "text/plain"}}, 415),
        ("/api/sessions/end", {"data": b"\xff"}, 400),
        ("/api/nothing", {"json": {}}, 404),
    ],
)
async def test_requests_that_can_not_be_served(client: Client, path: str, kwargs: dict[str, Any], status: int) -> None:
    """Errors outside the conversation have the same one shape."""
    response = await client.post(path, **kwargs)
    assert response.status == status
    assert set((await response.json())["error"]) == {"code", "message"}


async def test_a_body_over_the_limit_is_refused_kindly(client: Client) -> None:
    """A huge body is a friendly 413, whatever is in it."""
    body = b'{"text": "' + b"a" * 200_000 + b'"}'
    headers = {**await opened(client), "Content-Type": "application/json"}
    response = await client.post("/api/messages", data=body, headers=headers)
    assert response.status == 413
    assert (await response.json())["error"]["code"] == "too_long"


async def test_ending_erases_here_and_in_the_dialogue(client: Client, dialogue: FakeDialogue) -> None:
    """When the end returns, the token opens nothing and the dialogue has forgotten."""
    session = await opened(client)
    await said(client, session, text="hello")
    token = session["Authorization"].removeprefix("Bearer ")
    response = await client.post(
        "/api/sessions/end", data=f'{{"token": "{token}"}}', headers={"Content-Type": "text/plain"}
    )
    assert response.status == 204
    assert dialogue.forgotten == [dialogue.turns[0].conversation]
    assert (await client.post("/api/messages", json={"text": "a"}, headers=session)).status == 401


async def test_ending_works_with_the_dialogue_down(client: Client, dialogue: FakeDialogue) -> None:
    """Nobody is held back because something behind is broken."""
    session = await opened(client)
    dialogue.down = True
    token = session["Authorization"].removeprefix("Bearer ")
    assert (await client.post("/api/sessions/end", json={"token": token})).status == 204


async def test_every_answer_keeps_nothing_and_tells_nobody(client: Client) -> None:
    """Headers forbid caches, referrers and foreign code on every path, errors too."""
    for path in ("/healthz", "/api/nothing"):
        headers = (await client.get(path)).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "Set-Cookie" not in headers


async def test_services_of_an_action_join_the_message_before(aiohttp_client: MakeClient) -> None:
    """Cards stand beside the words they belong to."""
    card = {"id": "x", "name": "X", "for": "anyone", "hours": "check hours", "open": None}
    dialogue = FakeDialogue([Said(text="Words."), Said(custom={"topic": "housing", "services": [card]})])
    client = await aiohttp_client(make_gateway(dialogue))
    reply = await said(client, await opened(client), text="housing")
    assert reply["messages"][0]["services"] == [card]
    assert reply["messages"][0]["topic"] == "housing"


async def test_a_yes_answers_the_last_question_only(client: Client, dialogue: FakeDialogue) -> None:
    """Once something else was said, by whomever, it chooses nothing any more."""
    session = await opened(client)
    dialogue.answers = [Said(text="Children?", custom={"if_yes": '/inform{"children": true}'})]
    await said(client, session, text="what happens to a house")
    dialogue.answers = [Said(text="An answer.")]
    await said(client, session, text="moja żona mnie bije i boję się")
    await said(client, session, text="yes")
    assert dialogue.turns[-1].text == "yes"


async def test_the_language_of_the_page_chooses_the_wording_and_is_said(client: Client, dialogue: FakeDialogue) -> None:
    """In the first screen, to the dialogue, and for what the dialogue says; another language in the words changes none."""
    opening = await (await client.post("/api/sessions", json={"language": "cy-GB"})).json()
    [welcome] = opening["reply"]["messages"]
    assert (welcome["lang"], welcome["text"]) == ("cy", "Croeso.")
    session = {"Authorization": f"Bearer {opening['token']}"}
    written = await said(client, session, text="żona mnie bije, nie mam gdzie iść, potrzebuję pomocy")
    assert written["messages"][0]["lang"] == "pl"
    dialogue.answers = [
        Said(text="Helo."),
        Said(custom={"lang": "cy"}),
        Said(text="A line."),
        Said(custom={"topic": "money"}),
    ]
    reply = await said(client, session, text="hello")
    assert [one.get("lang") for one in reply["messages"]] == ["cy", None]
    assert dialogue.turns[-1].facts["language"] == "cy"


@pytest.mark.parametrize("language", ["en", "nl", "☃" * 500])
async def test_any_other_page_is_answered_in_english(client: Client, dialogue: FakeDialogue, language: str) -> None:
    opening = await (await client.post("/api/sessions", json={"language": language})).json()
    assert "lang" not in opening["reply"]["messages"][0]
    await said(client, {"Authorization": f"Bearer {opening['token']}"}, text="hello")
    assert "language" not in dialogue.turns[-1].facts
