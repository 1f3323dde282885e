"""The store of handoffs over any shelf: seals, finds, and takes every step with exactly one winner."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec
import structlog

from bot.handoff import moves
from bot.handoff.events import Events
from bot.handoff.moves import Moved
from bot.handoff.records import (
    Change,
    Count,
    Handoff,
    HandoffId,
    Happened,
    HelplineId,
    OnDuty,
    Place,
    Said,
    ShownCue,
    WorkerId,
)
from bot.handoff.references import MISS_SECONDS, MISSES, MISSES_OF_HELPLINE, normal
from bot.handoff.shelf import Row, Shelf, Write, Written
from bot.handoff.store import NoHandoff, StoreDown, TooManyGuesses
from bot.sealing import Seal, Unsealable
from bot.vocabulary import HandoffMode, HandoffState, Level, Outcome, Sender

log = structlog.get_logger()

CLAIM_SECONDS = 60.0  # a worker who isn't heard of for so long has vanished
VISITOR_SECONDS = 1800.0  # as long as a silent session lasts
_TRIES = 50
_ZONE = ZoneInfo("Europe/London")  # a day in the numbers is a day of the charity's
_ENDED = (HandoffState.CLOSED, HandoffState.LEFT, HandoffState.WITHDRAWN)

T = TypeVar("T")
Step = Callable[[Handoff], Moved | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """A record as it lies on the shelf."""

    row: Row
    handoff: Handoff


class Queue:
    """The `HandoffStore`. days: how long anything is kept, 1 to 30."""

    def __init__(
        self,
        shelf: Shelf,
        seal: Seal,
        *,
        days: int = 30,
        claim_seconds: float = CLAIM_SECONDS,
        visitor_seconds: float = VISITOR_SECONDS,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._shelf = shelf
        self._seal = seal
        self._days = timedelta(days=days)
        self._claim_seconds = claim_seconds
        self._visitor_seconds = visitor_seconds
        self._now = now
        self._events = Events(shelf)

    async def add(self, handoff: Handoff) -> Handoff:
        if handoff.mode is HandoffMode.HERE and handoff.visitor_until is None:
            until = self._now() + timedelta(seconds=self._visitor_seconds)
            handoff = replace(handoff, visitor_until=until)
        written = await self._write(None, moves.added(handoff))
        return handoff if written.done else await self.get(handoff.id)

    async def get(self, id: HandoffId) -> Handoff:
        return (await self._kept(id)).handoff

    async def by_reference(self, reference: str, *, helplines: Collection[HelplineId], worker: WorkerId) -> Handoff:
        limits = {f"miss:w:{worker}": MISSES} | {f"miss:h:{helpline}": MISSES_OF_HELPLINE for helpline in helplines}
        # Counted before it is looked up, so that many at once are not all the first. The worker comes first: who is
        # refused takes nothing from colleagues.
        for key, most in limits.items():
            if await self._tally(key, 1) > most:
                raise TooManyGuesses
        for mark in self._seal.marks(normal(reference)):
            for handoff in await self._tagged(f"ref:{mark}"):
                if handoff.helpline in helplines:
                    for key in limits:
                        await self._tally(key, -1)
                    return handoff
        raise NoHandoff

    async def waiting(self, helpline: HelplineId) -> Sequence[Place]:
        now = self._now()
        queue = sorted(await self._tagged(_of(helpline, HandoffState.WAITING)), key=moves.order)
        return [
            Place(
                number=number,
                handoff=one,
                level=one.severity,
                kinds=one.kinds,
                waited=(now - one.created).total_seconds(),
                returned=one.returned,
            )
            for number, one in enumerate(queue, 1)
        ]

    async def talking(self, helpline: HelplineId) -> Sequence[Handoff]:
        held = [*await self._tagged(_of(helpline, HandoffState.CLAIMED))]
        held += await self._tagged(_of(helpline, HandoffState.TALKING))
        return sorted({one.id: one for one in held}.values(), key=lambda one: one.answered or one.created)

    async def open_of(self, worker: WorkerId) -> Sequence[Handoff]:
        return sorted(await self._tagged(f"by:{worker}"), key=lambda one: one.answered or one.created)

    async def offered(self, helpline: HelplineId) -> Sequence[Handoff]:
        return sorted(await self._tagged(f"offer:{helpline}"), key=moves.order)

    async def recent(self, helpline: HelplineId, *, since: datetime) -> Sequence[Handoff]:
        ended = [one for state in _ENDED for one in await self._tagged(_of(helpline, state))]
        late = [one for one in ended if one.ended and one.ended >= since]
        return sorted(late, key=lambda one: one.ended or since, reverse=True)

    async def claim(self, id: HandoffId, worker: WorkerId, name: str) -> Handoff:
        return await self._step(id, lambda h: moves.claim(h, worker, name, self._now(), seconds=self._claim_seconds))

    async def take_over(self, id: HandoffId, worker: WorkerId, name: str) -> Handoff:
        return await self._step(
            id, lambda h: moves.take_over(h, worker, name, self._now(), seconds=self._claim_seconds)
        )

    async def pick_up(self, id: HandoffId, worker: WorkerId, name: str) -> Handoff:
        return await self._step(id, lambda h: moves.pick_up(h, worker, name, self._now(), seconds=self._claim_seconds))

    async def beat(self, id: HandoffId, worker: WorkerId) -> Handoff:
        return await self._step(id, lambda h: moves.beat(h, worker, self._now(), seconds=self._claim_seconds))

    async def give_back(self, id: HandoffId, worker: WorkerId) -> Handoff:
        return await self._step(id, lambda h: moves.give_back(h, worker))

    async def visitor_here(self, id: HandoffId) -> Handoff:
        return await self._step(id, lambda h: moves.visitor_here(h, self._now(), seconds=self._visitor_seconds))

    async def release_stale(self) -> Sequence[HandoffId]:
        now = self._now()
        changed = []
        for one in await self._tagged("watched"):
            if moves.release(one, now) is not None:
                try:
                    await self._step(one.id, lambda h: moves.release(h, now))
                except NoHandoff:
                    continue
                changed.append(one.id)
        return changed

    async def say(self, id: HandoffId, said: Said) -> Said:
        key = f"{said.sender}:{said.id}"
        if (before := await self._shelf.said_under(id, key)) is not None:
            return self._said(id, before)
        for _ in range(_TRIES):
            kept = await self._kept(id)
            moved = moves.say(kept.handoff, said, self._now(), seconds=self._visitor_seconds)
            plain = msgspec.msgpack.encode(said)
            written = await self._write(kept, moved, said=(key, self._seal.seal(plain, f"said:{id}")))
            if written.again and (before := await self._shelf.said_under(id, key)) is not None:
                return self._said(id, before)
            if written.done:
                return replace(said, seq=written.seq)
            await asyncio.sleep(0)
        raise StoreDown("busy")

    async def messages(self, id: HandoffId, *, after: int = 0) -> Sequence[Said]:
        return [self._said(id, one) for one in await self._shelf.said(id, after=after)]

    async def raise_severity(self, id: HandoffId, level: Level, cues: Sequence[ShownCue]) -> Handoff:
        return await self._step(id, lambda h: moves.raise_severity(h, level, cues))

    async def offer_transfer(
        self,
        id: HandoffId,
        *,
        by: WorkerId,
        to_helpline: HelplineId,
        to_worker: WorkerId | None = None,
        agreed: bool = False,
    ) -> Handoff:
        return await self._step(
            id, lambda h: moves.offer_transfer(h, by, to_helpline, to_worker, self._now(), agreed=agreed)
        )

    async def answer_offer(self, id: HandoffId, offered: datetime, *, yes: bool) -> Handoff:
        return await self._step(id, lambda h: moves.answer_offer(h, offered, yes=yes))

    async def accept_transfer(self, id: HandoffId, worker: WorkerId, name: str, helpline: HelplineId) -> Handoff:
        return await self._step(
            id, lambda h: moves.accept_transfer(h, worker, name, helpline, self._now(), seconds=self._claim_seconds)
        )

    async def decline_transfer(self, id: HandoffId, worker: WorkerId, helpline: HelplineId) -> Handoff:
        return await self._step(id, lambda h: moves.decline_transfer(h, worker, helpline))

    async def note(self, id: HandoffId, worker: WorkerId, text: str, *, note_id: str) -> Handoff:
        return await self._step(id, lambda h: moves.note(h, worker, text, note_id, self._now()))

    async def close(self, id: HandoffId, worker: WorkerId, outcome: Outcome, *, note: str = "") -> Handoff:
        return await self._step(id, lambda h: moves.close(h, worker, outcome, note, self._now()))

    async def leave(self, id: HandoffId) -> Handoff:
        return await self._step(id, lambda h: moves.leave(h, self._now()))

    async def withdraw(self, id: HandoffId) -> Handoff:
        return await self._step(id, lambda h: moves.withdraw(h, self._now()))

    async def keep_for_later(self, id: HandoffId) -> Handoff:
        return await self._step(id, moves.keep_for_later)

    async def feedback(self, id: HandoffId, answer: str) -> None:
        await self._step(id, lambda h: moves.feedback(h, answer))

    async def typing(self, id: HandoffId, sender: Sender) -> None:
        happened = Happened.TYPING_VISITOR if sender is Sender.VISITOR else Happened.TYPING_PERSON
        await self._shelf.tell(Change(happened=happened, handoff=id))

    async def line(self, id: HandoffId, *, up: bool) -> None:
        await self._shelf.tell(Change(happened=Happened.LINE_BACK if up else Happened.LINE_LOST, handoff=id))

    async def present(
        self, helpline: HelplineId, worker: WorkerId, name: str, *, until: datetime, on_break: bool = False
    ) -> None:
        place = f"duty:{helpline}"
        before = {one.worker: (one.name, one.on_break) for one in await self.on_duty(helpline)}
        one = OnDuty(worker=worker, name=name, until=until, on_break=on_break)
        sealed = self._seal.seal(msgspec.msgpack.encode(one), place)
        await self._shelf.put_briefly(place, worker, sealed, until=until.timestamp())
        if before.get(worker) != (name, on_break):
            await self._shelf.tell(Change(happened=Happened.DUTY, helpline=helpline))

    async def absent(self, helpline: HelplineId, worker: WorkerId) -> None:
        await self._shelf.drop_briefly(f"duty:{helpline}", worker)
        await self._shelf.tell(Change(happened=Happened.DUTY, helpline=helpline))

    async def on_duty(self, helpline: HelplineId) -> Sequence[OnDuty]:
        place = f"duty:{helpline}"
        kept = await self._shelf.kept_briefly(place, now=self._now().timestamp())
        on = (msgspec.msgpack.decode(self._unsealed(one, place), type=OnDuty) for one in kept.values())
        return sorted(on, key=lambda one: one.name)

    async def purge(self) -> int:
        erased = await self._shelf.purge(self._now().timestamp())
        for id in erased:
            await self._shelf.tell(Change(happened=Happened.ERASED, handoff=HandoffId(id)))
        return len(erased)

    async def count_by(self, helplines: Collection[HelplineId], *, first: date, last: date) -> Sequence[Count]:
        return await self._shelf.counts(helplines, first=first, last=last)

    def subscribe(
        self, *, handoff: HandoffId | None = None, helplines: Collection[HelplineId] = ()
    ) -> AbstractAsyncContextManager[AsyncIterator[Change]]:
        return self._events.subscribe(handoff=handoff, helplines=helplines)

    async def check(self) -> None:
        await self._shelf.check()

    async def aclose(self) -> None:
        await self._events.aclose()
        await self._shelf.aclose()

    async def _step(self, id: HandoffId, step: Step) -> Handoff:
        """Take a step on the latest record, as often as somebody else was first. Raises what the step raises."""
        for _ in range(_TRIES):
            kept = await self._kept(id)
            moved = step(kept.handoff)
            if moved is None:
                return kept.handoff
            if (await self._write(kept, moved)).done:
                return moved.handoff
            await asyncio.sleep(0)
        raise StoreDown("busy")

    async def _write(self, kept: _Kept | None, moved: Moved, said: tuple[str, bytes] | None = None) -> Written:
        handoff = moved.handoff
        row = Row(
            id=handoff.id,
            version=kept.row.version + 1 if kept else 1,
            sealed=self._seal.seal(msgspec.msgpack.encode(handoff), f"handoff:{handoff.id}"),
            tags=frozenset(self._tags(handoff)),
            until=(handoff.created + self._days).timestamp(),
        )
        helplines = dict.fromkeys([handoff.helpline, *_others(kept, handoff)])
        changes = [
            Change(happened=moved.happened, handoff=handoff.id, helpline=helpline)
            for helpline in helplines
            if moved.happened
        ]
        day = self._now().astimezone(_ZONE).date()
        counts = {(day, str(handoff.helpline), what): number for what, number in moved.counts.items()}
        return await self._shelf.write(
            Write(row=row, changes=changes, counts=counts, said=said, forget_said=moved.forget_said)
        )

    def _tags(self, handoff: Handoff) -> Iterable[str]:
        yield _of(handoff.helpline, handoff.state)
        yield f"ref:{self._seal.marks(normal(handoff.reference))[0]}"
        if handoff.held:
            yield f"by:{handoff.claimed_by}"
        if handoff.held or (handoff.state is HandoffState.WAITING and handoff.mode is HandoffMode.HERE):
            yield "watched"
        if handoff.offer and handoff.offer.agreed:
            yield f"offer:{handoff.offer.to_helpline}"

    async def _kept(self, id: HandoffId) -> _Kept:
        row = await self._shelf.read(id)
        if row is None or row.until <= self._now().timestamp():
            raise NoHandoff
        return _Kept(row=row, handoff=self._opened(row))

    async def _tagged(self, tag: str) -> list[Handoff]:
        now = self._now().timestamp()
        found = []
        for row in await self._shelf.tagged(tag):
            if row.until > now:
                try:
                    found.append(self._opened(row))
                except StoreDown:  # one that can't be read hides no other
                    log.error("handoff sealed under another key", record=row.id)
        return found

    def _opened(self, row: Row) -> Handoff:
        return msgspec.msgpack.decode(self._unsealed(row.sealed, f"handoff:{row.id}"), type=Handoff)

    def _unsealed(self, sealed: bytes, context: str) -> bytes:
        try:
            return self._seal.open(sealed, context)
        except Unsealable as error:
            raise StoreDown("sealed under another key") from error

    def _said(self, id: HandoffId, one: tuple[int, bytes]) -> Said:
        seq, sealed = one
        said = msgspec.msgpack.decode(self._unsealed(sealed, f"said:{id}"), type=Said)
        return replace(said, seq=seq)

    async def _tally(self, key: str, step: int) -> int:
        return await self._shelf.tally(key, now=self._now().timestamp(), seconds=MISS_SECONDS, step=step)


def _of(helpline: HelplineId, state: HandoffState) -> str:
    return f"at:{helpline}:{state}"


def _others(kept: _Kept | None, handoff: Handoff) -> list[HelplineId]:
    """Helplines besides its own that a change concerns: who had it, who is or was offered it."""
    before = kept.handoff if kept else handoff
    offers = [one.offer.to_helpline for one in (before, handoff) if one.offer and one.offer.agreed]
    return [before.helpline, *offers]
