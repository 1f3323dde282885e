"""Not understood: what the conversation was about, then the nearest topics as choices, then a person and lines."""

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from .answer import (
    UNDERSTOOD,
    Events,
    Way,
    answer,
    beside_the_point,
    explain,
    first_of,
    follow_up,
    guess,
    missed,
    one_thing_more,
    take_note,
)
from .base import SafeAction
from .care import ask_next
from .reading import Turn


class ActionNotUnderstood(SafeAction):
    """action_not_understood"""

    def name(self) -> str:
        """The name rules call it by."""
        return "action_not_understood"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Any]:
        """Never the same apology twice."""
        return first_of(WAYS, dispatcher, Turn.of(tracker))


def what_is_asked(dispatcher: CollectingDispatcher, turn: Turn) -> Events:
    """Answer the likeliest question there is; beside danger ask the one next thing where there is none."""
    if turn.asks and turn.likely:
        return [*answer(dispatcher, turn, turn.likely), *one_thing_more(dispatcher, turn, turn.likely), UNDERSTOOD]
    if not turn.in_danger:
        return None
    dispatcher.utter_message(json_message=missed(turn))
    return [*ask_next(dispatcher, turn), UNDERSTOOD]


# The ways to answer, in the order in which they are tried.
WAYS: tuple[Way, ...] = (beside_the_point, explain, what_is_asked, take_note, follow_up, guess)
