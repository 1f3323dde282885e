"""An answer with the service cards beside it."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.bootstrap import load_catalogue
from bot.catalogue.cards import card
from bot.catalogue.matching import Need, match
from bot.vocabulary import Kind, Topic

from .needs import NEEDS
from .reading import Turn


def cards(turn: Turn, *topics: Topic) -> list[dict[str, Any]]:
    """At most three cards that fit who writes, where they live and what it is about."""
    now = datetime.now(UTC)
    # The lines for danger stand in the care block already, so cues do not count here; a child has lines of their own.
    kinds = frozenset({Kind.CHILD_USER}) if turn.child else frozenset()
    need = Need(role=turn.role, nation=turn.nation, topics=topics, kinds=kinds)
    found = match(load_catalogue(), need, now)
    NEEDS.add(need, found)
    return [msgspec.to_builtins(card(one.service, now, nation=turn.nation)) for one in found]


def say_with_cards(
    dispatcher: CollectingDispatcher, turn: Turn, topic: Topic, response: str, **blanks: str
) -> list[Any]:
    """Say a response about `topic`, its blanks filled, with the services that fit; the events that remember it as said."""
    dispatcher.utter_message(response=response, **blanks)
    dispatcher.utter_message(
        json_message={"topic": topic.value, "services": cards(turn, topic), "guesses": turn.guesses}
    )
    return [SlotSet("topic", topic.value), SlotSet("answered", [*turn.answered, response])]
