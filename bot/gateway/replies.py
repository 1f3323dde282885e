"""What the chat API says: the shapes of its answers, which widgets and other programs rely on."""

from enum import StrEnum

import msgspec

from bot.catalogue.cards import Card
from bot.content.notice import Care
from bot.vocabulary import Topic


class Choice(msgspec.Struct, frozen=True):
    """A button: what it says and what the widget sends back."""

    title: str
    payload: str


class Message(msgspec.Struct, frozen=True, omit_defaults=True, rename={"sender": "from"}):
    """One message of the service or of a person."""

    id: str
    sender: str
    text: str
    topic: str | None = None
    choices: tuple[Choice, ...] = ()
    services: tuple[Card, ...] = ()
    verdicts: tuple[str, ...] = ()  # what may be said of this answer in one press
    lang: str | None = None  # of text and choices, where it is not English


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one message of the visitor."""

    messages: tuple[Message, ...]
    care: Care | msgspec.UnsetType = msgspec.UNSET
    role: str | None
    state: str = "bot"
    degraded: bool = False


class Opened(msgspec.Struct, frozen=True):
    """The answer to a new session."""

    token: str
    idle_seconds: int
    reply: Reply


class Open(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request for a session."""

    language: str | None = None
    nation: str | None = None


class Incoming(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A message of the visitor: words or a choice."""

    id: str | None = None
    text: str | None = None
    choice: str | None = None


class Verdict(StrEnum):
    """What a visitor may say of an answer."""

    YES = "yes"  # it helped
    NO = "no"
    NOT_IT = "not_it"  # it is not what was asked


class Feedback(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the answer to a topic helped: one press, no words."""

    topic: Topic
    verdict: Verdict


class End(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request to end a session."""

    token: str
