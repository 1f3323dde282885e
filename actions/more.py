"""More about a topic: the part asked for, or what comes after the first screen."""

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.bootstrap import load_responses
from bot.vocabulary import Topic

from .base import SafeAction
from .reading import Turn
from .services import say_with_cards


class ActionMore(SafeAction):
    """action_more"""

    def name(self) -> str:
        """The name rules call it by."""
        return "action_more"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Any]:
        """Say the part."""
        turn = Turn.of(tracker)
        topic = Topic(turn.entities.get("topic") or turn.current or Topic.ABOUT_US)
        response = f"utter_{topic}_{turn.entities.get('part') or 'more'}"
        if response not in load_responses():
            response = "utter_nothing_more"
        say_with_cards(dispatcher, turn, topic, response)
        return [SlotSet("topic", topic.value), SlotSet("answered", [*turn.answered, response])]
