"""Every door and every topic, by button: answered for that reader, in that nation, with lines that fit."""

import pytest

from bot.bootstrap import load_catalogue
from bot.content.responses import language, load, pick
from bot.edition import SHIPPED
from bot.editor.rehearsal import Service
from bot.vocabulary import CHAT_TOPICS, Nation, Role, Topic

WORDING = load(SHIPPED.responses)
# Lines for those who are hurt, which nobody behind the own-behaviour door is ever sent to.
FOR_VICTIMS_ONLY = {s.id for s in load_catalogue().services if Role.OWN_BEHAVIOUR not in s.roles}


@pytest.mark.parametrize("nation", [Nation.ENGLAND, Nation.NORTHERN_IRELAND])
@pytest.mark.parametrize("role", list(Role))
def test_each_topic_behind_each_door(service: Service, role: Role, nation: Nation) -> None:
    with service.visitor(nation=nation.value) as visitor:
        visitor.say(f'/door{{"role": "{role}"}}')
        for topic in Topic:
            reply = visitor.say(f"/{topic}")
            wanted = pick(WORDING, f"utter_{topic}", {"role": role.value, "nation": nation.value})
            assert wanted is not None
            assert not reply["degraded"]
            assert reply["messages"][0]["text"] == wanted["text"].strip(), topic
            cards = {card["id"] for message in reply["messages"] for card in message.get("services", [])}
            if topic not in CHAT_TOPICS:
                assert cards, f"{topic} behind {role} names nobody to turn to"
            if role is Role.OWN_BEHAVIOUR:
                assert not cards & FOR_VICTIMS_ONLY, (topic, cards)


@pytest.mark.parametrize("role", list(Role))
def test_on_a_welsh_page_what_there_is_in_welsh_is_said_in_it(service: Service, role: Role) -> None:
    """The first words, danger and the way to a person; an answer that has no Welsh is in English, and says nothing else."""
    with service.visitor(nation="wales", language="cy") as visitor:
        facts = {"role": role.value, "nation": "wales", "language": "cy"}
        for choice, name in (
            (f'/door{{"role": "{role}"}}', "utter_door"),
            ("/person", "utter_person"),
            ("/money", "utter_money"),
        ):
            reply = visitor.say(choice)
            wanted = pick(WORDING, name, facts)
            assert wanted is not None
            first = reply["messages"][0]
            assert first["text"] == wanted["text"].strip(), name
            assert first.get("lang") == language(wanted), name
        assert visitor.first["messages"][0]["lang"] == "cy"
        assert visitor.say("he has a knife and he is coming at me right now")["care"]["langs"][0] == "cy"
