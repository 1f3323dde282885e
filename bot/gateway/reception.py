"""What happens to a message before and around its answer: screened first, then limited, put in order and answered once."""

import asyncio
import secrets
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field

import msgspec
import structlog

from bot import metrics
from bot.gateway.conversation import Conversation, Heard
from bot.gateway.limits import Limits
from bot.gateway.replies import Feedback, Incoming, Reply
from bot.gateway.sessions import NoSession, Session, Sessions, is_token
from bot.stores.turns import Busy, Lost, StoreDown
from bot.vocabulary import Level

log = structlog.get_logger()

CALM_WAIT_SECONDS = 8.0  # for the visitor's own earlier messages
PRESSING_WAIT_SECONDS = 1.2  # longer than danger waits for Rasa: the same message sent twice gets the same answer


class TooMany(Exception):
    """More than one address may send, and nothing pressing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """Receives the messages of all visitors."""

    sessions: Sessions
    conversation: Conversation
    limits: Limits
    _later: set[asyncio.Task[None]] = field(default_factory=set)

    async def receive(self, token: str, address: str, incoming: Incoming) -> bytes:
        """The reply to a message as it is sent. Raises BadChoice, NoSession, Busy, TooMany.

        A message that shows danger is always answered: over the limit, without a session, with the store down, and
        while the visitor's earlier messages are still being answered.
        """
        if not is_token(token):
            raise NoSession
        started = time.monotonic()
        heard = await self._hear(address, incoming)
        try:
            return await self._answer(token, incoming, heard)
        finally:
            metrics.message_seconds.labels(heard.screening.level).observe(time.monotonic() - started)

    async def judged(self, token: str, address: str, feedback: Feedback) -> None:
        """Whether an answer helped. Raises NoSession, Busy, TooMany, Lost, StoreDown."""
        if not is_token(token):
            raise NoSession
        if await self.limits.over("messages", address):
            raise TooMany
        async with self.sessions.turn(token, wait=CALM_WAIT_SECONDS) as session:
            if self.conversation.noticing is not None:
                self.conversation.noticing.judged(session, feedback)

    async def finish(self) -> None:
        """Wait for what is still being written down."""
        if self._later:
            await asyncio.wait(self._later, timeout=CALM_WAIT_SECONDS)

    async def _hear(self, address: str, incoming: Incoming) -> Heard:
        over = await self.limits.over("messages", address)
        started = time.monotonic()
        if over:
            async with self.limits.lane():
                heard = await self.conversation.hear(incoming)
        else:
            heard = await self.conversation.hear(incoming)
        metrics.screening_seconds.observe(time.monotonic() - started)
        metrics.messages.labels(heard.screening.level).inc()
        for cue in heard.screening.cues:
            metrics.cues.labels(cue.kind, heard.screening.level).inc()
        if over and not heard.pressing:
            raise TooMany
        return heard

    async def _answer(self, token: str, incoming: Incoming, heard: Heard) -> bytes:
        message_id = incoming.id or secrets.token_urlsafe(9)
        reply: bytes | None = None
        try:
            wait = PRESSING_WAIT_SECONDS if heard.pressing else CALM_WAIT_SECONDS
            async with self.sessions.turn(token, wait=wait) as session:
                reply = session.replies.get(message_id)
                if reply is None:
                    left = self.sessions.seconds_left(session)
                    answered = await self.conversation.answer(session, incoming, heard, seconds_left=left)
                    reply = self._encode(answered, "dialogue")
                    session.remember(message_id, reply)
            return reply
        except NoSession:
            if heard.screening.level is not Level.EMERGENCY:
                raise
            # Danger in a chat that fell silent or was lost: what helps now, and that this chat is over.
            return self._alone(incoming, heard, state="ended")
        except Lost:
            # Ended meanwhile, or held too long: nothing was kept, but the answer stands.
            log.warning("turn lost")
            return reply or self._alone(incoming, heard)
        except StoreDown as error:
            log.warning("sessions out of reach", error=str(error))
            return reply or self._alone(incoming, heard)
        except Busy:
            if not heard.pressing:
                raise
            return await self._beside(token, message_id, incoming, heard)

    async def _beside(self, token: str, message_id: str, incoming: Incoming, heard: Heard) -> bytes:
        """Answer danger now, while an earlier message is still being answered; write it down when that is done."""
        try:
            session = await self.sessions.find(token)
        except (NoSession, StoreDown):
            return self._alone(incoming, heard)
        reply = self._encode(self.conversation.answer_beside(session, incoming, heard), "busy")
        # Whoever waits for a person is heard at once, whatever holds up the message before.
        self._afterwards(self.conversation.pass_on(session, message_id, incoming, heard))
        self._afterwards(self._write_down(token, message_id, incoming, heard, reply))
        return reply

    def _afterwards(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def _write_down(self, token: str, message_id: str, incoming: Incoming, heard: Heard, reply: bytes) -> None:
        try:
            async with self.sessions.turn(token, wait=CALM_WAIT_SECONDS) as session:
                if message_id not in session.replies:
                    await self.conversation.write_down(session, message_id, incoming, heard)
                    session.remember(message_id, reply)
        except (NoSession, Busy, Lost, StoreDown) as error:
            log.warning("danger not written down", error=type(error).__name__)

    def _alone(self, incoming: Incoming, heard: Heard, *, state: str = "bot") -> bytes:
        """The reply without a session."""
        _, session = self.sessions.new()
        reply = self.conversation.answer_alone(session, incoming, heard)
        return self._encode(msgspec.structs.replace(reply, state=state), "sessions")

    def open_alone(self, session: Session) -> Reply:
        """The first screen when the session can't be kept."""
        metrics.degraded.labels("sessions").inc()
        return self.conversation.open_alone(session)

    def _encode(self, reply: Reply, part: str) -> bytes:
        if reply.degraded:
            metrics.degraded.labels(part).inc()
        return msgspec.json.encode(reply)
