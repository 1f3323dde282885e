"""An answer with the service cards beside it."""

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec
import structlog
from rasa_sdk.executor import CollectingDispatcher

from bot.bootstrap import load_catalogue, needs_file
from bot.catalogue.cards import card
from bot.catalogue.matching import Need, match
from bot.catalogue.need_map import gaps
from bot.vocabulary import Topic

from .choices import choices
from .reading import Turn

log = structlog.get_logger()


def cards(turn: Turn, *topics: Topic) -> list[dict[str, Any]]:
    """At most three cards that fit who writes, where they live and what it is about."""
    now = datetime.now(UTC)
    # The lines for danger stand in the care block already, so cues do not count here.
    need = Need(role=turn.role, nation=turn.nation, topics=topics)
    found = match(load_catalogue(), need, now)
    for gap in gaps(need, found):
        try:
            needs_file().add(gap)
        except (sqlite3.Error, OSError) as error:  # a count is worth less than an answer
            log.warning("need not counted", error=type(error).__name__)
    return [msgspec.to_builtins(card(one.service, now, nation=turn.nation)) for one in found]


def say_with_cards(
    dispatcher: CollectingDispatcher, turn: Turn, topic: Topic, response: str, also: Iterable[Topic] = ()
) -> None:
    """Say a response about `topic`, with buttons to further topics and the services that fit."""
    dispatcher.utter_message(response=response, buttons=choices(also))
    dispatcher.utter_message(json_message={"topic": topic.value, "services": cards(turn, topic)})
