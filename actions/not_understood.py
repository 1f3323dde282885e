"""Not understood: what the conversation was about, then the nearest topics as choices, then a person and lines."""

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from .answer import answer, follow_up, one_thing_more
from .base import SafeAction
from .care import ask_next
from .choices import choices
from .noted import note
from .reading import ASKED_TOPIC, Turn
from .services import cards

NEAREST = 3


class ActionNotUnderstood(SafeAction):
    """action_not_understood"""

    def name(self) -> str:
        """The name rules call it by."""
        return "action_not_understood"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Any]:
        """Never the same apology twice."""
        turn = Turn.of(tracker)
        understood = [SlotSet("not_understood", 0)]
        if turn.in_danger:
            asked = turn.others(None, ASKED_TOPIC)[:1] if turn.asks else []
            if asked:
                return [
                    *answer(dispatcher, turn, asked[0]),
                    *one_thing_more(dispatcher, turn, asked[0]),
                    *understood,
                ]
            return [*ask_next(dispatcher, turn), *understood]
        if turn.told:
            return [*note(dispatcher, turn), *understood]
        if events := follow_up(dispatcher, turn):
            return events
        before = int(turn.slots.get("not_understood") or 0)
        if turn.slots.get("in_care") and before == 0:
            dispatcher.utter_message(response="utter_still_here")
        elif before == 0:
            nearest = choices(turn.others(None, 0.0)[:NEAREST])
            dispatcher.utter_message(response="utter_not_understood_1", buttons=nearest)
        else:
            dispatcher.utter_message(response="utter_not_understood_2")
            dispatcher.utter_message(json_message={"services": cards(turn)})
        return [SlotSet("not_understood", before + 1)]
