"""Rasa's memory of conversations: a few names, one turn at a time, erasable."""

from typing import Any

import numpy as np
import pytest

from bot.components import lean
from bot.stores.memory import MemoryTurns
from bot.stores.turns import Gone

CANARY = "zebracanary7731"


@pytest.fixture(scope="module", autouse=True)
def _lean() -> None:
    lean.install()


def make() -> tuple[Any, MemoryTurns]:
    from rasa.shared.core.domain import Domain

    from bot.components.tracker_store import ConversationStore

    slots = {
        name: {"type": kind, "mappings": [{"type": "custom"}]} for name, kind in (("nation", "text"), ("asked", "list"))
    }
    domain = Domain.from_dict({"slots": slots, "forms": {"plan_form": {"required_slots": ["nation"]}}})
    turns = MemoryTurns(most=100)
    return ConversationStore(domain, turns=turns), turns


async def talk(store: Any, sender: str, number: int, *more: Any) -> Any:
    """One turn, as Rasa makes it."""
    from rasa.shared.core.events import ActionExecuted, BotUttered, UserUttered
    from rasa.shared.core.trackers import DialogueStateTracker

    async with store.turn(sender):
        tracker = await store.retrieve(sender) or DialogueStateTracker(sender, store.domain.slots)
        if not tracker.events:
            tracker.update(ActionExecuted("action_listen"))
        entities = [{"entity": "part", "value": "steps", "start": 0, "end": 1}]
        tracker.update(UserUttered(f"{CANARY} {number}", {"name": np.str_("more"), "confidence": 0.9}, entities))
        for event in more:
            tracker.update(event)
        tracker.update(ActionExecuted("action_more"))
        tracker.update(BotUttered("what was said"))
        tracker.update(ActionExecuted("action_listen"))
        await store.save(tracker)
    return tracker


async def test_a_long_conversation_takes_no_more_room_than_a_short_one() -> None:
    """After 500 turns as much is kept as after 5, and slots and form of the first turn still stand."""
    from rasa.shared.core.events import ActiveLoop, SlotSet

    store, turns = make()
    await talk(store, "a", 0, SlotSet("nation", "wales"), SlotSet("asked", ["nation"]), ActiveLoop("plan_form"))
    sizes = []
    for number in range(1, 500):
        await talk(store, "a", number)
        sizes.append(len(await turns.read("a") or b""))
    assert max(sizes[4:]) == sizes[4] < 600
    async with store.turn("a"):
        tracker = await store.retrieve("a")
    assert tracker.get_slot("nation") == "wales" and tracker.get_slot("asked") == ["nation"]
    assert tracker.active_loop_name == "plan_form"
    assert tracker.latest_action_name == "action_listen"
    assert tracker.latest_message.intent_name == "more"


async def test_no_word_of_the_visitor_is_kept() -> None:
    """Names of what happened are enough for the rules."""
    store, turns = make()
    for number in range(5):
        await talk(store, "a", number)
    assert CANARY not in repr(vars(turns)) and "what was said" not in repr(vars(turns))


async def test_the_policies_see_the_same_as_before() -> None:
    """What is kept and read again gives Rasa the states that the conversation itself gave, without the words."""
    from rasa.shared.core.events import SlotSet

    from bot.components.tracker_store import pack, unpack

    store, _ = make()
    tracker = await talk(store, "a", 0, SlotSet("nation", "wales"))
    again = unpack("a", pack(tracker), store.domain.slots)
    assert again.current_slot_values() == tracker.current_slot_values()
    before, after = (one.past_states(store.domain, omit_unset_slots=True)[-1] for one in (tracker, again))
    assert before["user"].pop("text").startswith(CANARY)
    assert before == after


async def test_an_erased_conversation_is_gone_and_late_messages_do_not_bring_it_back() -> None:
    """Nothing of it can be read, and a message that was on its way is refused."""
    store, turns = make()
    await talk(store, "a", 1)
    await store.erase("a")
    assert await turns.read("a") is None
    with pytest.raises(Gone):
        await talk(store, "a", 2)


async def test_rasa_outside_a_turn_is_an_error() -> None:
    """Nothing is read or kept by whoever doesn't hold the conversation."""
    store, _ = make()
    tracker = await talk(store, "a", 1)
    with pytest.raises(KeyError):
        await store.retrieve("a")
    with pytest.raises(KeyError):
        await store.save(tracker)


async def test_a_question_of_readiness_is_kept_nowhere() -> None:
    """The host asks itself a message without leaving a conversation behind."""
    store, turns = make()
    async with store.passing("canary"):
        assert await store.retrieve("canary") is None
    assert len(turns) == 0
