"""Answers a topic: the wording for this reader, the services that fit, then at most one short question."""

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.vocabulary import CHAT_TOPICS, Level, Role, Topic

from .base import SafeAction
from .care import ask_next
from .reading import CLEAR_TOPIC, SECOND_TOPIC, Turn
from .services import cards, say_with_cards

# The short questions, in the order they are asked, and the topics whose answer they change.
QUESTIONS: tuple[tuple[str, frozenset[Topic] | None], ...] = (
    (
        "nation",
        frozenset({Topic.HOUSING, Topic.CHILDREN, Topic.POLICE, Topic.COURT_ORDERS, Topic.MONEY, Topic.SEPARATION}),
    ),
    (
        "children",
        frozenset({Topic.HOUSING, Topic.SEPARATION, Topic.SAFETY_PLAN, Topic.CHANGE, Topic.COURT_ORDERS}),
    ),
    ("safe_to_chat", None),
)


class ActionAnswer(SafeAction):
    """action_answer"""

    def name(self) -> str:
        """The name rules call it by."""
        return "action_answer"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Any]:
        """The answer to the topic of the latest message."""
        turn = Turn.of(tracker)
        topic = turn.topic
        if turn.in_danger and turn.confidence < CLEAR_TOPIC:
            # An answer beside the point would drown the care notice: ask the one next thing instead.
            ask_next(dispatcher, turn)
            return [SlotSet("not_understood", 0)]
        if topic is None:
            dispatcher.utter_message(response="utter_not_understood_1")
            return []
        return [
            *answer(dispatcher, turn, topic),
            *question(dispatcher, turn, topic),
            SlotSet("not_understood", 0),
        ]


def answer(dispatcher: CollectingDispatcher, turn: Turn, topic: Topic) -> list[Any]:
    """Say the answer to `topic` with its services, and offer what else the message was about."""
    if topic in CHAT_TOPICS:
        dispatcher.utter_message(response=f"utter_{topic}")
        services = cards(turn, topic) if topic is Topic.PERSON else []
        dispatcher.utter_message(json_message={"topic": topic.value, "services": services})
        return []
    say_with_cards(dispatcher, turn, topic, f"utter_{topic}", turn.others(topic, SECOND_TOPIC)[:2])
    return [SlotSet("topic", topic.value)]


def question(dispatcher: CollectingDispatcher, turn: Turn, topic: Topic) -> list[Any]:
    """At most one thing more: another door when words and door disagree, or a short question not asked before."""
    offered = turn.slots.get("role_offered")
    if turn.role_read and turn.role_read is not turn.role and turn.role_read.value != offered:
        dispatcher.utter_message(response=f"utter_role_offer_{turn.role_read}")
        return [SlotSet("role_offered", turn.role_read.value)]
    asked = list(turn.slots.get("asked") or [])
    if topic in CHAT_TOPICS or turn.screening.level is Level.EMERGENCY or len(asked) >= len(QUESTIONS):
        return []
    for slot, topics in QUESTIONS:
        if slot in asked or turn.slots.get(slot) is not None or (topics is not None and topic not in topics):
            continue
        if slot == "safe_to_chat" and turn.role is Role.OWN_BEHAVIOUR:
            continue
        dispatcher.utter_message(response=f"utter_ask_{slot}")
        return [SlotSet("asked", [*asked, slot])]
    return []
