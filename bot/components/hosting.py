"""Loads Rasa's agent from the trained model, without what this assistant never runs."""

from __future__ import annotations

import warnings
from functools import lru_cache
from typing import Any

from aiohttp import web

from bot.bootstrap import load_responses, make_turns, redis_link
from bot.components import lean
from bot.edition import Edition, edition
from bot.errors import ModelError
from bot.listen import Part, listen
from bot.settings import Settings
from bot.stores.keys import CONVERSATIONS

MOST_PREDICTIONS = 8  # actions a message may lead to: two are usual


def load_agent(settings: Settings) -> tuple[Any, Any]:
    """Rasa's agent of this edition, ready to answer, and the store that holds its conversations. Raises ModelError."""
    return _agent(settings, edition())


@lru_cache(maxsize=1)
def _agent(settings: Settings, served: Edition) -> tuple[Any, Any]:
    lean.install()
    warnings.filterwarnings("ignore")
    from rasa.core.agent import Agent
    from rasa.core.lock_store import InMemoryLockStore

    from bot.components import patches
    from bot.components.endpoint import ActionsEndpoint
    from bot.components.tracker_store import ConversationStore
    from bot.components.wording import Wording

    patches.install()
    model = served.models / "rasa" / "fingerpost.tar.gz"
    if not model.exists():
        raise ModelError("Rasa's model is missing: run `make train`")
    store = ConversationStore(turns=make_turns(settings, prefix=CONVERSATIONS), idle_seconds=settings.idle_seconds)
    wording = Wording()
    wording.responses = load_responses()  # from the files: what is only reworded needs no training
    try:
        agent = Agent.load(
            model,
            generator=wording,
            tracker_store=store,
            lock_store=InMemoryLockStore(),
            action_endpoint=ActionsEndpoint(f"{settings.actions_url}/webhook", seconds=settings.actions_seconds),
        )
    except Exception as error:  # Rasa raises whatever the broken part raised
        raise ModelError(f"Rasa's model can't be loaded ({type(error).__name__}): run `make train`") from error
    patches.lay_out(agent.processor.graph_runner)
    # Rasa wraps its store in one that answers an outage with an empty conversation; the host takes turns instead.
    agent.processor.tracker_store = store
    agent.processor.max_number_of_predictions = MOST_PREDICTIONS
    return agent, store


async def build(settings: Settings) -> web.Application:
    """The host with its agent. Raises ModelError."""
    agent, store = load_agent(settings)
    from bot.components.server import make_app

    app = make_app(agent, store)

    async def closing(_: web.Application) -> None:
        await agent.processor.action_endpoint.close()

    app.on_cleanup.append(closing)
    return app


async def close(settings: Settings) -> None:
    """Close what all editions share."""
    if link := redis_link(settings):
        await link.close()


def run(settings: Settings, *, shared: bool = False) -> None:
    """Serve the agent on its private address until stopped; `shared` with other processes."""
    part = Part(build=build, make_ready=load_agent, close=close)
    listen(part, settings, host=settings.internal_host, port=settings.rasa_port, shared=shared)
