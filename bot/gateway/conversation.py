"""What happens to one message of a visitor: redacted, screened, read, answered. Needs nothing but itself to be safe."""

import asyncio
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
import structlog

from bot.catalogue.cards import Card, card
from bot.catalogue.load import Catalogue
from bot.catalogue.matching import Need, match
from bot.content.responses import Responses, pick
from bot.gateway.care import CareDesk
from bot.gateway.dialogue import Dialogue, DialogueDown, Said, Turn
from bot.gateway.handoff import Answer, HandoffDesk
from bot.gateway.replies import Care, Choice, Incoming, Message, Reply
from bot.gateway.sessions import Session
from bot.handoff.flow import Step
from bot.language.foreign import foreign_language
from bot.language.reader import Read
from bot.language.redaction import redact
from bot.safety.cues import Screening
from bot.safety.detector import Detector
from bot.triage.facts import mentioned
from bot.triage.role import read_role, role_with_door
from bot.triage.yes_no import yes_or_no
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
    step: Step | None = None
    key: str | None = None
    pick: str | None = None


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
    if intent not in _PLAIN_INTENTS | {"door", "inform", "skip", "more", "handoff"} or (intent == "handoff") != bool(
        values.step
    ):
        raise BadChoice
    if values.part is not None and not re.fullmatch(r"[a-z_]{1,40}", values.part):
        raise BadChoice
    return intent, values


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """The way of every message, in words or by button."""

    detector: Detector
    care: CareDesk
    catalogue: Catalogue
    responses: Responses
    dialogue: Dialogue
    desk: HandoffDesk | None = None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def open(self, session: Session, *, language: str | None, nation: str | None) -> Reply:
        """The first screen."""
        session.nation = _nation_of(nation)
        if language:
            session.language = language
        return self._reply(session, [self._own("utter_welcome", session)], None)

    async def answer(self, session: Session, incoming: Incoming) -> Reply:
        """The reply to one message. Raises BadChoice."""
        if incoming.choice is not None:
            return await self._answer_choice(session, incoming.choice)
        text = incoming.text or ""
        # The model runs outside the event loop, so that one long message holds up nobody.
        screening, read = await asyncio.to_thread(self._read, text)
        if (reply := await self._by_desk(session, incoming, screening)) is not None:
            return reply
        if screening.level is Level.NONE and (meant := _meant(session, text)):
            return await self._answer_choice(session, meant, typed=True)
        told = _take_facts(session, text)
        role = read_role(read, sure=True)
        if session.role is None and role is not None:
            session.role = role
        care = self.care.after(session, screening, self.now())
        if screening.level is not Level.EMERGENCY and (code := foreign_language(text)):
            session.language = code
            return self._reply(session, [self._in_language(session, code)], care)
        facts = self._facts(session) | told
        if session.door is not None and (shown := role_with_door(read, session.door)[0]) is not session.door and shown:
            facts["role_read"] = shown.value
        turn = Turn(
            conversation=session.conversation,
            text=redact(text).lstrip("/").strip() or "…",
            facts=facts,
            screening=screening.to_json(),
        )
        return await self._answer_turn(session, turn, care)

    async def _by_desk(self, session: Session, incoming: Incoming, screening: Screening) -> Reply | None:
        """The reply when the words are not for the bot: a person is awaited or there, or a question of ours is open."""
        text = incoming.text or ""
        if self.desk is None:
            return None
        if not await self.desk.takes(session, screening.level):
            self.desk.remember(session, text, screening)
            return None
        care = self.care.after(session, screening, self.now())
        message_id = incoming.id or secrets.token_urlsafe(9)
        return self._from_desk(session, await self.desk.hear(session, message_id, text, screening), care)

    def _from_desk(self, session: Session, answer: Answer, care: Care | None) -> Reply:
        reply = self._reply(session, list(answer.messages), care, degraded=answer.degraded)
        return msgspec.structs.replace(reply, state=answer.state)

    async def _answer_choice(self, session: Session, payload: str, *, typed: bool = False) -> Reply:
        intent, values = parse_choice(payload)
        if intent == "door" and values.role:
            session.role = session.door = values.role
        if values.nation:
            session.nation = _nation_of(values.nation)
        if values.children is not None:
            session.children = values.children
        care = (
            self.care.changed(session, intent, self.now(), typed=typed)
            if intent in _CARE_CHOICES
            else self.care.after(session, Screening(level=Level.NONE), self.now())
        )
        if intent == "handoff" and (self.desk is None or values.step is None):
            raise BadChoice
        if self.desk is not None:
            if values.step is not None:
                chosen = await self.desk.choose(session, values.step, values.key, values.pick)
                return self._from_desk(session, chosen, care)
            if (silent := await self.desk.silent(session)) is not None:
                return self._from_desk(session, silent, care)
        turn = Turn(conversation=session.conversation, text=payload, facts=self._facts(session), screening={})
        return await self._answer_turn(session, turn, care)

    async def _answer_turn(self, session: Session, turn: Turn, care: Care | None) -> Reply:
        try:
            said = await self.dialogue.say(turn)
        except DialogueDown as error:
            log.warning("dialogue down", error=str(error))
            return self._reply(session, [self._without_dialogue(session)], care, degraded=True)
        degraded = any(one.custom.get("degraded") for one in said)
        asked = {key: value for one in said for key, value in one.custom.items()}
        session.if_yes, session.if_no = asked.get("if_yes"), asked.get("if_no")
        messages = _messages(said)
        if self.desk is not None:
            messages = await self.desk.after(session, messages, care)
        return self._reply(session, messages, care, degraded=degraded)

    def _read(self, text: str) -> tuple[Screening, Read]:
        reading = self.detector.read(text)
        return self.detector.judge(reading), reading.whole

    def _facts(self, session: Session) -> dict[str, Any]:
        """What the gateway knows of the visitor, as the dialogue's slots take it."""
        facts: dict[str, Any] = {"in_care": session.care is not None}
        if session.role is not None:
            facts["role"] = session.role.value
        if session.nation is not None:
            facts["nation"] = session.nation.value
        if session.children is not None:
            facts["children"] = session.children
        return facts

    def _in_language(self, session: Session, code: str) -> Message:
        """A fixed text in a language other than English, with the lines that speak it or find an interpreter."""
        now = self.now()
        need = Need(role=session.role, nation=session.nation, language=code, topics=(Topic.INTERPRETER,))
        services = tuple(card(m.service, now, nation=session.nation) for m in match(self.catalogue, need, now))
        return msgspec.structs.replace(self._own(f"utter_language_{code}", session), services=services)

    def _own(self, name: str, session: Session) -> Message:
        """A message the gateway says itself."""
        variation = pick(self.responses, name, self._facts(session)) or {}
        return _message(Said(text=variation.get("text", ""), buttons=variation.get("buttons", [])))

    def _without_dialogue(self, session: Session) -> Message:
        message = self._own("utter_technical_problem", session)
        return msgspec.structs.replace(message, services=self._lines(session))

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


def _meant(session: Session, text: str) -> str | None:
    """The choice that a typed yes or no makes, when the last answer asked for one."""
    said = yes_or_no(text)
    return None if said is None else session.if_yes if said else session.if_no


def _take_facts(session: Session, text: str) -> dict[str, Any]:
    """Remember what is mentioned by the way; what was news, so that it can be acknowledged."""
    facts = mentioned(text)
    news = []
    if facts.nation and facts.nation is not session.nation:
        session.nation = facts.nation
        news.append("nation")
    if facts.children is not None and facts.children is not session.children:
        session.children = facts.children
        news.append("children")
    return {"told": news} if news else {}


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
