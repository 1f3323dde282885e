"""Dialogues as data, against the running service."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conversations.service import Service

DIALOGUES = yaml.safe_load(Path(__file__).with_name("dialogues.yml").read_text())


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=[d["name"] for d in DIALOGUES])
def test_a_dialogue(service: Service, dialogue: dict[str, Any]) -> None:
    """Each turn gets what the dialogue says it must."""
    with service.visitor(**dialogue.get("opening", {})) as visitor:
        for turn in dialogue["turns"]:
            check(visitor.say(turn["say"]), turn["expect"])


def check(reply: dict[str, Any], expect: dict[str, Any]) -> None:
    """Every expectation of one turn."""
    care = reply.get("care") or {"level": "none", "kinds": [], "lines": [], "services": []}
    words = " ".join(m["text"] for m in reply["messages"])
    topics = [m["topic"] for m in reply["messages"] if "topic" in m]
    cards = {card["id"] for m in reply["messages"] for card in m.get("services", [])}
    assert reply["degraded"] is False
    assert reply["messages"], "an answer is never empty"
    seen = {
        "role": reply["role"],
        "care": care["level"],
        "topic": topics[0] if topics else None,
    }
    for key, wanted in expect.items():
        match key:
            case "role" | "care" | "topic":
                assert seen[key] == wanted, (key, seen, words)
            case "topic_in":
                assert seen["topic"] in wanted, seen
            case "says":
                assert all(part in words for part in wanted), words
            case "not_says":
                assert not any(part in words + " ".join(care["lines"]) for part in wanted), words
            case "services":
                assert set(wanted) <= cards, cards
            case "not_services":
                assert not set(wanted) & (cards | {c["id"] for c in care["services"]}), cards
            case "care_kinds":
                assert set(wanted) <= set(care["kinds"]), care["kinds"]
            case "care_services":
                assert set(wanted) <= {c["id"] for c in care["services"]}, care["services"]
            case "care_says":
                assert all(part in " ".join(care["lines"]) for part in wanted), care["lines"]
            case _:
                raise AssertionError(f"unknown expectation {key}")
