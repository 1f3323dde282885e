"""What every store of handoffs promises: one suite, SQLite and a real Redis, each seen through two processes' eyes."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis

from bot.handoff.queue import Queue
from bot.handoff.records import Change, Happened
from bot.handoff.references import MISSES
from bot.handoff.store import HandoffStore, NoHandoff, NotYours, Over, StoreDown, Taken, TooManyGuesses
from bot.vocabulary import HandoffMode, HandoffState, Kind, Level, Outcome, Sender
from tests.handoffs import (
    ANN,
    BEN,
    NORTH,
    SOUTH,
    Clock,
    LoggedRedis,
    handoff,
    redis_queue,
    said,
    shown,
    sqlite_queue,
)


@dataclass
class Two:
    """One store as two processes see it."""

    here: HandoffStore
    there: HandoffStore
    clock: Clock
    kept: Callable[[], bytes]  # all that lies on disk or in memory


@pytest.fixture(scope="module")
def redis() -> Iterator[LoggedRedis]:
    with LoggedRedis() as server:
        yield server


@pytest.fixture(params=["sqlite", "redis"])
async def two(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Two]:
    # Redis lets go of keys by its own clock, so the time of the tests starts now.
    clock = Clock(datetime.now(UTC).replace(microsecond=0))
    if request.param == "sqlite":
        make: Callable[[], Queue] = lambda: sqlite_queue(tmp_path / "h.sqlite", clock)  # noqa: E731
        kept = lambda: b"".join(path.read_bytes() for path in sorted(tmp_path.iterdir()))  # noqa: E731
    else:
        server: LoggedRedis = request.getfixturevalue("redis")
        Redis(port=server.port).flushall()
        make = lambda: redis_queue(server.url, clock)  # noqa: E731
        kept = lambda: _all_of(server)  # noqa: E731
    stores = [make(), make()]
    yield Two(here=stores[0], there=stores[1], clock=clock, kept=kept)
    for store in stores:
        await store.aclose()


def _all_of(server: LoggedRedis) -> bytes:
    """Everything in Redis and in its files."""
    client = Redis(port=server.port)
    dumps = b"".join(client.dump(key) or b"" for key in client.scan_iter())
    return dumps + b"".join(path.read_bytes() for path in sorted(server.folder.rglob("*")) if path.is_file())


async def test_what_was_added_is_there_for_everyone(two: Two) -> None:
    """The record comes back whole, in another process too."""
    one = handoff(created=two.clock())
    await two.here.add(one)
    found = await two.there.get(one.id)
    assert replace(found, visitor_until=None) == one
    assert found.visitor_until is not None


async def test_adding_twice_adds_once(two: Two) -> None:
    """A chat that lost the answer asks again, and there is one handoff and one count."""
    one = handoff(created=two.clock())
    await two.here.add(one)
    await two.there.claim(one.id, ANN, "Ann")
    again = await two.here.add(one)
    assert again.claimed_by == ANN
    counts = await two.here.count_by([NORTH], first=two.clock().date(), last=two.clock().date() + timedelta(days=1))
    assert [c.number for c in counts if c.what == "added"] == [1]


async def test_a_handoff_that_is_not_there_is_said_to_be_missing(two: Two) -> None:
    """No record, no state, no words."""
    with pytest.raises(NoHandoff):
        await two.here.get(handoff().id)


async def test_the_queue_goes_by_severity_and_then_by_waiting(two: Two) -> None:
    """Danger first; among equals who asked first; other helplines' are not in it."""
    late = two.clock()
    calm = handoff(created=late - timedelta(minutes=9), severity=Level.NONE)
    urgent_late = handoff(created=late - timedelta(minutes=1), severity=Level.URGENT)
    urgent_early = handoff(created=late - timedelta(minutes=5), severity=Level.URGENT)
    danger = handoff(created=late, severity=Level.EMERGENCY)
    for one in (calm, urgent_late, urgent_early, danger, handoff(created=late, helpline=SOUTH)):
        await two.here.add(one)
    places = await two.there.waiting(NORTH)
    assert [p.handoff.id for p in places] == [danger.id, urgent_early.id, urgent_late.id, calm.id]
    assert [p.number for p in places] == [1, 2, 3, 4]
    assert places[1].waited == 300 and places[1].level is Level.URGENT and places[1].kinds == (Kind.VIOLENCE,)


