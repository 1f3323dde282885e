"""What happens to one message of a visitor: redacted, screened, read, answered. Needs nothing but itself to be safe."""

import asyncio
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
import structlog

from bot.catalogue.cards import Card, cards
from bot.catalogue.load import Catalogue
from bot.catalogue.matching import Need
from bot.content.notice import Care
from bot.content.responses import LANGUAGE, Responses, answers, pick
from bot.content.responses import language as language_of
from bot.gateway.care import CareDesk
from bot.gateway.desk_parts import Answer
from bot.gateway.dialogue import Dialogue, DialogueDown, Said, Turn
from bot.gateway.handoff import HandoffDesk
from bot.gateway.lines import lines_for
from bot.gateway.noticing import Noticing
from bot.gateway.replies import Choice, Incoming, Message, Reply
from bot.gateway.sessions import Session
from bot.handoff.flow import Step
from bot.language.foreign import foreign_language
from bot.language.reader import Read
from bot.language.redaction import redact
from bot.safety.cues import Screening
from bot.safety.detector import Detector
from bot.triage.facts import mentioned
from bot.triage.goes_on import goes_on
from bot.triage.role import leaning, role_with_door, sure_role
from bot.triage.yes_no import beside, yes_or_no
from bot.vocabulary import UNDIRECTED, Kind, Language, Level, Nation, Role, Topic, topics

log = structlog.get_logger()

