"""Loads Rasa's agent from the trained model, without what this assistant never runs."""

from __future__ import annotations

import asyncio
import warnings
from typing import Any

from aiohttp import web

from bot.bootstrap import make_turns, redis_link
from bot.components import lean
from bot.errors import ModelError
from bot.listen import listen
from bot.settings import Settings
from bot.stores.keys import CONVERSATIONS

MOST_PREDICTIONS = 8  # actions a message may lead to: two are usual


def load_agent(settings: Settings) -> tuple[Any, Any]:
    """Rasa's agent, ready to answer, and the store that holds its conversations. Raises ModelError."""
    lean.install()
    warnings.filterwarnings("ignore")
    from rasa.core.agent import Agent
    from rasa.core.lock_store import InMemoryLockStore
    from rasa.utils.endpoints import EndpointConfig

    from bot.components import patches
    from bot.components.tracker_store import ConversationStore
    from bot.components.wording import Wording

    patches.install()
    model = settings.build_folder / "rasa" / "fingerpost.tar.gz"
    if not model.exists():
        raise ModelError("Rasa's model is missing: run `make train`")
    store = ConversationStore(turns=make_turns(settings, prefix=CONVERSATIONS), idle_seconds=settings.idle_seconds)
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
    # Rasa wraps its store in one that answers an outage with an empty conversation; the host takes turns instead.
    agent.processor.tracker_store = store
    wording.responses = agent.domain.responses
    agent.processor.max_number_of_predictions = MOST_PREDICTIONS
    return agent, store


def run(settings: Settings, *, shared: bool = False) -> None:
    """Serve the agent on its private address until stopped; `shared` with other processes."""
    agent, store = load_agent(settings)
    from bot.components.server import make_app

    app = make_app(agent, store)

    async def closing(_: web.Application) -> None:
        if link := redis_link(settings):
            await link.close()

    app.on_cleanup.append(closing)
    asyncio.set_event_loop(asyncio.new_event_loop())
    listen(app, settings, host=settings.internal_host, port=settings.rasa_port, shared=shared)