async def test_of_many_claims_exactly_one_wins(two: Two) -> None:
    """Twenty workers press the same button at once."""
    one = await two.here.add(handoff(created=two.clock()))
    stores = [two.here, two.there]
    tries = [stores[n % 2].claim(one.id, f"w{n}", f"W{n}") for n in range(20)]  # type: ignore[arg-type]
    results = await asyncio.gather(*tries, return_exceptions=True)
    won = [r for r in results if not isinstance(r, BaseException)]
    assert len(won) == 1
    assert all(isinstance(r, Taken) for r in results if isinstance(r, BaseException))
    assert (await two.here.get(one.id)).claimed_by == won[0].claimed_by
    assert await two.here.waiting(NORTH) == []


async def test_claiming_twice_is_claiming_once(two: Two) -> None:
    """A worker whose first answer was lost gets the handoff, and it counts once."""
    one = await two.here.add(handoff(created=two.clock()))
    two.clock.pass_(seconds=45)
    first = await two.here.claim(one.id, ANN, "Ann")
    assert await two.there.claim(one.id, ANN, "Ann") == first
    day = two.clock().date()
    counts = {c.what: c.number for c in await two.here.count_by([NORTH], first=day, last=day + timedelta(days=1))}
    assert counts["answered"] == counts["waited.60"] == 1 and counts["waited_seconds"] == 45


async def test_a_worker_who_vanishes_gives_the_visitor_back(two: Two) -> None:
    """Without a heartbeat the claim falls back to its old place; the worker may no longer speak."""
    one = await two.here.add(handoff(created=two.clock()))
    await two.here.claim(one.id, ANN, "Ann")
    two.clock.pass_(seconds=50)
    await two.here.beat(one.id, ANN)
    two.clock.pass_(seconds=50)
    assert await two.there.release_stale() == []
    two.clock.pass_(seconds=20)
    assert await two.there.release_stale() == [one.id]
    places = await two.here.waiting(NORTH)
    assert [p.handoff.id for p in places] == [one.id] and places[0].returned
    with pytest.raises(NotYours):
        await two.here.say(one.id, said("still there?", Sender.PERSON, ANN))
    with pytest.raises(NotYours):
        await two.here.beat(one.id, ANN)


async def test_a_visitor_who_vanishes_has_left(two: Two) -> None:
    """Nobody writes into an empty room for ever: without a sign for half an hour it is `left`."""
    one = await two.here.add(handoff(created=two.clock()))
    two.clock.pass_(minutes=29)
    await two.here.visitor_here(one.id)
    two.clock.pass_(minutes=29)
    assert await two.here.release_stale() == []
    two.clock.pass_(minutes=2)
    assert await two.here.release_stale() == [one.id]
    assert (await two.there.get(one.id)).state is HandoffState.LEFT
    with pytest.raises(Over):
        await two.here.visitor_here(one.id)


async def test_messages_come_in_order_and_once(two: Two) -> None:
    """Both sides write; an id sent again says nothing new, in whichever process."""
    one = await two.here.add(handoff(created=two.clock()))
    await two.there.claim(one.id, ANN, "Ann")
    first, second = said("hello", id="m1"), said("hello, I am Ann", Sender.PERSON, ANN, id="m1", name="Ann")
    assert (await two.here.say(one.id, first)).seq == 1
    assert (await two.there.say(one.id, second)).seq == 2
    assert (await two.there.say(one.id, first)).seq == 1
    assert (await two.here.say(one.id, second)).seq == 2
    assert (await two.here.get(one.id)).state is HandoffState.TALKING
    assert [m.text for m in await two.here.messages(one.id)] == ["hello", "hello, I am Ann"]
    assert [m.seq for m in await two.there.messages(one.id, after=1)] == [2]


