"""How long matching takes among 27, 1,000 and 10,000 services, the first call of a day apart.

Run as `python -m tests.bench.catalogue`; one JSON object a line.
"""

import json
import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from bot.catalogue.matching import Need, match
from bot.catalogue.records import (
    ALWAYS,
    UK,
    UNKNOWN_HOURS,
    BankHolidays,
    Catalogue,
    Channel,
    Confidence,
    Gender,
    Interval,
    Medium,
    Organisation,
    Policy,
    Provenance,
    Purpose,
    Schedule,
    Service,
)
from bot.vocabulary import Kind, Nation, Role, Topic

POLICY = Policy(
    emergency_lines=(),
    grace_days=90,
    emergency_grace_days=270,
    other_numbers=frozenset(),
    withdrawn_names=frozenset(),
    withdrawn_numbers=frozenset(),
)
SOURCE = Provenance(
    url=None,
    note="Made for measuring.",
    confidence=Confidence.DATED,
    checked_on=date(2026, 11, 1),
    checked_by="nobody",
    review_due=date(2027, 11, 1),
)


def many(size: int, seed: int = 7) -> Catalogue:
    """A catalogue of made-up services as different as real ones, hundreds of timetables among them."""
    chooser = random.Random(seed)
    return Catalogue(services=tuple(_service(chooser, number) for number in range(size)), policy=POLICY)


def _service(chooser: random.Random, number: int) -> Service:
    media = chooser.sample(list(Medium), chooser.randint(1, 3))
    return Service(
        id=f"made-up-{number}",
        name=f"Made-up line {number}",
        organisation=Organisation(name="Made up"),
        audience="nobody",
        summary="Made up.",
        purpose=chooser.choices(list(Purpose), (1, 20, 77, 2))[0],
        nations=frozenset(chooser.sample(UK, chooser.choice((1, 1, 2, 3, 4)))),
        roles=frozenset(chooser.sample(list(Role), chooser.randint(1, 4))),
        channels=tuple(Channel(medium=medium, value=None, schedule=_schedule(chooser)) for medium in media),
        provenance=SOURCE,
        gender=chooser.choices((None, *Gender), (8, 1, 1))[0],
        topics=frozenset(chooser.sample(list(Topic), chooser.randint(0, 4))),
        kinds=frozenset(chooser.sample(list(Kind), chooser.randint(0, 2))),
    )


def _schedule(chooser: random.Random) -> Schedule:
    opens, length = chooser.randrange(7, 13) * 60, chooser.randrange(4, 20) * 60
    days = chooser.choice((5, 7))
    week = tuple((Interval(opens=opens, closes=opens + length),) if day < days else () for day in range(7))
    weekly = Schedule(week=week, bank_holidays=chooser.choice(list(BankHolidays)), holidays_of=chooser.choice(UK))
    return chooser.choices((ALWAYS, UNKNOWN_HOURS, weekly), (1, 2, 5))[0]


def _need(chooser: random.Random) -> Need:
    return Need(
        role=chooser.choice([None, *Role]),
        nation=chooser.choice([None, *Nation]),
        topics=tuple(chooser.sample(list(Topic), chooser.randint(0, 3))),
        kinds=frozenset(chooser.sample(list(Kind), chooser.randint(0, 2))),
        channel=chooser.choice([None, None, *Medium]),
    )


def _milliseconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def measure(size: int, rounds: int = 500) -> dict[str, float]:
    """Milliseconds: the first call ever, the first of a new day, then the median and the 99th percentile."""
    catalogue, chooser = many(size), random.Random(1)
    now = datetime(2026, 11, 25, 12, tzinfo=UTC)
    first = _milliseconds(lambda: match(catalogue, _need(chooser), now))
    tomorrow = now + timedelta(days=1)
    new_day = _milliseconds(lambda: match(catalogue, _need(chooser), tomorrow))
    taken = []
    for number in range(rounds):
        need, minute = _need(chooser), tomorrow + timedelta(minutes=number % 600)
        taken.append(_milliseconds(lambda need=need, minute=minute: match(catalogue, need, minute)))  # type: ignore[misc]
    taken.sort()
    return {
        "services": size,
        "first_ms": round(first, 3),
        "new_day_ms": round(new_day, 3),
        "median_ms": round(statistics.median(taken), 3),
        "p99_ms": round(taken[int(len(taken) * 0.99)], 3),
    }


if __name__ == "__main__":
    for size in (27, 1_000, 10_000):
        print(json.dumps(measure(size)))
