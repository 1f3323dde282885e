"""Answers a topic: the wording for this reader, the services that fit, then at most one thing more."""

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.bootstrap import load_parts, load_responses
from bot.content.responses import title
from bot.vocabulary import CHAT_TOPICS, Level, Role, Topic

from .base import SafeAction
from .care import ask_next
from .door import offer_door
from .noted import note
from .reading import ASKED_TOPIC, CLEAR_TOPIC, SECOND_TOPIC, Turn
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
# Topics that speak of how someone feels already.
_FEELING = frozenset({Topic.FEELINGS, Topic.MENTAL_HEALTH, Topic.SOMEONE_TO_TALK_TO, Topic.CHILDHOOD_ABUSE})
_PRACTICAL_BEFORE_FEELINGS = 2
_HOW_ARE_YOU = "how_are_you"
# A message that goes on from the one before.
_GOES_ON = re.compile(r"(?:and|but|so|or|ok|what if|what about|what happens|how about)\b", re.IGNORECASE)
_SHORT = 12  # words


class ActionAnswer(SafeAction):
    """action_answer"""

    def name(self) -> str:
        """The name rules call it by."""
        return "action_answer"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Any]:
        """The answer to the topic of the latest message."""
        turn = Turn.of(tracker)
        topic = turn.topic
        clear = turn.confidence >= (ASKED_TOPIC if turn.asks else CLEAR_TOPIC)
        if turn.in_danger and not clear:
            # An answer beside the point would drown the care notice: ask the one next thing instead.
            return [*ask_next(dispatcher, turn), SlotSet("not_understood", 0)]
        beside_the_point = turn.confidence < CLEAR_TOPIC or topic is Topic.OUT_OF_SCOPE
        if turn.told and (not clear or topic is Topic.OUT_OF_SCOPE):
            # A fact by the way is noted; a fact inside a question ("will i lose my kids") leaves it a question.
            return [*note(dispatcher, turn), SlotSet("not_understood", 0)]
        if turn.slots.get("in_care") and beside_the_point and topic in CHAT_TOPICS:
            dispatcher.utter_message(response="utter_still_here")
            return []
        if events := follow_up(dispatcher, turn):
            return events
        if topic is None:
            dispatcher.utter_message(response="utter_not_understood_1")
            return []
        return [
            *answer(dispatcher, turn, topic),
            *one_thing_more(dispatcher, turn, topic),
            SlotSet("not_understood", 0),
        ]


def answer(dispatcher: CollectingDispatcher, turn: Turn, topic: Topic) -> list[Any]:
    """Say the answer to `topic` with its services; asked in words a second time, what was not said yet."""
    if topic in CHAT_TOPICS:
        dispatcher.utter_message(response=f"utter_{topic}")
        services = cards(turn, topic) if topic is Topic.PERSON else []
        dispatcher.utter_message(json_message={"topic": topic.value, "services": services})
        return []
    response = f"utter_{topic}"
    if response in turn.answered and not turn.pressed:
        response = _unsaid(turn, topic)
    say_with_cards(dispatcher, turn, topic, response)
    return [SlotSet("topic", topic.value), SlotSet("answered", [*turn.answered, response])]


def follow_up(dispatcher: CollectingDispatcher, turn: Turn) -> list[Any]:
    """Say the part of the current topic that a short "and what if …" is after; nothing when another topic is clear."""
    goes_on = len(turn.text.split()) <= _SHORT and _GOES_ON.match(turn.text)
    clear = turn.topic is not None and turn.confidence >= CLEAR_TOPIC
    if turn.current is None or turn.pressed or clear or not (goes_on or turn.topic is None):
        return []
    part = load_parts().nearest(_left(turn, turn.current), turn.text)
    if part is None:
        return []
    say_with_cards(dispatcher, turn, turn.current, part)
    return [SlotSet("answered", [*turn.answered, part]), SlotSet("not_understood", 0)]


def _unsaid(turn: Turn, topic: Topic) -> str:
    """The part of a topic that is nearest to the words, of those not said yet; else that there is no more."""
    left = _left(turn, topic)
    return load_parts().nearest(left, turn.text) or (left[-1] if left else "utter_nothing_more")


def _left(turn: Turn, topic: Topic) -> list[str]:
    return [name for name in load_parts().of(topic) if name not in turn.answered]


def one_thing_more(dispatcher: CollectingDispatcher, turn: Turn, topic: Topic) -> list[Any]:
    """At most one: another door when words and door disagree, a second topic, a short question, how they are."""
    if other_door := offer_door(dispatcher, turn):
        return other_door
    if topic in CHAT_TOPICS or turn.screening.level is Level.EMERGENCY:
        return []
    if second := turn.others(topic, SECOND_TOPIC)[:1]:
        offer(dispatcher, second[0])
        return []
    asked = list(turn.slots.get("asked") or [])
    for slot, topics in QUESTIONS:
        if slot in asked or turn.slots.get(slot) is not None or (topics is not None and topic not in topics):
            continue
        if slot == "safe_to_chat" and turn.role is Role.OWN_BEHAVIOUR:
            continue
        dispatcher.utter_message(response=f"utter_ask_{slot}")
        return [SlotSet("asked", [*asked, slot])]
    practical = [name for name in turn.answered if name not in {f"utter_{t}" for t in _FEELING}]
    if len(practical) >= _PRACTICAL_BEFORE_FEELINGS and topic not in _FEELING and _HOW_ARE_YOU not in asked:
        dispatcher.utter_message(response="utter_how_are_you")
        return [SlotSet("asked", [*asked, _HOW_ARE_YOU])]
    return []


def offer(dispatcher: CollectingDispatcher, topic: Topic) -> None:
    """Offer a further topic; a typed yes takes it."""
    name = title(load_responses(), f"utter_{topic}")
    buttons = [{"title": name, "payload": f"/{topic}"}]
    dispatcher.utter_message(
        response="utter_another_topic", topic_title=name[0].lower() + name[1:].rstrip("?"), buttons=buttons
    )
    dispatcher.utter_message(json_message={"if_yes": f"/{topic}"})
