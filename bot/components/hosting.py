"""Loads Rasa's agent from the trained model, without what this assistant never runs."""

from __future__ import annotations

import asyncio
import warnings
from typing import Any

from bot.components import lean
from bot.errors import ModelError
from bot.listen import listen
from bot.settings import Settings

MOST_PREDICTIONS = 8  # actions a message may lead to: two are usual


def load_agent(settings: Settings) -> tuple[Any, Any]:
    """Rasa's agent, ready to answer, and the store that holds its conversations. Raises ModelError."""
    lean.install()
    warnings.filterwarnings("ignore")
    from rasa.core.agent import Agent
    from rasa.core.lock_store import InMemoryLockStore
    from rasa.utils.endpoints import EndpointConfig

    from bot.components import patches
    from bot.components.tracker_store import MemoryTrackerStore
    from bot.components.wording import Wording

    patches.install()
    model = settings.build_folder / "rasa" / "fingerpost.tar.gz"
    if not model.exists():
        raise ModelError("Rasa's model is missing: run `make train`")
    store = MemoryTrackerStore(idle_seconds=settings.idle_seconds, most=settings.most_sessions)
    wording = Wording()
    try:
        agent = Agent.load(
            model,
            generator=wording,
            tracker_store=store,
            lock_store=InMemoryLockStore(),
            action_endpoint=EndpointConfig(url=f"{settings.actions_url}/webhook"),
        )
    except Exception as error:  # Rasa raises whatever the broken part raised
        raise ModelError(f"Rasa's model can't be loaded ({type(error).__name__}): run `make train`") from error
    wording.responses = agent.domain.responses
    agent.processor.max_number_of_predictions = MOST_PREDICTIONS
    return agent, store


def run(settings: Settings) -> None:
    """Serve the agent on its private address until stopped."""
    agent, store = load_agent(settings)
    from bot.components.server import make_app

    asyncio.set_event_loop(asyncio.new_event_loop())
    listen(make_app(agent, store), host=settings.internal_host, port=settings.rasa_port)
