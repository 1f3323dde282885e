"""The chat without JavaScript, form by form."""

import re

import pytest

from bot.gateway.plain import add_plain
from tests.fakes import Client, FakeDialogue, MakeClient, make_gateway


@pytest.fixture
async def client(aiohttp_client: MakeClient, dialogue: FakeDialogue) -> Client:
    app = make_gateway(dialogue)
    add_plain(app)
    return await aiohttp_client(app)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's form."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


async def sent(client: Client, **form: str) -> str:
    answer = await client.post("/plain", data=form)
    assert answer.status == 200
    return await answer.text()


async def test_one_session_goes_through_all_forms(client: Client, dialogue: FakeDialogue) -> None:
    """The token of the first page comes back in each; every message is answered once."""
    first = hidden(await (await client.get("/plain")).text())
    assert len(first["token"]) >= 22
    second = await sent(client, **first, text="hello")
    assert "An answer." in second and "hello" in second
    again = hidden(second)
    assert again["token"] == first["token"] and again["id"] != first["id"]
    await sent(client, **again, choice="/housing")
    assert [turn.text for turn in dialogue.turns] == ["hello", "/housing"]
    assert len({turn.conversation for turn in dialogue.turns}) == 1


async def test_a_form_sent_again_is_answered_once_and_repeats_no_words(client: Client, dialogue: FakeDialogue) -> None:
    """What a browser sends when somebody reloads or steps back brings the answer, not what was written."""
    form = hidden(await (await client.get("/plain")).text())
    await sent(client, **form, text="my canary")
    page = await sent(client, **form, text="my canary")
    assert "An answer." in page and "canary" not in page
    assert len(dialogue.turns) == 1


async def test_the_end_erases_everywhere_and_stepping_back_shows_no_word(
    client: Client, dialogue: FakeDialogue
) -> None:
    """The token opens nothing any more."""
    form = hidden(await (await client.get("/plain")).text())
    await sent(client, **form, text="my canary")
    assert "This chat has ended" in await sent(client, **form, end="1")
    assert dialogue.forgotten == [dialogue.turns[0].conversation]
    page = await sent(client, **form, text="my canary")
    assert "This chat has ended" in page and "canary" not in page and "An answer." not in page


async def test_danger_is_answered_even_when_the_chat_is_gone(client: Client) -> None:
    """Whatever became of the session: 999 and the lines come."""
    form = hidden(await (await client.get("/plain")).text())
    assert 'href="tel:999"' in await sent(client, **form, text="he has a bat")
    await sent(client, **form, end="1")
    page = await sent(client, **form, text="he has a bat, canary")
    assert 'href="tel:999"' in page and "canary" not in page.split("<textarea")[0]


async def test_a_refused_message_comes_back_to_be_changed(client: Client) -> None:
    """Too long for one message: the reason, and the words in the box."""
    form = hidden(await (await client.get("/plain")).text())
    page = await sent(client, **form, text="x" * 4001)
    assert "too long" in page and "x" * 4001 in page
    assert hidden(page)["token"] == form["token"]


async def test_a_form_without_a_token_opens_a_session(client: Client, dialogue: FakeDialogue) -> None:
    """The forms of the chat's own page work when its script never came."""
    page = await sent(client, language="cy", nation="wales", choice='/door{"role": "victim"}')
    assert 'lang="cy"' in page and len(hidden(page)["token"]) >= 22 and hidden(page)["nation"] == "wales"
    assert dialogue.turns[0].facts["nation"] == "wales"


async def test_with_the_dialogue_down_there_are_lines(client: Client, dialogue: FakeDialogue) -> None:
    """The page says that a part is missing and gives numbers that work."""
    dialogue.down = True
    form = hidden(await (await client.get("/plain")).text())
    page = await sent(client, **form, text="hello")
    assert "Part of the service is not working" in page and 'href="tel:' in page
