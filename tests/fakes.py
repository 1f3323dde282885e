"""Stand-ins for the parts around the gateway, and a gateway made of them."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.catalogue.load import load as load_services
from bot.content.care import CareContent
from bot.content.notice import Notices
from bot.content.responses import Responses
from bot.edition import SHIPPED
from bot.gateway.app import make_app
from bot.gateway.care import CareDesk
from bot.gateway.conversation import Conversation
from bot.gateway.dialogue import DialogueDown, Said, Turn
from bot.gateway.handoff import HandoffDesk
from bot.gateway.noticing import Noticing
from bot.gateway.sessions import Sessions
from bot.language.cleanup import Clean, Cleaner
from bot.language.reader import Read
from bot.safety.cues import Cue, Screening
from bot.safety.detector import Reading, Window
from bot.settings import Settings
from bot.stores.memory import MemoryTurns
from bot.vocabulary import Direction, Kind, Level, Role, Time

Client = TestClient[web.Request, web.Application]
MakeClient = Callable[[web.Application], Awaitable[Client]]
NOW = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
# What the fake detector finds, by a word of the message.
FINDINGS = {
    "throat": (Level.EMERGENCY, Kind.STRANGULATION, Direction.TO_WRITER, Time.RECENT),
    "bat": (Level.EMERGENCY, Kind.IMMEDIATE_DANGER, Direction.TO_WRITER, Time.NOW),
    "slaps": (Level.URGENT, Kind.VIOLENCE, Direction.TO_WRITER, Time.RECENT),
    "slapped": (Level.URGENT, Kind.VIOLENCE, Direction.BY_WRITER, Time.RECENT),
}
ROLES = {"slapped": Role.OWN_BEHAVIOUR, "slaps": Role.VICTIM, "sister": Role.SUPPORTER}
RESPONSES: Responses = {
    "utter_welcome": [
        {"text": "Welcome.", "buttons": [{"title": "Me", "payload": '/door{"role": "victim"}'}]},
        {"text": "Croeso.", "condition": [{"type": "slot", "name": "language", "value": "cy"}]},
    ],
    "utter_technical_problem": [{"text": "Something is wrong on our side."}],
    "utter_care_followup_immediate_danger": [{"text": "Can you get out?"}],
}


def read_as(clean: Clean, scores: Mapping[str, Mapping[str, float]]) -> Read:
    """A text of which heads made this, without an encoder."""
    pieces, places = np.zeros((0, 384), np.float32), np.zeros((0, 2), np.int64)
    return Read(clean=clean, vector=np.zeros(384, np.float32), pieces=pieces, places=places, scores=scores)


class FakeDetector:
    """Finds danger by single words."""

    def read(self, text: str) -> Reading:
        roles = {role.value: 0.0 for role in Role} | {"none": 1.0}
        for word, role in ROLES.items():
            if word in text:
                roles |= {role.value: 1.0, "none": 0.0}
        clean = Cleaner(words={}, emoji={}, hidden=[], letters={}).clean(text)
        read = read_as(clean, {"role": roles})
        return Reading(text=text, windows=(Window(start=0, end=len(text), read=read),), whole=read)

    def judge(self, message: Reading) -> Screening:
        for word, (level, kind, direction, time) in FINDINGS.items():
            if word in message.text:
                start = message.text.index(word)
                cue = Cue(kind=kind, direction=direction, time=time, start=start, end=start + len(word))
                return Screening(level=level, cues=(cue,))
        return Screening(level=Level.NONE)


class FakeDialogue:
    """Answers every turn with one message, and remembers what it was told."""

    def __init__(self, answers: list[Said] | None = None) -> None:
        self.answers = answers if answers is not None else [Said(text="An answer.")]
        self.turns: list[Turn] = []
        self.forgotten: list[str] = []
        self.down = False

    async def say(self, turn: Turn) -> list[Said]:
        self.turns.append(turn)
        if self.down:
            raise DialogueDown("down")
        return self.answers

    async def forget(self, conversation: str) -> None:
        if self.down:
            raise DialogueDown("down")
        self.forgotten.append(conversation)


def make_conversation(
    dialogue: FakeDialogue, desk: HandoffDesk | None = None, noticing: Noticing | None = None
) -> Conversation:
    """The real conversation over a fake detector and dialogue, with the real services and care content."""
    catalogue = load_services(Path(SHIPPED.services), today=date(2026, 11, 25))
    return Conversation(
        detector=FakeDetector(),  # type: ignore[arg-type]  # a fake with the same two methods
        care=CareDesk(notices=Notices(content=CareContent.load(SHIPPED.safety / "care.yml"), catalogue=catalogue)),
        catalogue=catalogue,
        responses=RESPONSES,
        dialogue=dialogue,
        desk=desk,
        noticing=noticing,
        now=lambda: NOW,
    )


def make_gateway(
    dialogue: FakeDialogue,
    sessions: Sessions | None = None,
    desk: HandoffDesk | None = None,
    noticing: Noticing | None = None,
) -> web.Application:
    """A whole gateway over fakes."""
    held = sessions or Sessions(MemoryTurns(most=100), idle_seconds=1800, session_seconds=86400)
    return make_app(Settings(), sessions=held, conversation=make_conversation(dialogue, desk, noticing))
