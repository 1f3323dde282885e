"""What every step of a handoff is made of in the chat: the memory of it, messages, buttons and cards."""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
import structlog

from bot.catalogue.cards import Card
from bot.catalogue.load import Catalogue
from bot.gateway.lines import lines_for
from bot.gateway.replies import Choice, Message
from bot.gateway.sessions import Session
from bot.handoff import flow
from bot.handoff.content import Wording
from bot.handoff.flow import Draft, Facts, Memory, Passed, Step
from bot.handoff.helplines import Helpline, Helplines
from bot.handoff.records import Handoff, HelplineId, Line, Said
from bot.handoff.store import HandoffError, HandoffStore
from bot.sealing import Seal, Unsealable
from bot.vocabulary import HandoffState, Role, Sender, Topic

log = structlog.get_logger()

STATES = {
    HandoffState.WAITING: "waiting",
    HandoffState.CLAIMED: "person",
    HandoffState.TALKING: "person",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is said on the way to a person or during a talk, and who answers from now on."""

    messages: tuple[Message, ...] = ()
    state: str = "bot"
    degraded: bool = False


PLAIN = {
    "pass_on": Step.AGREE,
    "change": Step.CHANGE,
    "never_mind": Step.NEVER_MIND,
    "number": Step.NUMBER,
    "back": Step.REVIEW,
    "stop": Step.STOP,
    "take_back": Step.STOP,
    "leave_it": Step.LEAVE_IT,
    "keep_waiting": Step.KEEP_WAITING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskParts:
    """What the steps share. Without helplines there are none."""

    store: HandoffStore
    seal: Seal
    helplines: Helplines
    catalogue: Catalogue
    wording: Wording
    words: Sequence[str]
    titles: Mapping[Topic, str]
    days: int = 30
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def memory(self, session: Session) -> Memory:
        """What the chat remembers for a handoff."""
        if not session.desk:
            return Memory()
        try:
            return msgspec.msgpack.decode(self.seal.open(session.desk, _context(session)), type=Memory)
        except (Unsealable, msgspec.MsgspecError):
            log.warning("memory lost")
            return Memory()

    def _candidates(self, session: Session, memory: Memory) -> Sequence[Helpline]:
        kinds = {cue.kind for told in memory.told for cue in told.cues} | set(
            session.care.kinds if session.care else ()
        )
        role = session.role
        roles = [role] if role else list(Role)
        found = [
            one
            for each in roles
            for one in self.helplines.route(
                self.catalogue, role=each, nation=session.nation, kinds=kinds, at=self.now(), language=session.language
            )
        ]
        return list(dict.fromkeys(found))

    async def _staffed(self, helpline: Helpline) -> bool:
        if not helpline.open(self.now()):
            return False
        return any(not one.on_break for one in await self.store.on_duty(helpline.id))

    async def _deserted(self, of: Handoff | Draft) -> bool:
        """Whether nobody is there to answer in the chat."""
        helpline = self.helplines.get(of.helpline)
        return helpline is not None and not await self._staffed(helpline)

    def _all_lines(self, session: Session, memory: Memory, draft: Draft) -> Sequence[Line]:
        return flow.lines(memory, draft, self._facts(session), self.wording, self.titles)

    def _facts(self, session: Session) -> Facts:
        return Facts(role=session.role, nation=session.nation, children=session.children)

    def _lines(self, session: Session) -> tuple[Card, ...]:
        return lines_for(session, self.catalogue, self.now())

    def _name(self, of: Handoff | Draft | Passed) -> str:
        return self._called(of.helpline)

    def _called(self, id: HelplineId) -> str:
        helpline = self.helplines.get(id)
        return helpline.name if helpline else id

    def _save(self, session: Session, memory: Memory) -> None:
        session.desk = self.seal.seal(msgspec.msgpack.encode(memory), _context(session))

    def _down(
        self, words: str, session: Session, error: HandoffError, *, state: str = "bot", choices: Sequence[str] = ()
    ) -> Answer:
        """Say plainly that something failed, with lines that work."""
        log.warning("handoffs out of reach", error=type(error).__name__)
        message = self._message(words, services=self._lines(session), choices=choices)
        return Answer(messages=(message,), state=state, degraded=True)

    def _choice(self, title: str, step: Step, *, key: str | None = None, pick: str | None = None) -> Choice:
        return Choice(title=self.wording.titles[title], payload=payload(step, key=key, pick=pick))

    def _message(
        self,
        words: str,
        *,
        id: str | None = None,
        choices: Sequence[str] = (),
        extra: tuple[Choice, ...] = (),
        services: tuple[Card, ...] = (),
        **fill: str,
    ) -> Message:
        plain = tuple(self._choice(title, PLAIN[title]) for title in choices)
        text = self.wording.says[words].format(**fill)
        return service_message(text, id=id, choices=(*extra, *plain), services=services)


def payload(step: Step, *, key: str | None = None, pick: str | None = None) -> str:
    values = {"step": step.value} | ({"key": key} if key else {}) | ({"pick": pick} if pick else {})
    return f"/handoff{json.dumps(values)}"


def service_message(
    text: str, *, id: str | None = None, choices: tuple[Choice, ...] = (), services: tuple[Card, ...] = ()
) -> Message:
    return Message(
        id=id or secrets.token_urlsafe(9), sender="service", text=text.strip(), choices=choices, services=services
    )


def of_talk(said: Said) -> Message:
    """What a person, or the service beside them, said in a talk; its id is always the same."""
    sender = "person" if said.sender is Sender.PERSON else "service"
    return Message(id=f"p-{said.id}", sender=sender, text=said.text, services=said.services)


def _context(session: Session) -> str:
    return f"desk:{session.conversation}"
