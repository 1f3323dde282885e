"""The doors: what one is for when it was chosen, and the offer of another that the words speak for."""

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from .base import SafeAction
from .reading import Turn


class ActionDoor(SafeAction):
    """action_door"""

    def name(self) -> str:
        """The name rules call it by."""
        return "action_door"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Any]:
        """The opening of the door."""
        dispatcher.utter_message(response="utter_door")
        return []


def offer_door(dispatcher: CollectingDispatcher, turn: Turn) -> list[Any]:
    """Offer the door that the words speak for, once; nothing when door and words agree."""
    read = turn.role_read
    if read is None or read is turn.role or read.value == turn.slots.get("role_offered"):
        return []
    dispatcher.utter_message(response=f"utter_role_offer_{read}")
    return [SlotSet("role_offered", read.value)]
