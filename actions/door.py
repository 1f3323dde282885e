"""A door was chosen: say what this door is for, and take back nothing that was said before."""

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from .base import SafeAction


class ActionDoor(SafeAction):
    """action_door"""

    def name(self) -> str:
        """The name rules call it by."""
        return "action_door"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Any]:
        """The opening of the door."""
        dispatcher.utter_message(response="utter_door")
        return []
