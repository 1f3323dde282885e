"""What the chat and the console ask of a store of handoffs, whatever keeps them."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from typing import Protocol

from bot.errors import FingerpostError
from bot.handoff.records import (
    Change,
    Count,
    Handoff,
    HandoffId,
    HelplineId,
    OnDuty,
    Place,
    Said,
    ShownCue,
    WorkerId,
)
from bot.vocabulary import Level, Outcome, Sender


class HandoffError(FingerpostError):
    """A handoff can't be changed as asked; nothing was changed."""


class StoreDown(HandoffError):
    """The store can't be reached or can't promise to keep what it is given."""


class NoHandoff(HandoffError):
    """There is none of that id, or it has been erased."""


class Taken(HandoffError):
    """Another worker has it."""


class NotYours(HandoffError):
    """The worker doesn't hold it, or does so no longer."""


class Over(HandoffError):
    """It is closed, withdrawn or left: nothing more can be said or done in it."""


class TooManyGuesses(HandoffError):
    """Too many references that don't exist were asked for; wait a while."""


class HandoffStore(Protocol):
    """Handoffs of all helplines. Every call may raise StoreDown; those with an id NoHandoff.

    Each change is kept for good before the call returns, and a call made twice by the same caller changes things once:
    after StoreDown or a crash it is safe to call again.
    """

    async def add(self, handoff: Handoff) -> Handoff:
        """Keep a new handoff. The same id again returns what is kept and changes nothing."""

    async def get(self, id: HandoffId) -> Handoff:
        """A handoff as it stands."""

    async def by_reference(self, reference: str, *, helplines: Collection[HelplineId], worker: WorkerId) -> Handoff:
        """The handoff of a spoken or written reference, if one of `helplines` has it.

        Raises NoHandoff, and TooManyGuesses after a few misses of one worker or helpline.
        """

    async def waiting(self, helpline: HelplineId) -> Sequence[Place]:
        """The queue: the most severe first, among equals who has waited longest."""

    async def talking(self, helpline: HelplineId) -> Sequence[Handoff]:
        """All that workers of a helpline hold now."""

    async def open_of(self, worker: WorkerId) -> Sequence[Handoff]:
        """All that a worker holds now, longest first."""

    async def offered(self, helpline: HelplineId) -> Sequence[Handoff]:
        """Transfers offered to a helpline that wait for its answer."""

    async def recent(self, helpline: HelplineId, *, since: datetime) -> Sequence[Handoff]:
        """Those closed, left or withdrawn since an instant, the latest first."""

    async def claim(self, id: HandoffId, worker: WorkerId, name: str) -> Handoff:
        """Take a waiting handoff, under the name shown to the visitor. Of several at once exactly one succeeds.

        Raises Taken or Over.
        """

    async def take_over(self, id: HandoffId, worker: WorkerId, name: str) -> Handoff:
        """A supervisor takes it, whoever has it. Raises Over."""

    async def pick_up(self, id: HandoffId, worker: WorkerId, name: str) -> Handoff:
        """Whoever left, or whose talk was closed, rings with the reference: it goes on, on the phone.

        Raises Taken, or Over when it was taken back.
        """

    async def beat(self, id: HandoffId, worker: WorkerId) -> Handoff:
        """The worker's page is still open: the claim lasts longer. Raises NotYours."""

    async def give_back(self, id: HandoffId, worker: WorkerId) -> Handoff:
        """The worker puts it back in the queue, at its old place. Raises NotYours."""

    async def visitor_here(self, id: HandoffId) -> Handoff:
        """The visitor's page is still open. Raises Over."""

    async def release_stale(self) -> Sequence[HandoffId]:
        """Back to the queue what vanished workers held; `left` where visitors vanished. Ids of what changed."""

    async def say(self, id: HandoffId, said: Said) -> Said:
        """Keep a message and return it with its seq; the same id again returns the first and keeps nothing.

        A person's first message turns `claimed` into `talking`. Raises NotYours when the worker no longer holds it,
        Over when it takes no more words.
        """

    async def messages(self, id: HandoffId, *, after: int = 0) -> Sequence[Said]:
        """The messages whose seq is above `after`, in order."""

    async def raise_severity(self, id: HandoffId, level: Level, cues: Sequence[ShownCue]) -> Handoff:
        """Danger shown while waiting or talking: its place in the queue goes up, never down. Raises Over."""

    async def offer_transfer(
        self,
        id: HandoffId,
        *,
        by: WorkerId,
        to_helpline: HelplineId,
        to_worker: WorkerId | None = None,
        agreed: bool = False,
    ) -> Handoff:
        """Offer it to another helpline, or to a named colleague; `by` keeps it until accepted. Raises NotYours.

        agreed: the visitor has said yes to another helpline already, on the phone. Else they are asked in the chat, and
        that helpline sees nothing before.
        """

    async def answer_offer(self, id: HandoffId, offered: datetime, *, yes: bool) -> Handoff:
        """The visitor's answer to the offer made at `offered`; a no ends it. Safe to do twice. Raises Over."""

    async def accept_transfer(self, id: HandoffId, worker: WorkerId, name: str, helpline: HelplineId) -> Handoff:
        """Take an offered one, notes and all.

        Raises Taken when the offer is gone, was for somebody else, or the visitor has not agreed to it.
        """

    async def decline_transfer(self, id: HandoffId, worker: WorkerId, helpline: HelplineId) -> Handoff:
        """Refuse an offer, or, by who made it, take it back. Raises Taken when there is none for this helpline."""

    async def note(self, id: HandoffId, worker: WorkerId, text: str, *, note_id: str) -> Handoff:
        """Add a note, also to a closed one; the same note_id again adds nothing."""

    async def close(self, id: HandoffId, worker: WorkerId, outcome: Outcome, *, note: str = "") -> Handoff:
        """End it with an outcome. On a closed one it corrects the outcome.

        Whoever holds it may; one that was left may be closed by any worker of its helpline. Raises NotYours or Over.
        """

    async def leave(self, id: HandoffId) -> Handoff:
        """The visitor is gone. One left for later stays as it was agreed."""

    async def withdraw(self, id: HandoffId) -> Handoff:
        """The visitor takes it back: what was written in it is erased at once. Raises Taken when a worker has it."""

    async def keep_for_later(self, id: HandoffId) -> Handoff:
        """Who waited here leaves it for later. Raises Taken when a worker has it, Over."""

    async def feedback(self, id: HandoffId, answer: str) -> None:
        """The visitor's answer after a talk, a code and never words; the last one counts."""

    async def typing(self, id: HandoffId, sender: Sender) -> None:
        """Tell the other side that somebody is writing, for the next few seconds; kept nowhere."""

    async def line(self, id: HandoffId, *, up: bool) -> None:
        """Tell the worker that the visitor's page can or can't be reached; kept nowhere."""

    async def present(
        self, helpline: HelplineId, worker: WorkerId, name: str, *, until: datetime, on_break: bool = False
    ) -> None:
        """A worker's queue page is open; to be told again before `until`."""

    async def absent(self, helpline: HelplineId, worker: WorkerId) -> None:
        """A worker has gone off duty."""

    async def on_duty(self, helpline: HelplineId) -> Sequence[OnDuty]:
        """Who is on duty now, by name."""

    async def purge(self) -> int:
        """Erase what has been kept as long as it may be; how many. Runs as often as one likes."""

    async def count_by(self, helplines: Collection[HelplineId], *, first: date, last: date) -> Sequence[Count]:
        """The numbers of some helplines and days, both ends included."""

    def subscribe(
        self, *, handoff: HandoffId | None = None, helplines: Collection[HelplineId] = ()
    ) -> AbstractAsyncContextManager[AsyncIterator[Change]]:
        """Changes of one handoff, or of some helplines, from now on, wherever they were made.

        Several at once may arrive as one READ_AGAIN, also after an outage: what counts is in the store.
        """

    async def check(self) -> None:
        """Return when the store can be reached and keeps its promises. Raises StoreDown."""

    async def aclose(self) -> None:
        """Let go of files, sockets and tasks."""
