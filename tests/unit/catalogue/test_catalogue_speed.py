"""Speed: ten thousand services are ranked in less than a millisecond."""

import random
import time

from bot.catalogue.matching import Need, match
from bot.vocabulary import Kind, Nation, Role, Topic
from tests.bench.catalogue import many
from tests.unit.catalogue.builders import at


def test_ten_thousand_services_are_matched_within_a_millisecond() -> None:
    """The best of a hundred runs, so that a busy machine proves nothing either way."""
    catalogue = many(10_000)
    need = Need(
        role=Role.VICTIM,
        nation=Nation.ENGLAND,
        topics=(Topic.HOUSING, Topic.MONEY),
        kinds=frozenset({Kind.STALKING}),
    )
    now = at("2026-11-25 12:00")
    match(catalogue, need, now)
    taken = []
    for _ in range(100):
        start = time.perf_counter()
        match(catalogue, need, now)
        taken.append(time.perf_counter() - start)
    assert min(taken) < 0.001


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