async def test_messages_at_the_same_time_are_all_kept_once(two: Two) -> None:
    """Ten messages, each sent twice at once by two processes."""
    one = await two.here.add(handoff(created=two.clock()))
    messages = [said(f"line {n}", id=f"m{n}") for n in range(10)]
    await asyncio.gather(*(store.say(one.id, m) for m in messages for store in (two.here, two.there)))
    kept = await two.here.messages(one.id)
    assert sorted(m.text for m in kept) == sorted(m.text for m in messages)
    assert [m.seq for m in kept] == list(range(1, 11))


async def test_a_message_before_an_answer_waits_for_the_worker(two: Two) -> None:
    """Write while you wait."""
    one = await two.here.add(handoff(created=two.clock()))
    await two.here.say(one.id, said("are you there"))
    await two.there.claim(one.id, ANN, "Ann")
    assert [m.text for m in await two.there.messages(one.id)] == ["are you there"]


async def test_danger_raises_the_place_and_never_lowers_it(two: Two) -> None:
    """A cue while waiting moves up the queue; a calm one changes nothing."""
    first = await two.here.add(handoff(created=two.clock() - timedelta(minutes=5)))
    second = await two.here.add(handoff(created=two.clock()))
    cue = shown(Kind.STRANGULATION, Level.EMERGENCY, line="m1", start=0, end=4)
    await two.here.raise_severity(second.id, Level.EMERGENCY, [cue])
    await two.here.raise_severity(second.id, Level.URGENT, [cue])
    places = await two.there.waiting(NORTH)
    assert [p.handoff.id for p in places] == [second.id, first.id]
    assert places[0].level is Level.EMERGENCY and places[0].kinds[0] is Kind.STRANGULATION
    assert places[0].handoff.raised == (cue,)


async def test_a_transfer_takes_two(two: Two) -> None:
    """The other helpline sees the offer and takes it with notes and words; until then the first worker keeps it."""
    one = await two.here.add(handoff(created=two.clock()))
    await two.here.claim(one.id, ANN, "Ann")
    await two.here.note(one.id, ANN, "asked about the children", note_id="n1")
    await two.here.note(one.id, ANN, "asked about the children", note_id="n1")
    offered = await two.here.offer_transfer(one.id, by=ANN, to_helpline=SOUTH)
    assert await two.there.offered(SOUTH) == [], "nobody there sees it before the visitor's yes"
    with pytest.raises(Taken):
        await two.there.accept_transfer(one.id, BEN, "Ben", SOUTH)
    assert offered.offer
    for _ in range(2):
        await two.there.answer_offer(one.id, offered.offer.at, yes=True)
    assert [o.id for o in await two.there.offered(SOUTH)] == [one.id]
    assert (await two.here.say(one.id, said("I am asking a colleague", Sender.PERSON, ANN))).seq == 1
    with pytest.raises(Taken):
        await two.there.accept_transfer(one.id, BEN, "Ben", NORTH)
    taken = await two.there.accept_transfer(one.id, BEN, "Ben", SOUTH)
    assert (
        taken.helpline == SOUTH
        and taken.claimed_by == BEN
        and [n.text for n in taken.notes] == ["asked about the children"]
    )
    assert await two.here.offered(SOUTH) == [] and await two.here.talking(NORTH) == []
    assert [h.id for h in await two.here.talking(SOUTH)] == [one.id]
    assert [h.id for h in await two.here.open_of(BEN)] == [one.id] and await two.here.open_of(ANN) == []
    with pytest.raises(NotYours):
        await two.here.say(one.id, said("late", Sender.PERSON, ANN))


