"""Rasa's memory of conversations, embedded: bounded, forgetting, erasable.

Rasa's own stores keep every event for ever and can't erase. Here a conversation is a window of its latest
events and its slots, is forgotten when silent, and is gone when erased.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

WINDOW = 60  # events kept, about ten turns


class MemoryTrackerStore(TrackerStore, SerializedTrackerAsText):  # type: ignore[misc]  # Rasa has no types
    """Conversations in this process."""

    def __init__(
        self,
        domain: Domain | None = None,
        event_broker: EventBroker | None = None,
        *,
        idle_seconds: float = 1800,
        most: int = 20_000,
        clock: Callable[[], float] = time.monotonic,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker)
        self._idle_seconds = idle_seconds
        self._most = most
        self._clock = clock
        # Oldest first: a conversation moves to the end when it is saved.
        self._kept: OrderedDict[str, tuple[float, list[Event]]] = OrderedDict()

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the latest of a conversation."""
        self._kept.pop(tracker.sender_id, None)
        self._kept[tracker.sender_id] = (self._clock() + self._idle_seconds, window(tracker))
        self._forget()

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """A conversation, or None when it was never there, fell silent or was erased."""
        self._forget()
        kept = self._kept.get(sender_id)
        if kept is None:
            return None
        return DialogueStateTracker.from_events(sender_id, kept[1], self.domain.slots, sender_source=None)

    async def keys(self) -> Iterable[str]:
        """Ids of the conversations held."""
        return list(self._kept)

    def erase(self, sender_id: str) -> None:
        """Forget a conversation at once."""
        self._kept.pop(sender_id, None)

    def _forget(self) -> None:
        now = self._clock()
        while self._kept:
            oldest = next(iter(self._kept))
            if self._kept[oldest][0] > now and len(self._kept) <= self._most:
                return
            del self._kept[oldest]


def window(tracker: DialogueStateTracker) -> list[Event]:
    """The latest events of a conversation, headed by the slots and the form they rest on."""
    events = list(tracker.events)
    if len(events) <= WINDOW:
        return events
    # Cut where a turn ends, or RulePolicy would see half a turn.
    start = len(events) - WINDOW
    while start < len(events) and not (
        isinstance(events[start], ActionExecuted) and events[start].action_name == "action_listen"
    ):
        start += 1
    head: list[Event] = [ActionExecuted("action_session_start"), SessionStarted()]
    before = DialogueStateTracker.from_events(tracker.sender_id, events[:start], tracker.slots.values())
    head += [
        SlotSet(name, slot.value) for name, slot in before.slots.items() if slot.has_been_set or slot.value is not None
    ]
    if before.active_loop_name:
        head.append(ActiveLoop(before.active_loop_name))
    return head + events[start:]
