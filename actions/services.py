"""An answer with the service cards beside it."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from rasa_sdk.executor import CollectingDispatcher

from bot.bootstrap import load_catalogue
from bot.catalogue.cards import card
from bot.catalogue.matching import Need, match
from bot.vocabulary import Topic

from .needs import NEEDS
from .reading import Turn


def cards(turn: Turn, *topics: Topic) -> list[dict[str, Any]]:
    """At most three cards that fit who writes, where they live and what it is about."""
    now = datetime.now(UTC)
    # The lines for danger stand in the care block already, so cues do not count here.
    need = Need(role=turn.role, nation=turn.nation, topics=topics)
    found = match(load_catalogue(), need, now)
    NEEDS.add(need, found)
    return [msgspec.to_builtins(card(one.service, now, nation=turn.nation)) for one in found]


def say_with_cards(dispatcher: CollectingDispatcher, turn: Turn, topic: Topic, response: str) -> None:
    """Say a response about `topic`, with the services that fit."""
    dispatcher.utter_message(response=response)
    dispatcher.utter_message(json_message={"topic": topic.value, "services": cards(turn, topic)})