async def test_an_offer_can_be_declined_or_taken_back(two: Two) -> None:
    """The worker who offered still has it."""
    one = await two.here.add(handoff(created=two.clock()))
    await two.here.claim(one.id, ANN, "Ann")
    for who, where in ((BEN, SOUTH), (ANN, NORTH)):
        await two.here.offer_transfer(one.id, by=ANN, to_helpline=SOUTH, agreed=True)
        await two.there.decline_transfer(one.id, who, where)
        assert (await two.here.get(one.id)).offer is None
    with pytest.raises(Taken):
        await two.there.decline_transfer(one.id, BEN, SOUTH)
    assert (await two.here.get(one.id)).claimed_by == ANN


async def test_a_visitor_may_say_no_to_another_helpline(two: Two) -> None:
    """The offer ends; an answer to an earlier offer changes nothing about a later one."""
    one = await two.here.add(handoff(created=two.clock()))
    await two.here.claim(one.id, ANN, "Ann")
    first = (await two.here.offer_transfer(one.id, by=ANN, to_helpline=SOUTH)).offer
    assert first
    assert (await two.there.answer_offer(one.id, first.at, yes=False)).offer is None
    two.clock.pass_(seconds=5)
    await two.here.offer_transfer(one.id, by=ANN, to_helpline=SOUTH)
    later = (await two.there.answer_offer(one.id, first.at, yes=True)).offer
    assert later and not later.agreed
    with pytest.raises(Taken):
        await two.there.decline_transfer(one.id, BEN, SOUTH)


async def test_an_offer_to_a_colleague_is_theirs_alone(two: Two) -> None:
    """Nobody else of the same helpline can take it."""
    one = await two.here.add(handoff(created=two.clock()))
    await two.here.claim(one.id, ANN, "Ann")
    await two.here.offer_transfer(one.id, by=ANN, to_helpline=NORTH, to_worker=BEN)
    with pytest.raises(Taken):
        await two.here.accept_transfer(one.id, "cleo", "Cleo", NORTH)  # type: ignore[arg-type]
    assert (await two.here.accept_transfer(one.id, BEN, "Ben", NORTH)).claimed_name == "Ben"


async def test_a_supervisor_takes_over(two: Two) -> None:
    """The one who had it can't go on writing."""
    one = await two.here.add(handoff(created=two.clock()))
    await two.here.claim(one.id, ANN, "Ann")
    await two.there.take_over(one.id, BEN, "Ben")
    with pytest.raises(NotYours):
        await two.here.say(one.id, said("hello", Sender.PERSON, ANN))
    assert (await two.here.give_back(one.id, BEN)).state is HandoffState.WAITING


async def test_what_is_over_is_picked_up_by_its_reference(two: Two) -> None:
    """Left or closed, it goes on on the phone with whoever answers; its outcome counts once, as it was in the end."""
    one = await two.here.add(handoff(created=two.clock()))
    await two.here.leave(one.id)
    again = await two.there.pick_up(one.id, ANN, "Ann")
    assert (again.state, again.mode, again.claimed_by) == (HandoffState.CLAIMED, HandoffMode.LATER, ANN)
    assert await two.here.pick_up(one.id, ANN, "Ann") == again
    with pytest.raises(Taken):
        await two.here.pick_up(one.id, BEN, "Ben")
    await two.here.close(one.id, ANN, Outcome.LOST)
    await two.there.pick_up(one.id, BEN, "Ben")
    await two.here.close(one.id, BEN, Outcome.HELPED)
    day = two.clock().date()
    counts = {
        c.what: c.number
        for c in await two.here.count_by([NORTH], first=day - timedelta(days=1), last=day + timedelta(days=1))
    }
    assert counts["outcome.helped"] == 1 and "outcome.lost" not in counts
    two.clock.pass_(minutes=5)
    await two.here.release_stale()
    other = await two.here.add(handoff(created=two.clock()))
    await two.here.withdraw(other.id)
    with pytest.raises(Over):
        await two.there.pick_up(other.id, ANN, "Ann")


