"""Hosts Rasa's agent for the gateway: one turn in, its answers out; erasing; readiness by a real message.

Rasa's own server takes payloads and sender names from anybody, answers `[]` for every failure and can't
erase; this one is spoken to by the gateway alone (deploy/docs/adr/0002-own-host-for-rasa.md).
"""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import structlog
from aiohttp import web
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.shared.core.events import SlotSet

from bot.components.tracker_store import MemoryTrackerStore

log = structlog.get_logger()

AGENT: web.AppKey[Agent] = web.AppKey("agent", Agent)
STORE: web.AppKey[MemoryTrackerStore] = web.AppKey("store", MemoryTrackerStore)
CANARY = "readiness-canary"


class _Turn(msgspec.Struct, forbid_unknown_fields=True):
    text: str
    facts: dict[str, Any]
    screening: dict[str, Any]


async def _say(request: web.Request) -> web.Response:
    turn = msgspec.json.decode(await request.read(), type=_Turn)
    conversation = request.match_info["conversation"]
    await remember(request.app[AGENT], conversation, turn.facts)
    answers = await say(request.app[AGENT], conversation, turn.text, {"facts": turn.facts, "screening": turn.screening})
    return web.json_response(answers)


async def say(agent: Agent, conversation: str, text: str, metadata: dict[str, Any]) -> list[dict[str, Any]]:
    """What the assistant answers to one message: dicts of text, buttons and custom."""
    channel = CollectingOutputChannel()
    message = UserMessage(text, channel, conversation, input_channel="gateway", metadata=metadata)
    answers: list[dict[str, Any]] = await agent.handle_message(message) or []
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
    request.app[STORE].erase(request.match_info["conversation"])
    return web.Response(status=204)


async def _ready(request: web.Request) -> web.Response:
    """Ready means answering: a model that failed to load answers nothing."""
    answers = await say(request.app[AGENT], CANARY, "/greet", {})
    request.app[STORE].erase(CANARY)
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
        return web.json_response({"error": {"code": "failed", "message": "the turn failed"}}, status=500)


def make_app(agent: Agent, store: MemoryTrackerStore) -> web.Application:
    """The application that serves `agent`; `store` holds its conversations."""
    app = web.Application(middlewares=[_failures], client_max_size=64 * 1024)
    app[AGENT] = agent
    # Rasa wraps its store in one that can't erase, so the host keeps the real one.
    app[STORE] = store
    app.router.add_post("/conversations/{conversation}", _say)
    app.router.add_delete("/conversations/{conversation}", _forget)
    app.router.add_get("/readyz", _ready)
    return app