# What a button may send: the intent, and the entities with the values they may have.
_CHOICE = re.compile(r"/([a-z_]{1,40})(\{.{0,200}\})?")
_CARE_CHOICES = frozenset({"safe_now", "unsafe_now", "cannot_talk"})
_OTHER_CHOICES = frozenset({"door", "inform", "skip", "more", "handoff", *_CARE_CHOICES})


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
    if not (intent in topics() or intent in _OTHER_CHOICES) or (intent == "handoff") != bool(values.step):
        raise BadChoice
    if values.part is not None and not re.fullmatch(r"[a-z_]{1,40}", values.part):
        raise BadChoice
    return intent, values


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a message says before anyone answers: danger, and who is writing.

    pressing: nothing may hold it up.
    """

    screening: Screening
    read: Read | None = None
    pressing: bool = False

    @property
    def role(self) -> Role | None:
        """The role the words show, when they are sure enough."""
        return sure_role(self.read, self.screening.done) if self.read else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """The way of every message, in words or by button."""

    detector: Detector
    care: CareDesk
    catalogue: Catalogue
    responses: Responses
    dialogue: Dialogue
    desk: HandoffDesk | None = None
    noticing: Noticing | None = None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def open(self, session: Session, *, language: str | None, nation: str | None) -> Reply:
        """The first screen."""
        session.nation = _nation_of(nation)
        session.page = Language.of(language)
        if language:
            session.language = language
        welcome = self._own("utter_welcome", session)
        return self._reply(session, [self.noticing.welcome(welcome) if self.noticing else welcome], None)

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
        typed = _meant(session, incoming.text) if heard.screening.level is Level.NONE else None
        _expect(session, {})  # whoever answers now, the question before is no longer the last thing said
        if (reply := await self._by_desk(session, incoming, heard)) is not None:
            session.said = None  # what passes between two people is never kept for editors
            return reply
        if self.noticing is not None:
            self.noticing.before(session, incoming.text)
        if typed:
            incoming = Incoming(id=incoming.id, choice=typed)
        told = _take_facts(session, incoming.text)
        care = self._take_in(session, incoming, heard, typed=bool(typed))
        code = foreign_language(incoming.text or "")
        if code and heard.screening.level is not Level.EMERGENCY:
            session.language = code
            return self._reply(session, [self._in_language(session, code)], care)
        text = incoming.choice or beside(redact(incoming.text or "").lstrip("/").strip()) or "…"
        turn = Turn(
            conversation=session.conversation,
            text=text,
            facts=self._facts(session) | told | _contradiction(session, heard),
            screening={} if incoming.choice else heard.screening.to_json(),
            pressing=heard.pressing,
            seconds_left=seconds_left,
            features=await self._features(text, incoming, heard.read),
        )
        try:
            said = await self.dialogue.say(turn)
        except DialogueDown as error:
            log.warning("dialogue down", error=str(error))
            reply = self._alone(session, care, heard)
            if self.desk is None:
                return reply
            # People are there all the same.
            messages = await self.desk.after(session, list(reply.messages), care, alone=True)
            return msgspec.structs.replace(reply, messages=tuple(messages))
        degraded = any(one.custom.get("degraded") for one in said)
        _expect(session, {key: value for one in said for key, value in one.custom.items()})
        messages = _messages(said)
        if self.desk is not None:
            messages = await self.desk.after(session, messages, care)
        if self.noticing is not None:
            words = text if incoming.choice is None else None
            danger = care is not None or heard.screening.level is not Level.NONE
            messages = self.noticing.after(session, words, said, messages, danger=danger)
        return self._reply(session, messages, care, degraded=degraded)

    async def _by_desk(self, session: Session, incoming: Incoming, heard: Heard) -> Reply | None:
        """The reply when a message is not for the bot: about a handoff, or to a person. Raises BadChoice."""
        if incoming.choice is not None:
            return await self._choice_by_desk(session, incoming, heard)
        if self.desk is None:
            return None
        text, screening = incoming.text or "", heard.screening
        if not await self.desk.takes(session, screening.level):
            self.desk.remember(session, text, screening)
            return None
        care = self._take_in(session, incoming, heard)
        message_id = incoming.id or secrets.token_urlsafe(9)
        return self._from_desk(session, await self.desk.hear(session, message_id, text, screening), care)

    async def _choice_by_desk(self, session: Session, incoming: Incoming, heard: Heard) -> Reply | None:
        intent, values = parse_choice(incoming.choice or "")
        if self.desk is None:
            if intent == "handoff":
                raise BadChoice
            return None
        if values.step is None:
            answer = await self.desk.silent(session, alarm=intent == "unsafe_now")
        else:
            answer = await self.desk.choose(session, values.step, values.key, values.pick)
        return None if answer is None else self._from_desk(session, answer, self._take_in(session, incoming, heard))

    def _from_desk(self, session: Session, answer: Answer, care: Care | None) -> Reply:
        reply = self._reply(session, list(answer.messages), care, degraded=answer.degraded)
        return msgspec.structs.replace(reply, state=answer.state)

    def answer_alone(self, session: Session, incoming: Incoming, heard: Heard) -> Reply:
        """The reply when sessions or the dialogue can't be reached: danger is answered, and the lines are named."""
        return self._alone(session, self._take_in(session, incoming, heard), heard)

    def answer_beside(self, session: Session, incoming: Incoming, heard: Heard) -> Reply:
        """The reply to danger while an earlier message is still being answered; who else is in the chat stays."""
        reply = self.answer_alone(session, incoming, heard)
        return reply if self.desk is None else msgspec.structs.replace(reply, state=self.desk.state(session))

    async def pass_on(self, session: Session, message_id: str, incoming: Incoming, heard: Heard) -> None:
        """Let a person who is awaited or there have danger that was answered beside an earlier message."""
        if self.desk is not None and _is_for_a_person(incoming):
            await self.desk.pass_on(session, message_id, _words(incoming), heard.screening)

    async def write_down(self, session: Session, message_id: str, incoming: Incoming, heard: Heard) -> None:
        """What danger that was answered alone leaves: in the session, and with the person who is awaited or there."""
        self.answer_alone(session, incoming, heard)
        if self.desk is not None and _is_for_a_person(incoming):
            await self.desk.hear_later(session, message_id, _words(incoming), heard.screening)

    def open_alone(self, session: Session) -> Reply:
        """The first screen when sessions can't be kept."""
        return self._alone(session, None)

    def _take_in(self, session: Session, incoming: Incoming, heard: Heard, *, typed: bool = False) -> Care | None:
        """What the session learns from a message; the care block that goes with it."""
        if incoming.choice is None:
            session.child |= Kind.CHILD_USER in heard.screening.kinds
            _lean(session, heard, incoming.text)
            return self.care.after(session, heard.screening, self.now())
        intent, values = parse_choice(incoming.choice)
        if intent == "door" and values.role:
            session.role = session.door = values.role
        if values.nation:
            session.nation = _nation_of(values.nation)
        if values.children is not None:
            session.children = values.children
        if intent in _CARE_CHOICES:
            return self.care.changed(session, intent, self.now(), typed=typed)
        return self.care.after(session, heard.screening, self.now())

    def _read(self, text: str) -> Heard:
        read = self.detector.read(text)
        screening = self.detector.judge(read)
        return Heard(screening=screening, read=read.whole, pressing=screening.level is Level.EMERGENCY)

    async def _features(self, text: str, incoming: Incoming, read: Read | None) -> bytes:
        """The numbers of what the dialogue is told, so that it needs no encoder of its own; none for a choice."""
        if incoming.choice is not None:
            return b""
        if read is None or text != incoming.text:
            read = (await asyncio.to_thread(self.detector.read, text)).whole
        return read.features.tobytes()

    def _facts(self, session: Session) -> dict[str, Any]:
        """What the gateway knows of the visitor, as the dialogue's slots take it."""
        facts: dict[str, Any] = {"in_care": session.care is not None}
        if session.role is not None:
            facts["role"] = session.role.value
        if session.page is not Language.ENGLISH:
            facts[LANGUAGE] = session.page.value
        if session.nation is not None:
            facts["nation"] = session.nation.value
        if session.children is not None:
            facts["children"] = session.children
        if session.child:
            facts["child"] = True
        if session.care and Kind.BEING_WATCHED in session.care.kinds:
            facts["safe_to_chat"] = False  # said already: not asked
        return facts

    def _in_language(self, session: Session, code: str) -> Message:
        """A fixed text in a language other than English, with the lines that speak it or can be asked."""
        need = Need(role=session.role, nation=session.nation, language=code, topics=(Topic.INTERPRETER,))
        services = cards(self.catalogue, need, self.now())
        return msgspec.structs.replace(self._own(f"utter_language_{code}", session), services=services, lang=code)

    def _own(self, name: str, session: Session) -> Message:
        """A message the gateway says itself."""
        variation = pick(self.responses, name, self._facts(session)) or {}
        said = Said(text=variation.get("text", ""), buttons=variation.get("buttons", []))
        return _message(said, language_of(variation))

    def _alone(self, session: Session, care: Care | None, heard: Heard | None = None) -> Reply:
        """The lines; after danger the one next thing, else that something is wrong."""
        kind = heard.screening.most_pressing if heard and heard.pressing else None
        followed = f"utter_care_followup_{kind}"
        name = followed if followed in self.responses else "utter_technical_problem"
        _expect(session, answers(self.responses[name], pick(self.responses, name, self._facts(session)) or {}))
        message = self._own(name, session)
        message = msgspec.structs.replace(message, services=lines_for(session, self.catalogue, self.now()))
        return self._reply(session, [message], care, degraded=True)

    def _reply(self, session: Session, messages: list[Message], care: Care | None, *, degraded: bool = False) -> Reply:
        return Reply(
            messages=tuple(messages),
            care=care if care is not None else msgspec.UNSET,
            role=session.role.value if session.role else None,
            degraded=degraded,
        )


