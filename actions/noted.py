"""Something about the visitor became known: say that it was noted, and what it changes for the last answer."""

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.bootstrap import load_responses
from bot.content.responses import pick

from .base import SafeAction
from .reading import Turn
from .services import cards, say_with_cards

# What an answer may read differently for.
_CHANGES_ANSWERS = frozenset({"nation", "children"})


class ActionNoted(SafeAction):
    """action_noted"""

    def name(self) -> str:
        """The name rules call it by."""
        return "action_noted"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Any]:
        """After a short question was answered or skipped."""
        turn = Turn.of(tracker)
        skipped = turn.entities.get("slot")
        asked = list(turn.slots.get("asked") or [])
        if skipped and skipped not in asked:
            asked.append(skipped)
        return [*note(dispatcher, turn), SlotSet("asked", asked)]


def note(dispatcher: CollectingDispatcher, turn: Turn) -> list[Any]:
    """The last answer again, as it reads for this nation or family, when it may differ."""
    if turn.entities.get("safe_to_chat") is False:
        dispatcher.utter_message(response="utter_leave_quickly")
        return []
    news = _CHANGES_ANSWERS.intersection({*turn.entities, *turn.told})
    if turn.current is not None and news and _reads_differently(turn, f"utter_{turn.current}", news):
        say_with_cards(dispatcher, turn, turn.current, f"utter_{turn.current}")
        return []
    dispatcher.utter_message(response="utter_noted")
    if turn.current is not None and news:
        # The same words again would help nobody; other lines may.
        dispatcher.utter_message(json_message={"topic": turn.current.value, "services": cards(turn, turn.current)})
    return []


def _reads_differently(turn: Turn, name: str, news: frozenset[str]) -> bool:
    """Whether an answer has other words for somebody of whom this became known."""
    before = {slot: value for slot, value in turn.slots.items() if slot not in news}
    return pick(load_responses(), name, turn.slots) is not pick(load_responses(), name, before)
