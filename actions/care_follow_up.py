"""After an emergency, or a choice about it: the one next thing. The care block itself is the gateway's."""

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from .answer import answer
from .base import SafeAction
from .care import ask_next
from .reading import CLEAR_TOPIC, SURE_TOPIC, Turn

CHOICES = frozenset({"safe_now", "unsafe_now", "cannot_talk"})


class ActionCareFollowUp(SafeAction):
    """action_care_follow_up"""

    def name(self) -> str:
        """The name EmergencyPolicy and the rules call it by."""
        return "action_care_follow_up"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Any]:
        """Ask the one next thing; a clear question that came with the danger is answered after it."""
        turn = Turn.of(tracker)
        # Whatever form or question was open is closed: a fallback left open here would spin for ever.
        events: list[Any] = [ActiveLoop(None), SlotSet("not_understood", 0)]
        if "requested_slot" in turn.slots:  # Rasa has this slot only where there are forms
            events.append(SlotSet("requested_slot", None))
        if turn.intent in CHOICES:
            dispatcher.utter_message(response=f"utter_{turn.intent}")
            return events
        events += ask_next(dispatcher, turn)
        # In an emergency an answer that nobody asked for stands between them and the notice.
        for topic in turn.others(None, CLEAR_TOPIC if turn.asks else SURE_TOPIC)[:1]:
            events += answer(dispatcher, turn, topic)
        return events