def _lean(session: Session, heard: Heard, text: str | None) -> None:
    """Without a door the role is what all words so far show most: one message misread is put right by the next.

    "What about my daughter" goes on from the message before it, and so does who is writing.
    """
    if heard.read is None or heard.role is None:
        return
    if session.role is not None and not heard.screening.done and goes_on(text or ""):
        return
    session.leaning = leaning(session.leaning, heard.read)
    if session.door is None and heard.role is _leant(session):
        session.role = heard.role


def _leant(session: Session) -> Role | None:
    """The role that the words so far speak for most."""
    return max(session.leaning, key=session.leaning.__getitem__) if session.leaning else None


def _meant(session: Session, text: str | None) -> str | None:
    """The choice that a typed yes or no makes, when the last answer asked for one."""
    said = yes_or_no(text or "")
    return None if said is None else session.if_yes if said else session.if_no


def _expect(session: Session, asked: Mapping[str, Any]) -> None:
    """Remember which choices a typed yes and no to the last question make."""
    session.if_yes, session.if_no = asked.get("if_yes"), asked.get("if_no")


def _take_facts(session: Session, text: str | None) -> dict[str, Any]:
    """Remember what is mentioned by the way; what was news, so that it can be acknowledged."""
    facts = mentioned(text or "")
    news = []
    if facts.nation and facts.nation is not session.nation:
        session.nation = facts.nation
        news.append("nation")
    if facts.children is not None and facts.children is not session.children:
        session.children = facts.children
        news.append("children")
    return {"told": news, "told_alone": facts.alone} if news else {}


def _contradiction(session: Session, heard: Heard) -> dict[str, Any]:
    """The role that the words show, when it is not that of the door.

    Who writes of ending their life shows no side: that is said behind every door. Where earlier words spoke for the door,
    it takes an act that is told, surely, to speak against it: "I'm so angry with her" is a sister's too.
    """
    if heard.read is None or session.door is None or UNDIRECTED.intersection(heard.screening.kinds):
        return {}
    shown, _ = role_with_door(heard.read, session.door)
    if _leant(session) is session.door and not (heard.role is shown and heard.screening.done):
        return {}
    return {} if shown in (None, session.door) else {"role_read": shown.value}


def _messages(said: list[Said]) -> list[Message]:
    """Rasa's messages as the widget shows them; what comes without text joins the message before it."""
    messages: list[Message] = []
    for one in said:
        if one.text:
            messages.append(_message(one))
        if messages and one.custom:
            last = messages[-1]
            services = last.services + msgspec.convert(one.custom.get("services", []), type=tuple[Card, ...])
            news = {name: one.custom[name] for name in ("topic", "lang") if one.custom.get(name)}
            messages[-1] = msgspec.structs.replace(last, services=services, **news)
    return messages


def _message(said: Said, lang: str | None = None) -> Message:
    choices = tuple(Choice(title=b["title"], payload=b["payload"]) for b in said.buttons)
    return Message(id=secrets.token_urlsafe(9), sender="service", text=said.text.strip(), choices=choices, lang=lang)


def _nation_of(text: str | None) -> Nation | None:
    """A nation named by the embedding site, or None."""
    return Nation(text) if text in set(Nation) else None


def _is_for_a_person(incoming: Incoming) -> bool:
    """Words, or the button that says it is happening now."""
    return incoming.choice is None or parse_choice(incoming.choice)[0] == "unsafe_now"


def _words(incoming: Incoming) -> str | None:
    return incoming.text or "" if incoming.choice is None else None
