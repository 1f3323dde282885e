"""What happens to one message of a visitor: redacted, screened, read, answered. Needs nothing but itself to be safe."""

import asyncio
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
import numpy as np
import structlog

from bot.catalogue.cards import Card, card
from bot.catalogue.load import Catalogue
from bot.catalogue.matching import Need, match
from bot.content.responses import Responses, pick
from bot.gateway.care import CareDesk
from bot.gateway.dialogue import Dialogue, DialogueDown, Said, Turn
from bot.gateway.replies import Care, Choice, Incoming, Message, Reply
from bot.gateway.sessions import Session
from bot.language.redaction import redact
from bot.safety.cues import Screening
from bot.safety.detector import Detector
from bot.triage.role import read_role
from bot.vocabulary import Level, Nation, Role, Topic

log = structlog.get_logger()

# What a button may send: the intent, and the entities with the values they may have.
_CHOICE = re.compile(r"/([a-z_]{1,40})(\{.{0,200}\})?")
_CARE_CHOICES = frozenset({"safe_now", "unsafe_now", "cannot_talk"})
_PLAIN_INTENTS = frozenset({*(topic.value for topic in Topic), *_CARE_CHOICES})


class _Values(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    role: Role | None = None
    nation: str | None = None
    children: bool | None = None
    safe_to_chat: bool | None = None
    slot: str | None = None
    topic: Topic | None = None
    part: str | None = None


class BadChoice(ValueError):
    """A choice that no button of ours sends."""


def parse_choice(payload: str) -> tuple[str, _Values]:
    """The intent of a choice and its values. Raises BadChoice."""
    match_ = _CHOICE.fullmatch(payload)
    if not match_:
        raise BadChoice
    intent, raw = match_[1], match_[2] or "{}"
    try:
        values = msgspec.json.decode(raw, type=_Values)
    except msgspec.MsgspecError as error:
        raise BadChoice from error
    if intent not in _PLAIN_INTENTS | {"door", "inform", "skip", "more"}:
        raise BadChoice
    if values.part is not None and not re.fullmatch(r"[a-z_]{1,40}", values.part):
        raise BadChoice
    return intent, values


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a message says before anyone answers: danger, and who is writing.

    pressing: nothing may hold it up. features: the numbers its words were read into.
    """

    screening: Screening
    role: Role | None = None
    pressing: bool = False
    features: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """The way of every message, in words or by button."""

    detector: Detector
    care: CareDesk
    catalogue: Catalogue
    responses: Responses
    dialogue: Dialogue
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def open(self, session: Session, *, language: str | None, nation: str | None) -> Reply:
        """The first screen."""
        session.nation = _nation_of(nation)
        if language:
            session.language = language
        return self._reply(session, [self._own("utter_welcome", session)], None)

    async def hear(self, incoming: Incoming) -> Heard:
        """Screen and read a message; needs no session and nothing behind the gateway. Raises BadChoice."""
        if incoming.choice is not None:
            intent, _ = parse_choice(incoming.choice)
            return Heard(screening=Screening(level=Level.NONE), pressing=intent in _CARE_CHOICES)
        # The model runs outside the event loop, so that one long message holds up nobody.
        return await asyncio.to_thread(self._read, incoming.text or "")

    async def answer(
        self, session: Session, incoming: Incoming, heard: Heard | None = None, *, seconds_left: float | None = None
    ) -> Reply:
        """The reply to one message; `seconds_left` of its session are what the dialogue may remember. Raises BadChoice."""
        heard = heard or await self.hear(incoming)
        care = self._take_in(session, incoming, heard)
        facts = self._facts(session)
        if heard.role is not None and session.door is not None and heard.role is not session.door:
            facts["role_read"] = heard.role.value
        text = incoming.choice or redact(incoming.text or "").lstrip("/").strip() or "…"
        turn = Turn(
            conversation=session.conversation,
            text=text,
            facts=facts,
            screening={} if incoming.choice else heard.screening.to_json(),
            pressing=heard.pressing,
            seconds_left=seconds_left,
            features=heard.features if text == incoming.text else b"",
        )
        try:
            said = await self.dialogue.say(turn)
        except DialogueDown as error:
            log.warning("dialogue down", error=str(error))
            return self._alone(session, care, heard)
        degraded = any(one.custom.get("degraded") for one in said)
        return self._reply(session, _messages(said), care, degraded=degraded)

    def answer_alone(self, session: Session, incoming: Incoming, heard: Heard) -> Reply:
        """The reply when sessions or the dialogue can't be reached: danger is answered, and the lines are named."""
        return self._alone(session, self._take_in(session, incoming, heard), heard)

    def open_alone(self, session: Session) -> Reply:
        """The first screen when sessions can't be kept."""
        return self._alone(session, None)

    def _take_in(self, session: Session, incoming: Incoming, heard: Heard) -> Care | None:
        """What the session learns from a message; the care block that goes with it."""
        if incoming.choice is None:
            session.role = session.role or heard.role
            return self.care.after(session, heard.screening, self.now())
        intent, values = parse_choice(incoming.choice)
        if intent == "door" and values.role:
            session.role = session.door = values.role
        if values.nation:
            session.nation = _nation_of(values.nation)
        if intent in _CARE_CHOICES:
            return self.care.changed(session, intent, self.now())
        return self.care.after(session, heard.screening, self.now())

    def _read(self, text: str) -> Heard:
        read = self.detector.read(text)
        screening = self.detector.judge(read)
        numbers = np.concatenate([read.whole.vector, np.array(list(read.whole.scores["role"].values()))])
        return Heard(
            screening=screening,
            role=read_role(read.whole, sure=True),
            pressing=screening.level is Level.EMERGENCY,
            features=numbers.astype(np.float32).tobytes(),
        )

    def _facts(self, session: Session) -> dict[str, Any]:
        return {
            name: value.value
            for name, value in (("role", session.role), ("nation", session.nation))
            if value is not None
        }

    def _own(self, name: str, session: Session) -> Message:
        """A message the gateway says itself."""
        variation = pick(self.responses, name, self._facts(session)) or {}
        return _message(Said(text=variation.get("text", ""), buttons=variation.get("buttons", [])))

    def _alone(self, session: Session, care: Care | None, heard: Heard | None = None) -> Reply:
        """The lines; after danger the one next thing, else that something is wrong."""
        kind = heard.screening.most_pressing if heard and heard.pressing else None
        followed = f"utter_care_followup_{kind}"
        message = self._own(followed if followed in self.responses else "utter_technical_problem", session)
        message = msgspec.structs.replace(message, services=self._lines(session))
        return self._reply(session, [message], care, degraded=True)

    def _lines(self, session: Session) -> tuple[Card, ...]:
        """The lines of the visitor's role and nation, without asking anyone."""
        now = self.now()
        need = Need(role=session.role, nation=session.nation, language=session.language)
        return tuple(card(m.service, now, nation=session.nation) for m in match(self.catalogue, need, now))

    def _reply(self, session: Session, messages: list[Message], care: Care | None, *, degraded: bool = False) -> Reply:
        return Reply(
            messages=tuple(messages),
            care=care if care is not None else msgspec.UNSET,
            role=session.role.value if session.role else None,
            degraded=degraded,
        )


def _messages(said: list[Said]) -> list[Message]:
    """Rasa's messages as the widget shows them; what an action attached joins the message before it."""
    messages: list[Message] = []
    for one in said:
        services = tuple(msgspec.convert(one.custom.get("services", []), type=tuple[Card, ...]))
        topic = one.custom.get("topic")
        if one.text:
            messages.append(_message(one))
        if messages and (services or topic):
            last = messages[-1]
            messages[-1] = msgspec.structs.replace(last, services=last.services + services, topic=topic or last.topic)
    return messages


def _message(said: Said) -> Message:
    choices = tuple(Choice(title=b["title"], payload=b["payload"]) for b in said.buttons)
    return Message(id=secrets.token_urlsafe(9), sender="service", text=said.text.strip(), choices=choices)


def _nation_of(text: str | None) -> Nation | None:
    """A nation named by the embedding site, or None."""
    return Nation(text) if text in set(Nation) else None
