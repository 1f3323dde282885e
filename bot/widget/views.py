"""What the pages need to know of a reply. The gateway's own shapes fit as they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec


class ChoiceView(Protocol):
    """A button: what it says and what it sends."""

    @property
    def title(self) -> str: ...
    @property
    def payload(self) -> str: ...


class CardView(Protocol):
    """A service to call, text or visit. `audience` is who it is for."""

    @property
    def name(self) -> str: ...
    @property
    def audience(self) -> str: ...
    @property
    def hours(self) -> str: ...
    @property
    def open(self) -> bool | None: ...
    @property
    def phone(self) -> str | None: ...
    @property
    def text(self) -> str | None: ...
    @property
    def webchat(self) -> str | None: ...
    @property
    def url(self) -> str | None: ...
    @property
    def cost(self) -> str | None: ...
    @property
    def note(self) -> str | None: ...


class MessageView(Protocol):
    """One message; `sender` is `service` or `person`."""

    @property
    def sender(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def choices(self) -> Sequence[ChoiceView]: ...
    @property
    def services(self) -> Sequence[CardView]: ...


class CareView(Protocol):
    """What stands before everything else when there is danger."""

    @property
    def level(self) -> str: ...
    @property
    def kinds(self) -> Sequence[str]: ...
    @property
    def lines(self) -> Sequence[str]: ...
    @property
    def services(self) -> Sequence[CardView]: ...


class ReplyView(Protocol):
    """The answer to one message of the visitor."""

    @property
    def messages(self) -> Sequence[MessageView]: ...
    @property
    def care(self) -> CareView | msgspec.UnsetType | None: ...
    @property
    def state(self) -> str: ...
    @property
    def degraded(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How an embedding site wants the chat to look. Nothing in it says anything about the visitor.

    `frame`: shown inside another site. `colour`: six hexadecimal digits for filled buttons. `nation`: where the
    site's visitors live. `second_tab`: an address opened beside the way out, or empty.
    """

    frame: bool = False
    colour: str = ""
    nation: str = ""
    second_tab: str = ""
