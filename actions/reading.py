"""Reads from a tracker what actions need, typed."""

import re
from dataclasses import dataclass
from typing import Any, Self

from rasa_sdk import Tracker

from bot.safety.cues import Screening
from bot.vocabulary import CHAT_TOPICS, Level, Nation, Role, Topic, topics

# Two topics about one matter, which words alone often can't tell apart: each answers it.
_TWINS = frozenset({Topic.CHILD_WORRY, Topic.CHILDREN})
# A further topic is worth naming when it is this probable.
SECOND_TOPIC = 0.25
_ASKS = re.compile(
    r"\?|\b(?:what|how|where|who|when|which|could|should|does)\b"
    r"|\b(?:can|will|would|do|did|am|are|is|was|has|have) (?:i|you|he|she|it|we|they|there|this|that|the|my|men|any\w*)\b",
    re.IGNORECASE,
)
# Beside danger only a question that is clearly there is answered.
CLEAR_TOPIC = 0.5
GUESSES = 3
# What nobody asked must be clearer still to stand beside an emergency.
SURE_TOPIC = 0.8
# A question may be there less clearly.
ASKED_TOPIC = 0.35
VERY_SHORT = 7  # words


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The latest message and what the conversation remembers."""

    text: str
    intent: str
    ranking: tuple[tuple[Topic, float], ...]
    entities: dict[str, Any]
    role: Role | None
    nation: Nation | None
    role_read: Role | None
    told: tuple[str, ...]
    told_alone: bool
    child: bool
    screening: Screening
    slots: dict[str, Any]

    @classmethod
    def of(cls, tracker: Tracker) -> Self:
        """The turn of a tracker."""
        message = tracker.latest_message or {}
        metadata = message.get("metadata") or {}
        told = metadata.get("screening") or message.get("cues")
        known = {topic: topic for topic in topics()}
        facts = metadata.get("facts") or {}
        role_read = facts.get("role_read")
        return cls(
            text=str(message.get("text") or ""),
            intent=(message.get("intent") or {}).get("name") or "",
            ranking=tuple(
                (known[one["name"]], float(one["confidence"]))
                for one in message.get("intent_ranking") or []
                if one["name"] in known
            ),
            entities={one["entity"]: one["value"] for one in message.get("entities") or []},
            role=Role(tracker.slots["role"]) if tracker.slots.get("role") else None,
            nation=Nation(tracker.slots["nation"]) if tracker.slots.get("nation") else None,
            role_read=Role(role_read) if role_read else None,
            told=tuple(facts.get("told") or ()),
            told_alone=bool(facts.get("told_alone")),
            child=bool(facts.get("child")),
            screening=Screening.from_json(told) if told else Screening(level=Level.NONE),
            slots=tracker.slots,
        )

    @property
    def topic(self) -> Topic | None:
        """What the message is about, when a topic was understood."""
        return Topic(self.intent) if self.intent in topics() else None

    @property
    def meant(self) -> Topic | None:
        """The topic, but for a short "what about my daughter" of somebody who is hurt: no friend asks how to help."""
        short = self.words <= VERY_SHORT and not self.pressed
        if self.topic is Topic.HELP_SOMEONE and self.role is Role.VICTIM and short:
            return next(iter(self.others(Topic.HELP_SOMEONE, SECOND_TOPIC)), self.current or self.topic)
        return self.topic

    @property
    def likely(self) -> Topic | None:
        """The likeliest topic, when it is likely enough for a question, with its twin, and not about the chat itself."""
        if self.confidence < ASKED_TOPIC or self.ranking[0][0] in CHAT_TOPICS:
            return None
        return self.ranking[0][0]

    @property
    def clear(self) -> bool:
        """Whether the topic is clear enough to stand beside danger."""
        return self.confidence >= (ASKED_TOPIC if self.asks else CLEAR_TOPIC)

    @property
    def astray(self) -> bool:
        """Whether what was typed is about something else altogether."""
        return self.topic is Topic.OUT_OF_SCOPE and not self.pressed

    @property
    def words(self) -> int:
        """How many words were written."""
        return len(self.text.split())

    @property
    def pressed(self) -> bool:
        """Whether a button was pressed rather than something written."""
        return self.text.startswith("/")

    @property
    def answered(self) -> list[str]:
        """The responses said before, oldest first."""
        return list(self.slots.get("answered") or [])

    @property
    def current(self) -> Topic | None:
        """What the conversation is about: the topic answered last."""
        name = self.slots.get("topic")
        return Topic(name) if name in topics() else None

    @property
    def asks(self) -> bool:
        """Whether the words ask something."""
        return bool(_ASKS.search(self.text))

    @property
    def in_danger(self) -> bool:
        """Whether this very message shows danger."""
        return self.screening.level is not Level.NONE

    @property
    def confidence(self) -> float:
        """How sure the likeliest topic is, together with its twin."""
        if not self.ranking:
            return 0.0
        first = self.ranking[0][0]
        alike = _TWINS if first in _TWINS else {first}
        return min(1.0, sum(confidence for topic, confidence in self.ranking if topic in alike))

    @property
    def guesses(self) -> list[tuple[str, float]]:
        """The likeliest topics of words that were typed, with their confidence; none of a button."""
        if self.pressed:
            return []
        return [(topic.value, round(confidence, 2)) for topic, confidence in self.ranking[:GUESSES]]

    def others(self, but: Topic | None, at_least: float) -> list[Topic]:
        """Further topics of the message, likeliest first; never one about the chat itself, nor the twin of `but`."""
        known = _TWINS if but in _TWINS else {but}
        return [t for t, sure in self.ranking if t not in known and t not in CHAT_TOPICS and sure >= at_least]
