"""Every door and every topic, by button: answered for that reader, in that nation, with lines that fit."""

import pytest

from bot.bootstrap import load_catalogue
from bot.content.responses import load, pick
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
