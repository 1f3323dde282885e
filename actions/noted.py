"""A short question was answered or skipped: say that it was noted, and what it changes for the last answer."""

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.vocabulary import Topic

from .answer import QUESTIONS
from .base import SafeAction
from .reading import Turn
from .services import say_with_cards


class ActionNoted(SafeAction):
    """action_noted"""

    def name(self) -> str:
        """The name rules call it by."""
        return "action_noted"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Any]:
        """The last answer again, as it reads for this nation or family, when that differs."""
        turn = Turn.of(tracker)
        skipped = turn.entities.get("slot")
        asked = list(turn.slots.get("asked") or [])
        if skipped in dict(QUESTIONS) and skipped not in asked:
            asked.append(skipped)
        topic = Topic(turn.slots["topic"]) if turn.slots.get("topic") else None
        if turn.entities.get("safe_to_chat") is False:
            dispatcher.utter_message(response="utter_leave_quickly")
        elif topic is not None and ("nation" in turn.entities or "children" in turn.entities):
            say_with_cards(dispatcher, turn, topic, f"utter_{topic}")
        else:
            dispatcher.utter_message(response="utter_noted")
        return [SlotSet("asked", asked)]