async def test_closing_ends_it_and_the_outcome_can_be_corrected(two: Two) -> None:
    """Nothing more is said in it; counts follow the correction."""
    one = await two.here.add(handoff(created=two.clock()))
    with pytest.raises(NotYours):
        await two.here.close(one.id, ANN, Outcome.HELPED)
    await two.here.claim(one.id, ANN, "Ann")
    await two.here.close(one.id, ANN, Outcome.LOST, note="line dropped")
    await two.here.close(one.id, ANN, Outcome.LOST, note="line dropped")
    with pytest.raises(Over):
        await two.here.say(one.id, said("wait"))
    corrected = await two.there.close(one.id, ANN, Outcome.HELPED)
    assert corrected.outcome is Outcome.HELPED and [n.text for n in corrected.notes] == ["line dropped"]
    with pytest.raises(NotYours):
        await two.there.close(one.id, BEN, Outcome.TEST)
    day = two.clock().date()
    counts = {c.what: c.number for c in await two.here.count_by([NORTH], first=day, last=day + timedelta(days=1))}
    assert counts["outcome.helped"] == 1 and "outcome.lost" not in counts
    recent = await two.here.recent(NORTH, since=two.clock() - timedelta(days=1))
    assert [r.id for r in recent] == [one.id]


async def test_a_visitor_who_leaves_is_seen_to_have_left(two: Two) -> None:
    """The worker sees `left`, nothing more; what was agreed stays, and any colleague may close it."""
    one = await two.here.add(handoff(created=two.clock()))
    await two.here.leave(one.id)
    left = await two.here.leave(one.id)
    assert left.state is HandoffState.LEFT and left.summary == one.summary
    assert await two.there.waiting(NORTH) == []
    with pytest.raises(Over):
        await two.there.claim(one.id, ANN, "Ann")
    assert (await two.there.close(one.id, BEN, Outcome.LOST)).state is HandoffState.CLOSED
    day = two.clock().date()
    counts = {c.what: c.number for c in await two.here.count_by([NORTH], first=day, last=day + timedelta(days=1))}
    assert counts["abandoned"] == 1


async def test_one_left_for_later_stays_when_the_visitor_leaves(two: Two) -> None:
    """That is what it is for."""
    one = await two.here.add(handoff(created=two.clock(), mode=HandoffMode.LATER))
    assert (await two.here.leave(one.id)).state is HandoffState.WAITING
    two.clock.pass_(days=2)
    assert await two.here.release_stale() == []
    assert [p.handoff.id for p in await two.here.waiting(NORTH)] == [one.id]


async def test_a_reference_is_found_however_it_is_spoken(two: Two) -> None:
    """Only by helplines that have it."""
    one = await two.here.add(handoff(created=two.clock(), reference="maple-lantern-47"))
    assert (await two.there.by_reference(" Maple, lantern 47", helplines=[NORTH], worker=ANN)).id == one.id
    with pytest.raises(NoHandoff):
        await two.there.by_reference("maple-lantern-47", helplines=[SOUTH], worker=BEN)


async def test_guessing_references_comes_to_an_end(two: Two) -> None:
    """After a few misses nothing is looked up for a while, not even what exists, in any process."""
    one = await two.here.add(handoff(created=two.clock(), reference="maple-lantern-47"))
    stores = [two.here, two.there]
    for n in range(MISSES):
        with pytest.raises(NoHandoff):
            await stores[n % 2].by_reference(f"maple-lantern-{50 + n}", helplines=[NORTH], worker=ANN)
    with pytest.raises(TooManyGuesses):
        await two.here.by_reference("maple-lantern-47", helplines=[NORTH], worker=ANN)
    assert (await two.here.by_reference("maple-lantern-47", helplines=[NORTH], worker=BEN)).id == one.id


async def test_guessing_many_at_once_gets_no_further(two: Two) -> None:
    """Nor does who is refused take tries from colleagues, or finding something count as a guess."""
    one = await two.here.add(handoff(created=two.clock()))
    for _ in range(2 * MISSES):
        await two.here.by_reference(one.reference, helplines=[NORTH], worker=BEN)
    guesses = [two.here.by_reference(f"no-such-{number}", helplines=[NORTH], worker=ANN) for number in range(40)]
    found = await asyncio.gather(*guesses, return_exceptions=True)
    assert sum(isinstance(one, NoHandoff) for one in found) == MISSES
    assert sum(isinstance(one, TooManyGuesses) for one in found) == 40 - MISSES
    assert await two.there.by_reference(one.reference, helplines=[NORTH], worker=BEN) == one


