"""The one next thing to ask after danger was noticed; the care block itself is the gateway's."""

from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from bot.vocabulary import Kind, Level

from .door import offer_door
from .reading import Turn


def ask_next(dispatcher: CollectingDispatcher, turn: Turn) -> list[Any]:
    """Ask about the most pressing kind of the message.

    Behind the wrong door that would be put to the wrong reader, so the other door comes first, unless there is no time.
    """
    if turn.screening.level is not Level.EMERGENCY and (other_door := offer_door(dispatcher, turn)):
        return other_door
    kind = turn.screening.most_pressing or Kind.IMMEDIATE_DANGER
    dispatcher.utter_message(response=f"utter_care_followup_{kind}")
    return []
