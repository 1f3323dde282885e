"""Rasa's memory of conversations: bounded, forgetting, erasable."""

import asyncio

import pytest

from bot.components import lean


@pytest.fixture(scope="module", autouse=True)
def _lean() -> None:
    lean.install()


def make(**kwargs: object):  # type: ignore[no-untyped-def]  # Rasa's classes have no types
    from rasa.shared.core.domain import Domain

    from bot.components.tracker_store import MemoryTrackerStore

    domain = Domain.from_dict({"slots": {"nation": {"type": "text", "mappings": [{"type": "custom"}]}}})
    return MemoryTrackerStore(domain, **kwargs)


def talk(store, sender: str, turns: int):  # type: ignore[no-untyped-def]
    from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered
    from rasa.shared.core.trackers import DialogueStateTracker

    tracker = asyncio.run(store.retrieve(sender)) or DialogueStateTracker(sender, store.domain.slots)
    tracker.update(SlotSet("nation", "wales"))
    for number in range(turns):
        tracker.update(ActionExecuted("action_listen"))
        tracker.update(UserUttered(f"words {number}", {"name": "greet"}))
        tracker.update(ActionExecuted("action_answer"))
    asyncio.run(store.save(tracker))
    return tracker


def test_a_long_conversation_is_a_window_with_its_slots() -> None:
    """After 200 turns the store holds no more than after a few, and still knows the nation."""
    from bot.components.tracker_store import WINDOW

    store = make()
    talk(store, "a", 200)
    kept = asyncio.run(store.retrieve("a"))
    assert len(kept.events) <= WINDOW + 10
    assert kept.get_slot("nation") == "wales"


def test_an_erased_conversation_is_gone() -> None:
    """Nothing of it can be read back."""
    store = make()
    talk(store, "a", 1)
    store.erase("a")
    assert asyncio.run(store.retrieve("a")) is None
    assert "words" not in repr(vars(store))


def test_silence_and_crowding_forget() -> None:
    """A silent conversation ends by itself; the oldest goes when there are too many."""
    now = [0.0]
    store = make(idle_seconds=100, most=2, clock=lambda: now[0])
    for name in ("a", "b", "c"):
        talk(store, name, 1)
    assert asyncio.run(store.keys()) == ["b", "c"]
    now[0] = 101.0
    assert asyncio.run(store.retrieve("b")) is None