async def test_what_is_kept_can_not_be_read(two: Two) -> None:
    """Neither files nor Redis hold a word of the visitor, the worker or the reference."""
    canary = secrets.token_hex(8)
    reference = "maple-lantern-47"
    one = await two.here.add(handoff(f"canary {canary}", created=two.clock(), reference=reference))
    await two.here.claim(one.id, ANN, "Zebedee")
    await two.here.say(one.id, said(f"canary {canary}"))
    await two.here.say(one.id, said(f"canary {canary}", Sender.PERSON, ANN))
    await two.here.note(one.id, ANN, f"canary {canary}", note_id="n1")
    await two.here.present(NORTH, ANN, "Zebedee", until=two.clock() + timedelta(seconds=30))
    everything = two.kept()
    assert one.id.encode() in everything  # the search sees what is there
    for word in (canary, reference, "canary", "Zebedee"):
        assert word.encode() not in everything


async def test_withdrawing_erases_at_once(two: Two) -> None:
    """What was passed on and written is gone for everyone; a worker who has it must be asked instead."""
    one = await two.here.add(handoff("take this back", created=two.clock()))
    await two.here.say(one.id, said("and this"))
    gone = await two.here.withdraw(one.id)
    assert gone.state is HandoffState.WITHDRAWN and await two.here.withdraw(one.id) == gone
    assert (await two.there.get(one.id)).summary.lines == () and await two.there.messages(one.id) == []
    assert await two.there.waiting(NORTH) == []
    held = await two.here.add(handoff(created=two.clock()))
    await two.here.claim(held.id, ANN, "Ann")
    with pytest.raises(Taken):
        await two.here.withdraw(held.id)


async def test_what_is_due_is_gone_from_disk_too(two: Two) -> None:
    """Not even sealed bytes stay in the files or in Redis once the days are over."""
    one = await two.here.add(handoff(created=two.clock() - timedelta(days=30) + timedelta(seconds=3)))
    await two.here.say(one.id, said("hello"))
    shelf = two.here._shelf  # type: ignore[attr-defined]  # what lies on the disk
    row, words = await shelf.read(one.id), await shelf.said(one.id, after=0)
    pieces = [row.sealed[4:24], words[0][1][4:24]]
    assert all(piece in two.kept() for piece in pieces)
    await asyncio.sleep(3.1)
    two.clock.pass_(seconds=4)
    assert await two.there.purge() == 1
    async with asyncio.timeout(60):
        # Redis writes its file anew in the background, and says nothing when it has.
        while any(piece in two.kept() for piece in pieces):  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    with pytest.raises(NoHandoff):
        await two.there.get(one.id)


async def test_numbers_outlive_what_they_count(two: Two) -> None:
    """After the purge the record is gone and the counts stay."""
    one = await two.here.add(handoff(created=two.clock() - timedelta(days=30, seconds=1)))
    day = two.clock().date()
    await two.here.purge()
    with pytest.raises(NoHandoff):
        await two.there.get(one.id)
    counts = {c.what: c.number for c in await two.here.count_by([NORTH], first=day, last=day + timedelta(days=1))}
    assert counts == {
        "added": 1,
        "mode.here": 1,
        "level.urgent": 1,
        "cue.violence": 1,
        "topic.housing": 1,
        "role.victim": 1,
    }


async def test_who_is_on_duty_is_known_everywhere_and_runs_out(two: Two) -> None:
    """A page that is closed without a word counts until its time is over."""
    until = two.clock() + timedelta(seconds=30)
    await two.here.present(NORTH, ANN, "Ann", until=until)
    await two.here.present(NORTH, BEN, "Ben", until=until, on_break=True)
    await two.here.present(SOUTH, ANN, "Ann", until=until)
    assert [(d.worker, d.on_break) for d in await two.there.on_duty(NORTH)] == [(ANN, False), (BEN, True)]
    await two.there.absent(NORTH, BEN)
    assert [d.worker for d in await two.here.on_duty(NORTH)] == [ANN]
    two.clock.pass_(seconds=31)
    assert await two.here.on_duty(NORTH) == [] == await two.here.on_duty(SOUTH)


