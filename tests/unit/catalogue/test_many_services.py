"""Thousands of services are ranked as a few are."""

import random

from bot.catalogue.matching import Need, match
from bot.vocabulary import Nation, Role, Topic
from tests.bench.catalogue import many
from tests.unit.catalogue.builders import at


def test_the_thousands_are_ranked_as_the_few_are() -> None:
    """Speed is no sampling: the pick among ten thousand is the pick among its own three."""
    catalogue = many(2_000)
    chooser = random.Random(3)
    for _ in range(50):
        need = Need(
            role=chooser.choice([None, *Role]),
            nation=chooser.choice([None, *Nation]),
            topics=(chooser.choice(list(Topic)),),
        )
        found = match(catalogue, need, at("2026-11-25 12:00"))
        few = type(catalogue)(services=tuple(m.service for m in found), policy=catalogue.policy)
        assert [m.service.id for m in match(few, need, at("2026-11-25 12:00"))] == [m.service.id for m in found]
