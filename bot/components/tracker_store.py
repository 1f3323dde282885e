"""Rasa's memory of conversations: one turn at a time, a few names of what happened, no words, erasable.

Rasa's own stores keep every event for ever, can't erase, block, and swallow an outage. Here the host takes the turn
of a conversation before Rasa sees a message, Rasa works on what is in this process, and the end of the turn keeps
the slots and the last turns in one write. `bot/stores` says where: in memory or in Redis.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import numpy as np
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.stores.memory import MemoryTurns
from bot.stores.turns import TurnStore

TURNS_KEPT = 2  # rules look at the latest turn; one more is room
WAIT_SECONDS = 2.0
_LISTEN = "action_listen"


class _Step(msgspec.Struct, array_like=True, omit_defaults=True):
    """One event: what a name says is told by `kind`."""

    kind: str
    name: str | None = None
    value: Any = None


class Kept(msgspec.Struct, kw_only=True):
    """What is kept of a conversation: slots and form as they stood, then the steps of the last turns."""

    slots: dict[str, Any]
    loop: str | None = None
    steps: list[_Step]


class ConversationStore(TrackerStore, SerializedTrackerAsText):  # type: ignore[misc]  # Rasa has no types
    """What Rasa takes for its tracker store: the conversations whose turn it is in this process."""

    def __init__(
        self,
        domain: Domain | None = None,
        event_broker: EventBroker | None = None,
        *,
        turns: TurnStore | None = None,
        idle_seconds: float = 1800,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker)
        self._turns = turns or MemoryTurns(most=20_000)
        self._idle_seconds = idle_seconds
        self._open: dict[str, DialogueStateTracker | None] = {}

    @asynccontextmanager
    async def turn(self, sender_id: str, *, seconds: float | None = None) -> AsyncIterator[None]:
        """Hold a conversation for one message; `seconds` it lasts when nothing more is said.

        Raises StoreDown, Busy, Gone when entered, StoreDown and Lost when left; a body that raises keeps nothing.
        """
        async with self._turns.turn(sender_id, wait=WAIT_SECONDS) as held:
            self._open[sender_id] = unpack(sender_id, held.value, self.domain.slots) if held.value else None
            try:
                yield
            finally:
                tracker = self._open.pop(sender_id)
            if tracker is not None:
                held.keep(pack(tracker), seconds=min(self._idle_seconds, seconds or self._idle_seconds))

    @asynccontextmanager
    async def passing(self, sender_id: str) -> AsyncIterator[None]:
        """A conversation that is kept nowhere, for a question of readiness."""
        self._open[sender_id] = None
        try:
            yield
        finally:
            del self._open[sender_id]

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Take what Rasa made of the conversation whose turn it is. Raises KeyError outside a turn."""
        if tracker.sender_id not in self._open:
            raise KeyError("no turn")
        self._open[tracker.sender_id] = tracker

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation whose turn it is; None when it is new. Raises KeyError outside a turn."""
        return self._open[sender_id]

    async def keys(self) -> Iterable[str]:
        """Ids of the conversations whose turn it is."""
        return list(self._open)

    async def erase(self, sender_id: str) -> None:
        """Forget a conversation at once; a message still under way doesn't bring it back. Raises StoreDown."""
        await self._turns.erase(sender_id, seal=True)


def pack(tracker: DialogueStateTracker) -> bytes:
    """What is kept of a conversation."""
    events = tracker.applied_events()
    start = _start(events)
    kept = Kept(slots={}, steps=[])
    for event in events[:start]:
        if isinstance(event, SlotSet):
            kept.slots[event.key] = event.value
        elif isinstance(event, ActiveLoop):
            kept.loop = event.name
    kept.steps = [step for event in events[start:] if (step := _step(event))]
    return msgspec.msgpack.encode(kept, enc_hook=_plain)


def unpack(sender_id: str, value: bytes, slots: Iterable[Slot]) -> DialogueStateTracker:
    """The conversation as Rasa knows it. Raises msgspec.MsgspecError."""
    kept = msgspec.msgpack.decode(value, type=Kept)
    events: list[Event] = [ActionExecuted("action_session_start"), SessionStarted()]
    events += [SlotSet(name, value) for name, value in kept.slots.items()]
    if kept.loop:
        events.append(ActiveLoop(kept.loop))
    events += [_event(step) for step in kept.steps]
    return DialogueStateTracker.from_events(sender_id, events, slots)


def _plain(value: Any) -> Any:
    """The classifier names intents in numpy's own strings. Raises TypeError for what is no plain value."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(type(value).__name__)


def _start(events: Sequence[Event]) -> int:
    """Where the last turns begin. Cut where a turn ends, or RulePolicy would see half of one."""
    found = 0
    for place in range(len(events) - 1, -1, -1):
        event = events[place]
        if isinstance(event, ActionExecuted) and event.action_name == _LISTEN:
            found += 1
            if found > TURNS_KEPT:
                return place
    return 0


def _step(event: Event) -> _Step | None:
    if isinstance(event, ActionExecuted):
        return _Step("action", event.action_name)
    if isinstance(event, UserUttered):
        entities = [{"entity": one["entity"], "value": one["value"]} for one in event.entities]
        return _Step("intent", event.intent_name, entities)
    if isinstance(event, SlotSet):
        return _Step("slot", event.key, event.value)
    if isinstance(event, ActiveLoop):
        return _Step("loop", event.name)
    return None


def _event(step: _Step) -> Event:
    if step.kind == "action":
        return ActionExecuted(step.name)
    if step.kind == "intent":
        return UserUttered("", {"name": step.name, "confidence": 1.0}, step.value)
    if step.kind == "slot":
        return SlotSet(step.name, step.value)
    return ActiveLoop(step.name)
