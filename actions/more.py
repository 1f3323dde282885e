"""More about a topic: the part asked for, or what comes after the first screen."""

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.bootstrap import load_parts, load_responses
from bot.content.responses import pick
from bot.vocabulary import Topic

from .base import SafeAction
from .reading import Turn
from .services import say_with_cards

_WHOLE_PLAN = f"utter_{Topic.SAFETY_PLAN}_whole"


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
        if response != _WHOLE_PLAN:
            return say_with_cards(dispatcher, turn, topic, response)
        if plan := _plan(turn):
            return say_with_cards(dispatcher, turn, topic, response, plan=plan)
        return say_with_cards(dispatcher, turn, topic, f"utter_{topic}")


def _plan(turn: Turn) -> str:
    """The parts of the safety plan that this visitor has taken, as they were said, in the order of the file."""
    said = [
        pick(load_responses(), name, turn.slots) for name in load_parts().of(Topic.SAFETY_PLAN) if name in turn.answered
    ]
    return "\n\n".join(one["text"] for one in said if one)
