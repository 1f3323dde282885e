"""What the care block says: to whom it speaks, which lines stand where, and whom to ring. Wording: `data/safety/care.yml`."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from bot.catalogue.cards import Card, cards
from bot.catalogue.load import Catalogue
from bot.catalogue.matching import Need
from bot.catalogue.records import Medium
from bot.content.care import BY_WRITER, CHILD, OTHER, SELF, WRITER, CareContent, Place
from bot.safety.cues import PRESSING
from bot.vocabulary import Direction, Kind, Language, Level, Nation, Role

_OF_ONESELF = frozenset({Kind.SUICIDE, Kind.SELF_HARM})
MOST_KINDS = 3  # whose lines are shown: more is not read by anyone in danger


class Care(msgspec.Struct, frozen=True, omit_defaults=True):
    """What stands before everything else when a message shows danger.

    again: kept in view from an earlier message. langs: the language of each line, left out when all are English.
    """

    level: str
    kinds: tuple[str, ...]
    lines: tuple[str, ...]
    services: tuple[Card, ...]
    again: bool = False
    langs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who reads it. language: what they speak, for the lines to ring. page: what it is in, for the wording."""

    role: Role | None = None
    nation: Nation | None = None
    language: str = Language.ENGLISH
    page: Language = Language.ENGLISH


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """Makes care blocks of the wording and the services."""

    content: CareContent
    catalogue: Catalogue

    def first(
        self, level: Level, seen: Mapping[Kind, Collection[Direction | None]], to: str, *, child: bool
    ) -> list[Place]:
        """Where the lines stand for danger just seen: those of the level, then those of the most pressing kinds.

        seen: who does it to whom, by kind. to: whom the first lines speak to. child: whether a child writes.
        """
        pressing = sorted(seen, key=PRESSING.index)[:MOST_KINDS]
        return [(level.value, to), *(self._of_kind(kind, seen[kind], to, child=child) for kind in pressing)]

    def kept(self, level: Level) -> list[Place]:
        """Where the line stands that is kept in view afterwards."""
        return [("frame", level.value)]

    def _of_kind(self, kind: Kind, directions: Iterable[Direction | None], to: str, *, child: bool) -> Place:
        """Where the lines of a kind stand for who is spoken to."""
        said = self.content.kinds[kind]
        wanted = {Direction.BY_WRITER: BY_WRITER, Direction.TO_WRITER: WRITER}
        own = next((wanted.get(d, OTHER) for d in directions if d), to)
        fit = ([CHILD] if child else []) + [own, WRITER, *said]
        return ("kinds", kind.value, next(one for one in fit if said.get(one)))

    def block(
        self, level: Level, kinds: tuple[Kind, ...], directions: Collection[Direction], places: Iterable[Place],
        visitor: Visitor, at: datetime, *, again: bool = False,
    ) -> Care:  # fmt: skip
        """The block with the lines of these places."""
        need = Need(
            role=_side(visitor.role, directions),
            nation=visitor.nation,
            kinds=frozenset(kinds),
            level=level,
            language=visitor.language,
            channel=Medium.TEXT if Kind.BEING_WATCHED in kinds else None,
        )
        # Kinds share lines: each is said once.
        said = dict(line for place in places for line in self.content.lines(place, visitor.page))
        english = set(said.values()) <= {Language.ENGLISH}
        return Care(
            level=level.value,
            kinds=tuple(k.value for k in kinds),
            lines=tuple(said),
            services=cards(self.catalogue, need, at),
            again=again,
            langs=() if english else tuple(said.values()),
        )


def audience(role: Role | None, kinds: Iterable[Kind], directions: Iterable[Direction]) -> str:
    """Whom the first lines speak to. Someone about to do harm never gets the lines for those who suffer it."""
    shown = set(directions)
    if Direction.BY_WRITER in shown and Direction.TO_WRITER not in shown:
        return BY_WRITER
    if Direction.TO_WRITER in shown:
        return WRITER
    if shown:
        return OTHER
    if _OF_ONESELF.intersection(kinds):
        return SELF
    return {Role.OWN_BEHAVIOUR: BY_WRITER, Role.SUPPORTER: OTHER}.get(role, WRITER) if role else WRITER


def _side(role: Role | None, directions: Collection[Direction]) -> Role | None:
    """By which door the lines to ring are chosen: who does it tells more than a door not chosen, or not a sure one."""
    by_writer, to_writer = Direction.BY_WRITER in directions, Direction.TO_WRITER in directions
    if by_writer and not to_writer:
        return Role.OWN_BEHAVIOUR
    return Role.VICTIM if to_writer and not by_writer and role in (None, Role.UNSURE) else role
