"""What all actions share: an error never leaves with a visitor's words, and always leaves the visitor with help."""

from abc import ABC, abstractmethod
from typing import Any

import structlog
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

log = structlog.get_logger()


class SafeAction(Action, ABC):  # type: ignore[misc]  # the SDK has no types
    """An action that answers even when it fails.

    The SDK's own answer to an error carries the whole conversation, which Rasa would log, and the visitor
    would get nothing.
    """

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Run `act`; on any error say so, with lines that still work."""
        try:
            return await self.act(dispatcher, tracker)
        except Exception as error:  # whatever it is, its text may quote the visitor: only its kind is told
            log.error("action failed", error=type(error).__name__, state=self.name())
            dispatcher.utter_message(response="utter_technical_problem")
            dispatcher.utter_message(json_message={"degraded": True})
            return []

    @abstractmethod
    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Any]:
        """Say something and return the events."""
