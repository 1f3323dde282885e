"""Hosts Rasa's agent for the gateway: one turn in, its answers out; erasing; readiness by a real message.

Rasa's own server takes payloads and sender names from anybody, answers `[]` for every failure and can't
erase; this one is spoken to by the gateway alone (deploy/docs/adr/0002-own-host-for-rasa.md).
"""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

import msgspec
import structlog
from aiohttp import web
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.shared.core.events import SlotSet

from bot.components.tracker_store import ConversationStore
from bot.stores.turns import Busy, Gone, Lost, StoreDown

log = structlog.get_logger()

AGENT: web.AppKey[Agent] = web.AppKey("agent", Agent)
STORE: web.AppKey[ConversationStore] = web.AppKey("store", ConversationStore)


class _Turn(msgspec.Struct, forbid_unknown_fields=True):
    text: str
    facts: dict[str, Any]
    screening: dict[str, Any]
    seconds_left: float | None = None


async def _say(request: web.Request) -> web.Response:
    turn = msgspec.json.decode(await request.read(), type=_Turn)
    conversation = request.match_info["conversation"]
    agent = request.app[AGENT]
    answers: list[dict[str, Any]] = []
    try:
        async with request.app[STORE].turn(conversation, seconds=turn.seconds_left):
            await remember(agent, conversation, turn.facts)
            metadata = {"facts": turn.facts, "screening": turn.screening}
            answers = await say(agent, conversation, turn.text, metadata)
    except (Lost, StoreDown) as error:
        # Nothing was kept; an answer that is there is still worth giving.
        log.warning("conversation not kept", error=type(error).__name__)
        if not answers:
            return web.json_response(_error("store_down"), status=503)
    except (Busy, Gone) as error:
        log.warning("no turn", error=type(error).__name__)
        return web.json_response(_error("no_turn"), status=409)
    return web.json_response(answers)


def _error(code: str) -> dict[str, dict[str, str]]:
    return {"error": {"code": code, "message": code.replace("_", " ")}}


async def say(agent: Agent, conversation: str, text: str, metadata: dict[str, Any]) -> list[dict[str, Any]]:
    """What the assistant answers to one message: dicts of text, buttons and custom."""
    channel = CollectingOutputChannel()
    message = UserMessage(text, channel, conversation, input_channel="gateway", metadata=metadata)
    # Past the agent's own lock, which is in memory: the turn of the store is one for all processes.
    answers: list[dict[str, Any]] = await agent.processor.handle_message(message) or []
    return [{key: value for key, value in answer.items() if key in ("text", "buttons", "custom")} for answer in answers]


async def remember(agent: Agent, conversation: str, facts: dict[str, Any]) -> None:
    """Put what the gateway knows of the visitor (role, nation) into Rasa's slots.

    Not by entities of the message: a button bypasses the pipeline that would read them.
    """
    tracker = await agent.processor.fetch_tracker_and_update_session(conversation)
    slots = tracker.current_slot_values()
    news = [SlotSet(name, value) for name, value in facts.items() if name in slots and slots[name] != value]
    if news:
        for event in news:
            tracker.update(event)
        await agent.processor.save_tracker(tracker)


async def _forget(request: web.Request) -> web.Response:
    try:
        await request.app[STORE].erase(request.match_info["conversation"])
    except StoreDown:
        return web.json_response(_error("store_down"), status=503)
    return web.Response(status=204)


async def _ready(request: web.Request) -> web.Response:
    """Ready means answering: a model that failed to load answers nothing."""
    canary = f"readiness-{secrets.token_hex(4)}"
    async with request.app[STORE].passing(canary):
        answers = await say(request.app[AGENT], canary, "/greet", {})
    return web.json_response({"ready": bool(answers)}, status=200 if answers else 503)


@web.middleware
async def _failures(request: web.Request, handler: Any) -> web.StreamResponse:
    try:
        return await handler(request)  # type: ignore[no-any-return]
    except web.HTTPException:
        raise
    except asyncio.CancelledError:
        raise
    except Exception as error:  # the last net: what happened may quote the visitor, so only its kind is told
        log.error("turn failed", error=type(error).__name__)
        return web.json_response(_error("failed"), status=500)


def make_app(agent: Agent, store: ConversationStore) -> web.Application:
    """The application that serves `agent`; `store` holds its conversations."""
    app = web.Application(middlewares=[_failures], client_max_size=64 * 1024)
    app[AGENT] = agent
    app[STORE] = store
    app.router.add_post("/conversations/{conversation}", _say)
    app.router.add_delete("/conversations/{conversation}", _forget)
    app.router.add_get("/readyz", _ready)
    return app
