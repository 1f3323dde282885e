"""The service cards beside an answer."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from bot.bootstrap import load_catalogue
from bot.catalogue.cards import card
from bot.catalogue.matching import Need, match
from bot.vocabulary import Topic

from .reading import Turn


def cards(turn: Turn, *topics: Topic) -> list[dict[str, Any]]:
    """At most three cards that fit who writes, where they live and what it is about."""
    now = datetime.now(UTC)
    # The lines for danger stand in the care block already, so cues do not count here.
    need = Need(role=turn.role, nation=turn.nation, topics=topics)
    found = match(load_catalogue(), need, now)
    return [msgspec.to_builtins(card(one.service, now, nation=turn.nation)) for one in found]