async def _next(changes: AsyncIterator[Change], happened: Happened) -> Change:
    async with asyncio.timeout(30):
        async for change in changes:
            if change.happened is happened:
                return change
    raise AssertionError


async def test_changes_are_heard_in_other_processes(two: Two) -> None:
    """Both the one handoff and the helpline's queue; typing too, which is kept nowhere."""
    one = handoff(created=two.clock())
    async with (
        two.there.subscribe(helplines=[NORTH]) as queue,
        two.there.subscribe(handoff=one.id) as talk,
        two.there.subscribe(helplines=[SOUTH]) as other,
    ):
        await two.here.add(one)
        await two.here.typing(one.id, Sender.VISITOR)
        await two.here.say(one.id, said("hello"))
        assert (await _next(queue, Happened.ADDED)).handoff == one.id
        assert (await _next(queue, Happened.SAID)).handoff == one.id
        assert (await _next(talk, Happened.TYPING_VISITOR)).handoff == one.id
        assert (await _next(talk, Happened.SAID)).handoff == one.id
        await two.here.claim(one.id, ANN, "Ann")
        await two.here.offer_transfer(one.id, by=ANN, to_helpline=SOUTH, agreed=True)
        assert (await _next(other, Happened.OFFERED)).handoff == one.id


async def test_a_listener_that_lags_is_told_to_read_again(two: Two) -> None:
    """A slow page costs no memory, and misses nothing that is kept."""
    one = await two.here.add(handoff(created=two.clock()))
    async with two.here.subscribe(handoff=one.id) as slow:
        for _ in range(260):
            await two.here.typing(one.id, Sender.VISITOR)
        assert (await _next(slow, Happened.READ_AGAIN)).handoff is None
        await two.here.say(one.id, said("here"))
        await _next(slow, Happened.SAID)


async def test_feedback_counts_once_and_as_last_given(two: Two) -> None:
    """Two taps, no words."""
    one = await two.here.add(handoff(created=two.clock()))
    for answer in ("no", "yes", "yes"):
        await two.here.feedback(one.id, answer)
    day = two.clock().date()
    counts = {c.what: c.number for c in await two.here.count_by([NORTH], first=day, last=day + timedelta(days=1))}
    assert counts["feedback.yes"] == 1 and "feedback.no" not in counts


async def test_a_store_that_is_sure_says_nothing(two: Two) -> None:
    """The check passes when what is written is kept."""
    await two.here.check()


async def test_a_redis_that_may_lose_a_second_is_refused() -> None:
    """Nothing is acknowledged by a store that does not wait for its disk."""
    with LoggedRedis(fsync="everysec") as server:
        store = redis_queue(server.url, Clock())
        with pytest.raises(StoreDown, match="appendfsync always"):
            await store.add(handoff())
        await store.aclose()


async def test_every_key_in_redis_is_ours_and_ends(redis: LoggedRedis) -> None:
    """Nothing stays by mistake."""
    clock = Clock(datetime.now(UTC))
    client = Redis(port=redis.port)
    client.flushall()
    store = redis_queue(redis.url, clock)
    one = await store.add(handoff(created=clock()))
    await store.say(one.id, said("hello"))
    await store.present(NORTH, ANN, "Ann", until=clock() + timedelta(seconds=30))
    with pytest.raises(NoHandoff):
        await store.by_reference("x-y-10", helplines=[NORTH], worker=ANN)
    keys = list(client.scan_iter())
    assert len(keys) >= 8
    for key in keys:
        assert key.startswith(b"fp:{handoff}:") and client.ttl(key) > 0, key
    await store.aclose()
