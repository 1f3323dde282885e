"""The helpline's desk: the store of handoffs as one helpline's staff see it, and may touch it."""

import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.catalogue.cards import Card
from bot.handoff.records import (
    Handoff,
    HandoffId,
    Happened,
    HelplineId,
    Line,
    Note,
    Said,
    ShownCue,
    Standing,
    WorkerId,
)
from bot.handoff.store import HandoffError, HandoffStore, NoHandoff, StoreDown
from bot.vocabulary import HandoffMode, HandoffState, Kind, Level, Outcome, Sender

PRESENT_SECONDS = 30
LEFT_HOURS = 12
"""How long a chat whose visitor left waits on its worker's desk for an outcome."""

_WANTS = ("prefer", "needs")
_REACHING = ("contact", "contact_to", "contact_when", "contact_how")
_INDIFFERENT = ("It doesn't matter", "Nothing special")
_TYPING = {Happened.TYPING_VISITOR: "typing", Happened.LINE_LOST: "lost", Happened.LINE_BACK: "back"}
_QUIET = {Happened.TYPING_PERSON}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat(Standing):
    """A handoff as the console shows it. `since` is when the visitor asked."""

    id: str
    reference: str
    helpline: str
    state: HandoffState
    mode: HandoffMode
    severity: Level
    since: datetime
    claimed: datetime | None
    worker: str
    worker_shown: str
    role: str
    kinds: tuple[Kind, ...]
    lines: tuple[Line, ...]
    cues: tuple[ShownCue, ...]
    notes: tuple[Note, ...]
    returned: bool
    offered_by: str
    offered_to_helpline: str
    offered_to_worker: str
    agreed: bool  # the visitor is content with the offer

    @property
    def wants(self) -> tuple[str, ...]:
        """What a worker needs to know before taking it: a woman or a man, language, access."""
        asked = [line for line in self.lines if line.key in _WANTS and line.text not in _INDIFFERENT]
        return tuple(f"{line.label}: {line.text}" for line in asked)

    @property
    def here(self) -> bool:
        """Whether the visitor is, or was, in the chat and does not rather ring."""
        return self.mode is HandoffMode.HERE

    @property
    def over(self) -> bool:
        """Whether it has ended, for the visitor at least."""
        return self.final or self.state is HandoffState.LEFT

    @property
    def reaching(self) -> tuple[Line, ...]:
        """Whether, how and when they may be reached."""
        return tuple(line for line in self.lines if line.key in _REACHING)

    def offered(self, worker: str) -> bool:
        """Whether someone else offers it to this worker, by name or as one of the helpline."""
        return bool(self.offered_by) and self.offered_by != worker and self.offered_to_worker in ("", worker)


def chat_of(handoff: Handoff) -> Chat:
    """The view of a handoff."""
    reading, offer = handoff.summary.reading, handoff.offer
    return Chat(
        id=handoff.id,
        reference=handoff.reference,
        helpline=handoff.helpline,
        state=handoff.state,
        mode=handoff.mode,
        severity=handoff.severity,
        since=handoff.created,
        claimed=handoff.answered,
        worker=handoff.claimed_by or "",
        worker_shown=handoff.claimed_name or "",
        role=reading.role or "",
        kinds=handoff.kinds,
        lines=handoff.summary.lines,
        cues=(*reading.cues, *handoff.raised),
        notes=handoff.notes,
        returned=handoff.returned,
        offered_by=offer.by if offer else "",
        offered_to_helpline=offer.to_helpline if offer else "",
        offered_to_worker=(offer.to_worker or "") if offer else "",
        agreed=offer.agreed if offer else False,
    )


