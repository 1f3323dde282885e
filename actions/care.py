"""The one next thing to ask after danger was noticed; the care block itself is the gateway's."""

from rasa_sdk.executor import CollectingDispatcher

from bot.vocabulary import Kind

from .reading import Turn


def ask_next(dispatcher: CollectingDispatcher, turn: Turn) -> None:
    """Ask about the most pressing kind of the message."""
    kind = turn.screening.most_pressing or Kind.IMMEDIATE_DANGER
    dispatcher.utter_message(response=f"utter_care_followup_{kind}")
