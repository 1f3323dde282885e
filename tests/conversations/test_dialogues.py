"""Dialogues as data, against the running service."""

from typing import Any

import pytest

from bot.editor.dialogues import PATH
from bot.editor.rehearsal import Service, load_dialogues, play, wrongs
from bot.settings import ROOT

# Ours, and those that editors kept in the console.
DIALOGUES = [*load_dialogues(), *load_dialogues(ROOT / PATH)]


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=[d["name"] for d in DIALOGUES])
def test_a_dialogue(service: Service, dialogue: dict[str, Any]) -> None:
    """Each turn gets what the dialogue says it must."""
    assert play(service, dialogue) == []


def test_a_dialogue_that_goes_wrong_says_where(service: Service) -> None:
    """What an editor would read."""
    turns = [{"say": "/housing", "expect": {"topic": "money", "says": ["no such words"]}}]
    topic, says = play(service, {"name": "a wrong one", "turns": turns})
    assert "should be about money, and is housing" in topic and "should say no such words" in says
    with pytest.raises(ValueError, match="unknown"):
        list(wrongs({"messages": [{"text": "x"}], "degraded": False, "role": None}, {"colour": "red"}))