class Duty(StrEnum):
    """Whether someone takes chats now."""

    ON = "on"
    BREAK = "break"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """A worker whose console is open, and how many chats they have."""

    worker: str
    shown_as: str
    duty: Duty
    chats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """Counts of one day and helpline. `waited` is seconds in all, of the `timed` who sat and waited until answered."""

    day: date
    arrived: int = 0
    answered: int = 0
    abandoned: int = 0
    timed: int = 0
    waited: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    topics: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What an open page is told: `changed`, `typing`, `lost` or `back`, and of which chat."""

    name: str
    chat: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything raises StoreDown when the store can't be reached. `worker` is an account's sign-in name."""

    store: HandoffStore
    clock: Callable[[], datetime]

    async def queue(self, helpline: str) -> tuple[Chat, ...]:
        """Chats that wait here, in the order to take them: the most severe first, then who waits longest."""
        return tuple(chat_of(place.handoff) for place in await self.store.waiting(HelplineId(helpline)))

    async def offers(self, helpline: str, worker: str) -> tuple[Chat, ...]:
        """Chats that someone offers to this worker."""
        chats = map(chat_of, await self.store.offered(HelplineId(helpline)))
        return tuple(chat for chat in chats if chat.offered(worker))

    async def going_on(self, helpline: str) -> tuple[Chat, ...]:
        """Chats that someone of this helpline has, and those whose visitor left without an outcome written down."""
        id = HelplineId(helpline)
        ended = await self.store.recent(id, since=self.clock() - timedelta(hours=LEFT_HOURS))
        left = [one for one in ended if one.state is HandoffState.LEFT and one.claimed_by]
        return tuple(map(chat_of, (*await self.store.talking(id), *left)))

    async def get(self, helpline: str, chat: str) -> Chat | None:
        """A chat of this helpline, or one offered to it with the visitor's yes."""
        try:
            found = chat_of(await self.store.get(HandoffId(chat)))
        except NoHandoff:
            return None
        theirs = found.helpline == helpline or (found.agreed and found.offered_to_helpline == helpline)
        return found if theirs and found.state is not HandoffState.WITHDRAWN else None

    async def by_reference(self, helpline: str, reference: str, worker: str) -> Chat | None:
        """The chat of a reference that someone reads out. Raises TooManyGuesses."""
        try:
            found = await self.store.by_reference(reference, helplines=[HelplineId(helpline)], worker=WorkerId(worker))
        except NoHandoff:
            return None
        return None if found.state is HandoffState.WITHDRAWN else chat_of(found)

    async def claim(self, helpline: str, chat: Chat, worker: str, shown_as: str) -> None:
        """Take what waits or is offered. Raises Taken or Over when someone was quicker."""
        id, name = HandoffId(chat.id), WorkerId(worker)
        if chat.offered(worker):
            await self.store.accept_transfer(id, name, shown_as, HelplineId(helpline))
        else:
            await self.store.claim(id, name, shown_as)

    async def pick_up(self, chat: Chat, worker: str, shown_as: str) -> None:
        """Take up what is over, for who rings with its reference. Raises Taken or Over."""
        await self.store.pick_up(HandoffId(chat.id), WorkerId(worker), shown_as)

    async def take_over(self, chat: str, worker: str, shown_as: str) -> None:
        """Take a chat that a colleague has. Raises Over."""
        await self.store.take_over(HandoffId(chat), WorkerId(worker), shown_as)

    async def beat(self, helpline: str, worker: str) -> tuple[str, ...]:
        """The worker's console is open: their claims last. Ids of the chats they still have."""
        kept = []
        for one in await self.store.open_of(WorkerId(worker)):
            if one.helpline != helpline:
                continue
            try:
                await self.store.beat(one.id, WorkerId(worker))
            except StoreDown:
                raise
            except HandoffError:
                continue
            kept.append(one.id)
        return tuple(kept)

    async def give_back(self, chat: str, worker: str) -> None:
        """Back into the queue, at its old place. Raises NotYours."""
        await self.store.give_back(HandoffId(chat), WorkerId(worker))

    async def said(self, chat: str, after: int = 0) -> tuple[Said, ...]:
        return tuple(await self.store.messages(HandoffId(chat), after=after))

    async def say(self, chat: Chat, message: str, text: str, cards: tuple[Card, ...] = ()) -> None:
        """Send; the same `message` id again is sent once. Raises NotYours or Over."""
        said = Said(
            id=message,
            sender=Sender.PERSON,
            at=self.clock(),
            text=text,
            worker=WorkerId(chat.worker),
            name=chat.worker_shown,
            services=cards,
        )
        await self.store.say(HandoffId(chat.id), said)

    async def types(self, chat: str) -> None:
        """The worker is writing: the visitor is told for a few seconds."""
        await self.store.typing(HandoffId(chat), Sender.PERSON)

    async def note(self, chat: str, worker: str, text: str) -> None:
        """Write something down for colleagues."""
        await self.store.note(HandoffId(chat), WorkerId(worker), text, note_id=secrets.token_hex(8))

    async def offer(self, chat: str, worker: str, *, helpline: str, to: str = "", agreed: bool = False) -> None:
        """Offer it to a colleague or another helpline; it stays with the worker until taken. Raises NotYours."""
        await self.store.offer_transfer(
            HandoffId(chat),
            by=WorkerId(worker),
            to_helpline=HelplineId(helpline),
            to_worker=WorkerId(to) if to else None,
            agreed=agreed,
        )

    async def decline(self, helpline: str, chat: str, worker: str) -> None:
        """Refuse an offer, or take one's own back. Raises Taken when there is none."""
        await self.store.decline_transfer(HandoffId(chat), WorkerId(worker), HelplineId(helpline))

    async def close(self, chat: str, worker: str, outcome: Outcome, note: str) -> None:
        """End it. Raises NotYours or Over."""
        await self.store.close(HandoffId(chat), WorkerId(worker), outcome, note=note)

    async def present(self, helpline: str, worker: str, shown_as: str, duty: Duty) -> None:
        """This worker's console is open; forgotten half a minute after the last call."""
        place, name = HelplineId(helpline), WorkerId(worker)
        if duty is Duty.OFF:
            await self.store.absent(place, name)
            return
        until = self.clock() + timedelta(seconds=PRESENT_SECONDS)
        await self.store.present(place, name, shown_as, until=until, on_break=duty is Duty.BREAK)

    async def on_duty(self, helpline: str) -> tuple[Colleague, ...]:
        """Who has the console open and takes chats, or is on a break."""
        id = HelplineId(helpline)
        held = [one.claimed_by for one in await self.store.talking(id)]
        return tuple(
            Colleague(
                worker=one.worker,
                shown_as=one.name,
                duty=Duty.BREAK if one.on_break else Duty.ON,
                chats=held.count(one.worker),
            )
            for one in await self.store.on_duty(id)
        )

    async def counts(self, helpline: str, first: date, last: date) -> tuple[DayCount, ...]:
        """The numbers of some days, both ends included; a day without any is left out."""
        days: dict[date, dict[str, int]] = defaultdict(dict)
        for count in await self.store.count_by([HelplineId(helpline)], first=first, last=last):
            days[count.day][count.what] = count.number
        return tuple(_day(day, whats) for day, whats in sorted(days.items()))

    async def events(self, helpline: str, chat: str = "") -> AsyncIterator[Event]:
        """What happens in this helpline, and in one chat, from now on. The first tells to look at what came before."""
        handoff = HandoffId(chat) if chat else None
        async with self.store.subscribe(handoff=handoff, helplines=[HelplineId(helpline)]) as changes:
            yield Event(name="changed", chat="")
            async for change in changes:
                if change.happened not in _QUIET:
                    yield Event(name=_TYPING.get(change.happened, "changed"), chat=change.handoff or "")

    async def sweep(self) -> None:
        """Give back what vanished workers held, and erase what has been kept as long as it may be."""
        await self.store.release_stale()
        await self.store.purge()


def _day(day: date, whats: dict[str, int]) -> DayCount:
    def under(prefix: str) -> dict[str, int]:
        return {what.partition(".")[2]: number for what, number in whats.items() if what.startswith(prefix)}

    return DayCount(
        day=day,
        arrived=whats.get("added", 0),
        answered=whats.get("answered", 0),
        abandoned=whats.get("abandoned", 0),
        timed=sum(under("waited.").values()),
        waited=whats.get("waited_seconds", 0),
        outcomes=under("outcome."),
        kinds=under("cue."),
        topics=under("topic."),
    )
