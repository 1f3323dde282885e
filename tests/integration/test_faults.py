"""A visitor is kept safe while parts are down, nothing leaks, and the chat recovers by itself."""

import time
from collections.abc import Iterator

import pytest

from bot.editor.rehearsal import Service
from tests.conversations.service import running

CANARY = "zebracanary7731"


@pytest.fixture
def service() -> Iterator[Service]:
    yield from running()


def test_emergency_content_without_rasa_and_actions_then_recovery(service: Service) -> None:
    """With everything behind the gateway stopped: 999 and the nation's lines within 3 s; with it back: whole answers."""
    visitor = service.visitor(nation="scotland")
    visitor.say(f"{CANARY} hello there")
    printed = service.stop("actions")
    reply = visitor.say("she had her hands round my throat, i blacked out and now i can't swallow")
    assert reply["care"]["level"] != "none" and reply["messages"]
    printed += service.stop("rasa")
    started = time.monotonic()
    reply = visitor.say("he is outside banging the door and he has got a bat")
    assert time.monotonic() - started < 3
    assert reply["degraded"] is True
    assert reply["care"]["level"] == "emergency" and "999" in reply["care"]["lines"][0]
    assert "scotland-domestic-abuse-helpline" in {c["id"] for c in reply["messages"][0]["services"]}
    service.start("rasa", "actions")
    service.wait_ready()
    assert visitor.say("can the council help me")["degraded"] is False
    visitor.leave()
    printed += service.stop()
    assert CANARY not in printed
