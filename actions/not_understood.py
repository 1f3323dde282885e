"""Not understood: what the conversation was about, then the nearest topics as choices, then a person and lines."""

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from .answer import answer, beside_the_point, explain, follow_up, missed, not_understood, one_thing_more
from .base import SafeAction
from .care import ask_next
from .noted import note
from .reading import ASKED_TOPIC, Turn


class ActionNotUnderstood(SafeAction):
    """action_not_understood"""

    def name(self) -> str:
        """The name rules call it by."""
        return "action_not_understood"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Any]:
        """Never the same apology twice."""
        turn = Turn.of(tracker)
        if events := beside_the_point(dispatcher, turn) or explain(dispatcher, turn):
            return events
        understood = [SlotSet("not_understood", 0)]
        if turn.in_danger:
            asked = turn.others(None, ASKED_TOPIC)[:1] if turn.asks else []
            if asked:
                return [
                    *answer(dispatcher, turn, asked[0]),
                    *one_thing_more(dispatcher, turn, asked[0]),
                    *understood,
                ]
            dispatcher.utter_message(json_message=missed(turn))
            return [*ask_next(dispatcher, turn), *understood]
        if turn.told:
            return [*note(dispatcher, turn), *understood]
        if events := follow_up(dispatcher, turn):
            return events
        return not_understood(dispatcher, turn)
